package pagetest

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/browser"
	"callbackd/internal/httpapi"
)

// looks are all that every page is looked at with, the first and the last furthest apart.
var looks = []browser.Look{
	{Width: browser.DeskWidth}, {Width: browser.DeskWidth, Dark: true},
	{Width: browser.PhoneWidth}, {Width: browser.PhoneWidth, Dark: true},
}

func inLooks(p *browser.Page, looks ...browser.Look) {
	for _, look := range looks {
		p.Look(look)
		p.MustBeAccessible()
	}
}

// dialogs are the names of what opens one, each once.
const dialogs = `[...new Set([...document.querySelectorAll("main [data-dialog]")].filter(e => e.checkVisibility()).map(e => e.innerText.replace(/\s+/g, " ").trim()))]`

// Every page of the navigation with its dialogs, what they lead to, and what people
// see who have not signed in or have gone astray.
func TestEveryPageIsAccessible(t *testing.T) {
	w := newWorld(t)
	w.user(httpapi.UserRequest{Name: "alice", Role: httpapi.UserRole(callback.RoleAgent), Account: "acme", Agent: "alice"})
	s := w.play()

	p := w.browser.Page(t, browser.Look{})
	w.check(t, p, "/sign-in")
	for _, name := range []string{"eve", "alice"} {
		t.Run(name, func(t *testing.T) {
			p := w.signedIn(name, browser.Look{}, "/me").In(t)
			pages := browser.Eval[[]string](p, `[...document.querySelectorAll("header nav a")].map(a => a.pathname)`)
			require.Contains(t, pages, "/tasks")
			w.check(t, p, pages...)
			for _, task := range []httpapi.TaskStory{s.done, s.waiting, s.asked, s.held, s.booked} {
				w.check(t, p, fmt.Sprintf("/tasks/%d", task.ID))
			}
			w.check(t, p, "/me", "/tasks?q=nobody")
			w.check(t, p, "/tasks/4711", "/no-such-page")
			p.Forgive(`404 \(Not Found\)`)
		})
	}
}

// check looks at pages in every look, each with all of its dialogs in the two looks that
// are furthest apart.
func (w *world) check(t *testing.T, p *browser.Page, paths ...string) {
	for _, path := range paths {
		t.Run(path, func(t *testing.T) {
			p := p.In(t)
			p.Open(w.URL() + path)
			inLooks(p, looks...)
			for _, dialog := range browser.Eval[[]string](p, dialogs) {
				p.Click(dialog)
				p.Await("the dialog "+dialog, `document.querySelector("dialog[open]") !== null`)
				inLooks(p, looks[0], looks[len(looks)-1])
				p.Press(browser.Escape)
			}
		})
	}
}
