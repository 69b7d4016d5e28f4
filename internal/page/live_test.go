package page_test

import (
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	chromium "callbackd/internal/browser"
	"callbackd/internal/httpapi"
)

// What somebody does with a page stays, while the page changes around it: what they type,
// an open dialog, where the focus is, what is unfolded.
func TestALivePageLeavesPeopleAlone(t *testing.T) {
	w := newWorld(t)
	w.miss("acme", "+46701234567")
	w.as(supervisor)
	server := httptest.NewServer(w.handler)
	defer server.CloseClientConnections()
	p := chromium.Start(t).Page(t, chromium.Look{})
	p.Open(server.URL + "/sign-in?next=/tasks/1")
	p.Fill("Name", supervisor.Name)
	p.Fill("Password", password)
	p.Follow("Sign in")
	p.Says("Attempt 1 of 3 comes in")

	p.Click("Every step, as it is stored")
	p.Click("Note…")
	p.Fill("What the next person should know", "half a sen")
	_, err := callback.Hold(t.Context(), w.db, 1, "ada", "waits for the invoice")
	require.NoError(t, err)
	w.events.Publish(httpapi.Event{Kind: httpapi.EventTask, Account: "acme", TaskID: 1, At: time.Now()})
	p.Says("A person has to release it.")

	p.Type("tence")
	assert.Equal(t, "half a sentence", chromium.Eval[string](p, `document.activeElement.value`))
	assert.True(t, chromium.Eval[bool](p, `document.querySelector("dialog#note").open`))
	assert.True(t, chromium.Eval[bool](p, `document.querySelector("details.exact").open`))
	assert.True(t, chromium.Eval[bool](p, `document.getElementById("release") !== null`), "there is a new thing to do")
	p.Follow("Save")
	p.Says("The note is saved.")
	assert.Equal(t, "half a sentence", w.task(1).Note)
	assert.Equal(t, "/tasks/1", p.Path(), "what was told once isn't told again at the next reload")
}

// A filter that somebody is choosing stays chosen while new tasks come.
func TestALiveListKeepsItsForm(t *testing.T) {
	w := newWorld(t)
	w.miss("acme", "+46701234567")
	w.as(supervisor)
	server := httptest.NewServer(w.handler)
	defer server.CloseClientConnections()
	p := chromium.Start(t).Page(t, chromium.Look{Width: chromium.PhoneWidth})
	p.Open(server.URL + "/sign-in?next=/tasks")
	p.Fill("Name", supervisor.Name)
	p.Fill("Password", password)
	p.Follow("Sign in")
	p.Fill("Search", "0701")
	w.miss("acme", "+46701234568")
	w.events.Publish(httpapi.Event{Kind: httpapi.EventTask, Account: "acme", TaskID: 2, At: time.Now()})
	p.Says("+46 70 123 45 68")
	assert.Equal(t, "0701", chromium.Eval[string](p, `document.activeElement.value`))
}

// liveAt opens a page as somebody who has signed in.
func liveAt(t *testing.T, w *world, person httpapi.Person, path string) *chromium.Page {
	w.as(person)
	server := httptest.NewServer(w.handler)
	t.Cleanup(server.CloseClientConnections)
	p := chromium.Start(t).Page(t, chromium.Look{})
	p.Open(server.URL + "/sign-in?next=" + path)
	p.Fill("Name", person.Name)
	p.Fill("Password", password)
	p.Follow("Sign in")
	return p
}

// Today begins empty in a new account, and fills up while it is open. A tab that nobody
// looks at leaves the browser's few connections to the others, and is right again when it
// is seen.
func TestTodayFillsUpAndRestsUnseen(t *testing.T) {
	w := newWorld(t)
	p := liveAt(t, w, admin, "/")
	p.Says("Nothing has happened yet")
	const follows = `!document.getElementById("day").hidden && document.getElementById("chart") !== null`
	assert.False(t, chromium.Eval[bool](p, follows))
	w.miss("acme", "+46701234567")
	w.events.Publish(httpapi.Event{Kind: httpapi.EventTask, Account: "acme", TaskID: 1, At: time.Now()})
	p.Says("+46 70 123 45 67")
	p.Await("the figures of the day", follows)

	see := func(hidden bool) {
		chromium.Eval[bool](p, fmt.Sprintf(`(Object.defineProperty(document, "hidden", {configurable: true, get: () => %t}),
			document.dispatchEvent(new Event("visibilitychange")), true)`, hidden))
	}
	require.EqualValues(t, 1, w.events.Followers())
	see(true)
	require.Eventually(t, func() bool { return w.events.Followers() == 0 }, chromium.Patience, 10*time.Millisecond)
	w.miss("acme", "+46709876543")
	see(false)
	p.Says("+46 70 987 65 43")
	require.Eventually(t, func() bool { return w.events.Followers() == 1 }, chromium.Patience, 10*time.Millisecond)

	_, err := w.users.EndSessions(t.Context(), 1)
	require.NoError(t, err)
	w.events.Publish(httpapi.Event{Kind: httpapi.EventTask, Account: "acme", TaskID: 1, At: time.Now()})
	p.Says("You have been signed out.")
	p.Forgive(`401 \(Unauthorized\)`)
	require.True(t, chromium.Eval[bool](p, `(document.querySelector("#offline a").focus(), document.dispatchEvent(new Event("close")), dispatchEvent(new Event("online")), true)`))
	assert.Equal(t, "Sign in again", chromium.Eval[string](p, `document.activeElement.textContent`), "nothing takes the focus away")
}

// What somebody has folded away stays so, and what is new stands open.
func TestANewAlarmIsOpen(t *testing.T) {
	w := newWorld(t)
	now := time.Now()
	old := httpapi.Alarm{Name: "rules_faulty", About: "old one", Account: "acme", Message: "m1", Means: "old means", Count: 1, First: now, Last: now}
	w.alarms = []httpapi.Alarm{old}
	p := liveAt(t, w, admin, "/")
	p.Says("old one")
	chromium.Eval[bool](p, `(document.querySelector("details.alarm").open = false, true)`)
	newer := httpapi.Alarm{Name: "trunk_paused", About: "new one", Account: "acme", Message: "m2", Means: "new means", Count: 1, First: now, Last: now.Add(time.Second)}
	w.alarms = []httpapi.Alarm{newer, old}
	w.events.Publish(httpapi.Event{Kind: httpapi.EventAlarm, Account: "acme", Name: newer.Name, At: now})
	p.Says("new one")
	assert.Equal(t, []bool{true, false}, chromium.Eval[[]bool](p, `[...document.querySelectorAll("details.alarm")].map(d => d.open)`))
}
