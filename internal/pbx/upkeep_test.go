package pbx_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
)

// An account that is no more: nothing is cancelled until a person forgets it.
func TestAnAccountIsForgotten(t *testing.T) {
	atDesk(t, func(d *desk) {
		d.nobodyFree()
		d.after(time.Second)
		d.loses(customer)
		d.rules.Replace(callback.NewRulebook())
		d.upkeep.Wake()
		d.after(time.Hour)
		require.Equal(t, callback.TaskScheduled, d.task().State)
		require.NoError(t, d.Forget(ctx, "acme", "ann"))
		require.Equal(t, callback.CancelAccountRemoved, d.task().Reason)
		require.ErrorIs(t, d.Forget(ctx, "acme", "ann"), callback.ErrNotFound)
	})
}

// What lost the call is gone from the file: nothing is dialled from that moment,
// and after a minute the task is cancelled; back earlier, it goes on.
func TestWhatLostTheCallIsGone(t *testing.T) {
	rename := func(a *callback.Account) { a.Rules[0].Name = "another" }
	unlist := func(a *callback.Account) { a.Queues = map[string]callback.Queue{"sales": {Name: "sales"}} }
	for name, gone := range map[string]func(*callback.Account){"the rule": rename, "the queue": unlist} {
		for _, back := range []bool{true, false} {
			t.Run(name+map[bool]string{true: ", and comes back", false: " for good"}[back], func(t *testing.T) {
				atDesk(t, func(d *desk) {
					d.nobodyFree()
					d.after(time.Second)
					d.loses(customer)
					d.edits(gone)
					d.somebodyFree()
					d.after(59 * time.Second)
					require.Equal(t, callback.TaskScheduled, d.task().State)
					require.Contains(t, d.task().WaitingFor, "isn't in the file of account acme any more")
					if back {
						d.edits(func(*callback.Account) {})
						d.after(time.Hour)
						require.Equal(t, callback.TaskCompleted, d.task().State)
						return
					}
					d.after(2 * time.Second)
					require.Equal(t, callback.CancelOriginDeleted, d.task().Reason)
					require.Zero(t, d.rung())
				})
			})
		}
	}
}

// It must be gone for a minute without a break, and a restart begins anew.
func TestTheMinuteBeginsAnew(t *testing.T) {
	atDesk(t, func(d *desk) {
		gone := func(a *callback.Account) { a.Rules[0].Name = "another" }
		d.nobodyFree()
		d.after(time.Second)
		d.loses(customer)
		d.edits(gone)
		d.after(40 * time.Second)
		d.edits(func(*callback.Account) {})
		d.after(time.Second)
		d.edits(gone)
		d.after(40 * time.Second)
		d.restart()
		d.after(59 * time.Second)
		require.Equal(t, callback.TaskScheduled, d.task().State)
		d.after(2 * time.Second)
		require.Equal(t, callback.TaskCancelled, d.task().State)
	})
}

// A task is given up when its days are over, with an alarm an hour before; one
// that is being dialled then first ends its attempt.
func TestGivingUp(t *testing.T) {
	oneDay := func(a *callback.Account) { a.Rules[0].GiveUpAfter = 1 }
	atDesk(t, func(d *desk) {
		require.NoError(t, d.Stop(ctx, "ann")) // promises grow old meanwhile
		d.loses(customer)
		d.after(23*time.Hour - time.Minute)
		require.NotContains(t, d.logged(), "giving_up_soon")
		d.after(59 * time.Minute)
		require.Equal(t, 1, strings.Count(d.logged(), "giving_up_soon"), "once")
		require.Equal(t, callback.TaskScheduled, d.task().State)
		d.after(3 * time.Minute)
		require.Equal(t, callback.TaskExpired, d.task().State)
		require.Equal(t, "give_up_after", d.task().Reason)
		require.Equal(t, []string{"superseded (doesn't count)"}, d.results())
	}, oneDay)
	atDesk(t, func(d *desk) {
		d.asterisk.Phone(agentLeg, queueOf(aritest.NeverAnswers))
		require.NoError(t, d.Stop(ctx, "ann"))
		d.loses(customer)
		d.after(24*time.Hour - 30*time.Second)
		require.NoError(t, d.Resume(ctx, "ann"))
		d.after(45 * time.Second)
		require.Equal(t, callback.TaskDialing, d.task().State, "the agent's phone rings")
		d.after(time.Minute)
		require.Equal(t, callback.TaskExpired, d.task().State)
		require.Equal(t, []string{"agent_no_answer (doesn't count)", "superseded (doesn't count)"}, d.results())
	}, oneDay)
}
