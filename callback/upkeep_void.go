package callback

import (
	"context"
	"errors"
	"time"
)

// origin is what a task goes back to: the rule that decided, and who lost the
// call.
type origin struct {
	account string
	rule    string
	lostBy  Target
}

func originOf(t Task) origin { return origin{t.Account, t.Rule, t.LostBy} }

// listsOrigin reports whether the rule that decided about a task, and whoever
// lost the call, are still in the file. A context that no scenario has is there
// for as long as the rule takes every context of no other rule. Nobody lost the
// call of a task that somebody asked for.
func (a *Account) listsOrigin(task Task) bool {
	if task.Kind != KindMissed {
		return true
	}
	rule, ok := a.Rule(task.Rule)
	switch {
	case !ok:
		return false
	case a.Lists(task.LostBy):
		return true
	}
	return task.LostBy.Kind == TargetScenario && rule.MissedIn == MissedInScenario && len(rule.Scenarios) == 0
}

// goneFor is how long an origin must have been gone from the file before its
// tasks are cancelled: an admin who cuts and pastes loses nothing.
const goneFor = time.Minute

// void says why a task isn't to be kept, by the file as it is and the switches:
// the reason to cancel it at once, or that its origin is gone. What customers
// asked for is void by neither. Pure.
func (a *Account) void(task Task, s Switches) (reason string, gone bool) {
	if task.Kind != KindMissed {
		return "", false
	}
	if _, frozen := s.Frozen[a.Name]; frozen {
		return CancelAccountFrozen, false
	}
	if rule, known := a.Rule(task.Rule); known && a.ruleOff(rule, s) != "" {
		return CancelRuleDisabled, false
	}
	return "", !a.listsOrigin(task)
}

// endVoid cancels tasks that are void, and answers when the next origin will
// have been gone for long enough.
func (u *Upkeep) endVoid(ctx context.Context, now time.Time) (next time.Time, err error) {
	book := u.rules.Book()
	u.mu.Lock()
	changed := u.changed
	u.changed = map[int64]bool{}
	u.mu.Unlock()
	var ids []int64
	if all := book != u.book || u.overdue(now); all {
		ids, err = u.lookAtAll(ctx, book, now)
	} else if len(changed) > 0 {
		ids, err = u.lookAt(ctx, book, changed, now)
	}
	u.book = book
	failed := u.each(ctx, ids, func(tx Tx, id int64) error { return u.endIfVoid(tx, id, now) })
	if failed > 0 || err != nil {
		u.book = nil // everything again
	}
	for _, since := range u.gone {
		if ends := since.Add(goneFor); ends.After(now) && (next.IsZero() || ends.Before(next)) {
			next = ends
		}
	}
	return next, err
}

// overdue reports whether an origin has been gone for long enough.
func (u *Upkeep) overdue(now time.Time) bool {
	for _, since := range u.gone {
		if !now.Before(since.Add(goneFor)) {
			return true
		}
	}
	return false
}

// lookAtAll looks at every open task and remembers anew what is gone. With an
// error it answers what it could see.
func (u *Upkeep) lookAtAll(ctx context.Context, book *Rulebook, now time.Time) (void []int64, err error) {
	var unread []error
	before := u.gone
	u.gone = map[origin]time.Time{}
	err = u.store.View(ctx, func(tx ReadTx) error {
		switches, err := tx.Switches()
		if err != nil {
			return err
		}
		// An account without rules in force is left alone.
		for _, account := range book.Accounts() {
			open, err := tx.OpenTasks(account.Name)
			if err != nil { // one account's trouble isn't another's
				unread = append(unread, err)
				keepGone(u.gone, before, account.Name)
			}
			for _, task := range open {
				// One that is cancelled already is over when its attempt is.
				if task.CancelReason == "" && u.isVoid(account, task, switches, before, now) {
					void = append(void, task.ID)
				}
			}
		}
		return nil
	})
	if err != nil {
		u.gone = before
	}
	return void, errors.Join(append(unread, err)...)
}

// keepGone keeps what is known to be gone from the file of an account whose tasks
// can't be read.
func keepGone(gone, before map[origin]time.Time, account string) {
	for at, since := range before {
		if at.account == account {
			gone[at] = since
		}
	}
}

// lookAt looks at a few tasks.
func (u *Upkeep) lookAt(ctx context.Context, book *Rulebook, ids map[int64]bool, now time.Time) (void []int64, err error) {
	err = u.store.View(ctx, func(tx ReadTx) error {
		switches, err := tx.Switches()
		if err != nil {
			return err
		}
		for id := range ids {
			task, err := tx.Task(id)
			if errors.Is(err, ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			account, ok := book.Account(task.Account)
			if ok && task.State.Open() && u.isVoid(account, task, switches, u.gone, now) {
				void = append(void, id)
			}
		}
		return nil
	})
	return void, err
}

// isVoid reports whether a task is to be cancelled now, and remembers since when
// its origin is gone; before is what was known. A task that comes to be seen in
// its last hour has its alarm soon.
func (u *Upkeep) isVoid(account *Account, task Task, s Switches, before map[origin]time.Time, now time.Time) bool {
	if _, told := u.told[task.ID]; !told && !task.GiveUp.IsZero() && task.GiveUp.Before(u.toldTo) {
		u.toldTo = time.Time{} // an alarm about it is overdue
	}
	reason, gone := account.void(task, s)
	if !gone {
		return reason != ""
	}
	at := originOf(task)
	since, known := before[at]
	if !known {
		since = now
	}
	u.gone[at] = since
	return !now.Before(since.Add(goneFor))
}

// endIfVoid cancels a task if it still is void.
func (u *Upkeep) endIfVoid(tx Tx, id int64, now time.Time) error {
	task, err := tx.Task(id)
	if err != nil || !task.State.Open() {
		return err
	}
	account, ok := u.rules.Book().Account(task.Account)
	if !ok {
		return nil
	}
	switches, err := tx.Switches()
	if err != nil {
		return err
	}
	reason, gone := account.void(task, switches)
	if since, known := u.gone[originOf(task)]; gone && known && !now.Before(since.Add(goneFor)) {
		reason = CancelOriginDeleted
	}
	if reason == "" {
		return nil
	}
	_, err = cancel(tx, task, reason)
	return err
}
