package pagetest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/browser"
)

// site is one that isn't callbackd's, with a page that frames the customers' form.
type site struct {
	*httptest.Server
	form string // its address
}

func newSite(t *testing.T) *site {
	s := new(site)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `<!doctype html><html lang="en"><title>A shop</title><link rel="icon" href="data:,"><h1>A shop</h1><iframe title="Call me" width="600" height="900" src="%s"></iframe>`, s.form)
	}))
	t.Cleanup(s.Close)
	return s
}

// A site that the account names shows the form within its own page, where it works as it
// does by itself; another can't.
func TestTheFormWithinAnothersPage(t *testing.T) {
	w := newWorld(t)
	foreign := newSite(t)
	foreign.form, w.site.form = w.URL()+"/request/acme", w.URL()+"/request/acme"
	fill := func(address string) *browser.Page {
		p := w.browser.Page(t, browser.Look{})
		p.Open(address)
		p.Press(browser.Tab)
		p.Press(browser.Space) // the first topic
		p.Press(browser.Tab)
		p.Type("0701234567")
		p.Press(browser.Enter)
		return p
	}
	fill(foreign.URL).Forgive(`frame-ancestors|Refused to frame|Framing`)
	tasks, err := w.Tasks(t.Context())
	require.NoError(t, err)
	require.Empty(t, tasks)
	fill(w.site.URL)
	require.Equal(t, "My order", w.task(customer, callback.TaskDialing).Note)
}
