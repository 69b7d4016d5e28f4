package endtoend

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/asterisk-config/private"
	"callbackd/callback"
	"callbackd/internal/lab"
	"callbackd/internal/softphone"
)

// What callers hear in the menu, a tone for each sound, and where the dialplan goes on.
const (
	offerHz, readBackHz, confirmHz, enterHz, acceptedHz = 600, 700, 800, 900, 1100
	badNumberHz, fullHz                                 = 1200, 1300

	deskOffer  = "+46855500001" // offers from desk, which nobody serves
	fullOffer  = "+46855500002"
	briefOffer = "+46855500003" // its dialplan takes callers back after four seconds
	deskMenu   = "+46855500004" // a queue that is served, before the offer
)

// offering is a lab whose dialplan hands callers over.
func offering() lab.Config {
	offers := func(queue string, limit int) []string {
		return []string{fmt.Sprintf("Set(TIMEOUT(absolute)=%d)", limit), "Goto(offers," + queue + ",1)"}
	}
	c := lab.Config{
		Queues: []private.Queue{{Name: "support", Members: []string{"alice"}, Timeout: 5 * time.Second}, {Name: "desk"}, {Name: "full"}},
		Numbers: []private.Number{
			{Number: lab.MainNumber, Dialplan: offers("support", 180)},
			{Number: deskOffer, Dialplan: offers("desk", 180)},
			{Number: fullOffer, Dialplan: offers("full", 180)},
			{Number: briefOffer, Dialplan: offers("desk", 4)},
			{Number: deskMenu, Dialplan: append([]string{"Answer()", "Queue(desk,,,,2)"}, offers("desk", 180)...)},
		},
		Dialplan: fmt.Sprintf(`[offers]
exten => _[a-z].,1,Stasis(callbackd,offer,${EXTEN})
 same => n,Goto(back,s,1)
exten => T,1,Goto(back,s,1)

[back]
exten => s,1,Set(TIMEOUT(absolute)=0)
 same => n,Playtones(%d)
 same => n,Wait(60)
`, menuHz),
		Rules: `account: acme
country: "SE"
timezone: Europe/Stockholm
numbers: ["+4685550000", "+46855500*"]
regions:
  sweden: {pbx: pbx1, trunks: [PJSIP/pstn], dial: "PJSIP/{number}@pstn", tone_zone: se}
queues: {support: {}, desk: {}, full: {max_tasks: 1}}
scenarios:
  back: {contexts: [back]}
defaults: {agent_prompt: callback, schedule: always}
rules:
  - {name: lost, missed_in: contact_center, dialing_intervals: [60m]}
  - {name: in the menu, missed_in: scenario, scenarios: [back], dialing_intervals: [60m], queue: desk}
requests:
  dialing_intervals: [immediately, 5m]
  offer: {keep_place: true}
`,
		Sounds: map[string][]byte{"callback": prompt(shortPrompt)},
	}
	for name, hz := range map[string]int{
		"offer": offerHz, "offer-number": readBackHz, "offer-confirm": confirmHz, "offer-enter-number": enterHz,
		"offer-accepted": acceptedHz, "offer-not-callable": badNumberHz, "offer-refused": fullHz,
	} {
		c.Sounds[name] = softphone.EncodeWAV(softphone.Tone(hz).Samples(700*time.Millisecond), 8000)
	}
	return c
}

// presses listens to a tone and presses keys.
func (w *world) presses(call *softphone.Call, hz int, keys string) {
	w.t.Helper()
	_, err := call.HearsFor(w.soon(), 300*time.Millisecond, hz)
	w.must(err)
	w.must(call.SendDigits(w.soon(), keys))
}

// accepts accepts the offer to be called back at the own number, at once.
func (w *world) acceptsOffer(call *softphone.Call) {
	w.t.Helper()
	w.presses(call, offerHz, "1")
	w.presses(call, readBackHz, "1")
}

// The offer, on a real Asterisk: each story is a customer of its own.
func TestOffers(t *testing.T) {
	w := newWorldOf(t, offering()).start()
	in := func(name, dialled string, n int, tell func(w *world, call *softphone.Call, customer string)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			customer := fmt.Sprintf("+4670%02d34567", n) // neighbours would look like one-ring fraud
			own := w.in(t)
			tell(own, own.dials(dialled, customer), customer)
		})
	}
	in("accepted, with the own number, and called back", lab.MainNumber, 1, func(w *world, call *softphone.Call, customer string) {
		w.presses(call, offerHz, "1")
		heard := w.hearsWhen(call, readBackHz)
		confirm, stop := context.WithTimeout(w.t.Context(), 20*time.Second)
		defer stop()
		_, err := call.HearsFor(confirm, 300*time.Millisecond, confirmHz)
		w.must(err)
		w.must(call.SendDigits(w.soon(), "1"))
		require.Greater(w.t, w.hearsWhen(call, confirmHz).Sub(heard), 6*time.Second, "ten digits are read out in between")
		call.MustHear(w.t, acceptedHz)
		call.MustEnd(w.t)
		require.Equal(w.t, callback.ReasonCallbackAsked, w.refused(customer))
		w.calledBack("alice", w.rings("alice"), customer)
		story := w.taskOf(customer, callback.TaskCompleted)
		require.Equal(w.t, callback.KindRequest, story.Kind)
		require.Equal(w.t, callback.ViaIVR, callback.Via(story.Source))
		require.Empty(w.t, call.Heard().Total(menuHz))
	})
	in("at a number that is typed, after a bad one", deskOffer, 2, func(w *world, call *softphone.Call, customer string) {
		w.presses(call, offerHz, "1")
		w.presses(call, readBackHz, "2")
		w.presses(call, enterHz, "12345#")
		call.MustHear(w.t, badNumberHz)
		w.must(call.SendDigits(w.soon(), "0"))
		time0 := time.Now()
		w.hearsAfter(call, time0, enterHz)
		w.must(call.SendDigits(w.soon(), "0702222222#"))
		w.hearsAfter(call, time0, readBackHz)
		w.must(call.SendDigits(w.soon(), "1"))
		call.MustEnd(w.t)
		require.Equal(w.t, callback.KindRequest, w.story("+46702222222").Kind)
		require.Equal(w.t, callback.ReasonCallbackAsked, w.refused(customer))
	})
	in("refused", deskOffer, 3, func(w *world, call *softphone.Call, customer string) {
		w.presses(call, offerHz, "2")
		w.goesBack(call, customer)
	})
	in("nothing pressed", deskOffer, 4, func(w *world, call *softphone.Call, customer string) {
		call.MustHear(w.t, offerHz)
		w.goesBack(call, customer)
	})
	in("hung up before it is confirmed", deskOffer, 5, func(w *world, call *softphone.Call, customer string) {
		w.presses(call, offerHz, "1")
		call.MustHear(w.t, readBackHz)
		call.MustHangup(w.t)
		require.Equal(w.t, callback.KindMissed, w.story(customer).Kind)
		require.Equal(w.t, "queue:desk", w.missed(customer, 1)[0].LostBy.String())
	})
	in("hung up after it is confirmed", deskOffer, 6, func(w *world, call *softphone.Call, customer string) {
		w.acceptsOffer(call)
		call.MustHangup(w.t)
		require.Equal(w.t, callback.KindRequest, w.story(customer).Kind)
		require.Equal(w.t, callback.ReasonCallbackAsked, w.refused(customer))
	})
	in("a full queue", fullOffer, 7, func(w *world, call *softphone.Call, customer string) {
		w.acceptsOffer(call)
		call.MustEnd(w.t)
		other := w.dials(fullOffer, "+46709934567")
		other.MustHear(w.t, fullHz)
		w.goesBack(other, "+46709934567")
	})
	in("taken back by the dialplan", briefOffer, 8, func(w *world, call *softphone.Call, customer string) {
		w.presses(call, offerHz, "1")
		w.goesBack(call, customer)
	})
	in("the place of the call is kept", deskMenu, 9, func(w *world, call *softphone.Call, customer string) {
		w.acceptsOffer(call)
		call.MustEnd(w.t)
		story := w.story(customer)
		require.Greater(w.t, story.Created.Sub(story.Arrived), 2*time.Second, "it has waited in the queue before")
	})
}

// hearsWhen waits for a tone, and answers when it began.
func (w *world) hearsWhen(call *softphone.Call, hz int) time.Time {
	w.t.Helper()
	at, err := call.Hears(w.soon(), hz)
	w.must(err)
	return at
}

// goesBack waits until the caller is in the dialplan, where the call is lost.
func (w *world) goesBack(call *softphone.Call, customer string) {
	w.t.Helper()
	w.hearsAfter(call, time.Now(), menuHz)
	call.MustHangup(w.t)
	require.Equal(w.t, callback.KindMissed, w.story(customer).Kind)
}

// callbackd dies while a caller listens to it, and comes back, or doesn't: the caller is
// in the dialplan again, and called back once.
func TestCallbackdDiesDuringAnOffer(t *testing.T) {
	w := newWorldOf(t, offering()).start()
	first, second := "+46701134567", "+46701234567"
	brief, long := w.dials(briefOffer, first), w.dials(deskOffer, second)
	brief.MustHear(t, offerHz)
	w.presses(long, offerHz, "1")
	long.MustHear(t, readBackHz)
	w.KillCallbackd()
	w.hearsAfter(brief, time.Now(), menuHz)
	brief.MustHangup(t)
	require.Empty(t, long.Heard().Total(menuHz), "nobody takes this one back yet")
	w.must(w.StartCallbackd(t.Context()))
	w.hearsAfter(long, time.Now(), menuHz)
	long.MustHangup(t)
	for _, customer := range []string{first, second} {
		assert.Equal(t, callback.KindMissed, w.story(customer).Kind)
	}
	tasks, err := w.Tasks(t.Context())
	w.must(err)
	require.Len(t, tasks, 2)
}
