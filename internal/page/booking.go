package page

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"callbackd/callback"
	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
)

// What can be done in a calendar, as addresses name it: to book a slot doBook and its start
// in Unix seconds, to move or cancel an appointment doMove or doCancel and its task.
const (
	doBook   = "book"
	doMove   = "move"
	doCancel = "cancel"
)

// slotForm is a form of the calendar: one that is to be filled in, or was refused.
type slotForm struct {
	do, why                    string
	start, number              string
	identification, note, text string
}

// slotDialog is the form as it is shown.
type slotDialog struct {
	Act                                  act
	AsksTime, AsksCustomer, AsksReason   bool
	Zone                                 string
	Days                                 []offeredDay
	Digits                               string
	Number, Identification, Note, Reason string
}

// offeredDay are the times of one day that can be chosen.
type offeredDay struct {
	Name  string
	Times []offeredTime
}

type offeredTime struct {
	choice
	Full bool
}

// formPath is the calendar with a form open.
func (v *visit) formPath(b openBook, do string) string {
	return v.here(bookPath(b.name), url.Values{"week": {b.week.String()}, "do": {do}})
}

// slotDialog makes the form that is open; nil if none is. The one to book is there anyway,
// for the script to open it on the spot.
func (v *visit) slotDialog(b openBook, form slotForm) (*slotDialog, error) {
	verb, which, _ := strings.Cut(form.do, "-")
	number, _ := strconv.ParseInt(which, 10, 64) // what is none names nothing
	d := &slotDialog{Zone: b.zone.String(), Number: form.number, Identification: form.identification, Note: form.note, Reason: form.text}
	d.Act = act{Open: true, Refused: form.why, Back: v.weekPath(b, b.week)}
	query := url.Values{"week": {b.week.String()}}
	if verb == doMove || verb == doCancel {
		t, err := v.appointment(b.name, number)
		if err != nil {
			return nil, err
		}
		when := t.At.In(b.zone).Format("Monday 2 January, 15:04")
		d.Act.Action = v.here(fmt.Sprintf("%s/%d/%s", bookPath(b.name), t.ID, verb), query)
		d.Act.Back += "#appointment-" + which
		if verb == doCancel && v.may("cancel-task") {
			d.AsksReason = true
			d.Act.ID, d.Act.Title, d.Act.Does, d.Act.Grave = doCancel, "Cancel this appointment?", "Cancel the appointment", true
			d.Act.Words = fmt.Sprintf("%s on %s. The customer isn't called, and the place is free again.", wordsOfNumber(t), when)
			return d, nil
		}
		if verb == doMove && v.may("reschedule-task") && b.book != nil {
			d.Act.ID, d.Act.Title, d.Act.Does = doMove, "Move this appointment", "Move it"
			d.Act.Words = fmt.Sprintf("%s on %s. If the other time is full by then, it stays where it is.", wordsOfNumber(t), when)
			return d, v.offerTimes(b, d, form.start)
		}
		return nil, nil
	}
	if b.book == nil || !v.may("book-appointment") {
		return nil, nil
	}
	if form.start == "" && number > 0 {
		form.start = time.Unix(number, 0).UTC().Format(time.RFC3339)
	}
	d.AsksCustomer = true
	if digits := b.book.Identification; digits != nil {
		d.Digits = digitsWords(*digits)
	}
	d.Act.ID, d.Act.Title, d.Act.Does, d.Act.Action = doBook, "Book an appointment", "Book", v.here(bookPath(b.name), query)
	d.Act.Words = "The customer is called at this time, by " + targetWords(b.book.Queue) + "."
	d.Act.Open = verb == doBook
	return d, v.offerTimes(b, d, form.start)
}

func wordsOfNumber(t httpapi.Task) string { return number(t.Number) }

// offeredTimes is how long from the week on, or from now, times are offered.
const offeredTimes = 14 * 24 * time.Hour

// offerTimes has a dialog offer the times that may be booked.
func (v *visit) offerTimes(b openBook, d *slotDialog, chosen string) error {
	d.AsksTime = true
	from, _ := b.week.within(b.zone)
	if from.Before(v.now) {
		from = v.now
	}
	list, err := v.client.Slots(v.ctx(), v.account, b.name, apiclient.Span{From: from, To: from.Add(offeredTimes), Limit: pageOfSlots})
	if err != nil {
		return err
	}
	const short = "Mon 2 Jan, 15:04" // a list that is shut shows nothing of the day but this
	for _, s := range list.Slots {
		start := s.Start.In(b.zone)
		day := start.Format("Monday 2 January")
		if n := len(d.Days); n == 0 || d.Days[n-1].Name != day {
			d.Days = append(d.Days, offeredDay{Name: day})
		}
		c := offeredTime{choice{Value: start.UTC().Format(time.RFC3339), Label: fmt.Sprintf("%s, %d free", start.Format(short), s.Free)}, s.Free == 0}
		if c.Full {
			c.Label = start.Format(short) + ", full"
		}
		c.Chosen = c.Value == chosen && !c.Full
		last := &d.Days[len(d.Days)-1]
		last.Times = append(last.Times, c)
	}
	return nil
}

// appointment is an appointment of the book that is looked at.
func (v *visit) appointment(book string, id int64) (httpapi.Task, error) {
	if id < 1 {
		return httpapi.Task{}, errNothingHere
	}
	s, err := v.client.Task(v.ctx(), id)
	if err == nil && (s.Kind != callback.KindAppointment || s.Account != v.account || s.Schedule != book) {
		err = errNothingHere
	}
	return httpapi.Task{TaskHead: s.TaskHead}, err
}

var errNoTime = errors.New("Choose a time.")

// startOf reads the time that a form has chosen.
func startOf(form slotForm) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, form.start)
	if err != nil {
		return t, errNoTime
	}
	return t, nil
}

// readSlotForm reads a form that was sent. ok is false where it can't be, and the answer
// says so.
func (v *visit) readSlotForm(do string) (form slotForm, ok bool, err error) {
	if ok, err := v.oneAccount("Appointments", "/appointments"); !ok {
		return form, false, err
	}
	v.reads = v.here(bookPath(v.r.PathValue("book")), url.Values{"week": {v.r.URL.Query().Get("week")}})
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, longestForm)
	form = slotForm{do: do}
	if err := v.r.ParseForm(); err != nil {
		form.why = "That was too much, or no form: try again."
		return form, false, v.calendarPage(http.StatusBadRequest, form)
	}
	sent := v.r.PostForm
	form.start, form.number, form.identification = sent.Get("start"), strings.TrimSpace(sent.Get("number")), strings.TrimSpace(sent.Get("identification"))
	form.note, form.text = oneLine(sent.Get("note")), oneLine(sent.Get("reason"))
	return form, true, nil
}

// refuse shows a form again that wasn't taken.
func (v *visit) refuse(form slotForm, err error) error {
	var refused *apiclient.RefusedError
	switch {
	case errors.Is(err, errNoTime):
		form.why = err.Error()
		return v.calendarPage(http.StatusUnprocessableEntity, form)
	case errors.As(err, &refused) && mendable(refused.Problem.Status):
		form.why = asSentence(v.local(v.account, refused.Problem.Detail))
		return v.calendarPage(refused.Problem.Status, form)
	}
	return err
}

// seesCalendar sends the browser to the week of an appointment, after something was done.
func (v *visit) seesCalendar(at time.Time, said string) error {
	w := weekOf(at.In(v.zone(v.account)))
	http.Redirect(v.w, v.r, v.here(bookPath(v.r.PathValue("book")), url.Values{"week": {w.String()}, "said": {said}}), http.StatusSeeOther)
	return nil
}

func bookAppointment(v *visit) error {
	if !v.may("book-appointment") {
		return errNotForRole
	}
	form, ok, err := v.readSlotForm(doBook)
	if !ok {
		return err
	}
	start, err := startOf(form)
	if err != nil {
		return v.refuse(form, err)
	}
	request := httpapi.BookingRequest{Number: form.number, Start: start, Identification: form.identification, Note: form.note, Source: callback.ViaAdmin}
	if v.person.Role == callback.RoleAgent {
		request.Source = callback.ViaAgent
	}
	if _, err := v.client.Book(v.ctx(), v.account, v.r.PathValue("book"), request); err != nil {
		return v.refuse(form, err)
	}
	return v.seesCalendar(start, "booked")
}

func actOnAppointment(v *visit) error {
	id, err := v.id()
	if err != nil {
		return err
	}
	verb := v.r.PathValue("act")
	if verb != doMove && verb != doCancel {
		return errNothingHere
	}
	form, ok, err := v.readSlotForm(fmt.Sprintf("%s-%d", verb, id))
	if !ok {
		return err
	}
	t, err := v.appointment(v.r.PathValue("book"), id)
	if err != nil {
		return err
	}
	if verb == doCancel {
		if _, err := v.client.CancelTask(v.ctx(), id, form.text); err != nil {
			return v.refuse(form, err)
		}
		return v.seesCalendar(t.At, "appointment-cancelled")
	}
	start, err := startOf(form)
	if err == nil {
		_, err = v.client.RescheduleTask(v.ctx(), id, start)
	}
	if err != nil {
		return v.refuse(form, err)
	}
	return v.seesCalendar(start, "moved")
}

// askToActOnAppointment shows the calendar with a form open: at the address to which the
// form is sent, which people reload.
func askToActOnAppointment(v *visit) error {
	query := url.Values{"do": {v.r.PathValue("act") + "-" + v.r.PathValue("id")}}
	if w := v.r.URL.Query().Get("week"); w != "" {
		query.Set("week", w)
	}
	http.Redirect(v.w, v.r, v.here(bookPath(v.r.PathValue("book")), query), http.StatusSeeOther)
	return nil
}
