package reload

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"callbackd/callback"
)

// enforce puts candidates in force: it commits their texts, swaps the rulebook,
// and rouses what waits. Rousing comes last: a scheduler that decides by the old
// book may lay a task to rest until the swap.
func (r *Reloader) enforce(ctx context.Context, candidates map[string]loaded) (enforced bool, err error) {
	if len(candidates) > 0 {
		if err := r.keep(ctx, candidates); err != nil {
			for name := range candidates {
				r.loads[Load{name, ResultFailed}]++
			}
			return false, err
		}
		r.rules.Replace(r.book())
	}
	return true, r.rouse(ctx)
}

// keep commits the candidates' texts and takes them for what is in force.
func (r *Reloader) keep(ctx context.Context, candidates map[string]loaded) error {
	now := time.Now().UTC().Truncate(time.Millisecond) // as it is stored
	err := r.o.Store.Update(ctx, func(tx callback.Tx) error {
		for _, name := range slices.Sorted(maps.Keys(candidates)) {
			file := candidates[name].file
			if err := tx.KeepRules(callback.KeptRules{Account: name, Path: file.Path, Text: file.Text, Kept: now}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store the rules that are to be in force: %w", err)
	}
	for name, c := range candidates {
		r.force[name] = inForce{file: c.file, sum: c.sum, since: now}
		r.unroused = append(r.unroused, name)
		r.loads[Load{name, ResultInForce}]++
	}
	return nil
}

// rouse has tasks looked at again that wait because of what other rules said.
// What fails is tried again at the next look.
func (r *Reloader) rouse(ctx context.Context) error {
	if len(r.unroused) == 0 {
		return nil
	}
	err := r.o.Store.Update(ctx, func(tx callback.Tx) error {
		for _, name := range r.unroused {
			if err := tx.Rouse(name); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		err = fmt.Errorf("rouse the tasks that wait, for the rules are others now: %w", err)
	} else {
		r.unroused = nil
	}
	r.changed() // in any case: the rules are others
	return err
}
