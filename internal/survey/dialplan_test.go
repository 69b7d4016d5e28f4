package survey

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
)

// support is the queue of acme.
var support = callback.Target{Kind: callback.TargetQueue, Name: "support"}

// lacking has Asterisk lack contexts, or an extension, of callbackd.conf.
func lacking(srv *aritest.Server, places ...string) {
	for _, place := range places {
		srv.SetFunction("DIALPLAN_EXISTS("+place+")", "0")
	}
}

// Of callbackd.conf that is asked for which some rule needs that is on.
func TestContextsThatRulesNeed(t *testing.T) {
	all := []string{"callbackd-agent", "callbackd-phones", "callbackd-amd", "callbackd-message"}
	const (
		agent   = "error asterisk.pbx1: Asterisk pbx1 has no dialplan context callbackd-agent, through which agents are rung"
		phones  = "error asterisk.pbx1: Asterisk pbx1 has no dialplan context callbackd-phones, through which phones of agents and groups are rung"
		amd     = "error asterisk.pbx1: Asterisk pbx1 has no dialplan context callbackd-amd, in which a call is listened to for a machine"
		message = "error asterisk.pbx1: Asterisk pbx1 has no dialplan context callbackd-message, in which a call waits to leave a message"
	)
	for name, row := range map[string]struct {
		rule callback.Rule // of the contact center
		want []string
	}{
		"to a queue":              {callback.Rule{Enabled: true, Forward: support}, []string{agent}},
		"back to the queue":       {callback.Rule{Enabled: true, From: []callback.Target{support}}, []string{agent}},
		"to an agent":             {callback.Rule{Enabled: true, Forward: callback.Target{Kind: callback.TargetAgent, Name: "alice"}}, []string{phones}},
		"back to the group":       {callback.Rule{Enabled: true, From: []callback.Target{{Kind: callback.TargetGroup, Name: "sales"}}}, []string{phones}},
		"back to whoever lost it": {callback.Rule{Enabled: true}, []string{agent, phones}},
		"off":                     {callback.Rule{}, nil},
		"voicemail is connected":  {callback.Rule{Enabled: true, Forward: support, Voicemail: callback.Voicemail{Action: callback.VoicemailConnect}}, []string{agent}},
		"voicemail is hung up on": {callback.Rule{Enabled: true, Forward: support, Voicemail: callback.Voicemail{Action: callback.VoicemailHangUp}}, []string{agent, amd}},
		"a message is left":       {callback.Rule{Enabled: true, Forward: support, Voicemail: callback.Voicemail{Action: callback.VoicemailLeave}}, []string{agent, amd, message}},
	} {
		t.Run(name, func(t *testing.T) {
			row.rule.MissedIn = callback.MissedInContactCenter
			assert.Equal(t, row.want, lines(survey(t, func(s *aritest.Server, a *callback.Account) {
				lacking(s, all...)
				a.Rules = []callback.Rule{row.rule}
			})))
		})
	}
}

// A file from before, of which some is there, is to be copied anew; where nothing is there it
// isn't included.
func TestACallbackdConfFromBefore(t *testing.T) {
	listens := func(a *callback.Account) {
		a.Rules[1].Voicemail.Action = callback.VoicemailHangUp
	}
	found := survey(t, func(s *aritest.Server, a *callback.Account) {
		listens(a)
		lacking(s, "callbackd-amd")
	})
	require.Len(t, found, 1)
	assert.Contains(t, found[0].Hint, "copy callbackd.conf of this version")

	found = survey(t, func(s *aritest.Server, a *callback.Account) {
		listens(a)
		lacking(s, "callbackd-agent", "callbackd-phones", "callbackd-amd")
	})
	require.Len(t, found, 3)
	for _, f := range found {
		assert.Contains(t, f.Hint, "`#include callbackd.conf`")
	}

	found = survey(t, func(s *aritest.Server, _ *callback.Account) {
		lacking(s, "callbackd-version,"+DialplanVersion+",1")
	})
	require.Equal(t, []string{"warning asterisk.pbx1: Asterisk pbx1 has a callbackd.conf that isn't of this callbackd's version"}, lines(found))
	assert.Contains(t, found[0].Hint, "copy callbackd.conf of this version")
}

func TestModulesThatRulesNeed(t *testing.T) {
	const runs = " asterisk.pbx1: Asterisk pbx1 doesn't run module "
	toPhones := callback.Rule{Enabled: true, Forward: callback.Target{Kind: callback.TargetGroup, Name: "sales"}}
	listening := callback.Rule{Enabled: true, Forward: support, Voicemail: callback.Voicemail{Action: callback.VoicemailHangUp}}
	leaving := callback.Rule{Enabled: true, Forward: support, Voicemail: callback.Voicemail{Action: callback.VoicemailLeave}}
	apart := callback.Rule{Enabled: true, Forward: support, Recording: &callback.RecordingSettings{Channels: 2}}
	mixed := callback.Rule{Enabled: true, Forward: support, Recording: &callback.RecordingSettings{Channels: 1}}
	plain := callback.Rule{Enabled: true, Forward: support}
	for module, row := range map[string]struct {
		rule, without callback.Rule // that needs it, and that doesn't
		want          string
	}{
		"app_dial.so":                {toPhones, plain, "error" + runs + "app_dial.so: phones of agents and groups can't be rung"},
		"func_devstate.so":           {plain, callback.Rule{}, "error" + runs + "func_devstate.so: callbackd can't tell which phones are free, and rings none"},
		"pbx_config.so":              {toPhones, callback.Rule{}, "error" + runs + "pbx_config.so: there is no callbackd.conf, through which agents are rung"},
		"res_stasis_device_state.so": {plain, callback.Rule{}, "warning" + runs + "res_stasis_device_state.so: it is noticed late that a phone is free again"},
		"app_amd.so":                 {listening, plain, "error" + runs + "app_amd.so: no machine is told from a person: whoever answers is connected"},
		"app_exec.so":                {listening, plain, "error" + runs + "app_exec.so: callbackd.conf can't listen for a machine, and hangs up"},
		"app_waitforsilence.so":      {leaving, listening, "error" + runs + "app_waitforsilence.so: messages are left while the machine still speaks"},
		"chan_bridge_media.so":       {mixed, apart, "error" + runs + "chan_bridge_media.so: nothing can be recorded"},
		"res_ari_recordings.so":      {apart, plain, "error" + runs + "res_ari_recordings.so: nothing can be recorded"},
	} {
		t.Run(module, func(t *testing.T) {
			without := func(rule callback.Rule) []string {
				return lines(survey(t, func(s *aritest.Server, a *callback.Account) {
					rule.MissedIn = callback.MissedInContactCenter
					s.UnloadModule(module)
					a.Rules = []callback.Rule{rule}
				}))
			}
			assert.Equal(t, []string{row.want}, without(row.rule))
			assert.Empty(t, without(row.without))
		})
	}
}

// Only an Asterisk that fetches sounds needs what fetches them.
func TestAnAsteriskThatFetchesSounds(t *testing.T) {
	for fetches, want := range map[bool][]string{
		true:  {"error asterisk.pbx1: Asterisk pbx1 doesn't run module res_http_media_cache.so: no sound of callbackd's can be fetched"},
		false: nil,
	} {
		synctest.Test(t, func(t *testing.T) {
			srv := aritest.New(t)
			complete(srv)
			srv.UnloadModule("res_http_media_cache.so")
			pbx := pbxOf("pbx1", srv)
			pbx.Fetches = fetches
			o := Options{PBXs: []PBX{pbx}, Accounts: []*callback.Account{acme()}, SoundPath: soundPath}
			assert.Equal(t, want, lines(Run(t.Context(), o)))
		})
	}
}
