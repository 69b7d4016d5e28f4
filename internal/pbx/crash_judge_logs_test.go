package pbx_test

import (
	"time"

	"callbackd/callback"
)

// judgeLogs looks at what must hold where Asterisk's logs are read. Nothing is
// excused there: what nobody saw, the logs tell.
func (r *crashRun) judgeLogs(db contents) {
	r.found(db)
	r.once(db)
	calls := r.helpful()
	for _, list := range db.attempts {
		for _, a := range list {
			if !a.CustomerSent.IsZero() {
				r.onThePhone(a.Number, a.CustomerSent)
				r.calledThough(calls, a.Number, a.CustomerSent)
			}
			r.givesWay(a)
		}
	}
	// Both witnesses saw what happened.
	for _, kind := range []string{"live_missed_log_answered", "live_answered_log_missed"} {
		if n := r.meter.of(kind); n > 0 {
			r.violated("wrong end", "%s, %d times", kind, n)
		}
	}
}

// found: each lost call is known soon after callbackd could know of it. What ended
// before it was ever ready is nobody's promise.
func (r *crashRun) found(db contents) {
	for _, in := range r.inbound {
		m, stored := db.missed[in.id]
		unseen := r.unseen(in.ended)
		if in.helped() && unseen {
			crashes.helpedAway.Add(1)
		}
		if in.helped() || !stored {
			continue
		}
		if unseen && m.Source == "logs" {
			crashes.found.Add(1)
		}
		if late := m.Recorded.Sub(r.knows(in.ended)); late > reading {
			r.violated("noted too late", "call %s ended at %s and was noted at %s, %v after callbackd could know", in.id,
				in.ended.Format(time.TimeOnly), m.Recorded.Format(time.TimeOnly), late)
		}
	}
}

// reading is how long it may take until a call is known that the logs tell of: until
// they have settled, and a commit that fails is tried again.
const reading = 8 * time.Second

// once: no call is noted twice, and none that wasn't.
func (r *crashRun) once(db contents) {
	noted := map[string]int{}
	for _, m := range db.missed {
		noted[callOf(m)]++
	}
	for _, in := range r.inbound {
		if noted[in.id] > 1 {
			r.violated("noted twice", "call %s, %d times", in.id, noted[in.id])
		}
		delete(noted, in.id)
	}
	for id := range noted {
		r.violated("noted twice", "call %s, which nobody made since callbackd was there", id)
	}
}

// knows is when callbackd can first know, by events or from the logs, of what
// happened at a moment. What is to be read needs its time: who is killed again
// meanwhile begins anew.
func (r *crashRun) knows(at time.Time) time.Time {
	blind, takes := r.blind(), atOnce
	if r.unseen(at) {
		blind, takes = append(blind, r.diary.hidden...), reading
	}
	for moved := true; moved; {
		moved = false
		for _, b := range blind {
			if !at.Before(b.from.Add(-takes)) && at.Before(b.until) {
				at, moved = b.until, true
			}
		}
	}
	return at
}

// helpful is a call after which its customer needs no callback any more.
type helpful struct {
	number string
	at     time.Time
	what   string
}

// helpful lists the calls of which callbackd has to know. What an agent dials stands
// in no log that is read: it is known if a part of it was seen.
func (r *crashRun) helpful() (list []helpful) {
	for _, in := range r.inbound {
		if in.helped() {
			list = append(list, helpful{in.number, in.ended, "call " + in.id + " was answered"})
		}
	}
	for _, call := range r.byHand {
		at := call.began
		for _, b := range r.blind() {
			if !at.Before(b.from.Add(-atOnce)) && !at.After(b.until) {
				at = b.until
			}
		}
		if !at.After(call.ended) {
			list = append(list, helpful{call.number, at, "an agent had dialled"})
		}
	}
	return list
}

// calledThough: nobody is called who was helped after the newest loss. callbackd
// dials nobody before it knows what had ended when it connected, so that moments
// don't matter, but for those in which it can't know that it is deaf.
func (r *crashRun) calledThough(calls []helpful, number string, sent time.Time) {
	if r.hearsNothing(sent) {
		return
	}
	var loss time.Time
	for _, in := range r.inbound {
		if in.number == number && !in.helped() && !in.ended.After(sent) && in.ended.After(loss) {
			loss = in.ended
		}
	}
	for _, h := range calls {
		if h.number == number && h.at.After(loss) && h.at.Add(atOnce).Before(sent) && !r.unread(h.at, sent) {
			r.violated("called though helped", "%s was called at %s, and %s at %s", number, sent.Format(time.TimeOnly), h.what, h.at.Format(time.TimeOnly))
		}
	}
}

// atOnce is how near two events may be to cross.
const atOnce = 10 * time.Millisecond

// hearsNothing reports whether callbackd is deaf at a moment.
func (r *crashRun) hearsNothing(at time.Time) bool {
	for _, b := range r.blind() {
		if b.deaf && !at.Before(b.from) && !at.After(b.until) {
			return true
		}
	}
	return false
}

// unread reports whether what happened at a moment nobody saw, and can't be read
// for so long that callbackd dials without it.
func (r *crashRun) unread(at, sent time.Time) bool {
	if !r.unseen(at) {
		return false
	}
	for _, h := range r.diary.hidden {
		if h.until.Sub(h.from) > time.Minute && sent.After(h.from.Add(time.Minute)) && sent.Before(h.until.Add(reading)) {
			return true
		}
	}
	return false
}

// onThePhone: no customer is called who is on the phone.
func (r *crashRun) onThePhone(number string, sent time.Time) {
	if r.hearsNothing(sent) {
		return
	}
	busy := func(who string, began, ended time.Time, what string) {
		if who == number && began.Add(atOnce).Before(sent) && sent.Before(ended) {
			r.violated("called while on the phone", "%s was called at %s, and %s since %s", number, sent.Format(time.TimeOnly), what, began.Format(time.TimeOnly))
		}
	}
	for _, in := range r.inbound {
		busy(in.number, in.began, in.ended, "had called and was on the phone")
	}
	for _, call := range r.byHand {
		busy(call.number, call.began, call.ended, "an agent talked to the customer")
	}
}

// givesWay: an attempt doesn't go on towards a customer who has come on the phone.
func (r *crashRun) givesWay(a callback.Attempt) {
	for _, in := range r.inbound {
		limit := r.knows(in.began).Add(r.blindness() + aMoment)
		if in.number == a.Number && a.CustomerSent.IsZero() && !a.Claimed.IsZero() && a.Claimed.Before(in.began) && in.ended.After(limit) && a.Ended.After(limit) {
			r.violated("called while on the phone", "attempt %d went on for %v after %s had called", a.ID, a.Ended.Sub(in.began), a.Number)
		}
	}
}

// seenInPart reports whether a part of a call may have been hidden from the event
// stream, which then guesses what became of it.
func (r *crashRun) seenInPart(in inbound) bool {
	for _, b := range r.blind() {
		if !b.from.After(in.ended) && !b.until.Before(in.began) {
			return r.diary != nil
		}
	}
	return false
}
