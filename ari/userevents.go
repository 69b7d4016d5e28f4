package ari

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
)

// UserEvent sends an event to the client's own application; it comes back through the
// event stream as a ChannelUserevent.
func (c *Client) UserEvent(ctx context.Context, name string, variables map[string]string) error {
	return c.userEvent(ctx, name, variables, false)
}

// sendHeartbeat sends a user event that the reading goroutine recognises and keeps from
// the handler.
func (c *Client) sendHeartbeat(ctx context.Context, number uint64) error {
	return c.userEvent(ctx, c.heartbeatName, map[string]string{"number": strconv.FormatUint(number, 10)}, true)
}

func (c *Client) userEvent(ctx context.Context, name string, variables map[string]string, control bool) error {
	r := &request{
		op: "send user event " + name, method: http.MethodPost, segments: []string{"events", "user", name},
		query: url.Values{"application": {c.options.Application}}, control: control,
	}
	if len(variables) > 0 {
		r.body = map[string]map[string]string{"variables": variables}
		r.texts = variableTexts(variables)
	}
	return c.do(ctx, r)
}
