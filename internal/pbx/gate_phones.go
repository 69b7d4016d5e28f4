package pbx

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"callbackd/ari"
	"callbackd/callback"
)

// phoneState is what is in the way of ringing a phone; the zero one is nothing.
type phoneState struct {
	words   string // "is in use"
	missing bool   // Asterisk doesn't know it
	crowd   string // the queue that it serves, where a live caller waits
}

// askPhones reads which of an agent's or a group's phones may ring, and if none may, why.
// One is enough: the others aren't rung.
func (g *gate) askPhones(ctx context.Context, a callback.Admission) (waiting string, free []string, err error) {
	if len(a.Phones) == 0 {
		return fmt.Sprintf("no phone of %s is in the rules file", a.Target), nil, nil
	}
	g.watch(ctx, a.Phones)
	crowds, err := g.crowded(ctx, "")
	if err != nil {
		return "", nil, err
	}
	ours := g.legs.engaged(g.phone)
	var states []phoneState
	for _, phone := range a.Phones {
		s, err := g.phoneState(ctx, phone)
		if err != nil {
			return "", nil, err
		}
		switch {
		case g.alarmIf(s.missing, "target_missing", phone), s.words != "":
		case crowds[g.phone(phone)] != "":
			s.crowd = crowds[g.phone(phone)]
		case ours.taken[g.phone(phone)]:
			s.words = "is rung by another callback"
		default:
			free = append(free, phone)
		}
		states = append(states, s)
	}
	if len(free) == 0 {
		return g.nobodyFree(a, states), nil, nil
	}
	// Queues pick whom they like: whoever may answer a leg of ours there is left to it.
	demands, err := g.demands(ctx, "", ours.looking)
	for _, d := range demands {
		free = slices.DeleteFunc(free, func(phone string) bool { return slices.Contains(d.free, g.phone(phone)) })
	}
	if err == nil && len(free) == 0 {
		return fmt.Sprintf("callbacks in queues count on %s", a.Target), nil, nil
	}
	return "", others(free, a.PassedBy), err
}

// others leaves out who didn't take the last try, if somebody else is free as well: a
// colleague who is away, or talks for an hour, is nobody to wait for.
func others(free, passedBy []string) []string {
	left := slices.DeleteFunc(slices.Clone(free), func(phone string) bool { return slices.Contains(passedBy, phoneOf(phone)) })
	if len(left) == 0 {
		return free
	}
	return left
}

// nobodyFree says why none of a target's phones may ring, in the words of the first of
// them whose state may end by itself.
func (g *gate) nobodyFree(a callback.Admission, states []phoneState) string {
	first := 0
	for i, s := range states {
		if s.crowd != "" {
			return g.servedElsewhere(s.crowd, a.Phones[i])
		}
		if states[first].missing && !s.missing {
			first = i
		}
	}
	if s := states[first]; s.missing || len(states) == 1 {
		return fmt.Sprintf("%s %s", a.Phones[first], s.words)
	}
	return fmt.Sprintf("no phone of %s is free: %s %s", a.Target, a.Phones[first], states[first].words)
}

// phoneState reads what is in the way of ringing a phone.
func (g *gate) phoneState(ctx context.Context, phone string) (phoneState, error) {
	device, err := g.probe.text(ctx, "DEVICE_STATE(%s)", phone)
	if err != nil {
		return phoneState{}, err
	}
	unknown := phoneState{words: fmt.Sprintf("isn't known to Asterisk %s: correct the endpoint in the rules file, or add it to Asterisk", g.exchange.o.Name), missing: true}
	if name, is := strings.CutPrefix(phone, "PJSIP/"); is && device != "INUSE" {
		contacts, err := g.probe.text(ctx, "PJSIP_DIAL_CONTACTS(%s)", name)
		switch {
		case errors.Is(err, ari.ErrFunction) && device == "INVALID":
			return unknown, nil
		case errors.Is(err, ari.ErrFunction): // of this one; the others of its group may ring
			return phoneState{words: fmt.Sprintf("can't be asked about: %v", err)}, nil
		case err != nil:
			return phoneState{}, err
		case contacts == "":
			return phoneState{words: "isn't registered"}, nil
		}
	}
	switch device {
	case "NOT_INUSE":
		return phoneState{}, nil
	case "INVALID":
		return unknown, nil
	case "RINGING":
		return phoneState{words: "is ringing"}, nil
	case "UNAVAILABLE", "UNKNOWN":
		return phoneState{words: "can't be reached"}, nil
	}
	return phoneState{words: "is in use"}, nil
}

// errTaken is a leg whose phones have all been taken since it was let in.
var errTaken = fmt.Errorf("%w: nobody is free any more", callback.ErrGaveWay)

// ringable are those of a leg's phones that were free when the leg was let in, and still
// are: seconds may have passed. To ring the others would knock at conversations, or keep
// live callers waiting.
func (c *call) ringable(ctx context.Context, phones []string) ([]string, error) {
	g := &c.exchange.gate
	l, ok := g.legs.one(c.names.AgentChannel)
	if !ok || len(l.phones) == 0 {
		return phones, nil
	}
	free := slices.DeleteFunc(slices.Clone(phones), func(phone string) bool { return !slices.Contains(l.phones, phone) })
	if time.Since(l.since) < settle {
		return free, nil
	}
	free = slices.DeleteFunc(free, func(phone string) bool {
		s, err := g.phoneState(ctx, phone)
		return err == nil && s.words != "" // Asterisk, when it is asked to ring it, will tell
	})
	if len(free) == 0 {
		return nil, errTaken
	}
	return free, nil
}
