package storage

import (
	"time"

	"callbackd/callback"
)

// unsent is a live attempt whose customer leg may yet be sent: in the states
// agent and agent_up no time of sending is set (a CHECK).
const unsent = live + ` AND customer_sent IS NULL`

var (
	accountLegsQuery = `SELECT count(*), count(customer_sent), min(customer_sent) FROM (
		SELECT customer_sent FROM attempts INDEXED BY attempts_sent WHERE account = ?1 AND customer_sent >= ?2
		UNION ALL
		SELECT NULL FROM attempts INDEXED BY attempts_lines WHERE account = ?1 AND ` + unsent + `)`
	numberLegsQuery = `SELECT count(*), count(customer_sent), min(customer_sent) FROM (
		SELECT customer_sent FROM attempts INDEXED BY attempts_sent_number WHERE number = ?3 AND account = ?1 AND customer_sent >= ?2
		UNION ALL
		SELECT NULL FROM attempts INDEXED BY attempts_one_live WHERE number = ?3 AND account = ?1 AND ` + unsent + `)`
)

// CustomerLegs implements callback.ReadTx.
func (tx *readTx) CustomerLegs(account, number string, since time.Time) (legs callback.Legs, err error) {
	query, args := accountLegsQuery, []any{account, timeColumn{&since}}
	if number != "" {
		query, args = numberLegsQuery, append(args, number)
	}
	err = tx.sql.QueryRowContext(tx.ctx, query, args...).Scan(&legs.Count, &legs.Sent, timeColumn{&legs.Oldest})
	return legs, explain("count the customer legs of "+account, err)
}
