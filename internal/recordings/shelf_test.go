package recordings_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/recordings"
	"callbackd/storage"
)

// shelf is the recording folder of a PBX.
type shelf struct {
	mu        sync.Mutex
	files     map[string][]byte
	away      error
	refuses   error
	open      int
	deleted   []string // asked to be
	looked    map[string]bool
	meanwhile func() // happens once while files are being deleted
	lifetime  context.Context
	hangs     bool // deletes nothing, and doesn't say so
}

func newShelf() *shelf {
	return &shelf{files: map[string][]byte{}, looked: map[string]bool{}, lifetime: context.Background()}
}

func (s *shelf) Ready() (context.Context, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lifetime, s.away
}

func (s *shelf) VerifyRecording(_ context.Context, names []string, talked bool) (found callback.RecordingFound, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.looked[strings.Join(names, " ")] = talked
	found.State = callback.RecordingMissing
	for _, name := range names {
		content, there := s.files[name]
		if there && found.State == callback.RecordingMissing {
			found.State = callback.RecordingEmpty
		}
		found.Bytes += int64(len(content))
		found.Duration = max(found.Duration, callback.RecordingDuration(int64(len(content))))
	}
	if found.Duration > 0 {
		found.State = callback.RecordingKept
	}
	return found, s.refuses
}

type openFile struct {
	io.Reader
	of   *shelf
	once sync.Once
}

func (f *openFile) Close() error {
	f.once.Do(func() {
		f.of.mu.Lock()
		defer f.of.mu.Unlock()
		f.of.open--
	})
	return nil
}

func (s *shelf) OpenRecording(_ context.Context, name string) (io.ReadCloser, int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	content, there := s.files[name]
	switch {
	case s.refuses != nil:
		return nil, 0, s.refuses
	case !there:
		return nil, 0, fmt.Errorf("%s: %w", name, callback.ErrNotFound)
	}
	s.open++
	return &openFile{Reader: bytes.NewReader(content), of: s}, int64(len(content)), nil
}

func (s *shelf) DeleteRecording(ctx context.Context, names []string) error {
	s.mu.Lock()
	meanwhile, hangs := s.meanwhile, s.hangs
	s.meanwhile = nil
	s.mu.Unlock()
	if hangs {
		<-ctx.Done()
		return context.Cause(ctx)
	}
	if meanwhile != nil {
		meanwhile()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deleted = append(s.deleted, names...)
	if s.refuses != nil {
		return s.refuses
	}
	for _, name := range names {
		delete(s.files, name)
	}
	return nil
}

// change does something to the shelf while others look at it.
func (s *shelf) change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

// names are those of the files that are there.
func (s *shelf) names() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.files))
}

// house is a database, a PBX with its shelf, and a keeper.
type house struct {
	t      *testing.T
	store  *storage.DB
	pbx1   *shelf
	log    strings.Builder
	keeper *recordings.Keeper
	stop   func()
}

// inHouse runs a scenario in a bubble; nobody keeps anything before h.keeps.
func inHouse(t *testing.T, scenario func(h *house)) {
	file := filepath.Join(t.TempDir(), "callbackd.db")
	synctest.Test(t, func(t *testing.T) {
		store, err := storage.Open(t.Context(), file)
		require.NoError(t, err)
		h := &house{t: t, store: store, pbx1: newShelf(), stop: func() {}}
		h.keeper = h.newKeeper(store)
		defer func() {
			h.stop()
			require.NoError(t, store.Close())
		}()
		scenario(h)
	})
}

func (h *house) newKeeper(store callback.Store) *recordings.Keeper {
	return recordings.NewKeeper(store, map[string]recordings.PBX{"pbx1": h.pbx1}, zerolog.New(&h.log))
}

// keeps starts the keeper, in place of the one of before.
func (h *house) keeps() {
	h.stop()
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = h.keeper.Run(ctx) })
	h.stop = func() { cancel(); running.Wait() }
	synctest.Wait()
}

func (h *house) after(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

const keep = 90 * 24 * time.Hour

// recorded stores an attempt that has ended now, and what became of its recording.
// Where they talked is what change may undo.
func (h *house) recorded(number int, state callback.RecordingState, change ...func(*callback.Attempt, *callback.Recording)) callback.Recording {
	h.t.Helper()
	now := time.Now()
	task := callback.Task{
		Account: "acme", Kind: callback.KindMissed, Number: fmt.Sprintf("+467012%05d", number), State: callback.TaskScheduled,
		Target: callback.Target{Kind: callback.TargetQueue, Name: "support"}, PBX: "pbx1", Arrived: now, Due: now,
	}
	a := callback.Attempt{
		Ordinal: 1, Try: 1, State: callback.AttemptScheduled, Due: now, Number: task.Number, Account: "acme",
		Settings: callback.Settings{Region: "sweden", PBX: "pbx1", Target: task.Target},
	}
	name := fmt.Sprintf("acme/2026-11/%d", number)
	r := callback.Recording{
		Account: "acme", PBX: "pbx1", Name: name, Channels: 1, State: state, Made: now, KeepUntil: now.Add(keep),
	}
	a.Bridged, a.Result = now, callback.ResultConnected
	for _, f := range change {
		f(&a, &r)
	}
	if state == callback.RecordingKept {
		r.Bytes, r.Duration = 16_044, time.Second
		for _, file := range r.Files() {
			h.pbx1.change(func() { h.pbx1.files[file] = wave(make([]int16, 8000)...) })
		}
	}
	require.NoError(h.t, h.store.Update(context.Background(), func(tx callback.Tx) error {
		require.NoError(h.t, tx.InsertTask(&task, callback.Change{Input: "missed", To: "scheduled"}))
		bridged, result := a.Bridged, a.Result
		a.TaskID, a.Bridged, a.Result = task.ID, time.Time{}, ""
		require.NoError(h.t, tx.InsertAttempt(&a, callback.Change{Input: "schedule", To: "scheduled"}))
		task.State = callback.TaskDialing
		require.NoError(h.t, tx.UpdateTask(&task, callback.Change{Input: "claim", From: "scheduled", To: "dialing"}))
		a.Names, a.Claimed = callback.NewNames("callbackd"), now
		a.Names.Recording = name
		step := func(to callback.AttemptState) {
			from := a.State
			a.State = to
			require.NoError(h.t, tx.UpdateAttempt(&a, callback.Change{Input: "step", From: string(from), To: string(to)}))
		}
		step(callback.AttemptAgent)
		a.AgentAnswered = now
		step(callback.AttemptAgentUp)
		a.CustomerSent = now
		step(callback.AttemptCustomer)
		if !bridged.IsZero() {
			a.Bridged = bridged
			step(callback.AttemptBridged)
		}
		a.Ended, a.Result, a.Counted = now, result, true
		step(callback.AttemptEnded)
		task.State = callback.TaskCompleted
		require.NoError(h.t, tx.UpdateTask(&task, callback.Change{Input: "end", From: "dialing", To: "completed"}))
		r.TaskID, r.AttemptID = task.ID, a.ID
		return tx.InsertRecording(&r)
	}))
	return r
}

// neverBridged is an attempt that was cut short before they talked.
func neverBridged(a *callback.Attempt, _ *callback.Recording) {
	a.Bridged, a.Result = time.Time{}, callback.ResultInterrupted
}

// eachSide has a file for each side.
func eachSide(_ *callback.Attempt, r *callback.Recording) { r.Channels = 2 }

// row gives what the index says.
func (h *house) row(id int64) (r callback.Recording, err error) {
	err = h.store.View(context.Background(), func(tx callback.ReadTx) (err error) {
		r, err = tx.Recording(id)
		return err
	})
	return r, err
}

func (h *house) state(id int64) callback.RecordingState {
	h.t.Helper()
	r, err := h.row(id)
	require.NoError(h.t, err)
	return r.State
}

// alarms counts the times that an alarm was raised.
func (h *house) alarms(name string) int { return strings.Count(h.log.String(), `"alarm":"`+name+`"`) }
