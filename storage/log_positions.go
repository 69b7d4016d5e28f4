package storage

import (
	"time"

	"callbackd/callback"
)

var (
	logPositionQuery   = `SELECT position FROM log_positions WHERE pbx = ?`
	logPositionCommand = `INSERT INTO log_positions (pbx, position) VALUES (?, ?)
		ON CONFLICT (pbx) DO UPDATE SET position = excluded.position`

	briefCallsQuery = missedCallsTable.selection + `INDEXED BY missed_calls_lost
		WHERE lost >= ? AND account = ? AND substr(number, 1, length(?)) = ?
		AND unixepoch(lost, 'subsec') - unixepoch(arrived, 'subsec') <= ? ORDER BY lost, id`
)

// LogPosition implements callback.ReadTx.
func (tx *readTx) LogPosition(pbx string) ([]byte, error) {
	return find(tx, "position in the logs of "+pbx, func(p *[]byte) []any { return []any{p} }, logPositionQuery, pbx)
}

// SetLogPosition implements callback.Tx.
func (tx *writeTx) SetLogPosition(pbx string, position []byte) error {
	_, err := tx.exec("store how far the logs of "+pbx+" are read", logPositionCommand, pbx, string(position))
	return err
}

// BriefCalls implements callback.ReadTx.
func (tx *readTx) BriefCalls(account, prefix string, since time.Time, most time.Duration) ([]callback.MissedCall, error) {
	// Both times are whole milliseconds, their difference as a number isn't quite.
	return list(tx, "brief calls of account "+account, missedCallFields, briefCallsQuery,
		timeColumn{&since}, account, prefix, prefix, most.Seconds()+0.0005)
}
