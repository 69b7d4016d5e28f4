package apiclient

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/httpapi"
)

func TestFollow(t *testing.T) {
	var lastID string
	client, _ := open(t, func(w http.ResponseWriter, r *http.Request) {
		lastID = r.Header.Get("Last-Event-ID")
		assert.Equal(t, "Bearer secret", r.Header.Get("Authorization"))
		answer("text/event-stream", http.StatusOK, "retry: 2000\n\nevent: reset\nid: x-1\ndata: {\"id\":\"x-1\",\"kind\":\"reset\"}\n\n: alive\n\n"+
			"event: task\nid: x-2\ndata: {\"id\":\"x-2\",\"kind\":\"task\",\"task_id\":12}\n\n")(w, r)
	})
	var heard []httpapi.Event
	each := func(e httpapi.Event) error { heard = append(heard, e); return nil }
	require.ErrorIs(t, client.Follow(t.Context(), "x-0", each), ErrStreamOver)
	assert.Equal(t, []httpapi.Event{{ID: "x-1", Kind: httpapi.EventReset}, {ID: "x-2", Kind: httpapi.EventTask, TaskID: 12}}, heard)
	assert.Equal(t, "x-0", lastID)

	enough := errors.New("enough")
	require.ErrorIs(t, client.Follow(t.Context(), "", func(httpapi.Event) error { return enough }), enough)
}

func TestFollowEndsWithItsContext(t *testing.T) {
	client, _ := open(t, func(w http.ResponseWriter, r *http.Request) {
		answer("text/event-stream", http.StatusOK, "data: {}\n\n")(w, r)
		_ = http.NewResponseController(w).Flush() // a client that has gone is the test's end
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	err := client.Follow(ctx, "", func(httpapi.Event) error { cancel(); return nil })
	require.ErrorIs(t, err, context.Canceled)
}

func TestFollowTellsRefusals(t *testing.T) {
	client, _ := open(t, answer("application/problem+json", http.StatusTooManyRequests, `{"status":429,"detail":"You follow the events 24 times already."}`))
	err := client.Follow(t.Context(), "", func(httpapi.Event) error { return nil })
	require.EqualError(t, err, "You follow the events 24 times already.")
}
