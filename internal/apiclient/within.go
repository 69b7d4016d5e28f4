package apiclient

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
)

// Within makes a client of the API of this very process, which handler serves. Who asks
// stands in the context of each call (httpapi.As); there is no token, no connection and
// no time limit but the context's.
func Within(handler http.Handler) *Client {
	return &Client{location: location{address: "callbackd"}, http: &http.Client{
		Transport:     within{handler},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// within has a handler answer requests on the spot.
type within struct{ handler http.Handler }

// RoundTrip implements http.RoundTripper.
func (t within) RoundTrip(r *http.Request) (response *http.Response, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("%s %s: the answer was cut off", r.Method, r.URL.Path)
		}
	}()
	if r.Body == nil {
		r.Body = http.NoBody
	}
	defer func() { _ = r.Body.Close() }()
	a := &answerWithin{header: http.Header{}, status: http.StatusOK}
	t.handler.ServeHTTP(a, r)
	return &http.Response{
		Status: http.StatusText(a.status), StatusCode: a.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: a.header, Body: io.NopCloser(&a.body), ContentLength: int64(a.body.Len()), Request: r,
	}, nil
}

// answerWithin is an answer that stays in memory.
type answerWithin struct {
	header http.Header
	status int
	begun  bool
	body   bytes.Buffer
}

func (a *answerWithin) Header() http.Header { return a.header }

func (a *answerWithin) WriteHeader(status int) {
	if !a.begun {
		a.status, a.begun = status, true
	}
}

func (a *answerWithin) Write(p []byte) (int, error) {
	a.begun = true
	return a.body.Write(p)
}
