package page

import (
	"bytes"
	"context"
	"errors"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// customerPages are the pages of people who never sign in, by the names of their files,
// each within the customers' layout.
var customerPages = readCustomerPages(templateFiles)

func readCustomerPages(files fs.FS) map[string]*template.Template {
	const folder = "templates/customer"
	layout := template.Must(template.New("").Funcs(template.FuncMap{"asset": assetPath}).ParseFS(files, folder+"/layout.html"))
	pages := map[string]*template.Template{}
	for _, name := range []string{"request", "promise", "told"} {
		pages[name] = template.Must(template.Must(layout.Clone()).ParseFS(files, path.Join(folder, name+".html")))
	}
	return pages
}

// customer is one request of somebody who never signs in.
type customer struct {
	*Page
	w      http.ResponseWriter
	r      *http.Request
	now    time.Time
	speech speech
	// form is that of the account that the page is about; the zero form before it is known.
	form httpapi.RequestForm
}

// registerCustomers adds the pages for customers. They use no cookie: within a page of
// another site browsers would send none.
func (p *Page) registerCustomers(mux *http.ServeMux) {
	for pattern, answer := range map[string]func(*customer) error{
		"GET /request/{account}":        askCustomer,
		"POST /request/{account}":       takeRequest,
		"GET /request/{account}/merged": tellMerged,
		"GET /promise/{secret}":         showPromise,
		"POST /promise/{secret}/cancel": cancelPromise,
		"POST /promise/{secret}/time":   movePromise,
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			p.serveCustomer(w, r, answer)
		})
	}
}

var (
	errNoForm   = errors.New("there is no such form")
	errTooLarge = errors.New("what a customer sent is too large, or no form")
)

// longestRequest is far more than the form holds.
const longestRequest = 16 << 10

func (p *Page) serveCustomer(w http.ResponseWriter, r *http.Request, answer func(*customer) error) {
	c := &customer{Page: p, w: w, r: r, now: time.Now()}
	c.speak("")
	c.mayBeFramedBy(nil)
	var err error
	if r.Method == http.MethodPost {
		r.Body = http.MaxBytesReader(w, r.Body, longestRequest)
		if r.ParseForm() != nil {
			err = errTooLarge
		}
	}
	if err == nil {
		err = answer(c)
	}
	if err != nil {
		c.fail(err)
	}
}

// ctx is the context with which the API is asked for a customer: as a program that may hand
// in requests, and nothing else, of one account. For who holds a link the account isn't
// known before.
func (c *customer) ctx(account string) context.Context {
	return httpapi.As(c.r.Context(), httpapi.Person{Name: callback.ByForm, Role: callback.RoleIntake, Account: account})
}

// speak chooses the language of the page.
func (c *customer) speak(otherwise string) {
	c.speech = c.languages.choose(c.r.URL.Query().Get("lang"), c.r.Header.Get("Accept-Language"), otherwise)
}

// readForm reads what the form of an account is like. Where there is none, nobody learns
// whether there is such an account.
func (c *customer) readForm(account string) error {
	form, err := c.client.Form(c.ctx(account), account)
	if status := statusOf(err); status == http.StatusNotFound || status == http.StatusUnprocessableEntity || status == http.StatusBadRequest {
		return errNoForm
	}
	if err != nil {
		return err
	}
	c.form = form
	c.mayBeFramedBy(form.Origins)
	c.speak(form.Language)
	return nil
}

// mayBeFramedBy lets the pages of these sites show this one within theirs, and no other
// site's.
func (c *customer) mayBeFramedBy(origins []string) {
	ancestors := "'none'"
	if len(origins) > 0 {
		ancestors = strings.Join(origins, " ")
		c.w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin") // pages that embed nothing else ask for it
	}
	c.w.Header().Set("Content-Security-Policy", strings.Replace(contentPolicy, "frame-ancestors 'none'", "frame-ancestors "+ancestors, 1))
}

// customerSheet is what the templates of customers are given.
type customerSheet struct {
	Title     string // of the window
	Heading   string
	Speech    speech
	Languages []languageLink
	Trial     bool
	Content   any
}

// Say is a text in the language of the page.
func (s customerSheet) Say(key string, filled ...string) string { return s.Speech.say(key, filled...) }

// Tag is the language of the page.
func (s customerSheet) Tag() string { return s.Speech.tag() }

// languageLink leads to the same page in another language.
type languageLink struct {
	Name, Tag, Path string
	Current         bool
}

// send sends a page. title is that of the window and heading what it says of itself.
func (c *customer) send(status int, name, heading string, content any) error {
	title := heading
	if c.form.Title != "" && c.form.Title != heading {
		title = heading + " · " + c.form.Title
	}
	sheet := customerSheet{Title: title, Heading: heading, Speech: c.speech, Languages: c.otherLanguages(), Trial: c.form.Mode == callback.ModeShadow, Content: content}
	var text bytes.Buffer
	if err := customerPages[name].ExecuteTemplate(&text, "layout", sheet); err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	c.w.Header().Set("Content-Language", c.speech.tag())
	c.w.Header().Set("Vary", "Accept-Language")
	c.w.WriteHeader(status)
	_, _ = c.w.Write(harmless(text.Bytes())) // a browser that has gone can't be told about it
	return nil
}

// otherLanguages lead to the page in each language; a page that answers a form is read
// anew for it.
func (c *customer) otherLanguages() (links []languageLink) {
	address := strings.TrimSuffix(strings.TrimSuffix(c.r.URL.EscapedPath(), "/cancel"), "/time")
	for _, code := range c.languages.codes {
		s := c.languages.spoken[code]
		links = append(links, languageLink{Name: s.Name, Tag: s.tag(), Path: address + "?lang=" + url.QueryEscape(code), Current: code == c.speech.Code})
	}
	return links
}

// here is a path in the language of the page.
func (c *customer) here(path string) string {
	return path + "?" + url.Values{"lang": {c.speech.Code}}.Encode()
}

// told is a page that only says something.
type told struct{ Words string }

// tell sends a page of one heading and its words, by the key of the heading.
func (c *customer) tell(status int, key string) error {
	return c.send(status, "told", c.speech.say(key), told{Words: c.speech.say(key + "_words")})
}

func (c *customer) fail(err error) {
	if c.r.Context().Err() != nil {
		return // the browser has gone
	}
	status, key := http.StatusInternalServerError, "failed"
	switch {
	case errors.Is(err, errNoForm):
		status, key = http.StatusNotFound, "nothing_here"
	case errors.Is(err, errTooLarge):
		status, key = http.StatusRequestEntityTooLarge, "too_large"
	default:
		c.log.Error().Err(err).Str("method", c.r.Method).Msg("a customer's page could not be shown")
	}
	if err := c.tell(status, key); err != nil {
		c.log.Error().Err(err).Msg("a customer could not even be told so")
		http.Error(c.w, c.speech.say("failed_words"), http.StatusInternalServerError)
	}
}
