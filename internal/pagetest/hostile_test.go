package pagetest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/browser"
	"callbackd/internal/httpapi"
	"callbackd/internal/softphone"
)

// What callers and colleagues write is text on the page, whatever it looks like: had
// it become anything else, the browser's console would say so at least.
func TestWhatOthersWriteIsText(t *testing.T) {
	const evil = `"><img src=x onerror=pwned()></bdi></textarea><script>pwned()</script>{{.}}`
	w := newWorld(t)
	in, err := w.Network.Dial(t.Context(), w.URI(laterNumber), softphone.Caller{Number: customer, Name: `<b>Eve</b>`})
	require.NoError(t, err)
	ringing := w.Agents["bob"].MustRing(t)
	require.NoError(t, in.Hangup())
	ringing.MustEnd(t)
	w.task(customer, callback.TaskScheduled)
	asked := w.asks(httpapi.CallbackRequest{Number: second, At: time.Now().Add(24 * time.Hour), Note: evil})
	_, err = w.api.HoldTask(t.Context(), asked.ID, evil)
	require.NoError(t, err)

	p := w.signedIn("eve", browser.Look{}, "/")
	for _, path := range []string{"/", "/tasks", "/missed-calls", fmt.Sprintf("/tasks/%d", asked.ID), "/tasks?q=%3Cscript%3Epwned()%3C/script%3E"} {
		p.Open(w.URL() + path)
		require.Zero(t, browser.Eval[int](p, `document.querySelectorAll("main script, main img, main b").length`), path)
	}
	p.Open(fmt.Sprintf("%s/tasks/%d", w.URL(), asked.ID))
	p.Says(evil)
	p.Click("Note…")
	require.Equal(t, evil, browser.Eval[string](p, `document.querySelector("dialog[open] textarea").value`))
}

// A page of somebody else can neither act for whoever is signed in here nor show the
// page in a frame of its own.
func TestAForeignPage(t *testing.T) {
	w := newWorld(t)
	w.loses(laterNumber, customer, "bob")
	task := w.task(customer, callback.TaskScheduled)
	foreign := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(rw, `<title>Foreign</title><link rel="icon" href="data:,"><form method="post" action="%s/tasks/%d/cancel"><button>Win</button></form><iframe src="%s/"></iframe>`, w.URL(), task.ID, w.URL())
	}))
	t.Cleanup(foreign.Close)

	p := w.signedIn("eve", browser.Look{}, "/tasks")
	p.Open(foreign.URL)
	p.Forgive(`frame-ancestors`)
	p.Follow("Win")
	p.Forgive(`403 \(Forbidden\)`)
	w.task(customer, callback.TaskScheduled)
}
