package pbx_test

import (
	"hash/fnv"
	"slices"
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

// byTurns takes so many of a list at the k-th effect of a scenario, and those behind them
// at the next, so that all of them come where the scenario has effects enough. Each
// scenario begins at another one: what is left out of one at some moment of an attempt
// is tried at that moment of another.
func byTurns[T any](s *crashScenario, k, n int, list []T) (some []T) {
	if n >= len(list) {
		return list
	}
	name := fnv.New32a()
	name.Write([]byte(s.name))
	first := int(name.Sum32()%uint32(len(list))) + n*k
	for i := range n {
		some = append(some, list[(first+i)%len(list)])
	}
	return some
}

// trials lists what is tried at the k-th effect of a scenario: everything in the long form
// and in short scenarios; else, at a commit, to be killed after it, and some of the
// rest by turns; at a request some of all, for what is left behind in the database is the
// same as after the request before it. The more a scenario has in the middle of it
// already, the fewer they are.
func (s *crashScenario) trials(uncut *life, k int) []trial {
	switch {
	case !*torture:
		return s.quickTrials(uncut, k)
	case *long, s.short && !s.desk:
		return s.allTrials(uncut, k)
	}
	n := 3
	switch {
	case s.logs, s.busy:
		n = 1
	case s.desk:
		n = 2
	}
	all := s.allTrials(uncut, k)
	if !uncut.commits(k) {
		return byTurns(s, k, n, all)
	}
	return append(all[:1:1], byTurns(s, k, n+1, all[1:])...)
}

// quickTrials lists what is tried in the quick form.
func (s *crashScenario) quickTrials(uncut *life, k int) []trial {
	kills := s.kills(uncut, k)
	if !s.short {
		if k%5 > 2 {
			return nil // three effects of five
		}
		return byTurns(s, k, 1, kills)
	}
	for _, kind := range []cutKind{lostAfter, replyLost} {
		if uncut.takes(k, kind) {
			kills = append(kills, trial{cut: cutPoint{at: k, kind: kind}, dead: soon})
		}
	}
	return byTurns(s, k, 2, kills)
}

// allTrials lists everything that can be tried, to be killed after the effect first.
func (s *crashScenario) allTrials(uncut *life, k int) []trial {
	list := s.kills(uncut, k)
	for _, kind := range []cutKind{lostAfter, lostBefore, lostAhead, requestLost, replyLost, killedAhead, deafFrom} {
		if uncut.takes(k, kind) {
			list = append(list, trial{cut: cutPoint{at: k, kind: kind}, dead: soon})
		}
	}
	if !s.brief {
		for _, dead := range []time.Duration{aMinute, tooLate} {
			list = append(list, trial{cut: cutPoint{at: k, kind: killedAfter}, dead: dead})
		}
	}
	if (s.desk || s.logs || s.busy) && !*long {
		return list // somebody does something already
	}
	for _, a := range actions {
		list = append(list, trial{cut: cutPoint{at: k, kind: actedAt, action: a}, dead: soon})
	}
	return list
}

// kills lists the deaths after which callbackd is back soon, and what else befalls a
// commit.
func (s *crashScenario) kills(uncut *life, k int) []trial {
	pairs := *torture && s.short && (!s.desk || *long) && !uncut.reads(k)
	list := []trial{{cut: cutPoint{at: k, kind: killedAfter}, dead: soon, pairs: pairs}}
	if !uncut.follows(k) {
		list = append(list, trial{cut: cutPoint{at: k, kind: killedBefore}, dead: soon, pairs: pairs})
	}
	if uncut.commits(k) {
		list = append(list, trial{cut: cutPoint{at: k, kind: diskFull}, dead: soon})
	}
	return list
}

// takes reports whether a kind of cut is one at the k-th effect: a commit has no
// answer on its way, and before the stream there is nothing to hear.
func (l *life) takes(k int, kind cutKind) bool {
	switch kind {
	case requestLost, replyLost, lostAhead:
		return !l.commits(k)
	case deafFrom:
		return slices.ContainsFunc(l.effects[:k-1], func(e string) bool { return strings.HasPrefix(e, "GET /events?") })
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
