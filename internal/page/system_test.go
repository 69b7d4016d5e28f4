package page_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// overseer is a supervisor of all accounts.
var overseer = httpapi.Person{Name: "olga", Role: callback.RoleSupervisor}

// running is callbackd with one Asterisk that is ready, and one that isn't.
func (w *world) running() {
	now := time.Now().UTC()
	w.system = httpapi.System{
		Version: "1.2.3", Started: now.Add(-3 * time.Hour),
		Database: httpapi.SystemDatabase{Path: "/var/lib/callbackd/callbackd.db", Size: 73_400_320, WAL: 4096, DiskFree: 5_000_000_000, DiskSize: 100_000_000_000},
		PBXs: []httpapi.SystemPBX{
			{
				PBX: httpapi.PBX{Name: "pbx1", Ready: true}, URL: "http://127.0.0.1:8088", Since: now.Add(-2 * time.Hour), Version: "22.10.1", Lag: 0.0021,
				Heard: now, Channels: 12, Gaps: 1, LastGap: now.Add(-time.Hour),
				Logs: &httpapi.SystemLog{QueueLog: "/var/log/asterisk/queue_log", Until: now, Trouble: "permission denied"},
			},
			{PBX: httpapi.PBX{Name: "pbx2", Reason: "connection refused by <b>it</b>"}, URL: "http://127.0.0.1:8089"},
		},
		Events: httpapi.SystemEvents{Subscribers: 3},
	}
}

func TestThePageOfTheSystem(t *testing.T) {
	w := newWorld(t)
	assert.Contains(t, w.reads(admin, "/system"), "No Asterisk yet")
	w.running()
	text := w.reads(admin, "/system")
	assert.Regexp(t, `pbx1 ready Since \d\d:\d\d UTC , for 2 h: its calls are seen, and calls are made through it\.`, text)
	assert.Regexp(t, `Version 22\.10\.1 Answers after 2\.1 ms Heard of last \d\d:\d\d:\d\d UTC Channels remembered 12 Gaps since the start 1, the last at`, text)
	assert.Contains(t, text, "/var/log/asterisk/queue_log")
	assert.Contains(t, text, "Its logs can't be read: permission denied")
	assert.Contains(t, text, "pbx2 not ready Its calls aren't seen and none can be made: connection refused by <b>it</b> .")
	assert.Contains(t, w.get(admin, "/system").Body.String(), "&lt;b&gt;it&lt;/b&gt;")
	assert.Contains(t, text, "not read: calls missed while callbackd is away aren't found")
	assert.Contains(t, text, "Version 1.2.3 Started")
	assert.Contains(t, text, "73.4 MB, and 4.1 kB not yet taken over")
	assert.Contains(t, text, "5 GB of 100 GB free nearly full")
	assert.Contains(t, text, "None since ")

	w.alarms = []httpapi.Alarm{{Name: "target_missing", About: "queue:support", Message: "it waits", Means: "Asterisk doesn't know it.", Act: "Add it.", Count: 2, Last: time.Now()}}
	text = w.reads(admin, "/system")
	assert.Contains(t, text, "Target missing. queue:support 2 times, last")
	assert.Contains(t, text, "What to do: Add it.")
}

// The system is for those who see all accounts; only admins have it looked at.
func TestWhoSeesTheSystem(t *testing.T) {
	w := newWorld(t)
	w.running()
	assert.Equal(t, http.StatusForbidden, w.get(supervisor, "/system").Code)
	assert.NotContains(t, w.get(supervisor, "/tasks").Body.String(), `href="/system"`)
	assert.Equal(t, http.StatusForbidden, w.get(agent, "/system").Code)
	text := w.reads(overseer, "/system")
	assert.Contains(t, text, "pbx1 ready")
	assert.NotContains(t, text, "Look at everything now")
	assert.Equal(t, http.StatusForbidden, w.post(overseer, "/system/examine", nil).Code)
}

func TestHavingEverythingLookedAt(t *testing.T) {
	w := newWorld(t)
	w.running()
	assert.Contains(t, w.reads(admin, "/system"), "Nobody has had it looked at since callbackd's start.")
	w.finds = []httpapi.Finding{
		{About: "files", Level: "ok", Message: "2 accounts", File: "callbackd.yaml"},
		{About: "asterisk", PBX: "pbx1", Level: "error", Message: "the context callbackd-agent is missing", Hint: "include callbackd.conf", File: "extensions.conf", Line: 12},
		{About: "asterisk", PBX: "pbx1", Level: "warning", Message: "old"},
		{About: "machine", Level: "ok", Message: "room enough"},
	}
	text := w.did(admin, w.post(admin, "/system/examine", nil))
	assert.Contains(t, text, "callbackd has looked at everything.")
	assert.Regexp(t, `Looked at \d\d:\d\d:\d\d UTC , \d+ s ago: 1 error, 1 warning\.`, text)
	assert.Contains(t, text, "Configuration and rules ok 2 accounts Asterisk pbx1 error the context callbackd-agent is missing extensions.conf:12 → include callbackd.conf warning old This machine ok room enough")
	assert.Contains(t, w.reads(overseer, "/system"), "the context callbackd-agent is missing")
}
