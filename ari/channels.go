package ari

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// OriginateRequest asks Asterisk to call somebody and to put the channel into the
// application when they answer.
type OriginateRequest struct {
	// ID is the new channel's id; always choose it, and store it before asking. One in use
	// is an ErrConflict, compared without case. At most 149 bytes.
	ID string
	// OtherID is the id of a Local channel's second half. Empty: ID + ";2".
	OtherID string
	// Endpoint is whom to call: PJSIP/alice, PJSIP/+46701234567@pstn,
	// Local/support@context/n.
	Endpoint string
	// App is the application that gets the channel; empty means the client's own.
	App     string
	AppArgs string // comma-separated; they come back in StasisStart.Args
	// CallerID is what the called phone shows: `"name" <number>`.
	CallerID string
	// Timeout is how long it may ring, in whole seconds (more is rounded up). Zero is
	// Asterisk's 30 s, a negative one means for ever.
	Timeout time.Duration
	// Originator is the id of a channel of the same call, whose linkedid and codecs the new
	// one takes. Not together with Formats.
	Originator string
	// Formats names the codecs, such as "ulaw". A Local channel without it runs at 192 kHz,
	// which costs five times the CPU and can silence a recorded call.
	Formats []string
	// Variables are set before it rings, functions too: "TIMEOUT(absolute)": "120".
	Variables map[string]string
}

// originateBody is OriginateRequest as Asterisk reads it.
type originateBody struct {
	Endpoint       string            `json:"endpoint"`
	App            string            `json:"app"`
	AppArgs        string            `json:"appArgs,omitempty"`
	CallerID       string            `json:"callerId,omitempty"`
	Timeout        int64             `json:"timeout,omitempty"`
	ChannelID      string            `json:"channelId,omitempty"`
	OtherChannelID string            `json:"otherChannelId,omitempty"`
	Originator     string            `json:"originator,omitempty"`
	Formats        string            `json:"formats,omitempty"`
	Variables      map[string]string `json:"variables,omitempty"`
}

func (b originateBody) texts() []string {
	return append(variableTexts(b.Variables), b.Endpoint, b.App, b.AppArgs, b.CallerID,
		b.ChannelID, b.OtherChannelID, b.Originator, b.Formats)
}

func variableTexts(variables map[string]string) (texts []string) {
	for name, value := range variables {
		texts = append(texts, name, value)
	}
	return texts
}

func (c *Client) originateBody(o OriginateRequest) originateBody {
	body := originateBody{
		Endpoint: o.Endpoint, App: o.App, AppArgs: o.AppArgs, CallerID: o.CallerID,
		ChannelID: o.ID, OtherChannelID: o.OtherID, Originator: o.Originator,
		Formats: strings.Join(o.Formats, ","), Variables: o.Variables,
	}
	if body.App == "" {
		body.App = c.options.Application
	}
	switch {
	case o.Timeout < 0:
		body.Timeout = -1
	case o.Timeout > 0:
		body.Timeout = int64((o.Timeout + time.Second - 1) / time.Second)
	}
	return body
}

// Originate calls somebody. Asterisk answers before it dials: success says that the
// channel exists. The answer of the far end is StasisStart, its refusal ChannelDestroyed.
// An unknown endpoint or a phone that isn't registered is ErrAllocation, but a Local
// channel to an extension that doesn't exist succeeds, and dies with cause 0.
//
// Only originate while Live: otherwise a person is rung and dropped on answer.
func (c *Client) Originate(ctx context.Context, o OriginateRequest) (*Channel, error) {
	var channel Channel
	body := c.originateBody(o)
	return reply(&channel, c.do(ctx, &request{
		op: "originate " + o.Endpoint, method: http.MethodPost, segments: []string{"channels"},
		body: body, texts: body.texts(), reply: &channel,
	}))
}

// CreateChannel makes a channel without dialling it; it enters the application at once, in
// state Down. CallerID and Timeout of the request have no meaning here.
func (c *Client) CreateChannel(ctx context.Context, o OriginateRequest) (*Channel, error) {
	o.CallerID, o.Timeout = "", 0
	var channel Channel
	body := c.originateBody(o)
	return reply(&channel, c.do(ctx, &request{
		op: "create channel " + o.Endpoint, method: http.MethodPost, segments: []string{"channels", "create"},
		body: body, texts: body.texts(), reply: &channel,
	}))
}

// Channel gives a channel's present snapshot.
func (c *Client) Channel(ctx context.Context, id string) (*Channel, error) {
	var channel Channel
	return reply(&channel, c.do(ctx, &request{
		op: "get channel " + id, method: http.MethodGet, segments: []string{"channels", id}, reply: &channel,
	}))
}

// Channels lists all channels of Asterisk, whomever they belong to.
func (c *Client) Channels(ctx context.Context) ([]Channel, error) {
	var channels []Channel
	err := c.do(ctx, &request{
		op: "list channels", method: http.MethodGet, segments: []string{"channels"}, reply: &channels,
	})
	if err != nil {
		return nil, err // half a list would look like a whole one
	}
	return channels, nil
}

// Answer answers a call that came in. One that is answered already stays as it is.
func (c *Client) Answer(ctx context.Context, id string) error {
	return c.do(ctx, &request{
		op: "answer channel " + id, method: http.MethodPost, segments: []string{"channels", id, "answer"},
	})
}

// HangupReason is why a channel is hung up; the far end is told as a Q.850 cause.
type HangupReason string

// The reasons that Asterisk knows (convert_reason_to_hangup_code); empty is
// HangupNormal.
const (
	HangupNormal            HangupReason = "normal"             // 16
	HangupBusy              HangupReason = "busy"               // 17
	HangupNoAnswer          HangupReason = "no_answer"          // 19
	HangupRejected          HangupReason = "rejected"           // 21
	HangupAnsweredElsewhere HangupReason = "answered_elsewhere" // 26; no missed call on a phone that rang
	HangupCongestion        HangupReason = "congestion"         // 34
)

// Hangup ends a channel. Success says that Asterisk was asked; the end is
// ChannelDestroyed. The reason doesn't reach phones behind a Local channel's dialplan.
func (c *Client) Hangup(ctx context.Context, id string, reason HangupReason) error {
	r := &request{op: "hang up channel " + id, method: http.MethodDelete, segments: []string{"channels", id}}
	if reason != "" {
		r.query = url.Values{"reason": {string(reason)}}
	}
	return c.do(ctx, r)
}

// Extension is a place in the dialplan. What is empty or zero stays as the channel has it.
type Extension struct {
	Context  string
	Exten    string
	Priority int
	Label    string
}

// Continue sends a channel on into the dialplan and out of the application. A place that
// doesn't exist hangs it up; a playback blocks it until it ends.
func (c *Client) Continue(ctx context.Context, id string, to Extension) error {
	query := url.Values{}
	set := func(name, value string) {
		if value != "" {
			query.Set(name, value)
		}
	}
	set("context", to.Context)
	set("extension", to.Exten)
	set("label", to.Label)
	if to.Priority != 0 {
		set("priority", strconv.Itoa(to.Priority))
	}
	return c.do(ctx, &request{
		op: "continue channel " + id, method: http.MethodPost, segments: []string{"channels", id, "continue"}, query: query,
	})
}

// Play plays media, one after the other, as the playback with the given id: "sound:NAME"
// (a file without its extension), "tone:ring;tonezone=se", "digits:42". A tone plays until
// it is stopped. While anything plays, commands such as AddChannels wait.
func (c *Client) Play(ctx context.Context, channelID, playbackID string, media ...string) (*Playback, error) {
	return c.play(ctx, channelID, playbackID, url.Values{}, media)
}

// PlayIn is Play in a language: of sounds that there are in several. "" is the channel's
// own.
func (c *Client) PlayIn(ctx context.Context, channelID, playbackID, language string, media ...string) (*Playback, error) {
	query := url.Values{}
	if language != "" {
		query.Set("lang", language)
	}
	return c.play(ctx, channelID, playbackID, query, media)
}

// PlayFrom is Play without the beginning of the first medium, if that is a sound. From
// behind its end nothing is heard, and the playback is done at once: or failed, if the
// sound can't be played.
func (c *Client) PlayFrom(ctx context.Context, channelID, playbackID string, offset time.Duration, media ...string) (*Playback, error) {
	query := url.Values{}
	if offset > 0 {
		query.Set("offsetms", strconv.FormatInt(offset.Milliseconds(), 10))
	}
	return c.play(ctx, channelID, playbackID, query, media)
}

func (c *Client) play(ctx context.Context, channelID, playbackID string, query url.Values, media []string) (*Playback, error) {
	var playback Playback
	r := &request{
		op: "play to channel " + channelID, method: http.MethodPost,
		segments: []string{"channels", channelID, "play", playbackID}, query: query, reply: &playback,
	}
	listed, err := list(media)
	if err != nil {
		return nil, r.refused(err)
	}
	query.Set("media", listed)
	return reply(&playback, c.do(ctx, r))
}

// ChannelVariable reads a variable or a function of the dialplan on a channel:
// "CALLERID(num-pres)", "QUEUE_MEMBER(support,ready)". A channel or variable that doesn't
// exist is ErrNotFound, a function that fails ErrFunction.
func (c *Client) ChannelVariable(ctx context.Context, id, name string) (string, error) {
	var variable struct {
		Value string `json:"value"`
	}
	err := c.do(ctx, &request{
		op: "read " + name + " of channel " + id, method: http.MethodGet,
		segments: []string{"channels", id, "variable"}, query: url.Values{"variable": {name}}, reply: &variable,
	})
	return variable.Value, err
}

// SetChannelVariable sets a variable or function on a channel; it waits while anything
// plays. Not on a channel that continues into the dialplan: in 22.10.1 that blocks DB(),
// SHELL() and LOCK() there.
func (c *Client) SetChannelVariable(ctx context.Context, id, name, value string) error {
	return c.do(ctx, &request{
		op: "set " + name + " of channel " + id, method: http.MethodPost,
		segments: []string{"channels", id, "variable"}, query: url.Values{"variable": {name}, "value": {value}},
	})
}

// reply gives what was decoded, or nil with the error.
func reply[T any](value *T, err error) (*T, error) {
	if err != nil {
		return nil, err
	}
	return value, nil
}
