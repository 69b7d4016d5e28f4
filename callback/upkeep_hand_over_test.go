package callback_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// busy keeps pbx1 from saying that an agent is free, until it is told otherwise.
func (w *workbench) busy() *atomic.Bool {
	talks := new(atomic.Bool)
	talks.Store(true)
	w.pbxs["pbx1"].silent = func(callback.Admission) error {
		if talks.Load() {
			return errors.New("everybody talks")
		}
		return nil
	}
	return talks
}

// A callback is its owner's for so long, and the queue's from that moment on, as is what
// the next attempt says and rings.
func TestATaskIsHandedOver(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		require.NoError(t, w.control.Stop(context.Background(), "ann"))
		begun := time.Now()
		asked := w.ask(request(alices(1)))
		assert.Equal(t, callback.Owner{Agent: "alice", For: time.Hour, Then: supportQueue}, asked.Task.Owner)
		w.after(time.Hour - time.Millisecond)
		task, attempts := w.read(1)
		assert.Equal(t, alice, task.Target)
		assert.Equal(t, alice, attempts[0].Settings.Target)
		assert.Contains(t, task.WaitingFor, "stopped")
		assert.Empty(t, w.handedOver(1))

		w.after(time.Millisecond)
		task, attempts = w.read(1)
		assert.Equal(t, supportQueue, task.Target)
		assert.Equal(t, supportQueue, attempts[0].Settings.Target)
		assert.Zero(t, task.Owner)
		assert.Equal(t, []time.Time{begun.Add(time.Hour).UTC()}, w.handedOver(1))
		require.NoError(t, w.control.Resume(context.Background(), "ann"))
		w.after(time.Second)
		assert.EqualValues(t, 1, w.pbxs["pbx1"].rung.Load())
	})
}

// While it is being dialled nothing changes; when the attempt has ended in vain, the next
// one is the queue's. What the owner didn't take up isn't put off any longer.
func TestATaskIsHandedOverAfterItsAttempt(t *testing.T) {
	for name, row := range map[string]struct {
		refuses bool
		due     time.Duration // of the next attempt, from the end of the one before
	}{
		"the agent refuses":           {true, 0},
		"the customer doesn't answer": {false, 10 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			atWorkbench(t, requestsAccount(), func(w *workbench) {
				pbx, talks := w.pbxs["pbx1"], w.busy()
				pbx.answer, pbx.refuses = true, row.refuses
				pbx.begins = func() { time.Sleep(5 * time.Second) }
				require.NoError(t, w.control.Stop(context.Background(), "ann"))
				until := w.ask(request(alices(1))).Task.OwnerUntil
				w.after(time.Hour - 2*time.Second)
				talks.Store(false)
				require.NoError(t, w.control.Resume(context.Background(), "ann"))
				w.after(3 * time.Second)
				task, _ := w.read(1)
				require.Equal(t, callback.TaskDialing, task.State)
				require.True(t, time.Now().After(until))
				assert.Equal(t, alice, task.Target)

				talks.Store(true) // nobody takes up the next one
				w.after(time.Minute)
				task, attempts := w.read(1)
				require.Len(t, attempts, 2)
				assert.Equal(t, alice, attempts[0].Settings.Target)
				assert.Equal(t, supportQueue, attempts[1].Settings.Target)
				assert.Empty(t, attempts[1].Settings.PassedBy)
				assert.Equal(t, row.due, task.Due.Sub(attempts[0].Ended))
				assert.Equal(t, []time.Time{attempts[0].Ended}, w.handedOver(1))
			})
		})
	}
}

// How often the owner didn't take it says nothing about the queue.
func TestTheQueueBeginsAnew(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		w.pbxs["pbx1"].refuses = true
		w.ask(request(alices(1)))
		w.after(time.Hour)
		_, attempts := w.read(1)
		n := len(attempts)
		require.Greater(t, n, 4)
		assert.Equal(t, supportQueue, attempts[n-1].Settings.Target)
		assert.Equal(t, time.Minute, attempts[n-1].Due.Sub(attempts[n-2].Ended))
	})
}

// Neither edits of the file nor switches keep a task from going over, and a full queue
// takes what it was promised for: nothing is lost.
func TestWhatDoesNotKeepATask(t *testing.T) {
	for name, row := range map[string]struct {
		happens func(*workbench)
		waits   string
	}{
		"the agent is gone from the file": {func(w *workbench) {
			w.edit(requestsAccount(func(a *callback.Account) { a.Agents = nil; a.Groups = nil }))
		}, "nobody is ready"},
		"the queue is gone from the file": {func(w *workbench) {
			w.edit(requestsAccount(func(a *callback.Account) { a.Queues = nil; a.Requests.Forward = alice }))
		}, "queue:support isn't in the file of account acme any more: give the task another target"},
		"requests is gone from the file": {func(w *workbench) { w.edit(exampleAccount()) }, "no section requests"},
		"the account is frozen":          {func(w *workbench) { require.NoError(w.t, w.control.Freeze(context.Background(), "acme", "ann")) }, "frozen"},
		"callbackd is stopped":           {func(w *workbench) { require.NoError(w.t, w.control.Stop(context.Background(), "ann")) }, "stopped"},
		"the queue has become small": {func(w *workbench) {
			w.edit(requestsAccount(func(a *callback.Account) { a.Queues["support"] = callback.Queue{Name: "support", MaxTasks: 1} }))
			refusal := w.refused(func(d *callback.Desk) error {
				_, err := d.Ask(context.Background(), request(func(r *callback.Request) { r.Number = "0701234568" }))
				return err
			})
			assert.Equal(w.t, callback.RefusedQueueFull, refusal.Reason, "what is to come counts")
		}, "nobody is ready"},
		"a person holds it": {func(w *workbench) {
			_, err := callback.Hold(context.Background(), w.store, 1, "ann", "")
			require.NoError(w.t, err)
		}, "held by ann"},
	} {
		t.Run(name, func(t *testing.T) {
			atWorkbench(t, requestsAccount(), func(w *workbench) {
				w.pbxs["pbx1"].waiting = "nobody is ready"
				until := w.ask(request(alices(1))).Task.OwnerUntil
				w.after(time.Minute)
				row.happens(w)
				w.after(time.Hour)
				task, attempts := w.read(1)
				assert.True(t, task.State.Open())
				assert.Equal(t, supportQueue, task.Target)
				assert.Equal(t, supportQueue, attempts[0].Settings.Target)
				assert.Contains(t, task.WaitingFor, row.waits)
				assert.Equal(t, []time.Time{until}, w.handedOver(1))
			})
		})
	}
}

// A death between the end of the owner's time and the hand-over loses nothing: the first
// thing that the next start does is to hand over, and until then nobody calls.
func TestAHandOverAfterAStart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "callbackd.db")
	synctest.Test(t, func(t *testing.T) {
		ctx, end := context.WithCancel(t.Context())
		w := newWorkbench(ctx, t, file, requestsAccount())
		w.ask(request(alices(1)))
		time.Sleep(2 * time.Hour) // nothing runs
		scheduling := make(chan struct{})
		go func() { defer close(scheduling); _ = w.scheduler.Run(ctx) }()
		w.after(time.Minute)
		assert.Zero(t, w.pbxs["pbx1"].rung.Load(), "neither the agent's phone nor the queue's")
		keeping := make(chan struct{})
		go func() { defer close(keeping); _ = w.upkeep.Run(ctx) }()
		w.after(time.Second)
		task, attempts := w.read(1)
		assert.Equal(t, supportQueue, task.Target)
		assert.Equal(t, supportQueue, attempts[0].Settings.Target)
		assert.EqualValues(t, 1, w.pbxs["pbx1"].rung.Load())
		end()
		<-scheduling
		<-keeping
		synctest.Wait()
		require.NoError(t, w.store.Close())
	})
}
