package page

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"callbackd/callback"
	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
)

// calendarView is a week of a book of appointments.
type calendarView struct {
	Account, Book, About string
	Books                []bookLink
	Gone                 bool // the book isn't in the file any more
	Week                 string
	Earlier, Later, Now  string // addresses of other weeks; Now is "" in the present one
	Show                 string // the address with the form to book; "" for who may not
	Days                 []dayView
	Before               []bookedView // what was booked for a day before the present week, and is still open
	Nothing              bool         // the week has no slots and no appointments
	Dialog               *slotDialog
}

// bookLink is a book that can be chosen.
type bookLink struct {
	Name, Path string
	Current    bool
}

// dayView is one day of a calendar.
type dayView struct {
	ID, Name, Long string
	Today, Past    bool
	Booked         int
	Slots          []slotView
}

// slotView is one slot, or the time of appointments that are in none.
type slotView struct {
	ID, Start, Clock string
	Booked, Seats    int
	Tone, Words      string // free, full, past, shut or odd, and what there is to say of it
	Show             string // the address with the form to book it; "" if one can't
	Customers        []bookedView
}

// bookedView is one appointment.
type bookedView struct {
	ID                         int64
	Path, Number               string
	When                       moment
	Identification, Note, Says string
	Late                       bool
	Move, Cancel               string // addresses with the forms; "" where it can't be
}

func showCalendar(v *visit) error {
	return v.calendarPage(http.StatusOK, slotForm{do: v.r.URL.Query().Get("do")})
}

// calendarPage shows a week of a book; a form that was refused is shown again, to be put
// right.
func (v *visit) calendarPage(status int, form slotForm) error {
	if ok, err := v.oneAccount("Appointments", "/appointments"); !ok {
		return err
	}
	b, err := v.openBook()
	var refused *apiclient.RefusedError
	if errors.As(err, &refused) && refused.Problem.Status == http.StatusNotFound && v.r.Method == http.MethodGet {
		http.Redirect(v.w, v.r, v.here("/appointments", nil), http.StatusSeeOther) // another account has other books
		return nil
	}
	if err != nil {
		return err
	}
	view := calendarView{
		Account: v.account, Book: b.name, Gone: b.book == nil, About: aboutBook(b.book), Week: b.week.Name(),
		Earlier: v.weekPath(b, b.week.plus(-1)), Later: v.weekPath(b, b.week.plus(1)),
	}
	for _, book := range b.all {
		view.Books = append(view.Books, bookLink{book.Name, v.here(bookPath(book.Name), url.Values{"week": {b.week.String()}}), book.Name == b.name})
	}
	if b.name == "" {
		return v.render(status, "calendar", "Appointments", view)
	}
	if present := weekOf(v.now.In(b.zone)); b.week != present {
		view.Now = v.weekPath(b, present)
	} else if view.Before, err = v.bookedBefore(b); err != nil {
		return err
	}
	if b.book != nil && v.may("book-appointment") {
		view.Show = v.formPath(b, doBook)
	}
	view.Days = v.days(b)
	view.Nothing = len(b.slots)+len(b.tasks) == 0
	if view.Dialog, err = v.slotDialog(b, form); err != nil {
		return err
	}
	return v.render(status, "calendar", "Appointments "+b.name, view)
}

func bookPath(name string) string { return "/appointments/" + url.PathEscape(name) }

func (v *visit) weekPath(b openBook, w week) string {
	return v.here(bookPath(b.name), url.Values{"week": {w.String()}})
}

// aboutBook says what there is to know before one books.
func aboutBook(b *httpapi.AppointmentBook) string {
	if b == nil {
		return ""
	}
	words := fmt.Sprintf("%d minutes each, in the hours %s; called by %s. From %s to %s ahead.", b.Slot, b.Hours, targetWords(b.Queue), b.AtLeast, b.Ahead)
	if d := b.Identification; d != nil {
		words += " " + asSentence("customers say who they are with "+digitsWords(*d))
	}
	return words
}

func digitsWords(d httpapi.Digits) string {
	if d.Least == d.Most {
		return fmt.Sprintf("%d digits", d.Least)
	}
	return fmt.Sprintf("%d to %d digits", d.Least, d.Most)
}

func targetWords(t callback.Target) string { return strings.Replace(t.String(), ":", " ", 1) }

// days are the days of the week with their slots and appointments.
func (v *visit) days(b openBook) (days []dayView) {
	today := v.now.In(b.zone).Format(time.DateOnly)
	var seats int
	var length time.Duration
	if b.book != nil {
		seats, length = b.book.PerSlot, time.Duration(b.book.Slot)*time.Minute
	}
	tasks := b.tasks
	for _, day := range b.week.days() {
		date := day.Format(time.DateOnly)
		d := dayView{ID: "day-" + date, Name: day.Format("Mon 2 Jan"), Long: day.Format("Monday 2 January"), Today: date == today, Past: date < today}
		for _, s := range b.slots {
			if s.Start.In(b.zone).Format(time.DateOnly) == date {
				d.Slots = append(d.Slots, v.slotView(b, s, seats))
			}
		}
		tasks = slices.DeleteFunc(slices.Clone(tasks), func(t httpapi.Task) bool {
			at := t.At.In(b.zone)
			if at.Format(time.DateOnly) != date {
				return false
			}
			d.Booked++
			d.put(v.bookedView(b, t), at, length)
			return true
		})
		for i := range d.Slots {
			d.Slots[i].Booked = len(d.Slots[i].Customers)
		}
		days = append(days, d)
	}
	return days
}

// put puts an appointment into the slot in which its time is; into one of its own if slots
// were cut otherwise since it was booked.
func (d *dayView) put(booked bookedView, at time.Time, length time.Duration) {
	for i, s := range d.Slots {
		start, err := time.Parse(time.RFC3339, s.Start)
		if err == nil && !at.Before(start) && (at.Before(start.Add(length)) || at.Equal(start)) {
			d.Slots[i].Customers = append(d.Slots[i].Customers, booked)
			return
		}
	}
	d.Slots = append(d.Slots, slotView{
		ID: slotID(at), Start: at.Format(time.RFC3339), Clock: at.Format("15:04"), Tone: "odd", Words: "no slot any more", Customers: []bookedView{booked},
	})
	slices.SortStableFunc(d.Slots, func(a, b slotView) int { return cmp.Compare(a.Clock, b.Clock) })
}

func slotID(start time.Time) string { return "slot-" + start.UTC().Format("20060102T1504") }

// notWords say why a slot can't be booked now.
var notWords = map[callback.AskReason]string{
	callback.RefusedTooSoon:    "too soon to book",
	callback.RefusedTimeTooFar: "too far ahead to book",
	callback.RefusedClosed:     "nobody may be called then",
}

func (v *visit) slotView(b openBook, s httpapi.Slot, seats int) slotView {
	start := s.Start.In(b.zone)
	view := slotView{ID: slotID(start), Start: start.Format(time.RFC3339), Clock: start.Format("15:04"), Seats: seats}
	switch {
	case s.Not == callback.RefusedTimePast:
		view.Tone = "past"
	case s.Free == 0:
		view.Tone, view.Words = "full", "full"
	case s.Not != "":
		view.Tone, view.Words = "shut", notWords[s.Not]
	default:
		view.Tone = "free"
		if v.may("book-appointment") {
			view.Show = v.formPath(b, doBook+"-"+strconv.FormatInt(start.Unix(), 10)) + "#" + view.ID
		}
	}
	return view
}

func (v *visit) bookedView(b openBook, t httpapi.Task) bookedView {
	view := bookedView{
		ID: t.ID, Path: v.taskPath(t.ID), Number: t.Number, When: v.at(v.account, t.At), Identification: t.Identification, Note: t.Note, Late: !t.Late.IsZero(),
	}
	switch {
	case t.CancelReason != "":
		view.Says = "ends with this call"
	case t.State == callback.TaskDialing:
		view.Says = "being called"
	case t.State == callback.TaskHeld:
		view.Says = "held"
	case view.Late:
		view.Says = "late: not called yet"
	case t.Attempts > 0:
		view.Says = fmt.Sprintf("called %d times", t.Attempts)
		if t.Attempts == 1 {
			view.Says = "called once"
		}
	}
	id := strconv.FormatInt(t.ID, 10)
	if v.may("reschedule-task") && b.book != nil && t.State != callback.TaskDialing {
		view.Move = v.formPath(b, doMove+"-"+id) + "#appointment-" + id
	}
	if v.may("cancel-task") && t.CancelReason == "" {
		view.Cancel = v.formPath(b, doCancel+"-"+id) + "#appointment-" + id
	}
	return view
}
