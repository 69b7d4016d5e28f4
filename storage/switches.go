package storage

import "callbackd/callback"

// What a row of switches can be about.
const (
	switchStopped = "stopped" // everything
	switchFrozen  = "frozen"  // an account
	switchOff     = "off"     // a rule of an account
)

var (
	switchesQuery    = `SELECT what, account, rule, since, by_whom FROM switches`
	switchOffCommand = `INSERT INTO switches (what, account, rule, since, by_whom) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (what, account, rule) DO NOTHING`
	switchOnCommand = `DELETE FROM switches WHERE what = ? AND account = ? AND rule = ?`
)

// switchRow is a row of switches.
type switchRow struct {
	what string
	key  callback.RuleKey
	callback.Switch
}

func switchFields(r *switchRow) []any {
	return []any{&r.what, &r.key.Account, &r.key.Rule, timeColumn{&r.Since}, &r.By}
}

// Switches implements callback.ReadTx.
func (tx *readTx) Switches() (callback.Switches, error) {
	rows, err := list(tx, "switches", switchFields, switchesQuery)
	if err != nil {
		return callback.Switches{}, err
	}
	all := callback.Switches{Frozen: make(map[string]callback.Switch), Off: make(map[callback.RuleKey]callback.Switch)}
	for _, r := range rows {
		switch r.what {
		case switchStopped:
			all.Stopped = &r.Switch
		case switchFrozen:
			all.Frozen[r.key.Account] = r.Switch
		case switchOff:
			all.Off[r.key] = r.Switch
		}
	}
	return all, nil
}

// SetStopped implements callback.Tx.
func (tx *writeTx) SetStopped(s *callback.Switch) error {
	return tx.turn("the stop", switchStopped, callback.RuleKey{}, s)
}

// SetFrozen implements callback.Tx.
func (tx *writeTx) SetFrozen(account string, s *callback.Switch) error {
	return tx.turn("the freeze of "+account, switchFrozen, callback.RuleKey{Account: account}, s)
}

// SetRuleOff implements callback.Tx.
func (tx *writeTx) SetRuleOff(key callback.RuleKey, s *callback.Switch) error {
	return tx.turn("rule "+key.Rule+" of "+key.Account, switchOff, key, s)
}

// turn switches off, or with nil on.
func (tx *writeTx) turn(name, what string, key callback.RuleKey, s *callback.Switch) error {
	if s == nil {
		_, err := tx.exec("remove the switch of "+name, switchOnCommand, what, key.Account, key.Rule)
		return err
	}
	_, err := tx.exec("store the switch of "+name, switchOffCommand, what, key.Account, key.Rule, timeColumn{&s.Since}, s.By)
	return err
}
