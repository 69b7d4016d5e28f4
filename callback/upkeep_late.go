package callback

import (
	"context"
	"time"
)

// lateAfter is how long after its booked time an appointment is late whose customer's
// phone hasn't rung: until then an agent may only have been a little slow.
const lateAfter = 5 * time.Minute

// tellLate notes, and tells, that the booked time of appointments has passed without
// their customers' phones ringing, whatever was in the way, and answers when to look at
// the next one. That it is noted in the task makes the alarm one alone, also if callbackd
// is started anew; if callbackd dies before the alarm, the task still says it.
func (u *Upkeep) tellLate(ctx context.Context, now time.Time) (next time.Time, err error) {
	by := now.Add(-lateAfter)
	for {
		var late []int64
		err := u.store.View(ctx, func(tx ReadTx) error {
			tasks, err := tx.LateAppointments(by, writtenAtOnce)
			if err != nil {
				return err
			}
			for _, task := range tasks {
				late = append(late, task.ID)
			}
			start, ok, err := tx.NextAppointment(by)
			if ok {
				next = start.Add(lateAfter)
			}
			return err
		})
		if err != nil {
			return time.Time{}, err
		}
		failed := u.each(ctx, late, func(tx Tx, id int64) error { return noteLate(tx, id, now) })
		if err := u.sayLate(ctx, late); err != nil {
			return time.Time{}, err
		}
		if failed > 0 || len(late) < writtenAtOnce {
			return next, nil
		}
	}
}

// noteLate notes since when it is known that an appointment is late, with what it waits
// for.
func noteLate(tx Tx, id int64, now time.Time) error {
	task, err := tx.Task(id)
	if err != nil || task.State != TaskScheduled && task.State != TaskHeld || task.At.After(now.Add(-lateAfter)) {
		return err
	}
	change, err := task.apply(TaskLate, task.WaitingFor)
	if err != nil {
		return err
	}
	task.Late = now
	return tx.UpdateTask(&task, change)
}

// sayLate raises the alarm about those that were noted, one line for each account.
func (u *Upkeep) sayLate(ctx context.Context, ids []int64) error {
	late := map[string][]Task{}
	err := u.store.View(ctx, func(tx ReadTx) error {
		for _, id := range ids {
			task, err := tx.Task(id)
			if err != nil {
				return err
			}
			if !task.Late.IsZero() {
				late[task.Account] = append(late[task.Account], task)
			}
		}
		return nil
	})
	for _, account := range sortedKeys(late) {
		tasks := late[account]
		ids := make([]int64, 0, len(tasks))
		for _, task := range tasks {
			ids = append(ids, task.ID)
		}
		u.log.Error().Str("alarm", "appointment_missed").Str("account", account).Int("count", len(ids)).Ints64("tasks", ids[:min(len(ids), 20)]).
			Time("booked", tasks[0].At).Str("waiting_for", tasks[0].WaitingFor).
			Msg("customers who had booked a time were not called then")
	}
	return err
}
