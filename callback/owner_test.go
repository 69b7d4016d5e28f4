package callback_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/callback/hours"
)

var alice = callback.Target{Kind: callback.TargetAgent, Name: "alice"}

// alices is a request that is alice's for so many hours.
func alices(hours int) func(*callback.Request) {
	return func(r *callback.Request) {
		r.Owner = &callback.Owner{Agent: "alice", For: time.Duration(hours) * time.Hour}
	}
}

// handedOver lists when a task was handed over.
func (w *workbench) handedOver(id int64) (at []time.Time) {
	require.NoError(w.t, w.store.DB.View(context.Background(), func(tx callback.ReadTx) error {
		history, err := tx.History(id)
		for _, c := range history {
			if c.Input == string(callback.TaskHandOver) && c.AttemptID == 0 {
				at = append(at, c.At)
			}
		}
		return err
	}))
	return at
}

// Only hours in which the customer may be called are the owner's, and those of a time
// that is asked for begin then.
func TestTheHoursOfAnOwner(t *testing.T) {
	saturday := time.Date(2000, 1, 1, 15, 0, 0, 0, time.UTC)
	monday := time.Date(2000, 1, 3, 8, 0, 0, 0, time.UTC) // 09:00 in Stockholm, the office closes at 18:00
	rows := []struct {
		name      string
		asked, at time.Time
		until     time.Time
	}{
		{"while it is closed", saturday, time.Time{}, monday.Add(4 * time.Hour)},
		{"for a time", saturday, monday.Add(3 * time.Hour), monday.Add(7 * time.Hour)},
		{"for a time in the evening", saturday, monday.Add(8 * time.Hour), monday.Add(27 * time.Hour)},
		{"in the morning", monday.Add(time.Hour), time.Time{}, monday.Add(5 * time.Hour)},
		{"until the office closes", monday.Add(5 * time.Hour), time.Time{}, monday.Add(9 * time.Hour)},
		{"in the afternoon", monday.Add(7 * time.Hour), time.Time{}, monday.Add(26 * time.Hour)},
	}
	atWorkbench(t, requestsAccount(byOffice), func(w *workbench) {
		require.NoError(t, w.control.Stop(context.Background(), "ann")) // which keeps nobody's time
		numbers := numbers(swedish, 0, len(rows))
		for i, row := range rows {
			w.after(time.Until(row.asked))
			asked := w.ask(request(alices(4), at(row.at), func(r *callback.Request) { r.Number = numbers[i] }))
			assert.Equal(t, row.until, asked.Task.OwnerUntil.UTC(), row.name)
		}
		w.after(time.Until(monday.Add(28 * time.Hour)))
		for i, row := range rows {
			assert.Equal(t, []time.Time{row.until}, w.handedOver(int64(i+1)), row.name)
		}
	})
}

// Where the schedule doesn't open any more, hours are hours.
func TestAnOwnerOfAScheduleThatHasEnded(t *testing.T) {
	atWorkbench(t, requestsAccount(byOffice, func(a *callback.Account) { a.Requests.Schedule.Weekly = [7][]hours.Window{} }), func(w *workbench) {
		asked := w.ask(request(alices(2)))
		assert.Equal(t, 2*time.Hour, time.Until(asked.Task.OwnerUntil))
	})
}

// The file says whose a callback is that says nothing about it; whoever names somebody
// knows better.
func TestTheOwnerOfTheFile(t *testing.T) {
	owned := func(a *callback.Account) {
		a.Agents["bob"] = callback.Agent{Name: "bob", Endpoint: "PJSIP/bob"}
		a.Requests.Owner = &callback.Owner{Agent: "alice", For: time.Hour, Then: supportQueue}
	}
	bobs := func(r *callback.Request) { r.Owner = &callback.Owner{Agent: "bob", For: 2 * time.Hour} }
	toSales := func(r *callback.Request) { r.Target = callback.Target{Kind: callback.TargetGroup, Name: "sales"} }
	for name, row := range map[string]struct {
		request []func(*callback.Request)
		target  string
		owner   string
	}{
		"nobody is named":        {nil, "agent:alice", "alice for 1 hour, then queue:support"},
		"a target":               {[]func(*callback.Request){toSales}, "group:sales", ""},
		"an owner":               {[]func(*callback.Request){bobs}, "agent:bob", "bob for 2 hours, then queue:support"},
		"an owner, and a target": {[]func(*callback.Request){bobs, toSales}, "agent:bob", "bob for 2 hours, then group:sales"},
	} {
		t.Run(name, func(t *testing.T) {
			atWorkbench(t, requestsAccount(owned), func(w *workbench) {
				task := w.ask(request(append(row.request, in(time.Hour))...)).Task
				assert.Equal(t, row.target, task.Target.String())
				if row.owner == "" {
					assert.Zero(t, task.Owner)
					return
				}
				assert.Equal(t, row.owner, task.Owner.String())
			})
		})
	}
}

func TestOwnersThatCanNotBe(t *testing.T) {
	for name, row := range map[string]struct {
		change func(*callback.Request)
		reason callback.AskReason
		says   string
	}{
		"not in the file":  {func(r *callback.Request) { r.Owner.Agent = "zoe" }, callback.RefusedTargetUnknown, "agent:zoe"},
		"no such queue":    {func(r *callback.Request) { r.Owner.Then = callback.Target{Kind: callback.TargetQueue, Name: "zoo"} }, callback.RefusedTargetUnknown, "queue:zoo"},
		"a scenario then":  {func(r *callback.Request) { r.Owner.Then = callback.Target{Kind: callback.TargetScenario, Name: "m"} }, callback.RefusedTargetUnknown, "scenario"},
		"no hours":         {func(r *callback.Request) { r.Owner.For = 0 }, callback.RefusedOwnerInvalid, "240"},
		"half an hour":     {func(r *callback.Request) { r.Owner.For = 90 * time.Minute }, callback.RefusedOwnerInvalid, "whole"},
		"eleven days":      {func(r *callback.Request) { r.Owner.For = 241 * time.Hour }, callback.RefusedOwnerInvalid, "240"},
		"and then herself": {func(r *callback.Request) { r.Owner.Then = alice }, callback.RefusedOwnerInvalid, "agent:alice"},
		"two targets":      {func(r *callback.Request) { r.Owner.Then, r.Target = supportQueue, alice }, callback.RefusedOwnerInvalid, "leave one"},
	} {
		t.Run(name, func(t *testing.T) {
			atWorkbench(t, requestsAccount(), func(w *workbench) {
				refusal := w.refused(func(d *callback.Desk) error {
					_, err := d.Ask(context.Background(), request(alices(4), row.change))
					return err
				})
				assert.Equal(t, row.reason, refusal.Reason)
				assert.Equal(t, callback.FieldOwner, refusal.Field)
				assert.Contains(t, refusal.Why, row.says)
			})
		})
	}
}

// A task that is its owner's takes a place in the queue that it goes to from the beginning.
func TestATaskOfAnOwnerCountsInItsQueue(t *testing.T) {
	one := func(a *callback.Account) { a.Queues["support"] = callback.Queue{Name: "support", MaxTasks: 1} }
	atWorkbench(t, requestsAccount(one), func(w *workbench) {
		w.ask(request(alices(4), in(time.Hour)))
		refusal := w.refused(func(d *callback.Desk) error {
			_, err := d.Ask(context.Background(), request(alices(4), in(30*time.Hour)))
			return err
		})
		assert.Equal(t, callback.RefusedQueueFull, refusal.Reason)
		_, err := w.desk().Edit(context.Background(), 1, callback.Edit{Target: &supportQueue}, "ann")
		require.NoError(t, err, "it counts there already")
	})
}

// A person hands a task over at once, or gives it to an owner.
func TestAnOwnerIsEdited(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		w.pbxs["pbx1"].waiting = "nobody is ready"
		w.ask(request(alices(4)))
		w.after(time.Hour)
		edit := func(e callback.Edit) callback.Task {
			task, err := w.desk().Edit(context.Background(), 1, e, "ann")
			require.NoError(t, err)
			stored, attempts := w.read(1)
			assert.Equal(t, stored, task)
			assert.Equal(t, task.Target, attempts[0].Settings.Target)
			return task
		}
		task := edit(callback.Edit{Target: &supportQueue})
		assert.Zero(t, task.Owner)
		assert.Zero(t, task.OwnerUntil)
		assert.Equal(t, supportQueue, task.Target)

		task = edit(callback.Edit{Owner: &callback.Owner{Agent: "alice", For: 2 * time.Hour}})
		assert.Equal(t, "alice for 2 hours, then queue:support", task.Owner.String())
		assert.Equal(t, 2*time.Hour, time.Until(task.OwnerUntil))
		sales := callback.Target{Kind: callback.TargetGroup, Name: "sales"}
		task = edit(callback.Edit{Owner: &callback.Owner{Agent: "alice", For: time.Hour}, Target: &sales})
		assert.Equal(t, "alice for 1 hour, then group:sales", task.Owner.String())
		w.after(time.Hour)
		task, _ = w.read(1)
		assert.Equal(t, sales, task.Target)
	})
}

// Who moves a task moves the owner's time with it; who needs it earlier has it begin.
func TestTheTimeOfAnOwnerMoves(t *testing.T) {
	ctx := context.Background()
	for name, row := range map[string]struct {
		asked func(*callback.Request)
		do    func(*callback.Desk) (callback.Task, error)
		until time.Duration
	}{
		"to another time": {in(time.Hour), func(d *callback.Desk) (callback.Task, error) {
			return d.Reschedule(ctx, 1, time.Now().Add(8*time.Hour), "ann")
		}, 12 * time.Hour},
		"to now": {in(8 * time.Hour), func(d *callback.Desk) (callback.Task, error) { return d.CallNow(ctx, 1, "ann") }, 4 * time.Hour},
		"to now, of one at once, which has begun": {func(*callback.Request) {}, func(d *callback.Desk) (callback.Task, error) {
			return d.CallNow(ctx, 1, "ann")
		}, 3 * time.Hour},
		"by an earlier request": {in(8 * time.Hour), func(d *callback.Desk) (callback.Task, error) {
			asked, err := d.Ask(ctx, request(in(2*time.Hour)))
			return asked.Task, err
		}, 6 * time.Hour},
		"not by a later one": {in(8 * time.Hour), func(d *callback.Desk) (callback.Task, error) {
			asked, err := d.Ask(ctx, request(in(9*time.Hour)))
			return asked.Task, err
		}, 11 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			atWorkbench(t, requestsAccount(), func(w *workbench) {
				w.pbxs["pbx1"].waiting = "nobody is ready"
				w.ask(request(alices(4), row.asked))
				w.after(time.Hour)
				task, err := row.do(w.desk())
				require.NoError(t, err)
				assert.EqualValues(t, 1, task.ID)
				assert.Equal(t, "alice", task.Owner.Agent)
				assert.Equal(t, row.until, time.Until(task.OwnerUntil))
			})
		})
	}
}

// An appointment that is moved is its owner's at its new time.
func TestAnAppointmentMovesWithItsOwner(t *testing.T) {
	atWorkbench(t, requestsAccount(func(a *callback.Account) {
		a.Appointments["advice"].Owner = &callback.Owner{Agent: "alice", For: time.Hour, Then: supportQueue}
	}), func(w *workbench) {
		task := w.book(alicesCustomer, 5*time.Hour)
		moved, err := w.desk().MoveAppointment(context.Background(), task.ID, task.At.Add(24*time.Hour), "ann")
		require.NoError(t, err)
		assert.Equal(t, alice, moved.Target)
		assert.Equal(t, task.OwnerUntil.Add(24*time.Hour), moved.OwnerUntil)
		assert.True(t, task.GiveUp.Before(moved.GiveUp))
	})
}

// Once more, after a callback that was alice's, is alice's again.
func TestAFollowerHasTheOwner(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		w.ask(request(alices(4), in(time.Hour)))
		_, err := w.desk().Close(context.Background(), 1, "", "ann")
		require.NoError(t, err)
		task := w.ask(callback.Request{Account: "acme", Previous: 1, Via: callback.ViaAPI, By: "admin"}).Task
		assert.Equal(t, "alice for 4 hours, then queue:support", task.Owner.String())
		assert.Equal(t, alice, task.Target)
	})
}

// However long a callback is its owner's, who comes afterwards gets it, with all the days
// that it may take: not when it is given up.
func TestWhoComesAfterAnOwnerHasTime(t *testing.T) {
	ctx := context.Background()
	for name, row := range map[string]struct {
		hours int
		given func(*workbench, callback.Task) // to the owner, where the request isn't
	}{
		"more hours than the days until it is given up": {100, nil},
		"given to an owner on its last day": {8, func(w *workbench, task callback.Task) {
			w.after(time.Until(task.GiveUp) - 4*time.Hour)
			_, err := w.desk().Edit(ctx, 1, callback.Edit{Owner: &callback.Owner{Agent: "alice", For: 8 * time.Hour}}, "ann")
			require.NoError(t, err)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			atWorkbench(t, requestsAccount(func(a *callback.Account) { a.Requests.GiveUpAfter = 2 }), func(w *workbench) {
				require.NoError(t, w.control.Stop(ctx, "ann"))
				if row.given == nil {
					w.ask(request(alices(row.hours)))
				} else {
					row.given(w, w.ask(request()).Task)
				}
				task, _ := w.read(1)
				assert.GreaterOrEqual(t, task.GiveUp.Sub(task.OwnerUntil), 24*time.Hour)
				w.after(time.Until(task.OwnerUntil) + time.Second)
				assert.Len(t, w.handedOver(1), 1)
				task, _ = w.read(1)
				assert.Equal(t, callback.TaskScheduled, task.State)
			})
		})
	}
}

// A request that says whose it is holds, also where the customer has one open.
func TestTheOwnerOfAMergedRequest(t *testing.T) {
	for name, row := range map[string]struct {
		first, then []func(*callback.Request)
		target      callback.Target
		until       time.Duration
	}{
		"the later one names alice":  {nil, []func(*callback.Request){alices(4)}, alice, 5 * time.Hour},
		"both do":                    {[]func(*callback.Request){alices(4)}, []func(*callback.Request){alices(8)}, alice, 4 * time.Hour},
		"the later one names nobody": {[]func(*callback.Request){alices(4)}, nil, alice, 4 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			atWorkbench(t, requestsAccount(), func(w *workbench) {
				w.pbxs["pbx1"].waiting = "nobody is free"
				begun := time.Now()
				w.ask(request(row.first...))
				w.after(time.Hour)
				asked := w.ask(request(row.then...))
				assert.Equal(t, callback.OutcomeMerged, asked.Outcome)
				assert.Equal(t, row.target, asked.Task.Target)
				assert.Equal(t, row.until, asked.Task.OwnerUntil.Sub(begun))
				_, attempts := w.read(1)
				assert.Equal(t, row.target, attempts[0].Settings.Target)
			})
		})
	}
}
