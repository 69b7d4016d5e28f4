package torture

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// kind is what callbackd asks of Asterisk, in words.
type kind string

// The requests of an attempt, in their order.
const (
	ringAgent      kind = "originate the agent"
	createBridge   kind = "create the bridge"
	playPrompt     kind = "play the prompt"
	lookAtAgent    kind = "look at the agent's channel"
	playTone       kind = "play the ring tone"
	ringCustomer   kind = "originate the customer"
	stopTone       kind = "stop the ring tone"
	record         kind = "record the bridge"
	addChannels    kind = "add the channels"
	renewFuse      kind = "renew the absolute timeout"
	hangupCustomer kind = "hang up the customer"
	hangupAgent    kind = "hang up the agent"
	stopRecording  kind = "stop the recording"
	readRecording  kind = "read the recording's file"
	dropRecording  kind = "delete the recording"
	deleteBridge   kind = "delete the bridge"
)

// The requests of the gate.
const (
	createProbe kind = "create the probe"
	readProbe   kind = "read a function"
	hangupProbe kind = "hang up the probe"
)

// The requests of connecting and of reconciliation.
const (
	readInfo      kind = "read Asterisk's info"
	filterEvents  kind = "filter the events"
	subscribe     kind = "subscribe"
	heartbeat     kind = "send the heartbeat"
	listChannels  kind = "list the channels"
	listBridges   kind = "list the bridges"
	otherRequests kind = "something else"
)

// attemptRequests are what can go wrong in an attempt that succeeds.
var attemptRequests = []kind{
	ringAgent, createBridge, playPrompt, lookAtAgent, playTone, ringCustomer, stopTone, record, addChannels,
	renewFuse, hangupCustomer, hangupAgent, stopRecording, readRecording, deleteBridge,
}

// asked is a request of callbackd's.
type asked struct {
	kind    kind
	number  string // the customer's, where it is one of an attempt
	channel string // of an originate
	at      time.Time
	request *http.Request
	body    []byte
	twin    bool // it isn't callbackd's at all
}

var (
	keyOf      = regexp.MustCompile(`[a-z2-7]{26}`)
	numberIn   = regexp.MustCompile(`\+\d{7,15}`)
	kindByPath = []struct {
		request *regexp.Regexp
		kind    kind
	}{
		{regexp.MustCompile(`^POST /channels/create$`), createProbe},
		{regexp.MustCompile(`^GET /channels/[^/]*-probe-[^/]*/variable$`), readProbe},
		{regexp.MustCompile(`^DELETE /channels/[^/]*-probe-`), hangupProbe},
		{regexp.MustCompile(`^DELETE /channels/[^/]*-agent-`), hangupAgent},
		{regexp.MustCompile(`^DELETE /channels/[^/]*-customer-`), hangupCustomer},
		{regexp.MustCompile(`^POST /channels/[^/]*/play/[^/]*-prompt-`), playPrompt},
		{regexp.MustCompile(`^POST /channels/[^/]*/play/[^/]*-tone-`), playTone},
		{regexp.MustCompile(`^POST /channels/[^/]*/variable$`), renewFuse},
		{regexp.MustCompile(`^GET /channels/[^/]*-agent-[^/]*$`), lookAtAgent},
		{regexp.MustCompile(`^GET /channels$`), listChannels},
		{regexp.MustCompile(`^DELETE /playbacks/[^/]*-tone-`), stopTone},
		{regexp.MustCompile(`^GET /bridges$`), listBridges},
		{regexp.MustCompile(`^POST /bridges/[^/]*$`), createBridge},
		{regexp.MustCompile(`^POST /bridges/[^/]*/record$`), record},
		{regexp.MustCompile(`^POST /bridges/[^/]*/addChannel$`), addChannels},
		{regexp.MustCompile(`^DELETE /bridges/[^/]*$`), deleteBridge},
		{regexp.MustCompile(`^POST /recordings/live/.*/stop$`), stopRecording},
		{regexp.MustCompile(`^GET /recordings/stored/.*/file$`), readRecording},
		{regexp.MustCompile(`^DELETE /recordings/stored/`), dropRecording},
		{regexp.MustCompile(`^GET /asterisk/info$`), readInfo},
		{regexp.MustCompile(`^PUT /applications/[^/]*/eventFilter$`), filterEvents},
		{regexp.MustCompile(`^POST /applications/[^/]*/subscription$`), subscribe},
		{regexp.MustCompile(`^POST /events/user/`), heartbeat},
	}
)

// recognise tells what is asked, and for which customer.
func (p *proxy) recognise(r *http.Request, body []byte) *asked {
	q := &asked{kind: otherRequests, at: time.Now(), request: r, body: body}
	line := r.Method + " " + strings.TrimPrefix(r.URL.Path, "/ari")
	if line == "POST /channels" {
		p.recogniseOriginate(q)
		return q
	}
	for _, row := range kindByPath {
		if row.request.MatchString(line) {
			q.kind = row.kind
			break
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	q.number = p.numbers[keyOf.FindString(r.URL.Path)]
	return q
}

func (p *proxy) recogniseOriginate(q *asked) {
	var leg struct{ Endpoint, CallerID, ChannelID string }
	if json.Unmarshal(q.body, &leg) != nil {
		return
	}
	q.channel = leg.ChannelID
	key := keyOf.FindString(leg.ChannelID)
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case strings.Contains(leg.ChannelID, "-agent-"):
		q.kind, q.number = ringAgent, numberIn.FindString(leg.CallerID)
		p.numbers[key] = q.number
	case strings.Contains(leg.ChannelID, "-customer-"):
		q.kind, q.number = ringCustomer, numberIn.FindString(leg.Endpoint)
	}
}
