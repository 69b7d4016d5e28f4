package catchup

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"callbackd/callback"
	"callbackd/internal/alarms"
	"callbackd/internal/witness"
)

// Meter counts what an operator may want to be told of. *metrics.Metrics is one.
type Meter interface {
	// LogTrouble hears of a reading that met trouble; kind is one of Troubles.
	LogTrouble(pbx, kind string)
	// Disagreed hears of a call of which the logs say something else than the event
	// stream did; kind is one of Disagreements.
	Disagreed(pbx, kind string)
}

// Options say which logs are read, and for whom.
type Options struct {
	Logs  witness.Logs
	Store callback.Store // of the position
	Rules *callback.Rules
	// Take takes in what became of calls together with the position behind them, in
	// one transaction: callback.Intake.CatchUp.
	Take  func(ctx context.Context, pbx string, calls []callback.Finding, position []byte) error
	Meter Meter
	Log   zerolog.Logger
}

// Reader follows the logs of one PBX.
type Reader struct {
	o      Options
	memory memory
	poked  chan struct{} // somebody waits for the next look

	// Of Run's goroutine.
	witness  *witness.Witness // nil until the stored position is known
	stored   []byte           // the position that is stored, nil if none ever was
	storedAt time.Time        // by this process
	standing alarms.Standing

	mu       sync.Mutex
	changed  chan struct{} // closed and replaced at every change of what follows
	judged   time.Time     // every call that ended before is judged and stored
	trouble  error         // why the logs tell nothing now
	since    time.Time     // when that began
	waiting  int           // callers of Until
	busyTill time.Time     // calls have ended lately
}

// New makes a reader; it reads nothing before Run.
func New(o Options) *Reader {
	r := &Reader{
		o: o, memory: newMemory(o.Rules), poked: make(chan struct{}, 1),
		changed: make(chan struct{}),
	}
	r.o.Logs.Hold = r.memory.holds
	return r
}

// How soon the logs are looked at again.
const (
	paceWaiting = 250 * time.Millisecond // somebody waits for it
	paceBusy    = time.Second            // calls end
	paceIdle    = 5 * time.Second
	busyFor     = 30 * time.Second // after a call has ended
)

// storeEvery is how often a position is stored before which nothing was found.
const storeEvery = time.Minute

// Run reads until ctx ends. It never fails: whatever is wrong now is tried again.
func (r *Reader) Run(ctx context.Context) error {
	defer r.drop()
	for ctx.Err() == nil {
		timer := time.NewTimer(r.look(ctx))
		select {
		case <-ctx.Done():
		case <-r.poked:
		case <-timer.C:
		}
		timer.Stop()
	}
	return nil
}

// look reads the logs once, and tells when to look again.
func (r *Reader) look(ctx context.Context) (pause time.Duration) {
	began := time.Now()
	if err := r.open(ctx); err != nil {
		if ctx.Err() == nil {
			r.o.Log.Error().Err(err).Msg("where the logs were read up to isn't known; trying again")
		}
		return paceBusy
	}
	reading, err := r.witness.Read(began)
	if err != nil {
		r.unreadable(err)
		return paceBusy
	}
	r.readable(reading)
	first := r.stored == nil
	if err := r.take(ctx, reading); err != nil {
		if ctx.Err() == nil {
			r.o.Log.Error().Err(err).Int("calls", len(reading.Calls)).Msg("calls found in the logs could not be stored; trying again")
		}
		r.drop()
		return paceBusy
	}
	if reading.More {
		return 0
	}
	r.progress(began, reading, first)
	return r.pace(began, reading)
}

// open makes a witness that goes on at the stored position.
func (r *Reader) open(ctx context.Context) error {
	if r.witness != nil {
		return nil
	}
	var stored []byte
	err := r.o.Store.View(ctx, func(tx callback.ReadTx) (err error) {
		stored, err = tx.LogPosition(r.o.Logs.PBX)
		return err
	})
	if err != nil && !errors.Is(err, callback.ErrNotFound) {
		return fmt.Errorf("read the log position of %s: %w", r.o.Logs.PBX, err)
	}
	var position witness.Position
	if stored != nil {
		if err := json.Unmarshal(stored, &position); err != nil {
			return fmt.Errorf("read the log position of %s: %w", r.o.Logs.PBX, err)
		}
	}
	r.stored, r.witness = stored, witness.New(r.o.Logs, position)
	return nil
}

// drop throws the witness away: what it knows isn't what is stored.
func (r *Reader) drop() {
	if r.witness != nil {
		_ = r.witness.Close() // nothing is written
		r.witness = nil
	}
}

// take compares a reading with what the event stream told, and has the rest of it
// taken in.
func (r *Reader) take(ctx context.Context, reading witness.Reading) error {
	position, err := json.Marshal(reading.Position)
	if err != nil {
		return fmt.Errorf("write the log position of %s: %w", r.o.Logs.PBX, err)
	}
	moved := !bytes.Equal(position, r.stored) && time.Since(r.storedAt) >= storeEvery
	if len(reading.Calls) == 0 && !moved {
		return nil
	}
	var calls []callback.Finding
	var disagreements []disagreement
	for _, c := range reading.Calls {
		taken, d := r.memory.compare(c.Finding)
		if taken != nil {
			calls = append(calls, taken)
		}
		if d.kind != "" {
			disagreements = append(disagreements, d)
		}
	}
	if err := r.o.Take(ctx, r.o.Logs.PBX, calls, position); err != nil {
		return err
	}
	r.stored, r.storedAt = position, time.Now()
	if len(reading.Calls) > 0 {
		r.foreign(r.memory.foreign())
	}
	for _, d := range disagreements {
		r.o.Meter.Disagreed(r.o.Logs.PBX, d.kind)
		r.o.Log.Info().Str("call", d.call).Str("kind", d.kind).Msg("the logs tell a call otherwise than the events did")
	}
	return nil
}

// disagreement is a call that the two witnesses judge differently.
type disagreement struct{ kind, call string }

// progress tells who waits how far the logs are judged, by a reading that began at
// a moment and left nothing unread. What was there before the first is nobody's
// business, and neither is what follows right behind: who connects within Settle of it
// waits for nothing.
func (r *Reader) progress(began time.Time, reading witness.Reading, first bool) {
	judged := began.Add(-witness.Settle)
	if first {
		judged = began.Add(witness.Settle)
	}
	if reading.Waiting > 0 && reading.Oldest.Before(judged) {
		judged = reading.Oldest
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.judged = later(r.judged, judged)
	r.tell()
}

// pace says when to look again.
func (r *Reader) pace(now time.Time, reading witness.Reading) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(reading.Calls) > 0 || reading.Waiting > 0 {
		r.busyTill = now.Add(busyFor)
	}
	switch {
	case r.waiting > 0:
		return paceWaiting
	case now.Before(r.busyTill):
		return paceBusy
	}
	return paceIdle
}
