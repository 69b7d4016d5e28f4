package ari_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/ari/aritest"
)

// stream runs a client and keeps what it delivers, with the time of each.
type stream struct {
	t      *testing.T
	client *ari.Client
	stop   context.CancelFunc
	ended  chan struct{}
	err    error // what Run returned; read it after ended

	mu      sync.Mutex
	events  []ari.Event
	times   []time.Time
	read    int // how many next has passed
	changed chan struct{}
	hold    chan struct{} // if not nil, the handler waits until it is closed
}

// run starts a client of the server; change may alter its options.
func run(t *testing.T, srv *aritest.Server, change func(*ari.Options)) *stream {
	t.Helper()
	options := srv.Options("app")
	options.Subscriptions = []string{"channel:", "bridge:", "endpoint:"}
	if change != nil {
		change(&options)
	}
	client, err := ari.New(options)
	require.NoError(t, err)
	return runClient(t, client, nil)
}

func runClient(t *testing.T, client *ari.Client, hold chan struct{}) *stream {
	ctx, stop := context.WithCancel(t.Context())
	s := &stream{
		t: t, client: client, stop: stop, ended: make(chan struct{}), changed: make(chan struct{}), hold: hold,
	}
	go func() {
		defer close(s.ended)
		s.err = client.Run(ctx, s.handle)
	}()
	return s
}

func (s *stream) handle(e ari.Event) {
	if s.hold != nil {
		<-s.hold
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, e)
	s.times = append(s.times, time.Now())
	close(s.changed)
	s.changed = make(chan struct{})
}

// next gives the next element of the stream and when it came; the test fails if there is
// none within ten minutes.
func (s *stream) next() (ari.Event, time.Time) {
	s.t.Helper()
	timeout := time.NewTimer(10 * time.Minute)
	defer timeout.Stop()
	for {
		s.mu.Lock()
		if s.read < len(s.events) {
			e, at := s.events[s.read], s.times[s.read]
			s.read++
			s.mu.Unlock()
			return e, at
		}
		changed := s.changed
		s.mu.Unlock()
		select {
		case <-changed:
		case <-timeout.C:
			s.t.Fatalf("nothing more came; so far %s", s)
		}
	}
}

// all gives everything that was delivered.
func (s *stream) all() []ari.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]ari.Event{}, s.events...)
}

func (s *stream) String() string {
	text := ""
	for _, e := range s.all() {
		text += fmt.Sprintf("%s %+v\n", e.EventType(), e)
	}
	return text
}

// expect takes the next element, which must be a T.
func expect[T ari.Event](s *stream) T {
	s.t.Helper()
	e, _ := s.next()
	wanted, is := e.(T)
	require.Truef(s.t, is, "wanted %T, got %s %+v", wanted, e.EventType(), e)
	return wanted
}

// seek skips elements until one is a T.
func seek[T ari.Event](s *stream) T {
	s.t.Helper()
	for {
		if e, _ := s.next(); e != nil {
			if wanted, is := e.(T); is {
				return wanted
			}
		}
	}
}

// finish stops the client and waits for Run.
func (s *stream) finish() {
	s.stop()
	<-s.ended
}
