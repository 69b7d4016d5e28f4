package ari

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// What an *Error can be compared with by errors.Is.
var (
	// ErrNotFound: the channel, bridge, playback, recording or variable doesn't exist (404).
	ErrNotFound = errors.New("not found")
	// ErrConflict: an id or name in use (409), or a state that forbids it, such as a
	// channel that isn't in the application (409, 412).
	ErrConflict = errors.New("conflict")
	// ErrUnauthorized: wrong username or password (401), or a user who may not do this (403).
	ErrUnauthorized = errors.New("unauthorized")
	// ErrInvalid: Asterisk, or the client before sending, refused the request as
	// malformed (400, 422).
	ErrInvalid = errors.New("invalid request")
	// ErrAllocation: Asterisk could not make the channel (500 "Allocation failed"). It says
	// so of an unknown endpoint and of a phone that isn't registered.
	ErrAllocation = errors.New("allocation failed")
	// ErrFunction: a dialplan function could not be read (500), for example
	// PJSIP_DIAL_CONTACTS of an unknown endpoint.
	ErrFunction = errors.New("dialplan function failed")
	// ErrUnavailable: no answer (refused, timed out, cut off), or a 5xx that isn't one of
	// the two above.
	ErrUnavailable = errors.New("unavailable")
)

// Why a connection ended, inside Disconnected.Err.
var (
	// ErrReplaced: another program connected under the same application name.
	ErrReplaced = errors.New("another program connected to Asterisk under this application name; give each its own")
	// ErrOverflow: the handler was too slow for the events, see Gap.
	ErrOverflow = errors.New("events came faster than they were handled")
	// ErrDeaf: Asterisk doesn't know the application of an open websocket, so no event
	// would ever come (404 from subscription, filter or heartbeat).
	ErrDeaf = errors.New("the connection is deaf: Asterisk doesn't know its application")
	// ErrHeartbeat: a heartbeat did not come back in time.
	ErrHeartbeat = errors.New("the heartbeat did not come back")
)

// Error is a request that failed: refused by Asterisk (Status is set), or never answered
// (Status is 0 and Err says why).
type Error struct {
	Op      string // what was wanted, with its object: "originate PJSIP/alice"
	Method  string // HTTP method
	Path    string // below /ari, escaped
	Status  int    // HTTP status; 0 if there was no answer
	Message string // Asterisk's own words, or the body's beginning
	Err     error  // the cause, if it wasn't an answer of Asterisk

	notSent bool
}

// Error gives operation, cause and request in one line.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "ari: %s: ", e.Op)
	switch {
	case e.Status != 0:
		fmt.Fprintf(&b, "Asterisk answered %d", e.Status)
		if text := http.StatusText(e.Status); text != "" {
			fmt.Fprintf(&b, " %s", text)
		}
		if e.Message != "" {
			fmt.Fprintf(&b, ": %s", e.Message)
		}
		if e.Err != nil {
			fmt.Fprintf(&b, ": %v", e.Err)
		}
	default:
		fmt.Fprintf(&b, "%v", e.Err)
	}
	fmt.Fprintf(&b, " (%s %s)", e.Method, e.Path)
	return b.String()
}

// Unwrap gives the cause of a request that wasn't answered.
func (e *Error) Unwrap() error { return e.Err }

// Is makes errors.Is work with the Err… values of this package.
func (e *Error) Is(target error) bool {
	switch target {
	case ErrNotFound:
		return e.Status == http.StatusNotFound
	case ErrConflict:
		return e.Status == http.StatusConflict || e.Status == http.StatusPreconditionFailed
	case ErrUnauthorized:
		return e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden
	case ErrInvalid:
		return e.Status == http.StatusBadRequest || e.Status == http.StatusUnprocessableEntity
	case ErrAllocation:
		return e.Status == http.StatusInternalServerError && e.Message == "Allocation failed"
	case ErrFunction:
		return e.Status == http.StatusInternalServerError && e.Message == "Unable to read provided function"
	case ErrUnavailable:
		if e.Status == 0 {
			return !errors.Is(e.Err, context.Canceled) && !errors.Is(e.Err, ErrInvalid)
		}
		return e.Status >= 500 && !e.Is(ErrAllocation) && !e.Is(ErrFunction)
	}
	return false
}

// NotSent says that the request surely never reached Asterisk, so that nothing can have
// happened: no connection could be made, or the client refused the request itself.
//
// For any other error without a Status it is unknown whether the request took effect:
// look before repeating it. An error with a Status is Asterisk's own answer; with a 4xx
// nothing happened.
func NotSent(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.notSent
}
