package pbx

import (
	"context"
	"slices"
	"time"

	"callbackd/callback"
)

// onThePhone has Presence know a call that is there, and asks whether its number may be
// used. Until that is known the customer counts as being on the phone. The caller holds
// detecting.
func (x *Exchange) onThePhone(c callback.LiveCall) {
	if c.Outbound {
		x.o.Presence.Began(c)
		return
	}
	if x.presentations.known(c.ID) == callback.PresentationWithheld {
		return
	}
	x.o.Presence.Began(c)
	if x.presentations.ask(c.ID) == callback.PresentationWithheld { // the answer has come meanwhile
		x.o.Presence.Over(c.PBX, c.ID)
	}
}

// offThePhone takes everybody off the phone but those on live calls, and those whose
// verdict isn't taken in yet. The caller holds detecting.
func (x *Exchange) offThePhone(live []callback.LiveCall) {
	alive := make([]string, 0, len(live))
	for _, c := range live {
		alive = append(alive, c.ID)
	}
	x.findings.untaken(func(over []string) {
		x.o.Presence.Keep(x.o.Name, slices.Concat(alive, over))
	})
}

// absence is the time in which nobody knows who is on the phone at a PBX: from the loss of
// a connection until there is another one, and the logs are read. What is known from
// before is kept that long: who hung up meanwhile may have been helped, and isn't called
// before the logs have told. It is guarded by the exchange's detecting.
type absence struct {
	exchange *Exchange
	limit    *time.Timer // nil while there is no absence, or it is past its limit
}

// longestAbsence is how long that may take. Few calls last longer, and a PBX that never
// comes back keeps nobody on the phone for ever.
const longestAbsence = 10 * time.Minute

// begin begins an absence, unless there is one.
func (a *absence) begin() {
	a.exchange.detecting.Lock()
	defer a.exchange.detecting.Unlock()
	if a.limit == nil {
		a.limit = time.AfterFunc(longestAbsence, a.tooLong)
	}
}

// end ends the absence at the end of which an Asterisk that is connected says who is on
// the phone; not if the connection was lost again.
func (a *absence) end(lifetime context.Context) {
	a.exchange.detecting.Lock()
	defer a.exchange.detecting.Unlock()
	if lifetime.Err() != nil {
		return
	}
	a.stop()
	a.exchange.offThePhone(a.exchange.detector.Live())
}

// close ends the wait of an exchange that is closed.
func (a *absence) close() {
	a.exchange.detecting.Lock()
	defer a.exchange.detecting.Unlock()
	a.stop()
}

// tooLong is the end of an absence in which nobody has come back, or nobody has been able
// to read the logs.
func (a *absence) tooLong() {
	a.exchange.detecting.Lock()
	defer a.exchange.detecting.Unlock()
	a.stop()
	if a.exchange.currentLifetime() == nil {
		a.exchange.offThePhone(nil)
	} else {
		a.exchange.offThePhone(a.exchange.detector.Live())
	}
}

// stop forgets the limit. The caller holds detecting.
func (a *absence) stop() {
	if a.limit != nil {
		a.limit.Stop()
		a.limit = nil
	}
}
