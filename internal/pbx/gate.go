package pbx

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"callbackd/ari"
	"callbackd/callback"
	"callbackd/internal/alarms"
)

// gate says whether a target may get an agent leg now: whether nobody waits whom the leg
// would be in the way of, and whether an agent is left for it when all other legs of ours
// have found theirs.
//
// Of what Asterisk says, a yes is read anew each time. A no is kept for a moment, so that
// a thousand waiting tasks ask once; what may end it drops it and wakes the scheduler.
type gate struct {
	exchange *Exchange
	probe    probe
	legs     legs
	wakeups  wakeups

	// asking has one question asked at a time. The scheduler claims before it asks again,
	// so that the next one counts the leg to which the last said yes: see admits.
	asking sync.Mutex

	mu       sync.Mutex // never held while Asterisk is asked
	answers  map[string]answer
	changes  int // how often answers was dropped
	crowds   map[string]crowd
	waits    map[string]wait
	learned  map[string]time.Time // when a queue's members were asked for
	heard    map[string]join      // the newest of each queue where somebody may still wait
	joined   int                  // live callers, ever
	joins    []join
	admitted admitted
	standing alarms.Standing
	behind   map[string]string // by a Local channel, the phone that it rang last
}

// An Asterisk that takes too long to answer.
var (
	errSilent = errors.New("it was silent for 300 ms")
	errSlow   = errors.New("its answers take more than three seconds")
)

type answer struct {
	waiting string
	err     error
	until   time.Time
}

// admitted is the newest yes.
type admitted struct {
	target callback.Target
	phones []string // those of an agent or a group that are free
	joined int      // how many had joined when the reading began on which it stands
}

// answerAge is how long a no, or no answer, is good for: a freed agent is noticed within
// a second, and a thousand waiting tasks ask once.
const answerAge = 250 * time.Millisecond

const (
	// readingLimit is how long Asterisk may be silent: a reading takes it 0.07 ms.
	readingLimit = 300 * time.Millisecond
	// answerLimit is how long an answer may take, all of its readings together: there may
	// be thousands, where legs of ours wait in many queues with many members. Other PBXs'
	// callbacks wait meanwhile.
	answerLimit = 3 * time.Second
)

func newGate(x *Exchange) gate {
	return gate{
		exchange: x, probe: probe{exchange: x}, legs: newLegs(), wakeups: wakeups{exchange: x},
		answers: map[string]answer{}, crowds: map[string]crowd{}, waits: map[string]wait{},
		learned: map[string]time.Time{}, heard: map[string]join{}, behind: map[string]string{},
	}
}

// Admit implements callback.Exchange.
func (x *Exchange) Admit(ctx context.Context, a callback.Admission) (string, error) {
	return x.gate.admit(ctx, a)
}

func (g *gate) admit(ctx context.Context, a callback.Admission) (string, error) {
	g.asking.Lock()
	defer g.asking.Unlock()
	key, asked := fmt.Sprint(a), time.Now()
	g.mu.Lock()
	known, changes, joined := g.answers[key], g.changes, g.joined
	g.mu.Unlock()
	if asked.Before(known.until) {
		return known.waiting, known.err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, answerLimit, errSlow)
	defer cancel()
	waiting, phones, err := g.ask(ctx, a)
	if errors.Is(err, errMoving) {
		waiting, err = "other callbacks are just entering or leaving their queues", nil
	}
	if errors.Is(err, ari.ErrUnavailable) {
		err = fmt.Errorf("%w: %w", callback.ErrUnavailable, err)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if waiting == "" && err == nil {
		delete(g.answers, key)
		g.admitted = admitted{target: a.Target, phones: phones, joined: joined}
		return "", nil
	}
	no := answer{waiting: waiting, err: err}
	if g.changes == changes { // else it may be a yes by now
		no.until = time.Now().Add(answerAge)
	}
	g.answers[key] = no
	return waiting, err
}

// ask reads what is in the way of an admission, and for an agent or a group which phones
// are free.
func (g *gate) ask(ctx context.Context, a callback.Admission) (waiting string, phones []string, err error) {
	if a.Target.Kind == callback.TargetQueue && a.Ringing != callback.RingingEach && len(g.legs.in(a.Target.Name)) > 0 {
		return "another callback is looking for an agent of " + a.Target.Name, nil, nil
	}
	if waiting, err := g.contextMissing(ctx, a); waiting != "" || err != nil {
		return waiting, nil, err
	}
	if a.Target.Kind == callback.TargetQueue {
		waiting, err = g.askQueue(ctx, a.Target.Name)
		return waiting, nil, err
	}
	return g.askPhones(ctx, a)
}

// Contexts of callbackd.conf.
const (
	agentContext   = "callbackd-agent"   // agent legs of queues
	phonesContext  = "callbackd-phones"  // agent legs of agents and groups
	amdContext     = "callbackd-amd"     // finds out whether a machine has answered
	messageContext = "callbackd-message" // waits for the beep
)

// contextMissing says which part of the dialplan an attempt would miss.
func (g *gate) contextMissing(ctx context.Context, a callback.Admission) (string, error) {
	type place struct{ context, extension, what string }
	places := []place{{phonesContext, a.Target.Name, a.Target.String()}}
	if a.Target.Kind == callback.TargetQueue {
		places = []place{{agentContext, a.Target.Name, "queue " + a.Target.Name}}
	}
	if a.Listens {
		places = append(places, place{amdContext, "s", "voicemail detection"})
	}
	if a.LeavesMessage {
		places = append(places, place{messageContext, "s", "leaving a message"})
	}
	for _, p := range places {
		there, err := g.probe.number(ctx, "DIALPLAN_EXISTS(%s,%s,1)", p.context, p.extension)
		if err != nil {
			return "", err
		}
		if g.alarmIf(there == 0, "context_missing", p.context) {
			return fmt.Sprintf(`Asterisk %s has no dialplan context %s for %s: put #include "callbackd.conf", the file of this version, into extensions.conf and reload the dialplan`,
				g.exchange.o.Name, p.context, p.what), nil
		}
	}
	return "", nil
}

// alarmIf raises an alarm while something is missing, and ends it.
func (g *gate) alarmIf(missing bool, what, name string) bool {
	log := g.exchange.o.Log
	if missing {
		g.standing.Raise(log, what, name, "").Err(fmt.Errorf("Asterisk %s doesn't know %s", g.exchange.o.Name, name)).Msg("callbackd needs help")
	} else {
		g.standing.Over(log, what, name)
	}
	return missing
}

// observe hears every event before the attempts do; it waits for nothing.
func (g *gate) observe(event ari.Event) {
	if g.legs.observe(event) {
		g.freed()
	}
	switch e := event.(type) {
	case *ari.ChannelCreated:
		g.probe.created(e.Channel.ID)
	case *ari.ChannelDestroyed:
		g.probe.destroyed(e.Channel.ID)
	case *ari.ChannelDialplan:
		if e.App == "Queue" && !g.exchange.names.own(e.Channel.ID) {
			queue, _, _ := strings.Cut(e.AppData, ",")
			g.callerJoins(queue)
		}
	case *ari.Dial:
		g.learn(e)
	case *ari.DeviceStateChanged:
		if e.DeviceState.State == "NOT_INUSE" {
			g.freed()
		}
	}
}

// freed drops every no: somebody or something may be free now. Where one waited for
// that, the scheduler looks again.
func (g *gate) freed() {
	g.mu.Lock()
	awaited := len(g.answers) > 0
	clear(g.answers)
	clear(g.crowds)
	g.changes++
	g.mu.Unlock()
	if awaited {
		g.wakeups.wake()
	}
}

// reset forgets what was true before a gap.
func (g *gate) reset() {
	g.legs.reset()
	g.mu.Lock()
	defer g.mu.Unlock()
	clear(g.answers)
	clear(g.crowds)
	clear(g.learned)
	clear(g.heard)
	g.changes++
}
