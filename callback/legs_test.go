package callback

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func phonebook(a *Account) {
	a.Agents = map[string]Agent{"alice": {Name: "alice", Endpoint: "PJSIP/alice"}, "bob": {Name: "bob", Endpoint: "PJSIP/bob"}}
	a.Groups = map[string]Group{"sales": {Name: "sales", Members: []string{"alice", "bob"}}}
}

func TestWhichPhonesRing(t *testing.T) {
	a := exampleAccount(phonebook)
	group, both := Target{TargetGroup, "sales"}, []string{"PJSIP/alice", "PJSIP/bob"}
	for name, row := range map[string]struct {
		target Target
		want   []string
	}{
		"a queue finds its own":    {Target{TargetQueue, "support"}, nil},
		"an agent":                 {Target{TargetAgent, "bob"}, []string{"PJSIP/bob"}},
		"an agent who isn't there": {Target{TargetAgent, "carol"}, nil},
		"a group":                  {group, both},
	} {
		require.Equal(t, row.want, a.phones(row.target), name)
		require.Equal(t, row.want, a.admission(Settings{Target: row.target}).Phones, name)
	}
	require.Equal(t, both[:1], a.admission(Settings{Target: group, PassedBy: both[:1]}).PassedBy)
}

// A leg may live as long as all that can still happen to it, and half a minute more.
func TestFuses(t *testing.T) {
	accept := &Accept{Key: "1", Within: 10 * time.Second, Ask: Sound{Play: "ask"}}
	notice := &RecordingSettings{Notice: Sound{Play: "call-recorded"}}
	for name, row := range map[string]struct {
		settings        Settings
		agent, customer time.Duration
	}{
		"nothing":        {Settings{}, 2 * time.Minute, time.Minute},
		"a prompt":       {Settings{AgentPrompt: "callback"}, 3 * time.Minute, time.Minute},
		"all agents":     {Settings{AgentPrompt: "callback", AgentAnnouncement: &Speech{}, AgentAccept: accept}, 5*time.Minute + 10*time.Second, time.Minute},
		"a notice":       {Settings{Recording: notice}, 3 * time.Minute, 2 * time.Minute},
		"a key":          {Settings{CustomerAccept: accept}, 3*time.Minute + 10*time.Second, 2*time.Minute + 10*time.Second},
		"only a key":     {Settings{CustomerAccept: &Accept{Within: 5 * time.Second}}, 125 * time.Second, 65 * time.Second},
		"listening":      {Settings{Voicemail: Voicemail{Action: VoicemailHangUp}}, 128 * time.Second, 68 * time.Second},
		"a message":      {Settings{Voicemail: Voicemail{Action: VoicemailLeave}}, 128 * time.Second, 163 * time.Second},
		"a stop key":     {Settings{StopKey: "9"}, 2 * time.Minute, 70 * time.Second},
		"a plain record": {Settings{Recording: &RecordingSettings{}}, 2 * time.Minute, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			row.settings.WaitForCustomer = 30 * time.Second
			account := exampleAccount()
			x := &execution{attempt: Attempt{Number: "+46701234567", Settings: row.settings}, region: account.Regions["sweden"], country: "SE"}
			require.Equal(t, row.agent, x.agentLeg().Fuse)
			leg, err := x.customerLeg()
			require.NoError(t, err)
			require.Equal(t, row.customer, leg.Fuse)
		})
	}
}

func TestHowLongAConversationMayStillLast(t *testing.T) {
	bridged := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	for name, row := range map[string]struct {
		limit, since, want time.Duration
	}{
		"it begins":                 {10 * time.Minute, 0, 10 * time.Minute},
		"it went on over a restart": {10 * time.Minute, 3 * time.Minute, 7 * time.Minute},
		"it should be over: 0 would be no limit to Asterisk": {10 * time.Minute, 10 * time.Minute, 5 * time.Second},
		"it should be over for long":                         {10 * time.Minute, time.Hour, 5 * time.Second},
		"the rule says nothing":                              {0, time.Hour, 3 * time.Hour},
		"the clock was set back":                             {10 * time.Minute, -time.Hour, 10 * time.Minute},
	} {
		a := Attempt{Bridged: bridged, Settings: Settings{MaxCall: row.limit}}
		require.Equal(t, row.want, a.talkLeft(bridged.Add(row.since)), name)
	}
	unstored := Attempt{Settings: Settings{MaxCall: time.Minute}}
	require.Equal(t, time.Minute, unstored.talkLeft(bridged), "its beginning couldn't be stored")
}
