package httpapi

import (
	"context"

	"callbackd/callback"
)

// directory reads what there is to say about accounts and their rules.
type directory struct {
	store callback.Store
	rules *callback.Rules
	files RulesFiles
}

// read has fn read one consistent state of the accounts that there are for the asker.
func (d directory) read(ctx context.Context, fn func(tx callback.ReadTx, r roster) error) error {
	r := d.loaded()
	return d.store.View(ctx, func(tx callback.ReadTx) (err error) {
		if r.switches, err = tx.Switches(); err != nil {
			return err
		}
		return fn(tx, r.seenBy(askerOf(ctx)))
	})
}

// loaded is all of the roster that isn't in the store, for whoever asks.
func (d directory) loaded() roster { return roster{book: d.rules.Book(), files: d.files.Files()} }

// account reads how one account stands, and its open tasks.
func (d directory) account(ctx context.Context, name string) (document Account, open []callback.Task, err error) {
	err = d.read(ctx, func(tx callback.ReadTx, r roster) error {
		if open, err = tx.OpenTasks(name); err != nil {
			return err
		}
		document = r.account(name, open)
		return nil
	})
	return document, open, err
}

// roster reads the accounts alone.
func (d directory) roster(ctx context.Context) (found roster, err error) {
	err = d.read(ctx, func(_ callback.ReadTx, r roster) error {
		found = r
		return nil
	})
	return found, err
}
