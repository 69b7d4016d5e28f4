package page

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"callbackd/callback"
	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
)

// promiseView is a promise as its customer sees it.
type promiseView struct {
	Path    string // of the page itself, in the language that it is in
	State   httpapi.PromiseState
	Words   string // how it stands
	Timed   bool   // there is a time in it
	Number  string
	Tried   string // how often it was tried, "" where that says nothing
	Said    string // of what was just done
	Cancel  string // where to cancel, "" if that can't be
	Move    string // where to choose another time, "" if that can't be
	Booked  bool   // it is moved to another slot
	Days    []slotDay
	Date    string // of another time, as it was written
	Time    string
	Zone    string // in which times are
	Trouble string // with another time
	Again   string // where to ask for another callback, "" while there is one to come
}

// showPromise shows a promise to who holds its link.
func showPromise(c *customer) error {
	p, err := c.readPromise()
	if err != nil {
		return err
	}
	said := map[string]string{"moved": "done_moved", "cancelled": "done_cancelled", "too-late": "too_late"}[c.r.URL.Query().Get("done")]
	return c.showPromise(http.StatusOK, p, promiseView{Said: c.speech.say(said)})
}

// readPromise reads the promise of the link, and the form of its account, if that still
// has one. A link that is wrong says nothing but that.
func (c *customer) readPromise() (httpapi.Promise, error) {
	p, err := c.client.Promise(c.ctx(""), c.r.PathValue("secret"))
	if status := statusOf(err); status == http.StatusNotFound || status == http.StatusBadRequest || status == http.StatusUnprocessableEntity {
		return p, errNoForm
	}
	if err != nil {
		return p, err
	}
	if err := c.readForm(p.Account); err != nil && !errors.Is(err, errNoForm) {
		return p, err
	}
	c.speak(p.Language)
	if _, chosen := c.languages.spoken[c.r.URL.Query().Get("lang")]; !chosen && p.Language != "" {
		c.speech = c.languages.choose(p.Language, "", c.form.Language)
	}
	return p, nil
}

func statusOf(err error) int {
	var refused *apiclient.RefusedError
	if errors.As(err, &refused) {
		return refused.Problem.Status
	}
	return 0
}

func (c *customer) promisePath(below string) string {
	return c.here("/promise/" + url.PathEscape(c.r.PathValue("secret")) + below)
}

func (c *customer) showPromise(status int, p httpapi.Promise, view promiseView) error {
	zone := zoneCalled(p.Timezone)
	view.Path, view.State, view.Number, view.Zone = c.promisePath(""), p.State, p.Number, nameOfZone(zone, c.now)
	view.Words = c.speech.say("state_" + string(p.State))
	if p.State == httpapi.PromiseWaiting && p.At.After(c.now) {
		view.Timed, view.Words = true, c.speech.say("state_waiting_at", "time", c.speech.time(p.At.In(zone)))
	}
	open := p.State == httpapi.PromiseWaiting || p.State == httpapi.PromiseCalling
	switch {
	case p.State != httpapi.PromiseWaiting || p.Tried == 0:
	case p.Tried == 1:
		view.Tried = c.speech.say("tried_once")
	default:
		view.Tried = c.speech.say("tried", "times", strconv.Itoa(p.Tried))
	}
	if p.Cancels {
		view.Cancel = c.promisePath("/cancel")
	}
	if p.Reschedules && p.Timezone != "" {
		view.Move, view.Booked = c.promisePath("/time"), p.Kind == callback.KindAppointment
		if err := c.otherTimes(p, &view); err != nil {
			return err
		}
	}
	if !open && c.form.Title != "" {
		view.Again = c.here("/request/" + p.Account)
	}
	return c.send(status, "promise", c.speech.say("promised"), view)
}

// otherTimes are those to which the promise can be moved. Where its schedule is gone, there
// is none.
func (c *customer) otherTimes(p httpapi.Promise, view *promiseView) error {
	if !view.Booked {
		if view.Date == "" && !p.At.IsZero() {
			at := p.At.In(zoneCalled(p.Timezone))
			view.Date, view.Time = at.Format(time.DateOnly), at.Format("15:04")
		}
		return nil
	}
	list, err := c.client.PromiseSlots(c.ctx(""), c.r.PathValue("secret"), apiclient.Span{Limit: mostSlots})
	if statusOf(err) == http.StatusNotFound {
		view.Move = ""
		return nil
	}
	if err != nil {
		return err
	}
	view.Days = c.daysIn(list, "", zoneCalled(p.Timezone))
	return nil
}

// cancelPromise cancels it.
func cancelPromise(c *customer) error {
	if _, err := c.readPromise(); err != nil {
		return err
	}
	_, err := c.client.CancelPromise(c.ctx(""), c.r.PathValue("secret"))
	return c.doneWith("cancelled", err)
}

// movePromise gives it another time.
func movePromise(c *customer) error {
	p, err := c.readPromise()
	if err != nil {
		return err
	}
	view := promiseView{Date: visible(c.r.PostFormValue("date")), Time: visible(c.r.PostFormValue("time"))}
	at, wrong := timeWritten(c.r.PostForm, p)
	if wrong != "" {
		view.Trouble = c.speech.say(wrong)
		return c.showPromise(http.StatusUnprocessableEntity, p, view)
	}
	_, err = c.client.ReschedulePromise(c.ctx(""), c.r.PathValue("secret"), at)
	var refused *apiclient.RefusedError
	if errors.As(err, &refused) && refused.Reason != "" {
		_, view.Trouble = c.speech.refusal(refused, zoneCalled(p.Timezone), c.form.Country)
		return c.showPromise(refused.Problem.Status, p, view)
	}
	return c.doneWith("moved", err)
}

// timeWritten is the time that a customer has chosen, or the key of what is wrong with it:
// a slot, or a day and a time by the clock of the account. Of an hour that comes twice, the
// first is meant.
func timeWritten(fields url.Values, p httpapi.Promise) (at time.Time, wrong string) {
	if p.Kind == callback.KindAppointment {
		at, err := time.Parse(time.RFC3339, fields.Get("when"))
		if err != nil {
			return at, "wrong_time"
		}
		return at, ""
	}
	const form = time.DateOnly + " 15:04"
	text := visible(fields.Get("date")) + " " + visible(fields.Get("time"))
	at, err := time.ParseInLocation(form, text, zoneCalled(p.Timezone))
	switch {
	case err != nil || at.Year() < 2000:
		return at, "wrong_time"
	case at.Format(form) != text:
		return at, "time_missing"
	}
	if earlier := at.Add(-time.Hour); earlier.Format(form) == text {
		at = earlier
	}
	return at, ""
}

// doneWith sends the browser back to the promise, which tells what was done, or that it
// couldn't be any more.
func (c *customer) doneWith(done string, err error) error {
	switch status := statusOf(err); {
	case status == http.StatusConflict:
		done = "too-late"
	case status == http.StatusNotFound:
		return errNoForm
	case err != nil:
		return err
	}
	http.Redirect(c.w, c.r, c.promisePath("")+"&done="+done, http.StatusSeeOther)
	return nil
}
