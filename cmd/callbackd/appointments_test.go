package main

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/httpapi"
)

// aSlot is the beginning of a slot in about a day, as somebody types it on a clock in UTC.
func aSlot() time.Time { return time.Now().UTC().Add(25 * time.Hour).Truncate(15 * time.Minute) }

func rfc3339(t time.Time) string { return t.Format(time.RFC3339) }

func TestAppointmentsAreBookedMovedAndCancelled(t *testing.T) {
	d := newDesk(t)
	start := aSlot()
	status, out, errs := d.run("appointments", "list", "acme")
	assert.Zero(t, status, errs)
	assert.Regexp(t, `(?m)^NAME +WHO CALLS +SLOT +AT ONCE +HOURS +MAY BE BOOKED +IDENTIFICATION\nadvice +queue:support +15 min +2 +always, UTC +1h to 14d ahead +6 to 10 digits$`, out)
	_, out, _ = d.run("appointments", "list", "acme", "advice")
	assert.Equal(t, "No appointments.\n", out)

	status, out, errs = d.run("appointments", "book", "acme", "advice", "070-123 45 67", "--start", rfc3339(start), "--identification", "471100", "--note", "about the offer")
	assert.Zero(t, status, errs)
	when := start.Local().Format("Mon 2006-01-02 15:04")
	assert.Regexp(t, `^Task 1 is booked: \+46701234567 is called in 1 d.*, at `+when+`\.\n$`, out)
	_, out, _ = d.run("appointments", "list", "acme", "advice")
	assert.Regexp(t, `(?m)^ID +START +NUMBER +IDENTIFICATION +TARGET +STATE +NOTE\n1 +`+when+` +\+46701234567 +471100 +queue:support +scheduled +about the offer$`, out)
	_, out, errs = d.run("appointments", "slots", "acme", "advice", "--from", rfc3339(start), "--limit", "2")
	assert.Regexp(t, `(?m)^START +FREE\n`+when+` +1\n`+start.Add(15*time.Minute).Local().Format("Mon 2006-01-02 15:04")+` +2$`, out)
	assert.Contains(t, errs, "There are more")

	_, out, errs = d.run("appointments", "move", "1", "--to", rfc3339(start.Add(15*time.Minute)))
	assert.Regexp(t, `^Task 1 is moved: \+46701234567 is called in 1 d`, out, errs)
	_, out, _ = d.run("appointments", "cancel", "1", "--reason", "is on holiday")
	assert.Equal(t, "Task 1 is cancelled: +46701234567 isn't called back.\n", out)
	_, out, _ = d.run("tasks", "show", "1")
	assert.Contains(t, out, "is on holiday")
}

func TestAppointmentsAsJSON(t *testing.T) {
	d := newDesk(t)
	start := aSlot()
	_, out, errs := d.run("appointments", "book", "acme", "advice", "0701234567", "--start", rfc3339(start), "--identification", "471100", "--json")
	var booked httpapi.Promised
	require.NoError(t, json.Unmarshal([]byte(out), &booked), errs)
	assert.NotEmpty(t, booked.Secret, "for the customer's link")
	assert.Equal(t, "admin", booked.Source)
	_, out, _ = d.run("appointments", "list", "acme", "advice", "--json")
	var list httpapi.AppointmentList
	require.NoError(t, json.Unmarshal([]byte(out), &list))
	require.Len(t, list.Appointments, 1)
	assert.Equal(t, "471100", list.Appointments[0].Identification)
	_, out, _ = d.run("appointments", "slots", "acme", "advice", "--to", rfc3339(time.Now().Add(2*time.Hour)), "--json")
	var slots httpapi.SlotList
	require.NoError(t, json.Unmarshal([]byte(out), &slots))
	assert.Len(t, slots.Slots, 4, "an hour's, behind at_least")
	_, out, _ = d.run("appointments", "list", "acme", "--json")
	var books httpapi.AppointmentBooks
	require.NoError(t, json.Unmarshal([]byte(out), &books))
	assert.Len(t, books.Schedules, 1)
}

func TestAppointmentsThatAreWrong(t *testing.T) {
	d := newDesk(t)
	d.miss("+46701234567")
	start := aSlot()
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"book", "acme", "advice"}, "wants an account, the name of a schedule, and the customer's telephone number"},
		{[]string{"book", "acme", "advice", "0701234567"}, "start"},
		{[]string{"book", "acme", "advice", "0701234567", "--start", "tomorrow"}, "a time on your own clock"},
		{[]string{"book", "acme", "advice", "0701234567", "--start", rfc3339(start)}, "An identification of 6 to 10 digits is needed."},
		{[]string{"book", "acme", "advise", "0701234567", "--start", rfc3339(start)}, `Did you mean "advice"?`},
		{[]string{"book", "acne", "advice", "0701234567", "--start", rfc3339(start)}, `Did you mean "acme"?`},
		{[]string{"book", "acme", "advice", "0701234567", "--identification", "471100", "--start", rfc3339(start.Add(time.Minute))}, "No appointment begins"},
		{[]string{"slots", "acme"}, "wants an account and the name of a schedule"},
		{[]string{"slots", "acme", "advise"}, `Did you mean "advice"?`},
		{[]string{"list"}, "wants an account"},
		{[]string{"move", "1", "--to", rfc3339(start)}, "task 1 is no appointment; `callbackd tasks` is for all of them"},
		{[]string{"move", "9", "--to", rfc3339(start)}, "There is no task 9"},
		{[]string{"cancel", "1"}, "task 1 is no appointment"},
		{[]string{"cancle"}, "cancel"},
	} {
		status, out, errs := d.run(append([]string{"appointments"}, c.args...)...)
		assert.NotZero(t, status, c.args)
		assert.Empty(t, out, c.args)
		assert.Contains(t, errs, c.says, c.args)
	}
	assert.True(t, d.state(1).Open(), "nothing was cancelled")
}

func TestTheShellCompletesAppointments(t *testing.T) {
	d := newDesk(t)
	d.run("appointments", "book", "acme", "advice", "0701234567", "--start", rfc3339(aSlot()), "--identification", "471100")
	d.miss("+46701234568")
	for line, want := range map[string][]string{"acme": {"appointments", "slots", ""}, "advice\tqueue:support": {"appointments", "book", "acme", ""}, "1\t+46701234567 scheduled": {"appointments", "move", ""}} {
		_, out, _ := run(t, append([]string{"__complete", "--config", d.config}, want...)...)
		assert.Contains(t, out, line)
	}
	_, out, _ := run(t, "__complete", "--config", d.config, "appointments", "cancel", "")
	assert.NotContains(t, out, "+46701234568", "which is no appointment")
}
