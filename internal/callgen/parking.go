package callgen

import "time"

func (a Parks) act(t *thread, l *leg) {
	t.parted()
	t.w.leave(t.ch)
	t.w.enter(t.w.parkingLot(), t.ch)
	t.w.after(2600*time.Millisecond, func() { // the agent has heard where the caller is parked, and hangs up
		t.w.hangupRequested(l.ch)
		if l.ch.bridge != nil {
			t.w.leave(l.ch)
		}
		t.drop(l)
	})
	t.parked(a.Timeout, a.Fetched)
	if !t.gone && !t.over {
		t.async(Goto{Context: "park-dial", Exten: "PJSIP_" + l.peer.Phone, Steps: []Step{a.Back, end{}}})
	}
}

// parked is the time in a parking lot: until it is over, somebody fetches the caller, or
// the caller hangs up.
func (t *thread) parked(timeout time.Duration, by *Fetched) {
	var colleague *channel
	if by != nil {
		t.w.after(by.After, func() {
			if t.gone || t.ch.bridge == nil {
				return
			}
			colleague = t.w.open("PJSIP/"+by.By, "Ring", "floor", "701", by.By)
			t.w.runs(colleague, "ParkedCall", "lot,701")
			t.post(fetched{colleague})
		})
	}
	defer func() {
		if colleague != nil { // too late
			t.w.hangupRequested(colleague)
			t.w.destroy(colleague)
		}
	}()
	until := t.w.now + timeout
	for !t.gone {
		switch m := t.receive(until).(type) {
		case nil:
			t.w.leave(t.ch)
			return
		case hangup:
			t.hungUp()
			t.w.leave(t.ch)
		case fetched:
			colleague = nil
			t.w.leave(t.ch)
			t.fetched(&leg{ch: m.by, owner: t, peer: Peer{Phone: by.By, Does: Reaction{Then: Agenda{Talk: by.Talk}}}})
			t.over = true
			return
		}
	}
}

type fetched struct{ by *channel }

// fetched is the conversation with whoever came for a parked caller.
func (t *thread) fetched(l *leg) {
	b := t.w.openBridge(false)
	t.w.enter(b, t.ch)
	l.ch.state = "Up"
	t.w.enter(b, l.ch)
	t.begun(l)
	t.converse()
}

// end is the end of a context: no application runs, none is announced.
type end struct{}

func (end) run(t *thread) { t.over = true }

// Park is a dialplan that parks the caller itself.
type Park struct {
	Timeout time.Duration
	Fetched *Fetched
	Return  Goto
}

func (p Park) run(t *thread) {
	t.begins(Itself, "Park", "lot,rc("+p.Return.Context+","+p.Return.Exten+",1)")
	t.w.enter(t.w.parkingLot(), t.ch)
	t.parked(p.Timeout, p.Fetched)
	if !t.gone && !t.over {
		t.async(p.Return)
	}
}

// parkingLot is the one lot for all: who is in it together hears nobody.
func (w *world) parkingLot() *bridge {
	if w.lot == nil {
		w.lot = w.openBridge(true)
	}
	return w.lot
}
