package callback

import (
	"slices"
	"strings"
	"time"
)

// overTrunk is a call that something on the PBX makes over a trunk, while it isn't known
// yet on whose behalf.
type overTrunk struct {
	leg  *channel
	call LiveCall
}

// outbound looks for an agent who calls a customer by hand: a phone of the PBX that dials
// over a trunk, not on behalf of a call that came in over one, not for callbackd, and not
// as a queue rings its members.
func (d *Detector) outbound(e DialSeen, leg *channel, first bool, at time.Time) {
	if leg == nil {
		return
	}
	if first {
		number := DialledNumber(e.Dialled, EndpointOf(leg.name))
		if number != "" && !leg.customer && !leg.local && d.trunk(EndpointOf(leg.name)) && !d.own(leg.id) {
			d.undecided = append(bounded(d.undecided), overTrunk{leg, LiveCall{
				PBX: d.pbx, ID: leg.id, Trunk: EndpointOf(leg.name), Number: number, Outbound: true, Since: at,
			}})
		}
		d.decide()
	}
	if e.Status == "ANSWER" {
		leg.reached = true
		d.answered(leg)
	}
}

// decide finds the calls by hand. The Dial that leads to a Local channel may come after
// the one behind it; until then nobody knows.
func (d *Detector) decide() {
	d.undecided = slices.DeleteFunc(d.undecided, func(o overTrunk) bool {
		if d.channels[o.leg.id] != o.leg {
			return true
		}
		switch agent, who := d.dialledBy(o.leg); who {
		case dialledByHand:
			o.call.Agent = agent
			o.leg.out = &o.call
			d.find(CallBegan{o.call})
			if o.leg.reached {
				d.answered(o.leg)
			}
		case notKnownYet:
			return false
		}
		return true
	})
}

// answered notes that somebody talks on a leg that an agent dialled.
func (d *Detector) answered(leg *channel) {
	if leg.out != nil && !leg.outAnswered {
		leg.outAnswered = true
		d.find(CallAnswered{*leg.out})
	}
}

// onBehalf says for whom a leg was dialled.
type onBehalf int

const (
	notKnownYet   onBehalf = iota
	dialledByHand          // by an agent, or by a program that dials for one
	dialledFor             // for a customer who has called, for callbackd, by a queue
)

// dialledBy goes back from a leg, through Local channels, to whoever dialled it; agent is
// the endpoint, "" where a program did.
func (d *Detector) dialledBy(leg *channel) (agent string, who onBehalf) {
	seen := map[*channel]bool{} // keeps Locals that dial each other from going round for ever
	for ch := leg; ; {
		by := ch.dialler
		switch {
		case seen[ch], !ch.rung:
			return "", notKnownYet
		case by == nil:
			return "", dialledByHand
		case ch.byQueue || d.own(by.id) || d.trunk(EndpointOf(by.name)):
			return "", dialledFor
		case !by.local:
			return EndpointOf(by.name), dialledByHand
		}
		if by.half == nil {
			return "", notKnownYet
		}
		seen[ch] = true
		ch = by.half
	}
}

// DialledNumber finds the number in a dial string that made a channel of endpoint
// ("PJSIP/pstn", as EndpointOf gives it): "+46701234567@pstn", "DAHDI/g1/0701234567",
// "pstn/sip:+46701234567@192.0.2.1:5060", with the technology or without. It is as it was
// dialled, to be read by ParseNumber; "" if there is none.
//
// A trunk's name may be a number too. It stands before the slash, behind the @, or alone.
func DialledNumber(dialled, endpoint string) string {
	tech, name, _ := strings.Cut(endpoint, "/")
	dialled = strings.TrimPrefix(dialled, tech+"/")
	if dialled == name {
		return ""
	}
	if _, behind, ok := strings.Cut(dialled, "/"); ok {
		dialled = behind
	}
	user, uri := strings.CutPrefix(dialled, "sip:")
	if uri && !strings.Contains(user, "@") {
		return "" // a host alone
	}
	if end := strings.IndexAny(user, "@:;/"); end >= 0 {
		user = user[:end] // where it goes, a password, parameters, options of the technology
	}
	if !looksLikeNumber(user) {
		return ""
	}
	return user
}
