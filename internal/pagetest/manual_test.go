package pagetest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/browser"
)

// An integrator reads of an operation and tries it, with a token of theirs.
func TestTheManualOfTheAPI(t *testing.T) {
	w := newWorld(t)
	w.loses(laterNumber, customer, "bob")
	w.task(customer, callback.TaskScheduled)
	token, err := os.ReadFile(filepath.Join(w.Dir, "admin.token"))
	require.NoError(t, err)

	p := w.browser.Page(t, browser.Look{})
	p.Open(w.URL() + "/docs")
	p.Says("List tasks")
	inLooks(p, looks...)
	p.Look(browser.Look{})
	p.Fill("Token", strings.TrimSpace(string(token)))
	p.Fill("Find an operation", "List tasks")
	p.Click("List tasks")
	p.Says("/api/v1/tasks")
	p.Click("Try it")
	p.Click("Send GET")
	p.Await("the answer", fmt.Sprintf(`document.querySelector(".answer").innerText.includes(%q)`, customer))
	inLooks(p, looks[0], looks[len(looks)-1])
}
