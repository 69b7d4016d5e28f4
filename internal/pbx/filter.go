package pbx

import (
	"context"
	"slices"
	"sync"

	"callbackd/callback"
)

// filter is which events Asterisk is told not to send. Variables are most of what
// it has to say, and only where an account counts a message as a call that was
// answered does callbackd listen to them.
type filter struct {
	exchange *Exchange

	mu   sync.Mutex // held while Asterisk is told
	told []string
}

// RulesChanged has Asterisk send what the rules in force need. It waits for nothing.
func (x *Exchange) RulesChanged(ctx context.Context) {
	go x.filter.renew(ctx)
	x.gate.wakeups.renew(ctx, false)
}

func (f *filter) renew(ctx context.Context) {
	f.mu.Lock()
	defer f.mu.Unlock()
	x := f.exchange
	needed := disallowed(x.o.Rules.Book(), x.o.Name)
	if slices.Equal(needed, f.told) {
		return
	}
	f.told = needed
	if err := x.client.Disallow(ctx, needed...); err != nil {
		x.client.Reconnect(err) // the next connection begins with the new filter
	}
}

// disallowed lists what pbx needn't send.
func disallowed(book *callback.Rulebook, pbx string) []string {
	if !slices.ContainsFunc(book.Accounts(), func(a *callback.Account) bool { return listensForMessages(a, pbx) }) {
		return disallowedEvents
	}
	return slices.DeleteFunc(slices.Clone(disallowedEvents), func(event string) bool { return event == "ChannelVarset" })
}

// listensForMessages reports whether a message that a customer of a leaves on pbx
// decides anything.
func listensForMessages(a *callback.Account, pbx string) bool {
	if a.MessageLeft != callback.MessageHandled {
		return false
	}
	for _, region := range a.Regions {
		if region.PBX == pbx {
			return true
		}
	}
	return false
}
