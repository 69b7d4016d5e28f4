package casebook

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"callbackd/internal/softphone"
)

// desk is the phones of one office, and what is ringing on them.
type desk struct {
	office   Office
	asterisk string // its SIP address
	phones   map[string]*softphone.Phone
	ringing  map[string]chan *softphone.Call
	habits   habits
}

// habits are what phones do with every call, by the phone.
type habits struct {
	mu sync.Mutex
	do map[string]func(*softphone.Call)
}

func (h *habits) set(phone string, do func(*softphone.Call)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.do == nil {
		h.do = map[string]func(*softphone.Call){}
	}
	h.do[phone] = do
}

func (h *habits) of(phone string) func(*softphone.Call) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.do[phone]
}

func (h *habits) clear() {
	h.mu.Lock()
	defer h.mu.Unlock()
	clear(h.do)
}

func newDesk(office Office) *desk {
	d := &desk{office: office, phones: map[string]*softphone.Phone{}, ringing: map[string]chan *softphone.Call{}}
	for _, phone := range append(append([]string{}, agents...), trunks...) {
		d.ringing[phone] = make(chan *softphone.Call, 64)
	}
	return d
}

// openTrunks opens the far ends of the trunks of the office with that number, at
// addresses of their own: 127.0.0.1 is where the agents are.
func (d *desk) openTrunks(ctx context.Context, number int) error {
	for i, trunk := range trunks {
		listen := fmt.Sprintf("127.0.%d.%d:0", number+1, i+1)
		if err := d.start(ctx, trunk, softphone.Options{Listen: listen, User: trunk}); err != nil {
			return err
		}
	}
	return nil
}

// openPhones opens the agents' phones and registers them.
func (d *desk) openPhones(ctx context.Context, asterisk, password string) error {
	d.asterisk = asterisk
	for _, agent := range agents {
		account := softphone.Options{User: d.office.Local(agent), Password: password, Registrar: asterisk}
		if err := d.start(ctx, agent, account); err != nil {
			return err
		}
	}
	return nil
}

// start opens a phone, which is registered if there is a registrar.
func (d *desk) start(ctx context.Context, phone string, o softphone.Options) error {
	o.Handler = func(c *softphone.Call) { d.rings(phone, c) }
	p, err := softphone.Start(ctx, o)
	if err != nil {
		return fmt.Errorf("phone of %s: %w", phone, err)
	}
	d.phones[phone] = p
	return nil
}

// rings lets a phone ring, unless it has a habit.
func (d *desk) rings(phone string, c *softphone.Call) {
	if do := d.habits.of(phone); do != nil {
		do(c)
		return
	}
	if c.Ring() != nil {
		return // the caller was faster
	}
	select {
	case d.ringing[phone] <- c:
	default: // it rings, and nobody is going to pick it up
	}
}

func (d *desk) uri(number string) string { return "sip:" + number + "@" + d.asterisk }

// patience is how long a phone that still rings waits for its caller to give up, before it
// refuses: both at once would be another kind of call.
const patience = time.Second

// clear ends every call and every habit.
func (d *desk) clear() error {
	d.habits.clear()
	var (
		farewells sync.WaitGroup
		mu        sync.Mutex
		faults    []error
	)
	for _, p := range d.phones {
		for _, c := range p.Calls() {
			farewells.Go(func() {
				if !c.Outgoing() && c.Times().Answered.IsZero() {
					select {
					case <-c.Done():
						return
					case <-time.After(patience):
					}
				}
				if err := c.Hangup(); err != nil {
					mu.Lock()
					defer mu.Unlock()
					faults = append(faults, err)
				}
			})
		}
	}
	farewells.Wait()
	return errors.Join(faults...)
}

// forget drops the calls that rang and that nobody picked up.
func (d *desk) forget() {
	for _, calls := range d.ringing {
		for len(calls) > 0 {
			<-calls
		}
	}
}

func (d *desk) close() error {
	var faults []error
	for _, p := range d.phones {
		faults = append(faults, p.Close())
	}
	return errors.Join(faults...)
}
