package httpapi_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

const advicePath = "/api/v1/accounts/acme/appointments/advice"

// aSlot is tomorrow at ten, by the office's clock.
func aSlot() time.Time {
	now := time.Now().In(stockholm)
	return time.Date(now.Year(), now.Month(), now.Day()+1, 10, 0, 0, 0, stockholm)
}

// book books an appointment; headers stand in pairs of name and value.
func (s *service) book(secret, number string, start time.Time, headers ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	body := fmt.Sprintf(`{"number": %q, "start": %q}`, number, start.Format(time.RFC3339))
	r := httptest.NewRequestWithContext(s.t.Context(), http.MethodPost, advicePath, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+secret)
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return s.held(r)
}

func promisedIn(t *testing.T, w *httptest.ResponseRecorder, status int) httpapi.Promised {
	t.Helper()
	return read[httpapi.Promised](t, w, status)
}

// free is how many more may book a slot; -1: it isn't one.
func (s *service) free(start time.Time) int {
	s.t.Helper()
	list := get[httpapi.SlotList](s, advicePath+"/slots?limit=1&from="+url.QueryEscape(start.Format(time.RFC3339)))
	if len(list.Slots) == 1 && list.Slots[0].Start.Equal(start) {
		return list.Slots[0].Free
	}
	return -1
}

func TestWhatMayBeBooked(t *testing.T) {
	s := newService(t)
	s.editRules(func(a *callback.Account) {
		a.Appointments["advice"].Identification = &callback.Identification{Least: 6, Most: 10}
	})
	books := get[httpapi.AppointmentBooks](s, "/api/v1/accounts/acme/appointments")
	assert.Equal(t, []httpapi.AppointmentBook{{
		Name: "advice", Queue: support, Slot: 15, PerSlot: 2, Hours: "always", Timezone: "Europe/Stockholm", Ahead: "14d", AtLeast: "1h",
		Identification: &httpapi.Digits{Least: 6, Most: 10},
	}}, books.Schedules)
	s.editRules(func(a *callback.Account) { a.Appointments = nil })
	assert.Empty(t, get[httpapi.AppointmentBooks](s, "/api/v1/accounts/acme/appointments").Schedules)
}

// Slots are told by the office's clock, as many as are asked for.
func TestSlots(t *testing.T) {
	s := newService(t)
	from := aSlot()
	path := advicePath + "/slots?from=" + url.QueryEscape(from.UTC().Format(time.RFC3339))
	list := get[httpapi.SlotList](s, path+"&limit=3")
	assert.Equal(t, "Europe/Stockholm", list.Timezone)
	assert.True(t, list.More)
	require.Len(t, list.Slots, 3)
	for i, slot := range list.Slots {
		assert.Equal(t, from.Add(time.Duration(i)*15*time.Minute).Format(time.RFC3339), slot.Start.Format(time.RFC3339), "with the office's offset")
		assert.Equal(t, 2, slot.Free)
	}
	until := get[httpapi.SlotList](s, path+"&to="+url.QueryEscape(from.Add(30*time.Minute).Format(time.RFC3339)))
	assert.Len(t, until.Slots, 2)
	assert.False(t, until.More)
	all := get[httpapi.SlotList](s, advicePath+"/slots?limit=1000")
	assert.True(t, all.More, "two weeks of quarters")
	assert.WithinDuration(t, time.Now().Add(time.Hour), all.Slots[0].Start, 15*time.Minute, "at_least ahead")
}

func TestAnAppointmentIsBookedMovedAndCancelled(t *testing.T) {
	s := newService(t)
	start := aSlot()
	booked := promisedIn(t, s.book(token, "070-123 45 67", start, "Idempotency-Key", "one"), http.StatusCreated)
	assert.Equal(t, callback.KindAppointment, booked.Kind)
	assert.Equal(t, "advice", booked.Schedule)
	assert.Equal(t, "+46701234567", booked.Number)
	assert.True(t, start.Equal(booked.At))
	assert.Equal(t, "api", booked.Source)
	assert.Len(t, booked.Secret, 54)
	again := promisedIn(t, s.book(token, "070-123 45 67", start, "Idempotency-Key", "one"), http.StatusOK)
	assert.Equal(t, booked.ID, again.ID)
	assert.Equal(t, booked.Secret, again.Secret)
	assert.Equal(t, 1, s.free(start))
	p := refusedFor(t, s.book(token, "0701234567", start.Add(time.Hour)), http.StatusConflict)
	assert.Equal(t, callback.RefusedDuplicate, p.Reason)
	assert.Equal(t, booked.ID, p.Task)

	list := get[httpapi.AppointmentList](s, advicePath)
	require.Len(t, list.Appointments, 1)
	assert.Equal(t, booked.ID, list.Appointments[0].ID)
	assert.Equal(t, "advice", list.Appointments[0].Schedule)

	promisedIn(t, s.book(token, "0701234568", start), http.StatusCreated)
	p = refusedFor(t, s.book(token, "0701234569", start), http.StatusConflict)
	assert.Equal(t, callback.RefusedSlotFull, p.Reason)
	assert.Equal(t, "body.start", p.Errors[0].Location)
	assert.Zero(t, s.free(start))

	later := start.Add(15 * time.Minute)
	moved := post[httpapi.Task](s, fmt.Sprintf("/api/v1/tasks/%d/reschedule", booked.ID), `{"at": "`+later.Format(time.RFC3339)+`"}`)
	assert.True(t, later.Equal(moved.At))
	assert.Equal(t, []int{1, 1}, []int{s.free(start), s.free(later)})
	p = refusedFor(t, s.send(http.MethodPost, fmt.Sprintf("/api/v1/tasks/%d/reschedule", booked.ID), `{"at": "`+later.Add(time.Minute).Format(time.RFC3339)+`"}`), http.StatusUnprocessableEntity)
	assert.Equal(t, callback.RefusedNoSlot, p.Reason)
	assert.Equal(t, "body.at", p.Errors[0].Location, "as the field is called there")

	post[httpapi.Task](s, fmt.Sprintf("/api/v1/tasks/%d/cancel", booked.ID), "")
	assert.Equal(t, 2, s.free(later))
	list = get[httpapi.AppointmentList](s, advicePath+"?limit=1")
	assert.Len(t, list.Appointments, 1)
	assert.False(t, list.More)
}

// Each refusal of a booking has its reason and its place; nothing is stored.
func TestBookingsSayWhatToChange(t *testing.T) {
	s := newService(t)
	s.editRules(func(a *callback.Account) {
		a.Appointments["advice"].Identification = &callback.Identification{Least: 6, Most: 6}
	})
	at := func(start time.Time) string { return fmt.Sprintf(`"start": %q`, start.Format(time.RFC3339)) }
	const number, known = `"number": "0701234567", `, `, "identification": "471100"`
	for body, want := range map[string]struct {
		status   int
		reason   callback.AskReason
		location string
	}{
		`{}`:                             {422, "", "body"},
		`{` + number + at(aSlot()) + `}`: {422, callback.RefusedIdentification, "body.identification"},
		`{` + number + at(aSlot()) + `, "identification": "47110"}`:   {422, callback.RefusedIdentification, "body.identification"},
		`{` + number + at(aSlot()) + `, "identification": "47110a"}`:  {422, "", "body.identification"},
		`{"number": "07O1234567", ` + at(aSlot()) + known + `}`:       {422, callback.RefusedNumberInvalid, "body.number"},
		`{"number": "08-555 00 00", ` + at(aSlot()) + known + `}`:     {422, callback.RefusedOwnNumber, "body.number"},
		`{` + number + at(aSlot().Add(time.Minute)) + known + `}`:     {422, callback.RefusedNoSlot, "body.start"},
		`{` + number + at(time.Now().Add(time.Minute)) + known + `}`:  {422, callback.RefusedTooSoon, "body.start"},
		`{` + number + at(time.Now().Add(-time.Hour)) + known + `}`:   {422, callback.RefusedTimePast, "body.start"},
		`{` + number + at(aSlot().AddDate(0, 1, 0)) + known + `}`:     {422, callback.RefusedTimeTooFar, "body.start"},
		`{` + number + `"start": "2027-03-28T02:30:00"` + known + `}`: {422, "", "body.start"}, // in the gap, and no moment
		`{` + number + at(aSlot()) + known + `, "source": "fax"}`:     {422, "", "body.source"},
		`{` + number + at(aSlot()) + known + `, "account": "acme"}`:   {422, "", "body.account"},
	} {
		w := s.send(http.MethodPost, advicePath, body)
		if !assert.Equal(t, want.status, w.Code, "%s: %s", body, w.Body) {
			continue
		}
		p := refusedFor(t, w, want.status)
		assert.Equal(t, want.reason, p.Reason, body)
		require.NotEmpty(t, p.Errors, body)
		assert.Equal(t, want.location, p.Errors[0].Location, body)
	}
	assert.Empty(t, get[httpapi.TaskList](s, "/api/v1/tasks").Tasks)

	path := strings.TrimSuffix(advicePath, "advice")
	whole := `{` + number + at(aSlot()) + known + `}`
	for _, operation := range []struct{ method, path, body string }{
		{http.MethodPost, path + "advise", whole}, {http.MethodGet, path + "advise/slots", ""},
	} {
		p := refusedFor(t, s.send(operation.method, operation.path, operation.body), http.StatusNotFound)
		assert.Equal(t, callback.RefusedBookUnknown, p.Reason)
		assert.Contains(t, p.Detail, `Did you mean "advice"?`)
	}
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		p := problem(t, s.send(method, "/api/v1/accounts/acm/appointments/advice", map[string]string{http.MethodPost: whole}[method]), http.StatusNotFound)
		assert.Contains(t, p.Detail, `Did you mean "acme"?`)
	}
	s.editRules(func(a *callback.Account) { a.Appointments = nil })
	assert.Equal(t, callback.RefusedAppointmentsOff, refusedFor(t, s.send(http.MethodPost, advicePath, whole), http.StatusNotFound).Reason)
}

// Of a hundred who book the last place of a slot at the same moment one gets it.
func TestTheLastPlaceOfASlot(t *testing.T) {
	s := newService(t)
	s.editRules(func(a *callback.Account) { a.Appointments["advice"].PerSlot = 1 })
	start, begin := aSlot(), make(chan struct{})
	var group sync.WaitGroup
	answers := make(chan *httptest.ResponseRecorder, 100)
	for i := range cap(answers) {
		group.Go(func() {
			<-begin
			answers <- s.book(token, fmt.Sprintf("07012345%02d", i), start)
		})
	}
	close(begin)
	group.Wait()
	close(answers)
	statuses := map[int]int{}
	for w := range answers {
		statuses[w.Code]++
		if w.Code == http.StatusConflict {
			assert.Equal(t, callback.RefusedSlotFull, refusedFor(t, w, http.StatusConflict).Reason)
		}
	}
	assert.Equal(t, map[int]int{http.StatusCreated: 1, http.StatusConflict: 99}, statuses)
	assert.Len(t, get[httpapi.AppointmentList](s, advicePath).Appointments, 1)
	assert.Zero(t, s.free(start))
}

// A form books, and learns nothing of others by it.
func TestBookingsOfAnIntake(t *testing.T) {
	s := newService(t)
	form := s.bearer("form", callback.RoleIntake, "acme")
	booked := promisedIn(t, s.book(form, "0701234567", aSlot()), http.StatusCreated)
	assert.Equal(t, "+46*******67", booked.Number)
	assert.NotEmpty(t, booked.Secret)
	p := refusedFor(t, s.book(form, "0701234567", aSlot().Add(time.Hour)), http.StatusConflict)
	assert.Equal(t, callback.RefusedDuplicate, p.Reason)
	assert.NotContains(t, p.Detail, "1", "neither the task nor its time")
	problem(t, s.sendAs(form, http.MethodGet, advicePath, ""), http.StatusForbidden)
	assert.Equal(t, http.StatusOK, s.sendAs(form, http.MethodGet, advicePath+"/slots", "").Code)
}
