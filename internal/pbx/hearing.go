package pbx

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"callbackd/ari"
	"callbackd/callback"
)

// hearing is a sound that one side is played.
type hearing struct {
	leg   callback.Leg
	id    string // of the playback
	sound callback.Sound
	cut   func(*facts) bool // ends it early; nil: nothing does
}

// unheard is a sound that couldn't be played to somebody who is there.
type unheard struct {
	alarm string
	why   error
}

func (u *unheard) Error() string { return u.why.Error() }
func (u *unheard) Unwrap() error { return u.why }

// told is the playback of the n-th sound that one side is told, from 1.
func (c *call) told(leg callback.Leg, n int) string {
	kind := "prompt"
	if leg == callback.LegCustomer {
		kind = "ask"
	}
	if n > 1 {
		kind += strconv.Itoa(n)
	}
	return playback(kind, c.names.Bridge)
}

// play plays a sound to its end, or for callback.SoundLimit. It answers an *unheard
// where it couldn't be played.
func (c *call) play(ctx context.Context, h hearing) error {
	if h.leg == callback.LegCustomer {
		if err := c.resume(ctx); err != nil {
			return err
		}
	}
	media, err := c.exchange.o.Sounds.Media(c.account, c.language, h.sound)
	if err != nil {
		return &unheard{"sound_missing", err}
	}
	if err := c.now(c.leftBy(h.leg)); err != nil || c.is(h.over) {
		return err
	}
	_, err = c.exchange.client.PlayIn(ctx, c.channelOf(h.leg), h.id, c.language, media)
	if refusal(err) || ari.NotSent(err) {
		return c.unplayed(ctx, err)
	}
	// Where the reply is lost it may play all the same; if it doesn't, nothing says so.
	limit := callback.SoundLimit
	if err != nil {
		limit = slack
	}
	heard := c.hearOut(ctx, h, limit, media)
	if err != nil && errors.Is(heard, errTooLong) {
		return &unheard{"sound_failed", fmt.Errorf("nobody knows whether %s was played: %w", media, err)}
	}
	if errors.Is(heard, errTooLong) {
		return nil
	}
	return heard
}

// over reports whether the sound is cut short.
func (h hearing) over(f *facts) bool { return h.cut != nil && h.cut(f) }

// hearOut waits until a sound is over, and stops one that isn't wanted any more;
// errTooLong is one that took longer than limit.
func (c *call) hearOut(ctx context.Context, h hearing, limit time.Duration, media string) error {
	left, channel := c.leftBy(h.leg), c.channelOf(h.leg)
	var state ari.PlaybackState
	var ends bool
	err := c.await(ctx, limit, func(f *facts) (bool, error) {
		if state, ends = f.finished[h.id], f.ends[channel]; state != "" || h.over(f) {
			return true, nil
		}
		return false, left(f)
	})
	switch {
	case errors.Is(err, errTooLong), errors.Is(err, callback.ErrStopKey), err == nil && state == "":
		if stopped := c.stop(ctx, h.id); stopped != nil && !errors.Is(err, callback.ErrStopKey) {
			return stopped
		}
	case err == nil && state == ari.PlaybackFailed:
		if ends { // a hang-up ends a playback before it ends the channel
			err = c.await(ctx, slack, func(f *facts) (bool, error) { return false, left(f) })
			if !errors.Is(err, errTooLong) {
				return err
			}
		}
		return &unheard{"sound_failed", fmt.Errorf("Asterisk can't play %s: can its user read it?", media)}
	}
	return err
}

// unplayed is a sound that Asterisk refused to play; or the end of a leg, if that is why.
func (c *call) unplayed(ctx context.Context, refused error) error {
	err := c.endedMeanwhile(ctx, refused)
	if errors.Is(err, refused) {
		return &unheard{"sound_failed", refused}
	}
	return err
}

// stopMoment is a hundred times what it takes until a playback that is stopped is over.
const stopMoment = 50 * time.Millisecond

// resume makes sure that the customer hears what is played from now on: that the leg
// is in the application, and that nothing of before a gap plays.
func (c *call) resume(ctx context.Context) error {
	if err := c.back(ctx, callback.ListenLimit); err != nil {
		return err
	}
	if !c.is(func(f *facts) bool { return f.resumed }) {
		return nil
	}
	for _, id := range []string{playback("notice", c.names.Bridge), c.told(callback.LegCustomer, 1)} {
		if err := c.stop(ctx, id); err != nil {
			return err
		}
		// Its end isn't that of what is played next.
		err := c.await(ctx, stopMoment, func(f *facts) (bool, error) { return f.finished[id] != "", f.legEnded() })
		if err != nil && !errors.Is(err, errTooLong) {
			return err
		}
		c.set(func(f *facts) { delete(f.finished, id) })
	}
	c.set(func(f *facts) { f.resumed = false })
	return nil
}

// Notice implements callback.Call.
func (c *call) Notice(ctx context.Context, notice callback.Sound) error {
	err := c.play(ctx, hearing{leg: callback.LegCustomer, id: playback("notice", c.names.Bridge), sound: notice})
	if unheard := new(unheard); errors.As(err, &unheard) {
		c.exchange.alarm("notice_failed", unheard.why)
		c.set(func(f *facts) { f.unrecorded = true })
		return nil
	}
	return err
}

// Speak implements callback.Call.
func (c *call) Speak(ctx context.Context, speech callback.Speech) error {
	return c.exchange.o.Sounds.Speak(ctx, speech)
}
