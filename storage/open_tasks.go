package storage

import (
	"encoding/json"
	"fmt"
	"time"

	"callbackd/callback"
)

var (
	giveUpsQuery = tasksTable.selection + `INDEXED BY tasks_give_up
		WHERE state IN ('scheduled', 'held') AND give_up <= ? ORDER BY give_up, id LIMIT ?`
	nextGiveUpQuery = `SELECT min(give_up) FROM tasks INDEXED BY tasks_give_up
		WHERE state IN ('scheduled', 'held') AND give_up > ?`
	handOversQuery = tasksTable.selection + `INDEXED BY tasks_hand_over
		WHERE state IN ('scheduled', 'held') AND owner_until <= ? ORDER BY owner_until, id LIMIT ?`
	nextHandOverQuery = `SELECT min(owner_until) FROM tasks INDEXED BY tasks_hand_over
		WHERE state IN ('scheduled', 'held') AND owner_until > ?`
	openTasksQuery = tasksTable.selection + `INDEXED BY tasks_open
		WHERE account = ? AND state IN ('scheduled', 'dialing', 'held') ORDER BY id`
	// The targets are a JSON list, so that the statement is one, however many
	// there are.
	openMissedQuery = `SELECT count(*) FROM tasks INDEXED BY tasks_open
		WHERE account = ? AND kind = 'missed' AND target IN (SELECT value FROM json_each(?))
		AND state IN ('scheduled', 'dialing', 'held') AND held_by <> ?`
	openAnyQuery = `SELECT (SELECT count(*) FROM tasks INDEXED BY tasks_open
		WHERE account = ?1 AND kind IN ('missed', 'request', 'appointment') AND target IN (SELECT value FROM json_each(?2))
		AND state IN ('scheduled', 'dialing', 'held') AND held_by <> ?3)
		+ (SELECT count(*) FROM tasks INDEXED BY tasks_owned
		WHERE account = ?1 AND owner_then IN (SELECT value FROM json_each(?2)) AND target NOT IN (SELECT value FROM json_each(?2))
		AND state IN ('scheduled', 'dialing', 'held') AND owner_until IS NOT NULL AND held_by <> ?3)`
)

// GiveUps implements callback.ReadTx.
func (tx *readTx) GiveUps(now time.Time, limit int) ([]callback.Task, error) {
	return list(tx, "tasks to give up", taskFields, giveUpsQuery, timeColumn{&now}, limit)
}

// NextGiveUp implements callback.ReadTx.
func (tx *readTx) NextGiveUp(after time.Time) (giveUp time.Time, ok bool, err error) {
	err = tx.sql.QueryRowContext(tx.ctx, nextGiveUpQuery, timeColumn{&after}).Scan(timeColumn{&giveUp})
	return giveUp, !giveUp.IsZero(), explain("next task to give up", err)
}

// HandOvers implements callback.ReadTx.
func (tx *readTx) HandOvers(now time.Time, limit int) ([]callback.Task, error) {
	return list(tx, "tasks to hand over", taskFields, handOversQuery, timeColumn{&now}, limit)
}

// NextHandOver implements callback.ReadTx.
func (tx *readTx) NextHandOver(after time.Time) (until time.Time, ok bool, err error) {
	err = tx.sql.QueryRowContext(tx.ctx, nextHandOverQuery, timeColumn{&after}).Scan(timeColumn{&until})
	return until, !until.IsZero(), explain("next task to hand over", err)
}

// OpenTasks implements callback.ReadTx.
func (tx *readTx) OpenTasks(account string) ([]callback.Task, error) {
	return list(tx, "open tasks of "+account, taskFields, openTasksQuery, account)
}

// OpenMissed implements callback.ReadTx.
func (tx *readTx) OpenMissed(account string, targets []callback.Target) (int, error) {
	return tx.countOpen(openMissedQuery, account, targets)
}

// OpenAny implements callback.ReadTx.
func (tx *readTx) OpenAny(account string, targets []callback.Target) (int, error) {
	return tx.countOpen(openAnyQuery, account, targets)
}

func (tx *readTx) countOpen(query, account string, targets []callback.Target) (open int, err error) {
	what := "count the open tasks of " + account
	if targets == nil {
		return 0, nil // null is no list
	}
	list, err := json.Marshal(targets)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", what, err)
	}
	err = tx.sql.QueryRowContext(tx.ctx, query, account, string(list), callback.ByOneRing).Scan(&open)
	return open, explain(what, err)
}
