package storage

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"callbackd/callback"
)

// unsent is a live attempt whose customer leg may yet be sent: in the states
// agent and agent_up no time of sending is set (a CHECK).
const unsent = live + ` AND customer_sent IS NULL`

// rang is an attempt whose customer's phone may have rung.
var rang = `result NOT IN (` + listed(callback.NeverRang) + `)`

var (
	accountLegsQuery = `SELECT count(*), count(customer_sent), min(customer_sent) FROM (
		SELECT customer_sent FROM attempts INDEXED BY attempts_sent WHERE account = ?1 AND customer_sent >= ?2 AND ` + rang + `
		UNION ALL
		SELECT NULL FROM attempts INDEXED BY attempts_lines WHERE account = ?1 AND ` + unsent + `)`
	numberLegsQuery = `SELECT count(*), count(customer_sent), min(customer_sent) FROM (
		SELECT customer_sent FROM attempts INDEXED BY attempts_sent_number WHERE number = ?3 AND account = ?1 AND customer_sent >= ?2 AND ` + rang + `
		UNION ALL
		SELECT NULL FROM attempts INDEXED BY attempts_one_live WHERE number = ?3 AND account = ?1 AND ` + unsent + `)`
	lastRungQuery = `SELECT ended FROM attempts INDEXED BY attempts_sent_number
		WHERE number = ? AND account = ? AND customer_sent IS NOT NULL
		AND state = 'ended' AND task_id <> ? AND result <> 'connected' AND ` + rang + `
		ORDER BY customer_sent DESC LIMIT 1`
	trunkLegsQuery = `SELECT number, result, customer_sent, ended, trunk_fault FROM attempts INDEXED BY attempts_trunk
		WHERE account = ? AND region = ? AND customer_sent IS NOT NULL
		AND state <> 'customer' AND result NOT IN (` + listed(callback.NoVerdict) + `)
		ORDER BY customer_sent DESC, id DESC LIMIT ?`
)

// listed writes results as a list of SQL.
func listed(results []callback.Result) string {
	words := make([]string, len(results))
	for i, r := range results {
		words[i] = "'" + string(r) + "'"
	}
	return strings.Join(words, ", ")
}

// CustomerLegs implements callback.ReadTx.
func (tx *readTx) CustomerLegs(account, number string, since time.Time) (legs callback.Legs, err error) {
	query, args := accountLegsQuery, []any{account, timeColumn{&since}}
	if number != "" {
		query, args = numberLegsQuery, append(args, number)
	}
	err = tx.sql.QueryRowContext(tx.ctx, query, args...).Scan(&legs.Count, &legs.Sent, timeColumn{&legs.Oldest})
	return legs, explain("count the customer legs of "+account, err)
}

// LastRung implements callback.ReadTx.
func (tx *readTx) LastRung(account, number string, except int64) (ended time.Time, err error) {
	err = tx.sql.QueryRowContext(tx.ctx, lastRungQuery, number, account, except).Scan(timeColumn{&ended})
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return ended, explain("find when "+callback.MaskNumber(number)+" was rung last", err)
}

// TrunkFaults implements callback.ReadTx. While the trunk works it reads one row.
func (tx *readTx) TrunkFaults(account, region string, most int) (faults []callback.TrunkFault, err error) {
	what := fmt.Sprintf("trunk faults of %s in region %s", account, region)
	if most == 0 {
		most = -1 // to SQLite: no limit
	}
	rows, err := tx.sql.QueryContext(tx.ctx, trunkLegsQuery, account, region, most)
	if err != nil {
		return nil, explain(what, err)
	}
	defer func() { _ = rows.Close() }() // whatever it could say, rows.Err has said
	for rows.Next() {
		var f callback.TrunkFault
		var fault bool
		if err := rows.Scan(&f.Number, &f.Result, timeColumn{&f.Sent}, timeColumn{&f.Ended}, &fault); err != nil {
			return nil, explain(what, err)
		}
		if !fault {
			break
		}
		faults = append(faults, f)
	}
	return faults, explain(what, rows.Err())
}
