package ari_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/ari/aritest"
)

// asAsteriskReads decodes one segment of a path as res_ari.c does (ast_uri_http_legacy): a
// plus is a blank.
func asAsteriskReads(segment string) (string, error) {
	return url.PathUnescape(strings.ReplaceAll(segment, "+", " "))
}

// Whatever is chosen as id, name or value reaches the server exactly so, or is refused
// before it is sent.
func FuzzExactly(f *testing.F) {
	for _, text := range []string{
		"1795160382.0", "id;2", "a/b", "a+b", "a b", "acme/2026-11/1", "%2F", "%", "?x=1", "#", "&app=other", "..", ".", "",
		"+46701234567", "CALLERID(num-pres)", "ö", "\u2028", "\ufffd", "\x00", "a\x00b", "\xff", "a,b", `"quoted" <1>`, "\r\nX: y", "\\",
		strings.Repeat("x", 5000), "{id}", "http://elsewhere", "//elsewhere", "ARI", "<>&'",
	} {
		f.Add(text)
	}
	var path, query, body string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		segments := strings.Split(strings.TrimPrefix(r.URL.EscapedPath(), "/ari/"), "/")
		path, query, body = "?", r.URL.Query().Get("variable"), ""
		if len(segments) > 1 {
			path, _ = asAsteriskReads(segments[1])
		}
		var read struct {
			ChannelID string
			Variables map[string]string
		}
		if json.NewDecoder(r.Body).Decode(&read) == nil {
			path, body = read.ChannelID, read.Variables[read.ChannelID]
		}
		_, _ = w.Write([]byte("{}"))
	}))
	f.Cleanup(server.Close)
	client, err := ari.New(ari.Options{URL: server.URL, Username: "u", Password: "p", Application: "app"})
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, text string) {
		sendable := utf8.ValidString(text) && !strings.Contains(text, "\x00")
		_, err := client.ChannelVariable(t.Context(), text, text)
		if !sendable || text == "" || text == "." || text == ".." {
			assert.ErrorIs(t, err, ari.ErrInvalid)
			assert.True(t, ari.NotSent(err))
		} else {
			require.NoError(t, err)
			assert.Equal(t, text, path)
			assert.Equal(t, text, query)
		}
		_, err = client.Originate(t.Context(), ari.OriginateRequest{
			ID: text, Endpoint: "PJSIP/alice", Variables: map[string]string{text: text},
		})
		if !sendable {
			assert.ErrorIs(t, err, ari.ErrInvalid)
			assert.True(t, ari.NotSent(err))
			return
		}
		require.NoError(t, err)
		assert.Equal(t, text, path)
		assert.Equal(t, text, body)
	})
}

// What Asterisk would read as a list of something else is refused before it is sent.
func TestListsThatWouldBeReadOtherwise(t *testing.T) {
	for name, call := range map[string]func(context.Context, *ari.Client) error{
		"no channel":              func(ctx context.Context, c *ari.Client) error { return c.AddChannels(ctx, "b") },
		"empty channel":           func(ctx context.Context, c *ari.Client) error { return c.AddChannels(ctx, "b", "a", "") },
		"two channels in one":     func(ctx context.Context, c *ari.Client) error { return c.AddChannels(ctx, "b", "a,c") },
		"two channels out of one": func(ctx context.Context, c *ari.Client) error { return c.RemoveChannel(ctx, "b", "a,c") },
		"no channel out":          func(ctx context.Context, c *ari.Client) error { return c.RemoveChannel(ctx, "b", "") },
		"no source":               func(ctx context.Context, c *ari.Client) error { return c.Subscribe(ctx) },
		"two sources in one":      func(ctx context.Context, c *ari.Client) error { return c.Subscribe(ctx, "channel:,bridge:") },
		"no media":                func(ctx context.Context, c *ari.Client) error { _, err := c.Play(ctx, "c", "p"); return err },
		"two media in one": func(ctx context.Context, c *ari.Client) error {
			_, err := c.Play(ctx, "c", "p", "sound:a,sound:b")
			return err
		},
		"a user event that breaks": func(ctx context.Context, c *ari.Client) error {
			return c.UserEvent(ctx, "e", map[string]string{"a": "\xff"})
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			srv := aritest.New(t)
			err := call(t.Context(), newClient(t, srv))
			assert.ErrorIs(t, err, ari.ErrInvalid, name)
			assert.True(t, ari.NotSent(err), name)
			assert.Empty(t, srv.Requests(), name)
		})
	}
}

// Half a list, read from a reply in which one entry is odd, would look like a whole one.
func TestListWithAnOddEntry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		srv.Fault(aritest.Fault{On: "GET *", Reply: `[{"id":"a"},{"id":7},{"id":"b"}]`})
		client := newClient(t, srv)
		channels, err := client.Channels(t.Context())
		assert.ErrorContains(t, err, "can't be read")
		assert.Nil(t, channels)
		bridges, err := client.Bridges(t.Context())
		assert.ErrorContains(t, err, "can't be read")
		assert.Nil(t, bridges)
	})
}
