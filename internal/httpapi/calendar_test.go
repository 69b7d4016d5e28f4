package httpapi_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/callback/hours"
	"callbackd/internal/httpapi"
)

// A calendar has the slots that may not be booked as well, and says why.
func TestACalendarHasAllSlots(t *testing.T) {
	s := newService(t)
	s.editRules(func(a *callback.Account) { a.Appointments["advice"].AtLeast = 2 * time.Hour })
	require.Equal(t, http.StatusCreated, s.book(token, "+46701234567", aSlot()).Code)
	at := func(from time.Time, all string) httpapi.Slot {
		t.Helper()
		query := url.Values{"limit": {"1"}, "from": {from.Format(time.RFC3339)}, "to": {from.Add(time.Hour).Format(time.RFC3339)}, "all": {all}}
		list := get[httpapi.SlotList](s, advicePath+"/slots?"+query.Encode())
		if len(list.Slots) == 0 {
			return httpapi.Slot{}
		}
		return list.Slots[0]
	}
	now := time.Now()
	for _, c := range []struct {
		from time.Time
		not  callback.AskReason
		free int
	}{
		{aSlot(), "", 1},
		{now.Add(-26 * time.Hour), callback.RefusedTimePast, 2},
		{now.Add(time.Hour), callback.RefusedTooSoon, 2},
		{now.Add(15 * 24 * time.Hour), callback.RefusedTimeTooFar, 2},
	} {
		slot := at(c.from, "true")
		assert.Equal(t, c.not, slot.Not, c.from)
		assert.Equal(t, c.free, slot.Free, c.from)
		if c.not != "" {
			assert.NotEqual(t, slot.Start, at(c.from, "false").Start, "it may not be booked")
		}
	}
	problem(t, s.send(http.MethodGet, advicePath+"/slots?all=perhaps", ""), http.StatusUnprocessableEntity)
}

// A slot at which nobody may be called by the office's clock can't be booked either.
func TestACalendarOfHoursInWhichNobodyMayBeCalled(t *testing.T) {
	s := newService(t)
	s.editRules(func(a *callback.Account) {
		a.Appointments["advice"].Schedule = &hours.Schedule{Name: "never"}
	})
	list := get[httpapi.SlotList](s, advicePath+"/slots?all=true&limit=1&from="+url.QueryEscape(aSlot().Format(time.RFC3339)))
	require.Len(t, list.Slots, 1)
	assert.Equal(t, callback.RefusedClosed, list.Slots[0].Not)
}
