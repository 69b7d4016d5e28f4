package pagetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/browser"
	"callbackd/internal/httpapi"
)

// Customers without scripts, on a phone: one asks to be called at once, and is; another
// books a time in Swedish, moves it and cancels it.
func TestCustomersWithoutScript(t *testing.T) {
	w := newWorld(t)
	p := w.browser.Page(t, browser.Look{Width: browser.PhoneWidth, NoScript: true})
	p.Open(w.URL() + "/request/acme?lang=en")
	p.Follow("Call me")
	p.Says("This isn't a telephone number that we can call.")
	p.Forgive(`422 \(Unprocessable Entity\)`)
	p.Fill("Your telephone number", "070-123 45 67")
	p.Click("My order")
	p.Fill("What should we know before?", "<b>the offer</b>")
	p.Follow("Call me")
	require.True(t, strings.HasPrefix(p.Path(), "/promise/"), p.Path())
	require.Equal(t, "My order: <b>the offer</b>", w.task(customer, callback.TaskDialing).Note)
	agent := w.Agents["bob"].MustRing(t)
	agent.MustAnswer(t)
	called := w.phoneOf(customer)
	called.MustAnswer(t)
	p.Follow("See how it stands now")
	p.Says("We are calling you right now.")
	called.MustHangup(t)
	agent.MustEnd(t)
	w.task(customer, callback.TaskCompleted)
	p.Follow("See how it stands now")
	p.Says("We have talked. Thank you!")
	p.Follow("Ask for another callback")

	p.Follow("Svenska")
	p.Fill("Ditt telefonnummer", "070-811 22 33")
	p.Click("Offer")
	p.Click(browser.Eval[string](p, `document.querySelector(".days label").innerText`))
	p.Follow("Ring upp mig")
	p.Says("Vi ringer dig")
	booked := w.task(second, callback.TaskScheduled)
	require.Equal(t, callback.KindAppointment, booked.Kind)
	require.Equal(t, "sv", booked.Language)
	p.Click("Välj en annan tid")
	p.Click(browser.Eval[string](p, `document.querySelector(".days label:nth-of-type(2)").innerText`))
	p.Follow("Ring mig då")
	p.Says("Tiden är ändrad.")
	require.NotEqual(t, booked.At, w.task(second, callback.TaskScheduled).At)
	p.Click("Avboka samtalet")
	p.Follow("Ja, avboka")
	p.Says("Samtalet är avbokat.")
	w.task(second, callback.TaskCancelled)
}

// A customer without a mouse asks to be called; on the whole way the focus shows where it is.
func TestTheFormByKeyboard(t *testing.T) {
	w := newWorld(t)
	p := w.browser.Page(t, browser.Look{})
	p.Open(w.URL() + "/request/acme?lang=en")
	p.TabTo("My order")
	p.Press(browser.Space)
	p.TabTo("Your telephone number")
	p.Type("0701234567")
	p.TabTo("As soon as possible")
	p.TabTo("What should we know before?")
	p.Type("by keyboard")
	p.TabTo("Call me")
	p.PressAndFollow(browser.Enter)
	require.True(t, strings.HasPrefix(p.Path(), "/promise/"), p.Path())
	require.Equal(t, "My order: by keyboard", w.task(customer, callback.TaskDialing).Note)
}

// What customers see is for everybody: in both languages and all looks, whatever it says.
func TestCustomersPagesAreAccessible(t *testing.T) {
	w := newWorld(t)
	at := time.Now().Add(48 * time.Hour).Truncate(time.Hour)
	asked, _, err := w.api.Ask(t.Context(), httpapi.CallbackRequest{Account: "acme", Number: third, At: at})
	require.NoError(t, err)
	booked := w.promises(httpapi.BookingRequest{Number: fourth})
	gone, _, err := w.api.Ask(t.Context(), httpapi.CallbackRequest{Account: "acme", Number: second, At: at})
	require.NoError(t, err)
	_, err = w.api.CancelPromise(t.Context(), gone.Secret)
	require.NoError(t, err)

	p := w.browser.Page(t, browser.Look{})
	for _, language := range []string{"en", "sv"} {
		for _, path := range []string{"/request/acme", "/request/acme/merged", "/promise/" + asked.Secret, "/promise/" + booked.Secret, "/promise/" + gone.Secret, "/promise/wrong"} {
			p.Open(fmt.Sprintf("%s%s?lang=%s", w.URL(), path, language))
			browser.Eval[int](p, `(document.querySelectorAll("details").forEach(d => d.open = true), 1)`)
			inLooks(p, looks...)
			require.True(t, browser.Eval[bool](p, `[...document.querySelectorAll(".time")].every(e => e.getBoundingClientRect().height < 60)`), "on a phone each time stands on one line")
		}
		p.Open(fmt.Sprintf("%s/request/acme?lang=%s", w.URL(), language))
		browser.Eval[int](p, `(document.querySelector("form button").form.submit(), 1)`)
		p.Await("it says what is wrong", `document.querySelector("[aria-invalid=true]") !== null`)
		inLooks(p, looks[0], looks[len(looks)-1])
	}
	p.Forgive(`404 \(Not Found\)`)
	p.Forgive(`422 \(Unprocessable Entity\)`)
}
