package aritest

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// call is one request on its way through a handler.
type call struct {
	s      *Server
	http   *http.Request
	path   []string // the segments that the route leaves open
	params url.Values
	body   map[string]json.RawMessage
}

// get gives a parameter, from the query or the body.
func (c *call) get(name string) string { return c.params.Get(name) }

// variables gives the body's variables.
func (c *call) variables() map[string]string {
	variables := map[string]string{}
	if json.Unmarshal(c.body["variables"], &variables) != nil {
		return map[string]string{}
	}
	return variables
}

// reply is what a handler answers. What must come after the reply on the wire is in then.
type reply struct {
	status int
	body   any
	file   io.Reader
	size   int64 // of file, 0 where the reply doesn't say it
	then   func()
}

func ok(body any) reply          { return reply{status: http.StatusOK, body: body} }
func created(body any) reply     { return reply{status: http.StatusCreated, body: body} }
func done() reply                { return reply{status: http.StatusNoContent} }
func allocationFailed() reply    { return reply{status: 500, body: object{"error": "Allocation failed"}} }
func fail(s int, m string) reply { return reply{status: s, body: object{"message": m}} }

// object is a JSON object.
type object map[string]any

// route is a method and a path in which a star stands for one segment.
type route struct {
	method, path string
	handle       func(*call) reply
}

func (s *Server) routes() []route {
	return []route{
		{"GET", "asterisk/info", s.getInfo},
		{"GET", "asterisk/ping", s.getPing},
		{"GET", "asterisk/modules", s.listModules},
		{"GET", "channels", s.listChannels},
		{"POST", "channels", s.originate},
		{"POST", "channels/create", s.createChannel},
		{"GET", "channels/*", s.getChannel},
		{"DELETE", "channels/*", s.hangupChannel},
		{"POST", "channels/*/answer", s.answerChannel},
		{"POST", "channels/*/continue", s.continueChannel},
		{"POST", "channels/*/play/*", s.play},
		{"POST", "channels/*/snoop/*", s.snoop},
		{"POST", "channels/*/record", s.recordChannel},
		{"GET", "channels/*/variable", s.getVariable},
		{"POST", "channels/*/variable", s.setVariable},
		{"GET", "bridges", s.listBridges},
		{"GET", "bridges/*", s.getBridge},
		{"POST", "bridges/*", s.createBridge},
		{"DELETE", "bridges/*", s.destroyBridge},
		{"POST", "bridges/*/addChannel", s.addChannel},
		{"POST", "bridges/*/removeChannel", s.removeChannel},
		{"POST", "bridges/*/record", s.recordBridge},
		{"DELETE", "playbacks/*", s.stopPlayback},
		{"POST", "recordings/live/*/stop", s.stopRecording},
		{"GET", "recordings/stored/*", s.getStored},
		{"DELETE", "recordings/stored/*", s.deleteStored},
		{"GET", "recordings/stored/*/file", s.getStoredFile},
		{"GET", "deviceStates/*", s.getDeviceState},
		{"GET", "endpoints/*/*", s.getEndpoint},
		{"GET", "applications/*", s.getApplication},
		{"POST", "applications/*/subscription", s.subscribe},
		{"PUT", "applications/*/eventFilter", s.setFilter},
		{"POST", "events/user/*", s.postUserEvent},
	}
}

// serve takes one HTTP request through log, fault and handler.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, conn net.Conn) {
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	escaped, under := strings.CutPrefix(r.URL.EscapedPath(), "/ari/")
	request := Request{
		Time: now(), Method: r.Method, Path: "/" + escaped, Query: r.URL.Query(), Body: raw,
	}
	f := s.arrived(request)
	if f != nil && f.before(r, request, conn) {
		return
	}
	var answer reply
	user, pass, _ := r.BasicAuth()
	switch {
	case f != nil && f.Status != 0:
		answer = fail(f.Status, f.Message)
	case !under:
		answer = reply{status: 404, body: object{"message": "The requested URL was not found on this server."}}
	case user != username || pass != password:
		answer = fail(401, "Authentication required")
	case escaped == "events" && r.Method == http.MethodGet:
		s.acceptWebsocket(w, r, conn)
		return
	default:
		answer = s.handle(r, escaped, raw)
	}
	if f != nil && f.after(r, request, conn, answer) {
		return
	}
	if f != nil && f.Reply != "" {
		write(w, reply{status: http.StatusOK, file: strings.NewReader(f.Reply)})
	} else {
		write(w, answer)
	}
	if answer.then != nil && (f == nil || !f.held()) {
		answer.then()
	}
}

// handle finds the route and runs it.
func (s *Server) handle(r *http.Request, escaped string, raw []byte) reply {
	segments := strings.Split(escaped, "/")
	for i, segment := range segments {
		// Asterisk reads a plus in a path as a blank.
		decoded, err := url.PathUnescape(strings.ReplaceAll(segment, "+", " "))
		if err != nil {
			return fail(400, "Bad URI")
		}
		segments[i] = decoded
	}
	c := &call{s: s, http: r, params: r.URL.Query()}
	if len(raw) > 0 {
		if json.Unmarshal(raw, &c.body) != nil {
			return fail(400, "Error parsing request body")
		}
		for name, value := range c.body {
			var text string
			if json.Unmarshal(value, &text) != nil {
				text = string(value) // a number
			}
			c.params.Set(name, text)
		}
	}
	pathKnown := false
	for _, route := range s.routes() {
		open, matches := matchSegments(strings.Split(route.path, "/"), segments)
		if !matches {
			continue
		}
		pathKnown = true
		if route.method == r.Method {
			c.path = open
			return route.handle(c)
		}
	}
	if pathKnown {
		return fail(405, "Invalid method")
	}
	return fail(404, "Resource not found")
}

func matchSegments(pattern, segments []string) (open []string, matches bool) {
	if len(pattern) != len(segments) {
		return nil, false
	}
	for i, p := range pattern {
		switch {
		case p == "*" && segments[i] != "":
			open = append(open, segments[i])
		case p != segments[i]:
			return nil, false
		}
	}
	return open, true
}

// write answers. A client that is gone doesn't get it, and needn't.
func write(w http.ResponseWriter, answer reply) {
	switch {
	case answer.file != nil:
		if answer.size > 0 {
			w.Header().Set("Content-Length", strconv.FormatInt(answer.size, 10))
		}
		w.WriteHeader(answer.status)
		_, _ = io.Copy(flusher{w}, answer.file)
	case answer.body != nil:
		raw, err := json.Marshal(answer.body)
		if err != nil {
			panic(err) // only maps of plain values are answered
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(answer.status)
		_, _ = w.Write(raw)
	default:
		w.WriteHeader(answer.status)
	}
	_ = http.NewResponseController(w).Flush()
}

// flusher sends each piece as it comes.
type flusher struct{ http.ResponseWriter }

func (f flusher) Write(p []byte) (int, error) {
	n, err := f.ResponseWriter.Write(p)
	if err == nil {
		err = http.NewResponseController(f.ResponseWriter).Flush()
	}
	return n, err
}

// glob says whether text is like pattern, in which a star stands for anything.
func glob(pattern, text string) bool {
	expression := strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*")
	return regexp.MustCompile("^(?s:" + expression + ")$").MatchString(text)
}
