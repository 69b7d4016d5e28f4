package callback

import (
	"cmp"
	"errors"
	"fmt"
	"time"
)

// Replayed is what a rulebook makes of calls that were missed under another.
type Replayed struct {
	Since time.Time `json:"since"`
	Calls int       `json:"calls"` // that were missed since
	// Untold is how many of them were refused by a limit of their moment (a cap,
	// a full queue or area) and would not be refused for another reason: whether
	// that limit would have held nobody can tell afterwards.
	Untold      int          `json:"untold"`
	Differences []Difference `json:"differences"` // newest call first
}

// Difference is a missed call that the rulebook decides about differently.
type Difference struct {
	Missed  int64     `json:"missed_call"`
	Account string    `json:"account,omitempty"` // as it was
	Caller  string    `json:"caller"`
	Number  string    `json:"number,omitempty"`
	Lost    time.Time `json:"lost"`
	Task    int64     `json:"task,omitempty"` // that it led to
	Why     string    `json:"why"`            // what would be decided now, in words
	Changes []Changed `json:"changes"`
}

// Changed is one thing that would be different.
type Changed struct {
	What  string `json:"what"` // account, number, lost_by, decision, reason, rule, target, region or a setting
	Was   string `json:"was,omitempty"`
	Would string `json:"would,omitempty"`
}

// replayPage is how many missed calls are read at once.
const replayPage = 500

// Replay decides anew about the calls that were missed since, of one account or
// with "" of all, by book and by what is switched off now. Nothing but the way
// in which a rule decides about a call is compared: that it merged into a task
// depends on what came before, and counts like a task of its own. What was
// attributed to somebody whom the file lists under that name stays so.
func Replay(tx ReadTx, book *Rulebook, since time.Time, account string) (Replayed, error) {
	switches, err := tx.Switches()
	if err != nil {
		return Replayed{}, fmt.Errorf("read what is switched off: %w", err)
	}
	r := Replayed{Since: since.UTC(), Differences: []Difference{}}
	filter := MissedCallFilter{Account: account, Since: since, Limit: replayPage}
	for {
		calls, err := tx.MissedCalls(filter)
		if err != nil {
			return Replayed{}, fmt.Errorf("read missed calls: %w", err)
		}
		for _, was := range calls {
			if err := r.compare(tx, book, was, switches); err != nil {
				return Replayed{}, err
			}
		}
		if len(calls) < replayPage {
			return r, nil
		}
		filter.Before = calls[len(calls)-1].ID
	}
}

func (r *Replayed) compare(tx ReadTx, book *Rulebook, was MissedCall, switches Switches) error {
	r.Calls++
	if was.Reason == ReasonCallbackAsked { // what a caller asked for is no rule
		return nil
	}
	account, m := book.replayed(was)
	g := ground{now: was.Lost, switches: switches}
	would := decision{missed: m}
	if account != nil {
		if was.Reason == ReasonDoNotCall && was.Account == account.Name {
			g.blocked = &DoNotCall{Account: was.Account, Number: was.Number} // the list is no rule
		}
		would = account.decide(m, account.replayedEvidence(was), g)
	}
	if passes[was.Reason] && would.missed.Decision != DecisionRefused {
		r.Untold++
		return nil
	}
	planned, err := plannedFrom(tx, was)
	if err != nil {
		return err
	}
	changes := changesOf(was, planned, would)
	if len(changes) > 0 {
		r.Differences = append(r.Differences, Difference{
			Missed: was.ID, Account: was.Account, Caller: was.Caller, Number: was.Number, Lost: was.Lost.UTC(), Task: was.TaskID,
			Why: account.why(would, g), Changes: changes,
		})
	}
	return nil
}

// passes are the reasons that hold at one moment and not at the next.
var passes = map[Reason]bool{ReasonCapReached: true, ReasonAreaFull: true, ReasonQueueFull: true}

// replayed is a missed call as it would be noted now, before anything is decided.
func (b *Rulebook) replayed(was MissedCall) (*Account, MissedCall) {
	m := MissedCall{
		PBX: was.PBX, CallID: was.CallID, Trunk: was.Trunk, Caller: was.Caller, Dialled: was.Dialled, LostBy: was.LostBy,
		Arrived: was.Arrived, Lost: was.Lost, Source: was.Source, Decision: DecisionRefused, Reason: ReasonNoAccount,
	}
	account := b.AccountOf(m.PBX, m.Trunk, m.Dialled)
	if account == nil {
		return nil, m
	}
	m.LostBy = account.restate(m.LostBy)
	account.identify(&m)
	return account, m
}

// plannedFrom is the first attempt that was made from a missed call; nil if none
// was, or a newer loss took its place before it began.
func plannedFrom(tx ReadTx, m MissedCall) (*Attempt, error) {
	if m.TaskID == 0 {
		return nil, nil
	}
	attempts, err := tx.Attempts(m.TaskID)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, fmt.Errorf("read the attempts of task %d: %w", m.TaskID, err)
	}
	for _, a := range attempts {
		if a.MissedCallID == m.ID {
			return &a, nil
		}
	}
	return nil, nil
}

// changesOf compares what was decided, and planned if that is known, with what
// would be.
func changesOf(was MissedCall, planned *Attempt, would decision) (changes []Changed) {
	compare := func(what, was, would string) {
		if was != would {
			changes = append(changes, Changed{what, was, would})
		}
	}
	m := would.missed
	compare("account", was.Account, m.Account)
	compare("number", was.Number, m.Number)
	compare("lost_by", was.LostBy.String(), m.LostBy.String())
	compare("decision", decided(was), decided(m))
	compare("reason", string(was.Reason), string(m.Reason))
	if was.Decision != DecisionRefused || m.Decision != DecisionRefused {
		compare("rule", was.Rule, m.Rule)
	}
	if planned == nil || m.Decision == DecisionRefused {
		return changes
	}
	before, after := planned.Settings, would.plan.settings
	compare("target", before.Target.String(), after.Target.String())
	compare("region", before.Region, after.Region)
	compare("caller_id", before.CallerID, after.CallerID)
	compare("dialing_intervals", FormatIntervals(before.DialingIntervals), FormatIntervals(after.DialingIntervals))
	compare("wait_for_customer", FormatDuration(before.WaitForCustomer), FormatDuration(after.WaitForCustomer))
	compare("language", before.Language, after.Language)
	compare("agent_prompt", before.AgentPrompt, after.AgentPrompt)
	compare("agent_announcement", written(before.AgentAnnouncement), written(after.AgentAnnouncement))
	compare("agent_accept", written(before.AgentAccept), written(after.AgentAccept))
	compare("customer_accept", written(before.CustomerAccept), written(after.CustomerAccept))
	compare("voicemail", before.Voicemail.String(), after.Voicemail.String())
	compare("stop_key", FormatKey(before.StopKey), FormatKey(after.StopKey))
	compare("max_call", longest(before), longest(after))
	compare("recording", written(before.Recording), written(after.Recording))
	compare("treatments", before.Treatments.String(), after.Treatments.String())
	return changes
}

// decided is a decision without what only the moment tells.
func decided(m MissedCall) string {
	if m.Decision == DecisionMerged {
		return string(DecisionTaskCreated)
	}
	return string(m.Decision)
}

// written is a setting as a rules file has it.
func written[T fmt.Stringer](setting *T) string {
	if setting == nil {
		return "none"
	}
	return (*setting).String()
}

// longest is the longest conversation.
func longest(s Settings) string { return FormatDuration(cmp.Or(s.MaxCall, MaxCall)) }
