package pbx_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
)

const (
	secondCustomer = "+46702222222"
	thirdCustomer  = "+46703333333"
)

// waitingFor gives what each customer's task waits for.
func (w *world) waitingFor() map[string]string {
	reasons := map[string]string{}
	for _, task := range w.tasks() {
		reasons[task.Number] = task.WaitingFor
	}
	return reasons
}

// lost records a call that support lost, without a caller in the queue.
func (w *world) lost(number, dialled string) {
	in := callback.NewIntake(w.store, w.rules, func(callback.MissedCall) {})
	require.NoError(w.t, in.Take(context.Background(), callback.Verdict{
		PBX: "pbx1", CallID: number + dialled, Trunk: "PJSIP/pstn", Caller: number, Dialled: dialled,
		Arrived: time.Now(), Ended: time.Now(), Loss: callback.Loss{Queue: "support"},
	}))
}

// While one callback looks for an agent of a queue, the next one waits: both
// would count on the same agent.
func TestOneCallbackAtATimeLooksForAnAgent(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.Phone(agentLeg, queueOf(alice(20*time.Second)))
		w.after(time.Second)
		w.lost(customer, "+4685550000")
		w.lost(secondCustomer, "+4685550000")
		w.after(10 * time.Second)
		require.Len(t, w.legs(), 1)
		require.Equal(t, "another callback is looking for an agent of support", w.waitingFor()[secondCustomer])
		w.after(15 * time.Second) // alice has answered; the function says that somebody else is ready
		require.Equal(t, "agent", w.legs()[1].AppArgs)
		w.after(2 * time.Minute)
		require.Equal(t, 2, w.rung())
	})
}

// An account has no more attempts at once than lines.
func TestLinesOfAnAccount(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.Phone(customers, aritest.Answers(2*time.Second, time.Minute))
		w.after(time.Second)
		for _, number := range []string{customer, secondCustomer, thirdCustomer} {
			w.loses(number)
		}
		w.after(30 * time.Second)
		require.Equal(t, 2, w.rung())
		require.Equal(t, "all 2 lines of acme are in use", w.waitingFor()[thirdCustomer])
		w.after(2 * time.Minute)
		require.Equal(t, 3, w.rung())
	}, func(a *callback.Account) { a.Lines = 2 })
}

// A customer of two accounts is called by one after the other.
func TestOneAttemptForOneNumber(t *testing.T) {
	inWorld(t, func(w *world) {
		other := exampleAccount()
		other.Name, other.Numbers = "other", []string{"+4685551111"}
		w.end()
		w.rules = callback.NewRules(callback.NewRulebook(exampleAccount(), other))
		w.asterisk.Phone(customers, aritest.Answers(2*time.Second, time.Minute))
		w.start()
		w.after(time.Second)
		w.lost(customer, "+4685550000")
		w.lost(customer, "+4685551111")
		w.after(theyTalk)
		require.Equal(t, 1, w.rung())
		var waits []string
		for _, task := range w.tasks() {
			if task.State == callback.TaskScheduled {
				waits = append(waits, task.WaitingFor)
			}
		}
		require.Equal(t, []string{"another attempt to this number is under way"}, waits)
		w.after(5 * time.Minute)
		require.Equal(t, 2, w.rung())
	})
}

// What forbids is read again when dialling, and the task says what does.
func TestWhatForbidsATaskThatWaits(t *testing.T) {
	for name, row := range map[string]struct {
		edit func(*callback.Account)
		want string
	}{
		"the rule is disabled":           {func(a *callback.Account) { a.Rules[0].Enabled = false }, `rule "lost" is disabled`},
		"the rule is gone":               {func(a *callback.Account) { a.Rules[0].Name = "another" }, `rule "lost" isn't in the file of account acme any more`},
		"the number is the account's":    {func(a *callback.Account) { a.Numbers = append(a.Numbers, customer) }, "the number may not be called any more: own_number"},
		"its country may not be called":  {func(a *callback.Account) { a.Country = "NO" }, "the number may not be called any more: country_not_callable"},
		"the account is gone":            {func(a *callback.Account) { a.Name = "another" }, "account acme has no rules file"},
		"the way out is gone":            {func(a *callback.Account) { a.Regions = nil }, `region "sweden" isn't in the file of account acme`},
		"nothing that would forbid that": {func(a *callback.Account) { a.Lines = 1 }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "0")
				w.after(time.Second)
				w.loses(customer)
				w.end()
				account := exampleAccount()
				row.edit(account)
				w.rules = callback.NewRules(callback.NewRulebook(account))
				w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "1")
				w.start()
				w.after(time.Minute)
				require.Equal(t, row.want, w.task().WaitingFor)
				require.Equal(t, row.want == "", w.rung() == 1)
			})
		})
	}
}

// A task is dialled when it is due, not when the scheduler happens to look.
func TestATaskIsDialledWhenItIsDue(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Second)
		w.loses(customer)
		w.after(5 * time.Minute)
		a := w.attempts()[0]
		require.InDelta(t, 0, a.Claimed.Sub(a.Due).Seconds(), 1)
	}, func(a *callback.Account) { a.Rules[0].DialingIntervals = []time.Duration{90 * time.Second} })
}

// What waited for Asterisk goes on as soon as it is back.
func TestATaskThatIsDueAtStart(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "0")
		w.after(time.Second)
		w.loses(customer)
		w.end()
		w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "1")
		w.asterisk.Stop()
		w.start()
		w.after(time.Minute)
		w.asterisk.Start()
		back := w.asterisk.WaitRequest(context.Background(), t, "GET /bridges", 2)
		w.after(2 * time.Minute)
		asked := w.asterisk.Requests("POST /channels")
		require.NotEmpty(t, asked)
		require.Less(t, asked[0].Time.Sub(back.Time), 50*time.Millisecond)
	})
}

// The connection goes silent while the agent hears the prompt: the customer isn't
// called by somebody who couldn't hear the answer.
func TestNobodyIsCalledWithoutAHeartbeat(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.SetSound(prompt, 10*time.Second)
		w.after(time.Second)
		w.loses(customer)
		w.after(agentHears)
		w.asterisk.Freeze("callbackd")
		w.after(20 * time.Second)
		require.Zero(t, w.rung())
		w.after(5 * time.Minute)
		require.Equal(t, []string{"interrupted (doesn't count)", "connected"}, w.results())
	})
}
