package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/rs/zerolog"

	"callbackd/callback"
	"callbackd/internal/feed"
)

// Options is what the handler stands on. All but Version, Metrics, Refused and
// SoundFiles are required.
type Options struct {
	Store   callback.Store
	Rules   *callback.Rules
	Files   RulesFiles
	Drafts  Drafts
	Control Control
	Desk    Desk
	// Holders is where customers who hold a secret change what they were promised.
	Holders Holders
	Sounds  Sounds
	// Recordings reaches the files of recordings, wherever they lie.
	Recordings Recordings
	// SoundFiles serves /sounds/ to Asterisks on other hosts, without the token, which they
	// can't send; nil: there are none.
	SoundFiles http.Handler
	// PBXs tells how each PBX stands. It is called for each request and must not
	// block.
	PBXs func() []PBX
	// Users makes and changes those who sign in to the page.
	Users *callback.Users
	// Events are what changes, as it does; whoever starts a server closes them when it stops.
	Events *feed.Feed[Event]
	// Alarms lists the alarms of all accounts, in the order of an AlarmList. It must not block.
	Alarms func() AlarmList
	// System tells what callbackd stands on, all but Events. It must not block.
	System func() System
	// Examine has the doctor look at everything; it takes seconds.
	Examine func(ctx context.Context) []Finding
	// Token is the admin's bearer token; the others are in the store. The empty token lets
	// nobody in.
	Token string
	// Refused counts a request that wasn't let in; nil: nobody counts.
	Refused func(RefusedFor)
	// Ready says why callbackd isn't ready, a sentence for each reason; none
	// means that it is. It is called for each request and must not block.
	Ready func() []string
	// Metrics serves /metrics; nil: there is no such page.
	Metrics http.Handler
	Version string // callbackd's, for the OpenAPI document
	Log     zerolog.Logger
}

// New makes the handler of everything that callbackd serves over HTTP.
func New(o Options) http.Handler {
	mux := http.NewServeMux()
	api := humago.New(mux, configuration(o.Version))
	refusals := &refusals{log: o.Log, counted: o.Refused}
	guard := &guard{store: o.Store, refusals: refusals, log: o.Log}
	api.UseMiddleware(guard.middleware(api), wellFormed(api))
	registerHealth(api, o.Ready)
	tasks := &tasks{store: o.Store, log: o.Log}
	tasks.register(api)
	missed := &missedCalls{store: o.Store, log: o.Log}
	missed.register(api)
	known := directory{store: o.Store, rules: o.Rules, files: o.Files}
	accounts := &accounts{directory: known, control: o.Control, log: o.Log}
	accounts.register(api)
	who := &targets{directory: known, log: o.Log}
	who.register(api)
	doNotCall := &doNotCall{directory: known, control: o.Control, log: o.Log}
	doNotCall.register(api)
	asks := &requests{directory: known, desk: o.Desk, holders: o.Holders, log: o.Log}
	asks.register(api)
	(&appointments{asks}).register(api)
	(&promises{asks}).register(api)
	(&forms{asks}).register(api)
	work := &taskWork{desk: o.Desk, log: o.Log}
	work.register(api)
	holds := &holds{directory: known, log: o.Log}
	holds.register(api)
	rules := &rules{directory: known, control: o.Control, log: o.Log}
	rules.register(api)
	library := &soundLibrary{directory: known, sounds: o.Sounds, log: o.Log}
	library.register(api)
	recordings := &recordings{store: o.Store, files: o.Recordings, log: o.Log}
	recordings.register(api)
	explain := &explain{directory: known, drafts: o.Drafts, pbxs: o.PBXs, log: o.Log}
	explain.register(api)
	state := &state{store: o.Store, control: o.Control, pbxs: o.PBXs, log: o.Log}
	state.register(api)
	sums := &summaries{directory: known, log: o.Log}
	sums.register(api)
	stream := &events{feed: o.Events, log: o.Log}
	stream.register(api)
	alarms := &alarmBook{list: o.Alarms}
	alarms.register(api)
	machine := &system{read: o.System, events: o.Events}
	machine.register(api)
	doctor := &examinations{examine: o.Examine}
	doctor.register(api)
	self := &self{directory: known, log: o.Log}
	self.register(api)
	tokens := &tokens{directory: known, log: o.Log}
	tokens.register(api)
	users := &users{directory: known, users: o.Users, log: o.Log}
	users.register(api)
	serveDocument(mux, api)
	serveManual(mux)
	if o.Metrics != nil {
		mux.Handle("GET /metrics", guard.page(metricsPage, o.Metrics))
	}
	if o.SoundFiles != nil {
		mux.Handle("GET /sounds/", o.SoundFiles)
	}

	handler := withProblems(mux)
	handler = newDoor(o.Token, o.Store, refusals, o.Log).before(handler)
	handler = withSecurityHeaders(handler)
	return withRecovery(o.Log, handler)
}

// configuration is huma's defaults without what callbackd doesn't serve:
// documentation pages that load scripts from elsewhere, links to schemas.
func configuration(version string) huma.Config {
	c := huma.DefaultConfig("callbackd", version)
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", ""
	c.CreateHooks = nil
	c.RejectUnknownQueryParameters = true
	c.AllowAdditionalPropertiesByDefault = true // answers may grow; requests say no themselves
	c.Formats = map[string]huma.Format{"application/json": inUTF8, "json": inUTF8}
	c.Transformers = []huma.Transformer{maskAnswer, explainProblem}
	c.OnAddOperation = append(c.OnAddOperation, describeDoor)
	c.Info.Description = "callbackd sees every customer's call that reached nobody, and calls the customer back.\n\n" +
		"Everything under `/api` wants the header `Authorization: Bearer TOKEN`. callbackd writes the admin's token into the file " +
		"`" + tokenFileName + "` beside its database when it starts; tokens of other roles, and of single accounts, are made with `callbackd tokens add`. " +
		"A token of one account sees and does nothing of others: what is theirs isn't there for it (404). Times are RFC 3339 in UTC, those of slots with the offset of the office's clock; one that isn't known is absent. " +
		"Telephone numbers are E.164 (`+46701234567`). Errors are problem documents (RFC 9457)."
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		tokenScheme: {Type: "http", Scheme: "bearer", Description: "The admin's token, or one that callbackd tokens add made. An operation names the roles that it is for."},
	}
	c.Tags = []*huma.Tag{
		{Name: "tasks", Description: "Promises to call a customer back."},
		{Name: "appointments", Description: "Times that customers book. A booked one is a task: it is moved, held and cancelled there."},
		{Name: "promises", Description: "For a form, on behalf of a customer who holds the secret of what was promised."},
		{Name: "missed calls", Description: "Customers' calls that reached nobody, and what was decided about each."},
		{Name: "accounts", Description: "Tenants, each with a rules file of its own."},
		{Name: "customers", Description: "Whom an account never calls."},
		{Name: "rules", Description: "What the rules files say, and what people have switched off."},
		{Name: "sounds", Description: "What agents and customers hear."},
		{Name: "recordings", Description: "Conversations that were recorded, until their time is over."},
		{Name: "explain", Description: "What would happen, and why."},
		{Name: "state", Description: "Whether callbackd dials, how that goes, and what it stands on."},
		{Name: "tokens", Description: "Who is let in, for what, and in which account."},
		{Name: "users", Description: "Who may sign in to the page, for what, and in which account."},
		{Name: "health", Description: "For whoever supervises the daemon; no token needed."},
	}
	nameWords(c.Components.Schemas)
	return c
}

// withSecurityHeaders keeps answers, in which there are customers' numbers, out
// of caches, frames and guesses about their type.
func withSecurityHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r)
	})
}

// withRecovery turns a panic into a problem document and a line in the log. An
// answer that had begun is cut off, so that nobody takes half of it for whole.
func withRecovery(log zerolog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := &answer{ResponseWriter: w}
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(cause) // an answer that is to be cut off
			}
			log.Error().Str("panic", fmt.Sprint(cause)).Str("method", r.Method).Str("path", loggedPath(r)).
				Bytes("stack", debug.Stack()).Msg("a request made callbackd panic; it goes on")
			if answer.begun {
				panic(http.ErrAbortHandler)
			}
			writeProblem(w, http.StatusInternalServerError, insideDetail)
		}()
		next.ServeHTTP(answer, r)
	})
}

// answer knows whether any of it was sent.
type answer struct {
	http.ResponseWriter
	begun bool
}

func (a *answer) WriteHeader(status int) {
	a.begun = true
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(b []byte) (int, error) {
	a.begun = true
	return a.ResponseWriter.Write(b)
}

// Unwrap is how http.ResponseController reaches the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
