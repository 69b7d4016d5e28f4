package storagetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// recorded stores a task of account to the i-th customer whose attempt has talked,
// and gives the recording that it may have.
func recorded(t *testing.T, tx callback.Tx, account string, i int) callback.Recording {
	t.Helper()
	task, a := plan(t, tx, newTask(account, customer(i)))
	claim(t, tx, &task, &a)
	advance(t, tx, &a, callback.AttemptBridged)
	a.Names.Recording = fmt.Sprintf("%s/2026-11/%d", account, i)
	advance(t, tx, &a, callback.AttemptEnded)
	require.NoError(t, moveTask(tx, &task, callback.TaskExhausted))
	return callback.Recording{
		TaskID: task.ID, AttemptID: a.ID, Account: account, PBX: "pbx1", Name: a.Names.Recording, Channels: 2,
		State: callback.RecordingKept, Bytes: 88 + 2*24_016, Duration: 1501 * time.Millisecond,
		Made: morning.Add(4 * time.Minute), KeepUntil: morning.Add(90 * 24 * time.Hour),
	}
}

// become moves r on.
func become(t *testing.T, tx callback.Tx, r *callback.Recording, to callback.RecordingState, reason string) {
	t.Helper()
	change, err := r.Become(to, reason)
	require.NoError(t, err)
	require.NoError(t, tx.UpdateRecording(r, change))
}

func testRecording(t *testing.T, s callback.Store) {
	update(t, s, func(tx callback.Tx) {
		r := recorded(t, tx, acme, 1)
		r.State, r.Bytes, r.Duration = callback.RecordingUnverified, 0, 0
		require.NoError(t, tx.InsertRecording(&r))
		check := func() {
			t.Helper()
			read, err := tx.Recording(r.ID)
			require.NoError(t, err)
			assert.Equal(t, r, read)
		}
		check()
		r.Bytes, r.Duration = 16_044, time.Second
		become(t, tx, &r, callback.RecordingKept, "")
		check()
		become(t, tx, &r, callback.RecordingDeleted, "kept for 90d")
		check()

		history, err := tx.History(r.TaskID)
		require.NoError(t, err)
		last := history[len(history)-1]
		last.ID, last.At = 0, time.Time{}
		assert.Equal(t, callback.Change{
			Account: acme, Number: customer(1), TaskID: r.TaskID, AttemptID: r.AttemptID,
			Input: "recording_deleted", From: "kept", To: "deleted", Reason: "kept for 90d",
		}, last)
	})
}

// Whoever saw the recording in another state, or makes a step that it can't take,
// changes nothing.
func testRecordingSteps(t *testing.T, s callback.Store) {
	var r callback.Recording
	update(t, s, func(tx callback.Tx) {
		r = recorded(t, tx, acme, 1)
		require.NoError(t, tx.InsertRecording(&r))
	})
	for _, from := range callback.RecordingStates {
		for _, to := range callback.RecordingStates {
			late := r
			late.State = to
			err := attempt(t, s, func(tx callback.Tx) error {
				return tx.UpdateRecording(&late, callback.Change{Input: "test", From: string(from), To: string(to)})
			})
			if from == callback.RecordingKept && to == callback.RecordingDeleted {
				assert.NoError(t, err)
				continue
			}
			assert.ErrorIs(t, err, callback.ErrRefused, "%s to %s", from, to)
		}
	}
	assert.ErrorIs(t, attempt(t, s, func(tx callback.Tx) error { return tx.ForgetRecording(r.ID) }), callback.ErrRefused)
	update(t, s, func(tx callback.Tx) {
		unseen := recorded(t, tx, acme, 2)
		unseen.State = callback.RecordingUnverified
		require.NoError(t, tx.InsertRecording(&unseen))
		require.NoError(t, tx.ForgetRecording(unseen.ID))
		_, err := tx.Recording(unseen.ID)
		assert.ErrorIs(t, err, callback.ErrNotFound)
	})
}

func testRecordingRules(t *testing.T, s callback.Store) {
	var r callback.Recording
	update(t, s, func(tx callback.Tx) { r = recorded(t, tx, acme, 1) })
	for name, change := range map[string]func(*callback.Recording){
		"without a name":             func(r *callback.Recording) { r.Name = "" },
		"of another name":            func(r *callback.Recording) { r.Name = "acme/2026-11/2" },
		"of another account":         func(r *callback.Recording) { r.Account = globex },
		"of another task":            func(r *callback.Recording) { r.TaskID++ },
		"of no attempt":              func(r *callback.Recording) { r.AttemptID = 4711 },
		"with three channels":        func(r *callback.Recording) { r.Channels = 3 },
		"that was never there":       func(r *callback.Recording) { r.State = callback.RecordingDeleted },
		"in no known state":          func(r *callback.Recording) { r.State = "lost" },
		"kept without audio":         func(r *callback.Recording) { r.Duration = 0 },
		"shorter than nothing":       func(r *callback.Recording) { r.Bytes = -1 },
		"made nobody knows when":     func(r *callback.Recording) { r.Made = time.Time{} },
		"kept nobody knows how long": func(r *callback.Recording) { r.KeepUntil = time.Time{} },
	} {
		wrong := r
		change(&wrong)
		assert.ErrorIs(t, attempt(t, s, func(tx callback.Tx) error { return tx.InsertRecording(&wrong) }), callback.ErrRefused, "a recording %s", name)
	}
	assert.ErrorIs(t, attempt(t, s, func(tx callback.Tx) error {
		first, second := r, r
		if err := tx.InsertRecording(&first); err != nil {
			return err
		}
		return tx.InsertRecording(&second)
	}), callback.ErrExists, "one recording for each attempt")
	assert.ErrorIs(t, attempt(t, s, func(tx callback.Tx) error {
		task, a := plan(t, tx, newTask(acme, alice))
		claim(t, tx, &task, &a)
		early := r
		early.TaskID, early.AttemptID = task.ID, a.ID
		return tx.InsertRecording(&early)
	}), callback.ErrRefused, "an attempt under way has none")
}

func testRecordingList(t *testing.T, s callback.Store) {
	var all []callback.Recording
	update(t, s, func(tx callback.Tx) {
		for i, account := range []string{acme, globex, acme, acme} {
			r := recorded(t, tx, account, i)
			r.Made = r.Made.Add(time.Duration(i) * time.Minute)
			if i == 2 {
				r.State = callback.RecordingEmpty
			}
			require.NoError(t, tx.InsertRecording(&r))
			all = append(all, r)
		}
	})
	view(t, s, func(tx callback.ReadTx) {
		for name, c := range map[string]struct {
			filter callback.RecordingFilter
			want   []int
		}{
			"all, newest first": {callback.RecordingFilter{}, []int{3, 2, 1, 0}},
			"of an account":     {callback.RecordingFilter{Account: acme}, []int{3, 2, 0}},
			"of a task":         {callback.RecordingFilter{TaskID: all[1].TaskID}, []int{1}},
			"in a state":        {callback.RecordingFilter{States: []callback.RecordingState{callback.RecordingEmpty, callback.RecordingMissing}}, []int{2}},
			"of a customer":     {callback.RecordingFilter{Number: customer(1)}, []int{1}},
			"made then":         {callback.RecordingFilter{Made: callback.Span{From: all[2].Made, To: all[3].Made.Add(time.Millisecond)}, Account: acme}, []int{3, 2}},
			"made before":       {callback.RecordingFilter{Made: callback.Span{To: all[1].Made}}, []int{0}},
			"a page":            {callback.RecordingFilter{Limit: 2}, []int{3, 2}},
			"the next page":     {callback.RecordingFilter{Limit: 2, Before: all[2].ID}, []int{1, 0}},
		} {
			found, err := tx.Recordings(c.filter)
			require.NoError(t, err)
			var want []callback.Recording
			for _, i := range c.want {
				want = append(want, all[i])
			}
			assert.Equal(t, want, found, name)
		}
	})
}

func testRecordingsToLookAt(t *testing.T, s callback.Store) {
	ids := func(found []callback.Recording, err error) (list []int64) {
		require.NoError(t, err)
		for _, r := range found {
			list = append(list, r.ID)
		}
		return list
	}
	var first callback.Recording
	update(t, s, func(tx callback.Tx) {
		var all []callback.Recording
		for i, state := range []callback.RecordingState{
			callback.RecordingUnverified, callback.RecordingKept, callback.RecordingMissing, callback.RecordingUnverified, callback.RecordingKept,
		} {
			r := recorded(t, tx, acme, i)
			r.State = state
			if i == 4 {
				r.KeepUntil = r.KeepUntil.Add(time.Millisecond)
			}
			require.NoError(t, tx.InsertRecording(&r))
			all = append(all, r)
		}
		end := all[0].KeepUntil
		assert.Equal(t, []int64{all[0].ID, all[3].ID}, ids(tx.UnverifiedRecordings(first, 10)))
		assert.Equal(t, []int64{all[0].ID}, ids(tx.UnverifiedRecordings(first, 1)))
		assert.Equal(t, []int64{all[3].ID}, ids(tx.UnverifiedRecordings(all[0], 1)))

		assert.Empty(t, ids(tx.ExpiredRecordings(end.Add(-time.Millisecond), first, 10)))
		assert.Equal(t, []int64{all[0].ID, all[1].ID, all[2].ID, all[3].ID}, ids(tx.ExpiredRecordings(end, first, 10)))
		assert.Equal(t, []int64{all[2].ID}, ids(tx.ExpiredRecordings(end, all[1], 1)))
		assert.Equal(t, []int64{all[4].ID}, ids(tx.ExpiredRecordings(end.Add(time.Hour), all[3], 10)), "the one kept longest comes last")
		become(t, tx, &all[1], callback.RecordingDeleted, "")
		assert.Equal(t, []int64{all[0].ID, all[2].ID, all[3].ID}, ids(tx.ExpiredRecordings(end, first, 10)))
	})
}
