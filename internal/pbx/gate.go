package pbx

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"callbackd/ari"
	"callbackd/callback"
)

// agentContext is the dialplan context of callbackd.conf that agent legs of
// queues go through.
const agentContext = "callbackd-agent"

// gate says whether a target may get an agent leg. Queues answer through
// dialplan functions, and functions are read on a channel: the probe, half a
// Local channel that is never dialled. It exists only while somebody asks.
type gate struct {
	exchange *Exchange

	mu      sync.Mutex
	probe   string // id of the probe, "" while there is none
	idle    *time.Timer
	answers map[callback.Target]answer
	alarmed map[string]bool
}

type answer struct {
	waiting string
	err     error
	until   time.Time
}

const (
	// probeIdle is how long a probe outlives the last question.
	probeIdle = 5 * time.Second
	// answerAge is how long a no, or no answer, is good for: a freed agent is
	// noticed within a second, and a thousand waiting tasks ask once.
	answerAge = 250 * time.Millisecond
)

// Admit implements callback.Exchange.
func (x *Exchange) Admit(ctx context.Context, target callback.Target) (string, error) {
	if target.Kind != callback.TargetQueue {
		return fmt.Sprintf("%s isn't a queue", target), nil
	}
	if len(x.looking(target)) > 0 {
		return fmt.Sprintf("another callback is looking for an agent of %s", target.Name), nil
	}
	return x.gate.admit(ctx, target)
}

func (g *gate) admit(ctx context.Context, target callback.Target) (string, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if a := g.answers[target]; time.Now().Before(a.until) {
		return a.waiting, a.err
	}
	waiting, err := g.ask(ctx, target.Name)
	if errors.Is(err, ari.ErrNotFound) { // the probe is gone: a new one, once
		g.probe = ""
		waiting, err = g.ask(ctx, target.Name)
	}
	if waiting != "" || err != nil {
		if g.answers == nil {
			g.answers = map[callback.Target]answer{}
		}
		g.answers[target] = answer{waiting: waiting, err: err, until: time.Now().Add(answerAge)}
	}
	return waiting, err
}

func (g *gate) ask(ctx context.Context, queue string) (string, error) {
	if err := g.ensureProbe(ctx); err != nil {
		return "", err
	}
	x := g.exchange
	there, err := g.number(ctx, fmt.Sprintf("DIALPLAN_EXISTS(%s,%s,1)", agentContext, queue))
	if err != nil {
		return "", err
	}
	if g.alarmIf(there == 0, "context_missing", agentContext) {
		return fmt.Sprintf(`Asterisk %s has no dialplan context %s for queue %s: put #include "callbackd.conf" into extensions.conf and reload the dialplan`, x.o.Name, agentContext, queue), nil
	}
	exists, err := g.number(ctx, fmt.Sprintf("QUEUE_EXISTS(%s)", queue))
	if err != nil {
		return "", err
	}
	if g.alarmIf(exists == 0, "target_missing", queue) {
		return fmt.Sprintf("Asterisk %s has no queue %s: add it to queues.conf, or take it out of the rules file", x.o.Name, queue), nil
	}
	live, err := g.number(ctx, fmt.Sprintf("QUEUE_WAITING_COUNT(%s)", queue))
	if err != nil {
		return "", err
	}
	switch { // no leg of ours looks for an agent there, so all that wait are live callers
	case live == 1:
		return "a live caller waits in " + queue, nil
	case live > 1:
		return fmt.Sprintf("%d live callers wait in %s", live, queue), nil
	}
	ready, err := g.number(ctx, fmt.Sprintf("QUEUE_MEMBER(%s,ready)", queue))
	if err != nil {
		return "", err
	}
	if ready < 1 {
		return "no agent of " + queue + " is free", nil
	}
	return "", nil
}

func (g *gate) number(ctx context.Context, function string) (int, error) {
	value, err := g.exchange.client.ChannelVariable(ctx, g.probe, function)
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(value)
	if err != nil {
		return 0, fmt.Errorf("%s is %q on Asterisk %s: is the function's module loaded?", function, value, g.exchange.o.Name)
	}
	return n, nil
}

// alarmIf raises an alarm when something begins to be missing, once.
func (g *gate) alarmIf(missing bool, what, name string) bool {
	key := what + " " + name
	if missing && !g.alarmed[key] {
		if g.alarmed == nil {
			g.alarmed = map[string]bool{}
		}
		g.exchange.alarm(what, fmt.Errorf("Asterisk %s doesn't know %s", g.exchange.o.Name, name))
	}
	if !missing && g.alarmed[key] {
		g.exchange.o.Log.Info().Str("alarm", what).Str("name", name).Msg("alarm is over")
	}
	if missing || g.alarmed[key] {
		g.alarmed[key] = missing
	}
	return missing
}

func (g *gate) ensureProbe(ctx context.Context) error {
	if g.idle == nil {
		g.idle = time.AfterFunc(probeIdle, g.close)
	} else {
		g.idle.Reset(probeIdle)
	}
	if g.probe != "" {
		return nil
	}
	// Known before it is asked for: if the reply is lost, the next question
	// tells whether it is there.
	g.probe = g.exchange.names.prefix + "-probe-" + callback.NewKey()
	_, err := g.exchange.client.CreateChannel(ctx, ari.OriginateRequest{
		ID: g.probe, Endpoint: "Local/s@probe/n", AppArgs: "probe", Formats: []string{"ulaw"},
	})
	return err
}

// created hears of a new channel. A probe that isn't the one in use was asked
// for so long ago that it was given up: nobody will ever ask it.
func (g *gate) created(id string) {
	if !g.exchange.names.probe(id) {
		return
	}
	// The lock is held while Asterisk is asked; the stream doesn't wait for that.
	go func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.probe != id {
			g.exchange.sweepChannel(id)
		}
	}()
}

// destroyed hears of a channel's end.
func (g *gate) destroyed(id string) {
	if !g.exchange.names.probe(id) {
		return
	}
	// The lock is held while Asterisk is asked; the stream doesn't wait for that.
	go func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.probe == id {
			g.probe = ""
		}
	}()
}

// close removes the probe.
func (g *gate) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.idle != nil {
		g.idle.Stop()
		g.idle = nil
	}
	if g.probe == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if gone(g.exchange.client.Hangup(ctx, g.probe, ari.HangupNormal)) != nil {
		g.exchange.sweepChannel(g.probe) // or the next start will
	}
	g.probe = ""
}
