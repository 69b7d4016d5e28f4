package callback

import (
	"context"
	"time"
)

// failsTooOften is how often in a row an attempt may end without counting before
// somebody has to look.
const failsTooOften = 3

// aftermath is what an outcome means to whoever operates callbackd. The zero
// aftermath is nothing.
type aftermath struct {
	ended   Attempt
	failing int        // how often in a row the same attempt has ended without counting
	pause   trunkPause // of its region's way out, if this outcome began one
}

// conclude commits an outcome, and tells of what it means after the commit. Dying in
// between, callbackd leaves the alarm to the next failure: what is in force is read
// from the store.
func (d *Dialer) conclude(ctx context.Context, book *Rulebook, attemptID int64, e ending) error {
	var after aftermath
	err := d.store.Update(ctx, func(tx Tx) (err error) {
		after, err = conclude(tx, book, attemptID, e, d.pace, time.Now())
		return err
	})
	if err != nil {
		return err
	}
	d.tell(after)
	return nil
}

func (d *Dialer) tell(after aftermath) {
	a := after.ended
	if after.failing >= failsTooOften {
		d.log.Error().Str("alarm", "attempt_keeps_failing").Str("account", a.Account).Int64("task", a.TaskID).
			Str("target", a.Settings.Target.String()).Str("result", string(a.Result)).Str("reason", a.Reason).Int("times", after.failing).
			Msg("a callback fails again and again without reaching out to its customer; it is tried on, more and more slowly")
	}
	if p := after.pause; p.times > 0 {
		d.log.Error().Str("alarm", "trunk_paused").Str("account", a.Account).Str("region", a.Settings.Region).
			Str("reason", a.Reason).Int("faults", p.faults).Time("until", p.until).
			Msg("the trunk fails: nobody is called through it until then")
	}
}
