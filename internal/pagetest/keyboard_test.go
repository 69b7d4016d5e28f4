package pagetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/browser"
)

// Somebody without a mouse signs in, finds a customer and cancels the callback. On
// the whole way the focus shows where it is.
func TestKeyboardOnly(t *testing.T) {
	w := newWorld(t)
	w.loses(laterNumber, customer, "bob")
	w.task(customer, callback.TaskScheduled)

	p := w.browser.Page(t, browser.Look{})
	p.Open(w.URL() + "/tasks")
	p.Await("the name has the focus", `document.activeElement.id === "name"`)
	p.Type("eve")
	p.TabTo("Password")
	p.Type(password)
	p.PressAndFollow(browser.Enter)
	require.Equal(t, "/tasks", p.Path())
	p.TabTo("Skip to the content")
	p.Press(browser.Enter)
	p.TabTo(shown(customer))
	p.PressAndFollow(browser.Enter)

	p.TabTo("Cancel…")
	p.Press(browser.Enter)
	p.Says("Cancel this callback?")
	p.Press(browser.Escape)
	p.Await("the question is gone", `document.querySelector("dialog[open]") === null`)
	require.True(t, browser.Eval[bool](p, `document.activeElement.textContent.trim() === "Cancel…"`), "the focus is where it was")

	p.Press(browser.Enter)
	p.Says("Cancel this callback?")
	p.TabTo("Cancel the callback")
	p.PressAndFollow(browser.Enter)
	p.Says("The callback is cancelled.")
	w.task(customer, callback.TaskCancelled)
}

// Without scripts everything is there, and works.
func TestWithoutScript(t *testing.T) {
	w := newWorld(t)
	w.loses(laterNumber, customer, "bob")
	w.task(customer, callback.TaskScheduled)

	p := w.signedIn("eve", browser.Look{NoScript: true}, "/tasks")
	p.Follow(shown(customer))
	p.Follow("Hold…")
	p.Follow("Hold")
	p.Says("The task is held.")
	w.task(customer, callback.TaskHeld)
	p.Follow("Cancel…")
	p.Follow("Cancel the callback")
	p.Says("The callback is cancelled.")
	w.task(customer, callback.TaskCancelled)
}
