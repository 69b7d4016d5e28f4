package httpapi

import (
	"context"
	"fmt"
	"slices"

	"github.com/rs/zerolog"

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

// reaches refuses a token or user (what) that the asker wants to make for an account, or
// with all for all, if it would open nothing, or more than the asker may.
func (d directory) reaches(ctx context.Context, log zerolog.Logger, what, account string, all bool) error {
	a := askerOf(ctx)
	switch {
	case all && account != "":
		return wrong("body.all_accounts", "true", "name an account or say all_accounts, not both")
	case all && a.account != "":
		return wrong("body.all_accounts", "true", "whoever asks is of account "+a.account+" alone; name that")
	case all:
		return nil
	case account == "":
		return wrong("body.account", "", "name the account that the "+what+" is for, or say all_accounts")
	}
	r, err := d.roster(ctx)
	if err != nil {
		return inside(ctx, log, fmt.Errorf("read the accounts: %w", err))
	}
	if names := r.names(); !slices.Contains(names, account) {
		return wrong("body.account", account, "there is no such account. "+among("accounts", account, names))
	}
	return nil
}
