package page_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

func TestSomebodySignsInAndOut(t *testing.T) {
	atDoor(t, func(d *doorway) {
		d.add("alice")
		b := d.browser("192.0.2.1")
		w := b.get("/tasks?state=held")
		require.Equal(d, http.StatusSeeOther, w.Code)
		require.Equal(d, "/sign-in?next=%2Ftasks%3Fstate%3Dheld", w.Header().Get("Location"))
		w = b.get(w.Header().Get("Location"))
		require.Equal(d, http.StatusOK, w.Code)
		form := fields(w)
		require.Equal(d, "/tasks?state=held", form.Get("next"))
		form.Set("name", "Alice")
		form.Set("password", phrase)
		w = b.post("/sign-in", form)
		require.Equal(d, http.StatusSeeOther, w.Code, w.Body)
		assert.Equal(d, "/tasks?state=held", w.Header().Get("Location"))
		require.Len(d, b.set, 1)
		c := b.set[0]
		assert.Equal(d, "callbackd_session", c.Name)
		assert.True(d, c.HttpOnly)
		assert.False(d, c.Secure, "it came over plain HTTP, where a secure cookie would be lost")
		assert.Equal(d, http.SameSiteStrictMode, c.SameSite)
		assert.Equal(d, "/", c.Path)
		assert.Empty(d, c.Domain)
		assert.Equal(d, int(callback.SessionLife.Seconds()), c.MaxAge)
		w = b.get("/me")
		assert.Equal(d, http.StatusOK, w.Code)
		assert.Contains(d, w.Body.String(), "alice")
		assert.Equal(d, "/tasks", b.get("/sign-in?next=/tasks").Header().Get("Location"), "nobody signs in twice")

		assert.Equal(d, http.StatusNotFound, b.get("/sign-out").Code, "an image elsewhere signs nobody out")
		require.True(d, b.in())
		secret := b.cookies["callbackd_session"]
		w = b.post("/sign-out", nil)
		assert.Equal(d, "/sign-in", w.Header().Get("Location"))
		assert.Empty(d, b.cookies)
		b.cookies["callbackd_session"] = secret
		assert.False(d, b.in(), "the session is ended, not only forgotten")
		for _, text := range []string{phrase, secret} {
			assert.NotContains(d, d.log.String(), text)
		}
		assert.Contains(d, d.log.String(), `"user":"alice","from":"192.0.2.1","message":"a user signed in"`)
	})
}

func TestTheCookieOverTLS(t *testing.T) {
	atDoor(t, func(d *doorway) {
		d.add("alice")
		b := d.browser("127.0.0.1")
		b.headers.Set("X-Forwarded-Proto", "https")
		require.Equal(d, http.StatusSeeOther, b.signIn("alice", phrase))
		assert.Equal(d, "__Host-callbackd_session", b.set[0].Name)
		assert.True(d, b.set[0].Secure)
		assert.True(d, b.in())

		liar := d.browser("192.0.2.1")
		liar.headers.Set("X-Forwarded-Proto", "https")
		require.Equal(d, http.StatusSeeOther, liar.signIn("alice", phrase))
		assert.False(d, liar.set[0].Secure, "only a proxy on this machine knows")
	})
}

func TestWrongNamesAndPasswords(t *testing.T) {
	atDoor(t, func(d *doorway) {
		d.add("alice")
		b := d.browser("192.0.2.1")
		var answers []string
		for _, c := range [][2]string{{"alice", "wrong horse battery"}, {"bobby", phrase}, {"alice", ""}} {
			w := b.post("/sign-in", url.Values{"name": {c[0]}, "password": {c[1]}})
			require.Equal(d, http.StatusUnprocessableEntity, w.Code)
			require.Contains(d, w.Body.String(), "The name or the password is wrong")
			answers = append(answers, strings.ReplaceAll(w.Body.String(), c[0], "NAME"))
			assert.Empty(d, b.set)
		}
		assert.Equal(d, answers[0], answers[1], "nobody learns whether there is such a user")
		w := b.post("/sign-in", url.Values{"name": {"<script>alert(1)</script>"}, "password": {phrase}, "next": {"//evil.example"}})
		assert.NotContains(d, w.Body.String(), "<script>alert")
		assert.Equal(d, "/", fields(w).Get("next"))
		assert.NotContains(d, d.log.String(), "horse")
		assert.NotContains(d, d.log.String(), "alert", "who types the password as a name finds it in no log")

		w = b.post("/sign-in", url.Values{"name": {strings.Repeat("x", 300<<10)}})
		assert.Equal(d, http.StatusBadRequest, w.Code)
	})
}

// Nobody is sent to another site from here.
func TestWhereASignInLeadsTo(t *testing.T) {
	atDoor(t, func(d *doorway) {
		d.add("alice")
		for next, want := range map[string]string{
			"/tasks/7?x=1": "/tasks/7?x=1", "/": "/", "": "/", "tasks": "/",
			"//evil.example": "/", "///evil.example": "/", "/\\evil.example": "/", "\\\\evil.example": "/", "https://evil.example/": "/", "javascript:alert(1)": "/",
			"/\t/evil.example": "/", "/\n/evil.example": "/", " /tasks": "/", "/tasks\r\nSet-Cookie: a=b": "/", "/sign-out": "/", "/sign-in?next=/x": "/",
			"/" + strings.Repeat("x", 3000): "/", "/%2F/evil.example": "/%2F/evil.example", "/tasks#x": "/tasks#x", "/täsks": "/",
		} {
			b := d.browser("192.0.2.1")
			w := b.post("/sign-in", url.Values{"name": {"alice"}, "password": {phrase}, "next": {next}})
			assert.Equal(d, want, w.Header().Get("Location"), "%.30q", next)
			w = b.get("/sign-in?" + url.Values{"next": {next}}.Encode())
			assert.Equal(d, want, w.Header().Get("Location"), "%.30q", next)
		}
	})
}

// A secret that somebody else has put into the browser is nobody's session afterwards.
func TestASessionThatSomebodyElseChose(t *testing.T) {
	atDoor(t, func(d *doorway) {
		d.add("alice")
		d.add("mallory")
		b, mallory := d.browser("192.0.2.1"), d.browser("192.0.2.9")
		b.cookies["callbackd_session"] = strings.Repeat("A", 43)
		require.Equal(d, http.StatusSeeOther, b.signIn("alice", phrase))
		assert.NotEqual(d, strings.Repeat("A", 43), b.cookies["callbackd_session"])

		require.Equal(d, http.StatusSeeOther, mallory.signIn("mallory", phrase))
		planted := mallory.cookies["callbackd_session"]
		victim := d.browser("192.0.2.2")
		victim.cookies["callbackd_session"] = planted
		require.Equal(d, http.StatusSeeOther, victim.signIn("alice", phrase))
		assert.NotEqual(d, planted, victim.cookies["callbackd_session"])
		assert.False(d, mallory.in(), "what the browser had before is ended")

		r := victim.get("/me", "Cookie", "callbackd_session="+victim.cookies["callbackd_session"]+"; callbackd_session="+planted)
		assert.Equal(d, http.StatusSeeOther, r.Code, "of several sessions none is meant")
	})
}

func TestCookiesThatOpenNothing(t *testing.T) {
	atDoor(t, func(d *doorway) {
		alice := d.add("alice")
		b := d.browser("192.0.2.1")
		require.Equal(d, http.StatusSeeOther, b.signIn("alice", phrase))
		right := b.cookies["callbackd_session"]
		for _, forged := range []string{"", "x", right[1:], right + "A", strings.ToLower(right), "1", "../../etc/passwd", strings.Repeat("A", 43)} {
			b.cookies["callbackd_session"] = forged
			assert.False(d, b.in(), "%q", forged)
		}
		b.cookies = map[string]string{"__Host-callbackd_session": right}
		assert.False(d, b.in(), "that name is for TLS")
		b.cookies = map[string]string{"callbackd_session": right}
		require.True(d, b.in())

		d.after(callback.SessionIdle)
		assert.False(d, b.in(), "it has idled")

		require.Equal(d, http.StatusSeeOther, b.signIn("alice", phrase))
		_, err := d.users.Revoke(d.Context(), alice.ID, callback.ByAdmin)
		require.NoError(d, err)
		assert.False(d, b.in(), "revoked")
		assert.Equal(d, http.StatusUnprocessableEntity, b.signIn("alice", phrase))
	})
}

// What keeps a page up to date by itself isn't somebody who is there.
func TestAPageThatNobodyLooksAtRunsOut(t *testing.T) {
	for name, header := range map[string][]string{
		"on its own": {"Sec-Fetch-Dest", "empty"}, "over plain HTTP": {"X-Requested-With", "callbackd"}, "a stream": {"Accept", "text/event-stream"},
	} {
		t.Run(name, func(t *testing.T) {
			atDoor(t, func(d *doorway) {
				d.add("alice")
				b := d.browser("192.0.2.1")
				require.Equal(d, http.StatusSeeOther, b.signIn("alice", phrase))
				for range int(callback.SessionIdle/time.Hour) - 1 {
					d.after(time.Hour)
					require.Equal(d, http.StatusOK, b.get("/me", header...).Code)
				}
				d.after(time.Hour)
				w := b.get("/me", header...)
				assert.Equal(d, http.StatusUnauthorized, w.Code, "a script isn't sent to a form")
				assert.Equal(d, "Signed out.\n", w.Body.String())
			})
		})
	}
}

// A strict cookie isn't sent with a click on another site: who is signed in doesn't get a
// form to sign in.
func TestALinkOnAnotherSite(t *testing.T) {
	atDoor(t, func(d *doorway) {
		d.add("alice")
		b := d.browser("192.0.2.1")
		require.Equal(d, http.StatusSeeOther, b.signIn("alice", phrase))
		cookies := b.cookies
		b.cookies = map[string]string{}
		w := b.get("/tasks/7", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate")
		require.Equal(d, http.StatusOK, w.Code)
		require.Equal(d, "0; url=/sign-in?next=%2Ftasks%2F7", w.Header().Get("Refresh"))
		b.cookies = cookies
		w = b.get("/sign-in?next=%2Ftasks%2F7", "Sec-Fetch-Site", "same-origin")
		assert.Equal(d, "/tasks/7", w.Header().Get("Location"))
		b.cookies = map[string]string{}
		w = b.get("/sign-in?next=%2Ftasks%2F7", "Sec-Fetch-Site", "cross-site")
		assert.Contains(d, w.Body.String(), "<form", "it doesn't go round for ever")
	})
}

func TestFormsOfOtherSites(t *testing.T) {
	atDoor(t, func(d *doorway) {
		d.add("alice")
		b := d.browser("192.0.2.1")
		require.Equal(d, http.StatusSeeOther, b.signIn("alice", phrase))
		for name, c := range map[string]struct {
			headers []string
			refused bool
		}{
			"its own form":                   {[]string{"Sec-Fetch-Site", "same-origin", "Origin", "http://callbackd.example"}, false},
			"its own, of an older browser":   {[]string{"Origin", "http://callbackd.example"}, false},
			"a program":                      {nil, false},
			"another site":                   {[]string{"Sec-Fetch-Site", "cross-site"}, true},
			"a neighbour":                    {[]string{"Sec-Fetch-Site", "same-site", "Origin", "http://other.callbackd.example"}, true},
			"another, of an older browser":   {[]string{"Origin", "http://evil.example"}, true},
			"another port":                   {[]string{"Origin", "http://callbackd.example:8081"}, true},
			"a sandbox, of an older browser": {[]string{"Origin", "null"}, true},
		} {
			for _, path := range []string{"/me", "/sign-out", "/sign-in", "/tasks/1/cancel"} {
				w := b.post(path, url.Values{"password": {"x"}}, c.headers...)
				assert.Equal(d, c.refused, w.Code == http.StatusForbidden, "%s to %s: %d", name, path, w.Code)
				if c.refused {
					assert.Contains(d, w.Body.String(), "This came from another site")
					require.True(d, b.in(), "nothing was done")
				} else if path == "/sign-out" {
					require.Equal(d, http.StatusSeeOther, b.signIn("alice", phrase))
				}
			}
		}
	})
}

// Errors have no weaker headers than pages.
func TestHeadersOfThePages(t *testing.T) {
	atDoor(t, func(d *doorway) {
		d.add("alice")
		stranger, b := d.browser("192.0.2.1"), d.browser("192.0.2.1")
		require.Equal(d, http.StatusSeeOther, b.signIn("alice", phrase))
		for name, h := range map[string]http.Header{
			"sign-in":      stranger.get("/sign-in").Header(),
			"redirect":     stranger.get("/").Header(),
			"wrong":        stranger.post("/sign-in", url.Values{"name": {"x"}}).Header(),
			"foreign":      stranger.post("/sign-in", nil, "Sec-Fetch-Site", "cross-site").Header(),
			"signed out":   stranger.post("/me", nil).Header(),
			"by script":    stranger.get("/me", "Sec-Fetch-Dest", "empty").Header(),
			"other site":   stranger.get("/", "Sec-Fetch-Site", "cross-site").Header(),
			"me":           b.get("/me").Header(),
			"nothing here": b.get("/nothing").Header(),
			"wrong me":     b.post("/me", nil).Header(),
		} {
			policy := h.Get("Content-Security-Policy")
			assert.Contains(d, policy, "default-src 'none'; script-src 'self'; style-src 'self'", name)
			assert.Contains(d, policy, "frame-ancestors 'none'", name)
			assert.NotContains(d, policy, "unsafe", name)
			assert.Equal(d, "no-store", h.Get("Cache-Control"), name)
			assert.Equal(d, "nosniff", h.Get("X-Content-Type-Options"), name)
			assert.Equal(d, "same-origin", h.Get("Referrer-Policy"), name)
		}
	})
}

func TestWhoGuessesIsToldToWait(t *testing.T) {
	atDoor(t, func(d *doorway) {
		d.add("alice")
		known, stranger := d.browser("192.0.2.1"), d.browser("192.0.2.9")
		require.Equal(d, http.StatusSeeOther, known.signIn("alice", phrase))
		for range 5 {
			require.Equal(d, http.StatusUnprocessableEntity, stranger.signIn("alice", "wrong horse battery"))
		}
		w := stranger.post("/sign-in", url.Values{"name": {"alice"}, "password": {phrase}, "next": {"/tasks"}})
		require.Equal(d, http.StatusTooManyRequests, w.Code, "also with the right one: else it could be guessed on")
		assert.Equal(d, "1", w.Header().Get("Retry-After"))
		assert.Contains(d, w.Body.String(), "Wait 1 s, and try again")
		assert.Equal(d, "/tasks", fields(w).Get("next"))
		assert.Equal(d, http.StatusSeeOther, d.browser("192.0.2.1").signIn("alice", phrase), "from where she signs in always")
		d.after(time.Second)
		assert.Equal(d, http.StatusSeeOther, stranger.signIn("alice", phrase))
	})
}

// Nobody goes on as what they were.
func TestPeopleWhoseRoleChangesAreSignedOut(t *testing.T) {
	atDoor(t, func(d *doorway) {
		alice, role := d.add("alice"), callback.RoleSupervisor
		b := d.browser("192.0.2.1")
		require.Equal(d, http.StatusSeeOther, b.signIn("alice", phrase))
		assert.Contains(d, b.get("/me").Body.String(), "<dd>agent</dd>")
		_, err := d.users.Edit(d.Context(), alice.ID, callback.UserEdit{Role: &role})
		require.NoError(d, err)
		require.False(d, b.in())
		require.Equal(d, http.StatusSeeOther, b.signIn("alice", phrase))
		assert.Contains(d, b.get("/me").Body.String(), "<dd>supervisor</dd>")
	})
}

func TestTheFirstUserIsMadeOnTheMachine(t *testing.T) {
	atDoor(t, func(d *doorway) {
		b := d.browser("192.0.2.1")
		assert.Contains(d, b.get("/sign-in").Body.String(), "callbackd users add NAME --role admin --all-accounts")
		alice := d.add("alice")
		assert.NotContains(d, b.get("/sign-in").Body.String(), "callbackd users add")
		_, err := d.users.Revoke(d.Context(), alice.ID, callback.ByAdmin)
		require.NoError(d, err)
		assert.Contains(d, b.get("/sign-in").Body.String(), "callbackd users add")
	})
}
