package callback_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

func (w *workbench) explained(r callback.Request) (x callback.ExplainedRequest) {
	w.t.Helper()
	require.NoError(w.t, w.store.DB.View(context.Background(), func(tx callback.ReadTx) (err error) {
		x, err = callback.ExplainRequest(tx, w.rules.Book(), r, time.Now())
		return err
	}))
	return x
}

// What is told of a request is what becomes of it.
func TestARequestIsExplained(t *testing.T) {
	atWorkbench(t, requestsAccount(func(a *callback.Account) { a.Requests.DialingIntervals[0] = 5 * time.Minute }), func(w *workbench) {
		w.pbxs["pbx1"].answer = true
		x := w.explained(request(alices(1)))
		require.Nil(t, x.Refusal)
		assert.Equal(t, alicesCustomer, x.Number)
		assert.Equal(t, alice, x.Target)
		assert.Equal(t, "alice for 1 hour, then queue:support", x.Owner.String())
		assert.Equal(t, time.Hour, time.Until(x.Until.At))
		assert.Equal(t, []string{"Europe/Stockholm"}, x.Zones)
		assert.Equal(t, 73*time.Hour, time.Until(x.GiveUp.At), "three days for the queue, after the hour of its owner")
		require.Len(t, x.Attempts, 3)
		assert.Equal(t, []string{"PJSIP/alice"}, x.Attempts[0].Rings)
		assert.Zero(t, w.count(callback.TaskScheduled), "nothing is stored")

		w.ask(request(alices(1)))
		w.after(3 * time.Hour)
		_, attempts := w.read(1)
		require.Len(t, attempts, 3)
		for i, a := range attempts {
			assert.Equal(t, a.Settings.Target, x.Attempts[i].Target, i)
			// Nobody knows how long an agent takes to answer.
			assert.WithinDuration(t, a.Due, x.Attempts[i].Earliest.At, 2*time.Minute, i)
		}
		assert.Equal(t, supportQueue, x.Attempts[2].Target)
	})
}

func TestARequestThatWouldBeMerged(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		w.ask(request(in(8 * time.Hour)))
		x := w.explained(request(in(6 * time.Hour)))
		assert.EqualValues(t, 1, x.Task)
		assert.Equal(t, 6*time.Hour, time.Until(x.Attempts[0].Due.At))
		task, _ := w.read(1)
		assert.Equal(t, 8*time.Hour, time.Until(task.Due), "nothing has changed")
		assert.Zero(t, w.explained(request(in(30*time.Hour))).Task)
	})
}

func TestARequestThatWouldBeRefused(t *testing.T) {
	for name, row := range map[string]struct {
		account func(*callback.Account)
		change  func(*callback.Request)
		reason  callback.AskReason
	}{
		"letters":     {func(*callback.Account) {}, func(r *callback.Request) { r.Number = "07O1234567" }, callback.RefusedNumberInvalid},
		"closed":      {byOffice, in(10 * time.Hour), callback.RefusedClosed},
		"no requests": {func(a *callback.Account) { a.Requests = nil }, func(*callback.Request) {}, callback.RefusedRequestsOff},
		"a full queue": {func(a *callback.Account) {
			a.Queues["support"] = callback.Queue{Name: "support", MaxTasks: 1}
		}, in(time.Hour), callback.RefusedQueueFull},
	} {
		t.Run(name, func(t *testing.T) {
			atWorkbench(t, requestsAccount(row.account), func(w *workbench) {
				if row.reason == callback.RefusedQueueFull {
					w.seedDue(time.Hour, "sweden", "+46701234568")
				}
				x := w.explained(request(row.change))
				require.NotNil(t, x.Refusal)
				assert.Equal(t, row.reason, x.Refusal.Reason)
				assert.Empty(t, x.Attempts)
			})
		})
	}
}

// What holds everything up is told, also of a request that is taken.
func TestWhatHoldsARequestUp(t *testing.T) {
	atWorkbench(t, requestsAccount(func(a *callback.Account) { a.Mode = callback.ModeShadow }), func(w *workbench) {
		require.NoError(t, w.control.Stop(context.Background(), "ann"))
		x := w.explained(request())
		require.Len(t, x.Notes, 2)
		assert.Contains(t, x.Notes[0], "stopped")
		assert.Contains(t, x.Notes[1], "shadow")
	})
	_, err := callback.ExplainRequest(nil, callback.NewRulebook(), request(), time.Now())
	assert.ErrorIs(t, err, callback.ErrNotFound)
}
