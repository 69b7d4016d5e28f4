package pbx_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
)

// The moments of an attempt, counted from the loss of the call: alice rings for
// two seconds, hears the prompt for four, the customer's phone rings for two,
// they talk for thirty.
const (
	agentRings    = time.Second
	agentHears    = 4 * time.Second
	customerRings = 7 * time.Second
	theyTalk      = 20 * time.Second
)

// interruption is something that comes between callbackd and Asterisk.
type interruption struct {
	name   string
	happen func(*world)
}

var (
	killed = interruption{"callbackd is killed and started again", func(w *world) { w.restart() }}
	cut    = interruption{"the connection is reset", func(w *world) { w.asterisk.Cut("callbackd") }}
	closed = interruption{"the connection is closed", func(w *world) { w.asterisk.Disconnect("callbackd") }}
	mute   = interruption{"the network goes silent", func(w *world) { w.asterisk.Silence("callbackd") }}
	flood  = interruption{"events come faster than they are handled", func(w *world) { w.asterisk.Flood("callbackd", 100_000) }}
)

func TestInterruptions(t *testing.T) {
	for _, event := range []interruption{killed, cut, closed, mute} {
		for _, moment := range []struct {
			name  string
			at    time.Duration
			want  []string
			rings int
		}{
			{"while the agent's phone rings", agentRings, []string{"interrupted (doesn't count)", "connected"}, 1},
			{"while the agent hears the prompt", agentHears, []string{"interrupted (doesn't count)", "connected"}, 1},
			{"while the customer's phone rings", customerRings, []string{"connected"}, 1},
			{"while they talk", theyTalk, []string{"connected"}, 1},
		} {
			t.Run(event.name+" "+moment.name, func(t *testing.T) {
				inWorld(t, func(w *world) {
					// Long enough that a network that falls silent is noticed meanwhile.
					w.asterisk.SetSound(prompt, 4*time.Second)
					w.after(time.Second)
					w.loses(customer)
					w.after(moment.at)
					event.happen(w)
					w.after(20 * time.Minute)
					got := w.results()
					if event.name == mute.name && moment.at < theyTalk {
						// The silence is noticed seconds later: by then the attempt
						// may have come further.
						require.Equal(t, "connected", got[len(got)-1])
						require.LessOrEqual(t, w.rung(), len(got), "never twice for one attempt")
					} else {
						require.Equal(t, moment.want, got)
						require.Equal(t, moment.rings, w.rung())
					}
					require.Equal(t, callback.TaskCompleted, w.task().State)
					w.tidy()
				})
			})
		}
	}
}

// A conversation isn't disturbed by what happens to callbackd.
func TestAConversationGoesOn(t *testing.T) {
	for _, event := range []interruption{killed, cut, closed, flood} {
		t.Run(event.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				hungUp := make(chan time.Time, 1)
				w.asterisk.Phone(customers, func(c *aritest.Call) {
					aritest.Answers(2*time.Second, 10*time.Minute)(c)
					hungUp <- time.Now()
				})
				w.after(time.Second)
				w.loses(customer)
				w.after(theyTalk)
				began := w.attempts()[0].Bridged
				require.False(t, began.IsZero())
				event.happen(w)
				w.after(30 * time.Second)
				require.Equal(t, callback.AttemptBridged, w.attempts()[0].State, "adopted")
				w.after(20 * time.Minute)
				require.Greater(t, (<-hungUp).Sub(began), 9*time.Minute)
				require.Equal(t, []string{"connected"}, w.results())
				require.True(t, w.attempts()[0].RecordingOK)
				w.tidy()
			})
		})
	}
}

// The customer hangs up while callbackd is dead.
func TestAConversationThatEndsWhileNobodyWatches(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Second)
		w.loses(customer)
		w.after(theyTalk)
		w.end()
		w.after(time.Minute)
		w.start()
		w.after(time.Minute)
		require.Equal(t, []string{"connected"}, w.results())
		require.Equal(t, callback.TaskCompleted, w.task().State)
		w.tidy()
	})
}

// Nobody answers the customer's call any more: Asterisk drops a customer who
// answers for an application that is away. That counts, for the phone rang.
func TestACustomerWhoAnswersWhileNobodyWatches(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Second)
		w.loses(customer)
		w.after(customerRings)
		w.end()
		w.after(time.Minute)
		w.start()
		w.after(time.Minute)
		require.Equal(t, []string{"interrupted"}, w.results())
		require.Equal(t, callback.TaskScheduled, w.task().State)
		require.Equal(t, 1, w.task().Attempts)
		w.tidy()
		w.after(10 * time.Minute)
		require.Equal(t, []string{"interrupted", "connected"}, w.results())
	})
}

func TestAsteriskRestarts(t *testing.T) {
	for _, moment := range []struct {
		name string
		at   time.Duration
		want []string
	}{
		{"while nothing is going on", -1, []string{"connected"}},
		{"while the agent's phone rings", agentRings, []string{"interrupted (doesn't count)", "connected"}},
		{"while the customer's phone rings", customerRings, []string{"interrupted", "connected"}},
		{"while they talk", theyTalk, []string{"connected"}},
	} {
		t.Run(moment.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.after(time.Second)
				if moment.at < 0 {
					w.asterisk.Restart()
					w.after(time.Minute)
				}
				w.loses(customer)
				if moment.at > 0 {
					w.after(moment.at)
					w.asterisk.Restart()
				}
				w.after(30 * time.Minute)
				require.Equal(t, moment.want, w.results())
				w.tidy()
			})
		})
	}
}

func TestAsteriskAbsentAtStart(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Second)
		w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "0")
		w.loses(customer)
		w.end()
		w.asterisk.Stop()
		w.start()
		w.after(time.Hour)
		require.Contains(t, w.task().WaitingFor, "Asterisk pbx1 is away since")
		w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "1")
		w.asterisk.Start()
		w.after(2 * time.Minute)
		require.Equal(t, callback.TaskCompleted, w.task().State)
	})
}

// Whatever the answer to a request was, the attempt ends and nobody is called
// twice for it.
func TestLostAndLateAnswers(t *testing.T) {
	for name, fault := range map[string]aritest.Fault{
		"the request never arrives":          {LoseRequest: true},
		"the reply is lost":                  {LoseReply: true},
		"the reply comes after the answer":   {ReplyDelay: 4 * time.Second},
		"the reply never comes":              {Hang: true},
		"Asterisk refuses with an error":     {Status: 500, Message: "Internal Server Error"},
		"Asterisk can't make such a channel": {Status: 500, Message: "Allocation failed"},
	} {
		for leg, nth := range map[string]int{"the agent's leg": 1, "the customer's leg": 2} {
			t.Run(leg+", "+name, func(t *testing.T) {
				inWorld(t, func(w *world) {
					fault := fault
					fault.On, fault.Times = "POST /channels", 1
					w.after(time.Second)
					if nth == 2 {
						// The first originate is the agent's; the fault waits for the next.
						w.asterisk.Fault(aritest.Fault{On: "POST /channels", Times: 1})
					}
					w.asterisk.Fault(fault)
					w.loses(customer)
					w.after(time.Hour)
					require.Equal(t, callback.TaskCompleted, w.task().State, "%v", w.results())
					require.LessOrEqual(t, w.rung(), len(w.results()))
					w.tidy()
				})
			})
		}
	}
}

func TestCancelling(t *testing.T) {
	for _, moment := range []struct {
		name   string
		at     time.Duration
		state  callback.TaskState
		result string
		rings  int
	}{
		{"while the agent's phone rings", agentRings, callback.TaskCancelled, "superseded (doesn't count)", 0},
		{"while the agent hears the prompt", agentHears, callback.TaskCancelled, "superseded (doesn't count)", 0},
		{"while the customer's phone rings", customerRings, callback.TaskCompleted, "connected", 1},
		{"while they talk", theyTalk, callback.TaskCompleted, "connected", 1},
	} {
		t.Run(moment.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.after(time.Second)
				w.loses(customer)
				w.after(moment.at)
				_, err := callback.Cancel(context.Background(), w.store, w.task().ID, callback.CancelByPerson, "ann")
				require.NoError(t, err)
				w.after(100 * time.Millisecond)
				if moment.rings == 0 {
					require.Equal(t, callback.TaskCancelled, w.task().State, "the agent's leg is hung up at once")
					w.tidy()
				}
				w.after(5 * time.Minute)
				require.Equal(t, moment.state, w.task().State)
				require.Equal(t, []string{moment.result}, w.results())
				require.Equal(t, moment.rings, w.rung())
				w.tidy()
			})
		})
	}
}
