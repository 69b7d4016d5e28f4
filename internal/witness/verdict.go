package witness

import (
	"strings"
	"time"

	"callbackd/callback"
)

// judge says what became of a call: a customer's, or those that a phone made over a trunk.
// That is nothing for a channel of the trunk that somebody here had dialled, for a phone's
// calls within the house, and for what ended before this log took the place of another.
func (w *Witness) judge(c *caller, now time.Time) (found []callback.Finding, doubt Doubt) {
	if c.ended().Before(w.since) {
		return nil, NoDoubt
	}
	h := w.evidence.hear(c)
	switch {
	case !w.logs.Trunk(callback.EndpointOf(c.rows[0].channel)):
		for _, d := range h.dialled(c.arrived, c.rows, map[string]bool{}) {
			d.PBX, d.ID, d.Agent = w.logs.PBX, c.id, callback.EndpointOf(c.rows[0].channel)
			d.Since, d.Answered, d.Ended = notAfter(d.Since, now), notAfter(d.Answered, now), notAfter(d.Ended, now)
			found = append(found, d)
		}
	case !w.wasDialled(c):
		v := callback.Verdict{
			PBX: w.logs.PBX, CallID: c.id, Trunk: callback.EndpointOf(c.rows[0].channel),
			Caller: c.rows[0].caller, Dialled: w.did(c),
			Arrived: notAfter(c.arrived, now), Ended: notAfter(c.ended(), now),
			Talked: h.talked(), Loss: h.loss(), Source: callback.SourceLogs,
		}
		if v.Talked > 0 {
			v.Loss = beforeTheyTalked(v.Loss)
		}
		found = append(found, v)
	}
	return found, h.doubt
}

// beforeTheyTalked is the loss of a call that a person answered: what it tried is of no
// account, unless the account takes so short a talk for none. What a call tried after a
// talk the logs tell too vaguely to say that it was lost then.
func beforeTheyTalked(tried callback.Loss) callback.Loss {
	return callback.Loss{Contexts: tried.Contexts, Earlier: &tried}
}

// wasDialled recognises a trunk's channel that was called, not calling: the CDR doesn't
// know the direction, but has the row of whoever dialled it, alive when it was made. A
// channel that a program had made (Originate) has nobody's row; until its dialplan runs
// another application its own one says AppDial2.
func (w *Witness) wasDialled(c *caller) bool {
	for i := range c.rows {
		if strings.HasPrefix(c.rows[i].app, "appdial") || c.rows[i].app == "appqueue" {
			return true
		}
	}
	l := w.legs.get(c.rows[0].channel)
	return l != nil && !c.arrived.Before(l.from) && !c.arrived.After(l.to.Add(clockSlack))
}

// did is the number that the caller dialled. A row has the extension at its end: after
// a menu's Goto that is "s", after a transfer the agent's. So the first that looks like a
// telephone number counts, and before all what the dialplan wrote into queue_log (DID).
func (w *Witness) did(c *caller) string {
	if q := w.queues.calls.get(c.id); q != nil && q.did != "" {
		return q.did
	}
	for i := range c.rows {
		if isTelephoneNumber(c.rows[i].dialled) {
			return c.rows[i].dialled
		}
	}
	return c.rows[0].dialled
}

// isTelephoneNumber tells a number of the public network from an extension.
func isTelephoneNumber(s string) bool {
	if s != "" && s[0] == '+' {
		s = s[1:]
	}
	return len(s) >= 7 && digits(s)
}

// notAfter keeps the stamps of a clock that is ahead out of the future.
func notAfter(t, now time.Time) time.Time {
	if t.After(now) {
		return now
	}
	return t
}
