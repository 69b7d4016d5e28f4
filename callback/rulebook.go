package callback

import (
	"sort"
	"strings"
	"sync/atomic"
)

// Rulebook is the accounts in force at one moment. It is immutable.
type Rulebook struct {
	accounts map[string]*Account
}

// NewRulebook makes a rulebook of accounts, whose names differ.
func NewRulebook(accounts ...*Account) *Rulebook {
	b := &Rulebook{accounts: make(map[string]*Account, len(accounts))}
	for _, a := range accounts {
		b.accounts[a.Name] = a
	}
	return b
}

// Account finds an account by its name.
func (b *Rulebook) Account(name string) (*Account, bool) {
	a, ok := b.accounts[name]
	return a, ok
}

// Accounts lists all accounts, by name.
func (b *Rulebook) Accounts() []*Account {
	list := make([]*Account, 0, len(b.accounts))
	for _, a := range b.accounts {
		list = append(list, a)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	return list
}

// IsTrunk reports whether calls that arrive on endpoint ("PJSIP/pstn") of pbx
// are customers' calls. The technology's case doesn't matter to Asterisk.
func (b *Rulebook) IsTrunk(pbx, endpoint string) bool {
	for _, a := range b.accounts {
		if _, ok := a.regionOf(pbx, endpoint); ok {
			return true
		}
	}
	return false
}

// AccountOf finds whose customer called: the account that owns the dialled
// number, else the only account of the trunk. It answers nil where several
// accounts share the trunk and none owns the number.
func (b *Rulebook) AccountOf(pbx, trunk, dialled string) *Account {
	var sharing []*Account
	for _, a := range b.Accounts() {
		if _, ok := a.regionOf(pbx, trunk); !ok {
			continue
		}
		if own, err := ParseNumber(strings.TrimSpace(dialled), a.Country); err == nil && a.Owns(own) {
			return a
		}
		sharing = append(sharing, a)
	}
	if len(sharing) == 1 {
		return sharing[0]
	}
	return nil
}

// Rules holds the rulebook in force; a reload swaps it whole. Whoever swaps it
// rouses the tasks that rest (Tx.Rouse), and then wakes Scheduler and Upkeep.
type Rules struct{ current atomic.Pointer[Rulebook] }

// NewRules starts with book.
func NewRules(book *Rulebook) *Rules {
	r := new(Rules)
	r.current.Store(book)
	return r
}

// Book is the rulebook in force now. Decide one thing by one book: call it once.
func (r *Rules) Book() *Rulebook { return r.current.Load() }

// Replace puts book in force.
func (r *Rules) Replace(book *Rulebook) { r.current.Store(book) }
