package apiclient

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"callbackd/internal/httpapi"
)

// streamSilence is after how long without a sign of life a stream of events is given up:
// the daemon gives one every 15 s.
const streamSilence = 40 * time.Second

// ErrStreamOver is a stream of events that the daemon ended, or that broke: follow it anew
// behind the last event.
var ErrStreamOver = errors.New("the stream of events is over")

// Follow hands each event to each, until that fails, ctx ends, or the stream does
// (ErrStreamOver). after is the ID of the last event that was had; "" begins with a reset.
// It isn't for a client made by Within, which has whole answers only.
func (c *Client) Follow(ctx context.Context, after string, each func(httpapi.Event) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silence := time.AfterFunc(streamSilence, func() { cancel(ErrStreamOver) })
	defer silence.Stop()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.address+"/api/v1/events", nil)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	if after != "" {
		request.Header.Set("Last-Event-ID", after)
	}
	response, err := c.waiting(0).http.Do(request)
	if err != nil {
		return c.unreachable(err)
	}
	defer func() { _ = response.Body.Close() }() // nothing more is wanted
	if response.StatusCode != http.StatusOK {
		text, err := io.ReadAll(io.LimitReader(response.Body, largestAnswer))
		if err != nil {
			return c.unreachable(err)
		}
		return c.refused(response, text)
	}
	lines := bufio.NewScanner(response.Body)
	for lines.Scan() {
		silence.Reset(streamSilence)
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue // the event's name and id stand in its data, too
		}
		var e httpapi.Event
		if err := json.Unmarshal([]byte(data), &e); err != nil {
			return &StrangerError{Address: c.address, Answer: "an event that isn't JSON"}
		}
		if err := each(e); err != nil {
			return err
		}
	}
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return ErrStreamOver
}
