package ari

import (
	"context"
	"net/http"
)

// StopPlayback ends a playback; the sound stops within one packet. One that is over
// already is ErrNotFound.
func (c *Client) StopPlayback(ctx context.Context, id string) error {
	return c.do(ctx, &request{
		op: "stop playback " + id, method: http.MethodDelete, segments: []string{"playbacks", id},
	})
}
