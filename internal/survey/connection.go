package survey

import (
	"context"
	"errors"
	"fmt"
	"time"

	"callbackd/ari"
	"callbackd/callback"
)

const (
	// answerLimit is how long an Asterisk may take for one answer.
	answerLimit = 3 * time.Second
	// hangupLimit is how long the probe's end may take when the survey is over.
	hangupLimit = 2 * time.Second
	// endInterval is the time between two looks whether it has.
	endInterval = 10 * time.Millisecond
	// fuse ends a probe whose survey was killed.
	fuse = 30 * time.Second
	// behind is an offset behind the end of every sound that callbackd plays
	// (sounds.Longest).
	behind = time.Hour
)

// connection is the connection to an Asterisk, and the channels on which it is asked.
type connection struct {
	client *ari.Client
	info   ari.AsteriskInfo
	probe  string // functions are read on it; it is never dialled
	snoop  string // sounds are played to it; "" before the first

	events chan ari.Event // those that are waited for
	stop   func()         // ends the stream of events
	ended  chan struct{}
}

// reach asks a PBX for the first time. Nothing is made there before open.
func reach(ctx context.Context, pbx PBX) (*connection, error) {
	// A name of its own for each survey: nobody's events are taken away, and a second
	// survey isn't deaf because the first has just gone.
	client, err := ari.New(ari.Options{
		URL: pbx.URL, Username: pbx.Username, Password: pbx.Password, DialContext: pbx.DialContext,
		Application: pbx.Application + "-check-" + callback.NewKey(), RequestTimeout: answerLimit,
	})
	if err != nil {
		return nil, err
	}
	info, err := client.Info(ctx)
	if err != nil {
		return nil, err
	}
	return &connection{client: client, info: *info}, nil
}

// open connects and makes the probe; close it, also after an error.
func (c *connection) open(ctx context.Context) error {
	if err := c.listen(ctx); err != nil {
		return err
	}
	return c.makeProbe(ctx)
}

// listen starts the stream of events. It goes on until close, so that the probe is hung up
// before, also where ctx has ended.
func (c *connection) listen(ctx context.Context) error {
	var streaming context.Context
	streaming, c.stop = context.WithCancel(context.WithoutCancel(ctx))
	c.events, c.ended = make(chan ari.Event), make(chan struct{})
	first := make(chan error, 1)
	tell := func(err error) {
		select {
		case first <- err:
		default: // what became of the first connection is known
		}
	}
	go func() {
		defer close(c.ended)
		err := c.client.Run(streaming, func(event ari.Event) {
			switch e := event.(type) {
			case *ari.Connected:
				tell(nil)
			case *ari.Disconnected:
				tell(e.Err)
			case *ari.StasisStart, *ari.PlaybackFinished:
				select {
				case c.events <- e:
				case <-streaming.Done():
				}
			}
		})
		tell(err)
	}()
	select {
	case err := <-first:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// await takes events until one is what is waited for.
func (c *connection) await(ctx context.Context, it func(ari.Event) bool) error {
	for {
		select {
		case e := <-c.events:
			if it(e) {
				return nil
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// awaitStart waits until a channel is in the application: before, most commands are
// refused, though its request was a success.
func (c *connection) awaitStart(ctx context.Context, id string) error {
	return c.await(ctx, func(event ari.Event) bool {
		start, ok := event.(*ari.StasisStart)
		return ok && start.Channel.ID == id
	})
}

// makeProbe is carried through also if ctx ends meanwhile: so the probe is either there, and
// hung up, or it is not.
func (c *connection) makeProbe(ctx context.Context) error {
	c.probe = c.client.ApplicationName() + "-probe"
	_, err := c.client.CreateChannel(context.WithoutCancel(ctx), ari.OriginateRequest{
		ID: c.probe, Endpoint: "Local/s@probe/n", Formats: []string{"ulaw"},
		Variables: map[string]string{"TIMEOUT(absolute)": fmt.Sprint(int(fuse.Seconds()))},
	})
	if err != nil {
		return err
	}
	return c.awaitStart(ctx, c.probe)
}

// makeSnoop makes the channel that sounds are played to.
func (c *connection) makeSnoop(ctx context.Context) error {
	c.snoop = c.client.ApplicationName() + "-snoop"
	if _, err := c.client.Snoop(context.WithoutCancel(ctx), c.probe, c.snoop, ari.SnoopIn); err != nil {
		c.snoop = ""
		return err
	}
	return c.awaitStart(ctx, c.snoop)
}

// close hangs the probe up, and what snoops on it with it, and ends the connection: only when
// they are gone, or the application might stay in Asterisk's list.
func (c *connection) close(ctx context.Context) {
	if c.probe != "" {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), hangupLimit)
		defer cancel()
		if c.client.Hangup(ctx, c.probe, ari.HangupNormal) == nil { // or its fuse does
			c.awaitEnd(ctx)
		}
	}
	c.stop()
	<-c.ended
}

// awaitEnd waits until Asterisk has forgotten the channels. It has no event for that.
func (c *connection) awaitEnd(ctx context.Context) {
	ticker := time.NewTicker(endInterval)
	defer ticker.Stop()
	for {
		application, err := c.client.Application(ctx, c.client.ApplicationName())
		if err != nil || len(application.ChannelIDs) == 0 {
			return // an Asterisk that doesn't answer any more has forgotten them, too, or will
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// read reads a function of the dialplan. known is false where it can't be read: its module
// isn't loaded, or it has nothing to say.
func (c *connection) read(ctx context.Context, function string) (value string, known bool, err error) {
	value, err = c.client.ChannelVariable(ctx, c.probe, function)
	if errors.Is(err, ari.ErrFunction) {
		return "", false, nil
	}
	return value, err == nil, err
}

// yes reads a function whose answer is 1 or 0.
func (c *connection) yes(ctx context.Context, format string, args ...any) (bool, error) {
	value, _, err := c.read(ctx, fmt.Sprintf(format, args...))
	return value == "1", err
}

// plays reports whether Asterisk can play media, a sound. Nobody hears it.
func (c *connection) plays(ctx context.Context, media string) (bool, error) {
	if c.snoop == "" {
		if err := c.makeSnoop(ctx); err != nil {
			return false, err
		}
	}
	id := c.client.ApplicationName() + "-" + callback.NewKey()
	if _, err := c.client.PlayFrom(ctx, c.snoop, id, behind, media); err != nil {
		return false, err
	}
	played := false
	err := c.await(ctx, func(event ari.Event) bool {
		e, ok := event.(*ari.PlaybackFinished)
		played = ok && e.Playback.State != ari.PlaybackFailed
		return ok && e.Playback.ID == id
	})
	return played, err
}
