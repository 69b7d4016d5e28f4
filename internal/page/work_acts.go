package page

import (
	"strings"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// What people do who talk with customers themselves. Each is there on the page of a task
// as well.
var (
	takeAct = taskAct{
		act: act{
			ID: "take", Label: "Take it", Title: "Call this customer now?", Does: "Ring my phone", Main: true,
			Words: "Your phone rings first, then the customer's. What is in the way of a call stays so, and the page says it. What you don't get to goes back after an hour.",
		},
		operation: "take-task", said: "taken", quick: true,
		there: func(v *visit, t httpapi.TaskHead) bool {
			return v.person.Agent != "" && waits(v, t) && t.Kind != callback.KindMissed && !v.isElsewhere(t) && (!v.isMine(t) || t.Due.After(v.now))
		},
		do: func(v *visit, id int64, _ refusedAct) error {
			return second(v.client.TakeTask(v.ctx(), id, v.person.Agent))
		},
	}
	giveBackAct = taskAct{
		act: act{
			ID: "give-back", Label: "Give back", Title: "Give this callback back?", Does: "Give back",
			Words: "Whoever it was for before calls the customer.",
		},
		operation: "edit-task", said: "given-back", quick: true,
		there: func(v *visit, t httpapi.TaskHead) bool {
			return waits(v, t) && v.isMine(t) && t.Owner != nil
		},
		do: func(v *visit, id int64, _ refusedAct) error {
			t, err := v.client.Task(v.ctx(), id)
			if err != nil || t.Owner == nil { // it went back by itself meanwhile
				return err
			}
			return second(v.client.EditTask(v.ctx(), id, httpapi.TaskEdit{Target: &t.Owner.Then}))
		},
	}
	anotherAct = taskAct{
		act: act{
			ID: "another", Label: "Another callback", Title: "Another callback for this customer", Does: "Ask for it", AsksWhen: true, AsksNote: true,
			Words: "A time must lie within the hours in which the customer may be called.",
		},
		operation: "ask-callback", said: "asked",
		there: func(_ *visit, t httpapi.TaskHead) bool {
			return t.State == callback.TaskDialing || !t.State.Open()
		},
		do: askForAnother,
	}
	doNotCallAct = taskAct{
		act: act{
			ID: "do-not-call", Label: "Don't call again", Title: "Never call this customer again?", Does: "Don't call any more", Grave: true, AsksReason: true,
			Words: "For customers who say so. All their open callbacks are cancelled, and whoever asks for one later is refused, until a supervisor lifts it.",
		},
		operation: "block-customer", said: "blocked",
		there: func(*visit, httpapi.TaskHead) bool { return true },
		do: func(v *visit, id int64, sent refusedAct) error {
			t, err := v.client.Task(v.ctx(), id)
			if err != nil {
				return err
			}
			return second(v.client.BlockCustomer(v.ctx(), t.Account, t.Number, sent.Reason))
		},
	}
)

// me is the person as someone who calls customers back; the zero Target if no phone is
// theirs.
func (v *visit) me() callback.Target {
	if v.person.Agent == "" {
		return callback.Target{}
	}
	return callback.Target{Kind: callback.TargetAgent, Name: v.person.Agent}
}

// isMine reports whether the person is to call the customer of a task.
func (v *visit) isMine(t httpapi.TaskHead) bool { return !v.me().IsZero() && t.Target == v.me() }

// isElsewhere reports whether another agent is.
func (v *visit) isElsewhere(t httpapi.TaskHead) bool {
	return t.Target.Kind == callback.TargetAgent && !v.isMine(t)
}

// askForAnother asks for a callback of the customer of a task: one that follows it, if it
// is over, else besides.
func askForAnother(v *visit, id int64, sent refusedAct) error {
	t, err := v.client.Task(v.ctx(), id)
	if err != nil {
		return err
	}
	r := httpapi.CallbackRequest{Account: t.Account, Number: t.Number, Note: sent.Note, Language: t.Language}
	if !t.State.Open() {
		r.Previous = t.ID
	}
	return second(v.askFor(r, sent.Target, sent.Time))
}

// askFor asks for a callback of whom and when a form says.
func (v *visit) askFor(r httpapi.CallbackRequest, target, at string) (isNew bool, err error) {
	if r.Target, err = callback.ParseTarget(target); err != nil {
		return false, errWho
	}
	if strings.TrimSpace(at) != "" {
		if r.At, err = v.wall(r.Account, at); err != nil {
			return false, err
		}
	}
	if v.person.Role != callback.RoleAgent { // whom the API knows by their role
		r.Source = callback.ViaAgent
	}
	_, isNew, err = v.client.Ask(v.ctx(), r)
	return isNew, err
}

// targetChoices are those who can call an account's customers back, for a form.
func (v *visit) targetChoices(account, chosen string) ([]choice, error) {
	list, err := v.targets(account)
	if err != nil {
		return nil, err
	}
	var options []choice
	if !list.Requests.IsZero() {
		options = append(options, choice{Label: "as the rules say: " + list.Requests.String()})
	}
	add := func(kind callback.TargetKind, name, label string) {
		options = append(options, choice{Value: callback.Target{Kind: kind, Name: name}.String(), Label: label})
	}
	for _, name := range list.Queues {
		add(callback.TargetQueue, name, "queue "+name)
	}
	for _, g := range list.Groups {
		add(callback.TargetGroup, g.Name, "group "+g.Name)
	}
	for _, a := range list.Agents {
		label := a.Name
		if a.Name == v.person.Agent {
			label += " (you)"
		}
		add(callback.TargetAgent, a.Name, label)
	}
	if chosen == "" && len(options) > 0 {
		return options, nil // the first
	}
	return choices(chosen, options), nil
}
