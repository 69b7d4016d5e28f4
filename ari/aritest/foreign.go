package aritest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// foreign is what Emit brought into being: calls of the dialplan, with the last snapshot
// that an event showed of them.
type foreign struct {
	channels map[string]foreignObject
	bridges  map[string]foreignObject
}

type foreignObject struct {
	sequence int
	snapshot json.RawMessage
}

// Emit plays in one event of Asterisk, as JSON: a line of a recorded stream, for example.
// Each application that subscribed to what it concerns gets it, unless its filter drops
// it. Channels and bridges that it shows are listed from then on, until ChannelDestroyed
// and BridgeDestroyed; their variables can be read.
func (s *Server) Emit(raw string) error {
	var fields object
	if err := json.Unmarshal([]byte(raw), &fields); err != nil {
		return fmt.Errorf("aritest: the event isn't a JSON object: %w", err)
	}
	kind, _ := fields["type"].(string)
	if kind == "" {
		return fmt.Errorf("aritest: the event has no type: %s", raw)
	}
	var parts map[string]json.RawMessage
	if err := json.Unmarshal([]byte(raw), &parts); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e := event{kind: kind, fields: fields}
	bridging := strings.HasPrefix(kind, "Bridge") || kind == "ChannelEnteredBridge" || kind == "ChannelLeftBridge"
	for _, name := range []string{"channel", "caller", "peer"} {
		if id := s.noteForeign(s.foreign.channels, parts[name], kind == "ChannelDestroyed"); id != "" && !bridging {
			e.channels = append(e.channels, id)
		}
	}
	if id := s.noteForeign(s.foreign.bridges, parts["bridge"], kind == "BridgeDestroyed"); id != "" {
		e.bridges = append(e.bridges, id)
	}
	if endpoint, is := fields["endpoint"].(map[string]any); is {
		e.endpoint = fmt.Sprintf("%v/%v", endpoint["technology"], endpoint["resource"])
	}
	if device, is := fields["device_state"].(map[string]any); is {
		e.device = fmt.Sprint(device["name"])
	}
	s.emit(e)
	return nil
}

// noteForeign keeps a snapshot, or forgets the object, and gives its id.
func (s *Server) noteForeign(known map[string]foreignObject, snapshot json.RawMessage, gone bool) string {
	var object struct {
		ID string `json:"id"`
	}
	if snapshot == nil || json.Unmarshal(snapshot, &object) != nil || object.ID == "" {
		return ""
	}
	switch before, exists := known[object.ID]; {
	case gone:
		delete(known, object.ID)
	case exists:
		known[object.ID] = foreignObject{before.sequence, snapshot}
	case s.channels[object.ID] == nil && s.bridges[object.ID] == nil:
		known[object.ID] = foreignObject{s.next(), snapshot}
	}
	return object.ID
}

// listed is an object of a list with its place in it.
type listed struct {
	sequence int
	snapshot any
}

// list puts objects into the order in which they came into being.
func list(own []listed, foreign map[string]foreignObject) []any {
	for object := range maps.Values(foreign) {
		own = append(own, listed{object.sequence, object.snapshot})
	}
	slices.SortFunc(own, func(a, b listed) int { return a.sequence - b.sequence })
	snapshots := []any{}
	for _, l := range own {
		snapshots = append(snapshots, l.snapshot)
	}
	return snapshots
}
