package callback

import "time"

// Switches is what people have switched off by hand. It is kept in the
// database, so that neither an edit of a file nor a restart switches anything
// on again, and it is read in the transaction that decides.
type Switches struct {
	Stopped *Switch            // nothing is dialled anywhere; nil: not stopped
	Frozen  map[string]Switch  // accounts, by name
	Off     map[RuleKey]Switch // rules that were deactivated, by a person or by freezing
}

// Switch is one thing that is switched off: since when, and by whom.
type Switch struct {
	Since time.Time
	By    string // "admin"; what did it, where no person did: "freeze"
}

// RuleKey is how a rule is known outside its file.
type RuleKey struct{ Account, Rule string }
