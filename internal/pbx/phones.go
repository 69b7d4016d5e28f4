package pbx

import (
	"maps"
	"slices"

	"callbackd/callback"
)

// phones follows which agents' phones an agent leg has rung, so that a silent
// or refusing agent isn't rung over and over: app_queue tries the same member
// again every `retry` seconds for as long as our leg waits.
type phones struct {
	ringing map[string]string // channel id -> endpoint
	turns   map[string]bool   // endpoint that had its turn -> it declined
	again   bool              // a phone that had its turn rings once more
}

func newPhones() phones {
	return phones{ringing: map[string]string{}, turns: map[string]bool{}}
}

// rang notes a Dial event of the leg: the first one of a channel begins to ring.
func (p *phones) rang(channel, endpoint string) {
	if _, known := p.ringing[channel]; known {
		return
	}
	p.ringing[channel] = endpoint
	if _, had := p.turns[endpoint]; had {
		p.again = true
	}
}

// ended notes the end of a phone's channel: causes 17 and 21 are its refusal.
func (p *phones) ended(channel string, end callback.LegEnd) {
	if endpoint, ok := p.ringing[channel]; ok {
		p.turns[endpoint] = end.Cause == causeUserBusy || end.Cause == causeRejected
	}
}

// rung lists the endpoints that rang.
func (p *phones) rung() []string {
	seen := map[string]bool{}
	for _, endpoint := range p.ringing {
		seen[endpoint] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

// allRefused reports whether every phone that rang declined.
func (p *phones) allRefused() bool {
	for _, declined := range p.turns {
		if !declined {
			return false
		}
	}
	return len(p.turns) > 0
}

// Q.850 causes of a phone that declines.
const (
	causeUserBusy = 17
	causeRejected = 21
)
