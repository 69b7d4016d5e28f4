package apiclient

import (
	"context"
	"fmt"
	"net/http"

	"callbackd/internal/httpapi"
)

// HoldTask keeps a task from being dialled and answers it as it is afterwards.
// reason is a person's own words and may be empty.
func (c *Client) HoldTask(ctx context.Context, id int64, reason string) (task httpapi.Task, err error) {
	err = c.ask(ctx, http.MethodPost, fmt.Sprintf("/api/v1/tasks/%d/hold", id), nil, httpapi.Remark{Reason: reason}, &task)
	return task, err
}

// ReleaseTask lets a held task be dialled again and answers it as it is afterwards.
func (c *Client) ReleaseTask(ctx context.Context, id int64) (task httpapi.Task, err error) {
	err = c.ask(ctx, http.MethodPost, fmt.Sprintf("/api/v1/tasks/%d/release", id), nil, nil, &task)
	return task, err
}

// ReleaseTasks releases all tasks of an account that heldBy holds.
func (c *Client) ReleaseTasks(ctx context.Context, account, heldBy string) (release httpapi.Release, err error) {
	err = c.ask(ctx, http.MethodPost, "/api/v1/accounts/"+segment(account)+"/tasks/release", nil, httpapi.Holder{HeldBy: heldBy}, &release)
	return release, err
}
