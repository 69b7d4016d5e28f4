package callback

import (
	"fmt"
	"slices"
	"sync"
)

// Presence knows which customers are on a live call right now, on whatever trunk of
// whatever PBX: nobody calls back somebody who is on the phone with us. It lives in
// memory; after a restart or a gap each PBX says who is there (Began) before anything is
// dialled over it, and who isn't any more (Keep) as soon as it knows what became of them.
//
// An inbound call is over, to Presence, when its verdict has been taken in, not
// before: else whoever was helped by it would be called back in between. So Over
// comes after Intake.Take of the Verdict; of a call that an agent dialled, with the
// CallOver.
//
// Observers are told after the fact and outside of the lock, by whoever made the
// change: two changes of one number at once may be told in either order. What they
// are told is a reason to look (With), not what they will find.
//
// A nil *Presence knows of nobody.
type Presence struct {
	rules *Rules

	mu        sync.Mutex
	calls     map[presenceKey]present
	byNumber  map[string][]presenceKey // in the order in which the calls became known
	observers []func(number string, here bool)
}

type presenceKey struct{ pbx, id string }

type present struct {
	call    LiveCall
	numbers []string // as the accounts of its trunk read the customer's
}

// NewPresence makes an empty presence; rules say how an account's trunks write numbers.
func NewPresence(rules *Rules) *Presence {
	return &Presence{rules: rules, calls: map[presenceKey]present{}, byNumber: map[string][]presenceKey{}}
}

// Observe has fn hear of each customer (E.164) who comes and goes: here with the
// first of several calls at once, not here any more with the end of the last.
// Register all before the first call.
func (p *Presence) Observe(fn func(number string, here bool)) { p.observers = append(p.observers, fn) }

// Began notes a call that is there from now on. One that is known already stays as
// it is.
func (p *Presence) Began(c LiveCall) {
	numbers := p.rules.Book().numbersOf(c) // parsing takes its time: others don't wait for it
	p.tell(p.add(presenceKey{c.PBX, c.ID}, present{c, numbers}), true)
}

// Over notes the end of a call; of one that isn't known, nothing. A call whose
// number turns out to be withheld is over as well: nobody knows who is on it.
func (p *Presence) Over(pbx, id string) {
	p.mu.Lock()
	gone := p.remove(presenceKey{pbx, id})
	p.mu.Unlock()
	p.tell(gone, false)
}

// Keep lets go of what was known of a PBX, but for the calls with these ids.
func (p *Presence) Keep(pbx string, ids []string) {
	kept := make(map[string]bool, len(ids))
	for _, id := range ids {
		kept[id] = true
	}
	var gone []string
	p.mu.Lock()
	for key := range p.calls {
		if key.pbx == pbx && !kept[key.id] {
			gone = append(gone, p.remove(key)...)
		}
	}
	p.mu.Unlock()
	p.tell(gone, false)
}

// With finds a live call with the customer (E.164), the first of several.
func (p *Presence) With(number string) (LiveCall, bool) {
	if p == nil {
		return LiveCall{}, false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	keys := p.byNumber[number]
	if len(keys) == 0 {
		return LiveCall{}, false
	}
	return p.calls[keys[0]].call, true
}

// add answers who wasn't here before.
func (p *Presence) add(key presenceKey, c present) (came []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, known := p.calls[key]; known {
		return nil
	}
	p.calls[key] = c
	for _, n := range c.numbers {
		if len(p.byNumber[n]) == 0 {
			came = append(came, n)
		}
		p.byNumber[n] = append(p.byNumber[n], key)
	}
	return came
}

// remove answers who isn't here any more. The caller holds the lock.
func (p *Presence) remove(key presenceKey) (gone []string) {
	for _, n := range p.calls[key].numbers {
		rest := slices.DeleteFunc(p.byNumber[n], func(k presenceKey) bool { return k == key })
		if p.byNumber[n] = rest; len(rest) == 0 {
			delete(p.byNumber, n)
			gone = append(gone, n)
		}
	}
	delete(p.calls, key)
	return gone
}

func (p *Presence) tell(numbers []string, here bool) {
	for _, n := range numbers {
		for _, fn := range p.observers {
			fn(n, here)
		}
	}
}

// numbersOf reads the customer's number of a live call as each account of its trunk does.
func (b *Rulebook) numbersOf(c LiveCall) (numbers []string) {
	for _, a := range b.Accounts() {
		if _, ok := a.regionOf(c.PBX, c.Trunk); !ok {
			continue
		}
		if n, err := ParseNumber(c.Number, a.Country); err == nil && !slices.Contains(numbers, n) {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// inTheWay says that nobody calls a customer who is on the phone with us. It ends
// with the call, of which the scheduler hears.
func (p *Presence) inTheWay(account *Account, number string) obstacle {
	call, on := p.With(number)
	if !on {
		return obstacle{}
	}
	zone := account.zone()
	since := call.Since.In(zone).Format("15:04") + " in " + zone.String()
	if !call.Outbound {
		return obstacle{reason: "the customer has called and is on the phone since " + since}
	}
	return obstacle{reason: fmt.Sprintf("%s is on the phone with the customer since %s", account.speaker(call.Agent), since)}
}

// speaker names whoever has a phone.
func (a *Account) speaker(endpoint string) string {
	if endpoint == "" {
		return "an agent"
	}
	if names := a.agentsAt([]string{endpoint}); len(names) > 0 {
		return names[0]
	}
	return endpoint
}
