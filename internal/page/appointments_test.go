package page_test

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/callback/hours"
)

// takesAppointments has the accounts take appointments in an office that is open from nine
// to five each day, two at a time.
func (w *world) takesAppointments(edit func(*callback.AppointmentBook)) {
	w.t.Helper()
	var accounts []*callback.Account
	for _, name := range []string{"acme", "globex"} {
		own, ok := w.rules.Book().Account(name)
		require.True(w.t, ok)
		changed := *own
		office := &hours.Schedule{Name: "office"}
		for day := range office.Weekly {
			office.Weekly[day] = []hours.Window{{From: 9 * 60, To: 17 * 60}}
		}
		b := &callback.AppointmentBook{
			Rule: changed.Requests.Rule, ID: "advice", Slot: 30 * time.Minute, PerSlot: 2,
			Office: callback.Office{Schedule: office, Zone: changed.Location}, Ahead: 14 * 24 * time.Hour, AtLeast: time.Hour,
		}
		b.Name = callback.AppointmentsRule("advice")
		if edit != nil {
			edit(b)
		}
		changed.Appointments = map[string]*callback.AppointmentBook{"advice": b}
		accounts = append(accounts, &changed)
	}
	w.rules.Replace(callback.NewRulebook(accounts...))
}

// inStockholm is a time of acme's office, so many days from today.
func (w *world) inStockholm(days, hour, minute int) time.Time {
	w.t.Helper()
	zone, err := time.LoadLocation("Europe/Stockholm")
	require.NoError(w.t, err)
	now := time.Now().In(zone)
	return time.Date(now.Year(), now.Month(), now.Day()+days, hour, minute, 0, 0, zone)
}

// books books an appointment with acme, as a program does, and gives its task.
func (w *world) books(number string, start time.Time) int64 {
	w.t.Helper()
	asked, err := w.desk.Book(w.t.Context(), callback.Booking{Account: "acme", Book: "advice", Number: number, Start: start, Via: callback.ViaAPI, By: "test"})
	require.NoError(w.t, err)
	return asked.Task.ID
}

// weekOf is the address of the calendar's week of a day.
func weekOf(at time.Time) string {
	return "/appointments/advice?week=" + at.Format(time.DateOnly)
}

// slotOf is what stands in the calendar about a slot.
func slotOf(body string, start time.Time) string {
	_, rest, found := strings.Cut(body, `<li id="slot-`+start.UTC().Format("20060102T1504")+`"`)
	if !found {
		return ""
	}
	end := strings.Index(rest, `<li id="slot-`)
	if end < 0 {
		end = strings.Index(rest, "</section>")
	}
	return rest[:end]
}

func slotForm(start time.Time, more ...string) url.Values {
	form := url.Values{"start": {start.UTC().Format(time.RFC3339)}}
	for i := 0; i < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return form
}

func TestTheCalendarOfAnAccountWithoutAppointments(t *testing.T) {
	w := newWorld(t)
	text := w.reads(supervisor, "/appointments")
	assert.Contains(t, text, "acme takes no appointments yet")
	assert.Contains(t, text, "appointments: advice:", "what to write")
	text = w.reads(admin, "/appointments")
	assert.Contains(t, text, "Of which account?")
	assert.Contains(t, w.get(admin, "/appointments").Body.String(), `href="/appointments?account=globex"`)
}

func TestAWeekOfAppointments(t *testing.T) {
	w := newWorld(t)
	w.takesAppointments(nil)
	full, half, free := w.inStockholm(7, 10, 0), w.inStockholm(7, 10, 30), w.inStockholm(7, 11, 0)
	w.books("+46701234561", full)
	w.books("+46701234562", full)
	id := w.books("+46701234563", half)

	body := w.get(agent, weekOf(full)).Body.String()
	assert.Contains(t, plain(slotOf(body, full)), "10:00 full 2 /2 +46 70 123 45 61 Move")
	assert.NotContains(t, slotOf(body, full), "do=book-", "nobody else can book it")
	assert.Contains(t, plain(slotOf(body, half)), "10:30 book, 1 /2 +46 70 123 45 63")
	assert.Contains(t, slotOf(body, half), "/tasks/"+strconv.FormatInt(id, 10))
	assert.Contains(t, plain(slotOf(body, free)), "11:00 book, 0 /2")
	assert.Empty(t, slotOf(body, w.inStockholm(7, 8, 30)), "the office isn't open")
	assert.Contains(t, plain(body), "30 minutes each, in the hours office; called by queue support. From 1h to 14d ahead.")

	past := w.get(agent, weekOf(w.inStockholm(-7, 10, 0))).Body.String()
	assert.Contains(t, slotOf(past, w.inStockholm(-7, 10, 0)), "past")
	assert.NotContains(t, slotOf(past, w.inStockholm(-7, 10, 0)), "href")
	far := w.inStockholm(21, 10, 0)
	assert.Contains(t, plain(slotOf(w.get(agent, weekOf(far)).Body.String(), far)), "10:00 too far ahead to book")

	assert.NotContains(t, plain(w.get(elsewhere, weekOf(full)).Body.String()), "123 45 61", "of another account")
}

func TestAnAppointmentIsBookedMovedAndCancelled(t *testing.T) {
	w := newWorld(t)
	w.takesAppointments(nil)
	start, later := w.inStockholm(3, 10, 0), w.inStockholm(10, 11, 30)

	answer := w.post(agent, "/appointments/advice", slotForm(start, "number", " 070-123 45 67 ", "note", "about\r\nthe offer"))
	require.Equal(t, http.StatusSeeOther, answer.Code, plain(answer.Body.String()))
	body := w.get(agent, answer.Header().Get("Location")).Body.String()
	assert.Contains(t, plain(body), "The appointment is booked.")
	assert.Contains(t, plain(slotOf(body, start)), "+46 70 123 45 67 “ about the offer ” Move")
	task := w.task(1)
	assert.True(t, start.Equal(task.At))
	assert.Equal(t, string(callback.ViaAgent), task.Source)

	dialog := w.get(agent, weekOf(start)+"&do=move-1").Body.String()
	assert.Contains(t, dialog, `<h2 id="move-title">Move this appointment</h2>`)
	assert.Contains(t, dialog, " on "+start.Format("Monday 2 January, 15:04"))
	answer = w.post(agent, "/appointments/advice/1/move", slotForm(later))
	require.Equal(t, http.StatusSeeOther, answer.Code, plain(answer.Body.String()))
	body = w.get(agent, answer.Header().Get("Location")).Body.String()
	assert.Contains(t, plain(body), "The appointment is moved.")
	assert.Contains(t, plain(slotOf(body, later)), "+46 70 123 45 67", "the page shows the week it was moved to")
	assert.Contains(t, plain(slotOf(w.get(agent, weekOf(start)).Body.String(), start)), "0 /2")

	answer = w.post(agent, "/appointments/advice/1/cancel", url.Values{"reason": {"is on holiday"}})
	require.Equal(t, http.StatusSeeOther, answer.Code, plain(answer.Body.String()))
	assert.Contains(t, w.reads(agent, answer.Header().Get("Location")), "The appointment is cancelled, and its place is free again.")
	assert.Equal(t, callback.TaskCancelled, w.task(1).State)
	assert.Contains(t, w.reads(agent, "/tasks/1"), "By alice: is on holiday.")
}

// What is refused is shown again with what was typed, and says what to change.
func TestAnAppointmentThatIsRefused(t *testing.T) {
	w := newWorld(t)
	w.takesAppointments(func(b *callback.AppointmentBook) {
		b.PerSlot, b.Identification = 1, &callback.Identification{Least: 6, Most: 10}
	})
	start, other := w.inStockholm(3, 10, 0), w.inStockholm(4, 10, 0)
	form := slotForm(start, "number", "+46701234567", "identification", "471100", "note", "about <b>the</b> offer")
	require.Equal(t, http.StatusSeeOther, w.post(supervisor, "/appointments/advice", form).Code)

	refused := func(answer *httptest.ResponseRecorder, status int, words, typed string) {
		t.Helper()
		body := answer.Body.String()
		assert.Contains(t, body, `data-reads="/appointments/advice`)
		_, dialog, _ := strings.Cut(body, "<dialog")
		assert.Equal(t, status, answer.Code, plain(dialog))
		assert.Contains(t, plain(dialog), words)
		assert.Contains(t, html.UnescapeString(dialog), typed)
		assert.Contains(t, dialog, ` open>`, "without a script, too, the form can be seen")
	}
	form.Set("number", "+46701234568")
	refused(w.post(supervisor, "/appointments/advice", form), http.StatusConflict, "full", `value="+46701234568"`)
	form.Set("number", "+46701234567")
	form.Set("start", w.inStockholm(3, 12, 0).UTC().Format(time.RFC3339))
	refused(w.post(supervisor, "/appointments/advice", form), http.StatusConflict, "task 1; move that one, or cancel it", `value="about <b>the</b> offer"`)
	refused(w.post(supervisor, "/appointments/advice", slotForm(other, "number", "12", "identification", "471100")), http.StatusUnprocessableEntity, "number", `value="12"`)
	refused(w.post(supervisor, "/appointments/advice", slotForm(other, "number", "+46701234568", "identification", "1")), http.StatusUnprocessableEntity, "6 to 10 digits", `value="1"`)
	refused(w.post(supervisor, "/appointments/advice", url.Values{"number": {"+46701234568"}, "start": {"soon"}}), http.StatusUnprocessableEntity, "Choose a time.", `value="+46701234568"`)
	refused(w.post(supervisor, "/appointments/advice", slotForm(w.inStockholm(-1, 10, 0), "number", "+46701234568", "identification", "471100")), http.StatusUnprocessableEntity, "isn't in the future", `value="+46701234568"`)
	refused(w.post(supervisor, "/appointments/advice", url.Values{"note": {strings.Repeat("x", 70<<10)}}), http.StatusBadRequest, "That was too much", "book")

	id := w.booksIdentified("+46701234568", other)
	refused(w.post(supervisor, fmt.Sprintf("/appointments/advice/%d/move", id), slotForm(start)), http.StatusConflict, "full", "Move this appointment")
	assert.True(t, other.Equal(w.task(id).At), "it stays where it is")
}

// booksIdentified is books, for a book that asks for an identification.
func (w *world) booksIdentified(number string, start time.Time) int64 {
	w.t.Helper()
	asked, err := w.desk.Book(w.t.Context(), callback.Booking{Account: "acme", Book: "advice", Number: number, Start: start, Identification: "471100", Via: callback.ViaAPI, By: "test"})
	require.NoError(w.t, err)
	return asked.Task.ID
}

// Only appointments of the book can be acted on in its calendar.
func TestWhatIsNoAppointmentOfTheBook(t *testing.T) {
	w := newWorld(t)
	w.takesAppointments(nil)
	w.miss("acme", "+46701234567")
	w.books("+46701234568", w.inStockholm(3, 10, 0))
	for _, path := range []string{"/appointments/advice/1/cancel", "/appointments/advice/99/cancel", "/appointments/other/2/cancel", "/appointments/advice/2/explode", "/appointments/advice/x/cancel"} {
		assert.Equal(t, http.StatusNotFound, w.post(supervisor, path, nil).Code, path)
	}
	assert.Equal(t, http.StatusNotFound, w.post(elsewhere, "/appointments/advice/2/cancel", nil).Code, "of another account")
	assert.Equal(t, callback.TaskScheduled, w.task(1).State)
	assert.Equal(t, callback.TaskScheduled, w.task(2).State)
	for _, week := range []string{"soon", "2026-13-01", "0001-01-01", "9999-01-01"} {
		assert.Equal(t, http.StatusNotFound, w.get(supervisor, "/appointments/advice?week="+week).Code, week)
	}
	answer := w.get(supervisor, "/appointments/other")
	assert.Equal(t, http.StatusSeeOther, answer.Code)
	assert.Equal(t, "/appointments", answer.Header().Get("Location"), "another account has other books")
}

// What is booked stays to be seen when its slots have gone, or the book has.
func TestABookThatWasEdited(t *testing.T) {
	w := newWorld(t)
	w.takesAppointments(nil)
	start := w.inStockholm(3, 10, 30)
	w.books("+46701234567", start)
	w.takesAppointments(func(b *callback.AppointmentBook) { b.Slot = time.Hour })
	body := w.get(supervisor, weekOf(start)).Body.String()
	assert.Contains(t, plain(slotOf(body, w.inStockholm(3, 10, 0))), "10:00 book, 1 /2 +46 70 123 45 67", "in the slot that has its time")

	w.takesAppointments(func(b *callback.AppointmentBook) {
		for day := range b.Office.Schedule.Weekly {
			b.Office.Schedule.Weekly[day] = []hours.Window{{From: 13 * 60, To: 17 * 60}}
		}
	})
	body = w.get(supervisor, weekOf(start)).Body.String()
	assert.Contains(t, plain(slotOf(body, start)), "10:30 no slot any more +46 70 123 45 67")

	own, _ := w.rules.Book().Account("acme")
	without := *own
	without.Appointments = nil
	w.rules.Replace(callback.NewRulebook(&without))
	text := w.reads(supervisor, weekOf(start))
	assert.Contains(t, text, "aren't in the rules file any more")
	assert.Contains(t, text, "+46 70 123 45 67 Cancel", "it can't be moved, but cancelled")
	assert.NotContains(t, text, "Book an appointment")
}

// A booked time that passes without a call is marked, also when its week is over.
func TestALateAppointmentIsMarked(t *testing.T) {
	w := newWorld(t)
	w.takesAppointments(nil)
	id := w.books("+46701234567", w.inStockholm(3, 10, 0))
	lastWeek := w.inStockholm(-8, 10, 0)
	require.NoError(t, w.db.Update(t.Context(), func(tx callback.Tx) error {
		task, err := tx.Task(id)
		if err != nil {
			return err
		}
		if err := tx.LeaveSeat(id); err != nil {
			return err
		}
		if err := tx.TakeSeat(callback.Seat{Account: "acme", Book: "advice", Start: lastWeek, TaskID: id}, 2); err != nil {
			return err
		}
		task.At, task.Due, task.Late = lastWeek, lastWeek, lastWeek.Add(5*time.Minute)
		return tx.UpdateTask(&task, callback.Change{Input: string(callback.TaskLate), From: string(task.State), To: string(task.State)})
	}))
	text := w.reads(supervisor, "/appointments")
	assert.Contains(t, text, "Still open from before this week +46 70 123 45 67 late: not called yet")
	text = w.reads(supervisor, weekOf(lastWeek))
	assert.Contains(t, text, "+46 70 123 45 67 late: not called yet")
	assert.NotContains(t, text, "Still open from before")
}

// On the days when clocks change the calendar has the slots that there are, each once.
func TestTheWeeksWhenClocksChange(t *testing.T) {
	w := newWorld(t)
	w.takesAppointments(func(b *callback.AppointmentBook) {
		for day := range b.Office.Schedule.Weekly {
			b.Office.Schedule.Weekly[day] = []hours.Window{{From: 60, To: 4 * 60}}
		}
	})
	clocks := func(date string) (list []string) {
		body := w.get(supervisor, "/appointments/advice?week="+date).Body.String()
		_, day, found := strings.Cut(body, `id="day-`+date+`"`)
		require.True(t, found)
		day, _, _ = strings.Cut(day, "</section>")
		for _, part := range strings.Split(day, `<time datetime="`)[1:] {
			_, clock, _ := strings.Cut(part, ">")
			list = append(list, clock[:5])
		}
		return list
	}
	spring, autumn := clocks("2027-03-28"), clocks("2027-10-31")
	assert.Equal(t, []string{"01:00", "01:30", "03:00", "03:30"}, spring)
	assert.Equal(t, []string{"01:00", "01:30", "02:00", "02:30", "03:00", "03:30"}, autumn)
	assert.True(t, slices.IsSorted(autumn))
}

// Words of others stay words in the calendar, too.
func TestHostileWordsInTheCalendar(t *testing.T) {
	w := newWorld(t)
	w.takesAppointments(nil)
	start := w.inStockholm(3, 10, 0)
	require.Equal(t, http.StatusSeeOther, w.post(agent, "/appointments/advice", slotForm(start, "number", "+46701234567", "note", `<script>alert(1)</script>`)).Code)
	body := w.get(agent, weekOf(start)).Body.String()
	assert.NotContains(t, body, "<script>alert")
	assert.Contains(t, body, "&lt;script&gt;alert(1)&lt;/script&gt;")
}
