package callback

import (
	"errors"
	"fmt"
	"reflect"
	"time"
)

// Effect is what an edit of a rules file does to an open task.
type Effect string

// The effects, the gravest first.
const (
	EffectCancelled     Effect = "cancelled"      // at once
	EffectOriginDeleted Effect = "origin_deleted" // not dialled from then on, and cancelled if it stays so for a minute
	EffectForbidden     Effect = "not_dialled"    // it waits, for what it didn't wait before
	EffectAllowed       Effect = "dialled"        // it waits no more for what it waits now
	EffectSettings      Effect = "next_attempt"   // the attempt after the one planned says or shows something else
)

// Effects lists all effects.
var Effects = []Effect{EffectCancelled, EffectOriginDeleted, EffectForbidden, EffectAllowed, EffectSettings}

// Concerned is an open task that an edit does something to; of several effects
// the gravest.
type Concerned struct {
	TaskID int64
	Effect Effect
	Reason string // the reason to cancel it, or what it waits for
}

// Edited lists the open tasks of an account that are concerned if edited takes
// the place of account now. It asks the very functions that decide.
func Edited(tx ReadTx, account, edited *Account, now time.Time) (list []Concerned, err error) {
	switches, err := tx.Switches()
	if err != nil {
		return nil, err
	}
	e := edit{tx: tx, account: account, edited: edited, switches: switches, now: now}
	e.recounts = !reflect.DeepEqual(account.Callable, edited.Callable) || !reflect.DeepEqual(account.Regions, edited.Regions)
	open, err := tx.OpenTasks(account.Name)
	if err != nil {
		return nil, err
	}
	for _, task := range open {
		effect, reason, err := e.effectOn(task)
		if err != nil {
			return nil, fmt.Errorf("task %d: %w", task.ID, err)
		}
		if effect != "" {
			list = append(list, Concerned{task.ID, effect, reason})
		}
	}
	return list, nil
}

// edit is a file that may take the place of another.
type edit struct {
	tx              ReadTx
	account, edited *Account
	switches        Switches
	now             time.Time
	recounts        bool // other calls than now are counted: the limits differ
}

func (e edit) effectOn(task Task) (Effect, string, error) {
	attempt, err := e.tx.CurrentAttempt(task.ID)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return "", "", err
	}
	void, gone := e.account.void(task, e.switches)
	voidThen, goneThen := e.edited.void(task, e.switches)
	switch {
	case voidThen != "" && void == "":
		return EffectCancelled, voidThen, nil
	case goneThen && !gone:
		return EffectOriginDeleted, CancelOriginDeleted, nil
	}
	if task.State == TaskScheduled {
		waits, waitsThen, err := e.waits(task, attempt)
		switch {
		case err != nil:
			return "", "", err
		case waits == waitsThen:
		case waitsThen != "":
			return EffectForbidden, waitsThen, nil
		default:
			return EffectAllowed, waits, nil
		}
	}
	other, err := otherSettings(e.tx, task, e.account, e.edited)
	if err != nil || !other {
		return "", "", err
	}
	return EffectSettings, "", nil
}

// waits says what a task waits for now, and what for then.
func (e edit) waits(task Task, attempt Attempt) (now, then string, err error) {
	attemptThen := attempt
	if attempt.Settings, err = e.account.reroute(e.tx, attempt); err != nil {
		return "", "", err
	}
	if attemptThen.Settings, err = e.edited.reroute(e.tx, attemptThen); err != nil {
		return "", "", err
	}
	ground, err := surveyAttempt(e.tx, e.account, attempt, e.now)
	groundThen := ground
	if err == nil && e.recounts {
		groundThen, err = surveyAttempt(e.tx, e.edited, attemptThen, e.now)
	}
	return e.account.waits(ground, task, attempt), e.edited.waits(groundThen, task, attemptThen), err
}

// waits says what keeps an attempt from being made, the account's mode included.
func (a *Account) waits(g ground, task Task, attempt Attempt) string {
	if a.Mode == ModeShadow {
		return fmt.Sprintf("account %s is in shadow mode: a task ends when it is due", a.Name)
	}
	return a.forbids(g, task, attempt).reason
}

// otherSettings reports whether the attempt after the one planned would be
// another.
func otherSettings(tx ReadTx, task Task, account, edited *Account) (bool, error) {
	rule, known := account.ruleBy(task.Rule)
	ruleThen, knownThen := edited.ruleBy(task.Rule)
	if !known || !knownThen {
		return false, nil
	}
	var newest *MissedCall
	missed, err := tx.NewestMissedCall(task.ID)
	switch {
	case err == nil:
		newest = &missed
	case !errors.Is(err, ErrNotFound):
		return false, err
	}
	is, _ := account.nextSettings(rule, task, newest)
	then, _ := edited.nextSettings(ruleThen, task, newest)
	return !reflect.DeepEqual(is, then), nil
}
