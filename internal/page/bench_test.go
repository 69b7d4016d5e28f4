package page_test

import (
	"database/sql"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkPages is how long the server takes for each page, with 100,000 tasks in the
// database of which 500 are open. The aim is less than 50 ms.
func BenchmarkPages(b *testing.B) {
	w := newWorld(b)
	w.takesAppointments(nil)
	w.fill(100_000, 500)
	w.filed()
	w.running()
	cookie := w.as(admin)
	for _, path := range []string{
		"/", "/?account=acme", "/tasks", "/tasks?state=open&sort=waiting", "/tasks?q=45678", "/tasks?q=offer&state=completed", "/tasks/50000", "/missed-calls", "/missed-calls?lost_by=queue:support", "/appointments/advice?account=acme", "/recordings", "/do-not-call?account=acme", "/sounds?account=acme",
		"/rules", "/rules?account=acme&number=0701234567&target=queue:support", "/accounts", "/system",
	} {
		b.Run(path, func(b *testing.B) {
			for b.Loop() {
				r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, path, nil)
				r.AddCookie(cookie)
				answer := httptest.NewRecorder()
				w.handler.ServeHTTP(answer, r)
				require.Equal(b, http.StatusOK, answer.Code)
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/1000, "ms/op")
		})
	}
}

// fill writes what two months leave behind: 2000 calls a day, each with its task and
// attempt. It writes rows without the triggers, which would have each task live its whole
// life.
func (w *world) fill(tasks, open int) {
	w.t.Helper()
	db, err := sql.Open("sqlite3", w.path)
	require.NoError(w.t, err)
	defer func() { require.NoError(w.t, db.Close()) }()
	var triggers string
	require.NoError(w.t, db.QueryRowContext(w.t.Context(), `SELECT group_concat('DROP TRIGGER ' || name, '; ') FROM sqlite_schema WHERE type = 'trigger'`).Scan(&triggers))
	lot := fmt.Sprintf(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d),
		lot AS (SELECT i, strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ', 'now', '-' || ((%d - i) * 43.2) || ' seconds') AS at, i > %d AS open, printf('+467%%08d', 10000000 + i) AS number FROM n) `,
		tasks, tasks, tasks-open)
	for _, command := range []string{
		triggers,
		lot + `INSERT INTO tasks (id, account, kind, number, state, reason, target, region, lost_by, rule, pbx, arrived, due, wake, cancel_reason, waiting_for, held_by,
				attempts, source, note, language, created, updated)
			SELECT i, 'acme', 'missed', number, iif(open, 'scheduled', 'completed'), '', 'queue:support', 'sweden', 'queue:support', 'lost in the contact center', 'pbx1', at, at, at, '',
				iif(open, i % 7 || ' live callers wait in support since 12:03', ''), '', 1, '', iif(i % 5 = 0, 'wants to know about the offer', ''), '', at, at FROM lot`,
		lot + `INSERT INTO missed_calls (id, pbx, call_id, trunk, caller, dialled, lost_by, arrived, lost, account, number, decision, reason, rule, task_id, source, recorded)
			SELECT i, 'pbx1', 'call-' || i, 'PJSIP/pstn', number, '+4685550000', 'queue:support', at, at, 'acme', number, 'task_created', '', '', i, 'events', at FROM lot`,
		lot + `INSERT INTO attempts (id, task_id, account, number, ordinal, try, state, due, settings, agent_channel, customer_channel, bridge, recording, agent,
				result, reason, cause, sip, trunk_fault, counted, recording_ok, claimed, agent_answered, customer_sent, bridged, ended)
			SELECT i, i, 'acme', number, 1, 1, 'ended', at, '{"pbx":"pbx1","region":"sweden"}', 'a' || i, 'c' || i, 'b' || i, '', 'PJSIP/alice',
				'connected', '', 16, 0, 0, 1, 0, at, at, at, at, at FROM lot WHERE NOT open`,
	} {
		_, err := db.ExecContext(w.t.Context(), command)
		require.NoError(w.t, err, command)
	}
}
