package apiclient

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"callbackd/internal/httpapi"
)

// Ask asks for a callback. isNew is false if the request was merged into the customer's
// open one.
func (c *Client) Ask(ctx context.Context, r httpapi.CallbackRequest) (asked httpapi.Promised, isNew bool, err error) {
	status, err := c.askStatus(ctx, http.MethodPost, "/api/v1/tasks", nil, r, &asked)
	return asked, status == http.StatusCreated, err
}

// EditTask changes what a task says and who calls, and answers it as it is afterwards.
func (c *Client) EditTask(ctx context.Context, id int64, e httpapi.TaskEdit) (task httpapi.Task, err error) {
	err = c.ask(ctx, http.MethodPatch, fmt.Sprintf("/api/v1/tasks/%d", id), nil, e, &task)
	return task, err
}

// RescheduleTask gives a task another time and answers it as it is afterwards.
func (c *Client) RescheduleTask(ctx context.Context, id int64, at time.Time) (task httpapi.Task, err error) {
	err = c.ask(ctx, http.MethodPost, fmt.Sprintf("/api/v1/tasks/%d/reschedule", id), nil, httpapi.NewTime{At: at}, &task)
	return task, err
}

// CallTaskNow makes a task due and answers it as it is afterwards.
func (c *Client) CallTaskNow(ctx context.Context, id int64) (task httpapi.Task, err error) {
	err = c.ask(ctx, http.MethodPost, fmt.Sprintf("/api/v1/tasks/%d/call-now", id), nil, nil, &task)
	return task, err
}

// CloseTask ends a task that was done in another way and answers it as it is afterwards.
// note is a person's own words and may be empty.
func (c *Client) CloseTask(ctx context.Context, id int64, note string) (task httpapi.Task, err error) {
	err = c.ask(ctx, http.MethodPost, fmt.Sprintf("/api/v1/tasks/%d/close", id), nil, httpapi.ClosingNote{Note: note}, &task)
	return task, err
}

// TakeTask has an agent's phone rung for a task now and answers it as it is afterwards.
// agent may be empty for a user who has one.
func (c *Client) TakeTask(ctx context.Context, id int64, agent string) (task httpapi.Task, err error) {
	err = c.ask(ctx, http.MethodPost, fmt.Sprintf("/api/v1/tasks/%d/take", id), nil, httpapi.Taking{Agent: agent}, &task)
	return task, err
}

// Targets lists who can call an account's customers back.
func (c *Client) Targets(ctx context.Context, account string) (list httpapi.TargetList, err error) {
	err = c.ask(ctx, http.MethodGet, "/api/v1/accounts/"+segment(account)+"/targets", nil, nil, &list)
	return list, err
}
