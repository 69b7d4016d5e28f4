package callback

import (
	"context"
	"strconv"
	"strings"
	"time"
)

// AnnouncementFields are what an announcement may have filled in, in braces: the
// customer's number, digit by digit; the queue, agent or group that gets the callback;
// and for how many minutes the customer has waited for it.
var AnnouncementFields = []string{"number", "queue", "minutes"}

// fill gives the announcement of one callback. The number is said as it is dialled in
// the country of the account: 0 7 0 at home, 0 0 4 6 abroad.
func (s Speech) fill(number, country, target string, waited time.Duration) Speech {
	digits := strings.Split(FormatNational.write(number, country), "")
	s.Text = strings.NewReplacer(
		"{number}", strings.Join(digits, " "),
		"{queue}", target,
		"{minutes}", strconv.Itoa(int(waited.Minutes())),
	).Replace(s.Text)
	return s
}

// announcement has the announcement of the attempt spoken, before any phone rings:
// nobody waits for a program during a call. nil: there is none, or it couldn't be
// had in time, and the callback goes on without.
func (x *execution) announcement(ctx context.Context) *Speech {
	s := x.attempt.Settings
	if s.AgentAnnouncement == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, speakLimit)
	defer cancel()
	arrived, err := x.arrived(ctx)
	speech := s.AgentAnnouncement.fill(x.attempt.Number, x.country, s.Target.Name, time.Since(arrived))
	if err == nil {
		err = x.call.Speak(ctx, speech)
	}
	if err == nil {
		return &speech
	}
	if x.lifetime.Err() == nil {
		x.dialer.log.Error().Str("alarm", "announcement_failed").Str("account", x.account).Int64("task", x.attempt.TaskID).Int64("attempt", x.attempt.ID).
			Err(err).Msg("an agent isn't told who is called")
	}
	return nil
}

// arrived is since when the customer has waited.
func (x *execution) arrived(ctx context.Context) (since time.Time, err error) {
	err = x.dialer.store.View(ctx, func(tx ReadTx) error {
		task, err := tx.Task(x.attempt.TaskID)
		since = task.Arrived
		return err
	})
	return since, err
}
