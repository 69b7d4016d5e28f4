package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/rs/zerolog"

	"callbackd/callback"
)

// summaries has the operation on how callbacks go.
type summaries struct {
	directory
	log zerolog.Logger
}

func (s *summaries) register(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "show-summary", Method: http.MethodGet, Path: "/api/v1/summary",
		Summary: "How do callbacks go?",
		Description: "What waits and what is under way now, and of one day, by the account's clock: what happened, hour by hour, and how soon customers talked to somebody. " +
			"docs/api.md says exactly what each figure counts.",
		Tags: []string{"state"}, Security: secured,
		Errors: []int{http.StatusUnauthorized, http.StatusUnprocessableEntity},
	}, s.show)
}

type showSummaryRequest struct {
	Account accountParam `query:"account" doc:"Only this account; left out, all of them together." example:"acme"`
	Day     string       `query:"day" format:"date" doc:"A day by the account's clock; left out, today." example:"2026-11-20"`
}

type summaryAnswer struct{ Body Summary }

// waitingReasons is how many of the commonest reasons for waiting a summary tells.
const waitingReasons = 20

func (s *summaries) show(ctx context.Context, in *showSummaryRequest) (*summaryAnswer, error) {
	now := time.Now()
	var answer Summary
	err := s.read(ctx, func(tx callback.ReadTx, r roster) error {
		account := string(in.Account)
		zone := clockOf(r.book, account)
		day := now.In(zone)
		if in.Day != "" {
			date, err := time.Parse(time.DateOnly, in.Day)
			if err != nil {
				return huma.Error422UnprocessableEntity("The day is written 2026-11-20.")
			}
			// Its noon: a day may have no midnight, where clocks go forward then.
			day = time.Date(date.Year(), date.Month(), date.Day(), 12, 0, 0, 0, zone)
		}
		hours := callback.HoursOf(day)
		answer = Summary{
			Account: account, Day: hours[0].Format(time.DateOnly), Timezone: zone.String(),
			Begins: hours[0].UTC(), Ends: hours[len(hours)-1].UTC(),
		}
		return answer.count(tx, hours, now)
	})
	var refused huma.StatusError
	switch {
	case errors.As(err, &refused):
		return nil, refused
	case err != nil:
		return nil, inside(ctx, s.log, fmt.Errorf("sum up: %w", err))
	}
	return &summaryAnswer{Body: answer}, nil
}

// clockOf is by whose clock days are counted: an account's, or of several the one that
// they share, else UTC.
func clockOf(book *callback.Rulebook, account string) *time.Location {
	var shared *time.Location
	for _, a := range book.Accounts() {
		switch {
		case account != "" && a.Name != account || a.Location == nil:
		case shared != nil && shared.String() != a.Location.String():
			return time.UTC
		default:
			shared = a.Location
		}
	}
	if shared == nil {
		return time.UTC
	}
	return shared
}

// count fills a summary, whose account and bounds are there.
func (s *Summary) count(tx callback.ReadTx, hours []time.Time, now time.Time) error {
	day := callback.Span{From: hours[0], To: hours[len(hours)-1]}
	waiting, err := tx.Waiting(s.Account, now)
	if err != nil {
		return err
	}
	s.Waiting = waitingOf(waiting)
	if err := s.addInProgress(tx); err != nil {
		return err
	}
	happened, err := tx.Happenings(s.Account, day)
	if err != nil {
		return err
	}
	s.addHours(hours, happened)
	owed, err := tx.Owed(s.Account, day)
	if err != nil {
		return err
	}
	s.Promptness = promptnessOf(callback.JudgePromptness(owed, now))
	return nil
}

func waitingOf(list []callback.Waiting) SummaryWaiting {
	sum := SummaryWaiting{Reasons: []WaitingReason{}}
	for _, w := range list {
		switch {
		case w.State == callback.TaskDialing:
			sum.Dialing += w.Tasks
			continue
		case w.State == callback.TaskHeld:
			sum.Held += w.Tasks
		case w.Due:
			sum.Due += w.Tasks
			if sum.Longest.IsZero() || w.Oldest.Before(sum.Longest) {
				sum.Longest = w.Oldest.UTC()
			}
		default:
			sum.Later += w.Tasks
			continue
		}
		if w.Reason != "" && len(sum.Reasons) < waitingReasons {
			sum.Reasons = append(sum.Reasons, WaitingReason{Reason: w.Reason, Tasks: w.Tasks})
		}
	}
	return sum
}

func (s *Summary) addInProgress(tx callback.ReadTx) error {
	s.InProgress = []InProgress{}
	live, err := tx.LiveAttempts("")
	if err != nil {
		return err
	}
	for _, a := range live {
		if s.Account != "" && a.Account != s.Account {
			continue
		}
		task, err := tx.Task(a.TaskID)
		if err != nil {
			return err
		}
		s.InProgress = append(s.InProgress, InProgress{
			TaskID: task.ID, AttemptID: a.ID, Account: task.Account, Number: task.Number, Kind: task.Kind, Target: a.Settings.Target, Rule: a.Settings.Rule,
			PBX: a.Settings.PBX, Ordinal: a.Ordinal, State: a.State, Agent: a.Agent,
			Claimed: a.Claimed.UTC(), AgentAnswered: a.AgentAnswered.UTC(), CustomerSent: a.CustomerSent.UTC(), Bridged: a.Bridged.UTC(),
			Recorded: a.Names.Recording != "",
		})
	}
	return nil
}

// addHours puts what happened into the hours in which it did. Each quarter of an hour lies
// in one of them.
func (s *Summary) addHours(hours []time.Time, happened []callback.Happenings) {
	sums := make([]callback.Counts, len(hours)-1)
	var day callback.Counts
	for _, h := range happened {
		day.Add(h.Counts)
		hour := 0
		for hour < len(sums)-1 && !h.Begins.Before(hours[hour+1]) {
			hour++
		}
		sums[hour].Add(h.Counts)
	}
	s.Counts = countsOf(day)
	s.Hours = make([]SummaryHour, len(sums))
	for i, sum := range sums {
		s.Hours[i] = SummaryHour{Begins: hours[i].UTC(), SummaryCounts: countsOf(sum)}
	}
}

func countsOf(c callback.Counts) SummaryCounts {
	return SummaryCounts{
		Missed: c.Missed, Refused: c.Refused, Asked: c.Asked, CalledBack: c.CalledBack, Helped: c.Helped, GivenUp: c.GivenUp, Cancelled: c.Cancelled,
	}
}

func promptnessOf(p callback.Promptness) Promptness {
	document := Promptness{
		Tasks: p.Tasks, CalledBack: p.CalledBack, Median: p.Median.Seconds(), Percentile: p.Ninetieth.Seconds(), Within: make([]PromptShare, len(p.Within)),
	}
	for i, w := range p.Within {
		share := PromptShare{Seconds: int(w.Limit.Seconds()), In: w.In, Late: w.Late, Open: w.Open}
		if decided := w.In + w.Late; decided > 0 {
			share.Share = float64(w.In) / float64(decided)
		}
		document.Within[i] = share
	}
	return document
}
