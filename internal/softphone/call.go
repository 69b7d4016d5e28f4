package softphone

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// Times are the moments of a call; one that hasn't come is zero.
type Times struct {
	Began    time.Time // the INVITE came in or went out
	Ringing  time.Time // the first 180 or 183, sent or received
	Answered time.Time // the 200
	Ended    time.Time
}

// Call is one call of a phone, incoming or outgoing. All its methods may be
// used by several goroutines at once.
type Call struct {
	phone   *Phone
	caller  bool   // this phone placed the call
	id      string // SIP Call-ID
	from    Party
	claimed Party // P-Asserted-Identity
	to      string
	dialed  string
	headers *sip.Request // the INVITE as it came or went first; only read

	dialog *dialog
	media  *media

	responses sync.Mutex // incoming: one response at a time
	invited   sip.ServerTransaction
	decided   bool // incoming: a final response is out; guarded by responses

	giveUp context.CancelFunc // outgoing: ends the wait for an answer with CANCEL

	mu        sync.Mutex
	times     Times
	end       End
	over      bool
	ringing   chan struct{} // closed when times.Ringing is set
	answered  chan struct{} // closed when times.Answered is set
	confirmed chan struct{} // incoming: closed by the ACK
	acked     bool
	done      chan struct{} // closed when end is set
}

func newCall(p *Phone, began time.Time) *Call {
	return &Call{
		phone:     p,
		times:     Times{Began: began},
		ringing:   make(chan struct{}),
		answered:  make(chan struct{}),
		confirmed: make(chan struct{}),
		done:      make(chan struct{}),
	}
}

// ID is the SIP Call-ID.
func (c *Call) ID() string { return c.id }

// Outgoing tells whether this phone placed the call.
func (c *Call) Outgoing() bool { return c.caller }

// From is the caller as the From header shows it, which is what a phone
// displays.
func (c *Call) From() Party { return c.from }

// Asserted is the caller as P-Asserted-Identity says; zero without it.
func (c *Call) Asserted() Party { return c.claimed }

// To is the number in the To header.
func (c *Call) To() string { return c.to }

// Dialed is the number in the Request-URI: whom the call is really for.
func (c *Call) Dialed() string { return c.dialed }

// Header is the value of a header of the INVITE, empty without it.
func (c *Call) Header(name string) string {
	if h := c.headers.GetHeader(name); h != nil {
		return h.Value()
	}
	return ""
}

// Times are the moments of the call so far.
func (c *Call) Times() Times {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.times
}

// Done is closed when the call has ended, however.
func (c *Call) Done() <-chan struct{} { return c.done }

// End says how the call ended; false while it lives.
func (c *Call) End() (End, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.end, c.over
}

// Rings waits until the call rings at the other side (180 or 183), or for an
// incoming call until Ring was called. A call that ends first is an
// *EndedError.
func (c *Call) Rings(ctx context.Context) (time.Time, error) {
	if err := c.await(ctx, c.ringing, "did not ring"); err != nil {
		return time.Time{}, err
	}
	return c.Times().Ringing, nil
}

// Answered waits until the call is answered. A call that ends first, refused
// with a SIP status for instance, is an *EndedError.
func (c *Call) Answered(ctx context.Context) (time.Time, error) {
	if err := c.await(ctx, c.answered, "was not answered"); err != nil {
		return time.Time{}, err
	}
	return c.Times().Answered, nil
}

// Ended waits until the call has ended.
func (c *Call) Ended(ctx context.Context) (End, error) {
	select {
	case <-c.done:
		end, _ := c.End()
		return end, nil
	case <-ctx.Done():
		return End{}, fmt.Errorf("%v did not end: %w; heard: %v", c, ctx.Err(), c.Heard())
	}
}

func (c *Call) await(ctx context.Context, happened <-chan struct{}, what string) error {
	select {
	case <-happened:
		return nil
	case <-c.done:
	case <-ctx.Done():
		return fmt.Errorf("%v %s: %w", c, what, ctx.Err())
	}
	select {
	case <-happened: // both are true: it happened, and the call ended then
		return nil
	default:
		return fmt.Errorf("%v %s: %w", c, what, c.endedError())
	}
}

// Hangup ends the call: BYE after the answer, before it CANCEL for an outgoing
// call and 603 for an incoming one. It returns when the other side has
// confirmed, or an error after 5 seconds; the call is over for this phone
// then, too. Hanging up a call that is over does nothing.
func (c *Call) Hangup() error {
	ctx, stop := context.WithTimeout(context.Background(), confirmLimit)
	defer stop()
	return c.hangup(ctx, 603)
}

// confirmLimit is how long a hang-up waits for the other side.
const confirmLimit = 5 * time.Second

func (c *Call) hangup(ctx context.Context, refusal int) error {
	if _, over := c.End(); over {
		return nil
	}
	if c.Times().Answered.IsZero() && !c.caller {
		err := c.Reject(refusal)
		if ended := new(EndedError); errors.As(err, &ended) {
			return nil // the caller was faster
		}
		if c.Times().Answered.IsZero() {
			return err
		}
	}
	if c.Times().Answered.IsZero() {
		c.giveUp()
		select {
		case <-c.done: // an answer that crossed the CANCEL has got its BYE
			return nil
		case <-c.answered: // it came before the CANCEL
		case <-ctx.Done():
			c.finish(End{By: Near, How: Cancelled})
			return fmt.Errorf("hang up %v: the other side doesn't confirm the CANCEL: %w", c, ctx.Err())
		}
	}
	return c.bye(ctx)
}

// bye ends an answered call. Whoever is called must wait for the ACK first
// (RFC 3261 section 15).
func (c *Call) bye(ctx context.Context) error {
	if !c.caller {
		select {
		case <-c.confirmed:
		case <-c.done:
			return nil
		case <-ctx.Done(): // the BYE will fail, and the call is over all the same
		}
	}
	if !c.finish(End{By: Near, How: HungUp}) {
		return nil
	}
	if _, err := c.phone.client.Do(ctx, c.dialog.request(sip.BYE)); err != nil {
		return fmt.Errorf("hang up %v: the other side doesn't confirm the BYE: %w", c, err)
	}
	return nil // any status will do: the other side's BYE may have crossed ours
}

// Say changes what the other side hears, from the next packet on.
func (c *Call) Say(s Sound) { c.media.say(s) }

// String names the call: "call +46701234567 → +4685550000".
func (c *Call) String() string { return fmt.Sprintf("call %s → %s", c.from.Number, c.dialed) }

// rang notes the first sign of ringing.
func (c *Call) rang() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.times.Ringing.IsZero() {
		c.times.Ringing = time.Now()
		close(c.ringing)
	}
}

// pickedUp notes the answer. The other side's BYE may have been here already.
func (c *Call) pickedUp(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.times.Answered = now
	close(c.answered)
}

// acknowledged notes the ACK, or its repetition.
func (c *Call) acknowledged() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.acked {
		c.acked = true
		close(c.confirmed)
	}
}

// finish notes how the call ended and stops its audio. The first one counts;
// later ones get false.
func (c *Call) finish(end End) bool {
	end.At = time.Now()
	c.mu.Lock()
	if c.over {
		c.mu.Unlock()
		return false
	}
	c.over, c.end, c.times.Ended = true, end, end.At
	c.mu.Unlock()
	c.media.close(end.At)
	c.phone.log.Debug("call ended", "call", c.String(), "end", end.String())
	close(c.done)
	return true
}

func (c *Call) endedError() error {
	end, _ := c.End()
	return &EndedError{End: end}
}
