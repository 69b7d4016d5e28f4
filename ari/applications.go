package ari

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
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

// Disallow replaces Options.DisallowedEvents, for this connection and all later ones.
// Where it fails, as between two connections, the next one has the new filter all the same.
// An event of a type that was disallowed when it arrived isn't delivered, even if Asterisk
// sent it.
func (c *Client) Disallow(ctx context.Context, types ...string) error {
	if err := checkFilter(types); err != nil {
		return err
	}
	c.filtering.Lock()
	defer c.filtering.Unlock()
	c.disallow(types)
	return c.putFilter(ctx)
}

func (c *Client) disallow(types []string) {
	types = slices.Clone(types)
	c.disallowed.Store(&types)
}

// isDisallowed recognises an event that nobody wants by its type alone, whatever else is in
// it. It waits for nothing, and for nobody who changes the filter.
func (c *Client) isDisallowed(raw []byte) bool {
	name := typeOf(raw)
	return len(name) > 0 && slices.ContainsFunc(*c.disallowed.Load(), func(t string) bool { return t == string(name) })
}

// filterEvents gives a new connection its filter.
func (c *Client) filterEvents(ctx context.Context) error {
	c.filtering.Lock()
	defer c.filtering.Unlock()
	return c.putFilter(ctx)
}

// putFilter has Asterisk drop the disallowed types. A list of allowed ones instead would
// silence StasisStart and PlaybackFinished too.
func (c *Client) putFilter(ctx context.Context) error {
	disallowed := *c.disallowed.Load()
	filters := make([]EventFilter, 0, len(disallowed))
	for _, name := range disallowed {
		filters = append(filters, EventFilter{Type: name})
	}
	return c.do(ctx, &request{
		op: "filter events of " + c.options.Application, method: http.MethodPut,
		segments: []string{"applications", c.options.Application, "eventFilter"},
		body:     map[string][]EventFilter{"disallowed": filters}, control: true,
	})
}
