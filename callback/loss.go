package callback

import (
	"cmp"
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
	// Offered is the queue from which the dialplan had a callback offered, where nobody
	// was tried afterwards. The loss is that queue's, if the file has it.
	Offered string
	// Earlier is who had the call until a person talked, where nobody was tried
	// afterwards: theirs it is if that talk was too short to count.
	Earlier *Loss
}

// SaidIgnore in Loss.Said asks that the call not be called back.
const SaidIgnore = "ignore"

// SaidBy is who lost the call, by the dialplan's own word; zero where it said nothing, or
// SaidIgnore. The error is a word that means nothing; the call is then judged as if
// nothing were said.
func (l Loss) SaidBy() (Target, error) {
	if l.Said == SaidIgnore {
		return Target{}, nil
	}
	return ParseTarget(l.Said)
}

// try is one attempt of a channel's dialplan to reach somebody.
type try struct {
	queue     string
	offered   bool // of queue: a callback was offered, nobody was tried
	endpoints []string
	locals    []*channel // first halves of the Locals it dialled: what the second ones try, it tries
	app, arg  string
}

// tried notes that the channel runs app. Asterisk repeats the old application
// after a redirect, so the same one with the same first argument is no new try;
// unless, after a talk, it rings a phone anew: a call comes back from a parking lot so.
func (ch *channel) tried(app, data string, rings bool) {
	if ch.gone || !ch.followed() {
		return
	}
	app = strings.ToLower(app)
	arg, _, _ := strings.Cut(data, ",")
	t := try{app: app, arg: data}
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
	same := ch.last.app == t.app && ch.last.arg == t.arg
	comesBack := rings && !ch.talking && len(ch.tries) == 0
	if same && !comesBack {
		return
	}
	ch.last = t
	ch.tries = append(bounded(ch.tries), t)
}

// offered notes that the channel's caller is offered a callback from queue. After a gap it
// is told once more.
func (ch *channel) offered(queue string) {
	t := try{app: "stasis", arg: queue, queue: queue, offered: true}
	if ch.gone || !ch.followed() || ch.last.app == t.app && ch.last.arg == t.arg {
		return
	}
	ch.last = t
	ch.tries = append(bounded(ch.tries), t)
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
func (t *try) follow(local *channel) {
	if t.queue != "" {
		return
	}
	for _, known := range t.locals {
		if known == local {
			return
		}
	}
	t.locals = append(bounded(t.locals), local)
}

// way visits the channel and the halves of Locals that it was led through.
func (ch *channel) way(visit func(*channel)) { ch.wayOf(visit, map[*channel]bool{}) }

func (ch *channel) wayOf(visit func(*channel), seen map[*channel]bool) {
	if ch == nil || seen[ch] {
		return
	}
	seen[ch] = true
	visit(ch)
	for _, tries := range [][]try{ch.earlier, ch.tries} {
		for _, t := range tries {
			for _, local := range t.locals {
				local.half.wayOf(visit, seen)
			}
		}
	}
}

// loss says whom the call tried last: since a person talked, or else before.
func (ch *channel) loss() Loss {
	loss := ch.lossBy(ch.tries)
	loss.Said = ch.spoken().value
	if len(ch.earlier) == 0 || loss.Queue != "" || len(loss.Endpoints) > 0 {
		return loss
	}
	earlier := ch.lossBy(ch.earlier)
	loss.Earlier = &earlier
	return loss
}

// lossBy attributes a missed call to the newest of tries that leads to somebody.
func (ch *channel) lossBy(tries []try) Loss {
	loss := Loss{Contexts: ch.contexts}
	found := false
	for _, r := range rangBy(tries, map[*channel]bool{ch: true}) {
		switch {
		case r.offered && found:
			return loss
		case r.offered:
			loss.Offered = cmp.Or(loss.Offered, r.queue)
		case !found:
			loss.Queue, loss.Endpoints, found = r.queue, r.endpoints, true
		case r.queue == "":
			loss.Before = append(loss.Before, r.endpoints)
		}
	}
	return loss
}

// rung is whom one try made ring: a queue, or the phones at endpoints; or whose callback was
// offered.
type rung struct {
	queue     string
	offered   bool
	endpoints []string
}

// rang lists whom the channel's tries made ring, newest first, back to the
// newest queue. seen keeps Locals that call each other from going round for ever.
func (ch *channel) rang(seen map[*channel]bool) []rung {
	if ch == nil || seen[ch] {
		return nil
	}
	seen[ch] = true
	return rangBy(ch.tries, seen)
}

func rangBy(tries []try, seen map[*channel]bool) (list []rung) {
	for _, t := range slices.Backward(tries) {
		for _, r := range t.rang(seen) {
			list = append(list, r)
			if r.queue != "" && !r.offered {
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
		return []rung{{queue: t.queue, offered: t.offered}}
	}
	var together rung
	for _, e := range t.endpoints {
		if technology(e) != "Local" {
			together.endpoints = append(together.endpoints, e)
		}
	}
	if len(together.endpoints) == 0 && len(t.locals) == 1 {
		return t.locals[0].half.rang(seen)
	}
	for _, local := range t.locals {
		behind := local.half.rang(seen)
		switch {
		case len(behind) == 0:
		case behind[0].offered:
			return behind
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
