package ari

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Defaults of Options.
const (
	DefaultRequestTimeout    = 5 * time.Second
	DefaultHeartbeatInterval = 3 * time.Second
	DefaultHeartbeatTimeout  = 3 * time.Second
	DefaultMaxBackoff        = 10 * time.Second
	DefaultQueueSize         = 20_000
)

// Options say which Asterisk to talk to and how patiently. URL, Username, Password and
// Application are needed; what is zero of the rest takes its default.
type Options struct {
	// URL is where Asterisk's HTTP server listens, http or https, with the prefix of
	// http.conf if there is one: "http://127.0.0.1:8088". "/ari" is added where it lacks.
	URL string
	// Username and Password are those of a [user] of ari.conf that isn't read_only.
	Username, Password string
	// Application is the Stasis application's name. A second program that connects under
	// the same name takes the events away from the first.
	Application string

	// Subscriptions are the event sources subscribed to after every connect, such as
	// "channel:" (all channels), "bridge:" (all bridges), "endpoint:PJSIP/alice" or
	// "deviceState:Queue:support". "deviceState:" of all devices is refused: it can lock
	// ARI up for good. One that Asterisk refuses, such as a channel or an endpoint that
	// doesn't exist, keeps the client from being connected.
	Subscriptions []string
	// DisallowedEvents are types of event that the handler never looks at: Asterisk is told
	// not to send them, and those that come all the same are dropped unread; see Disallow.
	// ChannelUserevent can't be among them, because the heartbeat comes back as one.
	DisallowedEvents []string

	// DialContext opens the TCP connections of both REST and the websocket. Nil means a
	// net.Dialer.
	DialContext func(ctx context.Context, network, addr string) (net.Conn, error)

	// RequestTimeout bounds each request and each step of connecting, beside the caller's
	// context; for a recording's file it bounds the wait for each piece. Default 5 s.
	RequestTimeout time.Duration
	// HeartbeatInterval is how often both heartbeats are sent. Default 3 s.
	HeartbeatInterval time.Duration
	// HeartbeatTimeout is how long each heartbeat may take to come back before the
	// connection counts as dead. Default 3 s.
	HeartbeatTimeout time.Duration
	// MaxBackoff caps the pause between attempts to connect, jitter included; it is never
	// below 250 ms. Default 10 s.
	MaxBackoff time.Duration
	// QueueSize is how many events may wait for the handler (an event is 0.7 kB on the
	// average). One more, and the connection is given up with a Gap. Default 20,000.
	QueueSize int
}

// Client talks to one Asterisk as one Stasis application. Its request methods may be used
// by any number of goroutines, also while Run isn't running.
type Client struct {
	options Options
	base    string // URL up to and including /ari
	rest    *http.Client
	// control carries the websocket, the requests that set it up, and the heartbeat, on
	// connections of their own: requests that hang must not look like a dead Asterisk.
	control *http.Client
	// heartbeatName makes our own heartbeats recognisable in the stream.
	heartbeatName string
	heartbeats    atomic.Uint64
	running       atomic.Bool

	filtering  sync.Mutex // held while Asterisk is told the filter: the newest one stays
	disallowed atomic.Pointer[[]string]

	mu            sync.Mutex
	session       *session // the connection that is established, nil between two
	lastHeartbeat time.Time
	lag           time.Duration // of the newest heartbeat
}

// New checks the options and makes a client. Nothing is sent before Run or the first
// request.
func New(o Options) (*Client, error) {
	base, err := baseURL(o.URL)
	if err != nil {
		return nil, err
	}
	if o.Application == "" {
		return nil, errors.New("ari: the application name is empty: name the Stasis application, for example \"callbackd\"")
	}
	if strings.ContainsAny(o.Application, ", \t\r\n") {
		return nil, fmt.Errorf("ari: application name %q: a comma or a blank would make Asterisk read another name", o.Application)
	}
	if err := checkText(o.Application); err != nil {
		return nil, fmt.Errorf("ari: application name: %w", err)
	}
	if strings.Contains(o.Username, ":") {
		return nil, errors.New("ari: the username holds a colon: what stands behind it would be read as the password")
	}
	if err := checkSources(o.Subscriptions); err != nil {
		return nil, err
	}
	if err := checkFilter(o.DisallowedEvents); err != nil {
		return nil, err
	}
	o.Subscriptions = slices.Clone(o.Subscriptions)
	if o.DialContext == nil {
		o.DialContext = (&net.Dialer{}).DialContext
	}
	setDefault(&o.RequestTimeout, DefaultRequestTimeout)
	setDefault(&o.HeartbeatInterval, DefaultHeartbeatInterval)
	setDefault(&o.HeartbeatTimeout, DefaultHeartbeatTimeout)
	setDefault(&o.MaxBackoff, DefaultMaxBackoff)
	setDefault(&o.QueueSize, DefaultQueueSize)

	nonce := make([]byte, 8)
	rand.Read(nonce) // never fails, see crypto/rand
	c := &Client{
		options:       o,
		base:          base,
		rest:          newHTTPClient(o.DialContext, o.RequestTimeout, maxRESTConnections),
		control:       newHTTPClient(o.DialContext, o.RequestTimeout, 0),
		heartbeatName: "ari-heartbeat-" + hex.EncodeToString(nonce),
	}
	c.disallow(o.DisallowedEvents)
	return c, nil
}

func setDefault[T time.Duration | int](option *T, value T) {
	if *option <= 0 {
		*option = value
	}
}

// baseURL gives the address under which the resources lie, without a slash at its end.
func baseURL(address string) (string, error) {
	const example = "it should look like http://127.0.0.1:8088"
	u, err := url.Parse(address)
	if err != nil {
		// url.Error repeats the address, which may hold a password.
		var parse *url.Error
		if errors.As(err, &parse) {
			err = parse.Err
		}
		return "", fmt.Errorf("ari: Asterisk's address can't be parsed: %w; %s", err, example)
	}
	switch {
	case u.User != nil:
		return "", errors.New("ari: Asterisk's address holds a username or password: they belong into the options of that name")
	case u.Scheme != "http" && u.Scheme != "https":
		return "", fmt.Errorf("ari: Asterisk's address %q doesn't begin with http:// or https://; %s", address, example)
	case u.Hostname() == "":
		return "", fmt.Errorf("ari: Asterisk's address %q names no host; %s", address, example)
	case u.RawQuery != "" || u.Fragment != "":
		return "", fmt.Errorf("ari: Asterisk's address %q has something behind the path; %s", address, example)
	}
	base := strings.TrimRight(u.Scheme+"://"+u.Host+u.EscapedPath(), "/")
	if !strings.HasSuffix(base, "/ari") {
		base += "/ari"
	}
	return base, nil
}

// checkSources refuses event sources that are known to harm Asterisk.
func checkSources(sources []string) error {
	for _, source := range sources {
		if source == "" || strings.Contains(source, ",") {
			return fmt.Errorf("ari: event source %q: name one source, such as \"channel:\"", source)
		}
		if source == "deviceState:" {
			return errors.New("ari: event source \"deviceState:\" (all devices) can deadlock Asterisk's ARI when the connection closes: name each device, such as deviceState:PJSIP/alice")
		}
	}
	return nil
}

// checkFilter refuses a filter that would make every connection look dead.
func checkFilter(disallowed []string) error {
	if slices.Contains(disallowed, "ChannelUserevent") {
		return errors.New("ari: ChannelUserevent can't be disallowed: the heartbeat comes back as one")
	}
	return nil
}

// ApplicationName is the name under which the client connects.
func (c *Client) ApplicationName() string { return c.options.Application }

// Live says whether the event stream is connected and its last heartbeat came back lately
// (within HeartbeatInterval and HeartbeatTimeout). Dial only then: a channel originated for
// an application that isn't connected rings a person and drops them on answer.
func (c *Client) Live() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.session != nil && time.Since(c.lastHeartbeat) <= c.options.HeartbeatInterval+c.options.HeartbeatTimeout
}

// LastHeartbeat is when a heartbeat last came back through the event stream, on whichever
// connection; zero if none did.
func (c *Client) LastHeartbeat() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lastHeartbeat
}

// Lag is how long the newest heartbeat took, the ping and the way through the event stream
// together; 0 before the first.
func (c *Client) Lag() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lag
}

func (c *Client) setSession(s *session) {
	c.mu.Lock()
	c.session = s
	c.mu.Unlock()
}

// Reconnect gives the connection up, as if it were lost for the reason why: Disconnected
// and, after the usual pause, Connected follow. It is for an application that could not
// learn what it must know after Connected. Between two connections it does nothing.
func (c *Client) Reconnect(why error) {
	c.mu.Lock()
	s := c.session
	c.mu.Unlock()
	if s != nil {
		s.giveUp(why)
	}
}

func (c *Client) heartbeatTook(lag time.Duration) {
	c.mu.Lock()
	c.lag = lag
	c.mu.Unlock()
}

func (c *Client) heartbeatReturned() {
	c.mu.Lock()
	c.lastHeartbeat = time.Now()
	c.mu.Unlock()
}
