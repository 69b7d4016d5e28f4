package page

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// sessionCookie names the cookie that has the secret of a session. Over TLS it has a name
// that browsers let nobody but this very host set (RFC 6265bis, 4.1.3.2): a neighbour under
// the same domain can't have people act in a session of the neighbour's.
func sessionCookie(r *http.Request) string {
	if overTLS(r) {
		return "__Host-callbackd_session"
	}
	return "callbackd_session"
}

// sessionOf is the secret that a browser brings, "" if none. Of several none is meant.
func sessionOf(r *http.Request) string {
	cookies := r.CookiesNamed(sessionCookie(r))
	if len(cookies) != 1 {
		return ""
	}
	return cookies[0].Value
}

// setSession gives a browser the secret of a session, or with "" takes it away. Other
// sites' pages can't have it sent (SameSite), scripts can't read it.
func setSession(w http.ResponseWriter, r *http.Request, secret string) {
	cookie := &http.Cookie{
		Name: sessionCookie(r), Value: secret, Path: "/", MaxAge: int(callback.SessionLife.Seconds()),
		Secure: overTLS(r), HttpOnly: true, SameSite: http.SameSiteStrictMode,
	}
	if secret == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(w, cookie)
}

// signedIn lets those in who have signed in; others are shown where they can. A stream
// that next sends ends with the session.
func (p *Page) signedIn(next func(http.ResponseWriter, *http.Request, httpapi.Person)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		secret := sessionOf(r)
		u, err := p.users.SignedIn(r.Context(), secret, !byScript(r))
		switch {
		case errors.Is(err, callback.ErrNotFound):
			p.signedOut(w, r)
		case err != nil:
			p.failBare(w, r, err)
		default:
			ctx := httpapi.While(r.Context(), func(ctx context.Context) bool {
				_, err := p.users.SignedIn(ctx, secret, false)
				return !errors.Is(err, callback.ErrNotFound)
			})
			next(w, r.WithContext(ctx), httpapi.Person{Name: u.Name, Role: u.Role, Account: u.Account, Agent: u.Agent})
		}
	})
}

// byScript reports whether a page that is open asks by itself, without anybody having done
// anything: what keeps it up to date. Over plain HTTP browsers don't say it by themselves.
func byScript(r *http.Request) bool {
	return r.Header.Get("X-Requested-With") == "callbackd" || r.Header.Get("Sec-Fetch-Dest") == "empty" ||
		strings.Contains(r.Header.Get("Accept"), "text/event-stream")
}

// signedOut answers those who haven't signed in, or whose session is over.
func (p *Page) signedOut(w http.ResponseWriter, r *http.Request) {
	switch {
	case byScript(r):
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte("Signed out.\n")) // a browser that has gone can't be told about it
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		kept, ok := keepForm(w, r)
		words := "You were signed out meanwhile. Nothing was done yet: sign in, and you see again what you were about to send."
		if !ok {
			words = "You were signed out meanwhile. Nothing was done, and what you sent couldn't be kept: sign in, and send it again."
		}
		p.showSignIn(w, r, http.StatusUnauthorized, signIn{Next: cameFrom(r), Kept: kept, Words: words})
	case r.Header.Get("Sec-Fetch-Site") == "cross-site":
		// A link on another site, in a mail read on the web: a strict cookie wasn't sent
		// with it. It will be with what our own page asks for.
		w.Header().Set("Refresh", "0; url="+signInAddress(r.URL))
		sendBare(w, trouble{Status: http.StatusOK, Title: "One moment", Words: "The page comes by itself."})
	default:
		http.Redirect(w, r, signInAddress(r.URL), http.StatusSeeOther)
	}
}

// signInAddress is where to sign in and go on at a page from.
func signInAddress(wanted *url.URL) string {
	next := ownPath(wanted.RequestURI())
	if next == "/" {
		return "/sign-in"
	}
	return "/sign-in?" + url.Values{"next": {next}}.Encode()
}

// cameFrom is the page of ours that a form was on.
func cameFrom(r *http.Request) string {
	from, err := url.Parse(r.Referer())
	if err != nil || from.Host != r.Host {
		return "/"
	}
	return ownPath(from.RequestURI())
}

// longestNext is how long an address may be that somebody is sent on to.
const longestNext = 2000

// ownPath is text if that leads to a page of this very host, else "/". Whoever wrote it
// may want people to be sent elsewhere from here: browsers read //host and /\host as
// another host, and leave out tabs and line ends.
func ownPath(text string) string {
	const nowhere = "/"
	if len(text) > longestNext || !strings.HasPrefix(text, "/") || strings.HasPrefix(text, "//") ||
		strings.ContainsFunc(text, func(c rune) bool { return c <= ' ' || c >= 0x7f || c == '\\' }) {
		return nowhere
	}
	u, err := url.Parse(text)
	if err != nil || u.IsAbs() || u.Host != "" || u.Path == "/sign-in" || u.Path == "/sign-out" {
		return nowhere
	}
	return text
}
