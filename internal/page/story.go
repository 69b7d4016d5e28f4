package page

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"callbackd/callback"
	"callbackd/internal/httpapi"
	"callbackd/internal/wording"
)

// event is one thing that happened to a task, or is to happen.
type event struct {
	At    moment
	Sort  string // missed, asked, attempt, person or end: how it looks
	Title string
	Words []string
	// Of an attempt:
	Legs      []leg
	Outcome   string
	Tone      string // good, bad or soft
	Details   []fact
	Recording *recordingView
}

// leg is a step of one side of an attempt.
type leg struct {
	At   moment
	Side string
	Says string
}

// recordingView is the recording of a conversation.
type recordingView struct {
	Path  string // "" where it can't be heard
	Words string
}

// story tells what happened to a task, the oldest first, and what is planned.
func (v *visit) story(s httpapi.TaskStory) (told, planned []event) {
	for _, m := range s.MissedCalls {
		told = append(told, v.missedEvent(m))
	}
	for _, h := range s.History {
		if e, ok := v.personEvent(s, h); ok {
			told = append(told, e)
		}
	}
	for _, a := range s.Attempts {
		e := v.attemptEvent(s, a)
		if a.State == callback.AttemptScheduled {
			planned = append(planned, e)
		} else if !a.Claimed.IsZero() { // else it was never begun: what ended the task says why
			told = append(told, e)
		}
	}
	slices.SortStableFunc(told, func(a, b event) int { return a.At.Compare(b.At.Time) })
	return told, planned
}

func (v *visit) missedEvent(m httpapi.MissedCall) event {
	e := event{At: v.at(m.Account, m.Lost), Sort: "missed", Title: "Missed call"}
	came := fmt.Sprintf("Came in at %s from %s", v.at(m.Account, m.Arrived).Clock(), number(wording.CallerOf(m)))
	if m.Dialled != "" {
		came += ", dialled " + number(m.Dialled)
	}
	waited := wording.Span(m.Lost.Sub(m.Arrived))
	e.Words = []string{
		fmt.Sprintf("%s, on %s of %s.", came, m.Trunk, m.PBX),
		fmt.Sprintf("Lost by %s after %s.", m.LostBy, waited),
		asSentence(decided(m)),
	}
	return e
}

// decided is what was decided about a missed call, and why.
func decided(m httpapi.MissedCall) string {
	words := wording.Decision(m.Decision)
	if m.Rule != "" {
		words += fmt.Sprintf(", by rule “%s”", m.Rule)
	}
	if meaning := m.Reason.Meaning(); meaning != "" {
		words += ": " + meaning
	}
	if m.Source == callback.SourceLogs {
		words += " (known from Asterisk's logs)"
	}
	return words
}

// titles are the steps of a task that people want to know of; what its attempts and missed
// calls tell themselves isn't among them.
var titles = map[string]string{
	"asked":                         "Callback asked for",
	"booked":                        "Appointment booked",
	string(callback.TaskAskedAgain): "Asked for again",
	string(callback.TaskEdit):       "Changed",
	string(callback.TaskReschedule): "Given another time",
	string(callback.TaskHandOver):   "Handed over",
	string(callback.TaskLate):       "The booked time has passed",
	string(callback.TaskHold):       "Held",
	string(callback.TaskRelease):    "Released",
	string(callback.TaskCancel):     "Cancelled",
	string(callback.TaskExpire):     "Given up",
}

func (v *visit) personEvent(s httpapi.TaskStory, h httpapi.Change) (event, bool) {
	title, known := titles[h.Input]
	if h.AttemptID != 0 || !known {
		return event{}, false
	}
	e := event{At: v.at(s.Account, h.At), Sort: "person", Title: title}
	words := v.local(s.Account, h.Reason)
	switch h.Input {
	case string(callback.TaskCancel):
		e.Sort, words = "end", doneBy(words)
	case string(callback.TaskExpire):
		e.Sort, words = "end", "it grew too old"
	case string(callback.TaskHold):
		words = "by " + words
	case "asked":
		e.Sort = "asked"
	}
	if words != "" {
		e.Words = []string{asSentence(words)}
	}
	return e, true
}

// doneBy says who cancelled a task, and why: of "cancelled_by_person by alice: wrote" it
// is "by alice: wrote".
func doneBy(reason string) string {
	if by, ok := strings.CutPrefix(reason, callback.CancelClosed+" "); ok {
		return "closed " + by
	}
	for _, first := range []string{callback.CancelByPerson, callback.CancelByCustomer} {
		if by, ok := strings.CutPrefix(reason, first+" "); ok {
			return by
		}
	}
	return wording.Cancellation(reason)
}

func (v *visit) attemptEvent(s httpapi.TaskStory, a httpapi.Attempt) event {
	began := a.Claimed
	if began.IsZero() {
		began = a.Due
	}
	e := event{At: v.at(s.Account, began), Sort: "attempt", Title: "Attempt " + wording.Ordinal(a), Legs: v.legs(s.Account, a), Tone: "soft"}
	switch {
	case a.State == callback.AttemptScheduled:
		e.Title += ", planned"
	case a.State != callback.AttemptEnded:
		e.Tone, e.Outcome = "busy", asSentence(wording.Progress[a.State])
	case a.Result == callback.ResultConnected:
		e.Tone, e.Outcome = "good", fmt.Sprintf("They talked for %s.", wording.Span(a.Ended.Sub(a.Bridged)))
	default:
		e.Outcome = asSentence(wording.Result(a.Result))
		if a.Counted {
			e.Tone = "bad"
		} else {
			e.Outcome += " It doesn't count as an attempt to reach the customer."
		}
	}
	e.Details = attemptDetails(a)
	for _, r := range s.Recordings {
		if r.AttemptID == a.ID {
			e.Recording = v.recordingView(r)
		}
	}
	return e
}

func (v *visit) legs(account string, a httpapi.Attempt) (legs []leg) {
	add := func(at time.Time, side, says string) {
		if !at.IsZero() {
			legs = append(legs, leg{At: v.at(account, at), Side: side, Says: says})
		}
	}
	agent := a.Agent
	if agent == "" {
		agent = "an agent"
	}
	add(a.Claimed, "agent leg", a.Settings.Target.String()+" is called")
	add(a.AgentAnswered, "agent leg", agent+" answers"+wording.After(a.Claimed, a.AgentAnswered))
	add(a.CustomerSent, "customer leg", "the customer is called")
	add(a.Bridged, "customer leg", "the customer answers"+wording.After(a.CustomerSent, a.Bridged)+"; they talk")
	if a.State == callback.AttemptEnded && !a.Claimed.IsZero() {
		add(a.Ended, "", "ended")
	}
	return legs
}

// attemptDetails is what an attempt said and showed, and how it is called in Asterisk.
func attemptDetails(a httpapi.Attempt) []fact {
	all := []fact{
		{Label: "Calls", Words: wording.Manner(a.Settings)},
		{Label: "Agent", Words: wording.AgentHears(a.Settings.Heard)},
		{Label: "Customer", Words: wording.CustomerHears(a.Settings.Heard)},
		{Label: "Then", Words: wording.Treatments(a.Settings)},
	}
	if a.State == callback.AttemptEnded && !a.Claimed.IsZero() {
		all = append(all, fact{Label: "Ended", Words: wording.Ending(a)})
	}
	if a.AgentChannel != "" {
		all = append(all, fact{Label: "In Asterisk", Words: strings.Join([]string{a.AgentChannel, a.CustomerChannel, a.Bridge}, ", ")})
	}
	return slices.DeleteFunc(all, func(f fact) bool { return f.Words == "" })
}

func (v *visit) recordingView(r httpapi.Recording) *recordingView {
	view, length := &recordingView{}, wording.Span(wholeSeconds(r.Seconds))
	switch r.State {
	case callback.RecordingKept:
		if v.may("get-recording") {
			view.Path = v.here("/recordings/"+strconv.FormatInt(r.ID, 10), nil)
		}
		view.Words = fmt.Sprintf("%s, recorded; kept until %s.", length, v.at(r.Account, r.KeepUntil).Short())
	case callback.RecordingUnverified:
		view.Words = "Recorded; nobody could look at the file yet."
	case callback.RecordingEmpty:
		view.Words = "There is a recording, without audio."
	case callback.RecordingMissing:
		view.Words = "It should have been recorded, and there is no file."
	case callback.RecordingDeleted:
		view.Words = "The recording was deleted."
	}
	return view
}

// asSentence is words as a sentence.
func asSentence(words string) string {
	if words == "" {
		return ""
	}
	first, size := utf8.DecodeRuneInString(words)
	words = string(unicode.ToUpper(first)) + words[size:]
	if strings.HasSuffix(words, ".") {
		return words
	}
	return words + "."
}
