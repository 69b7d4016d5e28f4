package pbx_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
)

// The connection is lost between the admission and the commit of the claim: the
// attempt that never began must not count as one that looks for an agent.
func TestAGapBetweenAdmissionAndClaim(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "0")
		w.after(time.Second)
		w.loses(customer)
		w.after(2 * time.Second)
		// The writer is busy for a while (a slow disk).
		held := make(chan struct{})
		go func() {
			_ = w.store.Update(context.Background(), func(callback.Tx) error {
				close(held)
				time.Sleep(700 * time.Millisecond)
				return nil
			})
		}()
		<-held
		w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "1")
		w.after(600 * time.Millisecond) // admitted, waits for the commit
		w.asterisk.Cut("callbackd")
		w.after(time.Hour)
		require.Equal(t, callback.TaskCompleted, w.task().State)
	})
}

// The task is cancelled between the claim's commit and the attempt's start.
func TestACancellationBetweenClaimAndStart(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.Phone(agentLeg, queueOf(aritest.NeverAnswers))
		w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "0")
		w.after(time.Second)
		w.loses(customer)
		id := w.task().ID
		w.after(2 * time.Second)
		held := make(chan struct{})
		go func() {
			_ = w.store.Update(context.Background(), func(callback.Tx) error {
				close(held)
				time.Sleep(700 * time.Millisecond)
				return nil
			})
		}()
		<-held
		w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "1")
		w.after(600 * time.Millisecond) // the claim waits for the writer
		go func() { _, _ = callback.Cancel(context.Background(), w.store, id, callback.CancelByPerson, "ann") }()
		w.after(5 * time.Second)
		require.Equal(t, callback.TaskCancelled, w.task().State)
	})
}

// The customer is lost again after somebody cancelled: the promise is made anew.
func TestALossAfterACancellation(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.Phone(customers, once(aritest.NeverAnswers, aritest.Answers(time.Second, 5*time.Second)))
		w.after(time.Second)
		w.loses(customer)
		w.after(8 * time.Second)
		require.Equal(t, callback.AttemptCustomer, w.attempts()[0].State)
		_, err := callback.Cancel(context.Background(), w.store, w.task().ID, callback.CancelByPerson, "ann")
		require.NoError(t, err)
		w.loses(customer) // ten seconds in the queue, in vain
		w.after(time.Hour)
		require.Equal(t, 2, w.rung())
	})
}

// The customer isn't called for nobody, and nothing is counted.
func TestAnAgentWhoGoesBeforeTheCustomerIsCalled(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.Phone(agentLeg, queueOf(once(aritest.Answers(2*time.Second, 4500*time.Millisecond), alice(time.Second))))
		w.asterisk.Fault(aritest.Fault{On: "POST /channels/*/play/*tone*", Times: 1, Delay: time.Second})
		w.after(time.Second)
		w.loses(customer)
		w.after(20 * time.Second)
		require.Zero(t, w.rung())
		require.Equal(t, []string{"agent_hung_up (doesn't count)"}, w.results())
	})
}

// Asterisk refuses a leg whose originator is gone: the trunk isn't to blame.
func TestAnAgentWhoGoesWhileTheCustomerIsCalled(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.Phone(agentLeg, queueOf(once(aritest.Answers(2*time.Second, 4500*time.Millisecond), alice(time.Second))))
		w.asterisk.Fault(aritest.Fault{On: "POST /channels", Times: 1})
		w.asterisk.Fault(aritest.Fault{On: "POST /channels", Times: 1, Delay: time.Second})
		w.after(time.Second)
		w.loses(customer)
		w.after(20 * time.Second)
		require.False(t, w.attempts()[0].TrunkFault)
	})
}

// A leg that appears when its attempt is over is hung up at once.
func TestALegThatAppearsTooLate(t *testing.T) {
	inWorld(t, func(w *world) {
		rang := time.Duration(0)
		w.asterisk.Phone(agentLeg, queueOf(func(c *aritest.Call) {
			began := time.Now()
			aritest.NeverAnswers(c)
			<-c.Done()
			rang = time.Since(began)
		}))
		// The originate takes effect late; the task is cancelled meanwhile, and
		// the last request of Close is slow too.
		w.asterisk.Fault(aritest.Fault{On: "POST /channels", Times: 1, ReplyDelay: time.Millisecond, Before: func(aritest.Request) { time.Sleep(300 * time.Millisecond) }})
		w.asterisk.Fault(aritest.Fault{On: "DELETE /bridges/*", Times: 1, Delay: 600 * time.Millisecond})
		w.after(time.Second)
		w.loses(customer)
		w.after(100 * time.Millisecond)
		_, err := callback.Cancel(context.Background(), w.store, w.task().ID, callback.CancelByPerson, "ann")
		require.NoError(t, err)
		w.after(10 * time.Second)
		w.tidy()
		require.Less(t, rang, time.Second)
	})
}

// Stopping lets go of the agent's leg and waits for a customer's phone.
func TestDrain(t *testing.T) {
	for _, moment := range []struct {
		name   string
		at     time.Duration
		waits  time.Duration // until the drain is over
		result []string
	}{
		{"nothing goes on", -1, 0, nil},
		{"while the agent's phone rings", agentRings, 0, []string{"superseded (doesn't count)"}},
		{"while the agent hears the prompt", agentHears, 0, []string{"superseded (doesn't count)"}},
		{"while the customer's phone rings", customerRings, time.Second, []string{"connected"}},
		{"while they talk", theyTalk, 0, []string{"connected"}},
	} {
		t.Run(moment.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.after(time.Second)
				if moment.at > 0 {
					w.loses(customer)
					w.after(moment.at)
				}
				began := time.Now()
				w.dialer.Drain(context.Background())
				require.InDelta(t, moment.waits.Seconds(), time.Since(began).Seconds(), 0.2)
				if moment.at < 0 {
					w.loses(customer)
				}
				w.after(time.Minute)
				require.Equal(t, moment.result, w.results())
				if moment.at < customerRings {
					require.Zero(t, w.rung(), "nothing new begins")
				} else {
					require.Equal(t, 1, w.rung())
				}
			})
		})
	}
}

// With Asterisk away there is nobody to wait for.
func TestDrainWhileAsteriskIsAway(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Second)
		w.loses(customer)
		w.after(agentRings)
		w.asterisk.Stop()
		w.after(time.Minute)
		began := time.Now()
		w.dialer.Drain(context.Background())
		require.Less(t, time.Since(began), time.Second)
	})
}
