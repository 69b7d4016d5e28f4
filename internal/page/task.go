package page

import (
	"net/http"
	"strconv"
	"time"

	"callbackd/callback"
	"callbackd/internal/httpapi"
	"callbackd/internal/wording"
)

// taskView is one task with its story.
type taskView struct {
	ID      int64
	Number  string
	Account string
	Kind    string
	standing
	// Now says where the task stands in one sentence, Waits why it isn't being dialled
	// right now; "" of one that is over.
	Now, Waits string
	Facts      []fact
	Note       string
	Acts       []act
	Story      []event
	Planned    []event // what is still to come
	Steps      []stepRow
}

// fact is something that there is to know of a task.
type fact struct {
	Label, Words string
	When         moment
	Link         string
}

// stepRow is one row of the history, as it is stored.
type stepRow struct {
	At                         moment
	Who, Input, Change, Reason string
}

func showTask(v *visit) error {
	id, err := v.id()
	if err != nil {
		return err
	}
	return v.taskPage(http.StatusOK, id, refusedAct{Verb: v.r.URL.Query().Get("do")})
}

// id is the number in the path.
func (v *visit) id() (int64, error) {
	id, err := strconv.ParseInt(v.r.PathValue("id"), 10, 64)
	if err != nil || id < 1 {
		return 0, errNothingHere
	}
	return id, nil
}

// taskPage shows a task; what was refused is shown again, to be put right.
func (v *visit) taskPage(status int, id int64, refused refusedAct) error {
	s, err := v.client.Task(v.ctx(), id)
	if err != nil {
		return err
	}
	v.about = s.Account
	view := taskView{
		ID: s.ID, Number: s.Number, Account: s.Account, Kind: wording.Kind(s.Kind), standing: v.standing(s.TaskHead), Note: s.Note,
		Facts: v.facts(s), Steps: v.steps(s),
	}
	if view.Acts, err = v.acts(s.TaskHead, refused); err != nil {
		return err
	}
	view.Now, view.Waits = v.present(s)
	view.Story, view.Planned = v.story(s)
	return v.render(status, "task", "Task "+strconv.FormatInt(s.ID, 10), view)
}

// present says where a task stands, and why it isn't being dialled right now.
func (v *visit) present(s httpapi.TaskStory) (stands, waits string) {
	attempt := "The next attempt"
	var current *httpapi.Attempt
	if n := len(s.Attempts); n > 0 && s.Attempts[n-1].State != callback.AttemptEnded {
		current = &s.Attempts[n-1]
		attempt = "Attempt " + wording.Ordinal(*current)
	}
	switch {
	case s.State == callback.TaskDialing && s.CancelReason != "":
		return "It is over when the attempt under way has ended: cancelled, " + wording.Cancellation(s.CancelReason) + ".", ""
	case s.State == callback.TaskDialing && current != nil:
		return attempt + ": " + wording.Progress[current.State] + ".", ""
	case s.State == callback.TaskHeld:
		return "A person has to release it.", v.local(s.Account, s.WaitingFor)
	case s.State == callback.TaskScheduled && s.Due.After(v.now):
		return attempt + " comes in " + wording.Span(s.Due.Sub(v.now)) + ".", "it is due at " + v.at(s.Account, s.Due).Short()
	case s.State == callback.TaskScheduled:
		return attempt + " has been due for " + wording.Span(v.now.Sub(s.Due)) + ".", v.local(s.Account, s.WaitingFor)
	}
	return asSentence(wording.Over(s.TaskHead)), ""
}

func (v *visit) facts(s httpapi.TaskStory) (facts []fact) {
	add := func(label, words string) {
		if words != "" {
			facts = append(facts, fact{Label: label, Words: words})
		}
	}
	when := func(label string, t time.Time, words string) {
		if !t.IsZero() {
			facts = append(facts, fact{Label: label, When: v.at(s.Account, t), Words: words})
		}
	}
	if v.severalAccounts() {
		add("Account", s.Account)
	}
	add("Who calls back", s.Target.String())
	if o := s.Owner; o != nil {
		when("Owner", o.Until, "until then "+o.Agent+"; afterwards "+o.Then.String())
	}
	if !s.LostBy.IsZero() {
		add("Lost by", s.LostBy.String()+" on "+s.PBX)
	}
	add("Rule", ruleShown(s.Rule))
	when("Asked for", s.Asked, "via "+s.Source)
	if s.Schedule != "" {
		when("Appointment", s.At, "in "+s.Schedule)
	} else {
		when("For", s.At, "the time that was asked for")
	}
	add("Identified by", s.Identification)
	when("Late", s.Late, "the booked time had passed, and the customer's telephone hadn't rung")
	if s.Wake.After(v.now) {
		when("Next look", s.Wake, "or as soon as what it waits for changes")
	}
	if s.GiveUp.After(v.now) {
		when("Gives up", s.GiveUp, "in "+wording.Span(s.GiveUp.Sub(v.now)))
	}
	if n := len(s.Attempts); n > 0 && s.State == callback.TaskCancelled && s.Reason == callback.CancelShadow {
		add("In shadow", s.Attempts[n-1].ResultReason)
	}
	add("Language", s.Language)
	if s.Previous != 0 {
		facts = append(facts, fact{Label: "Follows", Words: "task " + strconv.FormatInt(s.Previous, 10), Link: v.taskPath(s.Previous)})
	}
	return facts
}

// steps is the history as it is stored, for whoever wants to know exactly.
func (v *visit) steps(s httpapi.TaskStory) (rows []stepRow) {
	ordinal := map[int64]string{}
	for _, a := range s.Attempts {
		ordinal[a.ID] = wording.Ordinal(a)
	}
	for _, h := range s.History {
		row := stepRow{At: v.at(s.Account, h.At), Who: "task", Input: h.Input, Change: h.To, Reason: h.Reason}
		if h.AttemptID != 0 {
			row.Who = "attempt " + ordinal[h.AttemptID]
		}
		if h.From != "" && h.From != h.To {
			row.Change = h.From + " → " + h.To
		}
		rows = append(rows, row)
	}
	return rows
}
