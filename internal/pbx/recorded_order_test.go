package pbx

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari"
)

// Asterisk repeats events, and gives no order between channels: neither may
// change a verdict, who lost the call, or who dialled whom.
func TestRecordedCallsDoubledAndShuffled(t *testing.T) {
	for _, r := range recordedCalls(t) {
		if r.name == "answer-cancel-cross" {
			continue // bridges of milliseconds: the order is the verdict
		}
		want := r.replay(r.stream).String()
		var doubled []ari.Event
		for _, e := range r.stream {
			doubled = append(doubled, e, e)
		}
		require.Equal(t, want, r.replay(doubled).String(), "%s doubled", r.name)
		for _, most := range []time.Duration{2 * time.Millisecond, 20 * time.Millisecond} {
			for seed := range uint64(5) {
				require.Equal(t, want, r.replay(jitter(r.stream, most, seed)).String(), "%s shuffled by up to %v with seed %d", r.name, most, seed)
			}
		}
	}
}

// jitter delays each channel's and each bridge's events by up to most, keeping
// the order within one channel, as Asterisk does.
func jitter(stream []ari.Event, most time.Duration, seed uint64) []ari.Event {
	random := rand.New(rand.NewPCG(seed, 0))
	type delayed struct {
		event ari.Event
		at    time.Time
	}
	list := make([]delayed, 0, len(stream))
	last := map[string]time.Time{}
	for _, e := range stream {
		at := translate(e).When().Add(time.Duration(random.Int64N(int64(most))))
		for _, ref := range e.Refs() {
			if at.Before(last[ref.ID]) {
				at = last[ref.ID]
			}
		}
		for _, ref := range e.Refs() {
			last[ref.ID] = at
		}
		list = append(list, delayed{e, at})
	}
	slices.SortStableFunc(list, func(a, b delayed) int { return a.at.Compare(b.at) })
	events := make([]ari.Event, len(list))
	for i, d := range list {
		events[i] = d.event
	}
	return events
}
