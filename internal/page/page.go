package page

import (
	"bytes"
	"net/http"

	"github.com/rs/zerolog"

	"callbackd/callback"
	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
)

// Options is what the pages stand on. All but Languages are required.
type Options struct {
	// API is callbackd's API, which the pages ask within the process as whoever has
	// signed in.
	API http.Handler
	// Users knows who may sign in, and who has. All else the pages know from the API.
	Users *callback.Users
	// Languages are those in which customers are served; nil: those that are shipped.
	Languages *Languages
	Log       zerolog.Logger
}

// Page serves the pages.
type Page struct {
	api       http.Handler
	client    *apiclient.Client
	users     *callback.Users
	tries     *tries // of passwords
	kept      *keptForms
	limits    *formLimits // of the customers' form
	languages *Languages
	log       zerolog.Logger
	routes    []route
}

// New makes the handler of everything that people see in a browser.
func New(o Options) http.Handler {
	p := &Page{api: o.API, client: apiclient.Within(o.API), users: o.Users, tries: new(tries), kept: new(keptForms), limits: new(formLimits), languages: o.Languages, log: o.Log, routes: allRoutes()}
	if p.languages == nil {
		p.languages = shipped()
	}
	mux := http.NewServeMux()
	for _, r := range p.routes {
		mux.Handle(r.method+" "+r.path, p.signedIn(func(w http.ResponseWriter, request *http.Request, person httpapi.Person) {
			p.serve(r, w, request, person)
		}))
	}
	p.registerSignIn(mux)
	p.registerCustomers(mux)
	mux.Handle("GET /assets/{name}", http.HandlerFunc(serveAsset))
	mux.Handle("/", p.signedIn(p.nothingHere))
	foreign := http.NewCrossOriginProtection()
	foreign.SetDenyHandler(http.HandlerFunc(p.refuseForeign))
	return withSecurityHeaders(p.withRecovery(foreign.Handler(mux)))
}

// serve has a route answer a request of a person. Nothing is sent before the whole page
// is made, so what fails on the way is an error page and never half of another.
func (p *Page) serve(r route, w http.ResponseWriter, request *http.Request, person httpapi.Person) {
	v := newVisit(p, w, request, person)
	if r.operation != "" && !httpapi.May(person, r.operation) {
		v.fail(errNotForRole)
		return
	}
	err := v.checkAccount()
	if err == nil {
		err = r.answer(v)
	}
	if err != nil {
		v.fail(err)
	}
}

func (p *Page) nothingHere(w http.ResponseWriter, r *http.Request, person httpapi.Person) {
	newVisit(p, w, r, person).fail(errNothingHere)
}

// render sends a page: the template of that name, in the layout.
func (v *visit) render(status int, name, title string, content any) error {
	frame, err := v.readFrame(title)
	if err != nil {
		return err
	}
	return v.send(status, name, sheet{Frame: frame, Content: content})
}

// sheet is what a template is given.
type sheet struct {
	Frame   frame // of the layout
	Content any   // of the page
}

// Here is the address of a page, for the account that is looked at.
func (s sheet) Here(path string) string { return s.Frame.here(path) }

func (v *visit) send(status int, name string, s sheet) error {
	var text bytes.Buffer
	if err := templates[name].ExecuteTemplate(&text, "layout", s); err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.w.WriteHeader(status)
	_, _ = v.w.Write(harmless(text.Bytes())) // a browser that has gone can't be told about it
	return nil
}
