package callback

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

const (
	// MenuLimit is how long a caller may be in a menu. The dialplan's own limit (180 s in
	// asterisk-config/callbackd.conf) has to be longer, by what comes after it: a farewell.
	MenuLimit = 150 * time.Second
	// partingLimit is how long it may take to hand a caller back, or to hang up.
	partingLimit = 10 * time.Second
	// storeLimit is how long a caller waits for what is asked for to be stored.
	storeLimit = 10 * time.Second
)

// Reception talks with the callers whom the dialplan hands over: Stasis(callbackd,offer,…)
// and Stasis(callbackd,appointment,…). What a caller is told and asked is a straight-line
// script over a Caller (offer_script.go, appointment_script.go); whatever goes wrong in it,
// the caller is handed back to the dialplan, unless what was asked for is stored: then
// nobody is lost. If callbackd dies, the PBX's next connection hands its callers back, and
// before that the dialplan's own time limit does.
type Reception struct {
	o ReceptionOptions

	closing context.Context // ends with Close
	close   context.CancelCauseFunc
	mu      sync.Mutex // that no visit is counted while Close waits
	visits  sync.WaitGroup

	strangers tally // other numbers than the caller's that something was stored for
	guesses   tally // identifications by which nobody has an appointment
}

// ReceptionOptions is what a reception stands on.
type ReceptionOptions struct {
	Store Store
	Rules *Rules
	Desk  *Desk
	Log   zerolog.Logger // the zero Logger is silent
	// Came hears what came of each caller; account is "" where nobody knows whose the call
	// is. nil: nobody counts.
	Came func(account string, menu Menu, offered Offered)
}

// NewReception makes a reception that is open.
func NewReception(o ReceptionOptions) *Reception {
	if o.Came == nil {
		o.Came = func(string, Menu, Offered) {}
	}
	r := &Reception{o: o}
	r.closing, r.close = context.WithCancelCause(context.Background())
	return r
}

var (
	errMenuLimit = errors.New("the menu took too long")
	errClosing   = errors.New("callbackd is being ended")
)

// Close hands all callers back, and each who comes later at once. It returns when they
// have gone, or with ctx.
func (r *Reception) Close(ctx context.Context) {
	r.mu.Lock()
	r.close(errClosing)
	r.mu.Unlock()
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		r.visits.Wait()
	}()
	select {
	case <-gone:
	case <-ctx.Done():
	}
}

// Receive talks with a caller until the call is over or handed back. lifetime ends, with
// ErrGap, when the connection to the caller's PBX is lost.
func (r *Reception) Receive(lifetime context.Context, v Visit, caller Caller) {
	if r.enter() {
		defer r.visits.Done()
	}
	ctx, cancel := context.WithTimeoutCause(lifetime, MenuLimit, errMenuLimit)
	defer cancel()
	ctx, stop := context.WithCancelCause(ctx)
	defer context.AfterFunc(r.closing, func() { stop(errClosing) })()

	c := &conversation{Reception: r, lifetime: lifetime, visit: v, caller: caller}
	offered, err := c.hold(ctx)
	if err != nil {
		offered = c.failed(offered, err)
	}
	c.part(offered)
	c.tell(offered)
}

// enter counts a visit that Close waits for; who comes after Close is gone at once.
func (r *Reception) enter() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closing.Err() != nil {
		return false
	}
	r.visits.Add(1)
	return true
}

// conversation is one caller in a menu.
type conversation struct {
	*Reception
	lifetime context.Context
	visit    Visit
	caller   Caller
	account  *Account // nil: nobody knows whose customer it is
	from     string   // the caller's number as it is shown, callerUnknown if it is withheld
	task     int64    // that was stored, or changed
	why      string   // in words, where the outcome alone doesn't say it
}

// hold is the conversation from its beginning to its end.
func (c *conversation) hold(ctx context.Context) (Offered, error) {
	if r := context.Cause(c.closing); r != nil {
		return "", r
	}
	if c.visit.Menu == MenuAppointment {
		return c.appointment(ctx)
	}
	return c.offer(ctx)
}

// failed tells what came of a conversation that broke off; offered is what had come of it
// before that, "" if nothing.
func (c *conversation) failed(offered Offered, err error) Offered {
	switch {
	case c.lifetime.Err() != nil, errors.Is(err, ErrGap), errors.Is(err, errClosing):
		return cmp.Or(offered, OfferedInterrupted)
	case errors.Is(err, ErrCallerGone):
		return cmp.Or(offered, OfferedHungUp)
	case errors.Is(err, errMenuLimit):
		return cmp.Or(offered, OfferedNoAnswer)
	}
	c.event(c.o.Log.Error()).Str("alarm", "menu_failed").Err(err).Msg("a caller is sent back to the dialplan")
	return cmp.Or(offered, OfferedOutOfService)
}

// part ends the call of a caller who has got what was asked for, and hands any other back.
func (c *conversation) part(offered Offered) {
	if c.lifetime.Err() != nil {
		return // the next connection hands back whoever is there
	}
	ctx, cancel := context.WithTimeout(c.lifetime, partingLimit)
	defer cancel()
	leave := c.caller.Return
	if offered.serves() {
		leave = c.caller.Hangup
	}
	if err := leave(ctx); err != nil && c.lifetime.Err() == nil {
		c.event(c.o.Log.Error()).Str("alarm", "menu_failed").Err(err).Msg("a caller can't be let go: the dialplan's own time limit does it")
	}
}

// serves reports whether the caller needs nobody any more.
func (o Offered) serves() bool {
	return o == OfferedAccepted || o == OfferedKept || o == OfferedMoved || o == OfferedCancelled
}

// tooOften is the reason in the log of a caller who has done something too often: see
// tally.
const tooOften = "too_often"

// barred reports whether the caller may not do once more what t counts.
func (c *conversation) barred(t *tally) bool {
	if !t.full(c.account.Name, c.from, time.Now()) {
		return false
	}
	c.why = tooOften
	return true
}

// storedFor notes that something is stored for a number; own is the caller's, as far as it
// can be used.
func (c *conversation) storedFor(number, own string) {
	if number != own {
		c.strangers.count(c.account.Name, c.from, time.Now())
	}
}

func (c *conversation) tell(offered Offered) {
	account := ""
	if c.account != nil {
		account = c.account.Name
	}
	line := c.event(c.o.Log.Info()).Str("outcome", string(offered))
	if c.task != 0 {
		line.Int64("task", c.task)
	}
	if c.why != "" {
		line.Str("reason", c.why)
	}
	line.Msg("a caller has left the menu")
	c.o.Came(account, c.visit.Menu, offered)
}

// event says whose menu a line of the log is about.
func (c *conversation) event(e *zerolog.Event) *zerolog.Event {
	if c.account != nil {
		e.Str("account", c.account.Name)
	}
	return e.Str("pbx", c.visit.PBX).Str("call", c.visit.Call.ID).Str("menu", string(c.visit.Menu)).Str("name", asDelivered(c.visit.Name))
}

// misdirected is a caller whom the dialplan hands over for what no file has.
func (c *conversation) misdirected(why string) (Offered, error) {
	c.event(c.o.Log.Error()).Str("alarm", "caller_misdirected").Str("reason", why).Msg("a caller is sent back to the dialplan")
	return OfferedMisdirected, nil
}
