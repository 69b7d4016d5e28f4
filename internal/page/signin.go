package page

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// signIn is what the page for signing in shows and carries.
type signIn struct {
	Name  string
	Next  string // the page that was wanted
	Kept  string // see keepForm; "": nothing
	Words string // what went wrong; "": nothing
	// Nobody says that there are no users yet.
	Nobody bool
}

// registerSignIn adds the ways in and out.
func (p *Page) registerSignIn(mux *http.ServeMux) {
	mux.HandleFunc("GET /sign-in", p.askToSignIn)
	mux.HandleFunc("POST /sign-in", p.takeSignIn)
	mux.Handle("GET "+keptPath, p.signedIn(p.showKept))
	mux.HandleFunc("POST /sign-out", p.takeSignOut)
}

func (p *Page) askToSignIn(w http.ResponseWriter, r *http.Request) {
	next := ownPath(r.URL.Query().Get("next"))
	if _, err := p.users.SignedIn(r.Context(), sessionOf(r), false); err == nil {
		http.Redirect(w, r, next, http.StatusSeeOther)
		return
	}
	nobody, err := p.users.None(r.Context())
	if err != nil {
		p.failBare(w, r, err)
		return
	}
	p.showSignIn(w, r, http.StatusOK, signIn{Next: next, Nobody: nobody})
}

// keptPath shows what somebody was about to send when their session was over.
const keptPath = "/sign-in/kept"

func (p *Page) showKept(w http.ResponseWriter, r *http.Request, _ httpapi.Person) {
	kept, ok := p.kept.of(sessionOf(r), time.Now())
	if !ok {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	if err := bare(w, http.StatusOK, "kept-form", "You are signed in again", kept); err != nil {
		p.failBare(w, r, err)
	}
}

func (p *Page) showSignIn(w http.ResponseWriter, r *http.Request, status int, s signIn) {
	if err := bare(w, status, "sign-in", "Sign in", s); err != nil {
		p.failBare(w, r, err)
	}
}

func (p *Page) takeSignIn(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 4*longestForm) // a kept form is escaped twice
	if err := r.ParseForm(); err != nil {
		p.showSignIn(w, r, http.StatusBadRequest, signIn{Next: "/", Words: "That was too much, or no form: try again."})
		return
	}
	asked := signIn{Name: r.PostFormValue("name"), Next: ownPath(r.PostFormValue("next")), Kept: r.PostFormValue("kept")}
	u, secret, refused := p.letIn(r, asked.Name, r.PostFormValue("password"))
	if refused != nil {
		asked.Words = refused.words
		refused.sendTo(w)
		p.showSignIn(w, r, refused.status, asked)
		return
	}
	p.log.Info().Str("user", u.Name).Str("from", addressOf(r)).Msg("a user signed in")
	if old := sessionOf(r); old != "" {
		if err := p.users.SignOut(r.Context(), old); err != nil {
			p.log.Warn().Err(err).Msg("the session that a browser had before could not be ended")
		}
	}
	setSession(w, r, secret)
	if kept, ok := readKept(asked.Kept, asked.Next); ok {
		p.kept.keep(secret, kept, time.Now())
		http.Redirect(w, r, keptPath, http.StatusSeeOther)
		return
	}
	if asked.Next == "/" && u.Role == callback.RoleAgent && u.Agent != "" {
		asked.Next = workPath // what an agent is here for
	}
	http.Redirect(w, r, asked.Next, http.StatusSeeOther)
}

// notLetIn is why a name and a password open nothing now.
type notLetIn struct {
	status int
	words  string
	again  time.Duration // when to try again; 0: whenever
}

// sendTo has the headers say when to try again.
func (n *notLetIn) sendTo(w http.ResponseWriter) {
	if n.again > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(seconds(n.again)))
	}
}

func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }

// letIn makes a session for whoever knows a name and its password, unless they try too
// often.
func (p *Page) letIn(r *http.Request, name, password string) (u callback.User, secret string, refused *notLetIn) {
	refused = p.tryPassword(r, name, func() (err error) {
		u, secret, err = p.users.SignIn(r.Context(), name, password)
		return err
	})
	return u, secret, refused
}

// tryPassword has try check the password of a user, and counts what came of it.
func (p *Page) tryPassword(r *http.Request, name string, try func() error) *notLetIn {
	from := visitorOf(r)
	if wait, first := p.tries.begin(name, from, time.Now()); wait > 0 {
		if first {
			p.log.Warn().Str("from", addressOf(r)).Dur("wait", wait).Msg("somebody tried a wrong name or password too often, and has to wait: what is tried before isn't looked at, and has no line")
		}
		return &notLetIn{http.StatusTooManyRequests, fmt.Sprintf(
			"That was wrong too often. Wait %d s, and try again; what you type before isn't looked at.", seconds(wait)), wait}
	}
	switch err := try(); {
	case err == nil:
		p.tries.right(name, from, time.Now())
		return nil
	case errors.Is(err, callback.ErrSignIn):
		p.log.Warn().Str("from", addressOf(r)).Msg("somebody tried a wrong name or password")
		return &notLetIn{status: http.StatusUnprocessableEntity, words: "The name or the password is wrong. Whoever runs callbackd can give you a new password (callbackd users passwd)."}
	case errors.Is(err, callback.ErrBusy):
		p.tries.unjudged(name, from)
		return &notLetIn{http.StatusServiceUnavailable, "Too many people sign in at once. Try again in a few seconds.", 5 * time.Second}
	default:
		p.tries.unjudged(name, from)
		if r.Context().Err() == nil {
			p.log.Error().Err(err).Msg("a password could not be checked")
		}
		return &notLetIn{status: http.StatusInternalServerError, words: troubleInside.Title + ". " + troubleInside.Words}
	}
}

func (p *Page) takeSignOut(w http.ResponseWriter, r *http.Request) {
	if err := p.users.SignOut(r.Context(), sessionOf(r)); err != nil {
		p.failBare(w, r, err)
		return
	}
	setSession(w, r, "")
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
}

// bare sends a page to somebody who hasn't signed in.
func bare(w http.ResponseWriter, status int, name, title string, content any) error {
	v := &visit{w: w}
	return v.send(status, name, sheet{Frame: frame{Title: title, Bare: true}, Content: content})
}

// failBare answers somebody who hasn't signed in with a failure inside callbackd.
func (p *Page) failBare(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return // the browser has gone
	}
	p.log.Error().Err(err).Msg("a page could not be shown")
	sendBare(w, troubleInside)
}
