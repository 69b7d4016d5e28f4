package pagetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/browser"
	"callbackd/internal/httpapi"
)

// Everything that can be done to a task, one after the other, by a supervisor with a
// mouse.
func TestActsOnATask(t *testing.T) {
	w := newWorld(t)
	w.user(httpapi.UserRequest{Name: "sue", Role: httpapi.UserRole(callback.RoleSupervisor), Account: "acme"})
	w.loses(laterNumber, customer, "bob")
	task := w.task(customer, callback.TaskScheduled)
	p := w.signedIn("sue", browser.Look{}, fmt.Sprintf("/tasks/%d", task.ID))

	p.Click("Note…")
	p.Fill("What the next person should know", "asks for Åsa & Co")
	p.Follow("Save")
	p.Says("The note is saved.")
	p.Says("asks for Åsa & Co")

	p.Click("Hold…")
	p.Fill("Why", "is on holiday")
	p.Follow("Hold")
	p.Says("The task is held.")
	p.Says("is on holiday")
	w.task(customer, callback.TaskHeld)
	p.Click("Release…")
	p.Follow("Release")
	p.Says("The task is released.")
	w.task(customer, callback.TaskScheduled)

	stockholm, err := time.LoadLocation("Europe/Stockholm")
	require.NoError(t, err)
	at := time.Now().In(stockholm).Add(26 * time.Hour).Truncate(time.Minute)
	p.Click("Other time…")
	browser.Eval[bool](p, fmt.Sprintf(`(document.querySelector("dialog[open] input[name=time]").value = %q, true)`, at.Format("2006-01-02T15:04")))
	p.Follow("Save")
	p.Says("The task has its new time.")
	require.True(t, at.Equal(w.task(customer, callback.TaskScheduled).Due), "the time is the account's, wherever the browser is")

	p.Click("Call now…")
	p.Follow("Call now")
	p.Says("The task is due now.")
	agent := w.Agents["bob"].MustRing(t)
	agent.MustAnswer(t)
	called := w.phoneOf(customer)
	called.MustAnswer(t)
	p.Await("the page follows the call", `/they talk/.test(document.querySelector(".story").innerText)`)
	called.MustHangup(t)
	agent.MustEnd(t)
	p.Await("it is over", `document.querySelector(".state").innerText === "completed"`)
	require.False(t, p.Has("Cancel…"), "nothing can be done to what is over")
}

// What can't be is refused in words, beside the form with what was typed.
func TestATimeThatIsOverIsRefused(t *testing.T) {
	w := newWorld(t)
	w.loses(laterNumber, customer, "bob")
	task := w.task(customer, callback.TaskScheduled)
	p := w.signedIn("eve", browser.Look{}, fmt.Sprintf("/tasks/%d", task.ID))
	p.Click("Other time…")
	browser.Eval[bool](p, `(document.querySelector("dialog[open] input[name=time]").value = "2026-01-01T10:00", true)`)
	p.Follow("Save")
	p.Await("the dialog is open again and says why", `document.querySelector("dialog[open] [role=alert]").innerText !== ""`)
	require.Equal(t, "2026-01-01T10:00", browser.Eval[string](p, `document.querySelector("dialog[open] input[name=time]").value`))
	p.MustBeAccessible()
	p.Forgive(`422|409`)
	require.Equal(t, task.Due, w.task(customer, callback.TaskScheduled).Due)
}
