package survey

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
)

// An account with a region on each of two PBXs. Who loses a call is on the PBX where it
// came in; whom a rule forwards to, on every one through which it calls back.
func TestTwoPBXs(t *testing.T) {
	for name, row := range map[string]struct {
		rule func(*callback.Rule)
		on   []string // the PBXs that have the queue
		want []string
	}{
		"the queue is on one of them": {func(*callback.Rule) {}, []string{"pbx2"}, nil},
		"the queue is on neither": {func(*callback.Rule) {}, nil,
			[]string{"error acme: queues.support: Asterisk pbx1 has no queue support, and pbx2 neither"}},
		"a rule calls back through one region, to the queue that lost the call": {
			func(r *callback.Rule) { r.Region = "sweden" }, []string{"pbx2"},
			[]string{"error acme: queues.support: Asterisk pbx1 has no queue support"}},
		"a rule forwards to it from wherever the call came in": {
			func(r *callback.Rule) { r.Forward = callback.Target{Kind: callback.TargetQueue, Name: "support"} }, []string{"pbx2"},
			[]string{"error acme: queues.support: Asterisk pbx1 has no queue support"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				account := acme()
				norway := account.Regions["sweden"]
				norway.Name, norway.PBX = "norway", "pbx2"
				account.Regions["norway"] = norway
				account.Rules = account.Rules[1:]
				row.rule(&account.Rules[0])
				pbxs := map[string]*aritest.Server{"pbx1": aritest.New(t), "pbx2": aritest.New(t)}
				var o Options
				for _, name := range []string{"pbx2", "pbx1"} {
					complete(pbxs[name])
					pbxs[name].SetFunction("QUEUE_EXISTS(support)", "0")
					o.PBXs = append(o.PBXs, pbxOf(name, pbxs[name]))
				}
				for _, name := range row.on {
					pbxs[name].SetFunction("QUEUE_EXISTS(support)", "1")
				}
				o.Accounts, o.SoundPath = []*callback.Account{account}, soundPath
				assert.Equal(t, row.want, lines(Run(t.Context(), o)))
			})
		})
	}
}

// A phone is registered with one of two PBXs, and the other may not even know it.
func TestAPhoneOfTwoPBXs(t *testing.T) {
	note := func(pbx string, severity Severity, lacks string) finding {
		return finding{Finding{severity, pbx, "acme", "agents.alice.endpoint", "Asterisk " + pbx + " " + lacks, ""}, lacks, 2}
	}
	unknown, offline := note("pbx1", Error, "has no endpoint"), note("pbx2", Warning, "says that it isn't registered")
	assert.Equal(t, []Finding{offline.Finding}, merge([]finding{offline, unknown}))
	assert.Empty(t, merge([]finding{unknown}))
	assert.Empty(t, merge([]finding{offline}))
}

// What is asked for is asked once, by the rule that matters.
func TestAPromptOfSeveralRules(t *testing.T) {
	account := acme()
	account.Rules[0].AgentPrompt, account.Rules[0].Enabled = "callback", false
	wanted := map[string]*wanted{"pbx1": {}}
	refer(account, wanted)
	require.Equal(t, []reference{{account: "acme", path: "rules[1].agent_prompt", name: "callback", needed: true}}, wanted["pbx1"].sounds)
}

// What only appointments need is asked for as well, and named as the file has it.
func TestWhatAppointmentsNeed(t *testing.T) {
	account := acme()
	account.Rules = nil
	account.Queues = map[string]callback.Queue{"advice": {Name: "advice"}}
	account.Appointments = map[string]*callback.AppointmentBook{"advice": {ID: "advice", Rule: callback.Rule{
		Name: callback.AppointmentsRule("advice"), Enabled: true, Region: "sweden", AgentPrompt: "callback",
		Forward: callback.Target{Kind: callback.TargetQueue, Name: "advice"},
		Owner:   &callback.Owner{Agent: "alice", Then: callback.Target{Kind: callback.TargetQueue, Name: "advice"}},
	}}}
	w := &wanted{}
	refer(account, map[string]*wanted{"pbx1": w})
	require.Equal(t, []reference{{account: "acme", path: "appointments.advice.agent_prompt", name: "callback", needed: true}}, w.sounds)
	require.Len(t, w.queues, 1)
	assert.True(t, w.queues[0].rung)
	require.Len(t, w.phones, 1)
	assert.Contains(t, w.phones[0].path, "agents.alice")
	assert.True(t, w.needs.queueLegs)
	assert.True(t, w.needs.phoneLegs, "the owner's phone")
}

// A region on a PBX that isn't asked is nobody's.
func TestAPBXThatIsNotAsked(t *testing.T) {
	wanted := map[string]*wanted{"pbx2": {}}
	refer(acme(), wanted)
	require.Empty(t, wanted["pbx2"])
}

func TestPlaces(t *testing.T) {
	for dial, want := range map[string]place{
		"PJSIP/alice":                     {technology: "PJSIP", endpoint: "alice"},
		"PJSIP/+46701234567@pstn":         {technology: "PJSIP", endpoint: "pstn"},
		"PJSIP/pstn/sip:46701@10.0.0.1":   {technology: "PJSIP", endpoint: "pstn"},
		"Local/0701234567@from-out/n":     {technology: "Local", exten: "0701234567", context: "from-out"},
		"Local/100@phones":                {technology: "Local", exten: "100", context: "phones"},
		"IAX2/provider/46701234567":       {technology: "IAX2", endpoint: "provider"},
		"DAHDI/g1/0701234567":             {technology: "DAHDI", endpoint: "g1"},
		"PJSIP/trunk/sip:x@host:5060;a=b": {technology: "PJSIP", endpoint: "trunk"},
	} {
		assert.Equal(t, want, placeOf(dial), dial)
	}
}

func TestCodecModules(t *testing.T) {
	v := &visit{modules: map[string]bool{"codec_ulaw.so": true, "codec_g726.so": true, "codec_g729a.so": true, "codec_opus.so": false, "codec_gsm.so": true}}
	for format, want := range map[string]bool{
		"ulaw": true, "slin16": true, "g726aal2": true, "g729": true, "opus": false, "alaw": false, "g722": false,
	} {
		_, ok := v.converts(format)
		assert.Equal(t, want, ok, format)
	}
}
