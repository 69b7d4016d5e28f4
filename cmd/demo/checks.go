package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"callbackd/internal/softphone"
)

// ringTone is the frequency of the ring tone of the tone zone se, in Hz.
const ringTone = 425

// unmetError is an expectation that wasn't met.
type unmetError struct {
	expected string
	instead  error
}

func (e *unmetError) Error() string {
	return fmt.Sprintf("expected: %s\ninstead:  %v", e.expected, e.instead)
}

func (e *unmetError) Unwrap() error { return e.instead }

func unmet(expected string, instead error) error {
	return &unmetError{expected: expected, instead: instead}
}

// check is an error unless the expectation is met; seen is what there is
// instead.
func check(met bool, expected, seen string) error {
	if met {
		return nil
	}
	return unmet(expected, errors.New(seen))
}

// within waits for something for at most limit.
func within[Result any](ctx context.Context, limit time.Duration, wait func(context.Context) (Result, error)) (Result, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return wait(ctx)
}

// pause is a person's hesitation.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// rings waits for the next call to alice's phone and lets it ring.
func (s *story) rings(ctx context.Context, limit time.Duration) (*softphone.Call, error) {
	call, err := within(ctx, limit, func(ctx context.Context) (*softphone.Call, error) {
		return s.lab.AgentsPhone(ctx, alice)
	})
	if err != nil {
		return nil, err
	}
	return call, call.Ring()
}

// shown is what a phone displays: the name, or else the number.
func shown(call *softphone.Call) string {
	if name := call.From().Name; name != "" {
		return name
	}
	return call.From().Number
}

// prompt is what agents hear before the customer is called.
type prompt struct {
	sound  softphone.Timeline
	length time.Duration
}

func readPrompt(file string) (prompt, error) {
	wav, err := os.ReadFile(file)
	if err != nil {
		return prompt{}, unmet("callbackd has written its prompt out for Asterisk", err)
	}
	pcm, rate, err := softphone.DecodeWAV(wav)
	if err != nil {
		return prompt{}, fmt.Errorf("%s: %w", file, err)
	}
	return prompt{
		sound:  softphone.Tones(pcm, rate),
		length: time.Duration(len(pcm)) * time.Second / time.Duration(rate),
	}, nil
}

const (
	grain     = 50 * time.Millisecond // of comparing what was heard with what was to be heard
	latest    = 500 * time.Millisecond
	agreement = 0.9 // of the grains: speech has no sharp edges
)

// heardBy checks that an agent heard the prompt from the answer on, and to its
// end, which was to come before the customer was called. Speech has no tones to
// know it by; it is known by its rhythm of sound and silence.
func (p prompt) heardBy(agent *softphone.Call, customerCalled time.Time) error {
	answered := agent.Times().Answered
	if took := customerCalled.Sub(answered); took < p.length {
		return unmet(fmt.Sprintf("the customer is called after the prompt of %.1f s", p.length.Seconds()),
			fmt.Errorf("called %.1f s after alice's answer", took.Seconds()))
	}
	heard := agent.Heard()
	from := answered.Sub(agent.Times().Began)
	best := 0.0
	for late := time.Duration(0); late <= latest; late += grain {
		best = max(best, p.likeness(heard, from+late))
	}
	return check(best >= agreement, "alice hears the whole prompt", fmt.Sprintf("alike to %.0f %%; heard: %v", 100*best, heard))
}

// likeness is the share of the prompt's time in which sound was heard where it
// has sound and silence where it has silence, if it began at from.
func (p prompt) likeness(heard softphone.Timeline, from time.Duration) float64 {
	alike, grains := 0, 0
	for at := grain / 2; at < p.length; at += grain {
		grains++
		if audible(p.sound, at) == audible(heard, from+at) {
			alike++
		}
	}
	return float64(alike) / float64(grains)
}

// audible tells whether there is any sound at a moment.
func audible(line softphone.Timeline, at time.Duration) bool {
	for _, s := range line {
		if s.From <= at && at < s.To {
			return s.Kind == softphone.Tonal || s.Kind == softphone.Noise
		}
	}
	return false
}

// most is how much of a conversation must have been heard: all but the
// beginning and the end, which a busy machine may delay.
const most = 0.8

// heardThroughout checks that a voice was heard for most of the conversation.
func heardThroughout(call *softphone.Call, length time.Duration, voice int) error {
	total := call.Heard().Total(voice)
	return check(total.Seconds() >= most*length.Seconds(), fmt.Sprintf("%v: %d Hz is heard for most of %s", call, voice, length),
		fmt.Sprintf("for %.1f s; heard: %v", total.Seconds(), call.Heard()))
}

// bothVoices checks that a recording holds two voices at once for most of the
// conversation, and returns its length.
func bothVoices(wav []byte, length time.Duration, one, other int) (time.Duration, error) {
	pcm, rate, err := softphone.DecodeWAV(wav)
	if err != nil {
		return 0, unmet("the recording is a WAV file", err)
	}
	heard := softphone.Tones(pcm, rate)
	total := heard.Total(one, other)
	return time.Duration(len(pcm)) * time.Second / time.Duration(rate),
		check(total.Seconds() >= most*length.Seconds(), fmt.Sprintf("the recording holds %d and %d Hz at once for most of %s", one, other, length),
			fmt.Sprintf("for %.1f s of it; it holds: %v", total.Seconds(), heard))
}
