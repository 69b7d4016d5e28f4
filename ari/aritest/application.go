package aritest

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"callbackd/ari"
)

// application is a Stasis application that is connected.
type application struct {
	name       string
	conn       *connection
	sources    map[string]bool // as subscribed: "channel:", "bridge:ID", …
	channels   map[string]bool // ids subscribed because they are, or will be, in it
	bridges    map[string]bool // ids subscribed because a channel of it was in them
	disallowed map[string]bool
}

func newApplication(name string) *application {
	return &application{
		name: name, sources: map[string]bool{}, channels: map[string]bool{},
		bridges: map[string]bool{}, disallowed: map[string]bool{},
	}
}

// event is one event on its way to those who subscribed to one of its topics.
type event struct {
	kind     string
	fields   object
	channels []string
	bridges  []string
	endpoint string
	device   string
}

// wants says whether the application is subscribed to one of the event's topics.
func (a *application) wants(e event) bool {
	for _, id := range e.channels {
		if a.sources["channel:"] || a.sources["channel:"+id] || a.channels[id] {
			return true
		}
	}
	for _, id := range e.bridges {
		if a.sources["bridge:"] || a.sources["bridge:"+id] || a.bridges[id] {
			return true
		}
	}
	return e.endpoint != "" && (a.sources["endpoint:"] || a.sources["endpoint:"+e.endpoint]) ||
		e.device != "" && a.sources["deviceState:"+e.device]
}

// emit sends an event to every application that wants it.
func (s *Server) emit(e event) {
	for _, app := range s.apps {
		if app.wants(e) {
			s.sendTo(app, e)
		}
	}
}

// sendTo sends an event to one application, unless its filter drops it.
func (s *Server) sendTo(app *application, e event) {
	if app.conn == nil || app.disallowed[e.kind] {
		return
	}
	message := object{"type": e.kind, "timestamp": stamp(time.Now()), "asterisk_id": "02:00:00:00:00:01"}
	maps.Copy(message, e.fields)
	message["application"] = app.name
	raw, err := json.Marshal(message)
	if err != nil {
		panic(err) // events are maps of plain values
	}
	app.conn.enqueue(raw)
}

// stamp writes a time as Asterisk does.
func stamp(t time.Time) string { return t.UTC().Format(ari.TimeLayout) }

// Send puts a message on the application's websocket as it is, past subscriptions and
// filter: something malformed, for example.
func (s *Server) Send(application string, raw []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if app := s.apps[application]; app != nil && app.conn != nil {
		app.conn.enqueue(raw)
	}
}

// Flood sends n events of no interest to the application at once.
func (s *Server) Flood(application string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if app := s.apps[application]; app != nil {
		for range n {
			s.sendTo(app, event{kind: "ChannelVarset", fields: object{"variable": "FLOOD", "value": "1"}})
		}
	}
}

func (s *Server) getApplication(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	app := s.apps[c.path[0]]
	if app == nil {
		return fail(404, "Application not found")
	}
	return ok(app.snapshot())
}

func (a *application) snapshot() object {
	named := func(kind, all string, more map[string]bool) []string {
		found := slices.Collect(maps.Keys(more))
		for source := range a.sources {
			if id, is := strings.CutPrefix(source, kind); is {
				found = append(found, cmp.Or(id, all))
			}
		}
		slices.Sort(found)
		return slices.Compact(append([]string{}, found...))
	}
	disallowed := []object{}
	for _, kind := range slices.Sorted(maps.Keys(a.disallowed)) {
		disallowed = append(disallowed, object{"type": kind})
	}
	return object{
		"name": a.name, "channel_ids": named("channel:", "__AST_CHANNEL_ALL_TOPIC", a.channels), "bridge_ids": named("bridge:", "__AST_BRIDGE_ALL_TOPIC", a.bridges),
		"endpoint_ids": named("endpoint:", "__AST_ENDPOINT_ALL_TOPIC", nil), "device_names": named("deviceState:", "", nil),
		"events_allowed": []object{}, "events_disallowed": disallowed,
	}
}

func (s *Server) subscribe(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	app := s.apps[c.path[0]]
	if app == nil {
		return fail(404, "Application not found")
	}
	if c.get("eventSource") == "" {
		return fail(400, "Missing parameter eventSource")
	}
	sources := strings.Split(c.get("eventSource"), ",")
	for _, source := range sources {
		kind, id, _ := strings.Cut(source, ":")
		switch {
		case !slices.Contains([]string{"channel", "bridge", "endpoint", "deviceState"}, kind):
			return fail(400, "Invalid event source URI scheme")
		case kind == "channel" && id != "" && s.channels[id] == nil,
			kind == "bridge" && id != "" && s.bridges[id] == nil:
			return fail(422, "Event source does not exist")
		}
	}
	for _, source := range sources {
		app.sources[source] = true
	}
	return ok(app.snapshot())
}

func (s *Server) setFilter(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	app := s.apps[c.path[0]]
	if app == nil {
		return fail(404, "Application not found")
	}
	if raw, given := c.body["disallowed"]; given {
		var filters []ari.EventFilter
		if json.Unmarshal(raw, &filters) != nil {
			return fail(400, "Invalid format definition")
		}
		clear(app.disallowed)
		for _, f := range filters {
			app.disallowed[f.Type] = true
		}
	}
	return ok(app.snapshot())
}

func (s *Server) postUserEvent(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.get("application") == "" {
		return fail(400, "Missing parameter application")
	}
	app := s.apps[c.get("application")]
	if app == nil {
		return fail(404, "Application not found")
	}
	userevent := object{}
	for name, value := range c.variables() {
		userevent[name] = value
	}
	userevent["eventname"] = c.path[0]
	s.sendTo(app, event{kind: "ChannelUserevent", fields: object{"eventname": c.path[0], "userevent": userevent}})
	return done()
}
