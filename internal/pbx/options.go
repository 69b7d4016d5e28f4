package pbx

import (
	"context"
	"net"
	"time"

	"github.com/rs/zerolog"

	"callbackd/callback"
)

// Sounds gives what agents and customers hear.
type Sounds interface {
	// Media is what Asterisk is asked to play: "sound:/absolute/path" or
	// "sound:http://…". It never runs a program: a text is heard if it was spoken before.
	Media(account, language string, s callback.Sound) (media string, err error)
	// Speak has a text spoken, unless it was before. It takes seconds.
	Speak(ctx context.Context, s callback.Speech) error
}

// Logs are Asterisk's own records of calls, read beside the event stream.
// *catchup.Reader is one.
type Logs interface {
	// Connecting hears that a lifetime has begun whose events wait until Asterisk is
	// listed: until then the logs mustn't overtake them.
	Connecting(lifetime context.Context)
	// Until returns nil when every call that ended before moment is taken in, as far
	// as that can be had, or else the cause why lifetime ended. From moment on, until
	// lifetime ends, no event is missed.
	Until(lifetime context.Context, moment time.Time) error
	// Saw hears of each finding at once, and of a verdict again when more is known.
	Saw(callback.Finding)
	// Took hears that what was found of a call is committed, or never will be: the
	// verdict on a customer's, the beginning and the answer of one that an agent made.
	Took(callID string)
}

// noLogs are those of a PBX whose logs aren't read.
type noLogs struct{}

func (noLogs) Connecting(context.Context)                        {}
func (noLogs) Until(lifetime context.Context, _ time.Time) error { return context.Cause(lifetime) }
func (noLogs) Saw(callback.Finding)                              {}
func (noLogs) Took(string)                                       {}

// Meter counts what an operator may want to be told of. *metrics.Metrics is one.
type Meter interface {
	Malformed(pbx string)            // an event that can't be read
	Gap(pbx string)                  // events may have been missed
	Forgot(pbx string, channels int) // the detector dropped channels whose end it didn't see
	LeftOver(pbx string, n int)      // channels and bridges of no attempt were found and removed
}

type noMeter struct{}

func (noMeter) Malformed(string)     {}
func (noMeter) Gap(string)           {}
func (noMeter) Forgot(string, int)   {}
func (noMeter) LeftOver(string, int) {}

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

	Rules    *callback.Rules
	Sounds   Sounds
	Log      zerolog.Logger
	Presence *callback.Presence // is told who is on the phone; nil for one that nobody asks
	Logs     Logs               // nil if none are read
	Meter    Meter              // nil if nobody counts
	Menu     Menu               // nil sends everybody back whom the dialplan hands over
	// Take takes in what the detector finds. It is called from a goroutine of its
	// own, in order; an error is tried again.
	Take func(context.Context, callback.Finding) error
	// Changed hears that the PBX became ready: what waits for it may go on.
	Changed func()
	// Freed hears that somebody whom a callback waits for may be free. It is called
	// often, and from the timer of the wake-ups; nil if nobody waits.
	Freed func()
}

func (o Options) withDefaults() Options {
	if o.Presence == nil {
		o.Presence = callback.NewPresence(o.Rules)
	}
	if o.Logs == nil {
		o.Logs = noLogs{}
	}
	if o.Freed == nil {
		o.Freed = func() {}
	}
	if o.Menu == nil {
		o.Menu = noMenu{}
	}
	if o.Meter == nil {
		o.Meter = noMeter{}
	}
	return o
}
