package pbx_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
)

func TestACallbackFromEndToEnd(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Second)
		w.loses(customer)
		w.after(2 * time.Minute)

		task := w.task()
		require.Equal(t, callback.TaskCompleted, task.State)
		require.Equal(t, 1, task.Attempts)
		attempt := w.attempts()[0]
		require.Equal(t, callback.ResultConnected, attempt.Result)
		require.Equal(t, "PJSIP/alice", attempt.Agent)
		require.True(t, attempt.RecordingOK)
		require.Equal(t, 4*time.Second, attempt.CustomerSent.Sub(attempt.AgentAnswered), "the customer is called when the agent has heard the prompt")
		w.tidy()

		require.Equal(t, []string{
			"POST /channels", // the agent's leg
			"POST /bridges/BRIDGE",
			"POST /channels/AGENT/play/PROMPT",
			"POST /channels/AGENT/play/TONE",
			"GET /channels/AGENT", // who hasn't hung up in the prompt
			"POST /channels",      // the customer's leg
			"DELETE /playbacks/TONE",
			"POST /bridges/BRIDGE/record", // while the bridge is empty
			"POST /bridges/BRIDGE/addChannel",
			"POST /channels/AGENT/variable", // the fuses, renewed
			"POST /channels/CUSTOMER/variable",
			"DELETE /channels/CUSTOMER",
			"DELETE /channels/AGENT",
			"POST /recordings/live/RECORDING/stop",
			"GET /recordings/stored/RECORDING/file",
			"DELETE /bridges/BRIDGE",
		}, w.conversation(attempt))
	})
}

// conversation lists what an attempt asked of Asterisk, with names for ids.
func (w *world) conversation(a callback.Attempt) (list []string) {
	key := a.Names.Bridge[len("callbackd-bridge-"):]
	names := strings.NewReplacer(
		a.Names.AgentChannel, "AGENT", a.Names.CustomerChannel, "CUSTOMER", a.Names.Bridge, "BRIDGE",
		"callbackd-prompt-"+key, "PROMPT", "callbackd-tone-"+key, "TONE", "callbackd-in-"+key, "IN", "callbackd-out-"+key, "OUT",
		strings.ReplaceAll(a.Names.Recording, "/", "%2F"), "RECORDING")
	for _, r := range w.asterisk.Requests() {
		line := names.Replace(r.String())
		if line != r.String() || line == "POST /channels" {
			list = append(list, line)
		}
	}
	// Both legs are hung up at once: their order is chance.
	if i := slices.Index(list, "DELETE /channels/AGENT"); i >= 0 && i+1 < len(list) && list[i+1] == "DELETE /channels/CUSTOMER" {
		list[i], list[i+1] = list[i+1], list[i]
	}
	return list
}

func TestWhatThePhonesShow(t *testing.T) {
	inWorld(t, func(w *world) {
		var agentSaw, customerSaw [2]string
		var fuses [2]string
		w.asterisk.Phone(agentLeg, func(c *aritest.Call) {
			agentSaw[0], agentSaw[1] = c.CallerID()
			fuses[0] = c.Variable("TIMEOUT(absolute)")
			queueOf(alice(time.Second))(c)
		})
		w.asterisk.Phone(customers, func(c *aritest.Call) {
			customerSaw[0], customerSaw[1] = c.CallerID()
			fuses[1] = c.Variable("TIMEOUT(absolute)")
			aritest.Answers(time.Second, 10*time.Second)(c)
		})
		w.after(time.Second)
		w.loses(customer)
		w.after(time.Minute)
		require.Equal(t, [2]string{"Callback " + customer, customer}, agentSaw)
		require.Equal(t, "+4685550000", customerSaw[1], "the customer sees the number that was dialled")
		require.Equal(t, [2]string{"180", "60"}, fuses, "nobody sits in silence because callbackd died")
	})
}

func TestHowAttemptsEnd(t *testing.T) {
	for name, row := range map[string]struct {
		agent, customer func(*aritest.Call)
		want            []string // of the first two attempts at most
		state           callback.TaskState
	}{
		"nobody answers": {
			customer: aritest.NeverAnswers,
			want:     []string{"customer_no_answer", "customer_no_answer", "customer_no_answer"},
			state:    callback.TaskExhausted,
		},
		"busy": {
			customer: aritest.Rejects(time.Second, 486),
			want:     []string{"customer_busy", "customer_busy", "customer_busy"}, state: callback.TaskExhausted,
		},
		"declined": {
			customer: aritest.Rejects(time.Second, 603),
			want:     []string{"customer_rejected", "customer_rejected", "customer_rejected"}, state: callback.TaskExhausted,
		},
		"a number that doesn't exist": {
			customer: aritest.Rejects(time.Second, 404),
			want:     []string{"number_invalid"}, state: callback.TaskExhausted,
		},
		"the customer answers the second time": {
			customer: once(aritest.NeverAnswers, aritest.Answers(time.Second, 10*time.Second)),
			want:     []string{"customer_no_answer", "connected"}, state: callback.TaskCompleted,
		},
		"the agent declines, then answers": {
			agent: once(aritest.Rejects(time.Second, 486), alice(time.Second)),
			want:  []string{"agent_rejected (doesn't count)", "connected"}, state: callback.TaskCompleted,
		},
		"the agent hangs up in the prompt, then answers": {
			agent: once(aritest.Answers(time.Second, 2*time.Second), alice(time.Second)),
			want:  []string{"agent_hung_up (doesn't count)", "connected"}, state: callback.TaskCompleted,
		},
		"the agent hangs up while the customer's phone rings": {
			agent:    once(aritest.Answers(time.Second, 6*time.Second), alice(time.Second)),
			customer: once(aritest.NeverAnswers, aritest.Answers(time.Second, 10*time.Second)),
			want:     []string{"agent_hung_up", "connected"}, state: callback.TaskCompleted,
		},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				if row.agent != nil {
					// The member's phone declines once; the queue must not ring it
					// again and again for one attempt.
					w.asterisk.Phone(agentLeg, queueOf(row.agent))
				}
				if row.customer != nil {
					w.asterisk.Phone(customers, row.customer)
				}
				w.after(time.Second)
				w.loses(customer)
				w.after(time.Hour)
				require.Equal(t, row.want, w.results())
				require.Equal(t, row.state, w.task().State)
				w.tidy()
			})
		})
	}
}

// once plays one script for the first call and another for those that follow.
func once(first, later func(*aritest.Call)) func(*aritest.Call) {
	calls := 0
	return func(c *aritest.Call) {
		calls++
		if calls == 1 {
			first(c)
			return
		}
		later(c)
	}
}

func TestIntervalsRunFromTheLastHangup(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.Phone(customers, aritest.NeverAnswers)
		w.after(time.Second)
		w.loses(customer)
		w.after(time.Hour)
		a := w.attempts()
		require.Len(t, a, 3)
		require.Equal(t, 5*time.Minute, a[1].Due.Sub(a[0].Ended))
		require.Equal(t, 30*time.Minute, a[2].Due.Sub(a[1].Ended))
		require.Less(t, a[1].Claimed.Sub(a[1].Due), time.Second, "a due task is dialled at once")
		require.Equal(t, 3, w.rung())
		require.Equal(t, "customer_no_answer", w.task().Reason)
	})
}

func TestAnAgentIsRungOnceForOneAttempt(t *testing.T) {
	inWorld(t, func(w *world) {
		rings := 0
		w.asterisk.Phone(agentLeg, queueOf(func(c *aritest.Call) {
			rings++
			aritest.Rejects(time.Second, 486)(c)
		}))
		w.after(time.Second)
		w.loses(customer)
		w.after(30 * time.Second)
		require.Equal(t, []string{"agent_rejected (doesn't count)"}, w.results())
		require.LessOrEqual(t, rings, 2, "the second ring is cut off as it begins")
		require.Zero(t, w.rung())
		require.Equal(t, time.Minute, w.attempts()[1].Due.Sub(w.attempts()[0].Ended), "it comes back after a minute")
	})
}

func TestTwoCallsOfOneCustomerAreOneTask(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "0") // nobody is free to call
		w.after(time.Second)
		w.loses(customer)
		first := w.task()
		w.after(time.Minute)
		w.loses("0701234567") // the same customer, written otherwise
		task := w.task()
		require.Equal(t, first.Due, task.Due, "the due time never moves later")
		require.Equal(t, first.Arrived, task.Arrived, "the oldest arrival keeps its place")
		require.Equal(t, "no agent of support is free", task.WaitingFor)
		missed := w.missed()
		require.Equal(t, callback.DecisionMerged, missed[0].Decision)
		require.Equal(t, callback.DecisionTaskCreated, missed[1].Decision)

		w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "1")
		w.after(2 * time.Minute)
		require.Equal(t, callback.TaskCompleted, w.task().State)
		require.Equal(t, 1, w.rung())
		require.Len(t, w.missed(), 2, "our own legs in the queue are no missed calls")
	})
}

func TestACustomerWhoCallsDuringAnAttemptThatFailsIsCalledAnew(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.Phone(customers, once(aritest.Rejects(20*time.Second, 486), aritest.Answers(time.Second, 5*time.Second)))
		w.after(time.Second)
		w.loses(customer)
		w.after(8 * time.Second) // the customer's phone rings
		require.Equal(t, callback.AttemptCustomer, w.attempts()[0].State)
		w.loses(customer)
		require.Equal(t, callback.TaskDialing, w.task().State)
		w.after(time.Minute)
		require.Equal(t, []string{"customer_busy", "connected"}, w.results())
		require.Equal(t, 1, w.attempts()[1].Ordinal, "the intervals started anew")
	})
}

func TestALiveCallerComesFirst(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.Phone(agentLeg, queueOf(alice(20*time.Second)))
		w.after(time.Second)
		w.loses(customer)
		w.after(3 * time.Second)
		require.Equal(t, callback.AttemptAgent, w.attempts()[0].State)

		live := w.enters("anonymous")
		w.asterisk.SetFunction("QUEUE_WAITING_COUNT(support)", "1")
		w.after(10 * time.Millisecond)
		require.Equal(t, []string{"superseded (doesn't count)"}, w.results())
		w.tidy()
		w.after(10 * time.Second)
		require.Equal(t, "a live caller waits in support since 00:00 UTC", w.tasks()[0].WaitingFor)
		require.Equal(t, 1, len(w.asterisk.Requests("POST /channels")), "no leg while a live caller waits")

		w.leaves(live)
		w.asterisk.SetFunction("QUEUE_WAITING_COUNT(support)", "0")
		w.asterisk.Phone(agentLeg, queueOf(alice(time.Second)))
		w.after(time.Second)
		require.Equal(t, 2, len(w.asterisk.Requests("POST /channels")), "noticed within a second")
	})
}

// What an attempt can do without doesn't keep the customer from being called.
func TestRefusalsThatAnAttemptCanDoWithout(t *testing.T) {
	for name, request := range map[string]string{
		"the prompt":    "POST /channels/*/play/callbackd-prompt-*",
		"the ring tone": "POST /channels/*/play/callbackd-tone-*",
		"the recording": "POST /bridges/*/record",
		"more time":     "POST /channels/*/variable",
	} {
		for kind, fault := range map[string]aritest.Fault{
			"is refused":      {Status: 500, Message: "Internal Server Error"},
			"isn't confirmed": {LoseReply: true},
		} {
			t.Run(name+" "+kind, func(t *testing.T) {
				inWorld(t, func(w *world) {
					fault := fault
					fault.On = request
					w.asterisk.Fault(fault)
					w.after(time.Second)
					w.loses(customer)
					w.after(5 * time.Minute)
					require.Equal(t, []string{"connected"}, w.results())
					w.tidy()
				})
			})
		}
	}
}
