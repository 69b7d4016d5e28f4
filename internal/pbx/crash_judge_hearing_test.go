package pbx_test

import (
	"slices"
	"strings"
	"time"

	"callbackd/callback"
)

// played is a sound that somebody was played.
type played struct {
	media       string
	from, until time.Time // the longest possible: to its end, unless it was stopped
	whole       bool
}

// playedTo lists what a leg was played, as far as Asterisk was asked for it.
func (r *crashRun) playedTo(channel string) (list []played) {
	for _, asked := range r.asterisk.Requests("POST /channels/" + channel + "/play/*") {
		p := played{media: asked.Query.Get("media"), from: asked.Time}
		length, known := r.lengths[p.media]
		if !known {
			length = soundLength
		}
		if p.media == notice && !r.noticeGone.IsZero() && !asked.Time.Before(r.noticeGone) {
			length = 0
		}
		p.until, p.whole = asked.Time.Add(length), length > 0
		if strings.HasPrefix(p.media, "tone:") {
			p.until, p.whole = asked.Time.Add(patience), false
		}
		id := asked.Path[strings.LastIndexByte(asked.Path, '/')+1:]
		for _, stopped := range r.asterisk.Requests("DELETE /playbacks/" + id) {
			if stopped.Time.After(p.from) && stopped.Time.Before(p.until) {
				p.until, p.whole = stopped.Time, false
			}
		}
		list = append(list, p)
	}
	return list
}

// together is when Asterisk was first asked to bring a leg together with the other.
func (r *crashRun) together(channel string) time.Time {
	for _, asked := range r.asterisk.Requests("POST /bridges/*/addChannel") {
		if slices.Contains(strings.Split(asked.Query.Get("channel"), ","), channel) {
			return asked.Time
		}
	}
	return time.Time{}
}

// silence: who answers and hears nothing, or stays behind after a conversation, isn't
// left so for long, and no phone rings on for an agent who has gone. However long
// callbackd is dead, the fuse of a leg ends it.
func (r *crashRun) silence(db contents) {
	owner := db.owners()
	byLeg := r.lastCalls()
	for id, g := range byLeg {
		a := owner[id]
		leaves := a.Settings.Voicemail.Action == callback.VoicemailLeave
		agent := byLeg[agentOf(id)]
		if agent != nil && agent != g && !agent.answered.IsZero() && (g.answered.IsZero() || !leaves) {
			if on := g.ended.Sub(later(agent.ended, g.began)); on > r.blindness()+aMoment {
				r.violated("left in silence", "%s was rung by %s for %v when the agent had gone", g.number, id, on)
			}
		}
		for _, p := range r.playedTo(id) {
			if p.media == message && agent.ended.After(p.from.Add(r.blindness()+aMoment)) {
				r.violated("left in silence", "%s waited for %v while a message was left", agent.number, agent.ended.Sub(p.from))
			}
		}
		if g.answered.IsZero() {
			continue
		}
		until := g.ended
		if met := r.together(id); !met.IsZero() {
			other := byLeg[agentOf(id)]
			if other == g {
				other = byLeg[customerOf(id)]
			}
			if alone := g.ended.Sub(other.ended); alone > r.blindness()+5*time.Second {
				r.violated("left in silence", "%s stayed alone in %s for %v", g.number, id, alone)
			}
			until = met
		} else if on, fuse := g.ended.Sub(g.answered), fuseOf(a, id == a.Names.AgentChannel); on > fuse+slackOfFuses {
			r.violated("left in silence", "%s answered %s and was connected to nobody for %v, its fuse is %v", g.number, id, on, fuse)
		}
		if silent, limit := r.longestSilence(g, until), r.silenceAllowed(a, id == a.Names.AgentChannel); silent > limit {
			r.violated("left in silence", "%s heard nothing in %s for %v", g.number, id, silent)
		}
	}
}

// longestSilence is for how long somebody who had answered heard nothing at a stretch.
func (r *crashRun) longestSilence(g *ring, until time.Time) (longest time.Duration) {
	heard := g.answered
	list := r.playedTo(g.channel)
	slices.SortFunc(list, func(a, b played) int { return a.from.Compare(b.from) })
	for _, p := range list {
		if p.from.After(until) {
			break
		}
		longest = max(longest, p.from.Sub(heard))
		heard = later(heard, p.until)
	}
	return max(longest, until.Sub(heard))
}

// silenceAllowed is how long somebody may hear nothing: for as long as it takes to
// see what happens, to be listened to, and to press a key.
func (r *crashRun) silenceAllowed(a callback.Attempt, agent bool) time.Duration {
	s := a.Settings
	limit := r.blindness() + 5*time.Second
	if slices.ContainsFunc(r.cuts, func(c cutPoint) bool { return !c.kind.blinds() }) {
		limit += crashWait // a sound that wasn't played, the ring tone too
	}
	accept := s.CustomerAccept
	switch {
	case agent:
		accept = s.AgentAccept
		if (r.cutMade() || len(r.outages) > 0) && s.CustomerAccept != nil { // told and asked again, when the ring tone was over
			limit += noticeLength + soundLength + s.CustomerAccept.Within
		}
	case s.Voicemail.Action == callback.VoicemailLeave:
		limit += callback.ListenLimit + callback.BeepLimit
	case s.Voicemail.Listens():
		limit += callback.ListenLimit
	}
	if accept != nil {
		limit += accept.Within
	}
	return limit
}

const (
	crashWait    = 20 * time.Second
	slackOfFuses = 5 * time.Second
)

// fuseOf is a leg's absolute timeout: all waits that are still possible together, a
// minute for each sound, and 30 s.
func fuseOf(a callback.Attempt, agent bool) time.Duration {
	s := a.Settings
	fuse := s.WaitForCustomer + 30*time.Second
	told := func(accept *callback.Accept) {
		if accept == nil {
			return
		}
		fuse += accept.Within
		if !accept.Ask.IsZero() {
			fuse += time.Minute
		}
	}
	told(s.CustomerAccept)
	if s.Voicemail.Listens() {
		fuse += 8 * time.Second
	}
	if s.Recording != nil && !s.Recording.Notice.IsZero() {
		fuse += time.Minute
	}
	if !agent {
		if s.Voicemail.Action == callback.VoicemailLeave {
			fuse += 95 * time.Second // 35 for the beep
		}
		if s.StopKey != "" {
			fuse += 10 * time.Second
		}
		return fuse
	}
	told(s.AgentAccept)
	if s.AgentPrompt != "" {
		fuse += time.Minute
	}
	if s.AgentAnnouncement != nil {
		fuse += time.Minute
	}
	return fuse + time.Minute // to answer
}

// noticed: nobody is recorded, and no agent hears a customer who is, before the
// customer has heard so to the end, in this very call.
func (r *crashRun) noticed(db contents) {
	for _, list := range db.attempts {
		for _, a := range list {
			s := a.Settings.Recording
			if s == nil || s.Notice.IsZero() || a.CustomerSent.IsZero() {
				continue
			}
			began := r.recordedFrom(a)
			if began.IsZero() {
				continue
			}
			var heard time.Time // first
			for _, p := range r.playedTo(a.Names.CustomerChannel) {
				if p.media == notice && p.whole && heard.IsZero() {
					heard = p.until
				}
			}
			met := r.together(a.Names.CustomerChannel)
			if heard.IsZero() || heard.After(began) || !met.IsZero() && heard.After(met) {
				r.violated("recorded unannounced", "attempt %d is recorded from %s, the notice was heard until %s", a.ID, began.Format(clock), heard.Format(clock))
			}
		}
	}
}

const clock = "15:04:05.000"

// recordedFrom is when Asterisk was first asked to record an attempt; zero: never.
func (r *crashRun) recordedFrom(a callback.Attempt) (began time.Time) {
	key := a.Names.Bridge[strings.LastIndexByte(a.Names.Bridge, '-')+1:]
	for _, asked := range r.asterisk.Requests("POST /bridges/*"+key+"/record", "POST /channels/callbackd-*-"+key+"/record") {
		if began.IsZero() {
			began = asked.Time
		}
	}
	return began
}
