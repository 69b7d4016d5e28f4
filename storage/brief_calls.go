package storage

import (
	"time"

	"callbackd/callback"
)

// The numbers that begin with a prefix are a range of the index, which has what
// else is asked but for the brevity: rows are read for the account's new calls
// from that block of numbers alone, however many calls there are from elsewhere,
// or were from there. Milliseconds are rounded: seconds with a fraction differ by
// a little more or less than they say.
var briefCallsQuery = missedCallsTable.selection + `INDEXED BY missed_calls_blocks
	WHERE account = ? AND number >= ? AND number < ? AND lost >= ?
	AND round(1000 * (unixepoch(lost, 'subsec') - unixepoch(arrived, 'subsec'))) <= ?
	ORDER BY lost, id`

// afterDigits sorts after every digit.
const afterDigits = ":"

// BriefCalls implements callback.ReadTx.
func (tx *readTx) BriefCalls(account, prefix string, since time.Time, most time.Duration) ([]callback.MissedCall, error) {
	return list(tx, "brief calls of account "+account, missedCallFields, briefCallsQuery,
		account, prefix, prefix+afterDigits, timeColumn{&since}, most.Milliseconds())
}
