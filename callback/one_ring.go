package callback

import (
	"fmt"
	"slices"
	"time"
)

// One-ring fraud calls many numbers, hangs up at the first ring, and earns by those
// who call back. It comes from blocks of neighbouring numbers: when many of one block
// have called an account briefly in a short time (callable.burst), their callbacks
// are held for a person to look at. Nothing is refused: behind such numbers may
// stand a company whose line is bad.

// oneRing is how long a call takes at most that may be one of one ring.
const oneRing = 6 * time.Second

// brief is how long a call takes at most that may be one of one ring, in an account
// that calls nobody back who waited for less than MinWait.
func (c Callable) brief() time.Duration { return max(oneRing, c.MinWait) }

// tookAtMost reports whether a call was over within d.
func (m MissedCall) tookAtMost(d time.Duration) bool { return m.Lost.Sub(m.Arrived) <= d }

// blockOf is the beginning that a number (E.164) has in common with its neighbours:
// all but the last four digits.
func blockOf(number string) string { return number[:len(number)-4] }

// burst is many brief calls from one block.
type burst struct {
	blockKey
	limit   Burst
	numbers int // that have called, this side of whatever a person has released
	lost    time.Time
}

type blockKey struct{ account, block string }

func (b blockKey) masked() string { return b.block + "xxxx" }

// guard looks whether a missed call, which is stored, belongs to a burst, and holds
// what is to be held. While a burst lasts each further call of it is held; the one
// with which it begins has those before it held as well.
//
// What a person has released stays released: its calls up to then don't count any
// more, so that only a new burst holds anything of the block again.
func guard(tx Tx, account *Account, m MissedCall) ([]burst, error) {
	limit, brief := account.Callable.Burst, account.Callable.brief()
	if !m.tookAtMost(brief) {
		return nil, absolve(tx, m.TaskID)
	}
	if limit.Calls == 0 || m.Number == "" {
		return nil, nil
	}
	b := burst{blockKey: blockKey{account.Name, blockOf(m.Number)}, limit: limit, lost: m.Lost}
	calls, err := tx.BriefCalls(account.Name, b.block, m.Lost.Add(-limit.Within), brief)
	if err != nil {
		return nil, fmt.Errorf("look for a burst of brief calls: %w", err)
	}
	calls = slices.DeleteFunc(calls, func(c MissedCall) bool {
		return c.ID == m.ID || blockOf(c.Number) != b.block || c.Lost.After(m.Lost)
	})
	if numbersOn(append(calls, m)) < limit.Calls {
		return nil, nil
	}
	earlier, err := unreleased(tx, calls, limit.Calls)
	if err != nil {
		return nil, err
	}
	begun := numbersOn(earlier) >= limit.Calls
	if b.numbers = numbersOn(append(slices.Clip(earlier), m)); b.numbers < limit.Calls {
		return nil, nil
	}
	suspects := []MissedCall{m}
	if !begun {
		suspects = append(suspects, earlier...)
	}
	for _, c := range suspects {
		if err := holdBrief(tx, c.TaskID, brief, b); err != nil {
			return nil, err
		}
	}
	return []burst{b}, nil
}

// numbersOn counts the different numbers that have called.
func numbersOn(calls []MissedCall) int {
	numbers := map[string]bool{}
	for _, c := range calls {
		numbers[c.Number] = true
	}
	return len(numbers)
}

// unreleased lists the newest of calls, which stand oldest first, whose tasks no
// person has released since: back to the one that makes them enough numbers, so that
// a burst of thousands isn't read anew with each of its calls.
func unreleased(tx ReadTx, calls []MissedCall, enough int) (list []MissedCall, err error) {
	numbers := map[string]bool{}
	for _, c := range slices.Backward(calls) {
		if len(numbers) == enough {
			break
		}
		released, err := releasedSince(tx, c)
		if err != nil {
			return nil, err
		}
		if !released {
			list = append(list, c)
			numbers[c.Number] = true
		}
	}
	return list, nil
}

// releasedSince reports whether a person has released the task of a call after it.
func releasedSince(tx ReadTx, c MissedCall) (bool, error) {
	if c.TaskID == 0 {
		return false, nil
	}
	history, err := tx.History(c.TaskID)
	return slices.ContainsFunc(history, func(h Change) bool {
		return h.Input == string(TaskRelease) && !h.At.Before(c.Lost)
	}), err
}

// holdBrief holds a scheduled task all of whose calls were brief: who waited for
// somebody once is a customer.
func holdBrief(tx Tx, taskID int64, brief time.Duration, b burst) error {
	if taskID == 0 {
		return nil
	}
	task, err := tx.Task(taskID)
	if err != nil || task.State != TaskScheduled {
		return err
	}
	calls, err := tx.MissedCalls(MissedCallFilter{TaskID: taskID})
	if err != nil || slices.ContainsFunc(calls, func(c MissedCall) bool { return !c.tookAtMost(brief) }) {
		return err
	}
	return hold(tx, &task, ByOneRing, fmt.Sprintf("%d numbers of %s rang briefly within %s: one-ring fraud looks like that",
		b.numbers, b.masked(), FormatDuration(b.limit.Within)))
}

// absolve releases the task of somebody who has now waited for longer than a fraud
// would: behind the number is a customer.
func absolve(tx Tx, taskID int64) error {
	if taskID == 0 {
		return nil
	}
	task, err := tx.Task(taskID)
	if err != nil || task.State != TaskHeld || task.HeldBy != ByOneRing {
		return err
	}
	return letGo(tx, &task, ByOneRing)
}

// raise tells of a burst, once in the time that it takes one.
func (in *Intake) raise(b burst) {
	in.mu.Lock()
	told, known := in.alarms[b.blockKey]
	quiet := known && b.lost.Sub(told).Abs() < b.limit.Within
	if !quiet {
		in.alarms[b.blockKey] = b.lost
	}
	for key, told := range in.alarms { // of blocks that are heard of no more
		if b.lost.Sub(told) > 24*time.Hour {
			delete(in.alarms, key)
		}
	}
	in.mu.Unlock()
	if quiet {
		return
	}
	in.options.Log.Error().Str("alarm", "one_ring_burst").Str("account", b.account).Str("block", b.masked()).Int("numbers", b.numbers).
		Msgf("many brief calls from neighbouring numbers: their callbacks are held. If they are customers, release them"+
			" (callbackd tasks release --account %s --held-by %s); else let them expire, or cancel them", b.account, ByOneRing)
}
