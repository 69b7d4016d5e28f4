package pbx_test

import (
	"context"
	"regexp"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// anHourPasses: recordings are looked after at least each hour.
func (r *crashRun) anHourPasses() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.keeper != nil {
		r.keeper.Wake()
	}
}

// recordingsKnown: the index says what lies in Asterisk. Whatever file is left there
// has its row, or nobody would ever delete it; what was kept is there, and what was
// deleted, or whose time is over, isn't; and within the hour nothing is unverified.
func (r *crashRun) recordingsKnown() {
	r.anHourPasses()
	r.wait(time.Second)
	var known []string
	stored := r.asterisk.StoredFiles()
	there := func(file string) bool { return slices.Contains(stored, file) }
	for _, row := range r.index() {
		known = append(known, row.Files()...)
		switch {
		case row.State == callback.RecordingUnverified:
			r.violated("index of recordings wrong", "%s is unverified", row.Name)
		case row.KeepUntil.Before(time.Now()) != (row.State == callback.RecordingDeleted):
			r.violated("index of recordings wrong", "%s is %s, and to be kept until %s", row.Name, row.State, row.KeepUntil.Format(clock))
		case row.State == callback.RecordingKept && !slices.ContainsFunc(row.Files(), there):
			r.violated("index of recordings wrong", "%s isn't there", row.Name)
		case row.State != callback.RecordingKept && row.State != callback.RecordingEmpty && slices.ContainsFunc(row.Files(), there):
			r.violated("index of recordings wrong", "%s is %s, and there", row.Name, row.State)
		}
	}
	for _, file := range stored {
		if !slices.Contains(known, file) {
			r.violated("index of recordings wrong", "%s.wav isn't in it", file)
		}
	}
}

func (r *crashRun) index() (list []callback.Recording) {
	require.NoError(r.t, r.store.View(context.Background(), func(tx callback.ReadTx) (err error) {
		list, err = tx.Recordings(callback.RecordingFilter{Limit: 1000})
		return err
	}))
	return list
}

// recordings: who was to be recorded and talked, and was told so where that has to be,
// has a recording in the index; nobody else who talked has one. Only where a request or
// an answer was lost by itself, or no event came, it may fail, and an alarm says so.
func (r *crashRun) recordings(db contents) {
	rows := map[int64]callback.Recording{}
	for _, row := range r.index() {
		if _, twice := rows[row.AttemptID]; twice {
			r.violated("index of recordings wrong", "attempt %d has two", row.AttemptID)
		}
		rows[row.AttemptID] = row
	}
	alone := slices.ContainsFunc(r.cuts, func(c cutPoint) bool { return c.kind == requestLost || c.kind == replyLost || c.kind == deafFrom })
	failed := alone && failing.MatchString(r.logged())
	for _, list := range db.attempts {
		for _, a := range list {
			row, indexed := rows[a.ID]
			asked := r.toBeRecorded(a)
			switch {
			case indexed && a.Settings.Recording == nil:
				r.violated("index of recordings wrong", "attempt %d has one, and wasn't to be recorded", a.ID)
			case a.Result != callback.ResultConnected || len(r.restarted) > 0 || failed:
			case asked && (!indexed || row.State == callback.RecordingMissing):
				r.violated("index of recordings wrong", "attempt %d has none, and they talked: %s", a.ID, row.State)
			case asked && alone && row.State == callback.RecordingDeleted && row.Duration == 0: // before anybody could look at it
			case asked && row.Duration < r.talked(a)-recordingLate:
				r.violated("index of recordings wrong", "attempt %d has %v, and they talked for %v", a.ID, row.Duration, r.talked(a))
			}
		}
	}
}

// talked is how long both sides of an attempt were together.
func (r *crashRun) talked(a callback.Attempt) time.Duration {
	byLeg := r.lastCalls()
	ended := byLeg[a.Names.CustomerChannel].ended
	if agent := byLeg[a.Names.AgentChannel].ended; agent.Before(ended) {
		ended = agent
	}
	return ended.Sub(r.together(a.Names.CustomerChannel))
}

// recordingLate is how much of a conversation may be missing.
const recordingLate = 3 * time.Second

var failing = regexp.MustCompile(`"alarm":"(recording_|notice_failed)`)

// toBeRecorded reports whether an attempt is to be recorded, and may be: the last time
// that the customer was told so it was heard.
func (r *crashRun) toBeRecorded(a callback.Attempt) (may bool) {
	s := a.Settings.Recording
	if s == nil || s.Notice.IsZero() {
		return s != nil
	}
	for _, p := range r.playedTo(a.Names.CustomerChannel) {
		if p.media == notice {
			may = p.whole
		}
	}
	return may
}
