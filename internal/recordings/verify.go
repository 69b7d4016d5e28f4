package recordings

import (
	"context"

	"callbackd/callback"
)

// verifyAll looks at the files of all recordings of which nothing is known.
func (k *Keeper) verifyAll(ctx context.Context) error {
	return k.pages(ctx, func(tx callback.ReadTx, after callback.Recording) ([]callback.Recording, error) {
		return tx.UnverifiedRecordings(after, batch)
	}, func(page []callback.Recording) error {
		found := map[int64]verdict{}
		var seen []callback.Recording
		for _, r := range page {
			if v, ok := k.verify(ctx, r); ok {
				found[r.ID] = v
				seen = append(seen, r)
			}
		}
		return k.move(ctx, seen, func(tx callback.Tx, r callback.Recording) error { return settle(tx, r, found[r.ID]) })
	})
}

// verdict is what became of a recording.
type verdict struct {
	callback.RecordingFound
	talked bool
}

// verify looks at a recording's files; ok is false where that can't be done now.
func (k *Keeper) verify(ctx context.Context, r callback.Recording) (v verdict, ok bool) {
	pbx, lifetime, ok := k.reach(r)
	if !ok {
		return v, false
	}
	ctx, cancel := within(ctx, lifetime)
	defer cancel()
	err := k.store.View(ctx, func(tx callback.ReadTx) error {
		attempt, err := tx.Attempt(r.AttemptID)
		v.talked = !attempt.Bridged.IsZero()
		return err
	})
	if err == nil {
		v.RecordingFound, err = pbx.VerifyRecording(ctx, r.Files(), v.talked)
	}
	if err == nil && !v.talked && v.State == callback.RecordingEmpty {
		err = pbx.DeleteRecording(ctx, r.Files())
	}
	if err != nil && ctx.Err() == nil {
		k.log.Warn().Err(err).Int64("recording", r.ID).Msg("a recording can't be verified now; trying again within the hour")
	}
	return v, err == nil
}

// settle stores what became of a recording. Where nobody talked, and nothing was
// recorded, there is no recording.
func settle(tx callback.Tx, r callback.Recording, v verdict) error {
	if !v.talked && v.State != callback.RecordingKept {
		return tx.ForgetRecording(r.ID)
	}
	r.Bytes, r.Duration = v.Bytes, v.Duration
	change, err := r.Become(v.State, "")
	if err != nil {
		return err
	}
	return tx.UpdateRecording(&r, change)
}
