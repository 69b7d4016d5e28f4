package callback

import (
	"slices"
	"strings"
)

// Loss says who lost a call, in Asterisk's words: the queue, or else the
// endpoints, that it tried last; with neither it was lost in the dialplan. Who
// that is in a rules file says Account.attribute.
type Loss struct {
	Queue     string
	Endpoints []string   // "PJSIP/alice", in the order of the dial string
	Before    [][]string // endpoints of the Dials right before, newest first, back to the newest queue
	Contexts  []string   // passed by, oldest first
	Said      string     // CALLBACKD_MISSED, as the dialplan set it last: "group:sales", "ignore"
}

// try is one attempt of a channel's dialplan to reach somebody.
type try struct {
	queue     string
	endpoints []string
	locals    []*channel // second halves of the Locals it dialled: their tries are this one's
	app, arg  string
}

// maxRemembered bounds what a single call that loops in a dialplan can use.
const maxRemembered = 200

// tried notes that the channel runs app. Asterisk repeats the old application
// after a redirect, so the same one with the same first argument is no new try.
func (ch *channel) tried(app, data string) {
	if ch.gone {
		return
	}
	app = strings.ToLower(app)
	arg, _, _ := strings.Cut(data, ",")
	t := try{app: app, arg: arg}
	switch app {
	case "queue":
		t.queue = arg
	case "dial", "retrydial":
		if app == "retrydial" { // RetryDial(announce,sleep,retries,technology/resource…)
			parts := strings.SplitN(data, ",", 5)
			if len(parts) < 4 {
				return
			}
			arg = parts[3]
		}
		t.endpoints = splitEndpoints(arg)
	case "followme":
	default:
		return
	}
	if n := len(ch.tries); n > 0 && ch.tries[n-1].app == t.app && ch.tries[n-1].arg == t.arg {
		return
	}
	if len(ch.tries) == maxRemembered {
		ch.tries = ch.tries[1:]
	}
	ch.tries = append(ch.tries, t)
}

func splitEndpoints(arg string) []string {
	var list []string
	for _, e := range strings.Split(arg, "&") {
		if e = strings.TrimSpace(e); e != "" {
			list = append(list, e)
		}
	}
	return list
}

// follow notes that the try leads on through a Local channel. A queue's members
// are its own affair, whatever they are.
func (t *try) follow(half *channel) {
	if half == nil || t.queue != "" {
		return
	}
	for _, known := range t.locals {
		if known == half {
			return
		}
	}
	t.locals = append(t.locals, half)
}

// loss attributes a missed call to the newest try that leads to somebody.
func (ch *channel) loss() Loss {
	loss := Loss{Contexts: ch.contexts}
	for i, r := range ch.rang(map[*channel]bool{}) {
		switch {
		case i == 0:
			loss.Queue, loss.Endpoints = r.queue, r.endpoints
		case r.queue == "":
			loss.Before = append(loss.Before, r.endpoints)
		}
	}
	return loss
}

// rung is whom one try made ring: a queue, or the phones at endpoints.
type rung struct {
	queue     string
	endpoints []string
}

// rang lists whom the channel's tries made ring, newest first, back to the
// newest queue. seen keeps Locals that call each other from going round for ever.
func (ch *channel) rang(seen map[*channel]bool) (list []rung) {
	if seen[ch] {
		return nil
	}
	seen[ch] = true
	for _, t := range slices.Backward(ch.tries) {
		for _, r := range t.rang(seen) {
			list = append(list, r)
			if r.queue != "" {
				return list
			}
		}
	}
	return list
}

// rang is one ring, or more where the try is nothing but the way into another
// piece of dialplan.
func (t *try) rang(seen map[*channel]bool) []rung {
	if t.queue != "" {
		return []rung{{queue: t.queue}}
	}
	var together rung
	for _, e := range t.endpoints {
		if technology(e) != "Local" {
			together.endpoints = append(together.endpoints, e)
		}
	}
	if len(together.endpoints) == 0 && len(t.locals) == 1 {
		return t.locals[0].rang(seen)
	}
	for _, half := range t.locals {
		behind := half.rang(seen)
		switch {
		case len(behind) == 0:
		case behind[0].queue != "":
			return behind[:1]
		default:
			together.endpoints = append(together.endpoints, behind[0].endpoints...)
		}
	}
	if len(together.endpoints) == 0 {
		return nil
	}
	return []rung{together}
}
