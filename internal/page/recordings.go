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
	"callbackd/internal/wording"
)

// recordingsView is the list of recordings.
type recordingsView struct {
	Number, From, To string // of the filter
	States           []choice
	Narrowed         bool
	Refused          string // why the filter can't be
	ShowAccount      bool
	Rows             []recordingRow
	First, Next      string
	Dialog           *act // that asks whether to delete one
}

// recordingRow is one recording.
type recordingRow struct {
	ID              int64
	Made            moment
	Number, Account string
	Task            string
	TaskID          int64
	Length          string
	Path            string // of the sound, "" where it can't be heard
	Sides           string // who is to be heard where
	State           callback.RecordingState
	Says            string // why it can't be heard, or until when it is kept
	Until           moment
	Delete          string // the address with the question; "" for who may not
}

func listRecordings(v *visit) error {
	return v.recordingsPage(http.StatusOK, v.r.URL.Query().Get("do"), "")
}

// recordingsPage shows the list; what was refused is told in the dialog that is open.
func (v *visit) recordingsPage(status int, do, why string) error {
	asked := v.r.URL.Query()
	view := recordingsView{
		Number: asked.Get("number"), From: asked.Get("from"), To: asked.Get("to"), ShowAccount: v.account == "" && v.severalAccounts(),
		States:   choices(asked.Get("state"), append([]choice{{Label: "any"}}, labelled(callback.RecordingStates, recordingState)...)),
		Narrowed: asked.Get("number")+asked.Get("from")+asked.Get("to")+asked.Get("state") != "",
	}
	query, err := v.recordingQuery(asked)
	var list httpapi.RecordingList
	if err == nil {
		list, err = v.client.Recordings(v.ctx(), query)
	}
	switch view.Refused = refusedFilter(err); {
	case errors.Is(err, errDay):
		view.Refused, status = err.Error(), http.StatusUnprocessableEntity
	case view.Refused != "":
		status = http.StatusUnprocessableEntity
	case err != nil:
		return err
	}
	for _, r := range list.Recordings {
		view.Rows = append(view.Rows, v.recordingRow(r))
	}
	next := ""
	if list.NextBefore != 0 {
		next = strconv.FormatInt(list.NextBefore, 10)
	}
	view.First, view.Next = v.otherPages("/recordings", next)
	if view.Dialog = v.deleteDialog(do, view.Rows); view.Dialog != nil {
		view.Dialog.Refused = why
	} else if why != "" {
		view.Refused = why
	}
	return v.render(status, "recordings", "Recordings", view)
}

var errDay = errors.New("Write days as 2026-11-27.")

// recordingQuery is what the address asks for. Days are those of the page's clock, the
// last one too.
func (v *visit) recordingQuery(asked url.Values) (q apiclient.RecordingQuery, err error) {
	q = apiclient.RecordingQuery{Account: v.account, Number: digitsOf(asked.Get("number")), Limit: pageLength}
	if state := asked.Get("state"); state != "" {
		q.States = []string{state}
	}
	if q.Before, err = cursor(asked.Get("after")); err != nil {
		return q, err
	}
	if q.From, err = v.day(asked.Get("from"), 0); err == nil {
		q.To, err = v.day(asked.Get("to"), 1)
	}
	return q, err
}

// day is when a day begins, or one so many days after it, by the clock of the page; the
// zero time for "".
func (v *visit) day(text string, after int) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return t, errDay
	}
	return dayBegins(t.AddDate(0, 0, after), v.pageZone()), nil
}

// dayBegins is when a date begins in a zone: an hour late where clocks go forward at
// midnight, so it is told by its noon.
func dayBegins(date time.Time, zone *time.Location) time.Time {
	return callback.HoursOf(time.Date(date.Year(), date.Month(), date.Day(), 12, 0, 0, 0, zone))[0]
}

// recordingState is a state in words.
func recordingState(s callback.RecordingState) string {
	switch s {
	case callback.RecordingUnverified:
		return "not looked at yet"
	case callback.RecordingEmpty:
		return "without audio"
	case callback.RecordingKept, callback.RecordingMissing, callback.RecordingDeleted:
	}
	return string(s)
}

// whyUnheard says why a recording can't be heard; "" of one that can.
var whyUnheard = map[callback.RecordingState]string{
	callback.RecordingUnverified: "nobody could look at the file since the conversation was over: its PBX couldn't be reached",
	callback.RecordingEmpty:      "there is a file, and no audio in it",
	callback.RecordingMissing:    "they talked, and there is no file: may Asterisk write its recording folder, and is the disk full?",
	callback.RecordingDeleted:    "the story of its task says when and why",
}

func (v *visit) recordingRow(r httpapi.Recording) recordingRow {
	row := recordingRow{
		ID: r.ID, Made: v.at(r.Account, r.Made), Number: r.Number, Account: r.Account, Task: v.taskPath(r.TaskID), TaskID: r.TaskID,
		Length: wording.Span(wholeSeconds(r.Seconds)), State: r.State, Says: whyUnheard[r.State],
	}
	if r.Channels == 2 {
		row.Sides = "customer left, agent right"
	}
	if r.State == callback.RecordingKept {
		row.Until = v.at(r.Account, r.KeepUntil)
		if v.may("get-recording") {
			row.Path = v.here("/recordings/"+strconv.FormatInt(r.ID, 10), nil)
		}
	}
	if r.State != callback.RecordingDeleted && r.State != callback.RecordingMissing && v.may("delete-recording") {
		query := clone(v.r.URL.Query())
		query.Del("said")
		query.Set("do", "delete-"+strconv.FormatInt(r.ID, 10))
		row.Delete = v.here("/recordings", query) + "#recording-" + strconv.FormatInt(r.ID, 10)
	}
	return row
}

// deleteDialog asks whether to delete the recording that the address names.
func (v *visit) deleteDialog(do string, rows []recordingRow) *act {
	i := slices.IndexFunc(rows, func(r recordingRow) bool { return r.Delete != "" && do == "delete-"+strconv.FormatInt(r.ID, 10) })
	if i < 0 {
		return nil
	}
	query := clone(v.r.URL.Query())
	query.Del("do")
	query.Del("said")
	id := strconv.FormatInt(rows[i].ID, 10)
	return &act{
		ID: "delete", Title: "Delete this recording?", Does: "Delete the recording", Grave: true, Open: true,
		Words:  "The conversation with " + number(rows[i].Number) + " of " + rows[i].Made.Short() + ". It can't be had back. That there was one, and who has deleted it, stays in the story of task " + strconv.FormatInt(rows[i].TaskID, 10) + ".",
		Action: v.here("/recordings/"+id+"/delete", query), Back: v.here("/recordings", query) + "#recording-" + id,
	}
}

func deleteRecording(v *visit) error {
	id, err := v.id()
	if err != nil {
		return err
	}
	query := clone(v.r.URL.Query())
	query.Del("do")
	v.reads = v.here("/recordings", clone(query))
	_, err = v.client.DeleteRecording(v.ctx(), id)
	var refused *apiclient.RefusedError
	switch {
	case err == nil:
		query.Set("said", "recording-deleted")
		http.Redirect(v.w, v.r, v.here("/recordings", query), http.StatusSeeOther)
		return nil
	case errors.As(err, &refused) && refused.Problem.Status != http.StatusNotFound && refused.Problem.Status < http.StatusInternalServerError,
		errors.As(err, &refused) && (refused.Problem.Status == http.StatusBadGateway || refused.Problem.Status == http.StatusServiceUnavailable):
		return v.recordingsPage(refused.Problem.Status, "delete-"+strconv.FormatInt(id, 10), refused.Problem.Detail)
	}
	return err
}

// askToDeleteRecording shows the list with the question open: at the address to which it
// is sent, which people reload.
func askToDeleteRecording(v *visit) error {
	query := clone(v.r.URL.Query())
	query.Set("do", "delete-"+v.r.PathValue("id"))
	http.Redirect(v.w, v.r, v.here("/recordings", query), http.StatusSeeOther)
	return nil
}
