package callback

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// pretend ends a task of a shadow account at the moment at which it would be
// dialled, as far as can be told without asking Asterisk. Its planned attempt
// says what would have been done. The task is over with that, so that a later
// `mode: live` dials nothing old.
func (s *Scheduler) pretend(ctx context.Context, account *Account, taskID int64) (o obstacle, err error) {
	var would *Attempt
	now := time.Now()
	err = s.store.Update(ctx, func(tx Tx) error {
		task, attempt, in, err := s.claimable(tx, account, taskID, now)
		if would, o = attempt, in; err != nil || attempt == nil {
			return err
		}
		dial, err := account.Regions[attempt.Settings.Region].DialString(attempt.Number, account.Country)
		if err != nil {
			return err
		}
		_, err = cancelSaying(tx, task, CancelShadow, CancelShadow, account.wouldDial(*attempt, dial))
		return err
	})
	if err != nil {
		return obstacle{}, fmt.Errorf("end task %d of shadow account %s: %w", taskID, account.Name, err)
	}
	if would != nil { // its number isn't for the log
		dial := strings.ReplaceAll(account.Regions[would.Settings.Region].Dial, "{number}", MaskNumber(would.Number))
		s.log.Info().Str("account", account.Name).Int64("task", taskID).Int64("attempt", would.ID).Msg("shadow: " + account.wouldDial(*would, dial))
	}
	return o, nil
}

// wouldDial says in words what an attempt would have done.
func (a *Account) wouldDial(attempt Attempt, dial string) string {
	s := attempt.Settings
	caller := "the trunk's own caller ID"
	if s.CallerID != "" {
		caller = "caller ID " + s.CallerID
	}
	return fmt.Sprintf("it would have rung %s on %s, and dialled %s with %s", s.Target, a.Regions[s.Region].PBX, dial, caller)
}
