package apiclient

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"callbackd/internal/httpapi"
)

// Tokens lists the tokens that hold, and with revoked the others too, by id.
func (c *Client) Tokens(ctx context.Context, revoked bool) (list httpapi.TokenList, err error) {
	query := url.Values{}
	if revoked {
		query.Set("revoked", "true")
	}
	err = c.ask(ctx, http.MethodGet, "/api/v1/tokens", query, nil, &list)
	return list, err
}

// AddToken makes a token. Its secret is in this answer and nowhere else.
func (c *Client) AddToken(ctx context.Context, want httpapi.TokenRequest) (made httpapi.NewToken, err error) {
	err = c.ask(ctx, http.MethodPost, "/api/v1/tokens", nil, want, &made)
	return made, err
}

// RevokeToken has a token refused from now on.
func (c *Client) RevokeToken(ctx context.Context, id int64) (change httpapi.TokenChange, err error) {
	err = c.ask(ctx, http.MethodDelete, fmt.Sprintf("/api/v1/tokens/%d", id), nil, nil, &change)
	return change, err
}
