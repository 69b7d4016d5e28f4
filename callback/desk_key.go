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
}

// keysKept is how long a key is remembered.
const keysKept = 24 * time.Hour

// hash tells requests apart that have one key: as they came, before anything is filled
// in. A time is one moment, however it is written; JSON's own knows no year 10000.
func (r Request) hash() (string, error) {
	text, err := json.Marshal(struct {
		Request
		At string
	}{r, r.At.UTC().Format(time.RFC3339Nano)})
	if err != nil {
		return "", fmt.Errorf("tell requests with one key apart: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// known finds the task that a request with a key has led to before; ok is false where it
// has no key or comes for the first time.
func (r Request) known(tx Tx, now time.Time) (task Task, ok bool, err error) {
	if r.Key == "" {
		return Task{}, false, nil
	}
	if err := tx.ForgetAskKeys(now.Add(-keysKept)); err != nil {
		return Task{}, false, err
	}
	hash, err := r.hash()
	if err != nil {
		return Task{}, false, err
	}
	used, err := tx.AskKey(r.Account, r.By, r.Key)
	switch {
	case errors.Is(err, ErrNotFound):
		return Task{}, false, nil
	case err != nil:
		return Task{}, false, err
	case used.Hash != hash:
		return Task{}, false, &AskRefusal{
			Reason: RefusedKeyUsed, Field: FieldKey,
			Why: fmt.Sprintf("the key was used for another request, which led to task %d: take a new key for each request", used.TaskID),
		}
	}
	task, err = tx.Task(used.TaskID)
	return task, err == nil, err
}

// keep remembers that a request's key led to a task.
func (r Request) keep(tx Tx, task Task, now time.Time) error {
	if r.Key == "" {
		return nil
	}
	hash, err := r.hash()
	if err != nil {
		return err
	}
	return tx.KeepAskKey(AskKey{Account: r.Account, By: r.By, Key: r.Key, Hash: hash, TaskID: task.ID, Used: now})
}
