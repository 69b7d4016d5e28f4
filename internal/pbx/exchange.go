package pbx

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"callbackd/ari"
	"callbackd/callback"
)

// Exchange is one PBX; it implements callback.Exchange.
type Exchange struct {
	o          Options
	client     *ari.Client
	names      names
	reconciler Reconciler // set by Run
	findings   findingQueue
	gate       gate
	sweeper    sweeper
	filter     filter
	callers    callers
	waits      queueWaits
	codecs     sync.Map       // that differ and of which the log has told; see call.fits
	working    sync.WaitGroup // what Run and the stream's goroutine began

	detecting     sync.Mutex // held while the detector hears, until what it finds is noted
	detector      *callback.Detector
	presentations presentations
	absence       absence

	// What the log said last about Asterisk being away; the stream's goroutine's.
	saidAway   string
	saidAwayAt time.Time

	mu         sync.Mutex
	lifetime   context.Context // nil between two connections
	end        context.CancelCauseFunc
	ready      bool      // reconciled, and the logs are read
	listed     time.Time // reconciled by what Asterisk held then
	away       error     // why not ready
	since      time.Time
	readySince time.Time
	version    string // Asterisk's, of the last connection
	gaps       int
	lastGap    time.Time
	calls      map[string]*call // by the ids of their legs, bridge, recordings and snoops
}

// New makes an exchange; it fails where the address can't be one. Nothing is
// sent before Check or Run.
func New(o Options) (*Exchange, error) {
	filtered := disallowed(o.Rules.Book(), o.Name)
	client, err := ari.New(ari.Options{
		URL: o.URL, Username: o.Username, Password: o.Password, Application: o.Application, DialContext: o.DialContext,
		Subscriptions: subscriptions, DisallowedEvents: filtered,
	})
	if err != nil {
		return nil, fmt.Errorf("asterisk %s: %w", o.Name, err)
	}
	o = o.withDefaults()
	x := &Exchange{
		o: o, client: client, names: newNames(o.Application), calls: map[string]*call{},
		away: errors.New("not connected yet"), since: time.Now(),
	}
	x.gate, x.sweeper.exchange = newGate(x), x
	x.filter = filter{exchange: x, told: filtered}
	x.presentations = presentations{exchange: x, asked: map[string]*question{}}
	x.absence.exchange = x
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
		x.serveFindings(streaming)
	}()
	x.working.Go(func() { x.forgetEnded(streaming) })
	x.working.Go(func() { x.watch(streaming) })
	err := x.client.Run(ctx, func(e ari.Event) { x.handle(ctx, e) })
	x.lost(context.Canceled)
	x.absence.close()
	x.gate.wakeups.close()
	x.gate.probe.close()
	over()
	x.working.Wait()
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
		x.gate.wakeups.renew(ctx, true)
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
		x.o.Meter.Malformed(x.o.Name)
		// Not the event itself, which may have a number that is withheld.
		x.o.Log.Warn().Err(e.Err).Int("bytes", len(e.Raw)).Msg("an event of Asterisk can't be read")
		return
	case *ari.Unknown:
		return
	}
	if seen := translate(event); seen != nil {
		x.detect(func() []callback.Finding { return x.detector.Observe(seen) })
	}
	x.gate.observe(event)
	x.waits.observe(event, x.names.own)
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
	if x.endLifetime(why) {
		x.absence.begin()
		x.o.Meter.Gap(x.o.Name)
	}
}

// endLifetime reports whether there was one.
func (x *Exchange) endLifetime(why error) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	was := x.lifetime != nil
	if was {
		x.end(callback.ErrGap)
		x.gaps, x.lastGap = x.gaps+1, time.Now()
		x.lifetime, x.listed = nil, time.Time{}
	}
	if x.ready {
		x.ready, x.since = false, time.Now()
	}
	x.away = why
	clear(x.calls)
	x.gate.reset()
	return was
}

// stamp is how a moment is told to people.
const stamp = "2006-01-02 15:04:05 UTC"

// Ready implements callback.Exchange.
func (x *Exchange) Ready() (context.Context, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.listed.IsZero() && !x.ready {
		return nil, fmt.Errorf("the logs of Asterisk %s are being read up to %s, when callbackd connected", x.o.Name, x.listed.UTC().Format(stamp))
	}
	if !x.ready {
		return nil, fmt.Errorf("Asterisk %s is away since %s: %w", x.o.Name, x.since.UTC().Format(stamp), x.away)
	}
	if !x.client.Live() {
		return nil, fmt.Errorf("Asterisk %s doesn't answer the heartbeat", x.o.Name)
	}
	return x.lifetime, nil
}

// behindLimit is how long callbacks over other PBXs wait for one that is away.
const behindLimit = time.Minute

// Behind implements callback.Exchange.
func (x *Exchange) Behind() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	switch {
	case x.ready:
		return ""
	case !x.listed.IsZero():
		return fmt.Sprintf("the logs of Asterisk %s are being read", x.o.Name)
	case time.Since(x.since) < behindLimit:
		return fmt.Sprintf("Asterisk %s isn't connected yet", x.o.Name)
	}
	return ""
}

// Prefix implements callback.Exchange.
func (x *Exchange) Prefix() string { return x.names.prefix }

// alarm tells the operator what only a person can mend.
func (x *Exchange) alarm(what string, err error) {
	x.o.Log.Error().Str("alarm", what).Err(err).Msg("callbackd needs help")
}
