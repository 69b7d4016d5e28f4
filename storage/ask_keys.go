package storage

import (
	"time"

	"callbackd/callback"
)

var (
	askKeyQuery           = `SELECT account, asked_by, key, hash, task_id, used, merged FROM ask_keys WHERE account = ? AND asked_by = ? AND key = ?`
	keepAskKeyCommand     = `INSERT INTO ask_keys (account, asked_by, key, hash, task_id, used, merged) VALUES (?, ?, ?, ?, ?, ?, ?)`
	forgetAskKeysCommand  = `DELETE FROM ask_keys WHERE asked_by <> 'ivr' AND used < ?`
	forgetCallKeysCommand = `DELETE FROM ask_keys WHERE asked_by = 'ivr' AND used < ?`
)

func askKeyFields(k *callback.AskKey) []any {
	return []any{&k.Account, &k.By, &k.Key, &k.Hash, idColumn{&k.TaskID}, timeColumn{&k.Used}, &k.Merged}
}

// AskKey implements callback.ReadTx.
func (tx *readTx) AskKey(account, by, key string) (callback.AskKey, error) {
	return find(tx, "the key of a request in "+account, askKeyFields, askKeyQuery, account, by, key)
}

// KeepAskKey implements callback.Tx.
func (tx *writeTx) KeepAskKey(k callback.AskKey) error {
	_, err := tx.exec("keep the key of a request in "+k.Account, keepAskKeyCommand, askKeyFields(&k)...)
	return err
}

// ForgetAskKeys implements callback.Tx.
func (tx *writeTx) ForgetAskKeys(before, callsBefore time.Time) error {
	if _, err := tx.exec("forget old keys of requests", forgetAskKeysCommand, timeColumn{&before}); err != nil {
		return err
	}
	_, err := tx.exec("forget old calls with requests", forgetCallKeysCommand, timeColumn{&callsBefore})
	return err
}
