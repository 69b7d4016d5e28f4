package aritest

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Forever is the length of a sound that plays until it is stopped.
const Forever time.Duration = -1

// playback is a sound, or several, on a channel.
type playback struct {
	id      string
	media   []string
	current int
	offset  time.Duration // of the first medium
	state   string
	channel *channel
	timer   *time.Timer
	over    chan struct{}
}

// SetSound says how long a medium plays, such as "sound:/sounds/prompt". Zero means that
// it doesn't exist: a sound fails at once. Unless it is set, "tone:" plays Forever and
// everything else a second.
func (s *Server) SetSound(media string, length time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sounds[media] = length
}

func (s *Server) length(media string) time.Duration {
	if length, known := s.sounds[media]; known {
		return length
	}
	if strings.HasPrefix(media, "tone:") {
		return Forever
	}
	return time.Second
}

func (p *playback) snapshot() object {
	fields := object{
		"id": p.id, "media_uri": p.media[p.current], "target_uri": "channel:" + p.channel.id,
		"language": "en", "state": p.state,
	}
	if p.current+1 < len(p.media) {
		fields["next_media_uri"] = p.media[p.current+1]
	}
	return fields
}

func (s *Server) emitPlayback(kind string, p *playback) {
	s.emit(event{kind: kind, fields: object{"playback": p.snapshot()}, channels: []string{p.channel.id}})
}

// play queues media behind what the channel plays already.
func (s *Server) play(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, refused := s.inDialplan(c.path[0])
	if ch == nil {
		return refused
	}
	if c.get("media") == "" {
		return fail(400, "Missing parameter media")
	}
	if s.playbacks[c.path[1]] != nil {
		return fail(500, "Failed to queue media for playback")
	}
	p := &playback{
		id: c.path[1], media: strings.Split(c.get("media"), ","), state: "queued",
		channel: ch, over: make(chan struct{}),
	}
	if skipped, err := strconv.Atoi(c.get("offsetms")); err == nil {
		p.offset = time.Duration(skipped) * time.Millisecond
	}
	s.playbacks[p.id] = p
	ch.playbacks = append(ch.playbacks, p)
	answer := created(p.snapshot())
	answer.then = func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if !ch.ended && len(ch.playbacks) > 0 && ch.playbacks[0] == p && p.state == "queued" {
			s.startMedia(p, "PlaybackStarted")
		}
	}
	return answer
}

// startMedia plays the current medium and then the next.
func (s *Server) startMedia(p *playback, kind string) {
	p.state = "playing"
	s.emitPlayback(kind, p)
	length := s.length(p.media[p.current])
	if length > 0 && p.current == 0 {
		length = max(length-p.offset, time.Millisecond)
	}
	switch {
	case length == 0:
		s.finishPlayback(p, "failed")
	case length > 0:
		p.timer = s.after(length, func() {
			if p.current+1 == len(p.media) {
				s.finishPlayback(p, "done")
				return
			}
			p.current++
			s.startMedia(p, "PlaybackContinuing")
		})
	}
}

// finishPlayback ends a playback, and starts the one that waits behind it.
func (s *Server) finishPlayback(p *playback, state string) {
	s.cancel(p.timer)
	p.state = state
	delete(s.playbacks, p.id)
	ch := p.channel
	ch.playbacks = slices.DeleteFunc(ch.playbacks, func(other *playback) bool { return other == p })
	close(p.over)
	s.emitPlayback("PlaybackFinished", p)
	if !ch.ended && len(ch.playbacks) > 0 && ch.playbacks[0].state == "queued" {
		s.startMedia(ch.playbacks[0], "PlaybackStarted")
	}
}

func (s *Server) stopPlayback(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.playbacks[c.path[0]]
	if p == nil {
		return fail(404, "Playback not found")
	}
	s.finishPlayback(p, "done")
	return done()
}

// waitIdle waits, without the lock, until nothing plays to the channel. It is false if the
// server went away. A client that goes away changes nothing: Asterisk carries the command
// out when its turn comes.
func (s *Server) waitIdle(ch *channel) bool {
	for ch != nil && !ch.ended && len(ch.playbacks) > 0 {
		over := ch.playbacks[0].over
		s.mu.Unlock()
		select {
		case <-over:
			s.mu.Lock()
		case <-ch.gone:
			s.mu.Lock()
		case <-s.stopped:
			s.mu.Lock()
			return false
		}
	}
	return true
}
