package aritest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/ari/aritest"
)

// pbx is a server and a client that listens to everything.
type pbx struct {
	t      *testing.T
	srv    *aritest.Server
	c      *ari.Client
	ctx    context.Context
	events chan ari.Event
}

// virtual runs a test in virtual time, with a client connected.
func virtual(t *testing.T, test func(*pbx)) {
	synctest.Test(t, func(t *testing.T) {
		p := connect(t, aritest.New(t))
		test(p)
	})
}

func connect(t *testing.T, srv *aritest.Server) *pbx {
	options := srv.Options("app")
	options.Subscriptions = []string{"channel:", "bridge:", "endpoint:"}
	client, err := ari.New(options)
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	p := &pbx{t: t, srv: srv, c: client, ctx: ctx, events: make(chan ari.Event, 10_000)}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		client.Run(ctx, func(e ari.Event) { p.events <- e })
	}()
	t.Cleanup(func() {
		stop()
		<-ended
	})
	p.until("Connected")
	return p
}

// until takes events up to and including the one described so, and gives the descriptions
// of all. The test fails if it doesn't come within two hours.
func (p *pbx) until(last string) []string {
	p.t.Helper()
	timeout := time.NewTimer(2 * time.Hour)
	defer timeout.Stop()
	var seen []string
	for {
		select {
		case e := <-p.events:
			seen = append(seen, describe(e))
			if seen[len(seen)-1] == last {
				return seen
			}
		case <-timeout.C:
			p.t.Fatalf("%q didn't come; there came\n%s", last, strings.Join(seen, "\n"))
		}
	}
}

// rest gives the descriptions of everything that comes before nothing more happens.
func (p *pbx) rest() []string {
	synctest.Wait()
	var seen []string
	for {
		select {
		case e := <-p.events:
			seen = append(seen, describe(e))
		default:
			return seen
		}
	}
}

// pass lets time pass and everything happen that falls into it.
func (p *pbx) pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func (p *pbx) originate(id, endpoint string, timeout time.Duration) {
	p.t.Helper()
	_, err := p.c.Originate(p.ctx, ari.OriginateRequest{ID: id, Endpoint: endpoint, AppArgs: "agent," + id, Timeout: timeout})
	require.NoError(p.t, err)
}

// describe puts what matters of an event into a line.
func describe(e ari.Event) string {
	switch e := e.(type) {
	case *ari.StasisStart:
		return fmt.Sprintf("StasisStart %s %s", e.Channel.ID, strings.Join(e.Args, ","))
	case *ari.ChannelDestroyed:
		return fmt.Sprintf("ChannelDestroyed %s %d/%d", e.Channel.ID, e.Cause, e.TechCause)
	case *ari.ChannelStateChange:
		return fmt.Sprintf("ChannelStateChange %s %s", e.Channel.ID, e.Channel.State)
	case *ari.ChannelDialplan:
		return fmt.Sprintf("ChannelDialplan %s %s(%s)", e.Channel.ID, e.App, e.AppData)
	case *ari.ChannelHangupRequest:
		cause := "-"
		if e.Cause != nil {
			cause = fmt.Sprint(*e.Cause)
		}
		return fmt.Sprintf("ChannelHangupRequest %s %s soft=%v", e.Channel.ID, cause, e.Soft)
	case *ari.Dial:
		caller := "-"
		if e.Caller != nil {
			caller = e.Caller.ID
		}
		return fmt.Sprintf("Dial %s>%s %s", caller, e.Peer.ID, e.Status)
	case *ari.PlaybackStarted:
		return fmt.Sprintf("PlaybackStarted %s %s", e.Playback.ID, e.Playback.MediaURI)
	case *ari.PlaybackContinuing:
		return fmt.Sprintf("PlaybackContinuing %s %s", e.Playback.ID, e.Playback.MediaURI)
	case *ari.PlaybackFinished:
		return fmt.Sprintf("PlaybackFinished %s %s", e.Playback.ID, e.Playback.State)
	case *ari.RecordingFinished:
		return fmt.Sprintf("RecordingFinished %s %s %d", e.Recording.Name, e.Recording.State, e.Recording.Duration)
	case *ari.ChannelVarset:
		return fmt.Sprintf("ChannelVarset %s=%s", e.Variable, e.Value)
	}
	line := e.EventType()
	for _, ref := range e.Refs() {
		line += " " + ref.ID
	}
	return line
}
