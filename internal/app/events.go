package app

import (
	"context"
	"time"

	"callbackd/callback"
	"callbackd/internal/alarms"
	"callbackd/internal/httpapi"
)

// announce tells those who follow the events of changes, after their commit. Of a change
// it tells that there was one: neither numbers nor words go out.
func (d *daemon) announce(changes []callback.Change) {
	for _, c := range changes {
		e := httpapi.Event{Kind: httpapi.EventTask, At: c.At.UTC(), Account: c.Account, TaskID: c.TaskID, State: c.To}
		if c.AttemptID != 0 {
			e.Kind, e.AttemptID = httpapi.EventAttempt, c.AttemptID
		}
		d.events.Publish(e)
	}
}

func (d *daemon) announceMissed(m callback.MissedCall) {
	d.events.Publish(httpapi.Event{
		Kind: httpapi.EventMissedCall, At: m.Recorded.UTC(), Account: m.Account, TaskID: m.TaskID, MissedCallID: m.ID, State: string(m.Decision),
	})
}

func (d *daemon) announceAlarm(a alarms.Alarm) {
	e := httpapi.Event{Kind: httpapi.EventAlarm, At: a.Last.UTC(), Account: a.Account, Name: a.Name, State: "raised"}
	if !a.Over.IsZero() {
		e.At, e.State = a.Over.UTC(), "over"
	}
	d.events.Publish(e)
}

// announcedControl is the control as the API has it: what was switched is announced.
// Repeating an operation announces it again; whoever hears of it finds that nothing
// has changed.
type announcedControl struct {
	httpapi.Control
	announce func(httpapi.Event)
}

func (c announcedControl) say(err error, account, name, state string) error {
	if err == nil {
		c.announce(httpapi.Event{Kind: httpapi.EventSwitch, At: time.Now().UTC(), Account: account, Name: name, State: state})
	}
	return err
}

// What can be switched besides rules, and the states that it has.
const (
	switchStopped = "stopped"
	switchFrozen  = "frozen"

	switchedOn  = "on"
	switchedOff = "off"
)

// Stop implements httpapi.Control.
func (c announcedControl) Stop(ctx context.Context, by string) error {
	return c.say(c.Control.Stop(ctx, by), "", switchStopped, switchedOn)
}

// Resume implements httpapi.Control.
func (c announcedControl) Resume(ctx context.Context, by string) error {
	return c.say(c.Control.Resume(ctx, by), "", switchStopped, switchedOff)
}

// Freeze implements httpapi.Control.
func (c announcedControl) Freeze(ctx context.Context, account, by string) error {
	return c.say(c.Control.Freeze(ctx, account, by), account, switchFrozen, switchedOn)
}

// Unfreeze implements httpapi.Control.
func (c announcedControl) Unfreeze(ctx context.Context, account, by string) error {
	return c.say(c.Control.Unfreeze(ctx, account, by), account, switchFrozen, switchedOff)
}

// Activate implements httpapi.Control.
func (c announcedControl) Activate(ctx context.Context, rule callback.RuleKey, by string) error {
	return c.say(c.Control.Activate(ctx, rule, by), rule.Account, rule.Rule, switchedOn)
}

// Deactivate implements httpapi.Control.
func (c announcedControl) Deactivate(ctx context.Context, rule callback.RuleKey, by string) error {
	return c.say(c.Control.Deactivate(ctx, rule, by), rule.Account, rule.Rule, switchedOff)
}
