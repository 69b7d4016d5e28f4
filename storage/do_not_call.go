package storage

import (
	"fmt"

	"callbackd/callback"
)

const doNotCallSelection = `SELECT account, number, since, by_whom, reason FROM do_not_call `

var (
	doNotCallQuery     = doNotCallSelection + `WHERE account = ? AND number = ?`
	doNotCallListQuery = doNotCallSelection + `WHERE account = ? AND number > ? ORDER BY number LIMIT ?`
	blockCommand       = `INSERT INTO do_not_call (account, number, since, by_whom, reason) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (account, number) DO NOTHING`
	unblockCommand = `DELETE FROM do_not_call WHERE account = ? AND number = ?`
)

func doNotCallFields(d *callback.DoNotCall) []any {
	return []any{&d.Account, &d.Number, timeColumn{&d.Since}, &d.By, &d.Reason}
}

func nameDoNotCall(account, number string) string {
	return fmt.Sprintf("%s on the do-not-call list of %s", callback.MaskNumber(number), account)
}

// DoNotCall implements callback.ReadTx.
func (tx *readTx) DoNotCall(account, number string) (callback.DoNotCall, error) {
	return find(tx, nameDoNotCall(account, number), doNotCallFields, doNotCallQuery, account, number)
}

// DoNotCallList implements callback.ReadTx.
func (tx *readTx) DoNotCallList(account, after string, limit int) ([]callback.DoNotCall, error) {
	if limit == 0 {
		limit = defaultLimit
	}
	return list(tx, "the do-not-call list of "+account, doNotCallFields, doNotCallListQuery, account, after, limit)
}

// Block implements callback.Tx.
func (tx *writeTx) Block(d callback.DoNotCall) error {
	_, err := tx.exec("put "+nameDoNotCall(d.Account, d.Number), blockCommand, doNotCallFields(&d)...)
	return err
}

// Unblock implements callback.Tx.
func (tx *writeTx) Unblock(account, number string) error {
	_, err := tx.exec("remove "+nameDoNotCall(account, number), unblockCommand, account, number)
	return err
}
