package aritest

import (
	"context"
	"net/url"
	"testing"
	"time"
)

// Request is one request that reached the server.
type Request struct {
	Time   time.Time
	Method string
	Path   string // below /ari, escaped as it came: "/channels/id%3B2"
	Query  url.Values
	Body   []byte
}

// String is method and path.
func (r Request) String() string { return r.Method + " " + r.Path }

// Requests gives the requests so far, in order, that are like one of the patterns, in which
// a star stands for anything: "POST /channels", "DELETE *". Without a pattern it gives all,
// the client's heartbeats too.
func (s *Server) Requests(patterns ...string) []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.matching(patterns)
}

func (s *Server) matching(patterns []string) []Request {
	var found []Request
	for _, r := range s.requests {
		if len(patterns) == 0 || matchesAny(patterns, r.String()) {
			found = append(found, r)
		}
	}
	return found
}

func matchesAny(patterns []string, text string) bool {
	for _, p := range patterns {
		if glob(p, text) {
			return true
		}
	}
	return false
}

// WaitRequest waits for the nth request (from 1) that is like pattern and gives it. The
// test fails if ctx ends first.
func (s *Server) WaitRequest(ctx context.Context, tb testing.TB, pattern string, nth int) Request {
	tb.Helper()
	for {
		s.mu.Lock()
		found, changed := s.matching([]string{pattern}), s.changed
		s.mu.Unlock()
		if len(found) >= nth {
			return found[nth-1]
		}
		select {
		case <-changed:
		case <-ctx.Done():
			tb.Fatalf("request %q number %d did not come: %v; there were %v", pattern, nth, ctx.Err(), s.Requests())
		}
	}
}

// arrived logs a request and gives the fault that is meant for it.
func (s *Server) arrived(r Request) *fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, r)
	close(s.changed)
	s.changed = make(chan struct{})
	for i, f := range s.faults {
		if !glob(f.On, r.String()) {
			continue
		}
		if f.Times > 0 {
			if f.left--; f.left == 0 {
				s.faults = append(s.faults[:i:i], s.faults[i+1:]...)
			}
		}
		return f
	}
	return nil
}
