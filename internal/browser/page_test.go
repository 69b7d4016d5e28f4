package browser

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// site serves pages by their paths, each with a title and a language, and a policy
// that forbids scripts in the page.
func site(t *testing.T, pages map[string]string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, found := pages[r.URL.Path]
		switch {
		case strings.HasSuffix(r.URL.Path, ".js"):
			w.Header().Set("Content-Type", "text/javascript")
			fmt.Fprint(w, body)
		case found:
			w.Header().Set("Content-Security-Policy", "default-src 'self'; style-src 'unsafe-inline'; img-src data:")
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprintf(w, `<!doctype html><html lang="en"><head><title>Test</title><link rel="icon" href="data:,"><meta name="viewport" content="width=device-width"></head><body>%s</body></html>`, body)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

const form = `<main><h1>Form</h1><form action="/done">
	<label>Name <input name="name"></label>
	<label for="q">Queue</label><select id="q" name="queue"><option value="a">Sales</option><option value="b">Support</option></select>
	<button disabled>Save</button><button style="display:none">Save</button><button>Save</button>
	<p><a href="/done?link">Elsewhere</a></p></form></main>`

func TestAPersonFillsInAForm(t *testing.T) {
	address := site(t, map[string]string{"/": form, "/done": "<main><h1>Done</h1></main>"})
	p := Start(t).Page(t, Look{})
	p.Open(address)
	p.Fill("Name", "alice")
	p.Fill("Name", "bob")
	p.Choose("Queue", "Support")
	p.Follow("Save")
	require.Equal(t, "/done?name=bob&queue=b", p.Path())
	require.Equal(t, "Done", p.Text())
}

func TestAPersonWithAKeyboard(t *testing.T) {
	address := site(t, map[string]string{"/": form, "/done": "<main><h1>Done</h1></main>"})
	p := Start(t).Page(t, Look{})
	p.Open(address)
	p.TabTo("Name")
	p.Type("carol")
	p.TabTo("Elsewhere")
	p.PressAndFollow(Enter)
	require.Equal(t, "/done?link", p.Path())
}

// A key is pressed once: what opens a dialog doesn't also answer it.
func TestAKeyIsPressedOnce(t *testing.T) {
	address := site(t, map[string]string{
		"/": `<main><h1>Ask</h1><button id="ask">Ask</button>
			<dialog><form action="/done"><label>Why <input autofocus></label><button>Yes</button></form></dialog><script src="/a.js"></script></main>`,
		"/a.js": `document.getElementById("ask").onclick = () => document.querySelector("dialog").showModal()`,
		"/done": "<main><h1>Done</h1></main>",
	})
	p := Start(t).Page(t, Look{})
	p.Open(address)
	p.TabTo("Ask")
	p.Press(Enter)
	p.Await("the question", `document.querySelector("dialog[open]") !== null`)
	p.Press(Escape)
	p.Await("no question", `document.querySelector("dialog[open]") === null && document.activeElement.id === "ask"`)
	p.Press(Space)
	p.Await("the question again", `document.activeElement.matches("dialog[open] input")`)
	p.PressAndFollow(Enter)
	require.Equal(t, "/done", p.Path())
}

// A page that changes by itself, or becomes another one, is waited for.
func TestAwait(t *testing.T) {
	address := site(t, map[string]string{
		"/":      `<main><h1>Wait</h1><p id="p">before</p><script src="/a.js"></script></main>`,
		"/a.js":  `setTimeout(() => { document.getElementById("p").textContent = "after"; setTimeout(() => location = "/other", 100) }, 100)`,
		"/other": "<main><h1>Other</h1></main>",
	})
	p := Start(t).Page(t, Look{})
	p.Open(address)
	p.Says("after")
	p.Await("the other page", `document.querySelector("h1").innerText === "Other"`)
}

// Whatever the console complains of is a fault of the page.
func TestFaults(t *testing.T) {
	address := site(t, map[string]string{
		"/": `<main><h1>Faulty</h1><script>alert("inline")</script><script src="/thrown.js"></script>
			<script src="/said.js"></script><script src="/away"></script><p>text</p></main>`,
		"/thrown.js": `throw new Error("on purpose")`,
		"/said.js":   `console.error("and", {said: 1}); console.log("harmless"); fetch("http://callbackd.example/").catch(() => document.body.append("no network"))`,
	})
	p := Start(t).Page(t, Look{})
	p.Open(address)
	p.Says("no network")
	p.Forgive(`Executing inline script violates`)
	p.Forgive(`Error: on purpose`)
	p.Forgive(`console.error: "?and"? Object`)
	p.Forgive(`Refused to execute script from 'http://127.0.0.1:\d+/away'`)
	p.Forgive(`404 \(Not Found\) \(http://127.0.0.1:\d+/away\)`)
	p.Forgive(`callbackd.example`) // refused by the policy, and no name is resolved
	require.Empty(t, p.faults.heard, "nothing else")
}

func TestLook(t *testing.T) {
	address := site(t, map[string]string{
		"/": `<style>p { display: none } @media (prefers-color-scheme: dark) { #dark { display: block } }
			@media (max-width: 400px) { #phone { display: block } }</style>
			<main><h1>Look</h1><p id="dark">dark</p><p id="phone">phone</p><noscript>no script</noscript></main>`,
	})
	p := Start(t).Page(t, Look{})
	p.Open(address)
	require.Equal(t, "Look", p.Text())
	p.Look(Look{Dark: true})
	require.Equal(t, "Look\n\ndark", p.Text())
	p.Look(Look{Width: PhoneWidth})
	require.Equal(t, "Look\n\nphone", p.Text())
	p.Look(Look{NoScript: true})
	p.Reload()
	require.Equal(t, "Look\nno script", p.Text())
	require.Equal(t, "\x89PNG", string(p.Screenshot()[:4]))
}

// Windows are strangers to each other, as those of two people.
func TestWindowsShareNoCookies(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "seen", Value: "yes"})
		fmt.Fprintf(w, "%d cookies", len(r.Cookies()))
	}))
	t.Cleanup(server.Close)
	b := Start(t)
	for range 2 {
		p := b.Page(t, Look{})
		p.Open(server.URL + "/robots.txt")
		require.Equal(t, "0 cookies", p.Text())
	}
}
