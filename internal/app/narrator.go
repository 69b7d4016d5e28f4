package app

import (
	"github.com/rs/zerolog"

	"callbackd/callback"
)

// noted logs each missed call with what was decided about it.
func noted(log zerolog.Logger, showNumbers bool) func(callback.MissedCall) {
	return func(m callback.MissedCall) {
		log.Info().Str("account", m.Account).Str("number", shown(m.Number, showNumbers)).Stringer("lost_by", m.LostBy).
			Str("call", m.CallID).Str("decision", string(m.Decision)).Str("reason", string(m.Reason)).Int64("task", m.TaskID).Msg("missed call")
	}
}

func shown(number string, whole bool) string {
	if whole {
		return number
	}
	return callback.MaskNumber(number)
}

// narrator logs one line for each change of a task or an attempt, after its
// commit. Numbers are masked unless the operator asked otherwise.
func narrator(log zerolog.Logger, showNumbers bool) func([]callback.Change) {
	return func(changes []callback.Change) {
		for _, c := range changes {
			line := log.Info().Int64("task", c.TaskID).Str("account", c.Account).Str("number", shown(c.Number, showNumbers))
			what := "task"
			if c.AttemptID != 0 {
				line = line.Int64("attempt", c.AttemptID)
				what = "attempt"
			}
			if c.From != "" {
				line = line.Str("from", c.From)
			}
			if c.Reason != "" {
				line = line.Str("reason", c.Reason)
			}
			line.Str("to", c.To).Str("input", c.Input).Msg(what)
		}
	}
}
