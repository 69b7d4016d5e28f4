package page

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"callbackd/callback"
	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
	"callbackd/internal/wording"
)

// callView is the call that the person is on, or has just been on, with the customer's
// story beside it.
type callView struct {
	ID           int64
	Path         string
	Number, Note string
	Live         bool
	Why          string
	Says         string // where the call stands, or what came of it
	Tone         string
	Since        moment // of the step at hand
	Ticks        string
	Promised     moment
	Story        []event
	Earlier      []taskRow // other callbacks of the customer
	Acts         []act
	Next         moment // of the next attempt, if there is one
}

// atCall are the acts that belong to a call, and closeTask the one that is for after it; the
// page of the task has them all.
var atCall = []string{"note", takeAct.ID, giveBackAct.ID, "reschedule", closeTask, anotherAct.ID, doNotCallAct.ID}

const closeTask = "close"

const (
	// justOver is how long a call that has ended stays before the person.
	justOver = 10 * time.Minute
	// mostLooked is among how many calls the person's is looked for, and mostEarlier how many
	// other callbacks of a customer are shown.
	mostLooked, mostEarlier = 20, 5
)

// call is the person's call that goes on, else the last one if it has just ended; nil if
// there is none. Which one is theirs says the phone that has answered; before one has, only
// what is called for the person alone is known to be theirs.
func (v *visit) call(account, phone string, id int64, refused refusedAct) (*callView, error) {
	if phone == "" {
		return nil, nil //nolint:nilnil // there is no call, and nothing is wrong
	}
	live, err := v.client.Tasks(v.ctx(), apiclient.TaskQuery{Account: account, States: []string{string(callback.TaskDialing)}, Limit: mostLooked})
	if err != nil {
		return nil, err
	}
	for _, t := range live.Tasks {
		s, a, err := v.lastAttempt(t.ID)
		if err != nil {
			return nil, err
		}
		if a.Agent == phone || a.Agent == "" && v.isMine(s.TaskHead) {
			return v.callView(s, a, id, refused)
		}
	}
	return v.callBefore(account, phone, id, refused)
}

func (v *visit) callBefore(account, phone string, id int64, refused refusedAct) (*callView, error) {
	var latest httpapi.TaskStory
	var attempt httpapi.Attempt
	for _, query := range []apiclient.TaskQuery{
		{Account: account, States: []string{string(callback.TaskCompleted), string(callback.TaskExhausted), string(callback.TaskCancelled)}, Limit: 2 * mostLooked},
		{Account: account, States: []string{string(callback.TaskScheduled)}, Target: v.me().String(), Limit: mostLooked},
	} {
		list, err := v.client.Tasks(v.ctx(), query)
		if err != nil {
			return nil, err
		}
		for _, t := range list.Tasks {
			if v.now.Sub(t.Updated) > justOver || t.Attempts == 0 {
				continue
			}
			s, a, err := v.lastAttempt(t.ID)
			if err != nil {
				return nil, err
			}
			if a.Agent == phone && a.Ended.After(attempt.Ended) && v.now.Sub(a.Ended) <= justOver {
				latest, attempt = s, a
			}
		}
	}
	if latest.ID == 0 {
		return nil, nil //nolint:nilnil // there is no call, and nothing is wrong
	}
	return v.callView(latest, attempt, id, refused)
}

// lastAttempt reads a task with the newest of its attempts that was begun.
func (v *visit) lastAttempt(id int64) (httpapi.TaskStory, httpapi.Attempt, error) {
	s, err := v.client.Task(v.ctx(), id)
	var last httpapi.Attempt
	for _, a := range s.Attempts {
		if !a.Claimed.IsZero() {
			last = a
		}
	}
	return s, last, err
}

// callView shows a call, with the form that was refused about task id, if that is its own.
func (v *visit) callView(s httpapi.TaskStory, a httpapi.Attempt, id int64, refused refusedAct) (*callView, error) {
	if s.ID != id {
		refused = refusedAct{}
	}
	view := &callView{
		ID: s.ID, Path: v.taskPath(s.ID), Number: s.Number, Note: s.Note, Why: v.why(s.TaskHead), Live: a.State != callback.AttemptEnded,
		Tone: "busy", Promised: v.at(s.Account, s.At),
	}
	view.Story, _ = v.story(s)
	since := a.Claimed
	switch a.State {
	case callback.AttemptAgent:
		view.Says = "Your phone rings"
	case callback.AttemptAgentUp:
		view.Says, since = "You are on the line", a.AgentAnswered
	case callback.AttemptCustomer:
		view.Says, since = "The customer's phone rings", a.CustomerSent
	case callback.AttemptBridged:
		view.Says, since, view.Tone = "You talk with the customer", a.Bridged, "good"
	case callback.AttemptEnded, callback.AttemptScheduled:
		view.Says, view.Tone = strings.TrimSuffix(v.attemptEvent(s, a).Outcome, ".")+",", "over"
		since = a.Ended
	}
	view.Since, view.Ticks = v.at(s.Account, since), wording.Span(max(0, v.now.Sub(since)))
	if s.State == callback.TaskScheduled {
		view.Next = v.at(s.Account, s.Due)
	}
	list, err := v.client.Tasks(v.ctx(), apiclient.TaskQuery{Account: s.Account, Number: s.Number, Limit: mostEarlier + 1})
	if err != nil {
		return nil, err
	}
	for _, t := range list.Tasks {
		if t.ID != s.ID && len(view.Earlier) < mostEarlier {
			view.Earlier = append(view.Earlier, v.taskRow(t))
		}
	}
	acts, err := v.acts(s.TaskHead, refused)
	if err != nil {
		return nil, err
	}
	for _, a := range acts {
		if !a.Open && !slices.Contains(atCall, a.ID) || view.Live && a.ID == closeTask {
			continue
		}
		a.Hidden = append(a.Hidden, hidden{"from", fromWork})
		a.Back = v.here(workPath, nil)
		a.ID, a.Of = dialogOf(a.ID, s.ID), s.Number
		a.Show = v.here(workPath, url.Values{"do": {a.ID}})
		view.Acts = append(view.Acts, a)
	}
	return view, nil
}
