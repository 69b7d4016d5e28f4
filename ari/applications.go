package ari

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
)

// Application gives what Asterisk knows about an application: its channels,
// subscriptions and filter. One that isn't connected is ErrNotFound.
func (c *Client) Application(ctx context.Context, name string) (*Application, error) {
	var application Application
	return reply(&application, c.do(ctx, &request{
		op: "get application " + name, method: http.MethodGet, segments: []string{"applications", name}, reply: &application,
	}))
}

// Subscribe adds event sources to the client's application, such as
// "deviceState:PJSIP/alice". Count on them only as long as the connection lasts: subscribe
// again on each Connected, or name them in Options. (Asterisk 22.10 forgets those of
// channels, bridges and endpoints with the connection, those of devices not always.)
func (c *Client) Subscribe(ctx context.Context, sources ...string) error {
	return c.subscribe(ctx, sources, false)
}

func (c *Client) subscribe(ctx context.Context, sources []string, control bool) error {
	r := &request{
		op: "subscribe to " + strings.Join(sources, ", "), method: http.MethodPost,
		segments: []string{"applications", c.options.Application, "subscription"},
		query:    url.Values{"eventSource": {strings.Join(sources, ",")}}, control: control,
	}
	if len(sources) == 0 {
		return r.refused(errors.New("no event source is named"))
	}
	if err := checkSources(sources); err != nil {
		return r.refused(err)
	}
	return c.do(ctx, r)
}

// filterEvents has Asterisk drop the disallowed types. A list of allowed ones instead
// would silence StasisStart and PlaybackFinished too.
func (c *Client) filterEvents(ctx context.Context) error {
	filters := make([]EventFilter, 0, len(c.options.DisallowedEvents))
	for _, name := range c.options.DisallowedEvents {
		filters = append(filters, EventFilter{Type: name})
	}
	return c.do(ctx, &request{
		op: "filter events of " + c.options.Application, method: http.MethodPut,
		segments: []string{"applications", c.options.Application, "eventFilter"},
		body:     map[string][]EventFilter{"disallowed": filters}, control: true,
	})
}
