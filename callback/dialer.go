package callback

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

// Dialer runs attempts: those that the scheduler claims and those that
// reconciliation adopts. It owns every attempt under way.
type Dialer struct {
	store     Store
	rules     *Rules
	exchanges map[string]Exchange
	pace      Pace
	presence  *Presence // nil: nobody is on the phone; see Scheduler.Watch
	log       zerolog.Logger

	// claims is held for reading from the moment that a PBX is found ready
	// until the claimed attempt is in running, and for writing while that PBX
	// is reconciled: a claim is seen by a reconciliation whole or not at all.
	claims map[string]*sync.RWMutex

	mu      sync.Mutex
	running map[int64]*execution // by task
	stopped bool                 // nothing new begins
}

// NewDialer makes a dialer for the given PBXs, by name.
func NewDialer(store Store, rules *Rules, exchanges map[string]Exchange, pace Pace, log zerolog.Logger) *Dialer {
	d := &Dialer{
		store: store, rules: rules, exchanges: exchanges, pace: pace, log: log,
		claims: map[string]*sync.RWMutex{}, running: map[int64]*execution{},
	}
	for name := range exchanges {
		d.claims[name] = new(sync.RWMutex)
	}
	return d
}

// start plays an attempt that is claimed or adopted, in a goroutine of its own.
// lifetime ends it without a word: reconciliation takes over. The caller holds
// the claims of its PBX.
func (d *Dialer) start(lifetime context.Context, account *Account, a Attempt, standing Standing) {
	exchange := d.exchanges[a.Settings.PBX]
	apart, sever := context.WithCancelCause(lifetime)
	early, withdraw := context.WithCancelCause(apart)
	x := &execution{
		dialer: d, pbx: a.Settings.PBX, account: a.Account, number: a.Number, exchange: exchange, call: exchange.Call(lifetime, a, standing),
		attempt: a, standing: standing, pace: d.pace,
		lifetime: lifetime, apart: apart, sever: sever, withdraw: withdraw, done: make(chan struct{}), heeded: make(chan struct{}),
	}
	x.stage.Store(string(a.State))
	if account != nil {
		x.region, x.country, x.phones = account.Regions[a.Settings.Region], account.Country, account.phones(a.Settings.Target)
	}
	d.mu.Lock()
	d.running[a.TaskID] = x
	stopped := d.stopped
	d.mu.Unlock()
	if stopped {
		withdraw(fmt.Errorf("%w: %w", ErrGaveWay, errStopping))
	}
	// An order between the claim and this moment found nobody to obey it. What
	// can't be read now is read again before the customer is called.
	if o, err := d.orderNow(lifetime, a.TaskID); err == nil {
		x.obey(o)
	}
	d.yield(x)
	go func() {
		defer sever(nil)
		x.run(early)
		d.mu.Lock()
		if d.running[a.TaskID] == x {
			delete(d.running, a.TaskID)
		}
		d.mu.Unlock()
	}()
}

var errStopping = errors.New("callbackd is being stopped")

// Drain begins nothing new, lets attempts whose customer isn't called yet give
// way, and waits for those whose customer's phone rings until it is answered or
// not. Conversations go on without callbackd and are adopted at the next start.
func (d *Dialer) Drain(ctx context.Context) {
	d.mu.Lock()
	d.stopped = true
	running := slices.Collect(maps.Values(d.running))
	d.mu.Unlock()
	for _, x := range running {
		x.withdraw(fmt.Errorf("%w: %w", ErrGaveWay, errStopping))
	}
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for _, x := range running {
		for x.stage.Load() != string(AttemptBridged) {
			select {
			case <-ctx.Done():
				return
			case <-x.done:
			case <-look.C:
				continue
			}
			break
		}
	}
}

// Leave waits, when the lifetimes of all PBXs are over, until everything is stored
// that nothing would tell again.
func (d *Dialer) Leave() {
	d.mu.Lock()
	running := slices.Collect(maps.Values(d.running))
	d.mu.Unlock()
	for _, x := range running {
		<-x.done
	}
}

func (d *Dialer) draining() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.stopped
}

func (d *Dialer) liveAttempts(ctx context.Context, pbx string) (list []Attempt, err error) {
	err = d.store.View(ctx, func(tx ReadTx) error {
		list, err = tx.LiveAttempts(pbx)
		return err
	})
	return list, err
}
