package endtoend

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/asterisk-config/private"
	"callbackd/callback"
	"callbackd/internal/lab"
	"callbackd/internal/softphone"
)

const (
	firstHz, chooseHz, bookedHz, yoursHz, changeHz, cancelledHz = 500, 650, 750, 850, 950, 1050

	bookNumber = "+46855500005"
)

// An appointment by phone, on a real Asterisk, whose own voice says the day and the time:
// booked for the next minute, and called then; another one found by its number, and
// cancelled.
func TestAnAppointmentByPhone(t *testing.T) {
	c := lab.Config{
		Queues: []private.Queue{{Name: "support", Members: []string{"alice"}, Timeout: 5 * time.Second}},
		Numbers: []private.Number{{Number: bookNumber, Dialplan: []string{
			"Set(TIMEOUT(absolute)=180)", "Stasis(callbackd,appointment,advice)", "Set(TIMEOUT(absolute)=0)", fmt.Sprintf("Playtones(%d)", menuHz), "Wait(60)",
		}}},
		Rules: `account: acme
country: "SE"
timezone: Europe/Stockholm
numbers: ["+46855500*"]
regions:
  sweden: {pbx: pbx1, trunks: [PJSIP/pstn], dial: "PJSIP/{number}@pstn", tone_zone: se}
queues: {support: {}}
schedules:
  day-and-night: {mon-sun: 00:00-24:00}
defaults: {agent_prompt: callback, schedule: always}
rules: []
appointments:
  advice: {queue: support, slot: 5m, per_slot: 1, schedule: day-and-night, ahead: 1d, at_least: 0s}
`,
		Sounds: map[string][]byte{"callback": prompt(shortPrompt)},
	}
	for name, hz := range map[string]int{
		"appointment-first": firstHz, "appointment-choose": chooseHz, "appointment-booked": bookedHz, "appointment-yours": yoursHz,
		"appointment-change": changeHz, "appointment-cancelled": cancelledHz, "offer-number": readBackHz, "offer-confirm": confirmHz,
	} {
		c.Sounds[name] = softphone.EncodeWAV(softphone.Tone(hz).Samples(700*time.Millisecond), 8000)
	}
	w := newWorldOf(t, c).start()

	call := w.dials(bookNumber, customer)
	first := w.hearsWhen(call, firstHz)
	choose := w.hearsWhen(call, chooseHz)
	require.Greater(t, choose.Sub(first), 3*time.Second, "the day and the time are said in between")
	w.presses(call, chooseHz, "1")
	w.presses(call, readBackHz, "1")
	call.MustHear(t, bookedHz)
	call.MustEnd(t)
	story := w.taskOf(customer, callback.TaskScheduled)
	require.Equal(t, callback.KindAppointment, story.Kind)
	require.Equal(t, callback.ReasonCallbackAsked, w.refused(customer))
	_, err := w.api().CallTaskNow(t.Context(), story.ID)
	w.must(err)
	w.calledBack("alice", w.rings("alice"), customer)
	w.taskOf(customer, callback.TaskCompleted)

	other := "+46702234567"
	call = w.dials(bookNumber, other)
	w.presses(call, chooseHz, "1")
	w.presses(call, readBackHz, "1")
	call.MustEnd(t)
	w.taskOf(other, callback.TaskScheduled)
	call = w.dials(bookNumber, other)
	call.MustHear(t, yoursHz)
	w.presses(call, changeHz, "3")
	call.MustHear(t, cancelledHz)
	call.MustEnd(t)
	w.taskOf(other, callback.TaskCancelled)
	w.nothingLeft()
}
