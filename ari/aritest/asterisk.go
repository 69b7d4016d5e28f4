package aritest

import (
	"fmt"
	"strings"
	"time"
)

func (s *Server) getInfo(*call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	return ok(object{
		"build":  object{"os": "Linux", "kernel": "6", "machine": "x86_64", "options": "", "date": "", "user": ""},
		"system": object{"version": s.version, "entity_id": "02:00:00:00:00:01"},
		"config": object{"name": "", "default_language": "en", "setid": object{"user": "", "group": ""}},
		"status": object{"startup_time": stamp(s.startup), "last_reload_time": stamp(s.startup)},
	})
}

func (s *Server) getPing(*call) reply {
	return ok(object{"ping": "pong", "timestamp": stamp(time.Now()), "asterisk_id": "02:00:00:00:00:01"})
}

// SetFunction says what a function of the dialplan gives on every channel, by its exact
// text: "QUEUE_EXISTS(support)" and "1".
func (s *Server) SetFunction(expression, value string) {
	s.SetFunctionFunc(expression, func(string) (string, bool) { return value, true })
}

// SetFunctionFunc is SetFunction with a value that is worked out at each reading, on the
// channel with the given id. False is a function that can't be read (500).
func (s *Server) SetFunctionFunc(expression string, value func(channelID string) (string, bool)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.functions[expression] = value
}

func (s *Server) function(name string) func(string) (string, bool) { return s.functions[name] }

func isFunction(name string) bool { return strings.HasSuffix(name, ")") }

// variable gives what the server knows itself: the channel's variables, device states,
// and what Asterisk says of queues and extensions that don't exist. A channel that Emit
// played in is nil here.
func (s *Server) variable(ch *channel, id, name string) (value string, known bool) {
	function, argument, _ := strings.Cut(strings.TrimSuffix(name, ")"), "(")
	switch {
	case !isFunction(name):
		if ch != nil {
			value, known = ch.variables[name]
		}
		return value, known
	case function == "DEVICE_STATE":
		return s.deviceState(argument), true
	case function == "CALLERID" && argument == "num-pres":
		return "allowed_not_screened", true
	case function == "CHANNEL" && argument == "linkedid":
		return id, true
	case function == "CHANNEL" && argument == "audionativeformat":
		return "(ulaw)", true
	case name == "TIMEOUT(absolute)" && ch != nil:
		if ch.absolute == nil {
			return "0", true
		}
		return fmt.Sprintf("%.3f", time.Until(ch.absoluteAt).Seconds()), true
	case name == toneZone && ch != nil:
		value, known = ch.variables[name]
		return value, known
	case function == "PJSIP_ENDPOINT" && strings.HasSuffix(argument, ",allow"):
		_, known = s.endpoints["PJSIP/"+strings.TrimSuffix(argument, ",allow")]
		return "(ulaw|alaw)", known
	case strings.HasPrefix(function, "QUEUE_"):
		if value, known = s.queueFunction(function, argument); known {
			return value, true
		}
		if function == "QUEUE_MEMBER_LIST" { // of one that doesn't exist
			return "", true
		}
		return "0", true
	case function == "PJSIP_DIAL_CONTACTS":
		state, known := s.endpoints["PJSIP/"+argument]
		if state == "online" {
			value = "PJSIP/" + argument + "/sip:" + argument + "@127.0.0.1"
		}
		return value, known
	case function == "DIALPLAN_EXISTS":
		return "0", true
	}
	return "", false
}

// SetDeviceState sets the state of a device, such as PJSIP/alice and NOT_INUSE, and tells
// those who subscribed to it.
func (s *Server) SetDeviceState(name, state string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deviceMoved(name, state)
}

// deviceMoved tells the state of a device, if it is another one now.
func (s *Server) deviceMoved(name, state string) {
	if s.devices[name] == state {
		return
	}
	s.devices[name] = state
	defer s.memberMoved(name)
	s.emit(event{
		kind: "DeviceStateChanged", fields: object{"device_state": object{"name": name, "state": state}}, device: name,
	})
}

func (s *Server) deviceState(name string) string {
	for local := range s.behind { // which it is with and without its options
		if strings.HasPrefix(local, name+"/") {
			name = local
		}
	}
	if state, known := s.devices[name]; known {
		return state
	}
	return "INVALID"
}

func (s *Server) getDeviceState(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	return ok(object{"name": c.path[0], "state": s.deviceState(c.path[0])})
}

// SetEndpoint says of an endpoint, such as PJSIP/alice, whether it is registered, and
// tells those who subscribed to it.
func (s *Server) SetEndpoint(endpoint string, registered bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	state, status := "offline", "Unreachable"
	if registered {
		state, status = "online", "Reachable"
	}
	s.endpoints[endpoint] = state
	s.emit(event{
		kind: "PeerStatusChange", endpoint: endpoint,
		fields: object{"endpoint": s.endpointSnapshot(endpoint), "peer": object{"peer_status": status}},
	})
}

// RemoveEndpoint takes an endpoint out of Asterisk's configuration.
func (s *Server) RemoveEndpoint(endpoint string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.endpoints, endpoint)
}

func (s *Server) endpointSnapshot(endpoint string) object {
	technology, resource, _ := strings.Cut(endpoint, "/")
	return object{
		"technology": technology, "resource": resource, "state": s.endpoints[endpoint], "channel_ids": []string{},
	}
}

func (s *Server) getEndpoint(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	endpoint := c.path[0] + "/" + c.path[1]
	if _, known := s.endpoints[endpoint]; !known {
		return fail(404, "Endpoint not found")
	}
	return ok(s.endpointSnapshot(endpoint))
}
