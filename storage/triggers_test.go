package storage

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// Triggers follow the code: what an older program, or somebody's hand, left is
// replaced when the database is opened.
func TestTriggersFollowTheCode(t *testing.T) {
	db := openTest(t)
	for _, command := range []string{
		"DROP TRIGGER tasks_transition",
		"CREATE TRIGGER tasks_transition BEFORE UPDATE ON tasks WHEN 0 BEGIN SELECT 1; END",
		"DROP TRIGGER history_stay",
		"CREATE TRIGGER tasks_gone AFTER INSERT ON tasks BEGIN DELETE FROM history; END",
	} {
		_, err := db.writer.Exec(command)
		require.NoError(t, err)
	}
	require.NoError(t, db.Close())
	db = reopen(t, db.Path())
	tx, err := db.readers.Begin()
	require.NoError(t, err)
	defer func() { assert.NoError(t, tx.Rollback()) }()
	have, err := readTriggers(t.Context(), tx)
	require.NoError(t, err)
	assert.Equal(t, triggers(), have)
}

func TestTransitionPairs(t *testing.T) {
	assert.Equal(t, []string{
		"scheduled scheduled", "scheduled agent", "scheduled ended", "agent agent_up", "agent ended",
		"agent_up customer", "agent_up ended", "customer bridged", "customer ended", "bridged ended",
	}, steps(callback.AttemptStates, callback.AttemptTransitions))
}

// The schema's own lists can't be made from the code's: they are compared.
func TestClosedListsOfTheSchema(t *testing.T) {
	schema := shipped(t)[0].sql
	assert.Contains(t, schema, "CHECK (kind IN ("+quoted([]callback.Kind{callback.KindMissed, callback.KindRequest, callback.KindAppointment})+"))")
	assert.Contains(t, schema, "CHECK (state IN ("+quoted(callback.TaskStates)+"))")
	assert.Contains(t, schema, "CHECK (state IN ("+quoted(callback.AttemptStates)+"))")
	assert.Contains(t, schema, "CHECK (decision IN ("+quoted(callback.Decisions)+"))")
	assert.Contains(t, schema, "WHERE kind = 'missed' AND state IN ("+quoted(openStates())+")")
	var lively []callback.AttemptState
	for _, s := range callback.AttemptStates {
		if s.Live() {
			lively = append(lively, s)
		}
	}
	assert.Equal(t, "state IN ("+quoted(lively)+")", live)
	assert.Contains(t, schema, "ON attempts (number) WHERE "+live)
}

// Whoever writes, the database says no: here as the sqlite3 shell would.
func TestDatabaseRefusesByItself(t *testing.T) {
	db := openTest(t)
	require.NoError(t, db.Update(t.Context(), func(tx callback.Tx) error {
		task := newTask("+46701234567", time.Now())
		if err := insertTask(tx, &task); err != nil {
			return err
		}
		return tx.InsertMissedCall(&callback.MissedCall{
			PBX: "pbx1", CallID: "1795162208.1", LostBy: support, Arrived: task.Arrived, Lost: task.Due,
			Account: task.Account, Number: task.Number, Decision: callback.DecisionTaskCreated, TaskID: task.ID,
		})
	}))
	// Task 2 and attempt 2 are over.
	require.NoError(t, db.Update(t.Context(), func(tx callback.Tx) error {
		task := newTask("+46701234568", time.Now())
		if err := insertTask(tx, &task); err != nil {
			return err
		}
		a, err := tx.CurrentAttempt(task.ID)
		if err != nil {
			return err
		}
		a.State, a.Result, a.Ended = callback.AttemptEnded, callback.ResultSuperseded, time.Now()
		if err := tx.UpdateAttempt(&a, callback.Change{Input: "end", From: "scheduled", To: "ended"}); err != nil {
			return err
		}
		task.State, task.Reason = callback.TaskCancelled, callback.CancelByPerson
		return tx.UpdateTask(&task, callback.Change{Input: "cancel", From: "scheduled", To: "cancelled"})
	}))
	for command, says := range map[string]string{
		"UPDATE tasks SET state = 'completed' WHERE id = 1":                                           "a task can not take this step",
		"UPDATE tasks SET note = 'later' WHERE id = 2":                                                "a task can not take this step",
		"UPDATE attempts SET state = 'bridged' WHERE id = 1":                                          "an attempt can not take this step",
		"UPDATE attempts SET reason = 'later' WHERE id = 2":                                           "an attempt can not take this step",
		"UPDATE attempts SET agent_channel = 'x' WHERE id = 1":                                        "an attempt has the names of its channels and bridge from its claim on",
		"UPDATE attempts SET result = 'superseded' WHERE id = 1":                                      "an ended attempt has a result and the time of its end, no other has",
		"UPDATE attempts SET settings = '{' WHERE id = 1":                                             "malformed JSON",
		"UPDATE attempts SET try = 'second' WHERE id = 1":                                             "cannot store TEXT value in INTEGER column attempts.try",
		"UPDATE tasks SET due = '2026-11-20 08:10:08' WHERE id = 1":                                   "CHECK constraint failed: due IS strftime",
		"UPDATE tasks SET due = '2026-11-20T08:10:08Z' WHERE id = 1":                                  "CHECK constraint failed: due IS strftime",
		"UPDATE tasks SET wake = '2020-01-01T00:00:00.000Z' WHERE id = 1":                             "a task isn't looked at before it is due",
		"UPDATE tasks SET wake = '2999-01-01' WHERE id = 1":                                           "CHECK constraint failed: wake IS strftime",
		"UPDATE tasks SET give_up = 'tomorrow' WHERE id = 1":                                          "CHECK constraint failed: give_up IS strftime",
		"UPDATE tasks SET state = 'expired' WHERE id = 1":                                             "an exhausted, cancelled or expired task has a reason",
		"INSERT INTO switches SELECT 'paused', '', '', at, 'admin' FROM history":                      "CHECK constraint failed: what IN",
		"INSERT INTO switches SELECT 'stopped', 'acme', '', at, 'admin' FROM history":                 "what is frozen or off belongs to an account, the stop to none",
		"INSERT INTO switches SELECT 'frozen', 'acme', 'lost', at, 'admin' FROM history":              "what is off is a rule",
		"INSERT INTO switches SELECT 'off', 'acme', '', at, 'admin' FROM history":                     "what is off is a rule",
		"INSERT INTO switches SELECT 'frozen', 'acme', '', at, '' FROM history":                       "a switch says who turned it",
		"INSERT INTO kept_rules SELECT 'acme', 'rules/acme.yaml', 'account: acme', at FROM history":   "cannot store TEXT value in BLOB column kept_rules.text",
		"UPDATE tasks SET previous = 4711 WHERE id = 1":                                               "FOREIGN KEY constraint failed",
		"UPDATE missed_calls SET reason = 'no_rule'":                                                  "missed calls do not change",
		"DELETE FROM missed_calls":                                                                    "missed calls are kept",
		"UPDATE history SET reason = 'later'":                                                         "history does not change",
		"DELETE FROM history":                                                                         "history is kept",
		"DELETE FROM attempts":                                                                        "attempts are kept",
		"DELETE FROM tasks":                                                                           "tasks are kept",
		"INSERT INTO history SELECT 99, at, '', '', 4711, NULL, '', '', 'x', '' FROM history LIMIT 1": "FOREIGN KEY constraint failed",
	} {
		_, err := db.writer.Exec(command)
		assert.ErrorContains(t, err, says, command)
	}
}
