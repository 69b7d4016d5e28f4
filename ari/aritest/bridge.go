package aritest

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// bridge is a mixing bridge, of ARI or of a Local's dialplan.
type bridge struct {
	sequence  int
	id, name  string
	creator   string // "Stasis", empty for the dialplan
	class     string
	created   time.Time
	channels  []*channel
	recording *recording
}

func (b *bridge) snapshot() object {
	ids := []string{}
	for _, c := range b.channels {
		ids = append(ids, c.id)
	}
	slices.Sort(ids)
	return object{
		"id": b.id, "technology": "simple_bridge", "bridge_type": "mixing", "bridge_class": b.class,
		"creator": b.creator, "name": b.name, "channels": ids, "creationtime": stamp(b.created), "video_mode": "none",
	}
}

func (s *Server) emitBridge(kind string, b *bridge, c *channel) {
	e := event{kind: kind, fields: object{"bridge": b.snapshot()}, bridges: []string{b.id}}
	if c != nil {
		e.fields["channel"] = c.snapshot()
	}
	s.emit(e)
}

func (s *Server) newBridge(id, name, creator, class string) *bridge {
	b := &bridge{sequence: s.next(), id: id, name: name, creator: creator, class: class, created: now()}
	s.bridges[id] = b
	s.emitBridge("BridgeCreated", b, nil)
	return b
}

func (s *Server) enterBridge(b *bridge, c *channel) {
	if c.bridge == b {
		return
	}
	s.leaveBridge(c)
	c.bridge = b
	b.channels = append(b.channels, c)
	if app := s.apps[c.stasis]; app != nil {
		app.bridges[b.id] = true
	}
	if b.recording != nil && len(b.channels) == 1 {
		s.hear(b.recording)
	}
	s.emitBridge("ChannelEnteredBridge", b, c)
}

// leaveBridge takes the channel out of its bridge. A bridge recording ends with its last
// channel, a bridge of the dialplan too.
func (s *Server) leaveBridge(c *channel) {
	b := c.bridge
	if b == nil {
		return
	}
	c.bridge = nil
	b.channels = slices.DeleteFunc(b.channels, func(other *channel) bool { return other == c })
	s.emitBridge("ChannelLeftBridge", b, c)
	if len(b.channels) > 0 {
		return
	}
	if b.recording != nil {
		s.finishRecording(b.recording)
	}
	if b.creator == "" {
		s.removeBridge(b)
	}
}

func (s *Server) removeBridge(b *bridge) {
	for _, c := range slices.Clone(b.channels) {
		s.leaveBridge(c)
	}
	if s.bridges[b.id] != b {
		return // its last channel took it along
	}
	if b.recording != nil {
		s.finishRecording(b.recording)
	}
	s.emitBridge("BridgeDestroyed", b, nil)
	delete(s.bridges, b.id)
	for _, app := range s.apps {
		delete(app.bridges, b.id)
	}
}

func (s *Server) listBridges(*call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	var own []listed
	for _, b := range s.bridges {
		own = append(own, listed{b.sequence, b.snapshot()})
	}
	return ok(list(own, s.foreign.bridges))
}

func (s *Server) getBridge(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b := s.bridges[c.path[0]]; b != nil {
		return ok(b.snapshot())
	}
	if b, known := s.foreign.bridges[c.path[0]]; known {
		return ok(b.snapshot)
	}
	return fail(404, "Bridge not found")
}

func (s *Server) createBridge(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := c.path[0]
	if s.bridges[id] != nil {
		return fail(409, fmt.Sprintf("Bridge with id '%s' already exists", id))
	}
	return ok(s.newBridge(id, c.get("name"), "Stasis", "stasis").snapshot())
}

func (s *Server) destroyBridge(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, refused := s.findBridge(c.path[0])
	if b == nil {
		return refused
	}
	s.removeBridge(b)
	return done()
}

// findBridge finds a bridge that ARI may command.
func (s *Server) findBridge(id string) (*bridge, reply) {
	b := s.bridges[id]
	_, foreign := s.foreign.bridges[id]
	switch {
	case b == nil && !foreign:
		return nil, fail(404, "Bridge not found")
	case b == nil || b.creator == "":
		return nil, fail(409, "Bridge not in Stasis application")
	}
	return b, reply{}
}

// addChannel waits, as every command on a channel does, until nothing plays to it.
func (s *Server) addChannel(c *call) reply {
	if c.get("channel") == "" {
		return fail(400, "Missing parameter channel")
	}
	ids := strings.Split(c.get("channel"), ",")
	s.mu.Lock()
	defer s.mu.Unlock()
	if b, refused := s.findBridge(c.path[0]); b == nil {
		return refused
	}
	for _, id := range ids {
		if ch, refused := s.inStasis(id, 400, 422); ch == nil {
			return refused
		}
		if len(s.channels[id].recordings) > 0 {
			return fail(409, fmt.Sprintf("Channel %s currently recording", id))
		}
	}
	for _, id := range ids {
		if !s.waitIdle(s.channels[id]) {
			return fail(500, "Internal Server Error")
		}
	}
	b, refused := s.findBridge(c.path[0])
	if b == nil {
		return refused
	}
	for _, id := range ids {
		if ch := s.channels[id]; ch != nil && ch.stasis != "" {
			s.enterBridge(b, ch)
		}
	}
	return done()
}

func (s *Server) removeChannel(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, refused := s.findBridge(c.path[0])
	if b == nil {
		return refused
	}
	ch, refused := s.inStasis(c.get("channel"), 400, 422)
	if ch == nil {
		return refused
	}
	if ch.bridge != b {
		return fail(422, "Channel not in this bridge")
	}
	s.leaveBridge(ch)
	return done()
}
