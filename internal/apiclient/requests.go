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
func (c *Client) Ask(ctx context.Context, r httpapi.CallbackRequest) (task httpapi.Task, isNew bool, err error) {
	status, err := c.askStatus(ctx, http.MethodPost, "/api/v1/tasks", nil, r, &task)
	return task, status == http.StatusCreated, err
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
