package ari

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// CreateBridge makes a mixing bridge. It belongs to nobody: it stays, across dropped
// connections too, until DestroyBridge. An id in use is ErrConflict. While two channels
// are in it, what one sends is passed on to the other as it is.
func (c *Client) CreateBridge(ctx context.Context, id, name string) (*Bridge, error) {
	return c.createBridge(ctx, id, name, "mixing")
}

// CreateMixer is CreateBridge for a bridge that mixes also two channels: each gets audio
// made anew, in packets of their own. It costs half as much processor time again.
// video_sfu is ARI's only word for that (bridge_create_common in res/res_stasis.c);
// where nobody sends video it does nothing else.
func (c *Client) CreateMixer(ctx context.Context, id, name string) (*Bridge, error) {
	return c.createBridge(ctx, id, name, "mixing,video_sfu")
}

func (c *Client) createBridge(ctx context.Context, id, name, kind string) (*Bridge, error) {
	var bridge Bridge
	return reply(&bridge, c.do(ctx, &request{
		op: "create bridge " + id, method: http.MethodPost, segments: []string{"bridges", id},
		query: url.Values{"type": {kind}, "name": {name}}, reply: &bridge,
	}))
}

// Bridge gives a bridge's present snapshot.
func (c *Client) Bridge(ctx context.Context, id string) (*Bridge, error) {
	var bridge Bridge
	return reply(&bridge, c.do(ctx, &request{
		op: "get bridge " + id, method: http.MethodGet, segments: []string{"bridges", id}, reply: &bridge,
	}))
}

// Bridges lists all bridges of Asterisk, those of the dialplan too.
func (c *Client) Bridges(ctx context.Context) ([]Bridge, error) {
	var bridges []Bridge
	err := c.do(ctx, &request{
		op: "list bridges", method: http.MethodGet, segments: []string{"bridges"}, reply: &bridges,
	})
	if err != nil {
		return nil, err // half a list would look like a whole one
	}
	return bridges, nil
}

// AddChannels puts channels into a bridge, at once for all of them. Success is no proof:
// wait for ChannelEnteredBridge. It waits while anything plays to one of them. A channel
// that doesn't exist, or isn't in the application, is ErrInvalid.
func (c *Client) AddChannels(ctx context.Context, bridgeID string, channelIDs ...string) error {
	return c.moveChannels(ctx, "add channels %s to bridge %s", "addChannel", bridgeID, channelIDs)
}

// RemoveChannel takes a channel out of a bridge; it stays in the application.
func (c *Client) RemoveChannel(ctx context.Context, bridgeID, channelID string) error {
	return c.moveChannels(ctx, "remove channel %s from bridge %s", "removeChannel", bridgeID, []string{channelID})
}

func (c *Client) moveChannels(ctx context.Context, op, verb, bridgeID string, channelIDs []string) error {
	r := &request{
		op:     fmt.Sprintf(op, strings.Join(channelIDs, ", "), bridgeID),
		method: http.MethodPost, segments: []string{"bridges", bridgeID, verb},
	}
	listed, err := list(channelIDs)
	if err != nil {
		return r.refused(err)
	}
	r.query = url.Values{"channel": {listed}}
	return c.do(ctx, r)
}

// RecordRequest says how a bridge or a channel is recorded.
type RecordRequest struct {
	// Name is the recording's name, with folders if it holds slashes. Check what it is
	// made of: Asterisk doesn't refuse "..".
	Name   string
	Format string // wav, …
	// MaxDuration ends the recording, in whole seconds (more is rounded up). Zero: no limit.
	MaxDuration time.Duration
}

// RecordBridge records a bridge until its last channel leaves or StopRecording. A name
// that exists is ErrConflict. Start it on the empty bridge: started afterwards, it can
// silence a call whose legs have different codecs. Start it right before the channels
// come: Asterisk ends it when it hears nothing for 4 s (__ast_play_and_record in main/app.c),
// because nobody is there, or one channel alone that sends no audio.
func (c *Client) RecordBridge(ctx context.Context, bridgeID string, record RecordRequest) (*LiveRecording, error) {
	return c.record(ctx, "bridge", "bridges", bridgeID, record)
}

// RecordChannel records what a channel of the application says, until it ends or
// StopRecording: of a snoop, what it hears. A name that exists is ErrConflict. Not for a
// channel that shall be in a bridge meanwhile: AddChannels refuses it.
func (c *Client) RecordChannel(ctx context.Context, channelID string, record RecordRequest) (*LiveRecording, error) {
	return c.record(ctx, "channel", "channels", channelID, record)
}

func (c *Client) record(ctx context.Context, kind, kinds, id string, record RecordRequest) (*LiveRecording, error) {
	query := url.Values{"name": {record.Name}, "format": {record.Format}, "ifExists": {"fail"}}
	if record.MaxDuration > 0 {
		query.Set("maxDurationSeconds", strconv.FormatInt(int64((record.MaxDuration+time.Second-1)/time.Second), 10))
	}
	var recording LiveRecording
	return reply(&recording, c.do(ctx, &request{
		op: "record " + kind + " " + id + " as " + record.Name, method: http.MethodPost,
		segments: []string{kinds, id, "record"}, query: query, reply: &recording,
	}))
}

// DestroyBridge removes a bridge. Channels in it stay in the application.
func (c *Client) DestroyBridge(ctx context.Context, id string) error {
	return c.do(ctx, &request{
		op: "destroy bridge " + id, method: http.MethodDelete, segments: []string{"bridges", id},
	})
}
