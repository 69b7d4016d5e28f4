package recordings

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/robfig/cron/v3"
	"github.com/rs/zerolog"

	"callbackd/callback"
)

// PBX is where files lie. *pbx.Exchange is one.
type PBX interface {
	// Ready says in words why the files can't be reached now. The context ends with
	// the connection.
	Ready() (lifetime context.Context, err error)
	// VerifyRecording looks at files that were to be closed long ago. Where people
	// talked, what lacks is an alarm.
	VerifyRecording(ctx context.Context, files []string, talked bool) (callback.RecordingFound, error)
	// OpenRecording opens a file and gives its length; callback.ErrNotFound if it
	// isn't there.
	OpenRecording(ctx context.Context, file string) (io.ReadCloser, int64, error)
	// DeleteRecording removes files; one that isn't there is no error.
	DeleteRecording(ctx context.Context, files []string) error
}

// Keeper looks after all recordings.
type Keeper struct {
	store callback.Store
	pbxs  map[string]PBX
	log   zerolog.Logger
	wake  chan struct{}
	open  chan struct{} // a place for each sound that may be open at once
	begun time.Time
	clock clock // looked at by Run alone

	mu      sync.Mutex
	alarmed map[string]bool // recordings that couldn't be deleted, PBXs that aren't there, the clock
}

// NewKeeper makes a keeper of what lies on pbxs, by name.
func NewKeeper(store callback.Store, pbxs map[string]PBX, log zerolog.Logger) *Keeper {
	return &Keeper{
		store: store, pbxs: pbxs, log: log, wake: make(chan struct{}, 1), open: make(chan struct{}, openAtOnce),
		begun: time.Now(), alarmed: map[string]bool{},
	}
}

// hourly is at an odd minute: on the hour everybody's jobs run.
const hourly = "17 * * * *"

// Run looks after recordings until ctx ends: now, each hour, and when woken.
func (k *Keeper) Run(ctx context.Context) error {
	clock := cron.New(cron.WithLocation(time.UTC))
	if _, err := clock.AddFunc(hourly, k.Wake); err != nil {
		return fmt.Errorf("recordings: %w", err)
	}
	clock.Start()
	defer func() { <-clock.Stop().Done() }()
	for {
		k.round(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-k.wake:
		}
	}
}

// Wake has recordings looked after soon: a PBX became ready.
func (k *Keeper) Wake() {
	select {
	case k.wake <- struct{}{}:
	default: // it will be
	}
}

// round looks once at everything that is waiting. What fails is met again in the
// next round. What is to be deleted anyway isn't looked at before: that it is missing
// would be an alarm.
func (k *Keeper) round(ctx context.Context) {
	if err := errors.Join(k.deleteExpired(ctx), k.verifyAll(ctx)); err != nil && ctx.Err() == nil {
		k.log.Error().Err(err).Msg("recordings could not be looked after; trying again within the hour")
	}
}

// batch is how many recordings are read, and marked, at once.
const batch = 100

// reach gives the PBX of a recording and how long it can be reached; ok is false
// where it can't be now.
func (k *Keeper) reach(r callback.Recording) (pbx PBX, lifetime context.Context, ok bool) {
	pbx, known := k.pbxs[r.PBX]
	if !known {
		return nil, nil, false
	}
	lifetime, err := pbx.Ready()
	return pbx, lifetime, err == nil
}

// within bounds ctx by a PBX's lifetime.
func within(ctx, lifetime context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(lifetime, cancel)
	return ctx, func() { stop(); cancel() }
}

// alarmOnce reports whether what hasn't been told of yet.
func (k *Keeper) alarmOnce(what string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.alarmed[what] {
		return false
	}
	k.alarmed[what] = true
	return true
}

func (k *Keeper) alarmOver(what string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.alarmed, what)
}

// pages hands what list gives to take, page by page, until there is no more.
func (k *Keeper) pages(ctx context.Context, list func(tx callback.ReadTx, after callback.Recording) ([]callback.Recording, error), take func([]callback.Recording) error) error {
	for after := (callback.Recording{}); ; {
		var page []callback.Recording
		err := k.store.View(ctx, func(tx callback.ReadTx) (err error) {
			page, err = list(tx, after)
			return err
		})
		if err != nil || len(page) == 0 {
			return err
		}
		after = page[len(page)-1]
		if err := take(page); err != nil {
			return err
		}
	}
}

// move takes the recordings of a page their step, in one transaction: each as it is
// now, unless somebody else has taken it on since it was read.
func (k *Keeper) move(ctx context.Context, page []callback.Recording, step func(tx callback.Tx, r callback.Recording) error) error {
	return k.store.Update(ctx, func(tx callback.Tx) error {
		for _, read := range page {
			r, err := tx.Recording(read.ID)
			if errors.Is(err, callback.ErrNotFound) || err == nil && r.State != read.State {
				continue
			}
			if err != nil {
				return err
			}
			if err := step(tx, r); err != nil {
				return err
			}
		}
		return nil
	})
}
