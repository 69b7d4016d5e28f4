package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"syscall"
	"time"
)

const (
	daemonLimit   = 5 * time.Second
	largestAnswer = 1 << 20
)

// askDaemon asks a daemon that runs whether it is ready. That needs no token, so whoever
// may not read it can ask all the same.
func (e *examination) askDaemon(ctx context.Context) {
	host, port, err := net.SplitHostPort(e.config.Listen)
	if err != nil || port == "0" {
		e.say(Daemon, Note, "write a fixed port into `listen`", "whether callbackd runs can't be found out: `listen` leaves its port to chance")
		return
	}
	switch ip := net.ParseIP(host); {
	case host == "" || ip != nil && ip.Equal(net.IPv4zero):
		host = "127.0.0.1"
	case ip != nil && ip.IsUnspecified():
		host = "::1"
	}
	address := net.JoinHostPort(host, port)
	status, body, err := ready(ctx, address)
	var problem struct{ Status, Detail any }
	_ = json.Unmarshal(body, &problem) // what it is instead is said
	detail, _ := problem.Detail.(string)
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		e.say(Daemon, Note, "start it with `callbackd serve`", "callbackd doesn't run: nothing listens at %s", address)
	case err != nil:
		e.say(Daemon, Warning, "its log may say why", "callbackd at %s doesn't answer: %s", address, err)
	case status == http.StatusOK && problem.Status == "ready":
		e.say(Daemon, OK, "", "callbackd runs at %s and is ready", address)
	case status == http.StatusServiceUnavailable && detail != "":
		e.say(Daemon, Error, "it goes on by itself once that is mended", "callbackd runs at %s: %s", address, detail)
	default:
		e.say(Daemon, Warning, "is `listen` right, or has something else taken the port?", "what answers at %s isn't callbackd (%d)", address, status)
	}
}

// ready asks /readyz.
func ready(ctx context.Context, address string) (status int, body []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, daemonLimit)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/readyz", nil)
	if err != nil {
		return 0, nil, err
	}
	client := &http.Client{
		Transport: &http.Transport{DisableKeepAlives: true}, // and no proxy in between
		// callbackd sends nobody elsewhere, and what answers there isn't what listens here.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Do(request)
	if err != nil {
		return 0, nil, err
	}
	body, err = io.ReadAll(io.LimitReader(response.Body, largestAnswer))
	return response.StatusCode, body, errors.Join(err, response.Body.Close())
}
