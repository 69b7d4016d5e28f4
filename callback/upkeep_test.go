package callback_test

import (
	"context"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/storage"
)

// Tasks are ended a hundred in a transaction, so that whoever else writes waits
// for no more.
func TestAThousandTasksOfADisabledRule(t *testing.T) {
	t.Parallel()
	atWorkbench(t, exampleAccount(), func(w *workbench) {
		w.seedDue(time.Hour, "sweden", numbers(swedish, 0, 1500)...)
		w.after(time.Minute)
		w.store.reset()
		account := exampleAccount()
		account.Rules[0].Enabled = false
		w.rules.Replace(callback.NewRulebook(account))
		w.upkeep.Wake()
		w.after(0)
		require.Equal(t, 1500, w.count(callback.TaskCancelled))
		require.EqualValues(t, 100, w.store.largest.Load())
	})
}

// All of them expire in the same moment.
func TestAThousandTasksExpire(t *testing.T) {
	t.Parallel()
	atWorkbench(t, exampleAccount(), func(w *workbench) {
		w.seedDue(100*time.Hour, "sweden", numbers(swedish, 0, 1500)...)
		w.after(72*time.Hour - time.Second)
		w.store.reset()
		require.Zero(t, w.count(callback.TaskExpired))
		w.after(2 * time.Second)
		require.Equal(t, 1500, w.count(callback.TaskExpired))
		require.EqualValues(t, 100, w.store.largest.Load())
	})
}

// A freeze is one transaction, however many tasks it cancels.
func TestAFreezeOfAThousandTasks(t *testing.T) {
	t.Parallel()
	atWorkbench(t, exampleAccount(), func(w *workbench) {
		w.seedDue(time.Hour, "sweden", numbers(swedish, 0, 1000)...)
		w.store.reset()
		require.NoError(t, w.control.Freeze(context.Background(), "acme", "ann"))
		require.Equal(t, 1000, w.count(callback.TaskCancelled))
		require.EqualValues(t, 1, w.store.updates.Load())
	})
}

// twoQueues has a rule for support, and another for sales.
func twoQueues() *callback.Account {
	account := exampleAccount()
	account.Queues["sales"] = callback.Queue{Name: "sales"}
	account.Rules[0].From = []callback.Target{{Kind: callback.TargetQueue, Name: "support"}}
	other := account.Rules[0]
	other.Name, other.From = "other", []callback.Target{{Kind: callback.TargetQueue, Name: "sales"}}
	account.Rules = append(account.Rules, other)
	return account
}

// A customer whose callback is being dialled is lost again, by another rule. From
// then on that one keeps the promise, and what becomes of the first rule doesn't
// matter: the newest loss decides.
func TestALossByAnotherRuleWhileItIsDialled(t *testing.T) {
	for name, end := range map[string]func(*workbench){
		"the first rule is deactivated": func(w *workbench) {
			require.NoError(w.t, w.control.Deactivate(context.Background(), callback.RuleKey{Account: "acme", Rule: "lost"}, "ann"))
		},
		"the first rule is disabled": func(w *workbench) {
			account := twoQueues()
			account.Rules[0].Enabled = false
			w.edit(account)
		},
		"the first rule is gone": func(w *workbench) {
			account := twoQueues()
			account.Rules = account.Rules[1:]
			w.edit(account)
		},
		"the first queue is gone": func(w *workbench) {
			account := twoQueues()
			delete(account.Queues, "support")
			w.edit(account)
		},
	} {
		t.Run(name, func(t *testing.T) {
			atWorkbench(t, twoQueues(), func(w *workbench) {
				w.lose("1", "+46701234567", "support")
				w.after(time.Second)
				w.lose("2", "+46701234567", "sales")
				w.after(time.Second)
				end(w)
				w.after(2 * time.Minute)
				task, _ := w.read(1)
				require.True(t, task.State.Open())
				require.Empty(t, task.CancelReason)
				require.Equal(t, "other", task.Rule)
			})
		})
	}
}

// A task that is cancelled while it is dialled is over when its attempt is, which
// may take hours. Until then nobody looks at all tasks again because of it.
func TestACancelledTaskThatIsDialledCostsNothing(t *testing.T) {
	atWorkbench(t, twoQueues(), func(w *workbench) {
		w.lose("1", "+46701234567", "support")
		w.after(time.Second)
		w.pbxs["pbx1"].deaf = true
		account := twoQueues()
		account.Rules = account.Rules[1:]
		w.edit(account)
		w.after(2 * time.Minute)
		task, _ := w.read(1)
		require.Equal(t, callback.TaskDialing, task.State)
		require.Equal(t, callback.CancelOriginDeleted, task.CancelReason)
		w.store.reset()
		for range 10 {
			w.upkeep.Wake()
			w.after(time.Second)
		}
		require.Zero(t, w.store.lists.Load())
	})
}

// An account whose tasks can't be read stands in nobody's way: another account's
// are ended, and whatever is too old expires.
func TestAnAccountThatCanNotBeRead(t *testing.T) {
	atWorkbench(t, exampleAccount(), func(w *workbench) {
		globex := exampleAccount()
		globex.Name = "globex"
		w.edit(exampleAccount(), globex)
		w.seedEach(numbers(swedish, 0, 2), func(_ int, task *callback.Task) {
			task.Due, task.GiveUp = time.Now().Add(time.Hour), time.Now().Add(time.Minute)
		})
		w.seedEach(numbers(swedish, 2, 3), func(_ int, task *callback.Task) {
			task.Account, task.Due = "globex", time.Now().Add(time.Hour)
		})
		w.after(time.Second)
		w.store.brokenAccount.Store("acme")
		globex = exampleAccount()
		globex.Name, globex.Rules[0].Enabled = "globex", false
		w.edit(exampleAccount(), globex)
		w.after(time.Second)
		require.Equal(t, 1, w.count(callback.TaskCancelled))
		w.after(time.Minute)
		require.Equal(t, 2, w.count(callback.TaskExpired))
		require.Less(t, w.errors.Load(), int64(5), "alarms, and once what can't be read")
	})
}

// An account stays frozen while its rules aren't in force: those that were added
// meanwhile would come back switched on.
func TestAnAccountWithoutRulesStaysFrozen(t *testing.T) {
	atWorkbench(t, exampleAccount(), func(w *workbench) {
		require.NoError(t, w.control.Freeze(context.Background(), "acme", "ann"))
		w.edit()
		require.ErrorIs(t, w.control.Unfreeze(context.Background(), "acme", "ann"), callback.ErrNotFound)
		w.edit(twoQueues())
		w.lose("1", "+46701234567", "sales")
		w.after(time.Second)
		require.NoError(t, w.control.Unfreeze(context.Background(), "acme", "ann"))
		w.lose("2", "+46701234567", "sales")
		w.after(time.Second)
		require.Zero(t, w.pbxs["pbx1"].rung.Load())
	})
}

// BenchmarkUpkeep ends ten thousand tasks of a rule that was disabled.
func BenchmarkUpkeep(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		db, err := storage.Open(b.Context(), filepath.Join(b.TempDir(), "callbackd.db"))
		require.NoError(b, err)
		account := exampleAccount()
		account.Rules[0].Enabled = false
		w := &workbench{t: b, store: &tally{DB: db}}
		w.seedDue(time.Hour, "sweden", numbers(swedish, 0, 10_000)...)
		ctx, end := context.WithCancel(b.Context())
		var ended atomic.Int64
		db.Observe(func(changes []callback.Change) {
			for _, c := range changes {
				if c.To == string(callback.TaskCancelled) && ended.Add(1) == 10_000 {
					end()
				}
			}
		})
		upkeep := callback.NewUpkeep(w.store, callback.NewRules(callback.NewRulebook(account)), zerolog.Nop())
		b.StartTimer()
		require.NoError(b, upkeep.Run(ctx))
		b.StopTimer()
		require.NoError(b, db.Close())
		b.StartTimer()
	}
}
