package callback

import (
	"time"

	"callbackd/callback/hours"
)

// Offer says when callers whom the dialplan hands over are offered a callback. The zero
// Offer is always.
type Offer struct {
	// LongestWait and Callers say when a queue is crowded: somebody has waited there for so
	// long, or so many wait. One of them is enough; 0 is none, and without both it needn't
	// be crowded.
	LongestWait time.Duration
	Callers     int
	NobodyFree  bool            // and no agent of the queue is free
	Schedule    *hours.Schedule // and it is open, by the account's own clock; nil: any hour
	// KeepPlace gives the request the place of the call: it is ordered by when the caller
	// came, not by when it was asked for.
	KeepPlace bool
}

// worth says why a callback isn't worth offering now, "" if it is. Pure.
func (o Offer) worth(q QueueNow, zone *time.Location, now time.Time) Offered {
	switch {
	case o.Schedule != nil && !o.Schedule.Open(now, hours.Zones{zone}):
		return OfferedClosed
	case !o.crowded(q):
		return OfferedNotCrowded
	case o.NobodyFree && q.Free > 0:
		return OfferedAgentFree
	}
	return ""
}

func (o Offer) crowded(q QueueNow) bool {
	if o.LongestWait == 0 && o.Callers == 0 {
		return true
	}
	return o.LongestWait > 0 && q.LongestWait >= o.LongestWait || o.Callers > 0 && q.Callers >= o.Callers
}

// asksQueue reports whether anything depends on how the queue is.
func (o Offer) asksQueue() bool { return o.LongestWait > 0 || o.Callers > 0 || o.NobodyFree }

// Offered is what came of a caller whom the dialplan has handed over. The words are the
// same in the log and in the metrics.
type Offered string

// What may come of one. What each means says Meaning.
const (
	OfferedAccepted     Offered = "accepted"
	OfferedDeclined     Offered = "declined"
	OfferedNoAnswer     Offered = "no_answer"
	OfferedHungUp       Offered = "hung_up"
	OfferedKept         Offered = "kept"
	OfferedMoved        Offered = "moved"
	OfferedCancelled    Offered = "cancelled"
	OfferedClosed       Offered = "closed"
	OfferedNotCrowded   Offered = "not_crowded"
	OfferedAgentFree    Offered = "agent_free"
	OfferedFull         Offered = "full"
	OfferedRefused      Offered = "refused"
	OfferedNoSlot       Offered = "no_slot"
	OfferedShadow       Offered = "shadow"
	OfferedFrozen       Offered = "frozen"
	OfferedStopped      Offered = "stopped"
	OfferedMisdirected  Offered = "misdirected"
	OfferedInterrupted  Offered = "interrupted"
	OfferedOutOfService Offered = "out_of_service"
)

// offered is the closed list.
var offered = []struct {
	offered Offered
	meaning string
}{
	{OfferedAccepted, "a callback, or an appointment, is stored; the caller was told, and hung up"},
	{OfferedKept, "the caller heard of the own appointment, and keeps it"},
	{OfferedMoved, "the caller's appointment is another now"},
	{OfferedCancelled, "the caller has cancelled the own appointment"},
	{OfferedDeclined, "the caller went back by a key"},
	{OfferedNoAnswer, "the caller pressed nothing, or nothing that could be understood"},
	{OfferedHungUp, "the caller hung up before anything was stored"},
	{OfferedClosed, "`when.schedule` is closed"},
	{OfferedNotCrowded, "neither `when.longest_wait` nor `when.callers` is reached"},
	{OfferedAgentFree, "an agent is free, and `when.nobody_free` is set"},
	{OfferedFull, "the queue or its area has as many open tasks as its `max_tasks`: the caller was told"},
	{OfferedRefused, "the caller's request was refused for another reason that the log has: the caller was told"},
	{OfferedNoSlot, "there is no free slot: the caller was told"},
	{OfferedShadow, "the account has `mode: shadow`, so nobody would call"},
	{OfferedFrozen, "the account is frozen"},
	{OfferedStopped, "callbackd is stopped"},
	{OfferedMisdirected, "the dialplan hands over what the rules files don't know: alarm `caller_misdirected` says what to change"},
	{OfferedInterrupted, "the connection to Asterisk was lost, or callbackd was being ended"},
	{OfferedOutOfService, "something didn't work: a sound, the database, Asterisk; alarm `menu_failed` says what"},
}

// AllOffered lists what may come of a caller.
var AllOffered = func() (list []Offered) {
	for _, o := range offered {
		list = append(list, o.offered)
	}
	return list
}()

// Meaning says in one line what it means; "" of one that isn't in the list.
func (o Offered) Meaning() string {
	for _, known := range offered {
		if known.offered == o {
			return known.meaning
		}
	}
	return ""
}
