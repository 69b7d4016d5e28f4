package callback

import (
	"context"
	"time"
)

const (
	// givingUpSoon is how long before a task expires an alarm is raised.
	givingUpSoon = time.Hour
	// giveUpsAtOnce bounds the tasks that are read at once.
	giveUpsAtOnce = 1000
)

// tooOld reports whether a task has expired, or will when its attempt has ended.
func (t Task) tooOld(now time.Time) bool { return !t.GiveUp.IsZero() && !t.GiveUp.After(now) }

// giveUp ends tasks that have grown too old, and answers when the next one will
// have. One that is being dialled first ends its attempt. A stop doesn't keep
// promises young: who was to be called on Monday isn't called on Friday.
func (u *Upkeep) giveUp(ctx context.Context, now time.Time) (next time.Time, err error) {
	for {
		var old []int64
		err := u.store.View(ctx, func(tx ReadTx) error {
			tasks, err := tx.GiveUps(now, giveUpsAtOnce)
			if err != nil {
				return err
			}
			for _, task := range tasks {
				old = append(old, task.ID)
			}
			next, _, err = tx.NextGiveUp(now)
			return err
		})
		if err != nil {
			return time.Time{}, err
		}
		failed := u.each(ctx, old, func(tx Tx, id int64) error {
			task, err := tx.Task(id)
			if err != nil || task.State != TaskScheduled && task.State != TaskHeld || !task.tooOld(now) {
				return err
			}
			return expire(tx, task)
		})
		if failed > 0 || len(old) < giveUpsAtOnce {
			return next, nil
		}
	}
}

// raiseAlarms tells of tasks that will expire within the hour, one line for each
// account and once a minute at most, and answers when to tell of the next ones.
func (u *Upkeep) raiseAlarms(ctx context.Context, now time.Time) (next time.Time, err error) {
	err = u.store.View(ctx, func(tx ReadTx) error {
		if next, err = u.nextAlarm(tx, now); err != nil || next.IsZero() || next.After(now) {
			return err
		}
		// Those that were told of already are among them.
		until := now.Add(givingUpSoon)
		tasks, err := tx.GiveUps(until, len(u.told)+giveUpsAtOnce)
		if err != nil {
			return err
		}
		if len(tasks) < len(u.told)+giveUpsAtOnce {
			u.toldTo = until
		}
		u.tell(tasks)
		u.tellNext = now.Add(time.Minute)
		next, err = u.nextAlarm(tx, now)
		return err
	})
	for id, deadline := range u.told {
		if deadline.Before(now) {
			delete(u.told, id)
		}
	}
	return next, err
}

// nextAlarm is when the next alarm is to be raised; zero: none is known of.
func (u *Upkeep) nextAlarm(tx ReadTx, now time.Time) (time.Time, error) {
	after := u.toldTo
	if after.Before(now) {
		after = now
	}
	deadline, ok, err := tx.NextGiveUp(after)
	if !ok || err != nil {
		return time.Time{}, err
	}
	if next := deadline.Add(-givingUpSoon); next.After(u.tellNext) {
		return next, nil
	}
	return u.tellNext, nil
}

func (u *Upkeep) tell(tasks []Task) {
	fresh := map[string][]Task{}
	for _, task := range tasks {
		if deadline, told := u.told[task.ID]; !told || !deadline.Equal(task.GiveUp) {
			fresh[task.Account] = append(fresh[task.Account], task)
		}
	}
	for account, tasks := range fresh {
		ids := make([]int64, 0, len(tasks))
		for _, task := range tasks {
			u.told[task.ID] = task.GiveUp
			ids = append(ids, task.ID)
		}
		u.log.Error().Str("alarm", "giving_up_soon").Str("account", account).Int("count", len(ids)).Ints64("tasks", ids[:min(len(ids), 20)]).
			Time("first", tasks[0].GiveUp).Msg("tasks will expire within the hour: give_up_after ends before their customers were reached")
	}
}
