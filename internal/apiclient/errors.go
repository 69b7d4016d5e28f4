package apiclient

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"syscall"
	"time"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// ErrUnreachable is a daemon that doesn't answer.
var ErrUnreachable = errors.New("the daemon doesn't answer")

// ErrToken is a daemon that refuses the token.
var ErrToken = errors.New("the daemon refuses the admin's token")

// RefusedError is a request that the daemon understood and refused.
type RefusedError struct {
	Problem httpapi.Problem
	Reason  callback.AskReason // of what is asked for and not promised; "" of all else
	Opens   time.Time          // when the hours open next, where a time lies outside; zero: unknown
	Again   time.Duration      // how long to wait before asking again; 0: nobody says
}

func (e *RefusedError) Error() string { return e.Problem.Detail }

// StrangerError is something else that listens where callbackd should.
type StrangerError struct{ Address, Answer string }

func (e *StrangerError) Error() string {
	return fmt.Sprintf("what answers at %s isn't callbackd (%s): is `listen` of its configuration right?", e.Address, e.Answer)
}

// unreachable says why there is no answer.
func (c *Client) unreachable(err error) error {
	var about *url.Error
	if errors.As(err, &about) {
		err = about.Err
	}
	var timeout net.Error
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("%w at %s: nothing listens there; start it with `callbackd serve`, or name its configuration with --config", ErrUnreachable, c.address)
	case errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Errorf("%w at %s within %s: its log may say why", ErrUnreachable, c.address, c.http.Timeout)
	}
	return fmt.Errorf("%w at %s: %w", ErrUnreachable, c.address, err)
}

// refused reads the problem document of a response that isn't a success.
func (c *Client) refused(response *http.Response, text []byte) error {
	mediaType, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	var problem httpapi.RequestProblem
	if mediaType != "application/problem+json" || json.Unmarshal(text, &problem) != nil || problem.Detail == "" {
		return &StrangerError{Address: c.address, Answer: response.Status}
	}
	if response.StatusCode == http.StatusUnauthorized {
		return fmt.Errorf("%w of %s: does what listens at %s belong to this configuration?", ErrToken, c.tokenFile, c.address)
	}
	seconds, _ := strconv.Atoi(response.Header.Get("Retry-After")) // 0 where there is none
	return &RefusedError{Problem: problem.Problem, Reason: problem.Reason, Opens: problem.Opens, Again: time.Duration(seconds) * time.Second}
}
