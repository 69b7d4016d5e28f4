package page_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The session of somebody who types for long runs out: what they typed is there after they
// have signed in, and is sent when they say so.
func TestAFormThatWasSentTooLateIsKept(t *testing.T) {
	atDoor(t, func(d *doorway) {
		d.add("alice")
		b := d.browser("192.0.2.1")
		typed := url.Values{"note": {"said <b>\"later\"</b> & that's all\r\nsecond line"}, "at": {"14:30"}, "tag": {"a", "b"}}
		w := b.post("/tasks/7/note?account=acme", typed, "Referer", "http://callbackd.example/tasks/7")
		require.Equal(d, http.StatusUnauthorized, w.Code)
		require.Contains(d, w.Body.String(), "You were signed out meanwhile. Nothing was done yet")
		form := fields(w)
		assert.Equal(d, "/tasks/7", form.Get("next"))

		form.Set("name", "alice")
		form.Set("password", "wrong horse battery")
		w = b.post("/sign-in", form)
		require.Equal(d, http.StatusUnprocessableEntity, w.Code)
		assert.Equal(d, form.Get("kept"), fields(w).Get("kept"), "also after a mistake")

		form.Set("password", phrase)
		w = b.post("/sign-in", form)
		require.Equal(d, http.StatusSeeOther, w.Code, "a browser that goes back sends no password again")
		w = b.get(w.Header().Get("Location"))
		require.Equal(d, http.StatusOK, w.Code, w.Body)
		page := w.Body.String()
		assert.Contains(d, page, `<form method="post" action="/tasks/7/note?account=acme">`)
		assert.Contains(d, page, "said &lt;b&gt;&#34;later&#34;&lt;/b&gt; &amp; that&#39;s all", "it is shown before it is sent")
		assert.Contains(d, page, `href="/tasks/7"`)
		typed.Set("note", strings.ReplaceAll(typed.Get("note"), "\r\n", "\n"))
		assert.Equal(d, typed, fields(w))
		assert.NotContains(d, page, phrase)
		assert.True(d, b.in())
		require.Equal(d, http.StatusSeeOther, b.post("/sign-out", nil).Code)
		w = b.get("/sign-in/kept")
		assert.Equal(d, http.StatusSeeOther, w.Code)
		assert.NotContains(d, w.Body.String(), "said", "it was for that session")
	})
}

func TestWhatIsNotKept(t *testing.T) {
	atDoor(t, func(d *doorway) {
		b := d.browser("192.0.2.1")
		for name, send := range map[string]func() string{
			"passwords": func() string {
				return b.post("/me", changing(phrase, "new phrase here", "new phrase here")).Body.String()
			},
			"too much": func() string {
				return b.post("/tasks/7/note", url.Values{"note": {strings.Repeat("x", 70<<10)}}).Body.String()
			},
			"a file": func() string {
				return b.post("/sounds", url.Values{"a": {"b"}}, "Content-Type", "multipart/form-data; boundary=x").Body.String()
			},
			"to no page": func() string { return b.post("/", url.Values{"a": {"b"}}).Body.String() },
		} {
			text := send()
			assert.Contains(d, text, "what you sent couldn&#39;t be kept", name)
			assert.NotContains(d, text, `name="kept"`, name)
			assert.NotContains(d, text, "phrase", name)
		}
	})
}

// What comes back from the browser may be anything: it leads nowhere else.
func TestAKeptFormThatSomebodyMadeUp(t *testing.T) {
	atDoor(t, func(d *doorway) {
		d.add("alice")
		for _, kept := range []string{
			"action=//evil.example&fields=a%3Db", "action=https://evil.example&fields=a%3Db", "action=javascript:alert(1)", "action=/sign-out", "%zz", "fields=a",
		} {
			b := d.browser("192.0.2.1")
			w := b.post("/sign-in", url.Values{"name": {"alice"}, "password": {phrase}, "next": {"/tasks"}, "kept": {kept}})
			assert.Equal(d, http.StatusSeeOther, w.Code, kept)
			assert.Equal(d, "/tasks", w.Header().Get("Location"), kept)
		}
	})
}
