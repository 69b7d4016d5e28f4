package callback

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Desk is where callbacks are asked for, whoever asks (IVR, web form, agent, admin, a
// program), and where people change what was promised. It never dials: all it leaves is
// in the store, in one transaction each, and whoever dials hears of it from there.
//
// Its errors are *AskRefusal where the request is at fault or has to come again later,
// ErrNotFound for a task that isn't there, *TransitionError for one that can't take the
// change now, and those of the store.
type Desk struct {
	store Store
	rules *Rules
}

// NewDesk makes a desk that promises by rules.
func NewDesk(store Store, rules *Rules) *Desk { return &Desk{store: store, rules: rules} }

// Request is a callback that somebody asks for.
type Request struct {
	Account  string
	Number   string    // as people of the account's country write it; "" with Previous: that one's
	Target   Target    // zero: that of Previous, else the file's (Requests.Forward)
	At       time.Time // zero: as soon as possible
	Note     string    // one line
	Language string    // "sv", "en_GB": of what the customer hears; "": the file's
	Via      Via
	By       string // who asks, for the history: "admin"
	// Previous is a task of the customer that is over and that the new one follows; 0: none.
	Previous int64
	// Owner, if not nil, is whose it is at first. Its zero Then is Target, or whoever that
	// stands for.
	Owner *Owner `json:",omitempty"` // absent from the hash of requests that are older than owners
	// Call is the call in which a caller asks by phone, and Arrived, if not zero, when it
	// came in, whose place it keeps: see CallKey.
	Call    CallKey   `json:",omitzero"` // absent from the hash of requests without one
	Arrived time.Time `json:"-"`
	// Key, if not "", tells this request from others of By: asked again under the same
	// key within a day, it is answered with the same task.
	Key string
}

// Asked is what came of a request.
type Asked struct {
	Task    Task
	Outcome Outcome
	// Merged: the task was open before the request, which need not be the same person's.
	// It stays so when the request is known.
	Merged bool
}

// Outcome says whether a request led to a task of its own.
type Outcome string

// The outcomes.
const (
	OutcomeCreated Outcome = "created"
	OutcomeMerged  Outcome = "merged" // into the customer's open task: see Duplicates
	OutcomeKnown   Outcome = "known"  // it was asked before, under the same key
)

// Ask promises a callback, or says why not.
func (d *Desk) Ask(ctx context.Context, r Request) (asked Asked, err error) {
	r.Note = strings.TrimSpace(r.Note)
	err = d.store.Update(ctx, func(tx Tx) (err error) {
		asked, err = d.ask(tx, r, time.Now())
		return err
	})
	if err != nil {
		return Asked{}, fmt.Errorf("ask for a callback in account %s: %w", asDelivered(r.Account), err)
	}
	return asked, nil
}

func (d *Desk) ask(tx Tx, r Request, now time.Time) (Asked, error) {
	if asked, known, err := r.keyed().known(tx, now); err != nil || known {
		return asked, err
	}
	if err := r.Call.overtakes(tx); err != nil {
		return Asked{}, err
	}
	account, err := d.taking(r.Account)
	if err != nil {
		return Asked{}, err
	}
	whole, previous, err := r.following(tx)
	if err != nil {
		return Asked{}, err
	}
	p, err := account.promise(tx, whole, previous, now)
	if err != nil {
		return Asked{}, err
	}
	asked, err := p.settle(tx)
	if err != nil {
		return Asked{}, err
	}
	return asked, r.keyed().keep(tx, asked, now)
}

// following fills in what a request leaves out that follows a finished task, and answers
// that one; the zero Task where it follows none.
func (r Request) following(tx ReadTx) (Request, Task, error) {
	if r.Previous == 0 {
		return r, Task{}, nil
	}
	refuse := func(why string) (Request, Task, error) {
		return r, Task{}, &AskRefusal{Reason: RefusedPrevious, Field: FieldPrevious, Why: fmt.Sprintf("task %d %s", r.Previous, why)}
	}
	last, err := tx.Task(r.Previous)
	switch {
	case errors.Is(err, ErrNotFound), err == nil && last.Account != r.Account:
		return refuse("isn't one of account " + r.Account)
	case err != nil:
		return r, Task{}, err
	case last.State.Open():
		return refuse("is still open: change that one, or cancel it first")
	}
	if r.Number == "" {
		r.Number = last.Number
	}
	if r.Target.IsZero() && r.Owner == nil {
		r.Target = last.last()
		if last.owned() {
			r.Owner = &last.Owner
		}
	}
	return r, last, nil
}
