package page

import (
	"crypto/sha256"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strings"
	"time"

	"callbackd/callback"
	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
	"callbackd/internal/wording"
)

// todayView is how callbacks go today.
type todayView struct {
	Day         string
	Figures     []figure
	Shares      []share
	Alarms      []alarmView
	InProgress  []progressView
	Rows        []taskRow // what waits
	More        string    // the address of the whole list, "" if this is it
	Waiting     int
	Reasons     []reasonView
	ShowAccount bool
	Chart       chart
	Nothing     bool // nothing has happened yet, today or before
	MayMissed   bool
}

// reasonView is what so many tasks wait for.
type reasonView struct {
	Tasks  int
	Reason string
}

// figure is a number with what it counts.
type figure struct {
	Label, Value, Words, Link, Tone string
}

// share is how many were helped within some time.
type share struct {
	Label, Percent, Words string
	In, Of                int // of the bar
}

// alarmView is something that wants a person.
type alarmView struct {
	ID                                string // the same for as long as it is the same alarm
	Title, About, Message, Means, Act string
	Count                             int
	Last                              moment
	Over                              bool
	Task                              string
	TaskID                            int64
}

// progressView is an attempt under way.
type progressView struct {
	Path, Number, Account, Target, Says string
	Ordinal                             int
	Tone                                string
	Legs                                []leg
	Since                               moment // of the step at hand
	Ticks                               string
}

// mostWaiting is how many of the waiting tasks Today shows.
const mostWaiting = 25

func showToday(v *visit) error {
	summary, err := v.client.Summary(v.ctx(), v.account, "")
	if err != nil {
		return err
	}
	view := todayView{
		Day: v.now.In(v.zone(v.account)).Format("Monday 2 January"), ShowAccount: v.account == "" && v.severalAccounts(),
		Shares: shares(summary.Promptness), Chart: v.chart(summary), MayMissed: v.may("list-missed-calls"),
		Waiting: summary.Waiting.Due + summary.Waiting.Later + summary.Waiting.Held,
	}
	view.Figures = v.figures(summary)
	for _, r := range summary.Waiting.Reasons {
		view.Reasons = append(view.Reasons, reasonView{r.Tasks, v.local(v.account, r.Reason)})
	}
	for _, p := range summary.InProgress {
		view.InProgress = append(view.InProgress, v.progressView(p))
	}
	if view.Alarms, err = v.alarms(); err != nil {
		return err
	}
	if view.Rows, err = v.waitingTasks(); err != nil {
		return err
	}
	if view.Waiting > len(view.Rows) {
		view.More = v.here("/tasks", url.Values{"state": {stateOpen}, "sort": {sortWaiting}})
	}
	view.Nothing = view.Waiting+len(view.InProgress) == 0 && summary.Counts == (httpapi.SummaryCounts{})
	return v.render(http.StatusOK, "today", "Today", view)
}

// waitingTasks are those that wait the longest, each with its present reason.
func (v *visit) waitingTasks() (rows []taskRow, err error) {
	list, err := v.client.Tasks(v.ctx(), apiclient.TaskQuery{
		Account: v.account, States: []string{string(callback.TaskScheduled), string(callback.TaskHeld)}, Sort: sortWaiting, Limit: mostWaiting,
	})
	for _, t := range list.Tasks {
		rows = append(rows, v.taskRow(t))
	}
	return rows, err
}

func (v *visit) figures(s httpapi.Summary) []figure {
	tasks := func(state callback.TaskState) string { return v.here("/tasks", url.Values{"state": {string(state)}}) }
	waiting := figure{Label: "Waiting", Value: count(s.Waiting.Due + s.Waiting.Later + s.Waiting.Held), Link: v.here("/tasks", url.Values{"state": {stateOpen}, "sort": {sortWaiting}})}
	waiting.Words = fmt.Sprintf("%s due, %s later", count(s.Waiting.Due), count(s.Waiting.Later))
	if s.Waiting.Held > 0 {
		waiting.Words += fmt.Sprintf(", %s held", count(s.Waiting.Held))
	}
	if !s.Waiting.Longest.IsZero() {
		waiting.Words += "; the longest for " + wording.Span(v.now.Sub(s.Waiting.Longest))
	}
	c := s.Counts
	figures := []figure{
		waiting,
		{Label: "In progress", Value: count(len(s.InProgress)), Words: "right now", Link: tasks(callback.TaskDialing), Tone: toned("busy", len(s.InProgress))},
		{Label: "Called back", Value: count(c.CalledBack), Words: besides(c.Helped, "helped otherwise"), Link: tasks(callback.TaskCompleted), Tone: toned("good", c.CalledBack)},
		{Label: "Given up", Value: count(c.GivenUp), Words: besides(c.Cancelled, "cancelled"), Link: tasks(callback.TaskExhausted), Tone: toned("bad", c.GivenUp)},
		{Label: "Missed", Value: count(c.Missed), Words: missedWords(c), Link: v.here("/missed-calls", nil)},
	}
	if s.Promptness.CalledBack > 0 {
		figures = append(figures, figure{
			Label: "Time to callback", Value: wording.Span(wholeSeconds(s.Promptness.Median)),
			Words: "for half of them at most; " + wording.Span(wholeSeconds(s.Promptness.Percentile)) + " for nine in ten",
		})
	} else {
		figures = append(figures, figure{Label: "Time to callback", Value: "–", Words: "nobody was called back yet today"})
	}
	return figures
}

// toned is how a number looks; none at all is nothing to be glad or sorry about.
func toned(tone string, n int) string {
	if n == 0 {
		return ""
	}
	return tone
}

// besides is so many others, if there are any.
func besides(n int, what string) string {
	if n == 0 {
		return ""
	}
	return "and " + count(n) + " " + what
}

func missedWords(c httpapi.SummaryCounts) string {
	switch {
	case c.Missed == 0:
		return ""
	case c.Refused == 0:
		return "all to be called back"
	}
	return count(c.Refused) + " not to be called back"
}

// wholeSeconds is a number of seconds, whole.
func wholeSeconds(s float64) time.Duration { return time.Duration(math.Round(s)) * time.Second }

// shares say how many were helped in time.
func shares(p httpapi.Promptness) (list []share) {
	labels := map[int]string{900: "within 15 minutes", 3600: "within an hour", 86400: "within a day"}
	for _, w := range p.Within {
		s := share{Label: labels[w.Seconds], Percent: "–", Words: "nothing is decided yet"}
		if s.Label == "" {
			s.Label = "within " + wording.Span(time.Duration(w.Seconds)*time.Second)
		}
		if decided := w.In + w.Late; decided > 0 {
			s.In, s.Of = w.In, decided
			s.Percent, s.Words = fmt.Sprintf("%.0f %%", math.Floor(100*float64(w.In)/float64(decided))), fmt.Sprintf("%s of %s", count(w.In), count(decided))
		}
		if w.Open > 0 {
			s.Words += fmt.Sprintf(", %s still open", count(w.Open))
		}
		list = append(list, s)
	}
	return list
}

func (v *visit) alarms() (views []alarmView, err error) {
	if !v.may("list-alarms") {
		return nil, nil
	}
	list, err := v.client.Alarms(v.ctx(), v.account)
	if err != nil {
		return nil, err
	}
	for _, a := range list.Alarms {
		view := alarmView{
			ID:    fmt.Sprintf("alarm-%x", sha256.Sum256([]byte(a.Name+"\n"+a.Account+"\n"+a.About)))[:22],
			Title: asSentence(strings.ReplaceAll(a.Name, "_", " ")), About: a.About, Message: v.local(a.Account, a.Message), Means: a.Means, Act: a.Act,
			Count: a.Count, Last: v.at(a.Account, a.Last), Over: !a.Over.IsZero(), TaskID: a.TaskID,
		}
		if a.Account != "" && v.severalAccounts() {
			view.About = strings.TrimSuffix(a.Account+", "+view.About, ", ")
		}
		if a.TaskID != 0 {
			view.Task = v.taskPath(a.TaskID)
		}
		views = append(views, view)
	}
	return views, nil
}

func (v *visit) progressView(p httpapi.InProgress) progressView {
	view := progressView{
		Path: v.taskPath(p.TaskID), Number: p.Number, Account: p.Account, Target: p.Target.String(), Ordinal: p.Ordinal,
		Says: asSentence(wording.Progress[p.State]), Tone: "busy",
		Legs: v.legs(p.Account, httpapi.Attempt{
			State: p.State, Agent: p.Agent, Claimed: p.Claimed, AgentAnswered: p.AgentAnswered, CustomerSent: p.CustomerSent, Bridged: p.Bridged,
			Settings: httpapi.Settings{Target: p.Target},
		}),
	}
	since := p.Claimed
	switch p.State {
	case callback.AttemptAgentUp:
		since = p.AgentAnswered
	case callback.AttemptCustomer:
		since = p.CustomerSent
	case callback.AttemptBridged:
		since, view.Tone = p.Bridged, "good"
	case callback.AttemptScheduled, callback.AttemptAgent, callback.AttemptEnded:
	}
	view.Since, view.Ticks = v.at(p.Account, since), wording.Span(v.now.Sub(since))
	return view
}
