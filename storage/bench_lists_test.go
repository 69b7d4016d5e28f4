package storage

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// aLot fills a database as two months of two accounts do: 100,000 tasks, 2000 a day, each
// from a call or from a request, nearly all over; a thousand are open. It writes rows
// without the triggers, which would have each task live its whole life.
func aLot(b *testing.B) (db *DB, end time.Time) {
	b.Helper()
	db = openTest(b)
	end = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	tx, err := db.writer.BeginTx(b.Context(), nil)
	require.NoError(b, err)
	require.NoError(b, dropTriggers(b.Context(), tx))
	for _, command := range []string{
		// i counts the tasks; at is when each began, 43.2 s apart.
		`CREATE TEMP TABLE lot AS
			WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
			SELECT i, strftime('%Y-%m-%dT%H:%M:%fZ', '2026-11-20T12:00:00Z', '-' || ((100000 - i) * 43.2) || ' seconds') AS at, i > 99000 AS open FROM n`,
		`INSERT INTO tasks (id, account, kind, number, state, reason, target, region, lost_by, rule, pbx, arrived, due, wake, give_up, cancel_reason,
				waiting_for, held_by, attempts, source, note, language, asked_at, created, updated)
			SELECT i, iif(i % 4 = 0, 'globex', 'acme'), iif(i % 5 = 0, 'request', 'missed'), printf('+467%08d', i * 7919 % 100000000),
				iif(open, 'scheduled', iif(i % 10 = 0, 'exhausted', iif(i % 10 = 1, 'cancelled', 'completed'))),
				iif(open OR i % 10 > 1, '', iif(i % 10 = 0, 'customer_no_answer', 'customer_called')),
				iif(i % 1000 = 0, 'agent:alice', 'queue:support'), 'sweden', '', iif(i % 5 = 0, 'requests', 'lost in the contact center'), 'pbx1', at, at, at, NULL, '',
				iif(open, iif(i % 3 = 0, 'the schedule is closed', '2 live callers wait in support since 12:03'), ''), '', 1,
				iif(i % 5 = 0, 'web', ''), iif(i % 5 = 0, 'wants to know about the offer of last week, number ' || i, ''), 'sv', iif(i % 5 = 0, at, NULL), at, at
			FROM lot`,
		`INSERT INTO missed_calls (id, pbx, call_id, trunk, caller, dialled, lost_by, arrived, lost, account, number, decision, reason, rule, task_id, source, recorded)
			SELECT i, 'pbx1', 'call-' || i, 'PJSIP/pstn', '', '', 'queue:support', at, at, iif(i % 4 = 0, 'globex', 'acme'), printf('+467%08d', i * 7919 % 100000000),
				iif(i % 5 = 0, 'refused', 'task_created'), iif(i % 5 = 0, iif(i % 1000 = 0, 'anonymous', 'no_rule'), ''), '', iif(i % 5 = 0, NULL, i), 'events', at FROM lot`,
		`INSERT INTO attempts (id, task_id, account, number, ordinal, try, state, due, settings, agent_channel, customer_channel, bridge, recording, agent,
				result, reason, cause, sip, trunk_fault, counted, recording_ok, claimed, agent_answered, customer_sent, bridged, ended)
			SELECT i, i, iif(i % 4 = 0, 'globex', 'acme'), printf('+467%08d', i * 7919 % 100000000), 1, 1, 'ended', at, '{"pbx":"pbx1","region":"sweden"}',
				'a' || i, 'c' || i, 'b' || i, 'r' || i, 'PJSIP/alice', iif(i % 10 > 1, 'connected', 'customer_no_answer'), '', 16, 0, 0, 1, 1, at, at, at, iif(i % 10 > 1, at, NULL), at
			FROM lot WHERE NOT open`,
		`INSERT INTO recordings (id, task_id, attempt_id, account, pbx, name, channels, state, bytes, milliseconds, made, keep_until)
			SELECT i, i, i, iif(i % 4 = 0, 'globex', 'acme'), 'pbx1', 'r' || i, 2, iif(i % 1000 = 7, 'empty', 'kept'), 1, 1000, at, at FROM lot WHERE NOT open`,
	} {
		_, err := tx.ExecContext(b.Context(), command)
		require.NoError(b, err, command)
	}
	require.NoError(b, makeTriggers(b.Context(), tx))
	require.NoError(b, tx.Commit())
	return db, end
}

// BenchmarkLists asks what people look for among 100,000 tasks, calls and recordings:
// what is common, what hardly a row has, what none has. Each is to take less than 20 ms.
func BenchmarkLists(b *testing.B) {
	db, end := aLot(b)
	page := func(rows int) func(f callback.TaskFilter) func(callback.ReadTx) error {
		return func(f callback.TaskFilter) func(callback.ReadTx) error {
			return func(tx callback.ReadTx) error {
				tasks, err := tx.Tasks(f)
				require.Equal(b, rows, len(tasks))
				return err
			}
		}
	}
	full, none := page(100), page(0)
	alice := callback.Target{Kind: callback.TargetAgent, Name: "alice"}
	calls := func(rows int, f callback.MissedCallFilter) func(callback.ReadTx) error {
		return func(tx callback.ReadTx) error {
			found, err := tx.MissedCalls(f)
			require.Equal(b, rows, len(found))
			return err
		}
	}
	recordings := func(rows int, f callback.RecordingFilter) func(callback.ReadTx) error {
		return func(tx callback.ReadTx) error {
			found, err := tx.Recordings(f)
			require.Equal(b, rows, len(found))
			return err
		}
	}
	const day = 24 * time.Hour
	measure(b, db, map[string]func(callback.ReadTx) error{
		"tasks, newest":                        full(callback.TaskFilter{}),
		"tasks of an account":                  full(callback.TaskFilter{Account: "acme"}),
		"tasks of an account, last page":       full(callback.TaskFilter{Account: "acme", Before: 135}),
		"tasks of a kind":                      full(callback.TaskFilter{Account: "acme", Kind: callback.KindRequest}),
		"tasks of a kind that nobody has":      none(callback.TaskFilter{Account: "acme", Kind: callback.KindAppointment}),
		"tasks of no rule, all accounts":       none(callback.TaskFilter{Rule: "never heard of"}),
		"tasks of an agent":                    none(callback.TaskFilter{Account: "acme", Target: alice}),
		"tasks of an agent, all accounts":      full(callback.TaskFilter{Target: alice}),
		"tasks that are held":                  none(callback.TaskFilter{Account: "acme", States: []callback.TaskState{callback.TaskHeld}}),
		"tasks exhausted and of an agent":      none(callback.TaskFilter{Account: "acme", Target: alice, States: []callback.TaskState{callback.TaskExhausted}}),
		"tasks of a day long ago":              full(callback.TaskFilter{Account: "acme", Created: callback.Span{From: end.Add(-40 * day), To: end.Add(-39 * day)}}),
		"tasks waiting":                        full(callback.TaskFilter{Account: "acme", Sort: callback.SortWaiting}),
		"tasks by due, second page":            full(callback.TaskFilter{Account: "acme", Sort: callback.SortDue, After: callback.TaskPlace{Time: end.Add(-6 * time.Hour), ID: 99500}}),
		"tasks waiting, all accounts":          full(callback.TaskFilter{Sort: callback.SortWaiting}),
		"tasks, a common part of the number":   full(callback.TaskFilter{Account: "acme", Search: callback.ParseSearch("7")}),
		"tasks, a part that nobody has":        none(callback.TaskFilter{Account: "acme", Search: callback.ParseSearch("0799 99 99 99 99")}),
		"tasks, a common word":                 full(callback.TaskFilter{Account: "acme", Search: callback.ParseSearch("offer")}),
		"tasks, a word that nobody wrote":      none(callback.TaskFilter{Account: "acme", Search: callback.ParseSearch("smörgåsbord")}),
		"tasks, a word that nobody wrote, all": none(callback.TaskFilter{Search: callback.ParseSearch("smörgåsbord")}),
		"calls refused for a rare reason":      calls(0, callback.MissedCallFilter{Account: "acme", Reason: callback.ReasonAnonymous}),
		"calls refused for a rare reason, all": calls(100, callback.MissedCallFilter{Reason: callback.ReasonAnonymous}),
		"calls of a day long ago":              calls(100, callback.MissedCallFilter{Account: "acme", Since: end.Add(-40 * day), Until: end.Add(-39 * day)}),
		"recordings of a day long ago":         recordings(100, callback.RecordingFilter{Account: "acme", Made: callback.Span{From: end.Add(-40 * day), To: end.Add(-39 * day)}}),
		"recordings of a customer":             recordings(1, callback.RecordingFilter{Account: "acme", Number: "+46700007919"}),
		"recordings that are empty":            recordings(99, callback.RecordingFilter{States: []callback.RecordingState{callback.RecordingEmpty}}),
	})
}

// BenchmarkDay counts a day of 2000 tasks among 100,000, of one account and of all. All
// three together are what a summary takes.
func BenchmarkDay(b *testing.B) {
	db, end := aLot(b)
	day := callback.Span{From: end.Add(-36 * time.Hour), To: end.Add(-12 * time.Hour)}
	for name, account := range map[string]string{"an account": "acme", "all": ""} {
		measure(b, db, map[string]func(callback.ReadTx) error{
			"Happenings of " + name: func(tx callback.ReadTx) error {
				happened, err := tx.Happenings(account, day)
				require.Equal(b, 96, len(happened))
				return err
			},
			"Owed of " + name: func(tx callback.ReadTx) error {
				owed, err := tx.Owed(account, day)
				require.Greater(b, len(owed), 1400)
				callback.JudgePromptness(owed, end)
				return err
			},
			"Waiting of " + name: func(tx callback.ReadTx) error {
				waiting, err := tx.Waiting(account, end)
				require.Equal(b, 2, len(waiting))
				return err
			},
		})
	}
}
