package storage

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// What an older callbackd left goes on under a newer one: here what the first
// version of the schema held, with a conversation that was recorded.
func TestAnOlderDatabaseComesUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "callbackd.db")
	old, err := pool(path, 1, options{busyTimeout: time.Second}, "mode=rwc&_txlock=immediate")
	require.NoError(t, err)
	require.NoError(t, transact(t.Context(), old, shipped(t)[0].apply))
	for _, command := range []string{
		`INSERT INTO tasks (id, account, kind, number, state, reason, cancel_reason, rule, lost_by, target, pbx, region, arrived, due, wake,
			attempts, waiting_for, held_by, note, language, source, created, updated)
			VALUES (1, 'acme', 'missed', '+46701234567', 'completed', '', '', 'lost', 'queue:support', 'queue:support', 'pbx1', 'sweden',
			'2026-11-20T08:10:08.123Z', '2026-11-20T08:10:08.123Z', '2026-11-20T08:10:08.123Z', 1, '', '', '', '', '', '2026-11-20T08:10:08.123Z', '2026-11-20T08:15:08.123Z')`,
		`INSERT INTO attempts VALUES (1, 1, 'acme', '+46701234567', 1, 1, 'ended', '2026-11-20T08:10:08.123Z', NULL, '{"pbx":"pbx1","region":"sweden","recording":{"keep":7776000000000000}}',
			'a', 'c', 'b', 'acme/2026-11/1', 'PJSIP/alice', 'connected', '', 16, 0, 0, 1, 1,
			'2026-11-20T08:10:08.123Z', '2026-11-20T08:10:09.123Z', '2026-11-20T08:10:10.123Z', '2026-11-20T08:10:11.123Z', '2026-11-20T08:15:08.123Z')`,
	} {
		_, err := old.Exec(command)
		require.NoError(t, err)
	}
	require.NoError(t, old.Close())

	db := reopen(t, path)
	require.NoError(t, db.View(t.Context(), func(tx callback.ReadTx) error {
		attempts, err := tx.Attempts(1)
		require.NoError(t, err)
		require.Len(t, attempts, 1)
		assert.Equal(t, callback.ResultConnected, attempts[0].Result)
		recordings, err := tx.Recordings(callback.RecordingFilter{})
		require.NoError(t, err)
		ended := time.Date(2026, 11, 20, 8, 15, 8, 123_000_000, time.UTC)
		assert.Equal(t, []callback.Recording{{
			ID: 1, TaskID: 1, AttemptID: 1, Account: "acme", PBX: "pbx1", Name: "acme/2026-11/1", Channels: 1,
			State: callback.RecordingUnverified, Made: attempts[0].Bridged, KeepUntil: ended.Add(90 * 24 * time.Hour),
		}}, recordings, "what was recorded before there was an index is in it, or it would never be deleted")
		return nil
	}))
}

// underWay inserts, as version 1 did, a task that is being dialled and its recorded
// attempt in state.
func underWay(t *testing.T, old *sql.DB, id int, state callback.AttemptState) {
	t.Helper()
	since := func(reached bool) any {
		if reached {
			return "2026-11-20T08:10:08.123Z"
		}
		return nil
	}
	number := fmt.Sprintf("+4670123456%d", id)
	_, err := old.Exec(`INSERT INTO tasks (id, account, kind, number, state, reason, cancel_reason, rule, lost_by, target, pbx, region, arrived, due, wake,
		attempts, waiting_for, held_by, note, language, source, created, updated)
		VALUES (?, 'acme', 'missed', ?, 'dialing', '', '', 'lost', 'queue:support', 'queue:support', 'pbx1', 'sweden',
		'2026-11-20T08:10:08.123Z', '2026-11-20T08:10:08.123Z', '2026-11-20T08:10:08.123Z', 0, '', '', '', '', '', '2026-11-20T08:10:08.123Z', '2026-11-20T08:10:08.123Z')`,
		id, number)
	require.NoError(t, err)
	up := state != callback.AttemptAgent
	sent := up && state != callback.AttemptAgentUp
	_, err = old.Exec(`INSERT INTO attempts VALUES (?, ?, 'acme', ?, 1, 1, ?, '2026-11-20T08:10:08.123Z', NULL,
		'{"rule":"lost","region":"sweden","pbx":"pbx1","target":"queue:support","caller_id":"","dialing_intervals":[0],"wait_for_customer":30000000000,"agent_prompt":"callback","recording":{"keep":7776000000000000}}',
		?, ?, ?, ?, '', '', '', 0, 0, 0, 0, 0, ?, ?, ?, ?, NULL)`,
		id, id, number, state, fmt.Sprint("a", id), fmt.Sprint("c", id), fmt.Sprint("b", id), fmt.Sprint("acme/2026-11/", id),
		since(true), since(up), since(sent), since(state == callback.AttemptBridged))
	require.NoError(t, err)
}

// What an older callbackd was dialling when it was replaced can be ended by the newer
// one: else its customer, whose number is taken, is never called again.
func TestWhatAnOlderCallbackdWasDiallingEnds(t *testing.T) {
	path := filepath.Join(t.TempDir(), "callbackd.db")
	old, err := pool(path, 1, options{busyTimeout: time.Second}, "mode=rwc&_txlock=immediate")
	require.NoError(t, err)
	require.NoError(t, transact(t.Context(), old, shipped(t)[0].apply))
	states := []callback.AttemptState{callback.AttemptAgent, callback.AttemptAgentUp, callback.AttemptCustomer, callback.AttemptBridged}
	for i, state := range states {
		underWay(t, old, i+1, state)
	}
	require.NoError(t, old.Close())

	db := reopen(t, path)
	dialer := callback.NewDialer(db, callback.NewRules(callback.NewRulebook()), nil, callback.Pace{}, zerolog.Nop())
	require.NoError(t, dialer.Abandon(t.Context()))
	require.NoError(t, db.View(t.Context(), func(tx callback.ReadTx) error {
		for i := range states {
			ended, err := tx.Attempt(int64(i + 1))
			require.NoError(t, err)
			assert.Equal(t, callback.AttemptEnded, ended.State)
			task, err := tx.Task(int64(i + 1))
			require.NoError(t, err)
			assert.NotEqual(t, callback.TaskDialing, task.State)
		}
		return nil
	}))
}
