package app

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/alarms"
	"callbackd/internal/config"
	"callbackd/internal/feed"
	"callbackd/internal/httpapi"
	"callbackd/internal/reload"
)

// ask sends a request with the admin's token; the answer is read into answer, unless that
// is nil.
func (r *running) ask(method, path string, answer any) io.Reader {
	r.t.Helper()
	token, err := os.ReadFile(filepath.Join(r.folder, "admin.token"))
	require.NoError(r.t, err)
	request, err := http.NewRequestWithContext(r.t.Context(), method, "http://"+r.listen+path, nil)
	require.NoError(r.t, err)
	request.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	response, err := http.DefaultClient.Do(request)
	require.NoError(r.t, err)
	r.t.Cleanup(func() { _ = response.Body.Close() })
	require.Equal(r.t, http.StatusOK, response.StatusCode, path)
	if answer != nil {
		require.NoError(r.t, json.NewDecoder(response.Body).Decode(answer))
	}
	return response.Body
}

// What a daemon does is heard, and the stream ends with it.
func TestEventsOfADaemon(t *testing.T) {
	r := newSite(t, "http://127.0.0.1:1", "127.0.0.1:0").run()
	heard := make(chan httpapi.Event, 100)
	lines := bufio.NewScanner(r.ask(http.MethodGet, "/api/v1/events", nil))
	go func() {
		defer close(heard)
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				var e httpapi.Event
				assert.NoError(t, json.Unmarshal([]byte(data), &e))
				heard <- e
			}
		}
	}()
	hear := func(kind httpapi.EventKind, account, name, state string) {
		t.Helper()
		late := time.After(20 * time.Second)
		for {
			select {
			case e, open := <-heard:
				require.True(t, open, "the stream is over")
				if e.Kind == kind && e.Account == account && e.Name == name && e.State == state {
					return
				}
			case <-late:
				require.FailNow(t, "not heard: "+string(kind)+" "+name)
			}
		}
	}
	hear(httpapi.EventReset, "", "", "")
	r.ask(http.MethodPost, "/api/v1/stop", nil)
	hear(httpapi.EventSwitch, "", "stopped", "on")
	r.ask(http.MethodPost, "/api/v1/accounts/acme/freeze", nil)
	hear(httpapi.EventSwitch, "acme", "frozen", "on")
	r.ask(http.MethodPost, "/api/v1/accounts/acme/unfreeze", nil)
	hear(httpapi.EventSwitch, "acme", "frozen", "off")
	r.ask(http.MethodPost, "/api/v1/accounts/acme/rules/lost/activate", nil)
	hear(httpapi.EventSwitch, "acme", "lost", "on")

	r.write("rules/acme.yaml", "account: acme\nrulez: []\n")
	hear(httpapi.EventAlarm, "acme", "rules_faulty", "raised")
	hear(httpapi.EventRules, "acme", "", "last_good")
	var list httpapi.AlarmList
	r.ask(http.MethodGet, "/api/v1/alarms", &list)
	require.NotEmpty(t, list.Alarms)
	faulty := list.Alarms[0]
	assert.Equal(t, "rules_faulty", faulty.Name)
	assert.Contains(t, faulty.About, "acme.yaml")
	assert.Equal(t, "Mend what the lines before it name.", faulty.Act)

	var system httpapi.System
	r.ask(http.MethodGet, "/api/v1/system", &system)
	assert.Positive(t, system.Database.Size)
	assert.Positive(t, system.Database.DiskFree)
	assert.Less(t, system.Database.DiskFree, system.Database.DiskSize)
	require.Len(t, system.PBXs, 1)
	assert.False(t, system.PBXs[0].Ready)
	assert.Equal(t, "http://127.0.0.1:1", system.PBXs[0].URL)
	require.Len(t, system.Accounts, 1)
	assert.Equal(t, httpapi.RulesLastGood, system.Accounts[0].State)
	assert.Positive(t, system.Accounts[0].Errors)
	assert.Equal(t, 1, system.Events.Subscribers)
	assert.WithinDuration(t, time.Now(), system.Started, time.Minute)

	r.stop()
	for range heard { // until the stream is over
	}
	assert.NoError(t, lines.Err(), "it ended in order and wasn't cut off, for which callbackd would have waited")
}

// Who listens hears that something changed, and nothing about the customer.
func TestWhatIsAnnounced(t *testing.T) {
	d := &daemon{events: feed.New[httpapi.Event](8)}
	follower, err := d.events.Follow("the test", "")
	require.NoError(t, err)
	defer follower.Close()
	_, err = follower.Next(t.Context())
	require.NoError(t, err)
	at := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	d.announce([]callback.Change{
		{At: at, Account: "acme", Number: "+46701234567", TaskID: 7, Input: "cancel", From: "scheduled", To: "cancelled", Reason: "cancelled_by_person: her mother called"},
		{At: at, Account: "acme", Number: "+46701234567", TaskID: 7, AttemptID: 9, Input: "end", From: "customer", To: "ended"},
	})
	d.announceMissed(callback.MissedCall{ID: 3, Recorded: at, Account: "acme", Number: "+46701234567", Caller: "0701234567", TaskID: 7, Decision: callback.DecisionMerged})
	d.announceAlarm(alarms.Alarm{Name: "target_missing", Last: at, Message: "callbackd needs help"})
	d.announceAlarm(alarms.Alarm{Name: "target_missing", Last: at, Over: at.Add(time.Second)})
	news, err := follower.Next(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []httpapi.Event{
		{Kind: httpapi.EventTask, At: at, Account: "acme", TaskID: 7, State: "cancelled"},
		{Kind: httpapi.EventAttempt, At: at, Account: "acme", TaskID: 7, AttemptID: 9, State: "ended"},
		{Kind: httpapi.EventMissedCall, At: at, Account: "acme", TaskID: 7, MissedCallID: 3, State: "merged"},
		{Kind: httpapi.EventAlarm, At: at, Name: "target_missing", State: "raised"},
		{Kind: httpapi.EventAlarm, At: at.Add(time.Second), Name: "target_missing", State: "over"},
	}, news.Events)
}

func TestTheLookoutSeesWhoComesAndGoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex // over all three
		ready := true
		files := []reload.Status{{Account: "acme", File: "acme.yaml", State: reload.StateInForce, Version: "1"}, {Account: "globex", State: reload.StateInForce}}
		var said []string
		l := lookout{
			pbxs: func() []httpapi.PBX {
				mu.Lock()
				defer mu.Unlock()
				return []httpapi.PBX{{Name: "pbx1", Ready: ready}}
			},
			rules: func() []reload.Status {
				mu.Lock()
				defer mu.Unlock()
				return files
			},
			announce: func(e httpapi.Event) {
				mu.Lock()
				defer mu.Unlock()
				said = append(said, string(e.Kind)+" "+e.Account+e.Name+" "+e.State)
			},
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); l.keep(ctx) }()
		change := func(edit func()) {
			mu.Lock()
			defer mu.Unlock()
			edit()
		}
		hears := func(why string, want ...string) {
			t.Helper()
			time.Sleep(lookoutEvery)
			synctest.Wait()
			mu.Lock()
			defer mu.Unlock()
			assert.Equal(t, want, said, why)
			said = nil
		}
		synctest.Wait()
		hears("nothing has changed")
		change(func() { ready = false })
		hears("it is gone", "pbx pbx1 away")
		hears("it is still gone")
		change(func() {
			ready = true
			files = []reload.Status{{Account: "acme", File: "acme.yaml", State: reload.StateInForce, Version: "2"}, files[1]}
		})
		hears("it is back, and the rules are new", "pbx pbx1 ready", "rules acme in_force")
		change(func() {
			files = []reload.Status{{Account: "acme", File: "acme.yaml", State: reload.StateInForce, Version: "2", Problems: config.Problems{{Message: "a rule is hidden"}}}, files[1]}
		})
		hears("a warning has come", "rules acme in_force")
		change(func() { files = files[:1] })
		hears("an account is gone", "rules globex ")
		cancel()
		<-done
	})
}
