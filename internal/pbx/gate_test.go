package pbx_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
)

func queueWith(members ...string) aritest.Queue {
	return aritest.Queue{Members: members, Autofill: true}
}

func ringingOne(queue string) func(*callback.Account) {
	return func(a *callback.Account) { a.Queues[queue] = callback.Queue{Name: queue, Ringing: callback.RingingOne} }
}

// A leg for each member who is ready, and no more.
func TestALegForEachReadyMember(t *testing.T) {
	inOffice(t, map[string]aritest.Queue{"sales": queueWith("PJSIP/alice", "PJSIP/bob", "PJSIP/carol")}, func(w *world) {
		w.asterisk.Pause("sales", "PJSIP/carol", true)
		w.missedBy("queue:sales", 5)
		w.after(time.Second)
		require.Len(t, w.agentLegs(), 2)
		require.Equal(t, []string{"no agent of sales is free"}, w.reasons())
		w.asterisk.Pause("sales", "PJSIP/carol", false)
		w.after(time.Second)
		require.Len(t, w.agentLegs(), 3, "within a second")
	})
}

// A queue without autofill serves one after the other, whatever the file says: legs that
// wait there with no phone ringing count as much as those for which one does.
func TestLegsThatWaitForTheirTurn(t *testing.T) {
	inOffice(t, map[string]aritest.Queue{"sales": {Members: []string{"PJSIP/alice", "PJSIP/bob", "PJSIP/carol"}}}, func(w *world) {
		w.missedBy("queue:sales", 6)
		w.after(1500 * time.Millisecond)
		require.Len(t, w.agentLegs(), 3)
		require.Equal(t, []string{"other callbacks count on the agents of sales who are free"}, w.reasons())
	})
}

// With `ringing: one` a single leg looks for an agent, though more are ready; the next
// goes out when it is answered.
func TestOneLegAtATime(t *testing.T) {
	inOffice(t, map[string]aritest.Queue{"sales": {Members: []string{"PJSIP/alice", "PJSIP/bob"}}}, func(w *world) {
		w.missedBy("queue:sales", 3)
		w.after(time.Second)
		require.Len(t, w.agentLegs(), 1)
		require.Equal(t, []string{"another callback is looking for an agent of sales"}, w.reasons())
		w.after(1500 * time.Millisecond)
		require.Len(t, w.agentLegs(), 2)
	}, ringingOne("sales"))
}

// Nobody is let in while a live caller waits; the reason says how many and since when,
// and is written once.
func TestLiveCallersComeFirst(t *testing.T) {
	inOffice(t, map[string]aritest.Queue{"sales": queueWith("PJSIP/alice")}, func(w *world) {
		talk := w.busy("alice")
		first := w.asterisk.Caller("sales", "anonymous")
		w.missedBy("queue:sales", 1)
		w.after(time.Minute)
		require.Equal(t, []string{"a live caller waits in sales since 00:00 UTC"}, w.reasons())
		second := w.asterisk.Caller("sales", "anonymous")
		w.after(5 * time.Minute)
		require.Equal(t, []string{"2 live callers wait in sales since 00:00 UTC"}, w.reasons())
		talk.Hangup()
		w.after(5 * time.Second)
		require.True(t, first.Served())
		require.Empty(t, w.agentLegs())
		second.Hangup()
		first.Hangup()
		w.after(time.Second)
		require.Len(t, w.agentLegs(), 1)
	})
}

// Our own legs in the queue are no live callers, also while they wait there with nobody
// to ring.
func TestOurOwnLegsAreNoLiveCallers(t *testing.T) {
	inOffice(t, map[string]aritest.Queue{"sales": queueWith("PJSIP/alice", "PJSIP/bob")}, func(w *world) {
		w.asterisk.AgentPhone("PJSIP/alice", aritest.NeverAnswers)
		w.missedBy("queue:sales", 1)
		w.after(time.Second)
		w.missedBy("queue:sales", 1)
		w.after(time.Second)
		require.Len(t, w.agentLegs(), 2, "the first rings alice, bob is free")
		w.missedBy("queue:sales", 1)
		w.after(500 * time.Millisecond)
		require.Equal(t, []string{"no agent of sales is free"}, w.reasons())
	})
}

// A live caller who joins while ours rings the only agent has her within app_queue's next
// look, and ours comes back afterwards.
func TestALegGivesWay(t *testing.T) {
	inOffice(t, map[string]aritest.Queue{"sales": queueWith("PJSIP/alice")}, func(w *world) {
		w.asterisk.AgentPhone("PJSIP/alice", aritest.Answers(500*time.Millisecond, -1))
		w.asterisk.AgentPhone("PJSIP/alice", once(aritest.NeverAnswers, aritest.Answers(500*time.Millisecond, -1)))
		w.missedBy("queue:sales", 1)
		w.after(3 * time.Second)
		caller := w.asterisk.Caller("sales", "anonymous")
		w.after(1700 * time.Millisecond)
		require.True(t, caller.Served())
		require.Equal(t, []string{"superseded (doesn't count)"}, w.results())
		caller.Hangup()
		w.after(time.Second)
		require.Len(t, w.agentLegs(), 2)
	})
}

// So do legs elsewhere whose phone the live caller's queue may ring: of an agent, of a
// group, and of another queue. Those whose phones it doesn't have go on.
func TestLegsElsewhereGiveWay(t *testing.T) {
	for target, gives := range map[string]bool{
		"agent:alice": true, "group:team": true, "queue:service": true, "agent:carol": false, "queue:night": false,
	} {
		t.Run(target, func(t *testing.T) {
			queues := map[string]aritest.Queue{"sales": queueWith("PJSIP/alice"), "service": queueWith("PJSIP/alice"), "night": queueWith("PJSIP/carol")}
			inOffice(t, queues, func(w *world) {
				for _, agent := range []string{"alice", "bob", "carol"} {
					w.asterisk.AgentPhone("PJSIP/"+agent, once(aritest.NeverAnswers, alice(500*time.Millisecond)))
				}
				w.missedBy(target, 1)
				w.after(3 * time.Second)
				require.Len(t, w.agentLegs(), 1)
				caller := w.asterisk.Caller("sales", "anonymous")
				w.after(1700 * time.Millisecond)
				require.Equal(t, gives, len(w.results()) == 1, "%v", w.results())
				if gives {
					require.True(t, caller.Served())
				}
			})
		})
	}
}

// A member of two queues is counted once: the second queue's callback waits, unless
// somebody else is free who can take one of them.
func TestSharedMembersAreCountedOnce(t *testing.T) {
	queues := map[string]aritest.Queue{"sales": queueWith("PJSIP/alice"), "service": queueWith("PJSIP/alice")}
	slow := func(c *aritest.Call) { // its network takes two seconds to find it
		if c.Wait(2 * time.Second) {
			aritest.Answers(2*time.Second, -1)(c)
		}
	}
	t.Run("she is the only one", func(t *testing.T) {
		inOffice(t, queues, func(w *world) {
			w.asterisk.AgentPhone("PJSIP/alice", slow)
			w.missedBy("queue:sales", 1)
			w.missedBy("queue:service", 1)
			w.after(time.Second)
			require.Len(t, w.agentLegs(), 1)
			require.Equal(t, []string{"other callbacks count on the agents of service who are free"}, w.reasons())
		})
	})
	t.Run("bob is there too", func(t *testing.T) {
		queues["service"] = queueWith("PJSIP/alice", "PJSIP/bob")
		inOffice(t, queues, func(w *world) {
			w.asterisk.AgentPhone("PJSIP/alice", slow)
			w.missedBy("queue:sales", 1)
			w.missedBy("queue:service", 1)
			w.after(time.Second)
			require.Len(t, w.agentLegs(), 2)
		})
	})
	t.Run("a callback to her phone has her", func(t *testing.T) {
		inOffice(t, queues, func(w *world) {
			w.asterisk.AgentPhone("PJSIP/alice", slow)
			w.missedBy("agent:alice", 1)
			w.missedBy("queue:sales", 1)
			w.after(time.Second)
			require.Equal(t, []string{"alice@callbackd-phones"}, w.agentLegs())
		})
	})
	t.Run("the queue would pick her, though bob is there", func(t *testing.T) {
		queues["sales"] = queueWith("PJSIP/alice", "PJSIP/bob")
		inOffice(t, queues, func(w *world) {
			w.asterisk.AgentPhone("PJSIP/alice", slow)
			w.missedBy("agent:alice", 1)
			w.missedBy("queue:sales", 1)
			w.after(time.Second)
			require.Equal(t, []string{"alice@callbackd-phones"}, w.agentLegs())
			w.after(2 * time.Second)
			require.Len(t, w.agentLegs(), 2, "she rings, so the queue picks bob")
		})
		queues["sales"] = queueWith("PJSIP/alice")
	})
	t.Run("a queue has her", func(t *testing.T) {
		inOffice(t, queues, func(w *world) {
			w.asterisk.AgentPhone("PJSIP/alice", slow)
			w.missedBy("queue:sales", 1)
			w.missedBy("group:team", 1)
			w.after(time.Second)
			require.Equal(t, []string{"sales@callbackd-agent", "team@callbackd-phones"}, w.agentLegs())
			phones := w.asterisk.Requests("POST /channels")[1]
			require.Contains(t, string(phones.Body), `"CALLBACKD_PHONES":"PJSIP/bob"`, "the group's other phone is rung alone")
		})
	})
}

// While members rest after a call nobody can tell who of them does: what another queue
// counts on isn't given away.
func TestWrapUpIsCountedCarefully(t *testing.T) {
	queues := map[string]aritest.Queue{
		"sales":   {Members: []string{"PJSIP/alice", "PJSIP/bob"}, Autofill: true, WrapUp: 20 * time.Second},
		"service": queueWith("PJSIP/bob"),
	}
	inOffice(t, queues, func(w *world) {
		w.asterisk.AgentPhone("PJSIP/bob", func(c *aritest.Call) {
			if c.Wait(3 * time.Second) {
				aritest.Answers(2*time.Second, -1)(c)
			}
		})
		call := w.asterisk.Caller("sales", "anonymous")
		w.after(3 * time.Second)
		call.Hangup() // alice rests
		w.after(time.Second)
		w.missedBy("queue:service", 1)
		w.after(time.Second)
		w.missedBy("queue:sales", 1)
		w.after(time.Second)
		require.Equal(t, []string{"service@callbackd-agent"}, w.agentLegs(), "the one who is ready in sales may be bob")
		w.after(25 * time.Second)
		require.Len(t, w.agentLegs(), 2)
	})
}

// Who is paused in a queue is known not to be whom it would ring: the others are counted
// exactly.
func TestWhoIsPausedIsKnown(t *testing.T) {
	queues := map[string]aritest.Queue{"sales": queueWith("PJSIP/alice", "PJSIP/bob"), "service": queueWith("PJSIP/alice")}
	inOffice(t, queues, func(w *world) {
		w.asterisk.AgentPhone("PJSIP/alice", func(c *aritest.Call) { c.Wait(time.Minute) }) // her network is slow to find it
		w.asterisk.Pause("sales", "PJSIP/alice", true)
		w.missedBy("queue:service", 1)
		w.after(time.Second)
		w.missedBy("queue:sales", 1)
		w.after(time.Second)
		require.Equal(t, []string{"service@callbackd-agent", "sales@callbackd-agent"}, w.agentLegs(), "bob is left for sales")
	})
}

// An agent's phone is rung if it is registered and not in use.
func TestAnAgentsPhone(t *testing.T) {
	for name, row := range map[string]struct {
		prevent, end func(*world)
		reason       string
	}{
		"it isn't registered": {
			func(w *world) { w.asterisk.Register("PJSIP/alice", false) }, func(w *world) { w.asterisk.Register("PJSIP/alice", true) },
			"PJSIP/alice isn't registered",
		},
		"it is in use": {
			func(w *world) { w.busy("alice") }, func(w *world) { w.asterisk.Restart() }, "PJSIP/alice is in use",
		},
		"Asterisk doesn't know it": {
			func(w *world) {
				w.asterisk.RemoveEndpoint("PJSIP/alice")
				w.asterisk.SetDeviceState("PJSIP/alice", "INVALID")
			},
			func(w *world) { w.asterisk.Register("PJSIP/alice", true) },
			"PJSIP/alice isn't known to Asterisk pbx1: correct the endpoint in the rules file, or add it to Asterisk",
		},
	} {
		t.Run(name, func(t *testing.T) {
			inOffice(t, nil, func(w *world) {
				row.prevent(w)
				w.missedBy("agent:alice", 2)
				w.after(5 * time.Second)
				require.Empty(t, w.agentLegs())
				require.Equal(t, []string{row.reason}, w.reasons())
				row.end(w)
				w.after(time.Second)
				if name != "it is in use" { // Asterisk has just started
					require.Equal(t, []string{"alice@callbackd-phones"}, w.agentLegs())
				}
			})
		})
	}
}

// A member of a queue in which a live caller waits isn't an agent's callback's to ring.
func TestAnAgentWhomALiveCallerWaitsFor(t *testing.T) {
	inOffice(t, map[string]aritest.Queue{"sales": queueWith("PJSIP/alice")}, func(w *world) {
		w.asterisk.Pause("sales", "PJSIP/alice", true)
		caller := w.asterisk.Caller("sales", "anonymous")
		w.after(time.Second)
		w.missedBy("agent:alice", 1)
		w.missedBy("group:team", 1)
		w.after(time.Second)
		require.Equal(t, []string{"a live caller waits in sales since 00:00 UTC: PJSIP/alice serves it"}, w.reasons())
		require.Equal(t, []string{"team@callbackd-phones"}, w.agentLegs())
		require.Contains(t, string(w.asterisk.Requests("POST /channels")[0].Body), `"CALLBACKD_PHONES":"PJSIP/bob"`)
		caller.Hangup()
		w.after(time.Second)
		require.Len(t, w.agentLegs(), 2)
	})
}
