package callback

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// AskKey is a key under which a program has asked for a callback, so that it may ask
// again when it got no answer. It is stored in the transaction that stores the task, or
// merges the request into one: either both are there or neither.
type AskKey struct {
	Account string
	By      string // who asked: two programs may have one key
	Key     string
	Hash    string // of the request, hex
	TaskID  int64
	Used    time.Time
	Merged  bool // the task was open before
}

const (
	// keysKept is how long a key of a program is remembered.
	keysKept = 24 * time.Hour
	// callsKept is how long a call is remembered in which something was asked for: its end
	// may be read from the logs when a PBX is back that was away for weeks.
	callsKept = 60 * 24 * time.Hour
)

// keyed is what is asked for under a key.
type keyed struct {
	account, by, key string
	// asked is all of it, as it came, before anything is filled in. A time is one moment,
	// however it is written; JSON's own knows no year 10000.
	asked any
}

func (r Request) keyed() keyed {
	return keyed{r.Account, r.By, r.Key, struct {
		Request
		At string
	}{r, r.At.UTC().Format(time.RFC3339Nano)}}
}

func (b Booking) keyed() keyed {
	return keyed{b.Account, b.By, b.Key, struct {
		Booking
		Start string
	}{b, b.Start.UTC().Format(time.RFC3339Nano)}}
}

// hash tells requests apart that have one key.
func (k keyed) hash() (string, error) {
	text, err := json.Marshal(k.asked)
	if err != nil {
		return "", fmt.Errorf("tell requests with one key apart: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// known finds the task that a request with a key has led to before; ok is false where it
// has no key or comes for the first time.
func (k keyed) known(tx Tx, now time.Time) (asked Asked, ok bool, err error) {
	if k.key == "" {
		return Asked{}, false, nil
	}
	if err := tx.ForgetAskKeys(now.Add(-keysKept), now.Add(-callsKept)); err != nil {
		return Asked{}, false, err
	}
	hash, err := k.hash()
	if err != nil {
		return Asked{}, false, err
	}
	used, err := tx.AskKey(k.account, k.by, k.key)
	switch {
	case errors.Is(err, ErrNotFound):
		return Asked{}, false, nil
	case err != nil:
		return Asked{}, false, err
	case used.Hash != hash:
		return Asked{}, false, &AskRefusal{
			Reason: RefusedKeyUsed, Field: FieldKey,
			Why: fmt.Sprintf("the key was used for another request, which led to task %d: take a new key for each request", used.TaskID),
		}
	}
	task, err := tx.Task(used.TaskID)
	return Asked{task, OutcomeKnown, used.Merged}, err == nil, err
}

// keep remembers what a request's key led to.
func (k keyed) keep(tx Tx, asked Asked, now time.Time) error {
	if k.key == "" {
		return nil
	}
	hash, err := k.hash()
	if err != nil {
		return err
	}
	return tx.KeepAskKey(AskKey{Account: k.account, By: k.by, Key: k.key, Hash: hash, TaskID: asked.Task.ID, Used: now, Merged: asked.Merged})
}
