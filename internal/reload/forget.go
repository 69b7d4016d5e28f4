package reload

import (
	"context"
	"errors"
	"fmt"

	"callbackd/callback"
)

// ErrUnlisted is a folder of rules that can't be read, or that is empty.
var ErrUnlisted = errors.New("the rules files can't be listed")

// Forget takes an account that has no rules file any more out of force. It
// refuses while a file has the account, or may have it: with ErrUnlisted also
// where there is no file at all, for that is what a folder looks like that isn't
// mounted. What the database keeps of the account is the caller's to drop: if
// that fails, the next start knows the account again. Forgetting an account that
// isn't in force succeeds.
func (r *Reloader) Forget(ctx context.Context, account string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	files, err := r.onDisk(r.standing())
	if err != nil {
		return fmt.Errorf("account %s isn't forgotten, for whether a file has it can't be told: %w: %w", account, ErrUnlisted, err)
	}
	for _, f := range files {
		if f.Name != account {
			continue
		}
		return fmt.Errorf("forget account %s: %w: remove its rules file %s first", account, callback.ErrInForce, f.Path)
	}
	if _, known := r.force[account]; !known {
		return nil
	}
	delete(r.force, account)
	r.rules.Replace(r.book())
	r.changed()
	r.o.Log.Info().Str("account", account).Msg("the account is forgotten")
	r.say(r.read(ctx)) // its numbers may be what another file waits for
	r.publish()
	return nil
}
