package apiclient

import (
	"context"
	"net/http"

	"callbackd/internal/httpapi"
)

// Explain tells what would become of a call.
func (c *Client) Explain(ctx context.Context, q httpapi.Question) (x httpapi.Explanation, err error) {
	err = c.ask(ctx, http.MethodPost, "/api/v1/explain", nil, q, &x)
	return x, err
}

// ExplainRequest tells what would become of a request.
func (c *Client) ExplainRequest(ctx context.Context, q httpapi.RequestQuestion) (x httpapi.ExplainedRequest, err error) {
	err = c.ask(ctx, http.MethodPost, "/api/v1/explain/request", nil, q, &x)
	return x, err
}

// Replay tells what other rules would have made of calls that were missed.
func (c *Client) Replay(ctx context.Context, q httpapi.ReplayRequest) (r httpapi.Replay, err error) {
	err = c.ask(ctx, http.MethodPost, "/api/v1/explain/replay", nil, q, &r)
	return r, err
}
