package pagetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/browser"
	"callbackd/internal/lab"
	"callbackd/internal/softphone"
)

// An admin has Today open the whole time and reloads nothing: the missed call
// appears, its callback is followed leg by leg, and its story is complete.
func TestAMissedCallAppearsAndIsCalledBack(t *testing.T) {
	w := newWorld(t)
	p := w.signedIn("eve", browser.Look{}, "/")
	p.Says("Nothing has happened yet")
	browser.Eval[bool](p, `window.stillTheSame = true`)

	w.loses(lab.MainNumber, customer, "alice")
	agent := w.Agents["alice"].MustRing(t)
	p.Await("it shows in progress", `document.querySelector("#today .progress") !== null`)
	p.Says(shown(customer))
	seen := time.Now()
	agent.MustAnswer(t)
	called := w.phoneOf(customer)
	p.Await("the customer's leg shows", `document.querySelectorAll("#today .progress .legs li").length >= 3`)
	// The page also looks by itself every ten seconds, and has just done so.
	require.Less(t, time.Since(seen), 7*time.Second, "the page is told of what happens")
	called.MustAnswer(t)
	agent.MustHear(t, lab.CustomersVoice)
	_, err := called.HearsFor(t.Context(), time.Second, w.Voice("alice"))
	require.NoError(t, err)
	called.MustHangup(t)
	agent.MustEnd(t)
	story := w.task(customer, callback.TaskCompleted)
	p.Says("No customer waits for a callback.")
	p.Await("it is counted", `[...document.querySelectorAll("#figures .figurebox")].some(f => /called back/i.test(f.innerText) && /\b1\b/.test(f.innerText))`)
	require.True(t, browser.Eval[bool](p, `window.stillTheSame === true`), "the page was never loaded again")

	p.Follow("Tasks")
	p.Follow(shown(customer))
	require.Equal(t, fmt.Sprintf("/tasks/%d", story.ID), p.Path())
	require.Equal(t, []string{"Missed call", "Attempt 1 of 3"}, browser.Eval[[]string](p, `[...document.querySelectorAll(".story h3")].map(h => h.innerText)`))
	p.Says("dialled " + shownHome(lab.MainNumber) + ", on PJSIP/pstn of pbx1.")
	p.Says("Lost by queue:support")
	p.Says("To be called back, by rule “lost in support”.")
	legs := browser.Eval[[]string](p, `[...document.querySelectorAll(".story .legs li")].map(l => [...l.children].slice(1).map(c => c.innerText).join(" "))`)
	require.Len(t, legs, 5, "%q", legs)
	for i, want := range []string{
		"^agent leg queue:support is called$", "^agent leg PJSIP/alice answers after ", "^customer leg the customer is called$",
		"^customer leg the customer answers after .*; they talk$", "ended$",
	} {
		require.Regexp(t, want, legs[i])
	}
	p.Says("They talked for ")
	p.Await("the recording can be heard", `document.querySelector(".story audio") !== null`)
	length := browser.Eval[float64](p, `new Promise((done, failed) => {
		const audio = document.querySelector(".story audio");
		audio.onloadedmetadata = () => done(audio.duration);
		audio.onerror = () => failed(new Error(audio.error.message));
		audio.preload = "metadata";
		audio.load();
	})`)
	require.Greater(t, length, 0.5, "seconds of the conversation")
}

// phoneOf waits until a customer's phone rings.
func (w *world) phoneOf(number string) *softphone.Call {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), browser.Patience)
	defer cancel()
	call, err := w.CustomersPhone(ctx, number)
	require.NoError(w.t, err)
	require.NoError(w.t, call.Ring())
	return call
}

// shown is how the page writes a Swedish mobile number.
func shown(number string) string {
	return number[:3] + " " + number[3:5] + " " + number[5:8] + " " + number[8:10] + " " + number[10:]
}

// shownHome is how the page writes a Stockholm number.
func shownHome(number string) string {
	return number[:3] + " " + number[3:4] + " " + number[4:7] + " " + number[7:9] + " " + number[9:]
}

// A page whose callbackd is gone says so, and comes back by itself, with what has
// happened meanwhile.
func TestALostConnectionShowsAndComesBack(t *testing.T) {
	w := newWorld(t)
	p := w.signedIn("eve", browser.Look{}, "/")
	browser.Eval[bool](p, `window.stillTheSame = true`)
	w.KillCallbackd()
	p.Await("it says that it isn't live", `!document.getElementById("offline").hidden`)
	w.loses(laterNumber, second, "bob")
	require.NoError(t, w.StartCallbackd(t.Context()))
	p.Await("it is live again", `document.getElementById("offline").hidden`)
	p.Says(shown(second))
	require.True(t, browser.Eval[bool](p, `window.stillTheSame === true`), "the page was never loaded again")
	p.Forgive(`net::ERR_(CONNECTION_REFUSED|INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE|CONNECTION_RESET)`)
}
