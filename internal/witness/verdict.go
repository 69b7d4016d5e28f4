package witness

import (
	"time"

	"callbackd/callback"
)

// judge says what became of a call. customers is false for one that no customer made: a
// channel of the trunk that somebody here had dialled, and one that ended before this log
// took the place of another.
func (w *Witness) judge(c *customerCall, now time.Time) (call Call, customers bool) {
	if w.wasDialled(c) || c.ended().Before(w.since) {
		return Call{}, false
	}
	h := w.evidence.hear(c)
	call.Verdict = callback.Verdict{
		PBX: w.logs.PBX, CallID: c.id, Trunk: callback.EndpointOf(c.rows[0].channel),
		Caller: c.rows[0].caller, Dialled: w.dialled(c),
		Arrived: notAfter(c.arrived, now), Ended: notAfter(c.ended(), now),
		Talked: h.talked(), Loss: h.loss(),
	}
	call.Doubt = h.doubt
	return call, true
}

// wasDialled recognises a trunk's channel that was called, not calling: the CDR doesn't
// know the direction, but has the row of whoever dialled it, alive when it was made.
func (w *Witness) wasDialled(c *customerCall) bool {
	if runs(c.rows, "appdial") || runs(c.rows, "appqueue") {
		return true
	}
	l := w.legs.get(c.rows[0].channel)
	return l != nil && !c.arrived.Before(l.from) && !c.arrived.After(l.to.Add(clockSlack))
}

// dialled is the number that the caller dialled. A row has the extension at its end: after
// a menu's Goto that is "s", after a transfer the agent's. So the first that looks like a
// telephone number counts, and before all what the dialplan wrote into queue_log (DID).
func (w *Witness) dialled(c *customerCall) string {
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
