package page_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/callback/hours"
	"callbackd/internal/feed"
	"callbackd/internal/httpapi"
	"callbackd/internal/page"
	"callbackd/sounds"
	"callbackd/storage"
)

// world is the pages on the real API and a database of their own.
type world struct {
	t       testing.TB
	db      *storage.DB
	path    string // of the database
	rules   *callback.Rules
	users   *callback.Users
	desk    *callback.Desk
	control *callback.Control
	events  *feed.Feed[httpapi.Event]
	alarms  []httpapi.Alarm
	pbxs    []httpapi.PBX
	files   *files
	system  httpapi.System
	finds   []httpapi.Finding // the doctor
	sound   string            // of every recording
	cookies map[httpapi.Person]*http.Cookie
	api     http.Handler
	handler http.Handler
}

// The people of the tests.
var (
	admin      = httpapi.Person{Name: "ada", Role: callback.RoleAdmin}
	supervisor = httpapi.Person{Name: "sven", Role: callback.RoleSupervisor, Account: "acme"}
	agent      = httpapi.Person{Name: "alice", Role: callback.RoleAgent, Account: "acme"}
	elsewhere  = httpapi.Person{Name: "greta", Role: callback.RoleSupervisor, Account: "globex"}
)

func newWorld(t testing.TB) *world {
	t.Helper()
	path := filepath.Join(t.TempDir(), "callbackd.db")
	db, err := storage.Open(t.Context(), path)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	w := &world{t: t, db: db, path: path, sound: "RIFF, as it were", cookies: map[httpapi.Person]*http.Cookie{}}
	w.rules = callback.NewRules(callback.NewRulebook(account(t, "acme", "Europe/Stockholm"), account(t, "globex", "America/New_York")))
	library, err := sounds.Open(filepath.Join(t.TempDir(), "sounds"), filepath.Join(t.TempDir(), "shipped"))
	require.NoError(t, err)
	w.pbxs = []httpapi.PBX{{Name: "pbx1", Ready: true}}
	w.files = &files{}
	w.events = feed.New[httpapi.Event](16)
	t.Cleanup(w.events.Close)
	w.users = callback.NewUsers(db, zerolog.Nop())
	w.desk = callback.NewDesk(db, w.rules)
	dialer := callback.NewDialer(db, w.rules, nil, callback.Pace{}, zerolog.Nop())
	scheduler := callback.NewScheduler(db, w.rules, dialer, zerolog.Nop())
	w.control = callback.NewControl(db, w.rules, dialer, scheduler, callback.NewUpkeep(db, w.rules, zerolog.Nop()), zerolog.Nop())
	w.api = httpapi.New(httpapi.Options{
		Store: db, Rules: w.rules, Files: w.files, Control: w.control, Desk: w.desk, Holders: w.desk.ForHolders(callback.NewLinks([]byte("a key of the tests"))), Sounds: library, Recordings: shelf{w},
		PBXs: func() []httpapi.PBX { return w.pbxs }, Users: w.users, Events: w.events,
		Alarms: func() httpapi.AlarmList { return httpapi.AlarmList{Alarms: w.alarms} }, Ready: func() []string { return nil }, Version: "1.2.3", Log: zerolog.Nop(),
		System:  func() httpapi.System { return w.system },
		Examine: func(context.Context) []httpapi.Finding { return w.finds },
	})
	w.handler = page.New(page.Options{API: w.api, Users: w.users, Log: zerolog.Nop()})
	return w
}

var support = callback.Target{Kind: callback.TargetQueue, Name: "support"}

// account calls back at any hour what the queue support loses, and takes requests.
func account(t testing.TB, name, zone string) *callback.Account {
	location, err := time.LoadLocation(zone)
	require.NoError(t, err)
	rule := callback.Rule{
		Name: "lost in the contact center", MissedIn: callback.MissedInContactCenter, Enabled: true,
		DialingIntervals: []time.Duration{time.Hour, 5 * time.Minute, 0}, WaitForCustomer: 30 * time.Second,
		AgentPrompt: "callback", Recording: &callback.RecordingSettings{Keep: 90 * 24 * time.Hour},
		Schedule: hours.Always(), GiveUpAfter: 3,
	}
	requests := rule
	requests.Name, requests.MissedIn, requests.Forward, requests.Region = callback.RequestsRule, "", support, "sweden"
	return &callback.Account{
		Name: name, Mode: callback.ModeLive, Country: "SE", Location: location, Numbers: []string{"+4685550000"}, Lines: 15, MinTalk: time.Second,
		Regions:  map[string]callback.Region{"sweden": {Name: "sweden", PBX: "pbx1", Trunks: []string{"PJSIP/pstn"}, Dial: "PJSIP/{number}@pstn"}},
		Queues:   map[string]callback.Queue{"support": {Name: "support"}},
		Rules:    []callback.Rule{rule},
		Requests: &callback.Requests{Rule: requests, Duplicates: callback.DuplicatesMerge, Ahead: callback.RequestsAhead},
	}
}

// files are rules files as far as there is something to say of them.
type files struct {
	list    []httpapi.RulesFile
	forgets func(account string) error
}

func (f files) Files() []httpapi.RulesFile                      { return f.list }
func (files) Diff(context.Context) ([]httpapi.RulesDiff, error) { return nil, nil }
func (f files) Forget(_ context.Context, account string) error  { return f.forgets(account) }
func (files) DiffDraft(context.Context, string, string) (httpapi.RulesDiff, error) {
	return httpapi.RulesDiff{}, nil
}

// shelf is where recordings lie.
type shelf struct{ w *world }

type openSound struct{ *strings.Reader }

func (openSound) Close() error { return nil }

func (s shelf) Open(ctx context.Context, id int64) (io.ReadSeekCloser, callback.Recording, error) {
	var r callback.Recording
	err := s.w.db.View(ctx, func(tx callback.ReadTx) (err error) {
		r, err = tx.Recording(id)
		return err
	})
	if err == nil && s.w.sound == "" {
		err = callback.ErrRecordingAway
	}
	return openSound{strings.NewReader(s.w.sound)}, r, err
}

func (s shelf) Delete(ctx context.Context, id int64, reason string) (r callback.Recording, err error) {
	err = s.w.db.Update(ctx, func(tx callback.Tx) error {
		if r, err = tx.Recording(id); err != nil || r.State == callback.RecordingDeleted {
			return err
		}
		if s.w.sound == "" {
			return callback.ErrRecordingAway
		}
		change, err := r.Become(callback.RecordingDeleted, reason)
		if err != nil {
			return err
		}
		return tx.UpdateRecording(&r, change)
	})
	return r, err
}

// password is everybody's.
const password = "correct horse battery staple"

// as is the cookie of a person who has signed in.
func (w *world) as(p httpapi.Person) *http.Cookie {
	w.t.Helper()
	if cookie := w.cookies[p]; cookie != nil {
		return cookie
	}
	_, err := w.users.Add(w.t.Context(), callback.NewUser{Name: p.Name, Role: p.Role, Account: p.Account, Agent: p.Agent, Password: password}, callback.ByAdmin)
	require.NoError(w.t, err)
	_, secret, err := w.users.SignIn(w.t.Context(), p.Name, password)
	require.NoError(w.t, err)
	w.cookies[p] = &http.Cookie{Name: "callbackd_session", Value: secret}
	return w.cookies[p]
}

// get reads a page as a person.
func (w *world) get(p httpapi.Person, path string) *httptest.ResponseRecorder {
	w.t.Helper()
	return w.serve(p, httptest.NewRequestWithContext(w.t.Context(), http.MethodGet, path, nil))
}

// post sends a form as a person.
func (w *world) post(p httpapi.Person, path string, fields url.Values) *httptest.ResponseRecorder {
	w.t.Helper()
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodPost, path, strings.NewReader(fields.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return w.serve(p, r)
}

func (w *world) serve(p httpapi.Person, r *http.Request) *httptest.ResponseRecorder {
	w.t.Helper()
	r.AddCookie(w.as(p))
	answer := httptest.NewRecorder()
	w.handler.ServeHTTP(answer, r)
	return answer
}

// reads is the text of a page that is there, without its tags.
func (w *world) reads(p httpapi.Person, path string) string {
	w.t.Helper()
	answer := w.get(p, path)
	require.Equal(w.t, http.StatusOK, answer.Code, answer.Body)
	return plain(answer.Body.String())
}

// miss has a customer's call to an account end in the queue support, after a minute there.
func (w *world) miss(name, caller string) {
	w.t.Helper()
	now := time.Now()
	own, ok := w.rules.Book().Account(name)
	require.True(w.t, ok)
	rules := callback.NewRules(callback.NewRulebook(own)) // whose call it is isn't in question
	require.NoError(w.t, callback.NewIntake(w.db, rules, func(callback.MissedCall) {}).Take(w.t.Context(), callback.Verdict{
		PBX: "pbx1", CallID: name + caller + now.String(), Trunk: "PJSIP/pstn", Caller: caller, Dialled: "08-555 00 00",
		Arrived: now.Add(-time.Minute), Ended: now, Loss: callback.Loss{Queue: "support"},
	}))
}

// move takes a task and its open attempt one step on.
func (w *world) move(taskID int64, to callback.TaskState, attemptTo callback.AttemptState, edit func(*callback.Task, *callback.Attempt)) {
	w.t.Helper()
	require.NoError(w.t, w.db.Update(w.t.Context(), func(tx callback.Tx) error {
		task, err := tx.Task(taskID)
		if err != nil {
			return err
		}
		attempt, err := tx.CurrentAttempt(taskID)
		if err != nil {
			return err
		}
		taskFrom, attemptFrom := task.State, attempt.State
		task.State, attempt.State = to, attemptTo
		edit(&task, &attempt)
		err = tx.UpdateAttempt(&attempt, callback.Change{Input: "step", From: string(attemptFrom), To: string(attemptTo)})
		if err != nil || taskFrom == to {
			return err
		}
		return tx.UpdateTask(&task, callback.Change{Input: "step", From: string(taskFrom), To: string(to)})
	}))
}

// dial begins the attempt of a task, until both phones ring.
func (w *world) dial(taskID int64, at time.Time) {
	w.t.Helper()
	w.move(taskID, callback.TaskDialing, callback.AttemptAgent, func(_ *callback.Task, a *callback.Attempt) {
		a.Claimed = at
		a.Names = callback.NewNames("callbackd")
		a.Names.Recording = "acme/" + a.Names.Bridge
	})
	w.move(taskID, callback.TaskDialing, callback.AttemptAgentUp, func(_ *callback.Task, a *callback.Attempt) {
		a.Agent, a.AgentAnswered = "PJSIP/alice", at.Add(4*time.Second)
	})
	w.move(taskID, callback.TaskDialing, callback.AttemptCustomer, func(_ *callback.Task, a *callback.Attempt) {
		a.CustomerSent = at.Add(9 * time.Second)
	})
}

// connect has the agent and the customer of a dialled attempt talk.
func (w *world) connect(taskID int64, at time.Time) {
	w.t.Helper()
	w.move(taskID, callback.TaskDialing, callback.AttemptBridged, func(_ *callback.Task, a *callback.Attempt) { a.Bridged = at })
}

// hangUp ends the conversation of an attempt, of which there is a recording.
func (w *world) hangUp(taskID int64, at time.Time) {
	w.t.Helper()
	w.move(taskID, callback.TaskCompleted, callback.AttemptEnded, func(t *callback.Task, a *callback.Attempt) {
		t.Attempts = 1
		a.Result, a.Counted, a.Ended = callback.ResultConnected, true, at
	})
	require.NoError(w.t, w.db.Update(w.t.Context(), func(tx callback.Tx) error {
		attempts, err := tx.Attempts(taskID)
		if err != nil {
			return err
		}
		a := attempts[len(attempts)-1]
		return tx.InsertRecording(&callback.Recording{
			Account: a.Account, TaskID: a.TaskID, AttemptID: a.ID, PBX: "pbx1", Name: a.Names.Recording, Channels: 1, State: callback.RecordingKept,
			Duration: a.Ended.Sub(a.Bridged), Bytes: int64(len(w.sound)), Made: a.Bridged, KeepUntil: a.Ended.Add(90 * 24 * time.Hour),
		})
	}))
}
