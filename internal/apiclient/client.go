package apiclient

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"callbackd/internal/httpapi"
)

const (
	// patience is how long one answer may take. Reading a page of a thousand
	// tasks takes milliseconds; behind a slow disk a cancel may take seconds.
	patience = 30 * time.Second
	// uploadPatience is more than the daemon takes for an upload, so that it says by
	// itself what went wrong.
	uploadPatience = httpapi.AnswerLimit + 5*time.Second
	// largestAnswer keeps what isn't callbackd from filling the memory.
	largestAnswer = 64 << 20
)

// Client talks to one daemon. Its methods may be called from any goroutine.
type Client struct {
	location
	token string
	key   string // see Under
	http  *http.Client
}

// Open makes a client of the daemon that configFile, a callbackd.yaml, belongs
// to. It doesn't connect yet.
func Open(configFile string) (*Client, error) {
	where, err := locate(configFile)
	if err != nil {
		return nil, err
	}
	token, err := readToken(where.tokenFile)
	if err != nil {
		return nil, err
	}
	return &Client{location: where, token: token, http: &http.Client{
		Timeout:   patience,
		Transport: &http.Transport{DisableKeepAlives: true}, // one answer and done; and no proxy in between
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse // callbackd sends none; the token goes nowhere else
		},
	}}, nil
}

// Under is the client for what is asked for under an Idempotency-Key: asked again under
// the same one, the same is asked for once.
func (c *Client) Under(key string) *Client {
	keyed := *c
	keyed.key = key
	return &keyed
}

// waiting is the client for what takes longer.
func (c *Client) waiting(patience time.Duration) *Client {
	long, web := *c, *c.http
	web.Timeout = patience
	long.http = &web
	return &long
}

// TaskQuery selects tasks; zero fields select all.
type TaskQuery struct {
	States  []string
	Account string
	Number  string
	Before  int64 // only ids below: NextBefore of the page before
	Limit   int   // 0 leaves it to the daemon

	Search         string // a part of the number, an id, or words of the note
	Kind           string // missed, request or appointment
	Rule           string
	Target         string    // queue:support
	From, To       time.Time // made at From or later, and before To
	DueFrom, DueTo time.Time // open tasks that are due then
	Sort           string    // newest (the default), due or waiting: both of open tasks alone
	After          string    // Next of the page before, whatever the sort
}

// Tasks lists tasks, newest first unless the query says otherwise.
func (c *Client) Tasks(ctx context.Context, q TaskQuery) (list httpapi.TaskList, err error) {
	query := paging(q.Account, q.Number, q.Before, q.Limit)
	for _, s := range q.States {
		query.Add("state", s)
	}
	set(query, "q", q.Search)
	set(query, "kind", q.Kind)
	set(query, "rule", q.Rule)
	set(query, "target", q.Target)
	set(query, "sort", q.Sort)
	set(query, "after", q.After)
	setSpan(query, "from", q.From, "to", q.To)
	setSpan(query, "due_from", q.DueFrom, "due_to", q.DueTo)
	err = c.ask(ctx, http.MethodGet, "/api/v1/tasks", query, nil, &list)
	return list, err
}

// Task tells the story of one task.
func (c *Client) Task(ctx context.Context, id int64) (story httpapi.TaskStory, err error) {
	err = c.ask(ctx, http.MethodGet, fmt.Sprintf("/api/v1/tasks/%d", id), nil, nil, &story)
	return story, err
}

// CancelTask cancels a task and answers it as it is afterwards. reason is a
// person's own words and may be empty.
func (c *Client) CancelTask(ctx context.Context, id int64, reason string) (task httpapi.Task, err error) {
	err = c.ask(ctx, http.MethodPost, fmt.Sprintf("/api/v1/tasks/%d/cancel", id), nil, httpapi.Remark{Reason: reason}, &task)
	return task, err
}

// MissedCallQuery selects missed calls; zero fields select all.
type MissedCallQuery struct {
	Account string
	Number  string
	TaskID  int64
	Before  int64 // only ids below: NextBefore of the page before
	Limit   int   // 0 leaves it to the daemon

	Decision string    // task_created, merged or refused
	Reason   string    // why it was refused
	LostBy   string    // queue:support
	From, To time.Time // lost at From or later, and before To
}

// MissedCalls lists missed calls, newest first.
func (c *Client) MissedCalls(ctx context.Context, q MissedCallQuery) (list httpapi.MissedCallList, err error) {
	query := paging(q.Account, q.Number, q.Before, q.Limit)
	if q.TaskID != 0 {
		query.Set("task", strconv.FormatInt(q.TaskID, 10))
	}
	set(query, "decision", q.Decision)
	set(query, "reason", q.Reason)
	set(query, "lost_by", q.LostBy)
	setSpan(query, "from", q.From, "to", q.To)
	err = c.ask(ctx, http.MethodGet, "/api/v1/missed-calls", query, nil, &list)
	return list, err
}

func paging(account, number string, before int64, limit int) url.Values {
	query := url.Values{}
	if account != "" {
		query.Set("account", account)
	}
	if number != "" {
		query.Set("number", number)
	}
	if before != 0 {
		query.Set("before", strconv.FormatInt(before, 10))
	}
	if limit != 0 {
		query.Set("limit", strconv.Itoa(limit))
	}
	return query
}

// set says what isn't left to the daemon.
func set(query url.Values, name, value string) {
	if value != "" {
		query.Set(name, value)
	}
}

// setSpan says from when on and until when; a zero time is no bound.
func setSpan(query url.Values, fromName string, from time.Time, toName string, to time.Time) {
	if !from.IsZero() {
		query.Set(fromName, from.UTC().Format(time.RFC3339Nano))
	}
	if !to.IsZero() {
		query.Set(toName, to.UTC().Format(time.RFC3339Nano))
	}
}

// segment is a name as one segment of a path, whatever is in it: dots too, for
// some names of them mean another folder.
func segment(name string) string { return strings.ReplaceAll(url.PathEscape(name), ".", "%2E") }

// ask sends one request, to an escaped path, and reads its answer into answer.
func (c *Client) ask(ctx context.Context, method, path string, query url.Values, body, answer any) error {
	_, err := c.askStatus(ctx, method, path, query, body, answer)
	return err
}

// askStatus is ask for whom it matters which success the answer is.
func (c *Client) askStatus(ctx context.Context, method, path string, query url.Values, body, answer any) (status int, err error) {
	var content []byte
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return 0, fmt.Errorf("%s %s: %w", method, path, err)
		}
		content = text
	}
	status, text, err := c.exchange(ctx, method, path, query, "application/json", content)
	if err != nil {
		return 0, err
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return 0, &StrangerError{Address: c.address, Answer: "an answer that isn't JSON"}
	}
	return status, nil
}

// send sends one request, to an escaped path, and gives what is answered. A nil body is none.
func (c *Client) send(ctx context.Context, method, path string, query url.Values, contentType string, body []byte) ([]byte, error) {
	_, text, err := c.exchange(ctx, method, path, query, contentType, body)
	return text, err
}

// exchange is send with the status of the answer, which is a success.
func (c *Client) exchange(ctx context.Context, method, path string, query url.Values, contentType string, body []byte) (status int, text []byte, err error) {
	plain, err := url.PathUnescape(path)
	if err != nil {
		return 0, nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	target := url.URL{Scheme: "http", Host: c.address, Path: plain, RawPath: path, RawQuery: query.Encode()}
	var content io.Reader
	if body != nil {
		content = bytes.NewReader(body)
	}
	request, err := http.NewRequestWithContext(ctx, method, target.String(), content)
	if err != nil {
		return 0, nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	if c.key != "" {
		request.Header.Set("Idempotency-Key", c.key)
	}
	if body != nil {
		request.Header.Set("Content-Type", contentType)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return 0, nil, c.unreachable(err)
	}
	defer func() { _ = response.Body.Close() }() // all of it was read, or nothing more is wanted
	if text, err = io.ReadAll(io.LimitReader(response.Body, largestAnswer)); err != nil {
		return 0, nil, c.unreachable(err)
	}
	if response.StatusCode/100 != 2 {
		return 0, nil, c.refused(response, text)
	}
	return response.StatusCode, text, nil
}
