package ari_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/ari/aritest"
)

// requestCase is a use of one method and the request that it must make.
type requestCase struct {
	call  func(context.Context, *ari.Client) error
	path  string
	query url.Values
	body  string
}

// requestCases use every method, with ids as one segment of the path.
func requestCases() []requestCase {
	const id = "a/b;2 c+d"
	const escaped = "a%2Fb%3B2%20c%2Bd"
	return []requestCase{
		{func(ctx context.Context, c *ari.Client) error {
			_, err := c.Originate(ctx, ari.OriginateRequest{
				ID: "x", OtherID: "y", Endpoint: "Local/support@agents/n", AppArgs: "agent,x", CallerID: `"A" <+46701234567>`,
				Timeout: 1500 * time.Millisecond, Formats: []string{"ulaw", "alaw"}, Variables: map[string]string{"TIMEOUT(absolute)": "60"},
			})
			return err
		}, "POST /channels", nil, `{"endpoint":"Local/support@agents/n","app":"app","appArgs":"agent,x","callerId":"\"A\" <+46701234567>",
			"timeout":2,"channelId":"x","otherChannelId":"y","formats":"ulaw,alaw","variables":{"TIMEOUT(absolute)":"60"}}`},
		{func(ctx context.Context, c *ari.Client) error {
			_, err := c.Originate(ctx, ari.OriginateRequest{Endpoint: "PJSIP/x", App: "other", Timeout: -time.Second, Originator: "o"})
			return err
		}, "POST /channels", nil, `{"endpoint":"PJSIP/x","app":"other","timeout":-1,"originator":"o"}`},
		{func(ctx context.Context, c *ari.Client) error {
			_, err := c.CreateChannel(ctx, ari.OriginateRequest{ID: "p", Endpoint: "Local/s@probe/n", Timeout: time.Second})
			return err
		}, "POST /channels/create", nil, `{"endpoint":"Local/s@probe/n","app":"app","channelId":"p"}`},
		{func(ctx context.Context, c *ari.Client) error { _, err := c.Channel(ctx, id); return err }, "GET /channels/" + escaped, nil, ""},
		{func(ctx context.Context, c *ari.Client) error { _, err := c.Channels(ctx); return err }, "GET /channels", nil, ""},
		{func(ctx context.Context, c *ari.Client) error { return c.Hangup(ctx, id, ari.HangupAnsweredElsewhere) },
			"DELETE /channels/" + escaped, url.Values{"reason": {"answered_elsewhere"}}, ""},
		{func(ctx context.Context, c *ari.Client) error { return c.Hangup(ctx, id, "") }, "DELETE /channels/" + escaped, nil, ""},
		{func(ctx context.Context, c *ari.Client) error { return c.Answer(ctx, id) }, "POST /channels/" + escaped + "/answer", nil, ""},
		{func(ctx context.Context, c *ari.Client) error {
			return c.Continue(ctx, id, ari.Extension{Context: "menu", Exten: "s", Priority: 2, Label: "back"})
		}, "POST /channels/" + escaped + "/continue", url.Values{"context": {"menu"}, "extension": {"s"}, "priority": {"2"}, "label": {"back"}}, ""},
		{func(ctx context.Context, c *ari.Client) error { return c.Continue(ctx, id, ari.Extension{}) },
			"POST /channels/" + escaped + "/continue", nil, ""},
		{func(ctx context.Context, c *ari.Client) error {
			_, err := c.Play(ctx, id, id, "sound:/a b/c+d", "tone:ring;tonezone=se")
			return err
		}, "POST /channels/" + escaped + "/play/" + escaped, url.Values{"media": {"sound:/a b/c+d,tone:ring;tonezone=se"}}, ""},
		{func(ctx context.Context, c *ari.Client) error {
			_, err := c.PlayFrom(ctx, id, id, time.Minute, "sound:/a/b")
			return err
		}, "POST /channels/" + escaped + "/play/" + escaped, url.Values{"media": {"sound:/a/b"}, "offsetms": {"60000"}}, ""},
		{func(ctx context.Context, c *ari.Client) error {
			_, err := c.PlayIn(ctx, id, id, "sv", "sound:/a/b")
			return err
		}, "POST /channels/" + escaped + "/play/" + escaped, url.Values{"media": {"sound:/a/b"}, "lang": {"sv"}}, ""},
		{func(ctx context.Context, c *ari.Client) error {
			_, err := c.Snoop(ctx, id, id, ari.SnoopIn)
			return err
		}, "POST /channels/" + escaped + "/snoop/" + escaped, url.Values{"spy": {"in"}, "app": {"app"}}, ""},
		{func(ctx context.Context, c *ari.Client) error {
			_, err := c.ChannelVariable(ctx, id, "QUEUE_MEMBER(a b,ready)")
			return err
		}, "GET /channels/" + escaped + "/variable", url.Values{"variable": {"QUEUE_MEMBER(a b,ready)"}}, ""},
		{func(ctx context.Context, c *ari.Client) error {
			return c.SetChannelVariable(ctx, id, "TIMEOUT(absolute)", "5&x=y")
		}, "POST /channels/" + escaped + "/variable", url.Values{"variable": {"TIMEOUT(absolute)"}, "value": {"5&x=y"}}, ""},
		{func(ctx context.Context, c *ari.Client) error { _, err := c.CreateBridge(ctx, id, "name"); return err },
			"POST /bridges/" + escaped, url.Values{"type": {"mixing"}, "name": {"name"}}, ""},
		{func(ctx context.Context, c *ari.Client) error { _, err := c.CreateMixer(ctx, id, "name"); return err },
			"POST /bridges/" + escaped, url.Values{"type": {"mixing,video_sfu"}, "name": {"name"}}, ""},
		{func(ctx context.Context, c *ari.Client) error { _, err := c.Bridge(ctx, id); return err }, "GET /bridges/" + escaped, nil, ""},
		{func(ctx context.Context, c *ari.Client) error { _, err := c.Bridges(ctx); return err }, "GET /bridges", nil, ""},
		{func(ctx context.Context, c *ari.Client) error { return c.AddChannels(ctx, id, "a", "b") },
			"POST /bridges/" + escaped + "/addChannel", url.Values{"channel": {"a,b"}}, ""},
		{func(ctx context.Context, c *ari.Client) error { return c.RemoveChannel(ctx, id, "a") },
			"POST /bridges/" + escaped + "/removeChannel", url.Values{"channel": {"a"}}, ""},
		{func(ctx context.Context, c *ari.Client) error {
			_, err := c.RecordBridge(ctx, id, ari.RecordRequest{Name: "acme/1", Format: "wav", MaxDuration: time.Minute})
			return err
		}, "POST /bridges/" + escaped + "/record", url.Values{"name": {"acme/1"}, "format": {"wav"}, "ifExists": {"fail"}, "maxDurationSeconds": {"60"}}, ""},
		{func(ctx context.Context, c *ari.Client) error {
			_, err := c.RecordChannel(ctx, id, ari.RecordRequest{Name: "acme/1-in", Format: "wav"})
			return err
		}, "POST /channels/" + escaped + "/record", url.Values{"name": {"acme/1-in"}, "format": {"wav"}, "ifExists": {"fail"}}, ""},
		{func(ctx context.Context, c *ari.Client) error { return c.DestroyBridge(ctx, id) }, "DELETE /bridges/" + escaped, nil, ""},
		{func(ctx context.Context, c *ari.Client) error { return c.StopPlayback(ctx, id) }, "DELETE /playbacks/" + escaped, nil, ""},
		{func(ctx context.Context, c *ari.Client) error { return c.StopRecording(ctx, id) },
			"POST /recordings/live/" + escaped + "/stop", nil, ""},
		{func(ctx context.Context, c *ari.Client) error { _, err := c.StoredRecording(ctx, id); return err },
			"GET /recordings/stored/" + escaped, nil, ""},
		{func(ctx context.Context, c *ari.Client) error {
			file, err := c.StoredRecordingFile(ctx, id)
			if err == nil {
				err = file.Close()
			}
			return err
		}, "GET /recordings/stored/" + escaped + "/file", nil, ""},
		{func(ctx context.Context, c *ari.Client) error { return c.DeleteStoredRecording(ctx, id) },
			"DELETE /recordings/stored/" + escaped, nil, ""},
		{func(ctx context.Context, c *ari.Client) error { _, err := c.Info(ctx); return err }, "GET /asterisk/info", nil, ""},
		{func(ctx context.Context, c *ari.Client) error { return c.Ping(ctx) }, "GET /asterisk/ping", nil, ""},
		{func(ctx context.Context, c *ari.Client) error { _, err := c.Modules(ctx); return err }, "GET /asterisk/modules", nil, ""},
		{func(ctx context.Context, c *ari.Client) error { _, err := c.Endpoint(ctx, "PJSIP", "+46"); return err },
			"GET /endpoints/PJSIP/%2B46", nil, ""},
		{func(ctx context.Context, c *ari.Client) error {
			_, err := c.DeviceState(ctx, "PJSIP/alice")
			return err
		},
			"GET /deviceStates/PJSIP%2Falice", nil, ""},
		{func(ctx context.Context, c *ari.Client) error { _, err := c.Application(ctx, "other"); return err },
			"GET /applications/other", nil, ""},
		{func(ctx context.Context, c *ari.Client) error {
			return c.Subscribe(ctx, "deviceState:Queue:support", "endpoint:PJSIP/alice")
		}, "POST /applications/app/subscription", url.Values{"eventSource": {"deviceState:Queue:support,endpoint:PJSIP/alice"}}, ""},
		{func(ctx context.Context, c *ari.Client) error { return c.Disallow(ctx, "ChannelVarset") },
			"PUT /applications/app/eventFilter", nil, `{"disallowed":[{"type":"ChannelVarset"}]}`},
		{func(ctx context.Context, c *ari.Client) error {
			return c.UserEvent(ctx, "hello", map[string]string{"a": "b"})
		}, "POST /events/user/hello", url.Values{"application": {"app"}}, `{"variables":{"a":"b"}}`},
	}
}

func TestRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		srv.Fault(aritest.Fault{On: "*", Reply: "null"})
		for _, c := range requestCases() {
			client := newClient(t, srv)
			before := len(srv.Requests())
			require.NoError(t, c.call(t.Context(), client), c.path)
			made := srv.Requests()[before:]
			require.Len(t, made, 1, c.path)
			assert.Equal(t, c.path, made[0].String())
			if c.query == nil {
				c.query = url.Values{}
			}
			assert.Equal(t, c.query, made[0].Query, c.path)
			if c.body == "" {
				assert.Empty(t, made[0].Body, c.path)
			} else {
				assert.JSONEq(t, c.body, string(made[0].Body))
				assert.True(t, json.Valid(made[0].Body))
			}
		}
	})
}

func newClient(t *testing.T, srv *aritest.Server) *ari.Client {
	t.Helper()
	client, err := ari.New(srv.Options("app"))
	require.NoError(t, err)
	return client
}

func TestAddressWithPrefix(t *testing.T) {
	for given, wanted := range map[string]string{
		"http://asterisk.test:8088":                "404",
		"http://asterisk.test:8088/ari/":           "404",
		"http://asterisk.test:8088/behind/a/proxy": "The requested URL was not found on this server.",
	} {
		synctest.Test(t, func(t *testing.T) {
			srv := aritest.New(t)
			options := srv.Options("app")
			options.URL = given
			client, err := ari.New(options)
			require.NoError(t, err)
			_, err = client.Channel(t.Context(), "x")
			assert.ErrorContains(t, err, wanted)
			assert.Len(t, srv.Requests(), 1)
		})
	}
}

func TestErrorsKeepAsterisksWords(t *testing.T) {
	sentinels := []error{
		ari.ErrNotFound, ari.ErrConflict, ari.ErrUnauthorized, ari.ErrInvalid,
		ari.ErrAllocation, ari.ErrFunction, ari.ErrUnavailable,
	}
	cases := []struct {
		status  int
		message string
		is      error
	}{
		{400, "Invalid endpoint specified", ari.ErrInvalid},
		{401, "Authentication required", ari.ErrUnauthorized},
		{403, "Write access denied", ari.ErrUnauthorized},
		{404, "Channel not found", ari.ErrNotFound},
		{409, "Channel not in Stasis application", ari.ErrConflict},
		{412, "Channel in invalid state", ari.ErrConflict},
		{422, "specified format is unknown on this system", ari.ErrInvalid},
		{500, "Allocation failed", ari.ErrAllocation},
		{500, "Unable to read provided function", ari.ErrFunction},
		{500, "Internal Server Error", ari.ErrUnavailable},
		{503, "Asterisk not booted", ari.ErrUnavailable},
		{302, "Moved", nil},
	}
	for _, c := range cases {
		synctest.Test(t, func(t *testing.T) {
			srv := aritest.New(t)
			srv.Fault(aritest.Fault{On: "DELETE /channels/*", Status: c.status, Message: c.message})
			err := newClient(t, srv).Hangup(t.Context(), "x", "")
			for _, sentinel := range sentinels {
				//nolint:errorlint // which sentinel the row names, not what wraps it
				assert.Equal(t, sentinel == c.is, errors.Is(err, sentinel), "%d %s: %v", c.status, c.message, sentinel)
			}
			var e *ari.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, c.status, e.Status)
			assert.Equal(t, c.message, e.Message)
			assert.Equal(t, "DELETE", e.Method)
			assert.Equal(t, "/channels/x", e.Path)
			assert.ErrorContains(t, err, "hang up channel x")
			assert.ErrorContains(t, err, c.message)
			assert.False(t, ari.NotSent(err), "Asterisk answered")
		})
	}
}

// However much an answer says, an error stays a line.
func TestLongMessages(t *testing.T) {
	for name, message := range map[string]string{
		"JSON":      strings.Repeat("ö", 10_000),
		"not text":  strings.Repeat("x", 10_000) + "\n\n",
		"odd bytes": "x" + strings.Repeat("€", 10_000),
	} {
		synctest.Test(t, func(t *testing.T) {
			srv := aritest.New(t)
			srv.Fault(aritest.Fault{On: "*", Status: 500, Message: message})
			err := newClient(t, srv).Ping(t.Context())
			assert.Less(t, len(err.Error()), 400, name)
			assert.True(t, utf8.ValidString(err.Error()), name)
			assert.ErrorIs(t, err, ari.ErrUnavailable)
		})
	}
}

// Asterisk puts "Allocation failed" into another field than other errors.
func TestAllocationFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, err := newClient(t, aritest.New(t)).Originate(t.Context(), ari.OriginateRequest{ID: "x", Endpoint: "PJSIP/ghost"})
		assert.ErrorIs(t, err, ari.ErrAllocation)
	})
}

func TestNotSentOrUnknown(t *testing.T) {
	cases := map[string]struct {
		prepare func(*aritest.Server)
		id      string
		notSent bool
	}{
		"refused":      {prepare: func(s *aritest.Server) { s.Stop() }, notSent: true},
		"not an id":    {id: "", notSent: true},
		"parent":       {id: "..", notSent: true},
		"request lost": {prepare: func(s *aritest.Server) { s.Fault(aritest.Fault{On: "*", LoseRequest: true}) }},
		"reply lost":   {prepare: func(s *aritest.Server) { s.Fault(aritest.Fault{On: "*", LoseReply: true}) }},
		"hangs":        {prepare: func(s *aritest.Server) { s.Fault(aritest.Fault{On: "*", Hang: true}) }},
		"bad reply":    {prepare: func(s *aritest.Server) { s.Fault(aritest.Fault{On: "*", Reply: "<html>"}) }},
	}
	for name, c := range cases {
		synctest.Test(t, func(t *testing.T) {
			srv := aritest.New(t)
			id := "x"
			if c.prepare != nil {
				c.prepare(srv)
			} else {
				id = c.id
			}
			_, err := newClient(t, srv).CreateBridge(t.Context(), id, "")
			require.Error(t, err, name)
			assert.Equal(t, c.notSent, ari.NotSent(err), "%s: %v", name, err)
			assert.Equal(t, name == "not an id" || name == "parent", errors.Is(err, ari.ErrInvalid), name)
			if c.notSent {
				assert.Empty(t, srv.Requests(), name)
			} else {
				assert.Len(t, srv.Requests(), 1, "%s: never repeated by itself", name)
			}
		})
	}
}

// A connection that died while it was idle says nothing about the next request.
func TestIdleConnectionThatDied(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		client := newClient(t, srv)
		require.NoError(t, client.Ping(t.Context()))
		srv.Restart()
		synctest.Wait() // until the client has noticed
		_, err := client.CreateBridge(t.Context(), "b", "")
		require.NoError(t, err)
		srv.Stop()
		synctest.Wait()
		_, err = client.CreateBridge(t.Context(), "c", "")
		assert.True(t, ari.NotSent(err))
	})
}

func TestEveryRequestEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		srv.Fault(aritest.Fault{On: "GET /channels/hangs", Hang: true})
		client := newClient(t, srv)
		began := time.Now()
		_, err := client.Channel(t.Context(), "hangs")
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.ErrorIs(t, err, ari.ErrUnavailable)
		assert.Equal(t, ari.DefaultRequestTimeout, time.Since(began))

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began = time.Now()
		_, err = client.Channel(ctx, "hangs")
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, time.Second, time.Since(began))

		canceled, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = client.Channel(canceled, "x")
		assert.ErrorIs(t, err, context.Canceled)
		assert.NotErrorIs(t, err, ari.ErrUnavailable, "the caller's wish says nothing about Asterisk")
	})
}

func TestConnectionsAreReusedAndGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		client := newClient(t, srv)
		for range 10 {
			require.NoError(t, client.Ping(t.Context()))
			_, err := client.Channel(t.Context(), "missing")
			require.ErrorIs(t, err, ari.ErrNotFound)
		}
		assert.Equal(t, 1, srv.Connections())
		<-time.After(9 * time.Second)
		assert.Equal(t, 1, srv.Connections())
		<-time.After(2 * time.Second)
		assert.Zero(t, srv.Connections(), "gone before Asterisk closes it")
	})
}

// A redirect would carry the password to wherever it points.
func TestRedirectsAreNotFollowed(t *testing.T) {
	visited := false
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visited = true }))
	defer elsewhere.Close()
	server := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusFound))
	defer server.Close()
	client, err := ari.New(ari.Options{URL: server.URL, Username: "u", Password: "p", Application: "app"})
	require.NoError(t, err)
	var e *ari.Error
	require.ErrorAs(t, client.Ping(t.Context()), &e)
	assert.Equal(t, http.StatusFound, e.Status)
	assert.False(t, visited)
}

func TestReplyWithoutEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		srv.Fault(aritest.Fault{On: "*", Reply: `["` + string(make([]byte, 33<<20))})
		_, err := newClient(t, srv).Channels(t.Context())
		assert.ErrorContains(t, err, "longer than")
	})
}

func TestMediaWithComma(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, err := newClient(t, aritest.New(t)).Play(t.Context(), "c", "p", "sound:a,sound:b")
		assert.ErrorIs(t, err, ari.ErrInvalid)
		assert.True(t, ari.NotSent(err))
	})
}

func TestSubscribeRefusesAllDevices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		err := newClient(t, srv).Subscribe(t.Context(), "deviceState:")
		assert.ErrorIs(t, err, ari.ErrInvalid)
		assert.ErrorContains(t, err, "deadlock")
		assert.Empty(t, srv.Requests())
	})
}
