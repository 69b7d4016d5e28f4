package apiclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"callbackd/internal/httpapi"
)

// RecordingQuery selects recordings; zero fields select all.
type RecordingQuery struct {
	Account string
	TaskID  int64
	Before  int64 // only ids below: NextBefore of the page before
	Limit   int   // 0 leaves it to the daemon

	Number   string
	States   []string
	From, To time.Time // made at From or later, and before To
}

// Recordings lists recordings, newest first.
func (c *Client) Recordings(ctx context.Context, q RecordingQuery) (list httpapi.RecordingList, err error) {
	query := paging(q.Account, q.Number, q.Before, q.Limit)
	if q.TaskID != 0 {
		query.Set("task", strconv.FormatInt(q.TaskID, 10))
	}
	for _, s := range q.States {
		query.Add("state", s)
	}
	setSpan(query, "from", q.From, "to", q.To)
	err = c.ask(ctx, http.MethodGet, "/api/v1/recordings", query, nil, &list)
	return list, err
}

// DeleteRecording deletes a recording and answers it as it is afterwards.
func (c *Client) DeleteRecording(ctx context.Context, id int64) (r httpapi.Recording, err error) {
	err = c.ask(ctx, http.MethodDelete, recordingPath(id), nil, nil, &r)
	return r, err
}

func recordingPath(id int64) string { return fmt.Sprintf("/api/v1/recordings/%d", id) }

// Recording opens a recording, a WAV file. It may be hours long: only its beginning
// has to come in time. Close it.
func (c *Client) Recording(ctx context.Context, id int64) (io.ReadCloser, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	late := time.AfterFunc(patience, func() { cancel(context.DeadlineExceeded) })
	defer late.Stop()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.address+recordingPath(id), nil)
	if err != nil {
		cancel(nil)
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	response, err := c.waiting(0).http.Do(request)
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		cancel(nil)
		return nil, c.unreachable(err)
	}
	if response.StatusCode != http.StatusOK {
		defer cancel(nil)
		text, err := io.ReadAll(io.LimitReader(response.Body, largestAnswer))
		if err := errors.Join(err, response.Body.Close()); err != nil {
			return nil, c.unreachable(err)
		}
		return nil, c.refused(response, text)
	}
	return &download{ReadCloser: response.Body, cancel: cancel}, nil
}

// download is an answer that is read as it comes.
type download struct {
	io.ReadCloser
	cancel context.CancelCauseFunc
}

func (d *download) Close() error {
	defer d.cancel(nil)
	return d.ReadCloser.Close()
}
