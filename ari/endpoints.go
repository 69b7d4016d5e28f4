package ari

import (
	"context"
	"net/http"
)

// Endpoint gives a phone or trunk, such as PJSIP and alice.
func (c *Client) Endpoint(ctx context.Context, technology, resource string) (*Endpoint, error) {
	var endpoint Endpoint
	return reply(&endpoint, c.do(ctx, &request{
		op: "get endpoint " + technology + "/" + resource, method: http.MethodGet,
		segments: []string{"endpoints", technology, resource}, reply: &endpoint,
	}))
}
