package ari

import (
	"context"
	"net/http"
)

// Info gives version, name and start-up time of Asterisk.
func (c *Client) Info(ctx context.Context) (*AsteriskInfo, error) {
	return c.info(ctx, false)
}

func (c *Client) info(ctx context.Context, control bool) (*AsteriskInfo, error) {
	var info AsteriskInfo
	return reply(&info, c.do(ctx, &request{
		op: "read Asterisk's info", method: http.MethodGet, segments: []string{"asterisk", "info"},
		reply: &info, control: control,
	}))
}

// Ping asks whether Asterisk's ARI answers, username and password included. It says
// nothing about the event stream; see Live.
func (c *Client) Ping(ctx context.Context) error {
	return c.do(ctx, &request{op: "ping Asterisk", method: http.MethodGet, segments: []string{"asterisk", "ping"}})
}
