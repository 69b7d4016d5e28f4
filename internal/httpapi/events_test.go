package httpapi_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/feed"
	"callbackd/internal/httpapi"
	"callbackd/storage"
)

// broadcast is a daemon's HTTP side with a feed, and connections that live in virtual time.
type broadcast struct {
	*service
	server *http.Server
	calls  chan net.Conn
	client *http.Client
}

// newBroadcast is made within a bubble.
func newBroadcast(t *testing.T) *broadcast {
	t.Helper()
	db, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "callbackd.db"))
	require.NoError(t, err)
	b := &broadcast{service: &service{t: t, db: db, events: feed.New[httpapi.Event](16)}, calls: make(chan net.Conn)}
	rules := callback.NewRules(callback.NewRulebook(account("acme"), account("globex")))
	b.server = httpapi.NewServer(httpapi.New(httpapi.Options{Store: db, Rules: rules, Events: b.events, Token: token, Log: zerolog.Nop()}), zerolog.Nop())
	b.server.RegisterOnShutdown(b.events.Close)
	transport := &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		here, there := net.Pipe()
		select {
		case b.calls <- there:
			return here, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}}
	b.client = &http.Client{Transport: transport}
	served := make(chan struct{})
	go func() { defer close(served); _ = b.server.Serve(b) }()
	t.Cleanup(func() {
		assert.NoError(t, b.server.Close())
		<-served
		transport.CloseIdleConnections()
		synctest.Wait() // for whoever was still answering
		assert.NoError(t, db.Close())
	})
	return b
}

// Accept implements net.Listener.
func (b *broadcast) Accept() (net.Conn, error) {
	c, open := <-b.calls
	if !open {
		return nil, net.ErrClosed
	}
	return c, nil
}

// Close implements net.Listener.
func (b *broadcast) Close() error {
	defer func() { _ = recover() }() // closed already
	close(b.calls)
	return nil
}

// Addr implements net.Listener.
func (b *broadcast) Addr() net.Addr { return &net.TCPAddr{} }

// stream is what a client receives.
type stream struct {
	t     *testing.T
	lines *bufio.Reader
	close func()
}

func (b *broadcast) follow(secret, lastID string) *stream {
	b.t.Helper()
	ctx, cancel := context.WithCancel(b.t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://callbackd/api/v1/events", nil)
	require.NoError(b.t, err)
	r.Header.Set("Authorization", "Bearer "+secret)
	if lastID != "" {
		r.Header.Set("Last-Event-ID", lastID)
	}
	response, err := b.client.Do(r) //nolint:bodyclose // s.close does
	require.NoError(b.t, err)
	s := &stream{t: b.t, lines: bufio.NewReader(response.Body), close: func() { cancel(); _ = response.Body.Close() }}
	b.t.Cleanup(s.close)
	require.Equal(b.t, http.StatusOK, response.StatusCode)
	assert.Equal(b.t, "text/event-stream", response.Header.Get("Content-Type"))
	return s
}

// block is what comes next, until an empty line; "" at the end of the stream.
func (s *stream) block() string {
	var text strings.Builder
	for {
		line, err := s.lines.ReadString('\n')
		if err != nil || line == "\n" {
			return text.String()
		}
		text.WriteString(line)
	}
}

// event is the next one; comments before it are left out.
func (s *stream) event() httpapi.Event {
	s.t.Helper()
	for {
		block := s.block()
		require.NotEmpty(s.t, block, "the stream is over")
		if !strings.HasPrefix(block, "event: ") {
			continue
		}
		lines := strings.Split(strings.TrimSuffix(block, "\n"), "\n")
		require.Len(s.t, lines, 3)
		var e httpapi.Event
		require.NoError(s.t, json.Unmarshal([]byte(strings.TrimPrefix(lines[2], "data: ")), &e))
		assert.Equal(s.t, []string{"event: " + string(e.Kind), "id: " + e.ID}, lines[:2])
		return e
	}
}

func dialing(id int64) httpapi.Event {
	return httpapi.Event{Kind: httpapi.EventTask, At: time.Now().UTC(), Account: "acme", TaskID: id, State: "dialing"}
}

func TestEventsAreFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroadcast(t)
		s := b.follow(token, "")
		assert.Equal(t, "retry: 2000\n", s.block())
		assert.Equal(t, httpapi.EventReset, s.event().Kind, "what changed before it came nobody knows")
		want := dialing(12)
		b.events.Publish(want)
		got := s.event()
		want.ID = got.ID
		assert.Equal(t, want, got)
	})
}

// A stream goes on for longer than an answer may take, and says now and then that it is
// alive.
func TestAStreamLives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroadcast(t)
		s := b.follow(token, "")
		s.block()
		s.event()
		began := time.Now()
		for i := range 40 {
			require.Equal(t, ": alive\n", s.block())
			require.Equal(t, time.Duration(i+1)*15*time.Second, time.Since(began))
		}
		b.events.Publish(dialing(12))
		assert.Equal(t, int64(12), s.event().TaskID)
	})
}

func TestABrokenStreamIsTakenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroadcast(t)
		s := b.follow(token, "")
		s.event()
		b.events.Publish(dialing(1))
		last := s.event().ID
		s.close()
		synctest.Wait()
		assert.Zero(t, b.events.Followers())
		b.events.Publish(dialing(2))
		b.events.Publish(dialing(3))

		again := b.follow(token, last)
		assert.Equal(t, int64(2), again.event().TaskID, "nothing was missed")
		assert.Equal(t, int64(3), again.event().TaskID)
		for i := range int64(17) {
			b.events.Publish(dialing(i))
		}
		assert.Equal(t, httpapi.EventReset, b.follow(token, last).event().Kind, "there were more than are remembered")
		assert.Equal(t, httpapi.EventReset, b.follow(token, "of-another-daemon").event().Kind)
	})
}

// Whoever doesn't read holds nobody up, and is cut off.
func TestWhoDoesNotReadIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroadcast(t)
		s := b.follow(token, "")
		s.event()
		began := time.Now()
		for i := range int64(10_000) {
			b.events.Publish(dialing(i))
		}
		assert.Zero(t, time.Since(began), "publishing waits for nobody")
		time.Sleep(time.Minute)
		assert.Zero(t, b.events.Followers())
	})
}

func TestAStreamEndsWithItsToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroadcast(t)
		given, secret, err := callback.AddToken(t.Context(), b.db, "board", callback.RoleSupervisor, "acme", callback.ByAdmin)
		require.NoError(t, err)
		s := b.follow(secret, "")
		s.event()
		assert.Equal(t, ": alive\n", s.block())
		require.NoError(t, b.db.Update(t.Context(), func(tx callback.Tx) error { return tx.RevokeToken(given.ID, callback.ByAdmin) }))
		revoked := time.Now()
		assert.Empty(t, s.block())
		assert.LessOrEqual(t, time.Since(revoked), 15*time.Second)
		_, err = s.lines.ReadByte()
		assert.ErrorIs(t, err, io.EOF, "it ends in order")
	})
}

// Streams don't hold up a daemon that stops.
func TestStreamsEndAtShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroadcast(t)
		s := b.follow(token, "")
		s.event()
		began, stopped := time.Now(), make(chan error)
		go func() { stopped <- b.server.Shutdown(t.Context()) }()
		assert.Empty(t, s.block())
		require.NoError(t, <-stopped)
		assert.Less(t, time.Since(began), time.Second)
	})
}

func TestHowManyMayFollow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroadcast(t)
		for range feed.MostEach {
			b.follow(token, "").event()
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://callbackd/api/v1/events", nil)
		require.NoError(t, err)
		r.Header.Set("Authorization", "Bearer "+token)
		response, err := b.client.Do(r)
		require.NoError(t, err)
		defer func() { assert.NoError(t, response.Body.Close()) }()
		assert.Equal(t, http.StatusTooManyRequests, response.StatusCode)
		assert.Equal(t, "application/problem+json", response.Header.Get("Content-Type"))
	})
}

// Everybody hears of what they may read, and of their own account only.
func TestWhoHearsWhat(t *testing.T) {
	s := newService(t)
	s.events = feed.New[httpapi.Event](16)
	s.handler = httpapi.New(httpapi.Options{Store: s.db, Rules: s.rules, Events: s.events, Token: token, Log: zerolog.Nop()})
	start := newest(t, s.events)
	for _, e := range []httpapi.Event{
		{Kind: httpapi.EventTask, Account: "acme", TaskID: 1}, {Kind: httpapi.EventTask, Account: "globex", TaskID: 2},
		{Kind: httpapi.EventAttempt, Account: "acme", AttemptID: 3}, {Kind: httpapi.EventMissedCall, Account: "acme", MissedCallID: 4},
		{Kind: httpapi.EventMissedCall, MissedCallID: 5}, {Kind: httpapi.EventSwitch, Name: "stopped"}, {Kind: httpapi.EventSwitch, Account: "globex", Name: "frozen"},
		{Kind: httpapi.EventRules, Account: "acme"}, {Kind: httpapi.EventPBX, Name: "pbx1"},
		{Kind: httpapi.EventAlarm, Name: "everybodys"}, {Kind: httpapi.EventAlarm, Account: "acme", Name: "acmes"},
	} {
		s.events.Publish(e)
	}
	s.events.Close()
	for _, c := range []struct {
		role    callback.Role
		account string
		hears   string
	}{
		{callback.RoleAdmin, "", "task:acme task:globex attempt:acme missed_call:acme missed_call: switch: switch:globex rules:acme pbx: alarm: alarm:acme"},
		{callback.RoleSupervisor, "acme", "task:acme attempt:acme missed_call:acme switch: rules:acme pbx: alarm:acme"},
		{callback.RoleAgent, "acme", "task:acme attempt:acme missed_call:acme switch: pbx:"},
		{callback.RoleAgent, "", "task:acme task:globex attempt:acme missed_call:acme missed_call: switch: switch:globex pbx:"},
		{callback.RoleSupervisor, "globex", "task:globex switch: switch:globex pbx:"},
	} {
		w := s.sendAs(s.bearer(string(c.role)+"-of-"+c.account, c.role, c.account), http.MethodGet, "/api/v1/events?after="+start, "")
		require.Equal(t, http.StatusOK, w.Code, w.Body)
		var heard []string
		for line := range strings.SplitSeq(w.Body.String(), "\n") {
			if data, ok := strings.CutPrefix(line, "data: "); ok {
				var e httpapi.Event
				require.NoError(t, json.Unmarshal([]byte(data), &e))
				heard = append(heard, string(e.Kind)+":"+e.Account)
			}
		}
		assert.Equal(t, c.hears, strings.Join(heard, " "), "%s of %q", c.role, c.account)
	}
	w := s.sendAs(s.bearer("form", callback.RoleIntake, ""), http.MethodGet, "/api/v1/events", "")
	assert.Equal(t, http.StatusForbidden, w.Code)
}

// newest is where a feed stands.
func newest(t *testing.T, f *feed.Feed[httpapi.Event]) string {
	t.Helper()
	follower, err := f.Follow("the test", "")
	require.NoError(t, err)
	defer follower.Close()
	news, err := follower.Next(t.Context())
	require.NoError(t, err)
	return news.Places[0]
}
