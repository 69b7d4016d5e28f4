package callback

import (
	"errors"
	"time"
)

// ExplainedRequest is what would become of a request, and why. Times are UTC but for those
// that say their zone.
type ExplainedRequest struct {
	Account string
	Asked   string    // the number as it was asked
	Number  string    // in E.164; "" where it can't be read
	Now     time.Time // when it would be asked for
	// Refusal says why it wouldn't be taken; nil: it would.
	Refusal *AskRefusal
	Task    int64 // the customer's open task that it would be merged into; 0: it would be one of its own
	Target  Target
	Owner   Owner   // zero: nobody's
	Until   *Moment // when it would be handed over

	Zones     []string
	ZonesFrom ZoneSource
	Schedule  string
	GiveUp    *Moment
	// Attempts are those that would be made if nobody ever answered; Notes say what holds
	// up every call at present, and what is left out here.
	Attempts []ExplainedAttempt
	Notes    []string
}

// ExplainRequest says what would become of a request that is made now, by the very
// functions that decide. It answers ErrNotFound for an account that no file has.
func ExplainRequest(tx ReadTx, book *Rulebook, r Request, now time.Time) (ExplainedRequest, error) {
	x := ExplainedRequest{Account: r.Account, Asked: r.Number, Now: now.UTC(), Target: r.Target}
	account, ok := book.Account(r.Account)
	if !ok {
		return x, ErrNotFound
	}
	if number, err := ParseNumber(r.Number, account.Country); err == nil {
		x.Number = number
	}
	p, open, err := account.promised(tx, r, now)
	if errors.As(err, &x.Refusal) {
		return x, nil
	}
	if err != nil {
		return x, err
	}
	task, next := p.task(), p.plan
	if open.ID != 0 {
		task = open
		x.Task, next = open.ID, p.joined(&task)
	}
	x.Target, x.Owner = task.Target, task.Owner
	if task.owned() {
		x.Until = account.moment(task.OwnerUntil, p.zones)
	}
	for _, zone := range p.zones {
		x.Zones = append(x.Zones, zone.String())
	}
	_, x.ZonesFrom = account.Requests.CustomerZones(account, p.number)
	x.Schedule = account.Requests.Schedule.Name
	if !task.GiveUp.IsZero() {
		x.GiveUp = account.moment(task.GiveUp, p.zones)
	}
	g, err := survey(tx, account, p.number, "", now)
	if err != nil {
		return x, err
	}
	x.Notes = account.notes(g, task)
	x.Attempts, err = (&rehearsal{tx: tx, book: book, account: account, task: task, plan: next, zones: p.zones}).attempts()
	x.Notes = append(x.Notes, notAll(x.Attempts)...)
	return x, err
}

// promised is a request that would be taken, and the customer's open task into which it
// would be merged, if there is one.
func (a *Account) promised(tx ReadTx, r Request, now time.Time) (p promise, open Task, err error) {
	if err := a.takesRequests(); err != nil {
		return p, open, err
	}
	if p, err = a.promise(tx, r, Task{}, now); err != nil {
		return p, open, err
	}
	open, _, err = p.joins(tx)
	return p, open, err
}
