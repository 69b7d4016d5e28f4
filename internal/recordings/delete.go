package recordings

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"callbackd/callback"
)

// deleteExpired deletes all recordings whose time is over, on the PBXs that can be
// reached; none as long as the clock is in doubt.
func (k *Keeper) deleteExpired(ctx context.Context) error {
	now := time.Now()
	doubt, err := k.doubt(ctx)
	if err != nil {
		return err
	}
	if doubt != "" {
		return k.sayDoubt(ctx, now, doubt)
	}
	k.alarmOver(theClock)
	return k.pages(ctx, func(tx callback.ReadTx, after callback.Recording) ([]callback.Recording, error) {
		return tx.ExpiredRecordings(now, after, batch)
	}, func(page []callback.Recording) error {
		gone := slices.DeleteFunc(page, func(r callback.Recording) bool { return !k.erase(ctx, r) })
		return k.move(ctx, gone, func(tx callback.Tx, r callback.Recording) error {
			return markDeleted(tx, r, "kept until "+r.KeepUntil.Format("2006-01-02 15:04:05 UTC"))
		})
	})
}

// erase deletes a recording's files; false if they are still there, or may be.
func (k *Keeper) erase(ctx context.Context, r callback.Recording) bool {
	if _, known := k.pbxs[r.PBX]; !known {
		if k.alarmOnce(r.PBX) {
			k.log.Error().Str("alarm", "recording_not_deleted").Str("pbx", r.PBX).
				Msg("recordings whose time is over lie on a PBX that isn't in the configuration: delete them there by hand, or put it back")
		}
		return false
	}
	pbx, lifetime, ok := k.reach(r)
	if !ok {
		return false
	}
	ctx, cancel := within(ctx, lifetime)
	defer cancel()
	switch err := pbx.DeleteRecording(ctx, r.Files()); {
	case err == nil:
		k.alarmOver(r.Name)
		return true
	case ctx.Err() == nil && k.alarmOnce(r.Name):
		k.log.Error().Err(err).Str("alarm", "recording_not_deleted").Int64("recording", r.ID).Str("pbx", r.PBX).
			Msg("Asterisk doesn't delete a recording whose time is over: may its user write to the folder? It is tried again each hour")
	}
	return false
}

func markDeleted(tx callback.Tx, r callback.Recording, reason string) error {
	change, err := r.Become(callback.RecordingDeleted, reason)
	if err != nil {
		return err
	}
	return tx.UpdateRecording(&r, change)
}

// Delete deletes the files of a recording before its time, and answers it as it is
// afterwards. One that is deleted already stays so.
func (k *Keeper) Delete(ctx context.Context, id int64, reason string) (callback.Recording, error) {
	r, pbx, err := k.find(ctx, id)
	if errors.Is(err, callback.ErrRecordingDeleted) {
		return r, nil
	}
	if err != nil {
		return r, err
	}
	if err := pbx.DeleteRecording(ctx, r.Files()); err != nil {
		return r, fmt.Errorf("delete recording %d: %w: %w", id, callback.ErrRecordingRefused, err)
	}
	err = k.store.Update(ctx, func(tx callback.Tx) (err error) {
		if r, err = tx.Recording(id); err != nil || r.State == callback.RecordingDeleted {
			return err
		}
		if err := markDeleted(tx, r, reason); err != nil {
			return err
		}
		r, err = tx.Recording(id)
		return err
	})
	return r, err
}

// find reads a recording and the PBX on which its files are.
func (k *Keeper) find(ctx context.Context, id int64) (r callback.Recording, pbx PBX, err error) {
	err = k.store.View(ctx, func(tx callback.ReadTx) (err error) {
		r, err = tx.Recording(id)
		return err
	})
	if err != nil {
		return r, nil, err
	}
	if r.State == callback.RecordingDeleted {
		return r, nil, fmt.Errorf("recording %d: %w", id, callback.ErrRecordingDeleted)
	}
	pbx, known := k.pbxs[r.PBX]
	if !known {
		return r, nil, fmt.Errorf("recording %d: %w: %s isn't in the configuration", id, callback.ErrRecordingAway, r.PBX)
	}
	if _, err := pbx.Ready(); err != nil {
		return r, nil, fmt.Errorf("recording %d: %w: %w", id, callback.ErrRecordingAway, err)
	}
	return r, pbx, nil
}
