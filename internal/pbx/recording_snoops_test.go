package pbx_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/ari/aritest"
	"callbackd/callback"
)

// eachSide has the two sides of a conversation recorded each for itself.
func eachSide(a *callback.Account) { a.Rules[0].Recording.Channels = 2 }

// recordings lists the index, oldest first.
func (w *world) recordings() (list []callback.Recording) {
	require.NoError(w.t, w.store.View(context.Background(), func(tx callback.ReadTx) (err error) {
		list, err = tx.Recordings(callback.RecordingFilter{})
		return err
	}))
	slices.Reverse(list)
	return list
}

// recording gives the only one.
func (w *world) recording() callback.Recording {
	w.t.Helper()
	list := w.recordings()
	require.Len(w.t, list, 1)
	return list[0]
}

// measured gives the length of a stored file in seconds.
func (w *world) measured(file string) float64 {
	w.t.Helper()
	body, size, err := w.exchange.OpenRecording(context.Background(), file)
	require.NoError(w.t, err)
	require.NoError(w.t, body.Close())
	return callback.RecordingDuration(size).Seconds()
}

func TestEachSideIsRecorded(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Second)
		w.loses(customer)
		w.after(time.Minute)
		require.Equal(t, []string{"connected"}, w.results())
		w.tidy()
		a, r := w.attempts()[0], w.recording()
		require.True(t, a.RecordingOK)
		require.Equal(t, callback.RecordingKept, r.State)
		require.Equal(t, 2, r.Channels)
		require.InDelta(t, 30, r.Duration.Seconds(), 0.1)
		require.Equal(t, a.Bridged, r.Made)
		require.Equal(t, a.Ended.Add(90*24*time.Hour), r.KeepUntil)
		for _, file := range []string{r.Name + "-in", r.Name + "-out"} {
			require.InDelta(t, 30, w.measured(file), 0.1)
		}

		list := w.conversation(a)
		began := slices.Index(list, "DELETE /playbacks/TONE")
		require.Equal(t, []string{
			"DELETE /playbacks/TONE",
			"POST /channels/CUSTOMER/snoop/IN",
			"POST /channels/CUSTOMER/snoop/OUT",
			"POST /channels/IN/record",
			"POST /channels/OUT/record",
			"POST /bridges/BRIDGE/addChannel",
		}, list[began:began+6])
		require.NotContains(t, list, "POST /bridges/BRIDGE/record")
	}, eachSide)
}

// A recording that can't be made keeps nobody from talking, and leaves nothing:
// half a conversation would pass for a whole one.
func TestARecordingOfEachSideThatCannotBeMade(t *testing.T) {
	for name, request := range map[string]string{
		"the customer's snoop":     "POST /channels/*/snoop/callbackd-in-*",
		"the agent's snoop":        "POST /channels/*/snoop/callbackd-out-*",
		"the customer's recording": "POST /channels/callbackd-in-*/record",
		"the agent's recording":    "POST /channels/callbackd-out-*/record",
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.asterisk.Fault(aritest.Fault{On: request, Status: 500, Message: "Internal Server Error"})
				w.after(time.Second)
				w.loses(customer)
				w.after(time.Minute)
				require.Equal(t, []string{"connected"}, w.results())
				require.False(t, w.attempts()[0].RecordingOK)
				require.Empty(t, w.recordings())
				require.Contains(t, w.logged(), `"alarm":"recording_failed"`)
				w.tidy()
				name := w.attempts()[0].Names.Recording
				for _, file := range callback.RecordingFiles(name, 2) {
					_, _, err := w.exchange.OpenRecording(context.Background(), file)
					require.ErrorIs(t, err, callback.ErrNotFound)
				}
			}, eachSide)
		})
	}
}

// Snoops of which nothing is heard, or not in time, don't keep the customer waiting;
// one that appears later is hung up.
func TestSnoopsThatDoNotCome(t *testing.T) {
	for name, fault := range map[string]aritest.Fault{
		"no answer": {Hang: true},
		"late":      {Delay: 10 * time.Second},
		"after all": {Delay: 2 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				fault := fault
				fault.On = "POST /channels/*/snoop/callbackd-out-*"
				w.asterisk.Fault(fault)
				w.after(time.Second)
				w.loses(customer)
				w.after(5 * time.Minute)
				require.Equal(t, []string{"connected"}, w.results())
				a := w.attempts()[0]
				require.Less(t, a.Bridged.Sub(a.CustomerSent), 5*time.Second, "the customer answers after two seconds")
				require.Contains(t, w.logged(), `"alarm":"recording_failed"`)
				w.tidy()
			}, eachSide)
		})
	}
}

// Who hangs up at once isn't recorded, and nobody needs to be told.
func TestACustomerWhoHangsUpBeforeTheRecordingBegins(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.Phone(customers, aritest.Answers(2*time.Second, 100*time.Millisecond))
		w.asterisk.Fault(aritest.Fault{On: "POST /channels/*/snoop/*", Delay: 300 * time.Millisecond})
		w.after(time.Second)
		w.loses(customer)
		w.after(20 * time.Second)
		require.Len(t, w.results(), 1)
		require.Empty(t, w.recordings())
		require.NotContains(t, w.logged(), `"alarm"`)
		w.tidy()
	}, eachSide)
}

// A reply that is lost says nothing: the events do, and the files.
func TestEachSideIsRecordedThoughRepliesAreLost(t *testing.T) {
	for _, request := range []string{"POST /channels/*/snoop/*", "POST /channels/callbackd-in-*/record"} {
		t.Run(request, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.asterisk.Fault(aritest.Fault{On: request, LoseReply: true})
				w.after(time.Second)
				w.loses(customer)
				w.after(time.Minute)
				require.Equal(t, []string{"connected"}, w.results())
				r := w.recording()
				require.Equal(t, callback.RecordingKept, r.State)
				require.InDelta(t, 30, r.Duration.Seconds(), 0.1)
				w.tidy()
			}, eachSide)
		})
	}
}

// The recording of a conversation goes on whatever happens to callbackd, and is
// verified at its end.
func TestEachSideIsRecordedAcrossAGap(t *testing.T) {
	for _, event := range []interruption{killed, cut, closed, flood} {
		t.Run(event.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.asterisk.Phone(customers, aritest.Answers(2*time.Second, 40*time.Minute)) // longer than the watchdog sleeps
				w.after(time.Second)
				w.loses(customer)
				w.after(theyTalk)
				event.happen(w)
				w.after(time.Hour)
				require.Equal(t, []string{"connected"}, w.results())
				r := w.recording()
				require.Equal(t, callback.RecordingKept, r.State)
				require.InDelta(t, 2400, r.Duration.Seconds(), 1)
				w.tidy()
			}, eachSide)
		})
	}
}

// callbackd dies between any two of the requests that begin the recording: the
// next start brings both together, and records them.
func TestACrashWhileTheRecordingBegins(t *testing.T) {
	for _, request := range []string{
		"POST /channels/*/snoop/callbackd-in-*", "POST /channels/*/snoop/callbackd-out-*",
		"POST /channels/callbackd-in-*/record", "POST /channels/callbackd-out-*/record",
		"POST /bridges/*/addChannel",
	} {
		for name, fault := range map[string]aritest.Fault{"before": {Hang: true}, "after": {ReplyDelay: time.Hour}} {
			t.Run(name+" "+request, func(t *testing.T) {
				inWorld(t, func(w *world) {
					fault := fault
					fault.On, fault.Times = request, 1
					w.asterisk.Fault(fault)
					w.after(time.Second)
					w.loses(customer)
					w.after(8*time.Second + 500*time.Millisecond)
					require.NotEmpty(t, w.asterisk.Requests(request))
					w.restart()
					w.after(time.Minute)
					require.Equal(t, []string{"connected"}, w.results())
					r := w.recording()
					assert.Equal(t, callback.RecordingKept, r.State)
					assert.Greater(t, r.Duration, 25*time.Second)
					w.tidy()
				}, eachSide)
			})
		}
	}
}

// Asterisk gives a recording up in the middle, for want of space or of rights.
func TestARecordingThatFailsWhileTheyTalk(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Second)
		w.loses(customer)
		w.after(theyTalk)
		w.asterisk.FailRecording(w.attempts()[0].Names.Recording+"-in", "no space left on device")
		w.after(time.Second)
		require.Contains(t, w.logged(), `"alarm":"recording_failed"`)
		require.Contains(t, w.logged(), "no space left on device")
		require.Equal(t, callback.AttemptBridged, w.attempts()[0].State, "they talk on")
		w.after(time.Minute)
		require.Equal(t, []string{"connected"}, w.results())
		require.Contains(t, w.logged(), `"alarm":"recording_missing"`)
		require.Contains(t, w.logged(), w.attempts()[0].Names.Recording+"-in.wav isn't there")
		require.Equal(t, callback.RecordingKept, w.recording().State, "the other side is there")
	}, eachSide)
}

// Asterisk is killed while they talk: what was said until then is there, though the
// header doesn't say so.
func TestARecordingThatIsBrokenOff(t *testing.T) {
	for name, change := range map[string]func(*callback.Account){"both together": func(*callback.Account) {}, "each side": eachSide} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.also = w.keeps
				w.restart()
				w.after(time.Second)
				w.loses(customer)
				w.after(theyTalk)
				w.asterisk.Restart()
				w.after(2 * time.Hour)
				require.Equal(t, []string{"connected"}, w.results())
				r := w.recording()
				require.Equal(t, callback.RecordingKept, r.State)
				require.InDelta(t, 12, r.Duration.Seconds(), 2)
				require.NotContains(t, w.logged(), `"alarm"`)
			}, change)
		})
	}
}

// A snoop of nobody, whose request took effect after its attempt was over, hears
// nobody for long.
func TestASnoopOfNobody(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Second)
		id := strings.Replace(callback.NewNames("callbackd").Bridge, "-bridge-", "-in-", 1)
		now := time.Now().UTC().Format(ari.TimeLayout)
		w.asterisk.Send("callbackd", []byte(fmt.Sprintf(
			`{"type":"StasisStart","application":"callbackd","timestamp":%q,"args":[],"channel":{"id":%q,"name":"Snoop/1795181234.17-00000001","state":"Up","caller":{"name":"","number":""},"connected":{"name":"","number":""},"dialplan":{"context":"","exten":"","priority":1,"app_name":"Stasis","app_data":"callbackd"},"creationtime":%q,"language":"en"}}`,
			now, id, now)))
		w.after(time.Second)
		require.Len(t, w.asterisk.Requests("DELETE /channels/"+id), 1)
	})
}
