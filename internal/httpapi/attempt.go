package httpapi

import (
	"time"

	"callbackd/callback"
)

// Attempt is one try to connect an agent and the customer.
type Attempt struct {
	ID           int64                 `json:"id" example:"31"`
	Ordinal      int                   `json:"ordinal" minimum:"1" example:"1" doc:"Which of the dialing intervals led to it."`
	Try          int                   `json:"try" minimum:"1" example:"1" doc:"Grows each time the same attempt comes back uncounted."`
	State        callback.AttemptState `json:"state" example:"ended"`
	Due          time.Time             `json:"due,omitzero" example:"2026-11-20T13:21:30Z"`
	MissedCallID int64                 `json:"missed_call_id,omitempty" example:"40" doc:"The missed call that it was planned from."`
	Settings     Settings              `json:"settings" doc:"What it says and shows, copied from the rule when it was planned."`

	Claimed       time.Time `json:"claimed,omitzero" example:"2026-11-20T13:21:30Z" doc:"When it began: the agent leg was sent right after."`
	AgentAnswered time.Time `json:"agent_answered,omitzero" example:"2026-11-20T13:21:34Z"`
	CustomerSent  time.Time `json:"customer_sent,omitzero" example:"2026-11-20T13:21:38Z" doc:"From here on the customer's phone may have rung."`
	Bridged       time.Time `json:"bridged,omitzero" example:"2026-11-20T13:21:45Z" doc:"When agent and customer could hear each other."`
	Ended         time.Time `json:"ended,omitzero" example:"2026-11-20T13:24:02Z"`

	Agent           string          `json:"agent,omitempty" example:"PJSIP/alice" doc:"The phone that answered."`
	Result          callback.Result `json:"result,omitempty" example:"connected"`
	ResultReason    string          `json:"reason,omitempty" mask:"text" example:"customer leg ended: cause 17, SIP 486" doc:"The result in detail, in words."`
	Cause           int             `json:"cause,omitempty" example:"17" doc:"Q.850 cause of the leg that ended the attempt."`
	SIP             int             `json:"sip,omitempty" example:"486" doc:"SIP status of the leg that ended the attempt."`
	TrunkFault      bool            `json:"trunk_fault,omitempty" doc:"The customer leg ended the way a broken trunk ends it."`
	Counted         bool            `json:"counted" doc:"Whether it reached out to the customer and so uses up a dialing interval."`
	AgentChannel    string          `json:"agent_channel,omitempty" doc:"The channel's id in Asterisk, for finding it in Asterisk's log."`
	CustomerChannel string          `json:"customer_channel,omitempty"`
	Bridge          string          `json:"bridge,omitempty"`
	Recording       string          `json:"recording,omitempty" example:"acme/2026-11/6l0c8qg3f5s1m2v7t9n4b0kd2e" doc:"The recording's name in Asterisk; absent where nothing is recorded."`
	RecordingOK     bool            `json:"recording_ok,omitempty" doc:"The recording is kept: its files were seen and hold audio."`
}

// Settings is what an attempt says and shows. Durations are written as in the
// rules file.
type Settings struct {
	Rule             string          `json:"rule,omitempty" example:"lost in the contact center"`
	Region           string          `json:"region" example:"sweden"`
	PBX              string          `json:"pbx" example:"pbx1"`
	Target           callback.Target `json:"target" example:"queue:support"`
	CallerID         string          `json:"caller_id,omitempty" example:"+4685550000" doc:"What the customer's phone shows; absent: what the trunk says."`
	DialingIntervals []string        `json:"dialing_intervals" nullable:"false" example:"[\"immediately\",\"5m\",\"30m\"]"`
	WaitForCustomer  string          `json:"wait_for_customer" example:"30s"`
	Heard
	// Treatments has what the file says; other results have their default.
	Treatments map[callback.Result]Treatment `json:"treatments,omitempty" doc:"What follows a result that counts, by result. One that isn't here has its default: connected completes the task, number_invalid closes it, any other takes the next dialing interval."`
}

// Treatment is what a result leads to; neither Close nor In is the next dialing
// interval.
type Treatment struct {
	Close  bool   `json:"close,omitempty" doc:"The task is over: exhausted."`
	In     string `json:"in,omitempty" example:"5m" doc:"The next attempt is so much later instead, and uses up no dialing interval."`
	AtMost int    `json:"at_most,omitempty" example:"3" doc:"Once so many results have been this one, since the newest missed call, the task is over."`
}

// attemptOf makes the document of an attempt; kept says that its recording is there.
func attemptOf(a callback.Attempt, kept bool) Attempt {
	return Attempt{
		ID: a.ID, Ordinal: a.Ordinal, Try: a.Try, State: a.State, Due: a.Due.UTC(),
		MissedCallID: a.MissedCallID, Settings: settingsOf(a.Settings),
		Claimed: a.Claimed.UTC(), AgentAnswered: a.AgentAnswered.UTC(), CustomerSent: a.CustomerSent.UTC(),
		Bridged: a.Bridged.UTC(), Ended: a.Ended.UTC(),
		Agent: a.Agent, Result: a.Result, ResultReason: a.Reason, Cause: a.Cause, SIP: a.SIP,
		TrunkFault: a.TrunkFault, Counted: a.Counted,
		AgentChannel: a.Names.AgentChannel, CustomerChannel: a.Names.CustomerChannel,
		Bridge: a.Names.Bridge, Recording: a.Names.Recording, RecordingOK: kept,
	}
}

func settingsOf(s callback.Settings) Settings {
	document := Settings{
		Rule: s.Rule, Region: s.Region, PBX: s.PBX, Target: s.Target, CallerID: s.CallerID,
		DialingIntervals: writeIntervals(s.DialingIntervals),
		WaitForCustomer:  callback.FormatDuration(s.WaitForCustomer), Heard: heardOf(s),
	}
	for result, t := range s.Treatments {
		if document.Treatments == nil {
			document.Treatments = make(map[callback.Result]Treatment, len(s.Treatments))
		}
		written := Treatment{Close: t.Close, AtMost: t.AtMost}
		if t.In != 0 {
			written.In = callback.FormatDuration(t.In)
		}
		document.Treatments[result] = written
	}
	return document
}
