package callback

import (
	"context"
	"time"
)

// handOversAtOnce bounds the tasks that are read at once.
const handOversAtOnce = 1000

// handOver hands over tasks whose owner's time is over, and answers when the next one's
// will be. One that is being dialled is handed over when it waits again, before anybody
// can claim it: see claimable. Neither a stop nor freezing keeps the time of owners, and
// no edit of the file does: the owner was promised it when the task was made.
func (u *Upkeep) handOver(ctx context.Context, now time.Time) (next time.Time, err error) {
	for {
		var over []int64
		err := u.store.View(ctx, func(tx ReadTx) error {
			tasks, err := tx.HandOvers(now, handOversAtOnce)
			if err != nil {
				return err
			}
			for _, task := range tasks {
				over = append(over, task.ID)
			}
			next, _, err = tx.NextHandOver(now)
			return err
		})
		if err != nil {
			return time.Time{}, err
		}
		failed := u.each(ctx, over, func(tx Tx, id int64) error {
			task, err := tx.Task(id)
			if err != nil || task.State != TaskScheduled && task.State != TaskHeld || !task.handsOver(now) {
				return err
			}
			return handOver(tx, task, now)
		})
		if failed > 0 || len(over) < handOversAtOnce {
			return next, nil
		}
	}
}
