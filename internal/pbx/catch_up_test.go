package pbx_test

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/witness/logtest"
)

// absence is a time in which nobody watches.
type absence struct {
	name        string
	begin, over func(*world)
}

var absences = []absence{
	{"callbackd is away", (*world).end, (*world).start},
	{"the connection is away", func(w *world) { w.asterisk.Stop() }, func(w *world) { w.asterisk.Start() }},
}

func TestCallsMissedWhileNobodyWatches(t *testing.T) {
	for _, a := range absences {
		t.Run(a.name, func(t *testing.T) {
			withLogs(t, func(w *world) {
				w.after(time.Minute)
				a.begin(w)
				w.after(time.Minute)
				w.logs.Abandoned("support", w.call(customer, 20*time.Second))
				w.after(time.Minute)
				a.over(w)
				w.after(time.Minute)
				missed := w.missed()
				require.Len(t, missed, 1)
				require.Equal(t, callback.SourceLogs, missed[0].Source)
				require.Equal(t, "queue:support", missed[0].LostBy.String())
				require.Equal(t, 1, w.rung(), "the customer is called back")
				require.Zero(t, w.meter.of("live_unseen"), "nobody could have seen it")

				w.restart()
				w.after(time.Minute)
				require.Len(t, w.missed(), 1, "once")
			})
		})
	}
}

// Who is in the menu when callbackd dies, and hangs up in the silence, is missed by the queue
// that the offer was for, though the call was in no queue; one that nobody has costs the
// customer nothing.
func TestAnOfferWhileNobodyWatches(t *testing.T) {
	for queue, lostBy := range map[string]string{"support": "queue:support", "suport": "scenario:from-pstn"} {
		for _, a := range absences {
			t.Run(queue+", "+a.name, func(t *testing.T) {
				withLogs(t, func(w *world) {
					w.after(time.Minute)
					a.begin(w)
					w.after(time.Minute)
					w.logs.Offered("callbackd", queue, w.call(customer, 20*time.Second))
					w.after(time.Minute)
					a.over(w)
					w.after(time.Minute)
					missed := w.missed()
					require.Len(t, missed, 1)
					require.Equal(t, lostBy, missed[0].LostBy.String())
					require.Equal(t, queue == "support", missed[0].Decision == callback.DecisionTaskCreated)
				})
			})
		}
	}
}

// A customer who was helped while nobody watched isn't called back, however short the
// time until the callback was due.
func TestCallsHelpedWhileNobodyWatches(t *testing.T) {
	for _, a := range absences {
		t.Run(a.name, func(t *testing.T) {
			withLogs(t, func(w *world) {
				w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "0")
				w.after(time.Minute)
				w.loses(customer)
				w.after(time.Second)
				require.Equal(t, callback.TaskScheduled, w.task().State)
				a.begin(w)
				w.after(time.Minute)
				w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "1")
				helped := w.call(customer, time.Minute)
				helped.Ended = time.Now()
				w.after(10 * time.Millisecond)
				a.over(w)
				w.after(500 * time.Millisecond) // the rows of the last moment are still on their way
				w.logs.Connected("support", helped, 30*time.Second)
				w.after(5 * time.Minute)
				require.Equal(t, callback.TaskCancelled, w.task().State)
				require.Equal(t, callback.CancelCustomerCalled, w.task().Reason)
				require.Len(t, w.missed(), 1, "the other one was answered")
				require.Empty(t, w.asterisk.Requests("POST /channels"), "not even the agent's phone rang")
			})
		})
	}
}

// What stood in the logs before the first start is nobody's promise; what came since is,
// though callbackd died as soon as it was ready.
func TestTheFirstStartBeginsAtTheEndOfTheLogs(t *testing.T) {
	withLogs(t, func(w *world) {
		w.end()
		w.file += ".anew"
		w.after(time.Minute)
		w.logs.Abandoned("support", w.call("+46701111111", 20*time.Second))
		w.after(time.Minute)
		w.start()
		for !w.ready() {
			w.after(100 * time.Millisecond)
		}
		w.end()
		w.after(time.Minute)
		w.logs.Abandoned("support", w.call(customer, 20*time.Second))
		w.start()
		w.after(time.Minute)
		missed := w.missed()
		require.Len(t, missed, 1)
		require.Equal(t, customer, missed[0].Number)
	})
}

// Logs that can't be read hold everything up for a minute, not for ever.
func TestLogsThatCannotBeRead(t *testing.T) {
	withLogs(t, func(w *world) {
		w.after(time.Minute)
		w.end()
		w.logs.Abandoned("support", w.call("+46701111111", 20*time.Second))
		require.NoError(t, os.Rename(w.logs.CDR, w.logs.CDR+".kept"))
		require.NoError(t, os.Mkdir(w.logs.CDR, 0o755))
		w.start()
		w.after(time.Second)
		w.loses(customer)
		w.after(30 * time.Second)
		require.Zero(t, w.rung())
		_, err := w.exchange.Ready()
		require.ErrorContains(t, err, "logs of Asterisk pbx1 are being read")
		require.ErrorContains(t, w.reader.Trouble(), "is a folder")
		w.after(time.Minute)
		require.Equal(t, 1, w.rung(), "detection and callbacks go on")
		require.Error(t, w.reader.Trouble(), "and it is said for as long as it lasts")
		require.Equal(t, 1, w.said(`"alarm":"logs_unreadable"`))

		require.NoError(t, os.Remove(w.logs.CDR))
		require.NoError(t, os.Rename(w.logs.CDR+".kept", w.logs.CDR))
		w.after(time.Minute)
		require.NoError(t, w.reader.Trouble())
		require.Equal(t, 2, w.rung(), "what was in them is found")
		require.Equal(t, 1, w.said(`"message":"alarm is over"`))
		require.Equal(t, 2, w.said(`"alarm":"logs_unreadable"`), "both lines name it")
	})
}

// The connection is lost again while the logs are being read.
func TestAGapWhileTheLogsAreRead(t *testing.T) {
	withLogs(t, func(w *world) {
		w.after(time.Minute)
		require.True(t, w.ready())
		w.asterisk.Cut("callbackd")
		w.after(time.Second)
		require.False(t, w.ready(), "connected, and still reading")
		w.asterisk.Cut("callbackd")
		w.after(2 * time.Second)
		require.False(t, w.ready(), "what the first connect asked for doesn't make the second one ready")
		w.after(3 * time.Second)
		require.True(t, w.ready())
	})
}

// A call that was alive over a gap is a guess of the events; the logs know.
func TestACallOfWhichAPartWasSeen(t *testing.T) {
	withLogs(t, func(w *world) {
		w.after(time.Minute)
		id := w.enters(customer)
		began := time.Now()
		w.after(2 * time.Second)
		w.asterisk.Cut("callbackd")
		w.after(10 * time.Second)
		w.leaves(id)
		w.logs.Connected("support", logtest.Call{ID: id, Number: customer, Lasted: time.Since(began)}, 8*time.Second)
		w.after(5 * time.Second)
		require.Len(t, w.missed(), 1)
		require.Equal(t, callback.TaskCancelled, w.task().State)
		w.after(time.Hour)
		require.Zero(t, w.rung())
		require.Zero(t, w.meter.of("live_missed_log_answered"), "the events didn't claim to know")
	})
}

// Of a call that was seen whole the events are believed, and the logs compared.
func TestTwoWitnesses(t *testing.T) {
	withLogs(t, func(w *world) {
		w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "0")
		w.after(time.Minute)
		agree, disagree := w.enters(customer), w.enters("+46701111111")
		w.after(10 * time.Second)
		for id, number := range map[string]string{agree: customer, disagree: "+46701111111"} {
			w.leaves(id)
			call := logtest.Call{ID: id, Number: number, Lasted: 10 * time.Second}
			if id == agree {
				w.logs.Abandoned("support", call)
			} else {
				w.logs.Answered("PJSIP/alice", call, 5*time.Second)
			}
		}
		w.after(time.Minute)
		require.Equal(t, 1, w.meter.of("live_missed_log_answered"))
		require.Len(t, w.tasks(), 2)
		for _, task := range w.tasks() {
			require.Equal(t, callback.TaskScheduled, task.State)
		}

		w.logs.Abandoned("support", w.call("+46702222222", 10*time.Second))
		w.after(time.Minute)
		require.Equal(t, 1, w.meter.of("live_unseen"))
		require.Len(t, w.tasks(), 3, "no call is lost because no event told of it")
	})
}

// Other PBXs' callbacks wait while nobody knows what happened on this one, but not for
// one that is away.
func TestWhatOthersWaitFor(t *testing.T) {
	withLogs(t, func(w *world) {
		require.Contains(t, w.exchange.Behind(), "isn't connected")
		w.after(time.Minute)
		require.Empty(t, w.exchange.Behind())
		w.asterisk.Stop()
		w.after(30 * time.Second)
		require.Contains(t, w.exchange.Behind(), "isn't connected")
		w.after(time.Minute)
		require.Empty(t, w.exchange.Behind())
		w.asterisk.Start()
		for w.exchange.Behind() == "" && !w.ready() {
			w.after(100 * time.Millisecond)
		}
		require.Contains(t, w.exchange.Behind(), "the logs of Asterisk pbx1 are being read")
		w.after(10 * time.Second)
		require.True(t, w.ready())
		require.Empty(t, w.exchange.Behind())
	})
}
