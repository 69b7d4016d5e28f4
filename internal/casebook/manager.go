package casebook

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"
)

// manager is the manager interface (AMI) over HTTP, for what ARI can't do to a
// caller: move one that is in the dialplan, withdraw one from a queue.
type manager struct {
	url    string // of Asterisk's HTTP server
	secret string
}

// managerUser is the only user of the manager interface.
const managerUser = "casebook"

// managerConfiguration opens the manager interface, on loopback like all of
// this Asterisk. Its port of TCP, which can't be left out, is any that is free.
const managerConfiguration = `
[general]
enabled = yes
webenabled = yes
bindaddr = 127.0.0.1
port = 0

[` + managerUser + `]
secret = SECRET
write = call,agent,originate
`

// act logs in, does one action, and returns what Asterisk answers.
func (m manager) act(ctx context.Context, action string, fields url.Values) (string, error) {
	jar, err := cookiejar.New(nil) // the session is a cookie
	if err != nil {
		return "", err
	}
	client := &http.Client{Jar: jar, Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 5 * time.Second}
	if _, err := m.ask(ctx, client, "Login", url.Values{"username": {managerUser}, "secret": {m.secret}}, "Success"); err != nil {
		return "", err
	}
	answer, err := m.ask(ctx, client, action, fields, "Success")
	if err != nil {
		return "", err
	}
	_, err = m.ask(ctx, client, "Logoff", url.Values{}, "Goodbye")
	return answer, err
}

func (m manager) ask(ctx context.Context, client *http.Client, action string, fields url.Values, want string) (string, error) {
	fields.Set("action", action)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, m.url+"/rawman?"+fields.Encode(), nil)
	if err != nil {
		return "", err
	}
	response, err := client.Do(request)
	if err != nil {
		return "", fmt.Errorf("manager action %s: %w", action, err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return "", fmt.Errorf("manager action %s: %w", action, err)
	}
	if !strings.Contains(string(text), "Response: "+want) {
		return "", fmt.Errorf("manager action %s: %s: %s", action, response.Status, strings.TrimSpace(string(text)))
	}
	return string(text), nil
}
