package pagetest

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/browser"
)

// A session that ends while somebody writes loses nothing: the page says that it is
// over, and what is sent all the same is kept until they have signed in again.
func TestASessionThatEnds(t *testing.T) {
	w := newWorld(t)
	w.loses(laterNumber, customer, "bob")
	task := w.task(customer, callback.TaskScheduled)
	path := fmt.Sprintf("/tasks/%d", task.ID)
	today := w.signedIn("eve", browser.Look{}, "/")
	p := w.signedIn("eve", browser.Look{}, path)
	p.Click("Hold…")
	p.Fill("Why", "is on holiday")

	users, err := w.api.Users(t.Context(), false)
	require.NoError(t, err)
	_, err = w.api.EndSessions(t.Context(), users.Users[0].ID)
	require.NoError(t, err)
	w.loses(laterNumber, second, "bob") // something changes: the page looks, and is told
	today.Says("You have been signed out.")
	today.Follow("Sign in again")
	require.Equal(t, "/sign-in?next=%2F", today.Path())
	today.Forgive(`401 \(Unauthorized\)`)

	p.Follow("Hold")
	p.Fill("Name", "eve")
	p.Fill("Password", password)
	p.Follow("Sign in")
	p.Says("Nothing was done yet.")
	p.Says("is on holiday")
	w.task(customer, callback.TaskScheduled)
	p.Follow("Send it now")
	p.Says("The task is held.")
	p.Says("is on holiday")
	w.task(customer, callback.TaskHeld)
	p.Forgive(`401 \(Unauthorized\)`)
}

func TestAWrongPassword(t *testing.T) {
	w := newWorld(t)
	p := w.browser.Page(t, browser.Look{Width: browser.PhoneWidth})
	p.Open(w.URL() + "/tasks")
	p.Fill("Name", "eve")
	p.Fill("Password", "not her password")
	p.Follow("Sign in")
	p.Await("it says so", `document.querySelector("[role=alert]").innerText !== ""`)
	p.MustBeAccessible()
	p.Forgive(`422 \(Unprocessable Entity\)`)
	p.Fill("Password", password)
	p.Follow("Sign in")
	require.Equal(t, "/tasks", p.Path(), "one gets where one wanted to")
	p.Follow("Sign out")
	p.Open(w.URL() + "/tasks")
	require.Equal(t, "/sign-in?next=%2Ftasks", p.Path())
}
