package repertoire

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/robfig/cron/v3"

	"callbackd/callback"
	"callbackd/sounds"
)

const (
	// again is when what failed is tried again, if nothing happens before.
	again = 5 * time.Minute
	// unused is how long a text is kept that nobody wants any more: two nights, so that one
	// on which callbackd was down, or a database busy, costs nothing.
	unused = 48*time.Hour + time.Minute
)

// nextNight is when all texts are spoken again, and the unused ones removed.
func nextNight(after time.Time) time.Time {
	schedule, err := cron.ParseStandard("17 3 * * *")
	if err != nil {
		panic(err) // no input of anybody's
	}
	return schedule.Next(after)
}

// speak has the texts spoken, and wakes who fetches them, until ctx ends.
func (r *Repertoire) speak(ctx context.Context) {
	said := complaints{
		alarm: "speech_failed", log: r.o.Log, message: "a text of the rules can't be spoken",
		hint: "nobody hears it until it is spoken, which is tried every few minutes, and when a rules file is saved; `callbackd doctor` says what is missing",
	}
	night := nextNight(time.Now())
	for ctx.Err() == nil {
		wrong := r.sayTexts(ctx)
		if ctx.Err() != nil {
			return
		}
		said.settle(wrong)
		for _, s := range r.stages {
			wake(s.wake)
		}
		if now := time.Now(); !now.Before(night) {
			r.sweep(ctx)
			night = nextNight(now)
		}
		wait := time.Until(night)
		if len(wrong) > 0 {
			wait = min(wait, again)
		}
		rest(ctx, wait, r.speaking)
	}
}

// rest waits for so long, or until it is woken or ctx ends.
func rest(ctx context.Context, wait time.Duration, woken <-chan struct{}) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-woken:
	case <-timer.C:
	}
}

// programs is what is said to be wrong where a program is missing: once, whatever the number
// of texts.
const programs = "the programs that speak"

// sayTexts has every text of the rules spoken, and gives what failed, by text.
func (r *Repertoire) sayTexts(ctx context.Context) (wrong map[string]error) {
	wrong = map[string]error{}
	for _, text := range texts(r.pieces("")) {
		switch _, err := r.o.Library.Say(ctx, sounds.Speech(text)); {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, sounds.ErrNotInstalled):
			wrong[programs] = errors.Unwrap(err)
		case err != nil:
			wrong[text.Text] = fmt.Errorf("%q: %w", text.Text, err)
		}
	}
	return wrong
}

// sweep removes texts that nobody wants any more.
func (r *Repertoire) sweep(ctx context.Context) {
	planned, err := r.o.Planned(ctx)
	if err != nil {
		r.o.Log.Warn().Err(err).Msg("what attempts will play can't be read, so no spoken text is removed; next night")
		return
	}
	for _, s := range planned {
		if s.Say != nil {
			r.touch(ctx, *s.Say)
		}
	}
	removed, err := r.o.Library.Sweep(ctx, unused)
	switch {
	case ctx.Err() != nil:
	case err != nil:
		r.o.Log.Warn().Err(err).Msg("spoken texts that nobody wants can't be removed; next night")
	case removed > 0:
		r.o.Log.Info().Int("texts", removed).Msg("spoken texts that nobody wants were removed")
	}
}

// touch notes that a text is wanted, if it is spoken. Of one that isn't it was said when its
// rule was in force.
func (r *Repertoire) touch(ctx context.Context, text callback.Speech) {
	if _, ok := r.o.Library.Ready(sounds.Speech(text)); !ok {
		return
	}
	if _, err := r.o.Library.Say(ctx, sounds.Speech(text)); err != nil && ctx.Err() == nil {
		r.o.Log.Warn().Err(err).Msg("a spoken text can't be kept")
	}
}
