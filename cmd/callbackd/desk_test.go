package main

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/callback/hours"
	"callbackd/internal/httpapi"
	"callbackd/internal/recordings"
	"callbackd/sounds"
	"callbackd/storage"
)

// desk is a running daemon's HTTP side and somebody who types commands.
type desk struct {
	t      *testing.T
	config string
	db     *storage.DB
	rules  *callback.Rules
	files  *files
	server *httptest.Server
	users  *callback.Users
	shelf  *shelf // of pbx1
}

func newDesk(t *testing.T) *desk {
	folder := t.TempDir()
	database := filepath.Join(folder, "callbackd.db")
	db, err := storage.Open(t.Context(), database)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })

	rules := callback.NewRules(callback.NewRulebook(acme()))
	dialer := callback.NewDialer(db, rules, nil, callback.Pace{}, zerolog.Nop())
	scheduler := callback.NewScheduler(db, rules, dialer, zerolog.Nop())
	control := callback.NewControl(db, rules, dialer, scheduler, callback.NewUpkeep(db, rules, zerolog.Nop()), zerolog.Nop())
	files := &files{file: httpapi.RulesFile{Account: "acme", File: "rules/acme.yaml", State: httpapi.RulesInForce, Since: moment(8, 0, 0)}, rules: rules}
	library, err := sounds.Open(filepath.Join(folder, "sounds"), filepath.Join(folder, "shipped-sounds"))
	require.NoError(t, err)
	shelf := &shelf{files: map[string][]byte{}}
	promises := callback.NewDesk(db, rules)
	users := callback.NewUsers(db, zerolog.Nop())
	server := httptest.NewServer(httpapi.New(httpapi.Options{
		Store: db, Rules: rules, Files: files, Drafts: files, Control: control, Desk: promises, Holders: promises.ForHolders(callback.NewLinks([]byte("key"))), Sounds: library,
		Recordings: recordings.NewKeeper(db, map[string]recordings.PBX{"pbx1": shelf}, zerolog.Nop()),
		PBXs:       func() []httpapi.PBX { return []httpapi.PBX{{Name: "pbx1", Ready: true}} },
		Users:      users, Token: "secret", Ready: func() []string { return nil }, Version: "test", Log: zerolog.Nop(),
	}))
	t.Cleanup(server.Close)
	require.NoError(t, os.WriteFile(httpapi.TokenFile(database), []byte("secret\n"), 0o600))
	config := filepath.Join(folder, "callbackd.yaml")
	// The verbs need neither the password of ARI nor its environment variable.
	text := fmt.Sprintf("listen: %s\nasterisk: {pbx1: {password: \"${CALLBACKD_NOT_SET}\"}}\n", server.Listener.Addr())
	require.NoError(t, os.WriteFile(config, []byte(text), 0o600))
	return &desk{t: t, config: config, db: db, rules: rules, files: files, server: server, users: users, shelf: shelf}
}

// acme calls back after half an hour what the queue support loses.
func acme() *callback.Account {
	rule := callback.Rule{
		Name: "lost in the contact center", MissedIn: callback.MissedInContactCenter, Enabled: true,
		DialingIntervals: []time.Duration{30 * time.Minute, 5 * time.Minute}, WaitForCustomer: 30 * time.Second,
		Schedule: hours.Always(), GiveUpAfter: 3,
	}
	requests := rule
	requests.Name, requests.MissedIn, requests.Region = callback.RequestsRule, "", "sweden"
	requests.Forward = callback.Target{Kind: callback.TargetQueue, Name: "support"}
	advice := requests
	advice.Name = callback.AppointmentsRule("advice")
	return &callback.Account{
		Appointments: map[string]*callback.AppointmentBook{"advice": {
			Rule: advice, ID: "advice", Slot: 15 * time.Minute, PerSlot: 2, Office: callback.Office{Schedule: hours.Always(), Zone: time.UTC},
			Ahead: 14 * 24 * time.Hour, AtLeast: time.Hour, Identification: &callback.Identification{Least: 6, Most: 10},
		}},
		Name: "acme", Mode: callback.ModeLive, Country: "SE", Location: time.UTC, Numbers: []string{"+4685550000"}, Lines: 15, MinTalk: time.Second,
		Regions: map[string]callback.Region{"sweden": {Name: "sweden", PBX: "pbx1", Trunks: []string{"PJSIP/pstn"}, Dial: "PJSIP/{number}@pstn"}},
		Queues:  map[string]callback.Queue{"support": {Name: "support"}}, Rules: []callback.Rule{rule},
		Requests: &callback.Requests{Rule: requests, Duplicates: callback.DuplicatesMerge, Ahead: callback.RequestsAhead},
	}
}

// miss has a call from caller end in the queue support, a moment ago.
func (d *desk) miss(caller string) {
	d.t.Helper()
	now := time.Now()
	require.NoError(d.t, callback.NewIntake(d.db, d.rules, func(callback.MissedCall) {}).Take(d.t.Context(), callback.Verdict{
		PBX: "pbx1", CallID: "call from " + caller, Trunk: "PJSIP/pstn", Caller: caller, Dialled: "+4685550000",
		Arrived: now.Add(-time.Minute), Ended: now, Loss: callback.Loss{Queue: "support"},
	}))
}

// files is the only rules file.
type files struct {
	file  httpapi.RulesFile
	rules *callback.Rules
	diff  httpapi.RulesDiff // what any text would change
	draft string            // the last one
}

func (f *files) Files() []httpapi.RulesFile { return []httpapi.RulesFile{f.file} }

func (f *files) Diff(context.Context) ([]httpapi.RulesDiff, error) {
	return []httpapi.RulesDiff{f.diff}, nil
}

func (f *files) DiffDraft(_ context.Context, name, draft string) (httpapi.RulesDiff, error) {
	f.draft = draft
	answer := f.diff
	answer.File = name
	return answer, nil
}

func (f *files) OnDisk(context.Context) (*callback.Rulebook, []httpapi.FileProblem, error) {
	return f.rules.Book(), nil, nil
}

// Draft takes any text for the rules of acme, in which no queue loses calls.
func (f *files) Draft(_ context.Context, _, draft string) (*callback.Rulebook, []httpapi.FileProblem, error) {
	f.draft = draft
	other := acme()
	other.Rules = nil
	return callback.NewRulebook(other), nil, nil
}

// Forget takes the account out of force if its file is missing.
func (f *files) Forget(context.Context, string) error {
	if !f.file.Missing {
		return callback.ErrInForce
	}
	f.rules.Replace(callback.NewRulebook())
	f.file = httpapi.RulesFile{File: f.file.File, State: httpapi.RulesNotInForce}
	return nil
}
