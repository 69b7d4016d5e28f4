package storagetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

func requireSwitches(t *testing.T, tx callback.ReadTx, want callback.Switches) {
	t.Helper()
	have, err := tx.Switches()
	require.NoError(t, err)
	require.Equal(t, want, have)
}

func testSwitches(t *testing.T, s callback.Store) {
	none := callback.Switches{Frozen: map[string]callback.Switch{}, Off: map[callback.RuleKey]callback.Switch{}}
	first := callback.Switch{Since: morning, By: "admin"}
	freeze := callback.Switch{Since: morning.Add(time.Minute), By: "freeze"}
	later := callback.Switch{Since: morning.Add(time.Hour), By: "somebody else"}
	lost := callback.RuleKey{Account: acme, Rule: "lost in the contact center"}
	menu := callback.RuleKey{Account: acme, Rule: "lost in the menu"}
	elsewhere := callback.RuleKey{Account: globex, Rule: lost.Rule}

	view(t, s, func(tx callback.ReadTx) { requireSwitches(t, tx, none) })
	update(t, s, func(tx callback.Tx) {
		for _, on := range []func() error{
			func() error { return tx.SetStopped(nil) },
			func() error { return tx.SetFrozen(acme, nil) },
			func() error { return tx.SetRuleOff(lost, nil) },
		} {
			require.NoError(t, on(), "what is on stays on")
		}
		requireSwitches(t, tx, none)
		require.NoError(t, tx.SetStopped(&first))
		require.NoError(t, tx.SetFrozen(acme, &first))
		require.NoError(t, tx.SetRuleOff(lost, &first))
		require.NoError(t, tx.SetRuleOff(menu, &freeze))
		require.NoError(t, tx.SetRuleOff(elsewhere, &later))
	})
	all := callback.Switches{
		Stopped: &first, Frozen: map[string]callback.Switch{acme: first},
		Off: map[callback.RuleKey]callback.Switch{lost: first, menu: freeze, elsewhere: later},
	}
	view(t, s, func(tx callback.ReadTx) { requireSwitches(t, tx, all) })
	update(t, s, func(tx callback.Tx) {
		require.NoError(t, tx.SetStopped(&later))
		require.NoError(t, tx.SetFrozen(acme, &later))
		require.NoError(t, tx.SetRuleOff(lost, &freeze))
		requireSwitches(t, tx, all)

		require.NoError(t, tx.SetRuleOff(lost, nil))
		delete(all.Off, lost)
		requireSwitches(t, tx, all)
		require.NoError(t, tx.SetStopped(nil))
		all.Stopped = nil
		requireSwitches(t, tx, all)
		require.NoError(t, tx.SetFrozen(acme, nil))
		delete(all.Frozen, acme)
		requireSwitches(t, tx, all)
		require.NoError(t, tx.SetStopped(&later))
		all.Stopped = &later
		requireSwitches(t, tx, all)
	})
}

// A switch that could be taken for another is refused: a rule without a name
// would be its account, an account without a name everything.
func testSwitchRules(t *testing.T, s callback.Store) {
	off := &callback.Switch{Since: morning, By: "admin"}
	for name, set := range map[string]func(tx callback.Tx) error{
		"of no account":           func(tx callback.Tx) error { return tx.SetFrozen("", off) },
		"of a rule of no account": func(tx callback.Tx) error { return tx.SetRuleOff(callback.RuleKey{Rule: "lost"}, off) },
		"of no rule":              func(tx callback.Tx) error { return tx.SetRuleOff(callback.RuleKey{Account: acme}, off) },
		"by nobody":               func(tx callback.Tx) error { return tx.SetStopped(&callback.Switch{Since: morning}) },
		"since nobody knows when": func(tx callback.Tx) error { return tx.SetStopped(&callback.Switch{By: "admin"}) },
	} {
		assert.ErrorIs(t, attempt(t, s, set), callback.ErrRefused, "a switch %s", name)
	}
}
