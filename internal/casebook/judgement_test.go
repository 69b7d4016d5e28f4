package casebook

import (
	"context"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/storage"
)

// judgement says who lost calls by the offices' rules files: callbackd's
// intake with a database of its own.
type judgement struct {
	intake *callback.Intake

	mu     sync.Mutex
	missed map[string]callback.MissedCall // by the call's id
}

func newJudgement(t *testing.T, rules *callback.Rules) *judgement {
	t.Helper()
	store, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "callbackd.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	j := &judgement{missed: map[string]callback.MissedCall{}}
	j.intake = callback.NewIntake(store, rules, func(m callback.MissedCall) {
		j.mu.Lock()
		defer j.mu.Unlock()
		j.missed[m.CallID] = m
	})
	return j
}

// take decides about a call. An answered one is taken in as if it had been
// missed, to hear whom the rules make of its Loss.
func (j *judgement) take(ctx context.Context, v callback.Verdict) error {
	v.Talked = 0
	return j.intake.Take(ctx, v)
}

// truth is what a verdict says, in the words of the table.
func (j *judgement) truth(o Office, v callback.Verdict) Truth {
	j.mu.Lock()
	m := j.missed[v.CallID]
	j.mu.Unlock()
	t := Truth{Answered: v.Talked >= minTalk}
	switch {
	case !t.Answered && m.Reason == callback.ReasonIgnored:
		t.LostBy = "ignore"
	case !t.Answered, v.Loss.Queue != "", len(v.Loss.Endpoints) > 0:
		t.LostBy = o.Common(m.LostBy.String())
	}
	return t
}

func (j *judgement) truths(o Office, verdicts []callback.Verdict) []Truth {
	truths := make([]Truth, len(verdicts))
	for i, v := range verdicts {
		truths[i] = j.truth(o, v)
	}
	return truths
}

func describe(truths []Truth) string {
	words := make([]string, len(truths))
	for i, t := range truths {
		words[i] = t.String()
	}
	if len(words) == 0 {
		return "no customer's call"
	}
	return strings.Join(words, "; ")
}
