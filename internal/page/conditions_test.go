package page_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	chromium "callbackd/internal/browser"
	"callbackd/internal/httpapi"
)

// What goes wrong can be read by everybody as well as what goes well: a faulty file, an
// account without its file, a stop, an Asterisk that is away, and what the doctor finds.
func TestTroubleIsAccessible(t *testing.T) {
	w := newWorld(t)
	w.filed()
	w.running()
	w.files.list[0].State = httpapi.RulesLastGood
	w.files.list[0].Problems = []httpapi.FileProblem{
		{Severity: "error", Line: 31, Column: 5, Path: "rules[0].quene", Message: "unknown key quene", Hint: "did you mean queue?", Source: "    quene: support", Pointer: 5},
		{Severity: "warning", Line: 12, Message: "customers aren't told that they are recorded", Source: "  recording: {keep: 90d}", Pointer: 3},
	}
	w.files.list[1].State, w.files.list[1].Missing, w.files.list[1].Absence = httpapi.RulesLastGood, true, httpapi.AbsentGone
	w.finds = []httpapi.Finding{
		{About: "files", Level: "ok", Message: "2 accounts, 2 rules"},
		{About: "asterisk", PBX: "pbx1", Level: "error", Message: "the context callbackd-agent is missing", Hint: "include callbackd.conf in extensions.conf", File: "/etc/asterisk/extensions.conf", Line: 12},
		{About: "asterisk", PBX: "pbx1", Level: "advice", Message: "withheld numbers are in the logs"},
		{About: "machine", Level: "note", Message: "the clock can't be compared"},
	}
	w.alarms = []httpapi.Alarm{{Name: "target_missing", About: "queue:support", Message: "it waits", Means: "Asterisk doesn't know a queue that tasks wait for.", Act: "Add it to queues.conf.", Count: 2, Last: time.Now()}}
	w.miss("acme", "+46701234567")
	require.NoError(t, w.control.Freeze(t.Context(), "globex", "greta"))
	require.NoError(t, w.control.Stop(t.Context(), "ada"))
	w.did(admin, w.post(admin, "/system/examine", nil))

	server := httptest.NewServer(w.handler)
	defer server.CloseClientConnections()
	p := chromium.Start(t).Page(t, chromium.Look{})
	p.Open(server.URL + "/sign-in?next=/rules")
	p.Fill("Name", admin.Name)
	p.Fill("Password", password)
	p.Follow("Sign in")
	for _, path := range []string{"/rules", "/rules?account=acme&number=0701234567&target=queue:support", "/accounts", "/accounts?do=resume", "/system"} {
		p.Open(server.URL + path)
		for _, look := range []chromium.Look{{Width: chromium.DeskWidth}, {Width: chromium.PhoneWidth, Dark: true}} {
			p.Look(look)
			p.MustBeAccessible()
		}
	}
}
