package callback

import (
	"slices"
	"sync"
)

// Presence knows which customers are on a live call right now, on whatever trunk of
// whatever PBX: nobody calls back somebody who is on the phone with us. It lives in
// memory; after a restart or a gap each PBX says anew who is there (Replace), before
// anything is dialled over it.
type Presence struct {
	rules *Rules

	mu        sync.Mutex
	calls     map[presenceKey]present
	byNumber  map[string][]presenceKey
	observers []func(number string, here bool)
}

type presenceKey struct{ pbx, id string }

type present struct {
	call    LiveCall
	numbers []string
}

// NewPresence makes an empty presence; rules say how an account's trunks write numbers.
func NewPresence(rules *Rules) *Presence {
	return &Presence{rules: rules, calls: map[presenceKey]present{}, byNumber: map[string][]presenceKey{}}
}

// Observe has fn hear of each customer (E.164) who comes and goes. Register all before
// the first call.
func (p *Presence) Observe(fn func(number string, here bool)) { p.observers = append(p.observers, fn) }

// Began notes a call that is there from now on.
func (p *Presence) Began(c LiveCall) {
	p.mu.Lock()
	key := presenceKey{c.PBX, c.ID}
	if _, known := p.calls[key]; known {
		p.mu.Unlock()
		return
	}
	numbers := p.rules.Book().numbersOf(c)
	p.calls[key] = present{c, numbers}
	for _, n := range numbers {
		p.byNumber[n] = append(p.byNumber[n], key)
	}
	p.mu.Unlock()
	p.tell(numbers, true)
}

// Over notes the end of a call, also of one that wasn't known.
func (p *Presence) Over(pbx, id string) {
	p.mu.Lock()
	key := presenceKey{pbx, id}
	numbers := p.calls[key].numbers
	delete(p.calls, key)
	for _, n := range numbers {
		rest := slices.DeleteFunc(p.byNumber[n], func(k presenceKey) bool { return k == key })
		if p.byNumber[n] = rest; len(rest) == 0 {
			delete(p.byNumber, n)
		}
	}
	p.mu.Unlock()
	p.tell(numbers, false)
}

// Replace puts what a PBX lists in place of what was known of it.
func (p *Presence) Replace(pbx string, calls []LiveCall) {
	alive := map[string]bool{}
	for _, c := range calls {
		alive[c.ID] = true
		p.Began(c)
	}
	p.mu.Lock()
	var gone []string
	for key := range p.calls {
		if key.pbx == pbx && !alive[key.id] {
			gone = append(gone, key.id)
		}
	}
	p.mu.Unlock()
	for _, id := range gone {
		p.Over(pbx, id)
	}
}

// With finds a live call with the customer (E.164), the oldest if there are several.
func (p *Presence) With(number string) (LiveCall, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	keys := p.byNumber[number]
	if len(keys) == 0 {
		return LiveCall{}, false
	}
	return p.calls[keys[0]].call, true
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
