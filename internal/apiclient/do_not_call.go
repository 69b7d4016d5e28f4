package apiclient

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"callbackd/internal/httpapi"
)

// DoNotCallFrom lists whom an account doesn't call, by number: those whose numbers begin so,
// behind after, at most limit of them, 0 leaves it to the daemon.
func (c *Client) DoNotCallFrom(ctx context.Context, account, begins, after string, limit int) (list httpapi.DoNotCallList, err error) {
	query := url.Values{}
	if begins != "" {
		query.Set("begins", begins)
	}
	if after != "" {
		query.Set("after", after)
	}
	if limit != 0 {
		query.Set("limit", strconv.Itoa(limit))
	}
	err = c.ask(ctx, http.MethodGet, doNotCallOf(account), query, nil, &list)
	return list, err
}

// DoNotCall is DoNotCallFrom whatever they begin with.
func (c *Client) DoNotCall(ctx context.Context, account, after string, limit int) (httpapi.DoNotCallList, error) {
	return c.DoNotCallFrom(ctx, account, "", after, limit)
}

// BlockCustomer has an account never call a customer. number is E.164, or as it is
// dialled in the account's country; reason is a person's own words and may be empty.
func (c *Client) BlockCustomer(ctx context.Context, account, number, reason string) (blocking httpapi.Blocking, err error) {
	err = c.ask(ctx, http.MethodPut, doNotCallOf(account)+"/"+segment(number), nil, httpapi.Remark{Reason: reason}, &blocking)
	return blocking, err
}

// UnblockCustomer has an account call a customer again.
func (c *Client) UnblockCustomer(ctx context.Context, account, number string) (blocking httpapi.Blocking, err error) {
	err = c.ask(ctx, http.MethodDelete, doNotCallOf(account)+"/"+segment(number), nil, nil, &blocking)
	return blocking, err
}

func doNotCallOf(account string) string {
	return "/api/v1/accounts/" + segment(account) + "/do-not-call"
}
