package pbx_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
)

// The customer calls in while an attempt is under way: before the customer's leg is
// sent the attempt gives way, and costs nothing; afterwards it goes on.
func TestTheCustomerCallsDuringAnAttempt(t *testing.T) {
	for _, moment := range []struct {
		name  string
		at    time.Duration
		first string
	}{
		{"while the agent's phone rings", agentRings, "superseded (doesn't count)"},
		{"while the agent hears the prompt", agentHears, "superseded (doesn't count)"},
		{"while the customer's phone rings", customerRings, "connected"},
		{"while they talk", theyTalk, "connected"},
	} {
		t.Run(moment.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.after(time.Second)
				w.loses(customer)
				w.after(moment.at)
				id := w.enters(customer)
				w.after(100 * time.Millisecond)
				if moment.first != "connected" {
					require.Equal(t, []string{moment.first}, w.results(), "at once")
					require.Zero(t, w.rung())
				}
				w.after(10 * time.Minute)
				require.Equal(t, []string{moment.first}, w.results(), "nobody is called again meanwhile")
				require.Empty(t, w.openAttempts())
				if moment.first == "connected" {
					return
				}
				require.Contains(t, w.task().WaitingFor, "the customer has called and is on the phone since")
				w.leaves(id)
				w.after(time.Minute)
				require.Equal(t, 1, w.rung(), "missed again")
				require.Equal(t, callback.TaskCompleted, w.task().State)
				w.tidy()
			})
		})
	}
}

// A due callback waits for the end of the customer's call, and no longer than a second;
// one who talked to a person isn't called back.
func TestACallbackThatIsDueWhileTheCustomerIsOnThePhone(t *testing.T) {
	for name, answered := range map[string]bool{"and talks to nobody": false, "and talks to alice": true} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "0")
				w.after(time.Second)
				w.loses(customer)
				w.after(time.Second)
				id := w.enters(customer)
				if answered {
					w.talks(id)
				}
				w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "1")
				w.after(time.Minute)
				require.Empty(t, w.openAttempts())
				w.leaves(id)
				w.after(time.Second)
				if answered {
					require.Equal(t, callback.CancelCustomerCalled, w.task().Reason)
					w.after(time.Hour)
					require.Empty(t, w.asterisk.Requests("POST /channels"), "not even the agent's phone rang")
					return
				}
				require.Len(t, w.openAttempts(), 1)
			})
		})
	}
}

// Whoever is on the phone when callbackd starts, or connects again, isn't called either.
func TestTheCustomerIsOnThePhoneSinceBeforeAGap(t *testing.T) {
	for name, gap := range map[string]func(*world){
		"callbackd starts anew":      (*world).restart,
		"the connection was cut off": func(w *world) { w.asterisk.Cut("callbackd") },
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "0")
				w.after(time.Second)
				w.loses(customer)
				id := w.enters(customer)
				w.after(time.Second)
				gap(w)
				w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "1")
				w.after(time.Minute)
				require.Empty(t, w.openAttempts())
				require.Contains(t, w.task().WaitingFor, "on the phone since")
				w.leaves(id)
				w.after(time.Second)
				require.Len(t, w.openAttempts(), 1)
			})
		})
	}
}

// A call whose end Asterisk never told of holds nobody up for ever.
func TestACallWhoseEndWasNotSeen(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Second)
		w.enters(customer)
		w.after(time.Minute)
		require.Equal(t, 1, w.exchange.Channels())
		w.asterisk.Fault(aritest.Fault{On: "GET /channels", Reply: "[]"})
		w.after(16 * time.Minute)
		require.Equal(t, 1, w.exchange.Channels(), "one list may be older than the call")
		w.after(15 * time.Minute)
		require.Zero(t, w.exchange.Channels())
		require.Equal(t, 1, w.meter.of("forgot"))
		w.after(time.Minute)
		require.Len(t, w.missed(), 1, "and the call isn't lost")
		call := w.missed()[0]
		require.Equal(t, 15*time.Minute, call.Lost.Sub(call.Arrived).Round(time.Minute), "nor one that was over at once")
		require.Equal(t, 1, w.rung())
	})
}

// An agent who dials the customer by hand makes the callback unnecessary, and the
// attempt that is under way gives way.
func TestAnAgentDialsByHand(t *testing.T) {
	for name, at := range map[string]time.Duration{"before the callback": -1, "while another agent's phone rings for it": agentRings} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				if at < 0 {
					w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "0")
				}
				w.after(time.Second)
				w.loses(customer)
				w.after(max(at, time.Second))
				w.dials(customer)
				w.after(100 * time.Millisecond)
				require.Equal(t, callback.TaskCancelled, w.task().State)
				require.Equal(t, callback.CancelAgentCalled, w.task().Reason)
				w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "1")
				w.after(time.Hour)
				require.Zero(t, w.rung())
				w.tidy()
			}, func(a *callback.Account) {
				a.Agents = map[string]callback.Agent{"alice": {Name: "alice", Endpoint: "PJSIP/alice"}}
			})
		})
	}
}

// openAttempts lists the attempts of the only task that are being dialled.
func (w *world) openAttempts() (list []callback.Attempt) {
	for _, a := range w.attempts() {
		if a.State != callback.AttemptEnded && a.State != callback.AttemptScheduled {
			list = append(list, a)
		}
	}
	return list
}

// A withheld number is nobody's: the call leaves no number anywhere, and neither holds
// up nor cancels what the number's owner was promised.
func TestAWithheldNumber(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "0")
		w.after(time.Second)
		w.loses(customer)
		w.after(time.Second)
		promised := w.task()

		w.asterisk.SetFunction("CALLERID(num-pres)", "prohib_not_screened")
		id := w.enters(customer)
		w.after(10 * time.Millisecond)
		asked := 0
		for _, r := range w.asterisk.Requests("GET /channels/9*/variable") {
			if strings.Contains(r.Path, id) {
				asked++
			}
		}
		require.Equal(t, 1, asked)
		w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "1")
		w.after(time.Second)
		require.Len(t, w.openAttempts(), 1, "the owner of the number isn't on the phone")
		w.leaves(id)
		w.after(time.Second)
		missed := w.missed()
		require.Equal(t, callback.ReasonAnonymous, missed[0].Reason)
		require.Empty(t, missed[0].Number)
		require.Empty(t, missed[0].Caller)
		w.after(10 * time.Minute)
		require.Equal(t, promised.ID, w.task().ID)
		require.Equal(t, callback.TaskCompleted, w.task().State)
	})
}

// A verdict waits for the answer, though the call is over.
func TestAVerdictWaitsForTheAnswer(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.SetFunction("CALLERID(num-pres)", "prohib")
		w.asterisk.Fault(aritest.Fault{On: "GET /channels/9*/variable", ReplyDelay: 2 * time.Second})
		w.after(time.Second)
		id := w.enters(customer)
		w.after(10 * time.Millisecond)
		w.leaves(id)
		w.after(time.Second)
		require.Empty(t, w.missed())
		w.after(2 * time.Second)
		require.Equal(t, callback.ReasonAnonymous, w.missed()[0].Reason)
	})
}

// A gap between the end of a call and its being taken in leaves the customer on the phone;
// one whose number is withheld it doesn't bring back.
func TestAGapBeforeAVerdictIsTakenIn(t *testing.T) {
	onADiskThatFills(t, func(w *world, full *atomic.Bool) {
		on := func(number string) bool {
			_, is := w.presence.With(number)
			return is
		}
		w.asterisk.SetFunction("CALLERID(num-pres)", "prohib")
		w.enters("+46701111111")
		w.after(time.Second)
		require.False(t, on("+46701111111"))
		w.asterisk.SetFunction("CALLERID(num-pres)", "allowed")
		id := w.enters(customer)
		w.after(time.Second)
		full.Store(true)
		w.leaves(id)
		w.after(time.Second)
		require.True(t, on(customer))
		w.asterisk.Cut("callbackd")
		w.after(5 * time.Second)
		require.True(t, w.ready())
		require.True(t, on(customer), "nobody knows yet what became of the call")
		require.False(t, on("+46701111111"))
		full.Store(false)
		w.after(2 * time.Second)
		require.False(t, on(customer))
	})
}

// Nothing else than a withheld caller's call is put into the log.
func TestAWithheldNumberIsNotLogged(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.SetFunction("CALLERID(num-pres)", "prohib")
		w.after(time.Second)
		w.loses(customer)
		w.after(time.Minute)
		require.Len(t, w.missed(), 1)
		require.Zero(t, w.said(customer))
		require.Zero(t, w.said(customer[1:]))
	})
}

// Whether a number may be used is asked again after a gap that swallowed the answer.
func TestANumberThatIsAskedForAgain(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.SetFunction("CALLERID(num-pres)", "prohib")
		repair := w.asterisk.Fault(aritest.Fault{On: "GET /channels/9*/variable", Hang: true})
		w.after(time.Second)
		id := w.enters(customer)
		w.after(time.Second)
		repair()
		w.asterisk.Cut("callbackd")
		w.after(10 * time.Second)
		w.leaves(id)
		w.after(time.Second)
		require.Equal(t, callback.ReasonAnonymous, w.missed()[0].Reason)
	})
}

// Nobody who can't be asked about waits for long, nor do the calls behind.
func TestACallThatIsOverBeforeItCouldBeAskedAbout(t *testing.T) {
	for name, fault := range map[string]aritest.Fault{
		"Asterisk doesn't answer": {Hang: true},
		"the channel is gone":     {Status: 404, Message: "Channel not found"},
		"Asterisk refuses":        {Status: 500, Message: "Internal error"},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				fault.On, fault.Times = "GET /channels/9*/variable", 1
				w.asterisk.Fault(fault)
				w.after(time.Second)
				first := w.enters(customer)
				second := w.enters("+46701111111")
				w.after(10 * time.Millisecond)
				w.leaves(first)
				w.leaves(second)
				w.after(6 * time.Second)
				missed := w.missed()
				require.Len(t, missed, 2)
				require.Equal(t, customer, missed[1].Number, "in their order, and used")
			})
		})
	}
}

// Many calls at once are asked about a few at a time.
func TestManyCallsAtOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.Fault(aritest.Fault{On: "GET /channels/9*/variable", ReplyDelay: 100 * time.Millisecond})
		w.after(time.Second)
		var ids []string
		for range 40 {
			ids = append(ids, w.enters("+46701111111"))
		}
		w.after(50 * time.Millisecond)
		require.LessOrEqual(t, len(w.asterisk.Requests("GET /channels/9*/variable")), 4)
		w.after(2 * time.Second)
		require.Len(t, w.asterisk.Requests("GET /channels/9*/variable"), 40)
		for _, id := range ids {
			w.leaves(id)
		}
		w.after(time.Second)
		require.Len(t, w.missed(), 40)
	})
}

// An agent who dials the customer by hand and reaches nobody has helped nobody, where the
// account says so; when the agent hangs up the callback is made.
func TestAnAgentDialsByHandAndNobodyAnswers(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "0")
		w.after(time.Second)
		w.loses(customer)
		id := w.dials(customer)
		w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "1")
		w.after(time.Minute)
		require.Empty(t, w.openAttempts())
		require.Contains(t, w.task().WaitingFor, "alice is on the phone with the customer since")
		w.leaves(id)
		w.after(time.Minute)
		require.Equal(t, 1, w.rung())
		require.Equal(t, callback.TaskCompleted, w.task().State)
	}, func(a *callback.Account) {
		a.AgentCalled = callback.WhenAnswered
		a.Agents = map[string]callback.Agent{"alice": {Name: "alice", Endpoint: "PJSIP/alice"}}
	})
}
