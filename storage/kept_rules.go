package storage

import "callbackd/callback"

var (
	keptRulesQuery = `SELECT account, path, text, kept FROM kept_rules ORDER BY account`
	keepCommand    = `INSERT INTO kept_rules (account, path, text, kept) VALUES (?, ?, ?, ?)
		ON CONFLICT (account) DO UPDATE SET path = excluded.path, text = excluded.text, kept = excluded.kept`
	forgetCommand = `DELETE FROM kept_rules WHERE account = ?`
)

func keptRulesFields(k *callback.KeptRules) []any {
	return []any{&k.Account, &k.Path, &k.Text, timeColumn{&k.Kept}}
}

// KeptRules implements callback.ReadTx.
func (tx *readTx) KeptRules() ([]callback.KeptRules, error) {
	return list(tx, "kept rules", keptRulesFields, keptRulesQuery)
}

// KeepRules implements callback.Tx.
func (tx *writeTx) KeepRules(k callback.KeptRules) error {
	if k.Kept.IsZero() {
		k.Kept = tx.now
	}
	_, err := tx.exec("keep the rules of "+k.Account, keepCommand, keptRulesFields(&k)...)
	return err
}

// ForgetRules implements callback.Tx.
func (tx *writeTx) ForgetRules(account string) error {
	_, err := tx.exec("forget the rules of "+account, forgetCommand, account)
	return err
}
