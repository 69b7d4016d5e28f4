package storagetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

func testTaskRoundTrip(t *testing.T, s callback.Store) {
	var stored callback.Task
	before := time.Now().Truncate(time.Millisecond)
	update(t, s, func(tx callback.Tx) {
		earlier, a := plan(t, tx, newTask(acme, alice))
		finish(t, tx, &earlier, &a)
		full := newTask(acme, alice)
		full.Kind, full.Previous, full.WaitingFor, full.Attempts = callback.KindRequest, earlier.ID, "2 live callers wait in support since 12:03", 2
		full.Source, full.Note, full.Language, full.CancelReason = "web", "asked for Bob; says \"it's urgent\"", "sv", callback.CancelByPerson
		full.GiveUp = morning.Add(24 * time.Hour)
		stored, _ = plan(t, tx, full)
	})
	assert.NotZero(t, stored.ID)
	assert.False(t, stored.Created.Before(before), "created now")
	assert.Equal(t, stored.Created, stored.Updated)
	assert.Equal(t, stored.Due, stored.Wake)
	view(t, s, func(tx callback.ReadTx) {
		read, err := tx.Task(stored.ID)
		require.NoError(t, err)
		assert.Equal(t, stored, read)
	})
	update(t, s, func(tx callback.Tx) {
		stored.Target = callback.Target{Kind: callback.TargetGroup, Name: "sales"}
		stored.LostBy, stored.Rule, stored.PBX = callback.Target{}, "another", "pbx2"
		stored.Due, stored.Attempts, stored.GiveUp = morning.Add(time.Hour), 3, time.Time{}
		require.NoError(t, tx.UpdateTask(&stored, step(callback.TaskScheduled, callback.TaskScheduled)))
		read, err := tx.Task(stored.ID)
		require.NoError(t, err)
		assert.Equal(t, stored, read)
	})
}

func testAttemptRoundTrip(t *testing.T, s callback.Store) {
	update(t, s, func(tx callback.Tx) {
		task := newTask(acme, alice)
		require.NoError(t, tx.InsertTask(&task, birth(task.State)))
		m := newMissedCall("1795162208.1", task)
		require.NoError(t, tx.InsertMissedCall(&m))
		a := newAttempt(task)
		a.MissedCallID, a.Settings.AgentPrompt = m.ID, "callback"
		a.Settings.Recording = &callback.RecordingSettings{Keep: 90 * 24 * time.Hour}
		require.NoError(t, tx.InsertAttempt(&a, birth(a.State)))
		check := func() {
			t.Helper()
			read, err := tx.Attempt(a.ID)
			require.NoError(t, err)
			assert.Equal(t, a, read)
		}
		check()
		claim(t, tx, &task, &a)
		check()
		a.Agent = "PJSIP/alice"
		advance(t, tx, &a, callback.AttemptAgentUp)
		check()
		a.Names.Recording = "acme/2026-11/" + a.Names.Bridge
		advance(t, tx, &a, callback.AttemptCustomer)
		check()
		shape(&a, callback.AttemptEnded)
		a.Result, a.Reason, a.Cause, a.SIP, a.TrunkFault, a.RecordingOK = callback.ResultUnreachable, "486 after 603", 17, 486, true, true
		require.NoError(t, tx.UpdateAttempt(&a, step(callback.AttemptCustomer, callback.AttemptEnded)))
		require.True(t, a.Counted)
		check()
		require.NoError(t, moveTask(tx, &task, callback.TaskExhausted))
		all, err := tx.Attempts(task.ID)
		require.NoError(t, err)
		assert.Equal(t, []callback.Attempt{a}, all)
	})
}

func testMissedCallRoundTrip(t *testing.T, s callback.Store) {
	update(t, s, func(tx callback.Tx) {
		task, _ := plan(t, tx, newTask(acme, alice))
		accepted := newMissedCall("1795162208.1", task)
		accepted.Source = callback.SourceLogs
		nobodys := callback.MissedCall{
			PBX: "pbx1", CallID: "1795162208.2", Trunk: "PJSIP/pstn", Caller: "anonymous", Arrived: morning, Lost: morning.Add(time.Second),
			Decision: callback.DecisionRefused, Reason: callback.ReasonAnonymous,
		}
		for _, m := range []*callback.MissedCall{&accepted, &nobodys} {
			require.NoError(t, tx.InsertMissedCall(m))
			assert.NotZero(t, m.ID)
			assert.NotZero(t, m.Recorded)
			assert.NotZero(t, m.Source)
			read, err := tx.MissedCall(m.ID)
			require.NoError(t, err)
			assert.Equal(t, *m, read)
			read, err = tx.SeenCall(m.PBX, m.CallID)
			require.NoError(t, err)
			assert.Equal(t, *m, read)
		}
		assert.Equal(t, callback.SourceEvents, nobodys.Source, "unless the caller says otherwise")
		assert.Equal(t, callback.SourceLogs, accepted.Source)
	})
}

func testNotFound(t *testing.T, s callback.Store) {
	questions := map[string]func(tx callback.ReadTx) error{
		"Task":             func(tx callback.ReadTx) error { _, err := tx.Task(1); return err },
		"Attempt":          func(tx callback.ReadTx) error { _, err := tx.Attempt(1); return err },
		"Recording":        func(tx callback.ReadTx) error { _, err := tx.Recording(1); return err },
		"MissedCall":       func(tx callback.ReadTx) error { _, err := tx.MissedCall(1); return err },
		"SeenCall":         func(tx callback.ReadTx) error { _, err := tx.SeenCall("pbx1", "1"); return err },
		"OpenMissedTask":   func(tx callback.ReadTx) error { _, err := tx.OpenMissedTask(acme, alice); return err },
		"LastTask":         func(tx callback.ReadTx) error { _, err := tx.LastTask(acme, alice); return err },
		"CurrentAttempt":   func(tx callback.ReadTx) error { _, err := tx.CurrentAttempt(1); return err },
		"NewestMissedCall": func(tx callback.ReadTx) error { _, err := tx.NewestMissedCall(1); return err },
		"LogPosition":      func(tx callback.ReadTx) error { _, err := tx.LogPosition("pbx1"); return err },
		"DoNotCall":        func(tx callback.ReadTx) error { _, err := tx.DoNotCall(acme, alice); return err },
	}
	for name, ask := range questions {
		assert.ErrorIs(t, s.View(t.Context(), ask), callback.ErrNotFound, name)
	}
	view(t, s, func(tx callback.ReadTx) {
		_, ok, err := tx.NextDue(morning)
		assert.NoError(t, err)
		assert.False(t, ok)
		due, err := tx.DueTasks(morning, 10)
		assert.NoError(t, err)
		assert.Empty(t, due)
		_, ok, err = tx.NextGiveUp(morning)
		assert.NoError(t, err)
		assert.False(t, ok)
	})
	assert.ErrorIs(t, attempt(t, s, func(tx callback.Tx) error { return tx.SetWaiting(1, "no line is free", time.Time{}) }), callback.ErrNotFound)
	assert.ErrorIs(t, attempt(t, s, func(tx callback.Tx) error {
		task := newTask(acme, alice)
		task.ID = 1
		return tx.UpdateTask(&task, step(task.State, task.State))
	}), callback.ErrNotFound)
	assert.ErrorIs(t, attempt(t, s, func(tx callback.Tx) error {
		a := callback.Attempt{ID: 1, TaskID: 1, Ordinal: 1, Try: 1, State: callback.AttemptScheduled, Due: morning}
		return tx.UpdateAttempt(&a, step(a.State, a.State))
	}), callback.ErrNotFound)
}

func testTimes(t *testing.T, s callback.Store) {
	stockholm, err := time.LoadLocation("Europe/Stockholm")
	require.NoError(t, err)
	update(t, s, func(tx callback.Tx) {
		task, _ := plan(t, tx, newTask(acme, alice))
		for ms := range 1000 {
			exact := time.Date(2026, 10, 25, 2, 59, 59, ms*1_000_000, stockholm)
			task.Due = exact.Add(999 * time.Microsecond)
			require.NoError(t, tx.UpdateTask(&task, step(task.State, task.State)))
			read, err := tx.Task(task.ID)
			require.NoError(t, err)
			require.Equal(t, exact.UTC(), read.Due, "milliseconds, cut off and in UTC")
		}
	})
	assert.ErrorIs(t, attempt(t, s, func(tx callback.Tx) error {
		task := newTask(acme, alice)
		task.Due = time.Time{}
		return tx.InsertTask(&task, birth(task.State))
	}), callback.ErrRefused, "a task without a due time would never be called")
}
