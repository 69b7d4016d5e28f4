package callback_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/callback/hours"
)

// A thousand tasks that wait for Monday, 09:00, cost nothing until then: they
// are looked at once, and no more than two rows are read in a minute.
func TestAThousandTasksThatWaitForMonday(t *testing.T) {
	t.Parallel()
	account := exampleAccount()
	account.Rules[0].Schedule = weekdays()
	atWorkbench(t, account, func(w *workbench) {
		w.pbxs["pbx1"].waiting = "no agent of support is free"
		w.seed("sweden", numbers(swedish, 0, 1000)...)
		w.after(time.Second)
		w.store.reset()
		w.after(55 * time.Hour) // until 07:00:01, UTC
		require.Zero(t, w.store.updates.Load(), "nothing is written")
		require.Zero(t, w.pbxs["pbx1"].asked.Load(), "Asterisk isn't asked")
		rounds := int64(55 * 60)
		require.LessOrEqual(t, w.store.views.Load(), 6*rounds, "a round of each part in a minute, whatever waits")
		w.after(59*time.Minute + 58*time.Second)
		require.Zero(t, w.pbxs["pbx1"].asked.Load())
		w.after(2 * time.Second)
		require.NotZero(t, w.pbxs["pbx1"].asked.Load(), "it opens")
	})
}

// Tasks that can't be dialled for long don't hide one that can, however many
// stand before it in the same queue.
func TestClosedTasksHideNobody(t *testing.T) {
	t.Parallel()
	t.Run("the schedule is closed where they live", func(t *testing.T) {
		account := exampleAccount()
		account.Callable.Countries = []string{"SE", "JP"}
		// In Stockholm it is one o'clock, in Tokyo nine.
		account.Rules[0].Schedule = &hours.Schedule{Name: "night"}
		account.Rules[0].Schedule.Weekly[time.Saturday] = []hours.Window{{From: 0, To: 120}}
		atWorkbench(t, account, func(w *workbench) {
			w.seed("sweden", numbers(japanese, 0, 550)...)
			w.seed("sweden", numbers(swedish, 0, 1)...)
			w.after(time.Millisecond)
			require.EqualValues(t, 1, w.pbxs["pbx1"].rung.Load())
		})
	})
	t.Run("their PBX is away", func(t *testing.T) {
		atWorkbench(t, exampleAccount(), func(w *workbench) {
			w.pbxs["pbx1"].away = errors.New("Asterisk pbx1 is away")
			w.seed("sweden", numbers(swedish, 0, 250)...)
			w.after(time.Minute)
			w.seed("north", numbers(swedish, 250, 251)...)
			w.after(2 * time.Second)
			require.EqualValues(t, 1, w.pbxs["pbx2"].rung.Load())
		})
	})
	t.Run("their region is full", func(t *testing.T) {
		atWorkbench(t, oneCall(exampleAccount()), func(w *workbench) {
			w.seed("sweden", numbers(swedish, 0, 250)...)
			w.after(10 * time.Minute)
			require.EqualValues(t, 1, w.pbxs["pbx1"].rung.Load())
			w.seed("north", numbers(swedish, 250, 251)...)
			w.after(time.Minute)
			require.EqualValues(t, 1, w.pbxs["pbx2"].rung.Load())
		})
	})
}

// oneCall lets region sweden have one call at once.
func oneCall(account *callback.Account) *callback.Account {
	region := account.Regions["sweden"]
	region.MaxCalls = 1
	account.Regions["sweden"] = region
	return account
}

// Of a thousand tasks that wait for the same thing, one asks; the others aren't
// looked at. Asterisk is asked twice a second, nobody else is asked at all before
// something has changed.
func TestAThousandTasksThatWaitForTheSame(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		happens func(*workbench)
		account *callback.Account
		asks    bool
	}{
		"an agent":  {func(w *workbench) { w.pbxs["pbx1"].waiting = "no agent of support is free" }, exampleAccount(), true},
		"the PBX":   {func(w *workbench) { w.pbxs["pbx1"].away = errors.New("Asterisk pbx1 is away") }, exampleAccount(), true},
		"the lines": {func(*workbench) {}, exampleAccount(), false},
		"a region":  {func(*workbench) {}, oneCall(exampleAccount()), false},
	} {
		t.Run(name, func(t *testing.T) {
			atWorkbench(t, row.account, func(w *workbench) {
				row.happens(w)
				w.seed("sweden", numbers(swedish, 0, 1000)...)
				w.after(10 * time.Second)
				w.store.reset()
				w.pbxs["pbx1"].asked.Store(0)
				w.after(time.Minute)
				require.LessOrEqual(t, w.pbxs["pbx1"].asked.Load(), int64(130))
				require.LessOrEqual(t, w.store.looked.Load(), int64(130))
				require.Zero(t, w.store.updates.Load())
				w.store.reset()
				for range 10 {
					w.scheduler.Wake()
					w.after(0)
				}
				require.EqualValues(t, 10, w.store.looked.Load(), "one for each look")
				if !row.asks {
					w.store.reset()
					w.after(30 * time.Second)
					require.LessOrEqual(t, w.store.looked.Load(), int64(1))
				}
			})
		})
	}
}

// While callbackd is stopped nothing is asked of Asterisk and nothing polls.
func TestAStopIsQuiet(t *testing.T) {
	t.Parallel()
	atWorkbench(t, exampleAccount(), func(w *workbench) {
		require.NoError(t, w.control.Stop(context.Background(), "ann"))
		w.store.reset()
		w.seedEach(numbers(swedish, 0, 1000), func(i int, task *callback.Task) { task.Region = []string{"sweden", "north"}[i%2] })
		w.after(time.Second)
		require.EqualValues(t, 100, w.store.largest.Load(), "nobody waits long for the writer while a thousand are laid to rest")
		w.store.reset()
		w.after(10 * time.Hour)
		require.Zero(t, w.store.updates.Load())
		require.Zero(t, w.store.looked.Load())
		require.Zero(t, w.pbxs["pbx1"].asked.Load())
		require.NoError(t, w.control.Resume(context.Background(), "ann"))
		w.after(0)
		require.EqualValues(t, 15, w.pbxs["pbx1"].rung.Load()+w.pbxs["pbx2"].rung.Load(), "as many as there are lines, at once")
	})
}

// The stop ends between the look at a task and the commit that lays it to rest:
// it isn't laid to rest for what is over.
func TestAResumeWhileTasksAreLaidToRest(t *testing.T) {
	atWorkbench(t, exampleAccount(), func(w *workbench) {
		w.after(time.Second)
		require.NoError(t, w.control.Stop(context.Background(), "ann"))
		w.after(time.Second)
		w.store.between = func() { assert.NoError(t, w.control.Resume(context.Background(), "ann")) }
		w.seed("sweden", numbers(swedish, 0, 1)...)
		w.after(time.Second)
		require.Nil(t, w.store.between)
		require.EqualValues(t, 1, w.pbxs["pbx1"].rung.Load())
	})
}

// Likewise a file that is edited.
func TestAnEditWhileTasksAreLaidToRest(t *testing.T) {
	account := exampleAccount()
	account.Rules[0].Schedule = weekdays()
	atWorkbench(t, account, func(w *workbench) {
		w.after(time.Second)
		w.store.between = func() {
			w.edit(exampleAccount())
		}
		w.seed("sweden", numbers(swedish, 0, 1)...)
		w.after(time.Second)
		require.EqualValues(t, 1, w.pbxs["pbx1"].rung.Load())
	})
}

// What has expired while callbackd was away isn't dialled when it comes back,
// though the scheduler may be there before the upkeep.
func TestWhatHasExpiredIsNotDialled(t *testing.T) {
	atWorkbench(t, exampleAccount(), func(w *workbench) {
		w.seedEach(numbers(swedish, 0, 300), func(_ int, task *callback.Task) {
			task.GiveUp, task.Due = time.Now().Add(-24*time.Hour), time.Now().Add(-96*time.Hour)
		})
		w.after(time.Second)
		require.Zero(t, w.pbxs["pbx1"].rung.Load())
		require.Equal(t, 300, w.count(callback.TaskExpired))
	})
}

// A cap that attempts under way may yet use up is free again once they have ended
// without a call: whoever waits for it is told so, and is dialled at once.
func TestACapThatWasNotUsedUp(t *testing.T) {
	account := exampleAccount()
	account.Callable.PerDay = 2
	atWorkbench(t, account, func(w *workbench) {
		w.seed("sweden", numbers(swedish, 0, 4)...)
		w.after(time.Second)
		require.EqualValues(t, 2, w.pbxs["pbx1"].rung.Load())
		task, _ := w.read(3)
		require.Equal(t, "account acme has made, or is about to make, 2 calls in 24 hours, as many as callable.per_day allows", task.WaitingFor)
		for _, id := range []int64{1, 2} {
			_, err := callback.Cancel(context.Background(), w.store, id, callback.CancelCustomerCalled, "ann")
			require.NoError(t, err)
		}
		w.after(time.Second)
		require.EqualValues(t, 4, w.pbxs["pbx1"].rung.Load())
	})
}

// Also where some of what the cap counts was called: it is the others that may
// free it.
func TestACapThatWasUsedUpInPart(t *testing.T) {
	account := exampleAccount()
	account.Callable.PerDay, account.Lines = 3, 1
	atWorkbench(t, account, func(w *workbench) {
		w.pbxs["pbx1"].answer = true
		w.seed("sweden", numbers(swedish, 0, 1)...)
		w.after(10 * time.Second) // one customer has been called
		w.pbxs["pbx1"].answer = false
		wide := *account
		wide.Lines = 15
		w.edit(&wide)
		w.seed("sweden", numbers(swedish, 1, 5)...)
		w.after(time.Second)
		require.EqualValues(t, 3, w.pbxs["pbx1"].rung.Load())
		for _, id := range []int64{2, 3} {
			_, err := callback.Cancel(context.Background(), w.store, id, callback.CancelCustomerCalled, "ann")
			require.NoError(t, err)
		}
		w.after(time.Second)
		require.EqualValues(t, 5, w.pbxs["pbx1"].rung.Load())
	})
}

// A region that is given another name strands nobody: the claim takes the way out
// that the rule has now.
func TestARegionThatIsRenamed(t *testing.T) {
	renamed := func(way string) *callback.Account {
		account := exampleAccount()
		account.Regions["se"] = account.Regions["sweden"]
		region := account.Regions["se"]
		region.Name = "se"
		account.Regions["se"] = region
		delete(account.Regions, "sweden")
		account.Rules[0].Region = way
		return account
	}
	for name, way := range map[string]string{"the rule names it": "se", "the call came in there": ""} {
		t.Run(name, func(t *testing.T) {
			account := exampleAccount()
			account.Rules[0].DialingIntervals[0] = time.Minute
			atWorkbench(t, account, func(w *workbench) {
				w.lose("1", "+46701234567", "support")
				w.after(time.Second)
				w.edit(renamed(way))
				w.after(time.Hour)
				require.EqualValues(t, 1, w.pbxs["pbx1"].rung.Load())
				task, attempts := w.read(1)
				require.Equal(t, "se", task.Region)
				require.Equal(t, "se", attempts[0].Settings.Region)
			})
		})
	}
}

// The way out of the next attempt is that of the rule as it is then, and its task
// waits with those who go the same way.
func TestARegionThatIsEdited(t *testing.T) {
	atWorkbench(t, exampleAccount(), func(w *workbench) {
		w.pbxs["pbx1"].answer = true
		w.lose("1", "+46701234567", "support")
		w.after(time.Second)
		account := exampleAccount()
		account.Rules[0].Region = "north"
		w.edit(account)
		w.after(time.Minute)
		task, attempts := w.read(1)
		require.Len(t, attempts, 2)
		require.Equal(t, "sweden", attempts[0].Settings.Region)
		require.Equal(t, "north", task.Region)
		w.after(5 * time.Minute)
		require.EqualValues(t, 1, w.pbxs["pbx2"].rung.Load())
	})
}

// A task that can't be served is tried again, and logged once.
func TestATaskThatCanNotBeServed(t *testing.T) {
	atWorkbench(t, exampleAccount(), func(w *workbench) {
		w.store.brokenTask.Store(1)
		w.seed("sweden", numbers(swedish, 0, 2)...)
		w.after(time.Minute)
		require.EqualValues(t, 1, w.pbxs["pbx1"].rung.Load(), "the other is served")
		require.EqualValues(t, 1, w.errors.Load())
		w.store.brokenTask.Store(0)
		w.after(time.Second)
		require.EqualValues(t, 2, w.pbxs["pbx1"].rung.Load())
	})
}

// What forbids the call while the agent answers is told in the words of the
// reason, and in no others.
func TestWhyAnAttemptGaveWay(t *testing.T) {
	atWorkbench(t, exampleAccount(), func(w *workbench) {
		w.pbxs["pbx1"].answer = true
		w.seed("sweden", numbers(swedish, 0, 1)...)
		w.after(time.Second)
		account := exampleAccount()
		account.Callable.Refuse = []string{"+4670"}
		w.edit(account)
		w.after(10 * time.Second)
		_, attempts := w.read(1)
		require.Equal(t, callback.ResultSuperseded, attempts[0].Result)
		require.Equal(t, "the attempt gave way: the number may not be called any more: prefix_refused", attempts[0].Reason)
	})
}

// What an account's customers did on another PBX while callbackd was away may make the
// callback unnecessary: it waits until that is known. Other accounts don't.
func TestAPBXWhoseLogsAreBeingRead(t *testing.T) {
	atWorkbench(t, exampleAccount(), func(w *workbench) {
		here := exampleAccount()
		here.Name, here.Numbers = "globex", []string{"+4685550001"}
		delete(here.Regions, "north")
		w.edit(exampleAccount(), here)
		w.pbxs["pbx2"].behind.Store(true)
		w.seedEach(numbers(swedish, 0, 2), func(i int, task *callback.Task) {
			if i == 1 {
				task.Account = "globex"
			}
		})
		w.after(time.Minute)
		task, _ := w.read(1)
		require.Equal(t, logsBeingRead, task.WaitingFor)
		require.EqualValues(t, 1, w.pbxs["pbx1"].rung.Load(), "only the other account's")
		w.pbxs["pbx2"].behind.Store(false)
		w.after(time.Second)
		require.EqualValues(t, 2, w.pbxs["pbx1"].rung.Load())
	})
}

// What a PBX doesn't say of one target is in the way of that target's callbacks alone. One
// that doesn't answer at all is asked once in a round: other PBXs' callbacks wait for that.
func TestAPBXThatDoesNotSayWhoIsFree(t *testing.T) {
	fault := errors.New("the function fails")
	for name, row := range map[string]struct {
		fault error
		rung  int64
	}{
		"of one target":        {fault, 1},
		"of nobody: no answer": {fmt.Errorf("%w: %w", callback.ErrUnavailable, fault), 0},
	} {
		t.Run(name, func(t *testing.T) {
			account := exampleAccount()
			account.Queues["sales"] = callback.Queue{Name: "sales"}
			atWorkbench(t, account, func(w *workbench) {
				pbx := w.pbxs["pbx1"]
				pbx.silent = func(a callback.Admission) error {
					if a.Target.Name == "sales" {
						return row.fault
					}
					return nil
				}
				w.seedEach(numbers(swedish, 0, 2), func(i int, task *callback.Task) {
					if i == 0 {
						task.Target = callback.Target{Kind: callback.TargetQueue, Name: "sales"}
					}
				})
				w.after(750 * time.Millisecond)
				require.Equal(t, row.rung, pbx.rung.Load(), "of the other target, if it is asked")
				task, _ := w.read(1)
				require.Equal(t, "Asterisk pbx1 doesn't say whether agents are free: "+row.fault.Error(), task.WaitingFor)
			})
		})
	}
}
