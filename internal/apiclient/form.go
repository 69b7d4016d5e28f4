package apiclient

import (
	"context"
	"net/http"

	"callbackd/internal/httpapi"
)

// Form is what an account's customers are asked on the web.
func (c *Client) Form(ctx context.Context, account string) (form httpapi.RequestForm, err error) {
	err = c.ask(ctx, http.MethodGet, "/api/v1/accounts/"+segment(account)+"/form", nil, nil, &form)
	return form, err
}
