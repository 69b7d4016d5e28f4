package storage

import (
	"strings"
	"time"

	"callbackd/callback"
)

// quarter is the quarter of an hour in which a time lies, as the database writes times;
// quarterOf reads what it gives.
func quarter(column string) string {
	return "substr(" + column + ", 1, 14) || (CAST(substr(" + column + ", 15, 2) AS INTEGER) / 15)"
}

func quarterOf(text string) (time.Time, error) {
	at, err := time.Parse("2006-01-02T15:", text[:14])
	return at.Add(time.Duration(text[14]-'0') * 15 * time.Minute), err
}

// helping is a list for SQL of the reasons of callback.Helping, which have no quotes.
var helping = "'" + strings.Join(callback.Helping, "', '") + "'"

// Each of these is bounded by the index of the time that it counts by: what happened at
// other times isn't looked at. ?1 and ?2 are the bounds, ?3 the account, ” for all.
var (
	happeningsQuery = `SELECT ` + quarter("lost") + `, 'missed', count(*), sum(decision = 'refused')
		FROM missed_calls INDEXED BY missed_calls_lost
		WHERE lost >= ?1 AND lost < ?2 AND (?3 = '' OR account = ?3) GROUP BY 1
	UNION ALL SELECT ` + quarter("arrived") + `, 'asked', count(*), 0
		FROM tasks INDEXED BY tasks_asked
		WHERE kind <> 'missed' AND arrived >= ?1 AND arrived < ?2 AND (?3 = '' OR account = ?3) GROUP BY 1
	UNION ALL SELECT ` + quarter("bridged") + `, 'called_back', count(*), 0
		FROM attempts INDEXED BY attempts_bridged
		WHERE bridged >= ?1 AND bridged < ?2 AND (?3 = '' OR account = ?3) AND result = 'connected' GROUP BY 1
	UNION ALL SELECT ` + quarter("updated") + `,
			CASE WHEN state <> 'cancelled' THEN 'given_up' WHEN reason IN (` + helping + `) THEN 'helped' ELSE 'cancelled' END, count(*), 0
		FROM tasks INDEXED BY tasks_ended
		WHERE state NOT IN ('scheduled', 'dialing', 'held') AND updated >= ?1 AND updated < ?2 AND (?3 = '' OR account = ?3)
			AND state <> 'completed' GROUP BY 1, 2`
	// A call is the oldest of its task if none was lost before it.
	owedQuery = `SELECT began, state, reason, updated,
			(SELECT min(bridged) FROM attempts WHERE task_id = owed.id AND bridged IS NOT NULL AND result IN ('', 'connected'))
		FROM (
			SELECT task_id AS id, lost AS began FROM missed_calls AS call INDEXED BY missed_calls_lost
			WHERE lost >= ?1 AND lost < ?2 AND (?3 = '' OR account = ?3) AND task_id IS NOT NULL
				AND NOT EXISTS (SELECT 1 FROM missed_calls AS other WHERE other.task_id = call.task_id AND (other.lost, other.id) < (call.lost, call.id))
			UNION ALL
			SELECT id, arrived FROM tasks INDEXED BY tasks_asked
			WHERE kind <> 'missed' AND arrived >= ?1 AND arrived < ?2 AND (?3 = '' OR account = ?3)
		) AS owed CROSS JOIN tasks ON tasks.id = owed.id`
	waitingQuery = `SELECT state, due <= ? AS is_due, waiting_for, count(*), min(due)
		FROM tasks INDEXED BY tasks_open WHERE state IN ('scheduled', 'dialing', 'held') `
	waitingOrder = `GROUP BY 1, 2, 3 ORDER BY 4 DESC, 5, 3`
)

// happening is a row of happeningsQuery.
type happening struct {
	quarter, what string
	count, of     int
}

// Happenings implements callback.ReadTx.
func (tx *readTx) Happenings(account string, in callback.Span) ([]callback.Happenings, error) {
	const what = "what happened"
	rows, err := list(tx, what, func(h *happening) []any { return []any{&h.quarter, &h.what, &h.count, &h.of} },
		happeningsQuery, timeColumn{&in.From}, roundedUp(in.To), account)
	if err != nil {
		return nil, err
	}
	var all []callback.Happenings
	places := map[string]int{}
	for _, row := range rows {
		place, known := places[row.quarter]
		if !known {
			begins, err := quarterOf(row.quarter)
			if err != nil {
				return nil, explain(what, err)
			}
			place = len(all)
			places[row.quarter], all = place, append(all, callback.Happenings{Begins: begins})
		}
		h := &all[place]
		switch row.what {
		case "missed":
			h.Missed, h.Refused = row.count, row.of
		case "asked":
			h.Asked = row.count
		case "called_back":
			h.CalledBack = row.count
		case "given_up":
			h.GivenUp = row.count
		case "helped":
			h.Helped = row.count
		case "cancelled":
			h.Cancelled = row.count
		}
	}
	return all, nil
}

// Owed implements callback.ReadTx.
func (tx *readTx) Owed(account string, in callback.Span) ([]callback.Owed, error) {
	rows, err := list(tx, "what is owed", func(o *callback.Owed) []any {
		return []any{timeColumn{&o.Began}, &o.State, &o.Reason, timeColumn{&o.Ended}, timeColumn{&o.CalledBack}}
	}, owedQuery, timeColumn{&in.From}, roundedUp(in.To), account)
	for i := range rows {
		if rows[i].State.Open() {
			rows[i].Ended = time.Time{}
		}
	}
	return rows, err
}

// Waiting implements callback.ReadTx.
func (tx *readTx) Waiting(account string, now time.Time) ([]callback.Waiting, error) {
	query, args := waitingQuery, []any{timeColumn{&now}}
	if account != "" {
		query, args = query+"AND account = ? ", append(args, account)
	}
	return list(tx, "what tasks wait for", func(w *callback.Waiting) []any {
		return []any{&w.State, &w.Due, &w.Reason, &w.Tasks, timeColumn{&w.Oldest}}
	}, query+waitingOrder, args...)
}
