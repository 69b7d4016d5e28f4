package page

import (
	"net/http"
	"strconv"

	"callbackd/callback"
	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
	"callbackd/internal/wording"
)

// missedView is the list of missed calls.
type missedView struct {
	Number, LostBy     string
	Decisions, Reasons []choice
	Targets            []string
	Narrowed           bool
	Refused            string
	ShowAccount        bool
	Masked             bool // numbers aren't for the person, nor can they search for one
	Rows               []missedRow
	First, Next        string
}

// missedRow is one missed call.
type missedRow struct {
	ID       int64
	Caller   string
	Dialled  string
	Account  string
	Lost     moment
	Waited   string
	LostBy   string
	Decision callback.Decision
	Decided  string // why it is or isn't called back
	Rule     string
	FromLogs bool
	Task     string // its address, "" if there is none or the person may not see it
	TaskID   int64
}

func listMissedCalls(v *visit) error {
	asked := v.r.URL.Query()
	query := apiclient.MissedCallQuery{
		Account: v.account, Number: asked.Get("number"), Decision: asked.Get("decision"), Reason: asked.Get("reason"), LostBy: asked.Get("lost_by"), Limit: pageLength,
	}
	view := missedView{
		Number: query.Number, LostBy: query.LostBy, ShowAccount: v.account == "" && v.severalAccounts(), Masked: !httpapi.Sees(v.person, "list-missed-calls"),
		Decisions: choices(query.Decision, append([]choice{{Label: "any"}}, labelled(callback.Decisions, wording.Decision)...)),
		Reasons:   choices(query.Reason, append([]choice{{Label: "any reason"}}, labelled(callback.Reasons, plainly)...)),
		Narrowed:  query.Number+query.Decision+query.Reason+query.LostBy != "",
	}
	_, view.Targets = v.namesOfRules()
	status := http.StatusOK
	var list httpapi.MissedCallList
	var err error
	if query.Before, err = cursor(asked.Get("after")); err == nil {
		list, err = v.client.MissedCalls(v.ctx(), query)
	}
	if view.Refused = refusedFilter(err); view.Refused != "" {
		status = http.StatusUnprocessableEntity
	} else if err != nil {
		return err
	}
	for _, m := range list.MissedCalls {
		view.Rows = append(view.Rows, v.missedRow(m))
	}
	next := ""
	if list.NextBefore != 0 {
		next = strconv.FormatInt(list.NextBefore, 10)
	}
	view.First, view.Next = v.otherPages("/missed-calls", next)
	return v.render(status, "missed_calls", "Missed calls", view)
}

// cursor is where a page of a list begins, as its address says it.
func cursor(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 1 {
		return 0, errNothingHere
	}
	return id, nil
}

func (v *visit) missedRow(m httpapi.MissedCall) missedRow {
	row := missedRow{
		ID: m.ID, Caller: wording.CallerOf(m), Dialled: m.Dialled, Account: m.Account, Lost: v.at(m.Account, m.Lost), Waited: wording.Span(m.Lost.Sub(m.Arrived)),
		LostBy: m.LostBy.String(), Decision: m.Decision, Rule: m.Rule, FromLogs: m.Source == callback.SourceLogs, TaskID: m.TaskID,
	}
	row.Decided = wording.Decision(m.Decision)
	if meaning := m.Reason.Meaning(); meaning != "" {
		row.Decided = meaning
	}
	if m.Reason == callback.ReasonAnonymous {
		row.Caller = "" // what trunks call one who withholds their number isn't a name
	}
	if m.TaskID != 0 && v.may("show-task") {
		row.Task = v.taskPath(m.TaskID)
	}
	return row
}
