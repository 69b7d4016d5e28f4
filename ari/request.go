package ari

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	// Asterisk's HTTP server refuses its 100th connection (sessionlimit of http.conf).
	maxRESTConnections = 16
	// Asterisk closes an idle connection after 15.0 s; ours go first, so that no request
	// crosses its close.
	idleTimeout = 10 * time.Second
	// maxReply bounds what is read of a reply; 10,000 channels are about 6 MB.
	maxReply = 32 << 20
	// maxMessage is how much of what an answer says goes into an Error.
	maxMessage = 200
)

// newHTTPClient makes a client whose dials and TLS handshakes end after timeout. The
// transport goes on with them when the request that wanted them has given up, and they
// count among maxConnections: without an end, a network that was away for a while would
// leave no connection to ask with.
func newHTTPClient(dial dialFunc, timeout time.Duration, maxConnections int) *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
				ctx, cancel := context.WithTimeout(ctx, timeout)
				defer cancel()
				return dial(ctx, network, addr)
			},
			TLSHandshakeTimeout: timeout,
			MaxConnsPerHost:     maxConnections,
			MaxIdleConnsPerHost: maxRESTConnections,
			IdleConnTimeout:     idleTimeout,
		},
		// A redirect would carry the password elsewhere; ARI never sends one.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// request is one call of ARI.
type request struct {
	op       string // for the error: what is wanted, with its object
	method   string
	segments []string // of the path below /ari, each escaped as one
	query    url.Values
	body     any      // sent as JSON if not nil
	texts    []string // those in body that a user chose, for check
	reply    any      // decoded into if not nil

	control bool // over the control connections, see Client
}

func (r *request) path() string {
	var b strings.Builder
	for _, s := range r.segments {
		b.WriteByte('/')
		b.WriteString(escapeSegment(s))
	}
	return b.String()
}

// escapeSegment makes s one segment of a path. url.PathEscape leaves the plus as it is,
// which Asterisk reads as a blank (ast_uri_http_legacy in res_ari.c).
func escapeSegment(s string) string {
	return strings.ReplaceAll(url.PathEscape(s), "+", "%2B")
}

// failed makes the error of a request that got no answer.
func (r *request) failed(err error, notSent bool) *Error {
	// url.Error would repeat method and address.
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	return &Error{Op: r.op, Method: r.method, Path: r.path(), Err: err, notSent: notSent}
}

// refused makes the error of a request that wasn't sent because it can't be right.
func (r *request) refused(err error) *Error {
	return r.failed(fmt.Errorf("%w: %w", ErrInvalid, err), true)
}

// check refuses what would become another request than the one that was meant: an empty
// id makes "all channels" of "this channel", behind a NUL Asterisk reads no further, and
// JSON has no bytes that aren't UTF-8.
func (r *request) check() error {
	for _, s := range r.segments {
		if s == "" || s == "." || s == ".." {
			return r.refused(fmt.Errorf("%q can't be an id or a name", s))
		}
		if err := checkText(s); err != nil {
			return r.refused(err)
		}
	}
	for _, values := range r.query {
		for _, s := range values {
			if err := checkText(s); err != nil {
				return r.refused(err)
			}
		}
	}
	for _, s := range r.texts {
		if err := checkText(s); err != nil {
			return r.refused(err)
		}
	}
	return nil
}

func checkText(s string) error {
	if strings.ContainsRune(s, 0) || !utf8.ValidString(s) {
		return fmt.Errorf("%q isn't text: it holds a NUL, or isn't UTF-8", s)
	}
	return nil
}

// list joins what Asterisk takes as one parameter with commas between.
func list(items []string) (string, error) {
	if len(items) == 0 {
		return "", errors.New("nothing is named")
	}
	for _, item := range items {
		if item == "" {
			return "", errors.New("one of them is empty")
		}
		if strings.Contains(item, ",") {
			return "", fmt.Errorf("the comma in %q would make Asterisk read two", item)
		}
	}
	return strings.Join(items, ","), nil
}

// do sends the request and decodes its reply, within RequestTimeout and ctx. Every error
// is an *Error.
func (c *Client) do(ctx context.Context, r *request) error {
	ctx, cancel := context.WithTimeout(ctx, c.options.RequestTimeout)
	defer cancel()
	response, err := c.send(ctx, r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(response.Body, maxReply+1))
	if err != nil {
		return r.failed(fmt.Errorf("reading the reply: %w", err), false)
	}
	if len(raw) > maxReply {
		return r.misunderstood(response.StatusCode, fmt.Errorf("the reply is longer than %d bytes", maxReply))
	}
	if r.reply == nil {
		return nil
	}
	if err := json.Unmarshal(raw, r.reply); err != nil {
		return r.misunderstood(response.StatusCode, fmt.Errorf("the reply can't be read: %w", err))
	}
	return nil
}

// misunderstood makes the error of a request that was carried out but answered in a way
// that can't be read.
func (r *request) misunderstood(status int, err error) *Error {
	return &Error{Op: r.op, Method: r.method, Path: r.path(), Status: status, Err: err}
}

// send gives the response of a request that succeeded (2xx), its body to be read and
// closed by the caller.
func (c *Client) send(ctx context.Context, r *request) (*http.Response, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	var body io.Reader
	if r.body != nil {
		raw, err := json.Marshal(r.body)
		if err != nil {
			return nil, r.refused(err)
		}
		body = bytes.NewReader(raw)
	}
	address := c.base + r.path()
	if len(r.query) > 0 {
		// Encode writes a blank as "+"; %20 means the same to every reader.
		address += "?" + strings.ReplaceAll(r.query.Encode(), "+", "%20")
	}

	// Without a connection nothing can have been written. The transport only takes a
	// second one for the same request if nothing was written to the first, or if the
	// request (a GET) has no effect.
	connected := false
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { connected = false },
		GotConn: func(httptrace.GotConnInfo) { connected = true },
	})
	httpRequest, err := http.NewRequestWithContext(ctx, r.method, address, body)
	if err != nil {
		return nil, r.refused(err)
	}
	httpRequest.SetBasicAuth(c.options.Username, c.options.Password)
	if body != nil {
		httpRequest.Header.Set("Content-Type", "application/json")
	}
	client := c.rest
	if r.control {
		client = c.control
	}
	response, err := client.Do(httpRequest)
	if err != nil {
		return nil, r.failed(err, !connected)
	}
	if response.StatusCode/100 != 2 {
		defer response.Body.Close()
		// Read to its end if it is short, so that the connection can be used again.
		raw, _ := io.ReadAll(io.LimitReader(response.Body, 64<<10))
		return nil, &Error{
			Op: r.op, Method: r.method, Path: r.path(),
			Status: response.StatusCode, Message: errorMessage(raw),
		}
	}
	return response, nil
}

// errorMessage finds Asterisk's words: in "message", in "error" if it ran out of
// something, or in the text itself if the answer isn't ARI's.
func errorMessage(raw []byte) string {
	var answer struct {
		Message string `json:"message"`
		Error   string `json:"error"`
	}
	text := ""
	if err := json.Unmarshal(raw, &answer); err == nil {
		text = cmp.Or(answer.Message, answer.Error)
	}
	if text == "" {
		text = strings.Join(strings.Fields(string(raw)), " ")
	}
	if len(text) > maxMessage {
		text = text[:maxMessage] + "…"
	}
	return strings.ToValidUTF8(text, "")
}
