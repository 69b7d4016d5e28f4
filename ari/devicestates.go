package ari

import (
	"context"
	"net/http"
)

// DeviceState gives the state of a device, such as PJSIP/alice. One that doesn't exist is
// INVALID or UNKNOWN, not an error. No subscription is needed.
func (c *Client) DeviceState(ctx context.Context, name string) (*DeviceState, error) {
	var state DeviceState
	return reply(&state, c.do(ctx, &request{
		op: "get device state " + name, method: http.MethodGet, segments: []string{"deviceStates", name}, reply: &state,
	}))
}
