package httpapi

import (
	"time"

	"callbackd/callback"
)

// Explanation is what would become of a call, were it missed, and why.
type Explanation struct {
	Account   string            `json:"account,omitempty" example:"acme" doc:"Absent where it would be nobody's."`
	Caller    string            `json:"caller" mask:"number" example:"0701234567" doc:"As it was asked."`
	Number    string            `json:"number,omitempty" mask:"number" example:"+46701234567" doc:"Absent where what was asked is no number."`
	Country   string            `json:"country,omitempty" example:"SE" doc:"The customer's, as the number tells (ISO 3166); absent where it belongs to none."`
	Dialled   string            `json:"dialled,omitempty" example:"+4685550000"`
	LostBy    callback.Target   `json:"lost_by,omitzero" example:"queue:support"`
	Lost      time.Time         `json:"lost" example:"2026-12-24T16:30:00Z"`
	LostLocal *LocalTime        `json:"lost_local,omitempty" doc:"The same by the account's clock; absent if it has no time zone."`
	Decision  callback.Decision `json:"decision" example:"task_created"`
	Reason    callback.Reason   `json:"reason,omitempty" example:"no_rule" doc:"Why it would not be called back; only where it would be refused."`
	Why       string            `json:"why" mask:"text" example:"rule \"lost in the contact center\" calls back what queue:support loses" doc:"The decision in words."`
	Rule      string            `json:"rule,omitempty" example:"lost in the contact center"`
	TaskID    int64             `json:"task_id,omitempty" example:"12" doc:"The customer's open task, into which the call would be merged."`

	Zones     []string            `json:"zones,omitempty" nullable:"false" example:"[\"Europe/Stockholm\"]" doc:"The time zones in which the customer may live: the schedule has to be open in all of them."`
	ZonesFrom callback.ZoneSource `json:"zones_from,omitempty" example:"number" doc:"What told the zones: the number, or the timezone of the rule or of the account."`
	Schedule  string              `json:"schedule,omitempty" example:"office"`
	GiveUp    *Moment             `json:"give_up,omitempty" doc:"When the task would expire."`
	Attempts  []PlannedAttempt    `json:"attempts" nullable:"false" doc:"The attempts that would be made if the customer never answered."`
	Notes     []string            `json:"notes" mask:"text" nullable:"false" example:"[\"callbackd is stopped since Tue 2026-11-20 14:00 in Europe/Stockholm by admin: nothing is dialled until it is resumed\"]" doc:"What holds everything up at present, and what becomes of the customer's open task."`
}

// PlannedAttempt is one attempt that would be made.
type PlannedAttempt struct {
	Ordinal         int             `json:"ordinal" minimum:"1" example:"1" doc:"Which of the dialing intervals leads to it."`
	Due             Moment          `json:"due" doc:"What the intervals say."`
	Earliest        *Moment         `json:"earliest,omitempty" doc:"When everything but Asterisk permits it. Absent if nobody knows, or if the task has expired by then."`
	Waiting         string          `json:"waiting,omitempty" mask:"text" example:"closed by schedule office until Mon 09:00 in Europe/Stockholm" doc:"What keeps it from being made when it is due."`
	Target          callback.Target `json:"target" example:"queue:support" doc:"Who gets the agent leg."`
	Rings           []string        `json:"rings,omitempty" nullable:"false" example:"[\"PJSIP/alice\"]" doc:"The phones of an agent or a group; of a queue, Asterisk knows."`
	Region          string          `json:"region" example:"sweden"`
	PBX             string          `json:"pbx" example:"pbx1"`
	DialString      string          `json:"dial_string,omitempty" mask:"text" example:"PJSIP/+46701234567@pstn"`
	CallerID        string          `json:"caller_id,omitempty" example:"+4685550000" doc:"What the customer's phone shows; absent: what the trunk says."`
	WaitForCustomer string          `json:"wait_for_customer" example:"30s"`
	Heard
}

// Moment is a time as the clocks of those concerned show it.
type Moment struct {
	At       time.Time   `json:"at" example:"2026-12-28T08:00:00Z"`
	Customer []LocalTime `json:"customer" nullable:"false" doc:"In each zone in which the customer may live."`
	Account  *LocalTime  `json:"account,omitempty" doc:"Absent if the account has no time zone."`
}

// LocalTime is a time on the clock of a zone.
type LocalTime struct {
	Zone string    `json:"zone" example:"Europe/Stockholm"`
	Time time.Time `json:"time" example:"2026-12-28T09:00:00+01:00"`
}

func explanationOf(x callback.Explanation) Explanation {
	return Explanation{
		Account: x.Account, Caller: x.Caller, Number: x.Number, Country: x.Country, Dialled: x.Dialled, LostBy: x.LostBy, Lost: x.Lost.UTC(),
		Decision: x.Decision, Reason: x.Reason, Why: x.Why, Rule: x.Rule, TaskID: x.Task,
		Zones: x.Zones, ZonesFrom: x.ZonesFrom, Schedule: x.Schedule, GiveUp: momentOf(x.GiveUp),
		Attempts: plannedOf(x.Attempts), Notes: append([]string{}, x.Notes...),
	}
}

func plannedOf(attempts []callback.ExplainedAttempt) []PlannedAttempt {
	list := make([]PlannedAttempt, len(attempts))
	for i, a := range attempts {
		list[i] = PlannedAttempt{
			Ordinal: a.Ordinal, Due: *momentOf(&a.Due), Earliest: momentOf(a.Earliest), Waiting: a.Waiting,
			Target: a.Target, Rings: a.Rings, Region: a.Region, PBX: a.PBX, DialString: a.DialString, CallerID: a.CallerID,
			WaitForCustomer: callback.FormatDuration(a.WaitForCustomer), Heard: heardOf(a.Settings),
		}
	}
	return list
}

func momentOf(m *callback.Moment) *Moment {
	if m == nil {
		return nil
	}
	document := &Moment{At: m.At.UTC(), Customer: make([]LocalTime, len(m.Customer))}
	for i, local := range m.Customer {
		document.Customer[i] = LocalTime(local)
	}
	if m.Account != nil {
		document.Account = (*LocalTime)(m.Account)
	}
	return document
}

// Replay is what other rules would have made of calls that were missed.
type Replay struct {
	Since     time.Time      `json:"since" example:"2026-11-13T13:20:01Z"`
	Calls     int            `json:"calls" minimum:"0" example:"312" doc:"How many calls were missed since."`
	Differing int            `json:"differing" minimum:"0" example:"9" doc:"How many of them would have been decided about differently."`
	Untold    int            `json:"untold" minimum:"0" example:"2" doc:"How many of them were refused by a limit of their moment (a cap, a full queue or area): whether it would have held, nobody can tell afterwards."`
	Problems  []FileProblem  `json:"problems" nullable:"false" doc:"Errors of files on the disk that can't be used: the rules in force took their place."`
	Different []ReplayedCall `json:"differences" nullable:"false" doc:"Newest call first; at most 1000."`
}

// ReplayedCall is a missed call that would have been decided about differently.
type ReplayedCall struct {
	MissedCallID int64          `json:"missed_call_id" example:"40"`
	Account      string         `json:"account,omitempty" example:"acme" doc:"Whose it was."`
	Caller       string         `json:"caller,omitempty" mask:"number" example:"0701234567"`
	Number       string         `json:"number,omitempty" mask:"number" example:"+46701234567"`
	Lost         time.Time      `json:"lost" example:"2026-11-20T13:21:30Z"`
	TaskID       int64          `json:"task_id,omitempty" example:"12" doc:"The task that it led to."`
	Why          string         `json:"why" mask:"text" example:"no rule is about calls that queue:support loses" doc:"What would be decided, in words."`
	Changes      []ReplayChange `json:"changes" nullable:"false"`
}

// ReplayChange is one thing that would have been different.
type ReplayChange struct {
	What  string `json:"what" example:"decision" doc:"account, number, lost_by, decision, reason, rule, or a setting of the first attempt."`
	Was   string `json:"was,omitempty" mask:"text" example:"task_created"`
	Would string `json:"would,omitempty" mask:"text" example:"refused"`
}

func replayOf(r callback.Replayed, problems []FileProblem) Replay {
	shown := r.Differences[:min(len(r.Differences), mostDifferences)]
	document := Replay{
		Since: r.Since.UTC(), Calls: r.Calls, Differing: len(r.Differences), Untold: r.Untold,
		Problems: append([]FileProblem{}, problems...), Different: make([]ReplayedCall, len(shown)),
	}
	for i, d := range shown {
		call := ReplayedCall{
			MissedCallID: d.Missed, Account: d.Account, Caller: d.Caller, Number: d.Number, Lost: d.Lost.UTC(), TaskID: d.Task,
			Why: d.Why, Changes: make([]ReplayChange, len(d.Changes)),
		}
		for j, c := range d.Changes {
			call.Changes[j] = ReplayChange(c)
		}
		document.Different[i] = call
	}
	return document
}
