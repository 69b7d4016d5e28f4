package survey

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
)

// acme is an account that refers to something of each kind; complete is an Asterisk that
// has all of it.
func acme() *callback.Account {
	support := callback.Target{Kind: callback.TargetQueue, Name: "support"}
	return &callback.Account{
		Name: "acme", Country: "SE",
		Regions: map[string]callback.Region{"sweden": {
			Name: "sweden", PBX: "pbx1", Trunks: []string{"PJSIP/pstn"}, Dial: "PJSIP/{number}@pstn",
			NumberFormat: callback.FormatPlusE164, Formats: "ulaw", ToneZone: "se",
		}},
		Agents:    map[string]callback.Agent{"alice": {Name: "alice", Endpoint: "PJSIP/alice"}},
		Groups:    map[string]callback.Group{"sales": {Name: "sales", Members: []string{"alice"}}},
		Queues:    map[string]callback.Queue{"support": {Name: "support"}},
		Scenarios: map[string]callback.Scenario{"main-menu": {Name: "main-menu", Contexts: []string{"main-menu"}}},
		Rules: []callback.Rule{
			{Name: "lost in the menu", MissedIn: callback.MissedInScenario, Scenarios: []string{"main-menu"}, Enabled: true, Forward: support},
			{
				Name: "lost in the contact center", MissedIn: callback.MissedInContactCenter, Enabled: true,
				AgentPrompt: "callback", Recording: &callback.RecordingSettings{Keep: time.Hour},
			},
		},
	}
}

func complete(srv *aritest.Server) {
	srv.SetEndpoint("PJSIP/pstn", true)
	srv.SetEndpoint("PJSIP/alice", true)
	for _, function := range []string{
		"QUEUE_EXISTS(support)", "DIALPLAN_EXISTS(main-menu)", "DIALPLAN_EXISTS(callbackd-agent)",
		"DIALPLAN_EXISTS(callbackd-agent,support,1)", "DIALPLAN_EXISTS(callbackd-phones)", "DIALPLAN_EXISTS(callbackd-amd)",
		"DIALPLAN_EXISTS(callbackd-message)", "DIALPLAN_EXISTS(callbackd-version," + DialplanVersion + ",1)",
	} {
		srv.SetFunction(function, "1")
	}
}

// pbxOf is how a survey reaches srv.
func pbxOf(name string, srv *aritest.Server) PBX {
	o := srv.Options("callbackd")
	return PBX{Name: name, URL: o.URL, Username: o.Username, Password: o.Password, Application: o.Application, DialContext: o.DialContext}
}

func soundPath(_, _, name string) (string, error) { return "/sounds/" + name, nil }

// survey asks a complete Asterisk, but for what change takes away, for an account, and
// checks that nothing is left behind.
func survey(t *testing.T, change func(*aritest.Server, *callback.Account)) (findings []Finding) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		srv, account := aritest.New(t), acme()
		complete(srv)
		if change != nil {
			change(srv, account)
		}
		began := time.Now()
		findings = Run(t.Context(), Options{
			PBXs: []PBX{pbxOf("pbx1", srv)}, Accounts: []*callback.Account{account}, SoundPath: soundPath,
		})
		assert.Less(t, time.Since(began), Limit+hangupLimit+answerLimit)
		nothingLeft(t, srv)
	})
	return findings
}

// nothingLeft checks that what was made in Asterisk was ended.
func nothingLeft(t *testing.T, srv *aritest.Server) {
	t.Helper()
	synctest.Wait()
	made, ended := 0, 0
	for _, r := range srv.Requests() {
		switch {
		case r.String() == "POST /channels/create":
			made++
		case strings.HasPrefix(r.String(), "DELETE /channels/callbackd-check-"):
			ended++
		}
		assert.NotContains(t, r.String(), "POST /bridges")
	}
	assert.Equal(t, made, ended, "the probe is hung up")
}

// lines are findings as a person would read them.
func lines(findings []Finding) (list []string) {
	for _, f := range findings {
		where := f.Path
		if f.Account != "" {
			where = f.Account + ": " + where
		}
		list = append(list, fmt.Sprintf("%s %s: %s", f.Severity, where, f.Message))
	}
	return list
}

// nobody is where no Asterisk listens.
func nobody(context.Context, string, string) (net.Conn, error) {
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: fmt.Errorf("connection refused")}
}

// silence takes connections and says nothing.
func silence(context.Context, string, string) (net.Conn, error) {
	here, there := net.Pipe()
	go func() {
		buffer := make([]byte, 1024)
		for {
			if _, err := there.Read(buffer); err != nil {
				return
			}
		}
	}()
	return here, nil
}

func TestNothingIsMissing(t *testing.T) {
	require.Empty(t, survey(t, nil))
}
