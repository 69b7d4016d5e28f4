package callback

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// ledger is the store of one customer's only task, small enough to be a part of
// a state of the model. Like the real one it refuses what the tables don't have.
type ledger struct {
	task     Task
	attempts [2]*Attempt // the newest is the second; written anew, never changed in place
	calls    []MissedCall
	lastID   int64
	// trunkDown: the attempt before, to another number, ended as on a broken trunk.
	trunkDown bool
	// counts, if set, overrules the counting rule: see design.
	counts func(AttemptState, Result) bool
	// blind hides cancellations and switches from what is committed.
	blind bool
	controls
	keepsTasks bool // see controlling
	blocked    []DoNotCall
	// hears is told of every change of a state, and can refuse it.
	hears func(Change) error
}

// newest is the current attempt, or the last one of a task that is over.
func (l *ledger) newest() *Attempt { return l.attempts[1] }

// Update implements Store.
func (l *ledger) Update(_ context.Context, fn func(Tx) error) error {
	work := *l
	if err := fn(&ledgerTx{ledger: &work}); err != nil {
		return err
	}
	*l = work
	return nil
}

// View implements Store.
func (l *ledger) View(_ context.Context, fn func(ReadTx) error) error {
	work := *l
	return fn(&ledgerTx{ledger: &work})
}

// oneWriter is a store that takes one transaction at a time, as the real one does.
type oneWriter struct {
	Store
	mu sync.Mutex
}

// Update implements Store.
func (w *oneWriter) Update(ctx context.Context, fn func(Tx) error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.Store.Update(ctx, fn)
}

// View implements Store.
func (w *oneWriter) View(ctx context.Context, fn func(ReadTx) error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.Store.View(ctx, fn)
}

// ledgerTx has the methods of Tx that tasks and attempts need; another one
// would panic.
type ledgerTx struct {
	Tx
	*ledger
}

func (tx *ledgerTx) AskKey(_, _, _ string) (AskKey, error) { return AskKey{}, ErrNotFound }

func (tx *ledgerTx) Task(int64) (Task, error) {
	task := tx.task
	if tx.blind {
		task.CancelReason = ""
	}
	return task, nil
}

func (tx *ledgerTx) Attempt(id int64) (Attempt, error) {
	for _, a := range tx.attempts {
		if a != nil && a.ID == id {
			return *a, nil
		}
	}
	return Attempt{ID: id, State: AttemptEnded}, nil
}

func (tx *ledgerTx) SeenCall(_, callID string) (MissedCall, error) {
	for _, m := range tx.calls {
		if m.CallID == callID {
			return m, nil
		}
	}
	return MissedCall{}, ErrNotFound
}

func (tx *ledgerTx) OpenMissedTask(string, string) (Task, error) {
	if !tx.task.State.Open() {
		return Task{}, ErrNotFound
	}
	return tx.task, nil
}

func (tx *ledgerTx) CustomerTasks(string, string) (open []Task, _ error) {
	if tx.task.State.Open() {
		open = append(open, tx.task)
	}
	return open, nil
}

func (tx *ledgerTx) LastTask(string, string) (Task, error) { return Task{}, ErrNotFound }

func (tx *ledgerTx) CurrentAttempt(int64) (Attempt, error) {
	if a := tx.newest(); a.State != AttemptEnded {
		return *a, nil
	}
	return Attempt{}, ErrNotFound
}

func (tx *ledgerTx) NewestMissedCall(int64) (MissedCall, error) {
	newest := tx.calls[0]
	for _, m := range tx.calls {
		if m.TaskID != 0 && !m.Lost.Before(newest.Lost) {
			newest = m
		}
	}
	return newest, nil
}

func (tx *ledgerTx) LiveAttempts(string) (live []Attempt, err error) {
	if a := tx.newest(); a.State.Live() {
		live = append(live, *a)
	}
	return live, nil
}

func (tx *ledgerTx) Lines(string) (int, error) {
	if tx.newest().State.Live() {
		return 1, nil
	}
	return 0, nil
}

func (tx *ledgerTx) NumberOnLine(string) (bool, error) { return tx.newest().State.Live(), nil }

func (tx *ledgerTx) TrunkFaults(string, string, int) ([]TrunkFault, error) {
	if !tx.trunkDown {
		return nil, nil
	}
	return []TrunkFault{{Number: "+46702222222", Result: ResultUnreachable}}, nil
}

// LastRung finds nothing: there is one task.
func (tx *ledgerTx) LastRung(string, string, int64) (time.Time, error) { return time.Time{}, nil }

func (tx *ledgerTx) DoNotCall(account, number string) (DoNotCall, error) {
	for _, d := range tx.blocked {
		if d.Account == account && d.Number == number {
			return d, nil
		}
	}
	return DoNotCall{}, ErrNotFound
}

func (tx *ledgerTx) Block(d DoNotCall) error {
	if _, err := tx.DoNotCall(d.Account, d.Number); err == nil {
		return nil // it stays as it is
	}
	d.Since = time.Time{}
	tx.blocked = append(slices.Clip(tx.blocked), d)
	return nil
}

func (tx *ledgerTx) InsertTask(t *Task, _ Change) error {
	tx.lastID++
	t.ID = tx.lastID
	tx.task = *t
	return nil
}

func (tx *ledgerTx) InsertMissedCall(m *MissedCall) error {
	tx.lastID++
	m.ID = tx.lastID
	tx.calls = append(slices.Clip(tx.calls), *m)
	return nil
}

func (tx *ledgerTx) InsertAttempt(a *Attempt, _ Change) error {
	tx.lastID++
	a.ID = tx.lastID
	stored := *a
	tx.attempts[0], tx.attempts[1] = tx.attempts[1], &stored
	return nil
}

func (tx *ledgerTx) UpdateTask(t *Task, c Change) error {
	if next, ok := tx.task.State.Next(TaskInput(c.Input)); !ok || next != t.State {
		return fmt.Errorf("%w: task %s by %s to %s", ErrRefused, tx.task.State, c.Input, t.State)
	}
	if err := tx.hears(c); err != nil {
		return err
	}
	tx.task = *t
	return nil
}

func (tx *ledgerTx) UpdateAttempt(a *Attempt, c Change) error {
	for i, old := range tx.attempts {
		if old == nil || old.ID != a.ID {
			continue
		}
		if next, ok := old.State.Next(AttemptInput(c.Input)); !ok || next != a.State {
			return fmt.Errorf("%w: attempt %s by %s to %s", ErrRefused, old.State, c.Input, a.State)
		}
		if a.State == AttemptEnded && tx.counts != nil {
			a.Counted = tx.counts(old.State, a.Result)
		}
		if err := tx.hears(c); err != nil {
			return err
		}
		stored := *a
		tx.attempts[i] = &stored
		return nil
	}
	return ErrNotFound
}

// The moment of everything in the model. When a task is due it leaves to the
// order of moves: any interval may have passed between two of them.
var modelTime = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
