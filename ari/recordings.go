package ari

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"
)

// StopRecording ends a live recording and keeps it. One that is over already is
// ErrNotFound.
func (c *Client) StopRecording(ctx context.Context, name string) error {
	return c.do(ctx, &request{
		op: "stop recording " + name, method: http.MethodPost, segments: []string{"recordings", "live", name, "stop"},
	})
}

// StoredRecording finds a recording that was kept.
func (c *Client) StoredRecording(ctx context.Context, name string) (*StoredRecording, error) {
	var recording StoredRecording
	return reply(&recording, c.do(ctx, &request{
		op: "get recording " + name, method: http.MethodGet, segments: []string{"recordings", "stored", name}, reply: &recording,
	}))
}

// StoredRecordingFile opens the file of a recording that was kept. Close it: until then it
// holds one of the client's 16 connections. Reading it
// ends with an error when ctx ends, or when nothing comes for RequestTimeout.
func (c *Client) StoredRecordingFile(ctx context.Context, name string) (*RecordingFile, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	// The timer bounds each wait; the whole may take as long as it takes.
	stalled := time.AfterFunc(c.options.RequestTimeout, func() { cancel(context.DeadlineExceeded) })
	r := &request{
		op: "fetch recording " + name, method: http.MethodGet, segments: []string{"recordings", "stored", name, "file"},
	}
	response, err := c.send(ctx, r) //nolint:bodyclose // RecordingFile.Close closes it
	if err != nil {
		stalled.Stop()
		cancel(nil)
		var e *Error
		if errors.As(err, &e) && e.Status == 0 && errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
			e.Err = context.DeadlineExceeded
		}
		return nil, err
	}
	stalled.Stop()
	return &RecordingFile{
		Size: response.ContentLength, body: response.Body, request: r, ctx: ctx, cancel: cancel,
		stalled: stalled, timeout: c.options.RequestTimeout,
	}, nil
}

// DeleteStoredRecording removes the file of a recording.
func (c *Client) DeleteStoredRecording(ctx context.Context, name string) error {
	return c.do(ctx, &request{
		op: "delete recording " + name, method: http.MethodDelete, segments: []string{"recordings", "stored", name},
	})
}

// RecordingFile reads a reply of any length piece by piece.
type RecordingFile struct {
	Size int64 // in bytes, as Asterisk says it; -1 if it doesn't

	body    io.ReadCloser
	request *request
	ctx     context.Context
	cancel  context.CancelCauseFunc
	stalled *time.Timer
	timeout time.Duration
}

// Read implements io.Reader.
func (f *RecordingFile) Read(p []byte) (int, error) {
	f.stalled.Reset(f.timeout)
	n, err := f.body.Read(p)
	f.stalled.Stop() // the reader's own pauses don't count
	if err != nil && !errors.Is(err, io.EOF) {
		if cause := context.Cause(f.ctx); cause != nil {
			err = cause
		}
		return n, f.request.failed(err, false)
	}
	return n, err
}

// Close implements io.Closer.
func (f *RecordingFile) Close() error {
	f.stalled.Stop()
	f.cancel(nil)
	return f.body.Close()
}
