package apiclient

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"callbackd/internal/httpapi"
)

// Summary tells how callbacks go on one day of an account, or with "" of all; day is
// written 2026-11-20, "" is today.
func (c *Client) Summary(ctx context.Context, account, day string) (s httpapi.Summary, err error) {
	query := url.Values{}
	set(query, "account", account)
	set(query, "day", day)
	err = c.ask(ctx, http.MethodGet, "/api/v1/summary", query, nil, &s)
	return s, err
}

// Alarms lists what wanted a person in the last 24 hours, of an account or with "" of all.
func (c *Client) Alarms(ctx context.Context, account string) (list httpapi.AlarmList, err error) {
	query := url.Values{}
	set(query, "account", account)
	err = c.ask(ctx, http.MethodGet, "/api/v1/alarms", query, nil, &list)
	return list, err
}

// System tells what callbackd stands on.
func (c *Client) System(ctx context.Context) (s httpapi.System, err error) {
	err = c.ask(ctx, http.MethodGet, "/api/v1/system", nil, nil, &s)
	return s, err
}

// Examination is what was found when everything was looked at last.
func (c *Client) Examination(ctx context.Context) (e httpapi.Examination, err error) {
	err = c.ask(ctx, http.MethodGet, "/api/v1/system/examination", nil, nil, &e)
	return e, err
}

// examinePatience is more than the daemon takes to examine everything.
const examinePatience = httpapi.AnswerLimit + 5*time.Second

// Examine has the daemon look whether everything is in place, or answers what it found
// less than a minute ago.
func (c *Client) Examine(ctx context.Context) (e httpapi.Examination, err error) {
	err = c.waiting(examinePatience).ask(ctx, http.MethodPost, "/api/v1/system/examine", nil, nil, &e)
	return e, err
}
