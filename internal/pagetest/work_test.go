package pagetest

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/browser"
	"callbackd/internal/httpapi"
	"callbackd/internal/lab"
)

// An agent without a mouse works: she signs in, takes a request, her phone rings, she sees
// who it is, they talk, she notes what came of it and asks for another callback tomorrow.
func TestAnAgentWorks(t *testing.T) {
	w := newWorld(t)
	w.user(httpapi.UserRequest{Name: "alice", Role: httpapi.UserRole(callback.RoleAgent), Account: "acme", Agent: "alice"})
	w.asks(httpapi.CallbackRequest{Number: customer, At: time.Now().Add(3 * time.Hour), Note: "The invoice of October is wrong"})

	p := w.browser.Page(t, browser.Look{})
	p.Open(w.URL() + "/")
	p.Type("alice")
	p.TabTo("Password")
	p.Type(password)
	p.PressAndFollow(browser.Enter)
	require.Equal(t, "/work", p.Path(), "agents come to their work")
	p.Says("The invoice of October is wrong")

	p.TabTo("Take it " + shown(customer))
	p.PressAndFollow(browser.Enter)
	p.Says("It is yours")
	agent := w.Agents["alice"].MustRing(t)
	p.Says("Your phone rings")
	agent.MustAnswer(t)
	called := w.phoneOf(customer)
	p.Says("The customer's phone rings")
	inLooks(p, looks[0], looks[len(looks)-1])
	called.MustAnswer(t)
	agent.MustHear(t, lab.CustomersVoice)
	p.Says("You talk with the customer")
	p.Await("the forms have come with the call", `document.querySelector("dialog[id^=note-]") !== null`)
	p.Look(looks[0])
	w.keep("call", p)
	p.TabTo("Note…")
	p.Press(browser.Enter)
	p.TabTo("What the next person should know")
	p.Type("It is sent anew. ")
	p.TabTo("Save")
	p.PressAndFollow(browser.Enter)
	p.Says("sent anew")

	called.MustHangup(t)
	agent.MustEnd(t)
	p.Says("What came of it?")
	p.Await("the form has come with the end of the call", `document.querySelector("dialog[id^=another-]") !== null`)
	w.keep("after", p)
	inLooks(p, looks[0], looks[len(looks)-1])
	p.Look(looks[0])
	p.TabTo("Another callback…")
	p.Press(browser.Enter)
	stockholm, err := time.LoadLocation("Europe/Stockholm")
	require.NoError(t, err)
	tomorrow := time.Now().In(stockholm).Add(24 * time.Hour).Truncate(time.Minute)
	browser.Eval[bool](p, `(document.querySelector("dialog[open] input[name=time]").value = "`+tomorrow.Format("2006-01-02T15:04")+`", true)`)
	p.TabTo("What the next person should know")
	p.Type("Has it come?")
	p.TabTo("Ask for it")
	p.PressAndFollow(browser.Enter)
	p.Says("The callback is asked for.")
	p.Says("Has it come?")

	tasks, err := w.AwaitTasks(t.Context(), "two tasks", func(tasks []httpapi.Task) bool { return len(tasks) == 2 })
	require.NoError(t, err)
	for _, task := range tasks {
		if task.Previous == 0 {
			require.Equal(t, callback.TaskCompleted, task.State)
			require.Contains(t, task.Note, "sent anew")
			continue
		}
		require.True(t, tomorrow.Equal(task.At))
		require.Equal(t, "Has it come?", task.Note)
	}
	w.asks(httpapi.CallbackRequest{Number: second, At: time.Now().Add(5 * time.Hour), Note: "About the new contract, and what it costs"})
	p.Says("About the new contract")
	w.keep("work", p)
	p.Look(looks[3])
	w.keep("work-phone", p)
}

// keep takes a picture, where pictures are wanted.
func (w *world) keep(name string, p *browser.Page) {
	if *screenshots == "" {
		return
	}
	require.NoError(w.t, os.MkdirAll(*screenshots, 0o755))
	require.NoError(w.t, os.WriteFile(filepath.Join(*screenshots, name+".png"), p.Whole(), 0o644))
}
