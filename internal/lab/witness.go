package lab

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
)

// patience is how long the Await methods wait where ctx sets no nearer limit.
const patience = 30 * time.Second

// Tasks lists callbackd's tasks, newest first, as its API does.
func (l *Lab) Tasks(ctx context.Context) ([]httpapi.Task, error) {
	client, err := apiclient.Open(l.ConfigFile)
	if err != nil {
		return nil, err
	}
	list, err := client.Tasks(ctx, apiclient.TaskQuery{})
	return list.Tasks, err
}

// Task is the story of one task.
func (l *Lab) Task(ctx context.Context, id int64) (httpapi.TaskStory, error) {
	client, err := apiclient.Open(l.ConfigFile)
	if err != nil {
		return httpapi.TaskStory{}, err
	}
	return client.Task(ctx, id)
}

// MissedCalls lists the missed calls, newest first.
func (l *Lab) MissedCalls(ctx context.Context) ([]httpapi.MissedCall, error) {
	client, err := apiclient.Open(l.ConfigFile)
	if err != nil {
		return nil, err
	}
	list, err := client.MissedCalls(ctx, apiclient.MissedCallQuery{})
	return list.MissedCalls, err
}

// AwaitTasks waits until the list of tasks is as ok wants it, what in words,
// and returns it. A callbackd that doesn't answer is asked again. The error
// shows the last list and the end of callbackd's log.
func (l *Lab) AwaitTasks(ctx context.Context, what string, ok func([]httpapi.Task) bool) ([]httpapi.Task, error) {
	return await(ctx, l, what, l.Tasks, ok)
}

// AwaitTask is AwaitTasks for the story of one task.
func (l *Lab) AwaitTask(ctx context.Context, id int64, what string, ok func(httpapi.TaskStory) bool) (httpapi.TaskStory, error) {
	get := func(ctx context.Context) (httpapi.TaskStory, error) { return l.Task(ctx, id) }
	return await(ctx, l, what, get, ok)
}

// AwaitMissedCalls is AwaitTasks for the list of missed calls.
func (l *Lab) AwaitMissedCalls(ctx context.Context, what string, ok func([]httpapi.MissedCall) bool) ([]httpapi.MissedCall, error) {
	return await(ctx, l, what, l.MissedCalls, ok)
}

func await[Document any](ctx context.Context, l *Lab, what string, get func(context.Context) (Document, error), ok func(Document) bool) (Document, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	var (
		last  Document
		fault error // of the last look that wasn't cut short
	)
	for {
		document, err := get(ctx)
		switch {
		case err == nil && ok(document):
			return document, nil
		case err == nil:
			last, fault = document, nil
		case ctx.Err() == nil:
			fault = err
		}
		select {
		case <-ticker.C:
			continue
		case <-ctx.Done():
		}
		if fault != nil {
			return last, l.Explain(fmt.Errorf("wait for %s: %w: %w", what, ctx.Err(), fault))
		}
		seen, err := json.MarshalIndent(last, "  ", "  ")
		if err != nil {
			return last, err
		}
		return last, l.Explain(fmt.Errorf("wait for %s: %w; what is there:\n  %s", what, ctx.Err(), seen))
	}
}

// Recording fetches a recording, a WAV file, from Asterisk through ARI.
func (l *Lab) Recording(ctx context.Context, name string) ([]byte, error) {
	file, err := l.ARI.StoredRecordingFile(ctx, name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	wav, err := io.ReadAll(file)
	if err != nil {
		return nil, fmt.Errorf("fetch recording %s: %w", name, err)
	}
	return wav, nil
}
