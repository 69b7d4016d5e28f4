package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
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
	"callbackd/sounds"
	"callbackd/storage"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares got with testdata/name.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "make it with -update")
	assert.Equal(t, string(want), string(got))
}

const token = "the-admins-token"

// service is the handler under test on a database of its own.
type service struct {
	t          *testing.T
	db         *storage.DB
	path       string // of the database
	log        *bytes.Buffer
	rules      *callback.Rules
	files      *files
	drafts     *drafts
	users      *callback.Users
	sounds     *sounds.Library
	recordings *recordings
	pbxs       []httpapi.PBX
	ready      func() []string
	refused    map[httpapi.RefusedFor]int
	events     *feed.Feed[httpapi.Event] // is over, so that whoever follows it has an answer
	alarms     []httpapi.Alarm
	examine    func() []httpapi.Finding
	handler    http.Handler
}

func newService(t *testing.T) *service {
	t.Helper()
	path := filepath.Join(t.TempDir(), "callbackd.db")
	db, err := storage.Open(t.Context(), path)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	s := &service{t: t, db: db, path: path, log: new(bytes.Buffer), ready: func() []string { return nil }, refused: map[httpapi.RefusedFor]int{}}
	s.rules = callback.NewRules(callback.NewRulebook(account("acme"), account("globex")))
	s.files = &files{rules: s.rules, files: []httpapi.RulesFile{inForce("acme"), inForce("globex")}}
	s.drafts = new(drafts)
	s.users = callback.NewUsers(db, zerolog.New(s.log))
	s.sounds, err = sounds.Open(filepath.Join(t.TempDir(), "sounds"), filepath.Join(t.TempDir(), "shipped"))
	require.NoError(t, err)
	s.recordings = &recordings{s: s}
	s.pbxs = []httpapi.PBX{{Name: "pbx1", Ready: true}}
	dialer := callback.NewDialer(db, s.rules, nil, callback.Pace{}, zerolog.Nop())
	scheduler := callback.NewScheduler(db, s.rules, dialer, zerolog.Nop())
	control := callback.NewControl(db, s.rules, dialer, scheduler, callback.NewUpkeep(db, s.rules, zerolog.Nop()), zerolog.Nop())
	desk := callback.NewDesk(db, s.rules)
	s.events = feed.New[httpapi.Event](16)
	s.events.Close()
	s.examine = func() []httpapi.Finding { return nil }
	s.handler = httpapi.New(httpapi.Options{
		Events: s.events, System: func() httpapi.System { return theSystem },
		Alarms: func() httpapi.AlarmList {
			return httpapi.AlarmList{Since: theSystem.Started, Alarms: append([]httpapi.Alarm{}, s.alarms...)}
		},
		Examine: func(context.Context) []httpapi.Finding { return s.examine() },
		Store:   db, Rules: s.rules, Files: s.files, Drafts: s.drafts, Control: control, Desk: desk, Holders: desk.ForHolders(callback.NewLinks([]byte("the-key-of-links"))), Sounds: s.sounds, Recordings: s.recordings, PBXs: func() []httpapi.PBX { return s.pbxs }, Users: s.users, Token: token, Ready: func() []string { return s.ready() }, Version: "1.2.3", Log: zerolog.New(s.log),
		Metrics: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "callbackd_pbx_ready 1\n") }),
		Refused: func(why httpapi.RefusedFor) { s.refused[why]++ },
	})
	return s
}

// send makes a request as the admin does. body "" is none.
func (s *service) send(method, path, body string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	return s.held(r)
}

// held is serve, with the answer held to the OpenAPI document.
func (s *service) held(r *http.Request) *httptest.ResponseRecorder {
	s.t.Helper()
	w := s.serve(r)
	s.contract().check(s.t, r, w)
	return w
}

func (s *service) serve(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

// get reads a document that is there.
func get[Document any](s *service, path string) (d Document) {
	s.t.Helper()
	w := s.send(http.MethodGet, path, "")
	require.Equal(s.t, http.StatusOK, w.Code, w.Body)
	require.NoError(s.t, json.Unmarshal(w.Body.Bytes(), &d))
	return d
}

// problem checks that w is a problem document with this status.
func problem(t *testing.T, w *httptest.ResponseRecorder, status int) httpapi.Problem {
	t.Helper()
	require.Equal(t, status, w.Code, w.Body)
	assert.Equal(t, "application/problem+json", w.Header().Get("Content-Type"))
	var p httpapi.Problem
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &p))
	assert.Equal(t, status, p.Status)
	assert.Equal(t, http.StatusText(status), p.Title)
	assert.NotEmpty(t, p.Detail)
	return p
}

var support = callback.Target{Kind: callback.TargetQueue, Name: "support"}

// account calls back after an hour what the queue support loses, and has a second
// rule that is about nothing.
func account(name string) *callback.Account {
	rule := callback.Rule{
		Name: "lost in the contact center", MissedIn: callback.MissedInContactCenter, Enabled: true,
		DialingIntervals: []time.Duration{time.Hour, 5 * time.Minute, 0}, WaitForCustomer: 30 * time.Second,
		AgentPrompt: "callback", Recording: &callback.RecordingSettings{Keep: 90 * 24 * time.Hour},
		Schedule: hours.Always(), GiveUpAfter: 3,
		Treatments: callback.Treatments{callback.ResultCustomerBusy: {In: 5 * time.Minute, AtMost: 3}},
	}
	menu := rule
	menu.Name, menu.MissedIn, menu.Scenarios, menu.Forward = "menu 1/2", callback.MissedInScenario, []string{"main-menu"}, support
	requests := rule
	requests.Name, requests.MissedIn, requests.Forward, requests.Region = callback.RequestsRule, "", support, "sweden"
	return &callback.Account{
		Name: name, Mode: callback.ModeLive, Country: "SE", Location: time.UTC, Numbers: []string{"+4685550000"}, Lines: 15, MinTalk: time.Second,
		Regions:      map[string]callback.Region{"sweden": {Name: "sweden", PBX: "pbx1", Trunks: []string{"PJSIP/pstn"}, Dial: "PJSIP/{number}@pstn"}},
		Queues:       map[string]callback.Queue{"support": {Name: "support"}},
		Scenarios:    map[string]callback.Scenario{"main-menu": {Name: "main-menu", Contexts: []string{"main-menu"}}},
		Rules:        []callback.Rule{rule, menu},
		Appointments: map[string]*callback.AppointmentBook{"advice": advice(requests)},
		Requests: &callback.Requests{
			Rule: requests, Duplicates: callback.DuplicatesMerge, Ahead: callback.RequestsAhead,
			Form: &callback.Form{Title: "We call you", Language: "sv", Appointments: "advice", Topics: []callback.Topic{{Name: "Offer", Queue: support}}, Origins: []string{"https://www.example.com"}},
		},
	}
}

// advice is booked in quarters of an hour, two at once.
func advice(rule callback.Rule) *callback.AppointmentBook {
	rule.Name = callback.AppointmentsRule("advice")
	return &callback.AppointmentBook{
		Rule: rule, ID: "advice", Slot: 15 * time.Minute, PerSlot: 2, Office: callback.Office{Schedule: hours.Always(), Zone: stockholm},
		Ahead: 14 * 24 * time.Hour, AtLeast: time.Hour,
	}
}

// stockholm is where the office is.
var stockholm = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		panic(err)
	}
	return zone
}()

// miss has a customer's call to account end in the queue support, after a
// minute there, with a rule that calls back an hour later.
func (s *service) miss(name, caller string) {
	s.t.Helper()
	rules := callback.NewRules(callback.NewRulebook(account(name)))
	now := time.Now()
	require.NoError(s.t, callback.NewIntake(s.db, rules, func(callback.MissedCall) {}).Take(s.t.Context(), callback.Verdict{
		PBX: "pbx1", CallID: name + caller + now.String(), Trunk: "PJSIP/pstn", Caller: caller, Dialled: "08-555 00 00",
		Arrived: now.Add(-time.Minute), Ended: now, Loss: callback.Loss{Queue: "support"},
	}))
}

// move takes a task and its open attempt one step on.
func (s *service) move(taskID int64, to callback.TaskState, attemptTo callback.AttemptState, edit func(*callback.Task, *callback.Attempt)) {
	s.t.Helper()
	require.NoError(s.t, s.db.Update(s.t.Context(), func(tx callback.Tx) error {
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

// claim starts the attempt of a task; names are those of its parts.
func (s *service) claim(taskID int64, names string) {
	s.t.Helper()
	s.move(taskID, callback.TaskDialing, callback.AttemptAgent, func(_ *callback.Task, a *callback.Attempt) {
		a.Claimed = time.Now()
		a.Names = callback.Names{AgentChannel: "agent-" + names, CustomerChannel: "customer-" + names, Bridge: "bridge-" + names, Recording: "acme/" + names}
	})
}

// complete has agent and customer of a claimed attempt talk for a minute.
func (s *service) complete(taskID int64) {
	s.t.Helper()
	start := time.Now()
	s.move(taskID, callback.TaskDialing, callback.AttemptAgentUp, func(_ *callback.Task, a *callback.Attempt) {
		a.Agent, a.AgentAnswered = "PJSIP/alice", start.Add(4*time.Second)
	})
	s.move(taskID, callback.TaskDialing, callback.AttemptCustomer, func(_ *callback.Task, a *callback.Attempt) {
		a.CustomerSent = start.Add(9 * time.Second)
	})
	s.move(taskID, callback.TaskDialing, callback.AttemptBridged, func(_ *callback.Task, a *callback.Attempt) {
		a.Bridged = start.Add(20 * time.Second)
	})
	s.move(taskID, callback.TaskCompleted, callback.AttemptEnded, func(t *callback.Task, a *callback.Attempt) {
		t.Attempts = 1
		a.Result, a.Counted, a.Ended = callback.ResultConnected, true, start.Add(80*time.Second)
	})
}
