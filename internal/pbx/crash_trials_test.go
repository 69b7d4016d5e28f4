package pbx_test

import (
	"strings"
	"testing"
	"time"
)

// trial is one cut that is tried at an effect.
type trial struct {
	cut   cutPoint
	dead  time.Duration // until the next life
	pairs bool          // and the life after it is cut everywhere
}

// byTurns takes one of a list at each effect, and another at the next, unless
// nothing is to be left out.
func byTurns[T any](k int, list []T) []T { return someByTurns(k, 1, list) }

// someByTurns takes so many.
func someByTurns[T any](k, n int, list []T) (some []T) {
	if *long || n >= len(list) {
		return list
	}
	for i := range n {
		some = append(some, list[(n*k+i)%len(list)])
	}
	return some
}

// trials lists what is tried at the k-th effect of a scenario. What takes the most
// time and finds the least comes by turns.
func (s *crashScenario) trials(uncut *life, k int) (list []trial) {
	add := func(kind cutKind, dead ...time.Duration) {
		for _, d := range dead {
			pairs := *torture && s.short && (!s.desk || *long) && d == soon && (kind == killedBefore || kind == killedAfter) && !uncut.reads(k)
			list = append(list, trial{cut: cutPoint{at: k, kind: kind}, dead: d, pairs: pairs})
		}
	}
	if !uncut.follows(k) {
		add(killedBefore, soon)
	}
	add(killedAfter, soon)
	if uncut.commits(k) {
		add(diskFull, soon)
	}
	if *torture && (s.logs || s.busy) {
		return s.sampled(uncut, k, list)
	}
	if !*torture {
		if s.short {
			for _, kind := range []cutKind{lostAfter, replyLost} {
				if uncut.takes(k, kind) {
					add(kind, soon)
				}
			}
			return someByTurns(k, 2, list)
		}
		if k%5 > 2 {
			return nil // three effects of five
		}
		return byTurns(k, list)
	}
	lost := []cutKind{lostAfter, lostBefore, lostAhead, requestLost, replyLost, killedAhead, deafFrom}
	switch {
	case s.desk:
		lost = someByTurns(k, 2, lost)
	case !s.short:
		lost = someByTurns(k, 4, lost)
	}
	for _, kind := range lost {
		if uncut.takes(k, kind) {
			add(kind, soon)
		}
	}
	if !s.brief {
		add(killedAfter, byTurns(k, []time.Duration{aMinute, tooLate})...)
	}
	if s.desk && !*long {
		return list // somebody does something already
	}
	for _, a := range byTurns(k, actions) {
		list = append(list, trial{cut: cutPoint{at: k, kind: actedAt, action: a}, dead: soon})
	}
	return list
}

// sampled lists what is tried in scenarios in which much else happens already: at a
// commit both kills and some of everything else, at a request one of all.
func (s *crashScenario) sampled(uncut *life, k int, kills []trial) []trial {
	more := []trial{
		{cut: cutPoint{at: k, kind: killedAfter}, dead: aMinute},
		{cut: cutPoint{at: k, kind: killedAfter}, dead: tooLate},
	}
	for _, kind := range []cutKind{lostAfter, lostBefore, lostAhead, requestLost, replyLost, killedAhead, deafFrom} {
		if uncut.takes(k, kind) {
			more = append(more, trial{cut: cutPoint{at: k, kind: kind}, dead: soon})
		}
	}
	if uncut.commits(k) {
		return append(kills, someByTurns(k, 2, more)...)
	}
	return byTurns(k, append(kills, more...))
}

// takes reports whether a kind of cut is one at the k-th effect: a commit has no
// answer on its way, and before the stream there is nothing to hear.
func (l *life) takes(k int, kind cutKind) bool {
	switch kind {
	case requestLost, replyLost, lostAhead:
		return !l.commits(k)
	case deafFrom:
		return !strings.HasPrefix(l.effects[k-1], "GET /events?")
	}
	return true
}

// How long callbackd is dead.
const (
	soon    = time.Second
	aMinute = time.Minute      // longer than phones ring; an agent may still be in silence
	tooLate = 10 * time.Minute // Asterisk has ended everything
)

// pairs cuts the life after the first cut too, at each effect but those that only
// read: a crash there leaves nothing else behind than one after the effect before.
func pairs(t *testing.T, s *crashScenario, first cutPoint, lives []*life) {
	if len(lives) < 2 {
		return
	}
	second := lives[1]
	for k := 1; k <= len(second.effects); k++ {
		if second.reads(k) {
			continue
		}
		if !second.follows(k) {
			runScenario(t, s, soon, first, cutPoint{at: k, kind: killedBefore})
		}
		runScenario(t, s, soon, first, cutPoint{at: k, kind: killedAfter})
	}
}
