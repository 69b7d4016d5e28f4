package page

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"callbackd/callback"
	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
)

// refusedAct is an act whose form is open: because somebody wants to fill it in, or what
// they sent was refused.
type refusedAct struct {
	Verb, Why          string
	Time, Reason, Note string
	Target, Number     string
}

// taskAct is one way to act on a task.
type taskAct struct {
	act
	operation string // of the API
	// there reports whether a task can take it, from the person.
	there func(v *visit, t httpapi.TaskHead) bool
	do    func(v *visit, id int64, sent refusedAct) error
	said  string
	quick bool // nothing has to be filled in or thought over: it can be done from a list
}

func waits(_ *visit, t httpapi.TaskHead) bool { return t.State == callback.TaskScheduled }
func held(_ *visit, t httpapi.TaskHead) bool  { return t.State == callback.TaskHeld }
func open(_ *visit, t httpapi.TaskHead) bool  { return t.State.Open() && t.CancelReason == "" }

// taskActs are all ways to act on a task, in the order in which they are shown.
var taskActs = slices.Concat([]taskAct{takeAct, giveBackAct}, plainActs, []taskAct{anotherAct, doNotCallAct})

// plainActs are the ways for which it doesn't matter who the person is.
var plainActs = []taskAct{
	{
		act: act{
			ID: "call-now", Label: "Call now", Title: "Call now?", Does: "Call now", Main: true,
			Words: "The task is due at once. What else is in the way of a call stays so, such as the customer's hours; the page then says it.",
		},
		operation: "call-task-now", said: "due", quick: true,
		there: func(v *visit, t httpapi.TaskHead) bool { return waits(v, t) && t.Due.After(v.now) },
		do:    func(v *visit, id int64, _ refusedAct) error { return second(v.client.CallTaskNow(v.ctx(), id)) },
	},
	{
		act: act{
			ID: "release", Label: "Release", Title: "Release this task?", Does: "Release", Main: true,
			Words: "It is dialled again as soon as it is due and nothing else is in its way.",
		},
		operation: "release-task", said: "released", quick: true, there: held,
		do: func(v *visit, id int64, _ refusedAct) error { return second(v.client.ReleaseTask(v.ctx(), id)) },
	},
	{
		act: act{
			ID: "reschedule", Label: "Other time", Title: "Call at another time", Does: "Save", AsksTime: true,
			Words: "In the future, and within the hours in which the customer may be called.",
		},
		operation: "reschedule-task", said: "rescheduled",
		there: func(v *visit, t httpapi.TaskHead) bool { return waits(v, t) || held(v, t) },
		do: func(v *visit, id int64, sent refusedAct) error {
			at, err := v.wallClock(id, sent.Time)
			if err != nil {
				return err
			}
			return second(v.client.RescheduleTask(v.ctx(), id, at))
		},
	},
	{
		act: act{
			ID: "hold", Label: "Hold", Title: "Hold this task?", Does: "Hold", AsksReason: true,
			Words: "It isn't dialled until a person releases it.",
		},
		operation: "hold-task", said: "held", there: waits,
		do: func(v *visit, id int64, sent refusedAct) error {
			return second(v.client.HoldTask(v.ctx(), id, sent.Reason))
		},
	},
	{
		act:       act{ID: "note", Label: "Note", Title: "Note", Does: "Save", AsksNote: true},
		operation: "edit-task", said: "noted", there: open,
		do: func(v *visit, id int64, sent refusedAct) error {
			return second(v.client.EditTask(v.ctx(), id, httpapi.TaskEdit{Note: &sent.Note}))
		},
	},
	{
		act: act{
			ID: closeTask, Label: "Close as done", Title: "Close as done?", Does: "Close", AsksReason: true,
			Words: "The customer was helped in another way. One that is being dialled gives way, if the customer's telephone doesn't ring yet.",
		},
		operation: "close-task", said: "closed", there: open,
		do: func(v *visit, id int64, sent refusedAct) error {
			return second(v.client.CloseTask(v.ctx(), id, sent.Reason))
		},
	},
	{
		act: act{
			ID: "cancel", Label: "Cancel", Title: "Cancel this callback?", Does: "Cancel the callback", Grave: true, AsksReason: true,
			Words: "The customer isn't called back. If an attempt is under way and the customer's telephone rings already, it ends by itself.",
		},
		operation: "cancel-task", said: "cancelled", there: open,
		do: func(v *visit, id int64, sent refusedAct) error {
			return second(v.client.CancelTask(v.ctx(), id, sent.Reason))
		},
	},
}

// second is the error of two results.
func second[T any](_ T, err error) error { return err }

// acts are what the person may do to a task as it is now.
func (v *visit) acts(t httpapi.TaskHead, refused refusedAct) (acts []act, err error) {
	path := "/tasks/" + strconv.FormatInt(t.ID, 10)
	for _, x := range taskActs {
		isOpen := x.ID == refused.Verb
		// A form that was refused because the task has gone on is shown once more, to say so.
		if !v.may(x.operation) || !x.there(v, t) && (!isOpen || refused.Why == "") {
			continue
		}
		a := x.act
		a.Action, a.Back, a.Show = v.here(path+"/"+a.ID, nil), v.here(path, nil), v.here(path, url.Values{"do": {a.ID}})
		a.Zone = v.zone(t.Account).String()
		if !a.AsksWhen { // else it is about another callback than this
			a.Note, a.Time = t.Note, t.Due.In(v.zone(t.Account)).Format(wallLayout)
		} else if a.Targets, err = v.targetChoices(t.Account, refused.Target); err != nil {
			return nil, err
		}
		if isOpen {
			a.Open, a.Refused = true, refused.Why
		}
		if isOpen && refused.Why != "" {
			a.Time, a.Reason, a.Note = refused.Time, refused.Reason, refused.Note
		}
		acts = append(acts, a)
	}
	return acts, nil
}

func actOnTask(v *visit) error {
	id, err := v.id()
	if err != nil {
		return err
	}
	at := slices.IndexFunc(taskActs, func(x taskAct) bool { return x.ID == v.r.PathValue("act") })
	if at < 0 {
		return errNothingHere
	}
	x := taskActs[at]
	if !v.may(x.operation) {
		return errNotForRole
	}
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, longestForm)
	tooMuch := v.r.ParseForm()
	again, path := v.taskPage, "/tasks/"+strconv.FormatInt(id, 10)
	if v.r.PostForm.Get("from") == fromWork {
		again, path = v.workAgain, workPath
	}
	v.reads = v.here(path, nil)
	if tooMuch != nil {
		return again(http.StatusBadRequest, id, refusedAct{Verb: x.ID, Why: "That was too much, or no form: try again."})
	}
	sent := refusedAct{
		Verb: x.ID, Time: v.r.PostForm.Get("time"), Reason: oneLine(v.r.PostForm.Get("reason")), Note: oneLine(v.r.PostForm.Get("note")),
		Target: v.r.PostForm.Get("target"),
	}
	err = x.do(v, id, sent)
	var refused *apiclient.RefusedError
	var bad badField
	switch {
	case err == nil:
		return v.sees(path, x.said)
	case errors.As(err, &bad):
		sent.Why = err.Error()
		return again(http.StatusUnprocessableEntity, id, sent)
	case errors.As(err, &refused) && mendable(refused.Problem.Status):
		sent.Why = v.local("", refused.Problem.Detail)
		return again(refused.Problem.Status, id, sent)
	}
	return err
}

// askToAct shows a task with the form of an act open: at the address to which the form is
// sent, which people reload.
func askToAct(v *visit) error {
	id, err := v.id()
	if err != nil {
		return err
	}
	http.Redirect(v.w, v.r, v.here("/tasks/"+strconv.FormatInt(id, 10), url.Values{"do": {v.r.PathValue("act")}}), http.StatusSeeOther)
	return nil
}

// wallLayout is how a browser writes a time by the wall clock.
const wallLayout = "2006-01-02T15:04"

// badField is what is wrong with a field of a form, for the person who has filled it in.
type badField string

func (e badField) Error() string { return string(e) }

const (
	errTime = badField("Write a day and a time that there is: when clocks are put forward, an hour is missing.")
	errWho  = badField("Choose who calls.")
)

// wallClock is a time by the clock of a task's account. Of an hour that comes twice the
// first is meant.
func (v *visit) wallClock(id int64, text string) (time.Time, error) {
	task, err := v.client.Task(v.ctx(), id)
	if err != nil {
		return time.Time{}, err
	}
	return v.wall(task.Account, text)
}

// wall is a time by the clock of an account.
func (v *visit) wall(account, text string) (time.Time, error) {
	t, err := time.ParseInLocation(wallLayout, text, v.zone(account))
	if err != nil || t.Format(wallLayout) != text {
		return time.Time{}, errTime
	}
	if earlier := t.Add(-time.Hour); earlier.Format(wallLayout) == text {
		t = earlier
	}
	return t, nil
}
