package pagetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/browser"
	"callbackd/internal/httpapi"
)

// nextMonday is when the office opens next week.
func nextMonday(t *testing.T) time.Time {
	t.Helper()
	stockholm, err := time.LoadLocation("Europe/Stockholm")
	require.NoError(t, err)
	now := time.Now().In(stockholm)
	return time.Date(now.Year(), now.Month(), now.Day()+7-(int(now.Weekday())+6)%7, 8, 0, 0, 0, stockholm)
}

// Somebody without a mouse books an appointment for next week, moves it and cancels it.
func TestAppointmentsByKeyboard(t *testing.T) {
	w := newWorld(t)
	monday := nextMonday(t)

	p := w.signedIn("eve", browser.Look{}, "/appointments")
	p.Says("30 minutes each, in the hours office; called by queue sales.")
	p.TabTo("Week after")
	p.PressAndFollow(browser.Enter)
	p.Says(monday.Format("Mon 2 Jan"))
	inLooks(p, looks...)
	p.Look(browser.Look{})

	p.TabTo("08:00 book")
	p.PressAndFollow(browser.Enter)
	p.Says("The customer is called at this time, by queue sales.")
	inLooks(p, looks[0], looks[len(looks)-1])
	p.Look(browser.Look{})
	p.TabTo("The customer's number")
	p.Type("070-123 45 67")
	p.TabTo("What the agent should know")
	p.Type("about the new contract")
	p.TabTo("Book")
	p.PressAndFollow(browser.Enter)
	p.Says("The appointment is booked.")
	p.Says("“about the new contract”")
	booked := w.task(customer, callback.TaskScheduled)
	require.True(t, monday.Equal(booked.At), "the time that was chosen, by the office's clock: %s", booked.At)

	p.TabTo("Move")
	p.PressAndFollow(browser.Enter)
	p.Says("Move this appointment")
	inLooks(p, looks[0], looks[len(looks)-1])
	p.Look(browser.Look{})
	p.Choose("When", monday.Add(30*time.Minute).Format("Mon 2 Jan, 15:04")+", 2 free")
	p.TabTo("Move it")
	p.PressAndFollow(browser.Enter)
	p.Says("The appointment is moved.")
	require.True(t, monday.Add(30*time.Minute).Equal(w.task(customer, callback.TaskScheduled).At))

	p.TabTo("Cancel")
	p.PressAndFollow(browser.Enter)
	p.Says("Cancel this appointment?")
	p.TabTo("Cancel the appointment")
	p.PressAndFollow(browser.Enter)
	p.Says("The appointment is cancelled, and its place is free again.")
	w.task(customer, callback.TaskCancelled)
}

// What somebody else books appears in a calendar that is open, without reloading.
func TestTheCalendarIsLive(t *testing.T) {
	w := newWorld(t)
	p := w.signedIn("eve", browser.Look{}, "/appointments")
	p.Follow("Week after")
	browser.Eval[bool](p, `(window.stays = true)`)
	_, err := w.api.Book(t.Context(), "acme", "advice", httpapi.BookingRequest{Number: third, Start: nextMonday(t)})
	require.NoError(t, err)
	p.Says(shown(third))
	require.True(t, browser.Eval[bool](p, `window.stays === true`), "the page was not loaded again")
}
