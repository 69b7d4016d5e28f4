package pbx_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/config"
	"callbackd/internal/reload"
)

// crashFile is the account of the other scenarios as an admin writes it.
const crashFile = `account: acme
country: "SE"
timezone: UTC
numbers: ["+4685550000"]
regions:
  sweden: {pbx: pbx1, trunks: [PJSIP/pstn], dial: "PJSIP/{number}@pstn", tone_zone: se}
queues: {support: {}}
schedules:
  soon: {sat: 01:05-02:00}
defaults: {schedule: always, wait_for_customer: 20s, agent_prompt: callback}
rules:
  - {name: lost, missed_in: contact_center, dialing_intervals: [immediately, 1m, 1m]}
`

// saving is what a rules file holds from a moment on; "": it is gone.
type saving struct {
	at   time.Time
	text string
}

// rulesFile is where a run's rules lie.
func (r *crashRun) rulesFile() string { return filepath.Join(r.folder, "rules", "acme.yaml") }

func (r *crashRun) reloading(store callback.Store) reload.Options {
	return reload.Options{Config: operator(filepath.Join(r.folder, "rules")), Store: store, Log: r.zerolog(), NoEvents: true}
}

func operator(rules string) *config.Config {
	return &config.Config{
		File: filepath.Join(rules, "..", "callbackd.yaml"), Rules: rules, LinesPerAccount: 15,
		Asterisk: map[string]config.PBX{"pbx1": {Name: "pbx1"}},
	}
}

// openRules starts a life as a daemon starts: with the rules files. A daemon that
// can't store them ends with an error, and somebody starts it again.
func (r *crashRun) openRules(store *ledger) {
	if len(r.lives) == 1 {
		require.NoError(r.t, os.Mkdir(filepath.Dir(r.rulesFile()), 0o755))
		r.saves(r.scenario.file)
	}
	for began := time.Now(); ; {
		var err error
		if r.reloader, err = reload.Open(ctx, r.reloading(store)); err == nil {
			r.rules = r.reloader.Rules()
			return
		}
		if time.Since(began) > patience {
			r.violated("rules not in force", "callbackd can't start: %v", err)
			store.life.die()
		}
		if store.life.isDead() {
			r.reloader, r.rules = nil, callback.NewRules(callback.NewRulebook())
			return
		}
		r.wait(time.Second)
	}
}

// saves: an admin saves the rules file.
func (r *crashRun) saves(text string) {
	assert.NoError(r.t, os.WriteFile(r.rulesFile(), []byte(text), 0o600))
	r.savedNow(text)
}

// removes: the rules file is gone.
func (r *crashRun) removes() {
	assert.NoError(r.t, os.Remove(r.rulesFile()))
	r.savedNow("")
}

func (r *crashRun) savedNow(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.saved = append(r.saved, saving{time.Now(), text})
}

// edits: an admin replaces something in the file as it was at the start.
func (r *crashRun) edits(oldnew ...string) {
	r.whoTalks()
	r.saves(edited(oldnew...))
}

// changes: an admin replaces something in the file as it is, if it is there.
func (r *crashRun) changes(oldnew ...string) {
	r.mu.Lock()
	text := r.saved[len(r.saved)-1].text
	r.mu.Unlock()
	if text != "" {
		r.saves(strings.NewReplacer(oldnew...).Replace(text))
	}
}

func edited(oldnew ...string) string { return strings.NewReplacer(oldnew...).Replace(crashFile) }

// read reads a rules file's text; nil is a faulty one.
func read(text string) *callback.Account {
	texts.Lock()
	defer texts.Unlock()
	account, known := texts.read[text]
	if !known {
		account = config.ParseRules(operator("rules"), "acme.yaml", []byte(text)).Account
		texts.read[text] = account
	}
	return account
}

// texts are the files of all runs.
var texts = struct {
	sync.Mutex
	read map[string]*callback.Account
}{read: map[string]*callback.Account{}}
