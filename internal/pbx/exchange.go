package pbx

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"callbackd/ari"
	"callbackd/callback"
)

// Sounds finds the file of a sound for Asterisk: absolute, without extension.
type Sounds interface {
	Path(name string) (string, error)
}

// Reconciler brings attempts in line with what the PBX holds. *callback.Dialer
// is one.
type Reconciler interface {
	Reconcile(lifetime context.Context, pbx string, standing func(callback.Names) callback.Standing) ([]callback.Attempt, error)
}

// Options say which PBX it is and who is served.
type Options struct {
	Name        string
	URL         string // of Asterisk's HTTP server
	Username    string // of ARI
	Password    string
	Application string // begins the names of all that is ours on the PBX
	// DialContext opens connections; nil is TCP.
	DialContext func(ctx context.Context, network, address string) (net.Conn, error)

	Rules  *callback.Rules
	Sounds Sounds
	Log    zerolog.Logger
	// Take takes in what the detector finds. It is called from a goroutine of its
	// own, in order; an error is tried again.
	Take func(context.Context, callback.Finding) error
	// Changed hears that the PBX became ready: what waits for it may go on.
	Changed func()
}

// Exchange is one PBX; it implements callback.Exchange.
type Exchange struct {
	o          Options
	client     *ari.Client
	names      names
	detector   *callback.Detector // belongs to the goroutine of Run
	reconciler Reconciler         // set by Run
	findings   findingQueue
	gate       gate
	sweeper    sweeper

	// What the log said last about Asterisk being away; the stream's goroutine's.
	saidAway   string
	saidAwayAt time.Time

	mu       sync.Mutex
	lifetime context.Context // nil between two connections
	end      context.CancelCauseFunc
	ready    bool  // reconciled
	away     error // why not ready
	since    time.Time
	calls    map[string]*call // by each of their channels' ids and their playbacks'
}

// New makes an exchange; it fails where the address can't be one. Nothing is
// sent before Check or Run.
func New(o Options) (*Exchange, error) {
	client, err := ari.New(ari.Options{
		URL: o.URL, Username: o.Username, Password: o.Password, Application: o.Application, DialContext: o.DialContext,
		Subscriptions: subscriptions, DisallowedEvents: disallowedEvents,
	})
	if err != nil {
		return nil, fmt.Errorf("asterisk %s: %w", o.Name, err)
	}
	x := &Exchange{
		o: o, client: client, names: newNames(o.Application), calls: map[string]*call{},
		away: errors.New("not connected yet"), since: time.Now(),
	}
	x.gate.exchange, x.sweeper.exchange = x, x
	x.findings.signal = make(chan struct{}, 1)
	x.detector = callback.NewDetector(o.Name,
		func(endpoint string) bool { return o.Rules.Book().IsTrunk(o.Name, endpoint) },
		x.names.own)
	return x, nil
}

// ErrRefused is a user whom Asterisk's ARI doesn't take, or not for all that
// callbackd does.
var ErrRefused = errors.New("refused by Asterisk")

// Check asks Asterisk once whether it takes username and password, and lets
// the user change things. The only error is ErrRefused: an Asterisk that
// doesn't answer is Run's to wait for.
func (x *Exchange) Check(ctx context.Context) error {
	if _, err := x.client.Info(ctx); err != nil {
		return x.refused(err)
	}
	// A user with read_only may look but not stop what isn't there.
	return x.refused(x.client.StopPlayback(ctx, x.names.prefix+"-check"))
}

// refused makes ErrRefused of Asterisk's refusal, nil of everything else.
func (x *Exchange) refused(err error) error {
	if !errors.Is(err, ari.ErrUnauthorized) {
		return nil
	}
	hint := "compare username and password with the user in Asterisk's ari.conf"
	if refusal := new(ari.Error); errors.As(err, &refusal) && refusal.Status == http.StatusForbidden {
		hint = "in Asterisk's ari.conf the user needs read_only = no"
	}
	return fmt.Errorf("asterisk %s at %s: user %s is %w: %s", x.o.Name, x.o.URL, x.o.Username, ErrRefused, hint)
}

// Run keeps the connection to Asterisk until ctx ends; reconciler is asked after
// every connect. It fails only where Asterisk refuses the user at the first
// connection.
func (x *Exchange) Run(ctx context.Context, reconciler Reconciler) error {
	x.reconciler = reconciler
	streaming, over := context.WithCancel(ctx)
	intake := make(chan struct{})
	go func() {
		defer close(intake)
		x.findings.serve(streaming, x.o.Take, x.o.Log)
	}()
	err := x.client.Run(ctx, func(e ari.Event) { x.handle(ctx, e) })
	x.lost(context.Canceled)
	x.gate.close()
	over()
	<-intake
	if refused := x.refused(err); refused != nil {
		return refused
	}
	return err
}

// handle takes the stream's next event; it never waits for an attempt.
func (x *Exchange) handle(ctx context.Context, event ari.Event) {
	switch e := event.(type) {
	case *ari.Connected:
		x.connected(ctx, e)
		return
	case *ari.Disconnected:
		x.lost(e.Err)
		x.sayAway(e)
		return
	case *ari.Gap:
		x.o.Log.Error().Str("reason", e.Reason).Msg("events of Asterisk were lost; reconciling")
		x.lost(callback.ErrGap)
		return
	case *ari.Malformed:
		x.o.Log.Warn().Err(e.Err).Msg("an event of Asterisk can't be read")
		x.o.Log.Debug().Bytes("event", e.Raw[:min(len(e.Raw), 500)]).Msg("the event")
		return
	case *ari.Unknown:
		return
	}
	if seen := translate(event); seen != nil {
		for _, f := range x.detector.Observe(seen) {
			if v, over := f.(callback.Verdict); over {
				f = v.Rebased(time.Now())
			}
			x.findings.put(f)
		}
	}
	x.route(event)
}

// awayAgain is how often the log repeats that Asterisk is away.
const awayAgain = 5 * time.Minute

// sayAway logs the first failure, each new reason, and then now and then.
func (x *Exchange) sayAway(e *ari.Disconnected) {
	why := e.Err.Error()
	if why == x.saidAway && time.Since(x.saidAwayAt) < awayAgain {
		return
	}
	x.saidAway, x.saidAwayAt = why, time.Now()
	x.o.Log.Warn().Err(e.Err).Int("attempt", e.Attempt).Stringer("next", e.Next.Round(time.Millisecond)).Msg("Asterisk is away")
}

// lost ends the lifetime: every attempt here stops without a word.
func (x *Exchange) lost(why error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.lifetime != nil {
		x.end(callback.ErrGap)
		x.lifetime = nil
	}
	if x.ready {
		x.ready, x.since = false, time.Now()
	}
	x.away = why
	clear(x.calls)
}

// Ready implements callback.Exchange.
func (x *Exchange) Ready() (context.Context, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.ready {
		return nil, fmt.Errorf("Asterisk %s is away since %s: %w", x.o.Name, x.since.UTC().Format("2006-01-02 15:04:05 UTC"), x.away)
	}
	if !x.client.Live() {
		return nil, fmt.Errorf("Asterisk %s doesn't answer the heartbeat", x.o.Name)
	}
	return x.lifetime, nil
}

// Prefix implements callback.Exchange.
func (x *Exchange) Prefix() string { return x.names.prefix }

// alarm tells the operator what only a person can mend.
func (x *Exchange) alarm(what string, err error) {
	x.o.Log.Error().Str("alarm", what).Err(err).Msg("callbackd needs help")
}
