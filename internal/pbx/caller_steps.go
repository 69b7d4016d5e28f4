package pbx

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"callbackd/ari"
	"callbackd/callback"
)

// Say implements callback.Caller.
func (c *caller) Say(ctx context.Context, account string, words ...callback.Words) error {
	for _, w := range words {
		if c.interrupted() {
			return nil
		}
		media, err := c.media(account, w)
		if err != nil {
			return fmt.Errorf("%w %s: %w", callback.ErrUnspoken, c.named(w), err)
		}
		if err := c.play(ctx, media, c.named(w)); err != nil {
			return err
		}
	}
	return nil
}

// media is what Asterisk is told to play.
func (c *caller) media(account string, w callback.Words) (string, error) {
	switch w.Kind {
	case callback.WordsDigits:
		return "digits:" + w.Text, nil
	case callback.WordsNumber:
		return "number:" + w.Text, nil
	case callback.WordsAsterisk:
		return "sound:" + w.Text, nil
	}
	return c.exchange.o.Sounds.Media(account, c.language, callback.Sound{Play: w.Text})
}

// named is what logs call words. Digits are a customer's number, of which they keep silent.
func (c *caller) named(w callback.Words) string {
	switch w.Kind {
	case callback.WordsDigits, callback.WordsNumber:
		return fmt.Sprintf("%s in Asterisk's own voice (core sounds of %s)", w.Kind, cmp.Or(c.language, "its default language"))
	case callback.WordsAsterisk:
		return fmt.Sprintf("%s (core sounds of %s)", w.Text, cmp.Or(c.language, "its default language"))
	}
	return "sound " + w.Text
}

// interrupted reports whether a key is there that nobody has taken.
func (c *caller) interrupted() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.facts.keys) > 0
}

// play plays media, which logs call name, to its end, for callback.SoundLimit, or until a
// key is pressed.
func (c *caller) play(ctx context.Context, media, name string) error {
	if err := c.answer(ctx); err != nil {
		return err
	}
	c.said++
	id := c.exchange.names.prefix + "-menu-" + c.id + "-" + strconv.Itoa(c.said)
	c.set(func(f *callerFacts) { f.playing = id })
	_, err := c.exchange.client.PlayIn(ctx, c.id, id, c.language, media)
	if err != nil {
		return c.unplayed(ctx, id, name, err)
	}
	var state ari.PlaybackState
	err = c.await(ctx, callback.SoundLimit, func(f *callerFacts) bool {
		state = f.finished[id]
		return state != "" || len(f.keys) > 0
	})
	switch {
	case err == nil && state == ari.PlaybackFailed:
		return c.failed(ctx, name)
	case err == nil && state == "", errors.Is(err, errTooLong):
		return c.silence(ctx, id)
	}
	return err
}

// answer answers a call that the dialplan has not: before that a phone may send no keys.
func (c *caller) answer(ctx context.Context) error {
	if c.up {
		return nil
	}
	err := c.exchange.client.Answer(ctx, c.id)
	switch {
	case err == nil:
		c.up = true
		return nil
	case errors.Is(err, ari.ErrNotFound), errors.Is(err, ari.ErrConflict):
		return callback.ErrCallerGone
	}
	return seen(ctx, err)
}

// unplayed is a sound that Asterisk didn't take; or the end of the call, if that is why.
// One whose reply is lost may play all the same: what comes next stops it.
func (c *caller) unplayed(ctx context.Context, id, name string, refused error) error {
	if refusal(refused) || ari.NotSent(refused) {
		c.set(func(f *callerFacts) { f.playing = "" })
	}
	if errors.Is(refused, ari.ErrNotFound) || errors.Is(refused, ari.ErrConflict) { // not in the application any more
		return callback.ErrCallerGone
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return fmt.Errorf("%w: %s (%s): %w", callback.ErrUnspoken, name, id, refused)
}

// failed is a sound that Asterisk couldn't play. The end of a call ends a playback, too,
// and so does the dialplan that takes the call back, before it says so.
func (c *caller) failed(ctx context.Context, name string) error {
	err := c.await(ctx, goneMoment, func(*callerFacts) bool { return false })
	if !errors.Is(err, errTooLong) {
		return err
	}
	return fmt.Errorf("%w: Asterisk can't play %s: is it installed, and can its user read it?", callback.ErrUnspoken, name)
}

// goneMoment is a hundred times what it takes until a call that has ended, or been taken
// back, is out of the application.
const goneMoment = 250 * time.Millisecond

// silence stops what plays, and waits until it is over: what comes next has its own end.
func (c *caller) silence(ctx context.Context, id string) error {
	if err := gone(c.exchange.client.StopPlayback(ctx, id)); err != nil {
		return seen(ctx, err)
	}
	err := c.await(ctx, stopMoment, func(f *callerFacts) bool { return f.finished[id] != "" })
	if errors.Is(err, errTooLong) {
		return nil
	}
	return err
}

// Return implements callback.Caller. Without stopping what plays it would take effect at
// its end.
func (c *caller) Return(ctx context.Context) error {
	return c.leave(ctx, func(ctx context.Context) error { return c.exchange.client.Continue(ctx, c.id, ari.Extension{}) })
}

// Hangup implements callback.Caller.
func (c *caller) Hangup(ctx context.Context) error {
	return c.leave(ctx, func(ctx context.Context) error { return c.exchange.client.Hangup(ctx, c.id, ari.HangupNormal) })
}

const (
	leaveTry   = 3 * time.Second        // for one request
	leaveAgain = 500 * time.Millisecond // after one that failed
)

// leave lets the caller go, and tries again as long as ctx allows.
func (c *caller) leave(ctx context.Context, how func(context.Context) error) error {
	for {
		err := c.leaveOnce(ctx, how)
		if err == nil || ctx.Err() != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(leaveAgain):
		}
	}
}

func (c *caller) leaveOnce(ctx context.Context, how func(context.Context) error) error {
	c.mu.Lock()
	left, playing := c.facts.gone, c.facts.playing
	c.mu.Unlock()
	if left {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, leaveTry)
	defer cancel()
	if playing != "" {
		if err := c.silence(ctx, playing); err != nil && !errors.Is(err, callback.ErrCallerGone) {
			c.exchange.o.Log.Debug().Err(err).Str("call", c.id).Msg("what a caller hears could not be stopped")
		}
	}
	return elsewhere(how(ctx))
}

// elsewhere makes nil of the answer that a channel isn't in the application any more: its
// caller has gone, or is where we wanted.
func elsewhere(err error) error {
	if errors.Is(err, ari.ErrNotFound) || errors.Is(err, ari.ErrConflict) {
		return nil
	}
	return err
}
