package apiclient

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"callbackd/internal/httpapi"
)

// Users lists those who may sign in, and with revoked the others too, by id.
func (c *Client) Users(ctx context.Context, revoked bool) (list httpapi.UserList, err error) {
	query := url.Values{}
	if revoked {
		query.Set("revoked", "true")
	}
	err = c.ask(ctx, http.MethodGet, "/api/v1/users", query, nil, &list)
	return list, err
}

// AddUser makes a user.
func (c *Client) AddUser(ctx context.Context, want httpapi.UserRequest) (made httpapi.User, err error) {
	err = c.ask(ctx, http.MethodPost, "/api/v1/users", nil, want, &made)
	return made, err
}

// EditUser changes a user; what edit doesn't name stays.
func (c *Client) EditUser(ctx context.Context, id int64, edit httpapi.UserEdit) (change httpapi.UserChange, err error) {
	err = c.ask(ctx, http.MethodPatch, fmt.Sprintf("/api/v1/users/%d", id), nil, edit, &change)
	return change, err
}

// RevokeUser has a user let in no more.
func (c *Client) RevokeUser(ctx context.Context, id int64) (change httpapi.UserChange, err error) {
	err = c.ask(ctx, http.MethodDelete, fmt.Sprintf("/api/v1/users/%d", id), nil, nil, &change)
	return change, err
}

// EndSessions signs a user out everywhere.
func (c *Client) EndSessions(ctx context.Context, id int64) (change httpapi.UserChange, err error) {
	err = c.ask(ctx, http.MethodDelete, fmt.Sprintf("/api/v1/users/%d/sessions", id), nil, nil, &change)
	return change, err
}
