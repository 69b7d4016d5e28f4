package callback_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// call is a customer's call that ends now, after a minute, lost by support.
func call(id string, change ...func(*callback.Verdict)) callback.Verdict {
	v := callback.Verdict{
		PBX: "pbx1", CallID: id, Trunk: "PJSIP/pstn", Caller: alicesCustomer, Dialled: "+4685550000",
		Arrived: time.Now().Add(-time.Minute), Ended: time.Now(), Loss: callback.Loss{Queue: "support"},
	}
	for _, f := range change {
		f(&v)
	}
	return v
}

// answered has a person talk to the customer to the end.
func answered(v *callback.Verdict) { v.Talked, v.Loss = 30*time.Second, callback.Loss{} }

func (w *workbench) take(findings ...callback.Finding) {
	w.t.Helper()
	for _, f := range findings {
		require.NoError(w.t, w.intake.Take(context.Background(), f))
	}
}

// missed lists all missed calls, oldest first.
func (w *workbench) missed() []callback.MissedCall {
	var calls []callback.MissedCall
	require.NoError(w.t, w.store.DB.View(context.Background(), func(tx callback.ReadTx) (err error) {
		for id := int64(1); err == nil; id++ {
			var m callback.MissedCall
			if m, err = tx.MissedCall(id); err == nil {
				calls = append(calls, m)
			}
		}
		return nil
	}))
	return calls
}

// inAnHour is an account in which nothing is dialled before an hour is over.
func inAnHour() *callback.Account {
	account := exampleAccount()
	account.Rules[0].DialingIntervals = []time.Duration{time.Hour}
	return account
}

// Whoever talks to a person needs no callback any more, whether the task waits, is held
// or is being dialled.
func TestACustomerWhoIsHelped(t *testing.T) {
	for name, row := range map[string]struct {
		prepare func(*workbench)
		after   callback.TaskState
	}{
		"while the task waits": {func(*workbench) {}, callback.TaskCancelled},
		"while it is held": {func(w *workbench) {
			_, err := callback.Hold(context.Background(), w.store, 1, "ann", "")
			require.NoError(w.t, err)
		}, callback.TaskCancelled},
		"while an agent's phone rings": {func(w *workbench) { w.after(time.Hour) }, callback.TaskCancelled},
	} {
		t.Run(name, func(t *testing.T) {
			atWorkbench(t, inAnHour(), func(w *workbench) {
				w.take(call("1"))
				w.after(time.Minute)
				row.prepare(w)
				w.take(call("2", answered))
				synctest.Wait()
				task, _ := w.read(1)
				assert.Equal(t, row.after, task.State)
				assert.Equal(t, callback.CancelCustomerCalled, task.Reason)
				assert.Empty(t, task.HeldBy)
				assert.Zero(t, w.pbxs["pbx1"].under.Load(), "no phone rings on")
				assert.Len(t, w.missed(), 1)
			})
		})
	}
}

// A call that was answered before the customer's newest loss helps nobody, however
// late callbackd hears of it; unless the log corrects what the events said of that
// very call.
func TestHelpThatIsHeardOfLate(t *testing.T) {
	for name, row := range map[string]struct {
		verdict func(*callback.Verdict)
		helps   bool
	}{
		"before the newest loss":    {func(v *callback.Verdict) { v.Ended = v.Ended.Add(-time.Second) }, false},
		"with the newest loss":      {func(*callback.Verdict) {}, true},
		"after the newest loss":     {func(v *callback.Verdict) { v.Ended = v.Ended.Add(time.Second) }, true},
		"the newest loss corrected": {func(v *callback.Verdict) { v.CallID, v.Ended = "2", v.Ended.Add(-time.Minute) }, true},
		"an older loss corrected":   {func(v *callback.Verdict) { v.CallID, v.Ended = "1", v.Ended.Add(-time.Minute) }, false},
		"another PBX's call": {func(v *callback.Verdict) {
			v.PBX, v.CallID, v.Ended = "pbx2", "2", v.Ended.Add(-time.Minute)
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			atWorkbench(t, inAnHour(), func(w *workbench) {
				w.take(call("1"))
				w.after(10 * time.Minute)
				w.take(call("2"))
				w.take(call("3", answered, row.verdict))
				task, _ := w.read(1)
				assert.Equal(t, row.helps, task.State == callback.TaskCancelled)
			})
		})
	}
}

// Who withheld the number is nobody: neither promised a call nor helped, and the number
// isn't kept.
func TestACustomerWhoWithholdsTheNumber(t *testing.T) {
	withheld := func(v *callback.Verdict) { v.Presentation = callback.PresentationWithheld }
	atWorkbench(t, inAnHour(), func(w *workbench) {
		w.take(call("1"), call("2", withheld), call("3", answered, withheld))
		task, _ := w.read(1)
		assert.Equal(t, callback.TaskScheduled, task.State)
		calls := w.missed()
		require.Len(t, calls, 2)
		assert.Equal(t, callback.ReasonAnonymous, calls[1].Reason)
		assert.Empty(t, calls[1].Caller)
		assert.Empty(t, calls[1].Number)
	})
}

// What an agent does by hand makes the callback unnecessary, when it is dialled or when
// it is answered, as the account says.
func TestACustomerWhomAnAgentCalls(t *testing.T) {
	for name, row := range map[string]struct {
		when    callback.AgentCalled
		finding func(callback.LiveCall) callback.Finding
		helps   bool
	}{
		"dialled, by default":  {"", func(c callback.LiveCall) callback.Finding { return callback.CallBegan{LiveCall: c} }, true},
		"dialled":              {callback.WhenDialled, func(c callback.LiveCall) callback.Finding { return callback.CallBegan{LiveCall: c} }, true},
		"not before an answer": {callback.WhenAnswered, func(c callback.LiveCall) callback.Finding { return callback.CallBegan{LiveCall: c} }, false},
		"answered":             {callback.WhenAnswered, func(c callback.LiveCall) callback.Finding { return callback.CallAnswered{LiveCall: c} }, true},
		"over":                 {callback.WhenAnswered, func(c callback.LiveCall) callback.Finding { return callback.CallOver{LiveCall: c} }, false},
		"by the customer": {"", func(c callback.LiveCall) callback.Finding {
			c.Outbound = false
			return callback.CallBegan{LiveCall: c}
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			account := inAnHour()
			account.AgentCalled = row.when
			atWorkbench(t, account, func(w *workbench) {
				w.take(call("1"))
				c := outbound("2", "PJSIP/alice")
				c.Number = "070-123 45 67"
				w.take(row.finding(c))
				task, _ := w.read(1)
				assert.Equal(t, row.helps, task.State == callback.TaskCancelled)
				if row.helps {
					assert.Equal(t, callback.CancelAgentCalled, task.Reason)
				}
			})
		})
	}
}

// A call by hand that callbackd takes up after a gap had begun before what was lost since:
// it helps nobody but whoever was lost before.
func TestACallByHandThatIsTakenUp(t *testing.T) {
	atWorkbench(t, inAnHour(), func(w *workbench) {
		taken := outbound("9", "PJSIP/alice")
		taken.Since, taken.Partial = time.Now(), true
		w.after(10 * time.Minute)
		w.take(call("1"))
		w.after(time.Minute)
		w.take(callback.CallBegan{LiveCall: taken})
		task, _ := w.read(1)
		assert.Equal(t, callback.TaskScheduled, task.State)
	})
}

// Where accounts share a trunk, it is the agent's account that has called; whoever's
// phone nobody lists has called for all.
func TestForWhomAnAgentCalls(t *testing.T) {
	acme, other := inAnHour(), inAnHour()
	acme.Agents = map[string]callback.Agent{"alice": {Name: "alice", Endpoint: "PJSIP/alice"}}
	other.Name, other.Numbers = "other", []string{"+4685551111"}
	for agent, others := range map[string]callback.TaskState{
		"PJSIP/alice": callback.TaskScheduled,
		"PJSIP/fax":   callback.TaskCancelled,
		"":            callback.TaskCancelled,
	} {
		t.Run(agent, func(t *testing.T) {
			atWorkbench(t, acme, func(w *workbench) {
				w.edit(acme, other)
				w.take(call("1"), call("2", func(v *callback.Verdict) { v.Dialled = "+4685551111" }))
				w.take(callback.CallBegan{LiveCall: outbound("3", agent)})
				task, _ := w.read(1)
				assert.Equal(t, callback.TaskCancelled, task.State)
				task, _ = w.read(2)
				assert.Equal(t, others, task.State)
				assert.Equal(t, "other", task.Account)
			})
		})
	}
}

// A person answered, passed the call on, and it was lost then: that is a missed call
// where a rule asks for it, and else the customer has been helped.
func TestACallThatIsLostAfterATransfer(t *testing.T) {
	passedOn := func(v *callback.Verdict) { v.Talked = 30 * time.Second }
	for name, row := range map[string]struct {
		change    func(*callback.Account)
		verdict   func(*callback.Verdict)
		decisions []callback.Decision
		reason    callback.Reason
		helped    bool
	}{
		"no rule asks for it": {
			decisions: []callback.Decision{callback.DecisionTaskCreated, callback.DecisionRefused},
			reason:    callback.ReasonAnsweredFirst, helped: true,
		},
		"a rule asks for it": {
			change:    func(a *callback.Account) { a.Rules[0].AfterTransfer = true },
			decisions: []callback.Decision{callback.DecisionTaskCreated, callback.DecisionMerged},
		},
		"the rule that asks for it is off": {
			change: func(a *callback.Account) {
				asks := a.Rules[0]
				asks.Name, asks.AfterTransfer, asks.Enabled = "asks", true, false
				a.Rules = append(a.Rules, asks)
			},
			decisions: []callback.Decision{callback.DecisionTaskCreated, callback.DecisionRefused},
			reason:    callback.ReasonAnsweredFirst, helped: true,
		},
		"the dialplan says to ignore it": {
			change:    func(a *callback.Account) { a.Rules[0].AfterTransfer = true },
			verdict:   func(v *callback.Verdict) { v.Loss.Said = callback.SaidIgnore },
			decisions: []callback.Decision{callback.DecisionTaskCreated, callback.DecisionRefused},
			reason:    callback.ReasonIgnored, helped: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			account := inAnHour()
			if row.change != nil {
				row.change(account)
			}
			if row.verdict == nil {
				row.verdict = func(*callback.Verdict) {}
			}
			atWorkbench(t, account, func(w *workbench) {
				w.take(call("1"))
				w.after(time.Minute)
				w.take(call("2", passedOn, row.verdict))
				w.take(call("2", passedOn, row.verdict))
				calls := w.missed()
				require.Len(t, calls, 2)
				assert.Equal(t, row.decisions, []callback.Decision{calls[0].Decision, calls[1].Decision})
				assert.Equal(t, row.reason, calls[1].Reason)
				task, _ := w.read(1)
				assert.Equal(t, row.helped, task.State == callback.TaskCancelled)
			})
		})
	}
}

// A rule that asks for calls lost after a transfer decides about them although another
// comes before it, and about all other losses the first does.
func TestTheRuleForCallsLostAfterATransfer(t *testing.T) {
	account := inAnHour()
	asks := account.Rules[0]
	asks.Name, asks.AfterTransfer = "asks", true
	account.Rules = append(account.Rules, asks)
	atWorkbench(t, account, func(w *workbench) {
		w.take(call("1", func(v *callback.Verdict) { v.Talked = 30 * time.Second }))
		w.take(call("2", func(v *callback.Verdict) { v.Caller = "+46701234568" }))
		calls := w.missed()
		require.Len(t, calls, 2)
		assert.Equal(t, "asks", calls[0].Rule)
		assert.Equal(t, "lost", calls[1].Rule)
	})
}
