package callback

import "strings"

// Loss says who lost a call, in Asterisk's words: the queue, or else the
// endpoints, that it tried last; with neither it was lost in the dialplan.
type Loss struct {
	Queue     string
	Endpoints []string // "PJSIP/alice", in the order of the dial string
	Contexts  []string // passed by, oldest first
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
	for i := len(ch.tries) - 1; i >= 0; i-- {
		queue, endpoints := ch.tries[i].leadsTo(map[*channel]bool{ch: true})
		if queue != "" || len(endpoints) > 0 {
			loss.Queue, loss.Endpoints = queue, endpoints
			break
		}
	}
	return loss
}

// leadsTo gives the queue, or the endpoints, behind a try. seen keeps Locals
// that call each other from going round for ever.
func (t *try) leadsTo(seen map[*channel]bool) (queue string, endpoints []string) {
	if t.queue != "" {
		return t.queue, nil
	}
	for _, e := range t.endpoints {
		if technology(e) != "Local" {
			endpoints = append(endpoints, e)
		}
	}
	for _, half := range t.locals {
		if seen[half] {
			continue
		}
		seen[half] = true
		for i := len(half.tries) - 1; i >= 0; i-- {
			q, more := half.tries[i].leadsTo(seen)
			if q != "" {
				return q, nil
			}
			if len(more) > 0 {
				endpoints = append(endpoints, more...)
				break
			}
		}
	}
	return "", endpoints
}
