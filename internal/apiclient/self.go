package apiclient

import (
	"context"
	"net/http"

	"callbackd/internal/httpapi"
)

// Self says who the daemon takes the caller for.
func (c *Client) Self(ctx context.Context) (self httpapi.Self, err error) {
	err = c.ask(ctx, http.MethodGet, "/api/v1/self", nil, nil, &self)
	return self, err
}
