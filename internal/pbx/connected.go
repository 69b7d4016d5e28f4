package pbx

import (
	"context"
	"strings"
	"time"

	"callbackd/ari"
	"callbackd/callback"
)

// connected makes the exchange ready: the one road after start-up, a reconnect
// and an overflow. It runs in the stream's goroutine, so that every event that
// comes after Asterisk was listed is handled after everybody knows the list; but
// for the reading of the logs, which takes its time. If it fails, the connection
// is made anew, and with it everything else.
func (x *Exchange) connected(ctx context.Context, e *ari.Connected) {
	log := x.o.Log.With().Str("asterisk", e.Info.System.Version).Logger()
	lifetime := x.begin(ctx, e.Info.System.Version)
	x.o.Logs.Connecting(lifetime)
	if err := x.reconcile(lifetime); err != nil {
		log.Error().Err(err).Msg("could not reconcile with Asterisk; connecting anew")
		x.lost(err)
		x.client.Reconnect(err)
		return
	}
	x.saidAway = ""
	x.working.Go(func() {
		if x.catchUp(lifetime) {
			log.Info().Bool("restarted", e.Restarted).Int("channels", x.Channels()).Msg("Asterisk is ready")
			x.o.Changed()
		}
	})
}

// catchUp ends the wait of those who want to dial: what ended before Asterisk was
// listed is known. false if the lifetime was over first.
func (x *Exchange) catchUp(lifetime context.Context) (ready bool) {
	x.mu.Lock()
	listed := x.listed
	x.mu.Unlock()
	if x.o.Logs.Until(lifetime, listed) != nil {
		return false
	}
	x.absence.end(lifetime)
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.lifetime != lifetime {
		return false
	}
	x.ready, x.away, x.readySince = true, nil, time.Now()
	return true
}

// begin begins a lifetime, in which attempts may be adopted at once and made
// once the exchange is ready.
func (x *Exchange) begin(ctx context.Context, version string) context.Context {
	lifetime, end := context.WithCancelCause(ctx)
	x.mu.Lock()
	defer x.mu.Unlock()
	x.lifetime, x.end, x.version = lifetime, end, version
	return lifetime
}

// reconcile compares what Asterisk holds with what is known here.
func (x *Exchange) reconcile(lifetime context.Context) error {
	channels, err := x.client.Channels(lifetime)
	if err != nil {
		return err
	}
	bridges, err := x.client.Bridges(lifetime)
	if err != nil {
		return err
	}
	listed := time.Now()
	x.resume(channels, bridges)
	x.waits.resume(channels, x.names.own)
	adopted, err := x.reconciler.Reconcile(lifetime, x.o.Name, standing(channels, bridges))
	if err != nil {
		return err
	}
	x.reap(lifetime, channels, bridges, adopted)
	x.handBackAll(lifetime, channels)
	x.mu.Lock()
	x.listed = listed
	x.mu.Unlock()
	return nil
}

// resume lets the detector take up the calls that are alive, and has everybody
// know who is on the phone. Who isn't any more stays so until the logs are read (absence).
func (x *Exchange) resume(channels []ari.Channel, bridges []ari.Bridge) {
	alive := make([]callback.CallChannel, 0, len(channels))
	created := make(map[string]time.Time, len(channels))
	for _, c := range channels {
		alive = append(alive, channel(c))
		created[c.ID] = c.CreationTime.Time
	}
	live := make([]callback.LiveBridge, 0, len(bridges))
	for _, b := range bridges {
		live = append(live, callback.LiveBridge{ID: b.ID, Holding: holding(b), Channels: b.Channels})
	}
	x.detect(func() []callback.Finding { return x.detector.Resume(alive, created, live) })
	x.detecting.Lock()
	defer x.detecting.Unlock()
	going := x.detector.Live()
	x.presentations.keep(going)
	for _, c := range going {
		x.onThePhone(c)
	}
}

// standing tells what of an attempt is alive.
func standing(channels []ari.Channel, bridges []ari.Bridge) func(callback.Names) callback.Standing {
	state := make(map[string]ari.ChannelState, len(channels))
	inDialplan := map[string]bool{}
	for _, c := range channels {
		state[c.ID] = c.State
		inDialplan[c.ID] = c.State == ari.StateUp && c.Dialplan.AppName != stasis
	}
	inside := map[string]map[string]bool{}
	for _, b := range bridges {
		inside[b.ID] = map[string]bool{}
		for _, id := range b.Channels {
			inside[b.ID][id] = true
		}
	}
	return func(n callback.Names) callback.Standing {
		agent, agentAlive := state[n.AgentChannel]
		customer, customerAlive := state[n.CustomerChannel]
		return callback.Standing{
			Agent:      agentAlive && agent == ari.StateUp,
			Customer:   customerAlive,
			CustomerUp: customer == ari.StateUp,
			InDialplan: inDialplan[n.CustomerChannel],
			Bridged:    inside[n.Bridge][n.AgentChannel] && inside[n.Bridge][n.CustomerChannel],
		}
	}
}

// reap removes what carries a name of ours and belongs to no adopted attempt.
// Nothing waits for it.
func (x *Exchange) reap(lifetime context.Context, channels []ari.Channel, bridges []ari.Bridge, adopted []callback.Attempt) {
	keep := map[string]bool{}
	for _, a := range adopted {
		for _, id := range append([]string{a.Names.AgentChannel, a.Names.CustomerChannel, a.Names.Bridge}, snoopsOf(parts(a))...) {
			keep[id] = true
		}
	}
	reaped := 0
	for _, c := range channels {
		// The second half of a Local goes with the first.
		if x.names.own(c.ID) && !keep[c.ID] && !strings.HasSuffix(c.ID, otherHalf) {
			reaped++
			x.sweeper.channel(lifetime, c.ID)
		}
	}
	for _, b := range bridges {
		if x.names.own(b.ID) && !keep[b.ID] {
			reaped++
			x.sweeper.bridge(lifetime, b.ID)
		}
	}
	if reaped > 0 || len(adopted) > 0 {
		x.o.Log.Info().Int("adopted", len(adopted)).Int("removed", reaped).Msg("reconciled with Asterisk")
	}
}
