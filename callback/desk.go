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
	// Key, if not "", tells this request from others of By: asked again under the same
	// key within a day, it is answered with the same task.
	Key string
}

// Asked is what came of a request.
type Asked struct {
	Task    Task
	Outcome Outcome
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
	if task, known, err := r.known(tx, now); err != nil || known {
		return Asked{task, OutcomeKnown}, err
	}
	account, ok := d.rules.Book().Account(r.Account)
	switch {
	case !ok:
		return Asked{}, &AskRefusal{Reason: RefusedNoAccount, Field: FieldAccount, Why: "no account of that name has rules in force"}
	case account.Requests == nil:
		return Asked{}, &AskRefusal{
			Reason: RefusedRequestsOff, Field: FieldAccount,
			Why: fmt.Sprintf("account %s takes no requests: write the section requests into its rules file", account.Name),
		}
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
	return asked, r.keep(tx, asked.Task, now)
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
	if r.Target.IsZero() {
		r.Target = last.Target
	}
	return r, last, nil
}
