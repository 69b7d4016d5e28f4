package aritest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"callbackd/ari"
)

const (
	host     = "asterisk.test:8088"
	username = "ari"
	password = "secret"
)

// Server is the simulated Asterisk. All its methods may be used by several goroutines.
type Server struct {
	listener *listener
	http     *http.Server
	served   chan struct{}
	handlers sync.WaitGroup // websockets and scripts
	stopped  chan struct{}  // closed by Close

	mu        sync.Mutex
	closed    bool
	startup   time.Time
	version   string
	counter   int // of channels, in ids and names
	sequence  int // orders what is listed
	timers    map[*time.Timer]struct{}
	apps      map[string]*application
	abrupt    map[string]time.Time // when an application's websocket was last cut off
	channels  map[string]*channel
	bridges   map[string]*bridge
	foreign   foreign
	playbacks map[string]*playback
	sounds    map[string]time.Duration
	live      map[string]*recording
	stored    map[string]*storedFile
	devices   map[string]string
	endpoints map[string]string
	modules   map[string]bool
	zones     []string
	functions map[string]func(channelID string) (string, bool)
	phones    []phone
	agents    map[string]bool   // endpoints whose device states follow their calls
	behind    map[string]string // the phones behind Local channels
	queues    []*queue
	contexts  map[string]func(*Call) // of the dialplan, see Context
	faults    []*fault
	requests  []Request
	changed   chan struct{} // closed and made anew when requests grows
}

// New starts a server, which the test closes at its end. Inside a synctest bubble call it
// there.
func New(tb testing.TB) *Server {
	tb.Helper()
	s := Start()
	tb.Cleanup(s.Close)
	return s
}

// Start starts a server for an example or a program; Close it.
func Start() *Server {
	s := &Server{
		listener: newListener(), served: make(chan struct{}), stopped: make(chan struct{}),
		version: "22.10.1", startup: now(),
		timers: make(map[*time.Timer]struct{}), apps: make(map[string]*application),
		abrupt: make(map[string]time.Time), sounds: make(map[string]time.Duration),
		stored: make(map[string]*storedFile), devices: make(map[string]string),
		endpoints: make(map[string]string), changed: make(chan struct{}),
		functions: make(map[string]func(string) (string, bool)),
		contexts:  make(map[string]func(*Call)),
	}
	s.modules, s.zones = make(map[string]bool), []string{"se", "us"}
	for _, name := range modules {
		s.modules[name] = true
	}
	s.agents, s.behind = make(map[string]bool), make(map[string]string)
	s.forgetCalls()
	type key struct{}
	s.http = &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.serve(w, r, r.Context().Value(key{}).(net.Conn))
		}),
		ConnContext: func(ctx context.Context, conn net.Conn) context.Context {
			return context.WithValue(ctx, key{}, conn)
		},
	}
	go func() {
		defer close(s.served)
		_ = s.http.Serve(s.listener) // ends with Close
	}()
	return s
}

// now is the present as Asterisk can express it.
func now() time.Time { return time.Now().Truncate(time.Millisecond) }

// Options are a client's options for this server: address, credentials, and how to dial
// it. The rest is the caller's to set.
func (s *Server) Options(application string) ari.Options {
	return ari.Options{
		URL: "http://" + host, Username: username, Password: password,
		Application: application, DialContext: s.listener.dial,
	}
}

// Close ends everything: connections, timers, scripts. When it returns no goroutine of the
// server is left.
func (s *Server) Close() {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		<-s.served
		return
	}
	s.closed = true
	close(s.stopped)
	s.forgetCalls()
	s.mu.Unlock()
	s.listener.setDown(true)
	_ = s.http.Close() // closing the listener can't fail
	<-s.served
	s.handlers.Wait()
}

// Stop ends Asterisk: connections are cut off and refused, every call, bridge, playback and
// live recording is gone, as when it is killed: a recording's header says that it is empty.
// Files, sounds, phones and settings stay.
func (s *Server) Stop() {
	s.mu.Lock()
	s.forgetCalls()
	clear(s.apps)
	s.mu.Unlock()
	s.listener.setDown(true)
}

// Start starts Asterisk again, with a new start-up time.
func (s *Server) Start() {
	s.mu.Lock()
	if started := now(); started.After(s.startup) {
		s.startup = started
	} else {
		s.startup = s.startup.Add(time.Millisecond)
	}
	s.counter = 0
	clear(s.abrupt)
	s.mu.Unlock()
	s.listener.setDown(false)
}

// Restart is Stop and Start.
func (s *Server) Restart() {
	s.Stop()
	s.Start()
}

// Connections counts the open connections, REST and websockets.
func (s *Server) Connections() int { return s.listener.open() }

// SetVersion sets what GET /asterisk/info says.
func (s *Server) SetVersion(version string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version = version
}

// forgetCalls ends all calls, with nobody told, and empties what a restart empties.
func (s *Server) forgetCalls() {
	for _, c := range s.channels {
		c.end()
	}
	for _, r := range s.live {
		s.breakOff(r)
	}
	for timer := range s.timers {
		s.cancel(timer)
	}
	s.channels = make(map[string]*channel)
	s.bridges = make(map[string]*bridge)
	s.playbacks = make(map[string]*playback)
	s.live = make(map[string]*recording)
	s.foreign = foreign{channels: make(map[string]foreignObject), bridges: make(map[string]foreignObject)}
}

// after runs f with the lock held once d has passed, unless the timer is stopped.
func (s *Server) after(d time.Duration, f func()) *time.Timer {
	if s.closed {
		return nil
	}
	var timer *time.Timer
	timer = time.AfterFunc(d, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if _, pending := s.timers[timer]; !pending || s.closed {
			return
		}
		delete(s.timers, timer)
		f()
	})
	s.timers[timer] = struct{}{}
	return timer
}

// cancel stops a timer of after; it may be nil, or over.
func (s *Server) cancel(timer *time.Timer) {
	if timer != nil {
		timer.Stop()
		delete(s.timers, timer)
	}
}

// next gives the next number for what is listed in order.
func (s *Server) next() int {
	s.sequence++
	return s.sequence
}

// newID makes an id as Asterisk does: epoch.counter.
func (s *Server) newID() string {
	s.counter++
	return fmt.Sprintf("%d.%d", time.Now().Unix(), s.counter)
}

// spawn runs f in a goroutine that Close waits for. The lock must be held.
func (s *Server) spawn(f func()) {
	if s.closed {
		return
	}
	s.handlers.Add(1)
	go func() {
		defer s.handlers.Done()
		f()
	}()
}
