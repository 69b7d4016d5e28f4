package config

import (
	"time"

	"callbackd/callback"
)

// owner reads whose a callback is at first; nil: nobody's. Where it doesn't say to whom
// the callback goes afterwards, that is otherwise, the queue of the section.
func (f *accountFile) owner(n *node, otherwise callback.Target) *callback.Owner {
	if n == nil {
		return nil
	}
	const least, most = int(callback.OwnerLeast / time.Hour), int(callback.OwnerMost / time.Hour)
	const hint = "write owner: {agent: alice, hours: 4, then: queue:support}"
	o := f.object(n)
	if o.node.kind != mapping {
		return nil
	}
	owner := &callback.Owner{Agent: reference(f.decoder, o.require("agent", hint), "agent", f.account.Agents)}
	hours := f.integer(o.require("hours", hint), least, most, least, "hours in which customers may be called: four of them may end on the next day")
	owner.For = time.Duration(hours) * time.Hour
	at := o.get("then")
	owner.Then = f.target(at)
	if at == nil {
		at, owner.Then = o.node, otherwise
	}
	o.close()
	switch {
	case owner.Then.IsZero() && at == o.node:
		f.errorf(o.node, "nobody knows who gets the callback after %s", owner.Agent).Hint = "write then: queue:NAME into owner, or queue beside it"
	case owner.Then == owner.Target():
		f.errorf(at, "%s has it already", owner.Then).Hint = "name who gets it afterwards"
	}
	return owner
}
