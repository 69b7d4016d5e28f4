package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/callback/hours"
	"callbackd/internal/config"
	"callbackd/sounds"
)

// operator is a callbackd.yaml with two PBXes whose rules are at path.
func operator(path string) *config.Config {
	return &config.Config{
		Rules:           path,
		LinesPerAccount: 15,
		Asterisk:        map[string]config.PBX{"pbx1": {Name: "pbx1"}, "pbx2": {Name: "pbx2"}},
	}
}

// loadRules reads rules where the sound library has what is shipped, and in Swedish
// an account's own "hej".
func loadRules(path string, opts ...config.Option) (*callback.Rulebook, config.Problems, error) {
	library := config.CheckSound(func(account, language, name string) error {
		if account == "acme" && language == "sv" && name == "hej" {
			return nil
		}
		return sounds.Check("sounds", sounds.Key{Account: account, Language: language, Name: name})
	})
	return config.LoadRules(operator(path), append(opts, library)...)
}

func goodAccount(t *testing.T, fixture string) *callback.Account {
	t.Helper()
	book, warnings, err := loadRules(filepath.Join("..", "..", "testdata", "rules", "good", fixture))
	require.NoError(t, err)
	require.Empty(t, warnings)
	require.Len(t, book.Accounts(), 1)
	return book.Accounts()[0]
}

func TestBadRules(t *testing.T) {
	for _, fixture := range fixtures(t, "rules/bad") {
		t.Run(filepath.Base(fixture), func(t *testing.T) {
			book, _, err := loadRules(fixture)
			assert.Nil(t, book)
			require.ErrorAs(t, err, new(config.Problems))
			golden(t, fixture, err.Error())
		})
	}
}

func TestRulesWithWarnings(t *testing.T) {
	for _, fixture := range fixtures(t, "rules/warned") {
		t.Run(filepath.Base(fixture), func(t *testing.T) {
			book, warnings, err := loadRules(fixture)
			require.NoError(t, err)
			assert.NotEmpty(t, book.Accounts())
			golden(t, fixture, warnings.Error())
		})
	}
}

// A whole file, with what the rules take from defaults and what they don't.
func TestRulesOfAnAccount(t *testing.T) {
	path := filepath.Join("..", "..", "testdata", "rules", "good", "everything.yaml")
	book, warnings, err := loadRules(path)
	require.NoError(t, err)
	require.Len(t, warnings, 1, "a disabled rule that another takes over")
	account, ok := book.Account("acme")
	require.True(t, ok)

	stockholm, oslo := zone(t, "Europe/Stockholm"), zone(t, "Europe/Oslo")
	window := func(from, to float64) hours.Window { return hours.Window{From: int(from * 60), To: int(to * 60)} }
	office := &hours.Schedule{
		Name: "office",
		Weekly: [7][]hours.Window{
			time.Monday: {window(9, 18)}, time.Tuesday: {window(9, 18)}, time.Wednesday: {window(9, 18)}, time.Thursday: {window(9, 18)},
			time.Friday: {window(9, 12), window(13, 16.5)},
		},
		Except: map[hours.Date][]hours.Window{
			{Year: 2026, Month: 12, Day: 24}: nil,
			{Year: 2026, Month: 12, Day: 31}: {window(9, 12)},
			{Year: 2028, Month: 2, Day: 29}:  {window(10, 11), window(12, 13)},
		},
	}
	nights := &hours.Schedule{Name: "nights", Weekly: [7][]hours.Window{
		time.Saturday: {window(22, 26)}, time.Sunday: {window(22, 26)}, time.Monday: {window(22, 26)},
		time.Wednesday: {window(0, 24)}, time.Thursday: {window(18, 24)},
	}}
	assert.Equal(t, &callback.Account{
		Name:        "acme",
		Mode:        callback.ModeShadow,
		Country:     "SE",
		Location:    stockholm,
		Numbers:     []string{"+4685550000", "+46855501*"},
		Lines:       10,
		MinTalk:     2 * time.Second,
		MessageLeft: callback.MessageHandled, LogOnlyNumbers: callback.LogOnlySkip, AgentCalled: callback.WhenAnswered,
		Callable: callback.Callable{
			Countries: []string{"SE", "NO", "US"}, Refuse: []string{"+46900", "+4782"},
			PerNumber: callback.Caps{Day: 3, Month: 12}, PerDay: 200,
			MinWait: 4 * time.Second, Burst: callback.Burst{Calls: 5, Within: time.Hour},
		},
		Regions: map[string]callback.Region{
			"sweden": {
				Name: "sweden", PBX: "pbx1", Trunks: []string{"PJSIP/pstn", "PJSIP/backup"}, Dial: "Local/{number}@from-internal/n",
				NumberFormat: callback.FormatNational, MaxCalls: 30, Formats: "alaw,ulaw", ToneZone: "se",
			},
			"norway": {
				Name: "norway", PBX: "pbx2", Trunks: []string{"PJSIP/pstn"}, Dial: "PJSIP/{number}@pstn",
				NumberFormat: callback.Format00, Formats: "ulaw",
			},
		},
		Agents: map[string]callback.Agent{
			"alice": {Name: "alice", Endpoint: "PJSIP/alice"},
			"bob":   {Name: "bob", Endpoint: "PJSIP/bob"},
		},
		Groups:    map[string]callback.Group{"sales": {Name: "sales", Members: []string{"alice", "bob"}}},
		Areas:     map[string]callback.Area{"nordic": {Name: "nordic", MaxTasks: 500}, "unlimited": {Name: "unlimited"}},
		Queues:    map[string]callback.Queue{"support": {Name: "support", Area: "nordic", MaxTasks: 100, Ringing: callback.RingingEach}, "600": {Name: "600", Ringing: callback.RingingOne}},
		Scenarios: map[string]callback.Scenario{"main-menu": {Name: "main-menu", Contexts: []string{"main-menu", "ivr-*"}}},
		Rules: []callback.Rule{
			{
				Name: "lost in the menu", MissedIn: callback.MissedInScenario, Scenarios: []string{"main-menu"}, Enabled: true,
				DialingIntervals: []time.Duration{0, 5 * time.Minute, 30 * time.Minute},
				Forward:          callback.Target{Kind: callback.TargetQueue, Name: "support"},
				Region:           "sweden", CallerID: "+4685550000", WaitForCustomer: 25 * time.Second,
				Language: "sv", AgentPrompt: "callback",
				AgentAnnouncement: &callback.Speech{Language: "en_GB", Voice: "en-gb+f3", Text: "Call to {number}, who waited in {queue} {minutes} minutes ago."},
				AgentAccept:       &callback.Accept{Key: "1", Within: 8 * time.Second, Ask: said("en", "en-gb", "Press 1.")},
				CustomerAccept:    &callback.Accept{Key: "#", Within: time.Minute, Ask: said("sv", "sv", "Tryck fyrkant.")},
				Voicemail:         callback.Voicemail{Action: callback.VoicemailLeave, Message: said("sv", "sv", "Vi ringer igen.")},
				StopKey:           "9", MaxCall: 2 * time.Hour,
				Recording: &callback.RecordingSettings{Keep: 30 * 24 * time.Hour, Channels: 2, Notice: said("sv", "sv", "Samtalet spelas in.")},
				Location:  stockholm, Schedule: office, GiveUpAfter: 5, AfterTransfer: true,
				Treatments: callback.Treatments{
					callback.ResultCustomerNoAnswer: {},
					callback.ResultCustomerBusy:     {In: 5 * time.Minute, AtMost: 3},
					callback.ResultCustomerRejected: {Close: true},
					callback.ResultNumberInvalid:    {},
					callback.ResultUnreachable:      {In: time.Hour},
					callback.ResultVoicemail:        {},
					callback.ResultAgentHungUp:      {},
					callback.ResultInterrupted:      {In: 2 * time.Minute},
				},
			},
			{
				Name: "lost by the sales team", MissedIn: callback.MissedInContactCenter, Enabled: false,
				From: []callback.Target{
					{Kind: callback.TargetAgent, Name: "alice"},
					{Kind: callback.TargetGroup, Name: "sales"},
					{Kind: callback.TargetQueue, Name: "600"},
				},
				DialingIntervals: []time.Duration{time.Minute, time.Hour},
				Forward:          callback.Target{Kind: callback.TargetQueue, Name: "support"},
				WaitForCustomer:  45 * time.Second, Schedule: hours.Always(), GiveUpAfter: 1,
				Voicemail: callback.Voicemail{Action: callback.VoicemailConnect}, MaxCall: time.Minute,
				Treatments: callback.Treatments{callback.ResultNumberInvalid: {Close: true}},
			},
			{
				Name: "everything else", MissedIn: callback.MissedInContactCenter, Enabled: true,
				DialingIntervals: []time.Duration{90 * time.Second},
				Forward:          callback.Target{Kind: callback.TargetQueue, Name: "support"},
				Region:           "norway", CallerID: "+46855501234", WaitForCustomer: 25 * time.Second,
				Language: "nb_NO", AgentPrompt: "callback",
				AgentAnnouncement: &callback.Speech{Language: "nb", Voice: "nb", Text: "{minutes}"},
				AgentAccept:       &callback.Accept{Key: "*", Within: 10 * time.Second, Ask: callback.Sound{Play: "callback"}},
				CustomerAccept:    &callback.Accept{Key: "1", Within: time.Second, Ask: callback.Sound{Play: "customer-accept"}},
				Voicemail:         callback.Voicemail{Action: callback.VoicemailLeave, Message: callback.Sound{Play: "sorry-we-missed-you"}},
				StopKey:           "0", MaxCall: 24 * time.Hour,
				Recording: &callback.RecordingSettings{Keep: 90 * 24 * time.Hour, Channels: 1, Notice: callback.Sound{Play: "call-recorded"}},
				Location:  oslo, Schedule: nights, GiveUpAfter: 5, AfterTransfer: true,
				Treatments: callback.Treatments{
					callback.ResultCustomerNoAnswer: {In: 90 * time.Second, AtMost: 2},
					callback.ResultCustomerBusy:     {},
					callback.ResultCustomerRejected: {},
					callback.ResultNumberInvalid:    {Close: true},
					callback.ResultUnreachable:      {Close: true},
					callback.ResultVoicemail:        {Close: true},
					callback.ResultAgentHungUp:      {Close: true},
					callback.ResultInterrupted:      {},
				},
			},
		},
		Requests: &callback.Requests{
			Duplicates: callback.DuplicatesRefuse, Ahead: 30 * 24 * time.Hour,
			Offer: callback.Offer{LongestWait: 2 * time.Minute, Callers: 3, NobodyFree: true, Schedule: hours.Always(), KeepPlace: true},
			Form: &callback.Form{
				Title: "Call me", Appointments: "advice", Language: "sv", Origins: []string{"https://www.example.com", "http://127.0.0.1:8081"},
				Topics: []callback.Topic{
					{Name: "Offer", Queue: callback.Target{Kind: callback.TargetQueue, Name: "600"}},
					{Name: "My order", Queue: callback.Target{Kind: callback.TargetQueue, Name: "support"}},
				},
			},
			Rule: callback.Rule{
				Name: callback.RequestsRule, Enabled: true, DialingIntervals: []time.Duration{0, 10 * time.Minute, time.Hour},
				Forward: callback.Target{Kind: callback.TargetQueue, Name: "support"},
				Owner:   &callback.Owner{Agent: "alice", For: 4 * time.Hour, Then: callback.Target{Kind: callback.TargetQueue, Name: "support"}},
				Region:  "norway", WaitForCustomer: 40 * time.Second,
				AgentAnnouncement: &callback.Speech{Language: "nb", Voice: "nb", Text: "{queue}"},
				AgentAccept:       &callback.Accept{Key: "1", Within: 9 * time.Second, Ask: callback.Sound{Play: "callback"}},
				CustomerAccept:    &callback.Accept{Key: "2", Within: 9 * time.Second, Ask: callback.Sound{Play: "customer-accept"}},
				Voicemail:         callback.Voicemail{Action: callback.VoicemailLeave, Message: callback.Sound{Play: "sorry-we-missed-you"}},
				Recording:         &callback.RecordingSettings{Keep: 60 * 24 * time.Hour, Channels: 2, Notice: callback.Sound{Play: "call-recorded"}},
				MaxCall:           30 * time.Minute,
				Location:          oslo, Schedule: office, GiveUpAfter: 2,
				Treatments: callback.Treatments{
					callback.ResultCustomerNoAnswer: {In: 15 * time.Minute, AtMost: 4},
					callback.ResultCustomerBusy:     {},
					callback.ResultCustomerRejected: {},
					callback.ResultNumberInvalid:    {Close: true},
					callback.ResultUnreachable:      {},
					callback.ResultVoicemail:        {},
					callback.ResultAgentHungUp:      {},
					callback.ResultInterrupted:      {},
				},
			},
		},
		Appointments: map[string]*callback.AppointmentBook{"advice": {
			ID: "advice", Slot: 15 * time.Minute, PerSlot: 4, Office: callback.Office{Schedule: office, Zone: stockholm},
			Ahead: 30 * 24 * time.Hour, AtLeast: 2 * time.Hour, Identification: &callback.Identification{Least: 6, Most: 10, Prompt: "customer-accept"},
			Rule: callback.Rule{
				Name: "appointments:advice", Enabled: true, DialingIntervals: []time.Duration{0, 5 * time.Minute},
				Forward: callback.Target{Kind: callback.TargetQueue, Name: "support"},
				Owner:   &callback.Owner{Agent: "bob", For: 2 * time.Hour, Then: callback.Target{Kind: callback.TargetQueue, Name: "support"}},
				Region:  "norway", WaitForCustomer: 40 * time.Second,
				AgentAnnouncement: &callback.Speech{Language: "nb", Voice: "nb", Text: "{queue}"},
				AgentAccept:       &callback.Accept{Key: "1", Within: 9 * time.Second, Ask: callback.Sound{Play: "callback"}},
				CustomerAccept:    &callback.Accept{Key: "2", Within: 9 * time.Second, Ask: callback.Sound{Play: "customer-accept"}},
				Voicemail:         callback.Voicemail{Action: callback.VoicemailLeave, Message: callback.Sound{Play: "sorry-we-missed-you"}},
				Recording:         &callback.RecordingSettings{Keep: 60 * 24 * time.Hour, Channels: 2, Notice: callback.Sound{Play: "call-recorded"}},
				MaxCall:           30 * time.Minute,
				Location:          oslo, Schedule: hours.Always(), GiveUpAfter: 1,
				Treatments: callback.Treatments{
					callback.ResultCustomerNoAnswer: {In: 15 * time.Minute, AtMost: 4},
					callback.ResultCustomerBusy:     {},
					callback.ResultCustomerRejected: {},
					callback.ResultNumberInvalid:    {Close: true},
					callback.ResultUnreachable:      {},
					callback.ResultVoicemail:        {},
					callback.ResultAgentHungUp:      {},
					callback.ResultInterrupted:      {},
				},
			},
		}, "600": account.Appointments["600"]},
	}, account)
	number := account.Appointments["600"]
	require.NotNil(t, number, "a name, not a number")
	assert.Nil(t, number.Identification)
	assert.Equal(t, number.Office.Schedule, number.Schedule, "that of defaults for both")
}

// What appointments needn't say.
func TestAppointmentsDefaults(t *testing.T) {
	book := goodAccount(t, "design.yaml").Appointments["advice"]
	require.NotNil(t, book)
	assert.Equal(t, []time.Duration{0, 10 * time.Minute, time.Hour}, book.DialingIntervals)
	assert.Equal(t, 14*24*time.Hour, book.Ahead)
	assert.Equal(t, time.Hour, book.AtLeast)
	assert.Equal(t, &callback.Identification{Least: 6, Most: 10}, book.Identification)
	assert.Equal(t, "Europe/Stockholm", book.Office.Zone.String())
	assert.Equal(t, "office", book.Office.Schedule.Name)
	assert.Equal(t, "office", book.Schedule.Name, "customers are called in the hours of defaults")
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	location, err := time.LoadLocation(name)
	require.NoError(t, err)
	return location
}

// What a file needn't say.
func TestRulesDefaults(t *testing.T) {
	a := goodAccount(t, "minimal.yaml")
	assert.Equal(t, &callback.Account{
		Name: "acme", Mode: callback.ModeLive, Country: "SE", Lines: 15, MinTalk: time.Second,
		MessageLeft: callback.MessageMissed, LogOnlyNumbers: callback.LogOnlyUse, AgentCalled: callback.WhenDialled,
		Callable: callback.Callable{
			Countries: []string{"SE"}, PerNumber: callback.Caps{Day: 6, Month: 20}, PerDay: 500,
			Burst: callback.Burst{Calls: 10, Within: 10 * time.Minute},
		},
		Regions: map[string]callback.Region{"sweden": {
			Name: "sweden", PBX: "pbx1", Trunks: []string{"PJSIP/pstn"}, Dial: "PJSIP/{number}@pstn",
			NumberFormat: callback.FormatPlusE164, Formats: "ulaw",
		}},
		Agents: map[string]callback.Agent{}, Groups: map[string]callback.Group{}, Areas: map[string]callback.Area{},
		Queues: map[string]callback.Queue{"support": {Name: "support", Ringing: callback.RingingOne}}, Scenarios: map[string]callback.Scenario{},
		Rules: []callback.Rule{{
			Name: "lost in a queue", MissedIn: callback.MissedInContactCenter, Enabled: true,
			DialingIntervals: []time.Duration{5 * time.Minute}, WaitForCustomer: 30 * time.Second,
			Voicemail: callback.Voicemail{Action: callback.VoicemailConnect}, MaxCall: 4 * time.Hour,
			Schedule: hours.Always(), GiveUpAfter: 3,
			Treatments: callback.Treatments{callback.ResultNumberInvalid: {Close: true}},
		}},
	}, a)
}

// The design's own example, without what isn't built.
func TestRulesOfTheDesign(t *testing.T) {
	requests := goodAccount(t, "design.yaml").Requests
	require.NotNil(t, requests)
	assert.Equal(t, callback.DuplicatesMerge, requests.Duplicates)
	assert.Equal(t, callback.RequestsAhead, requests.Ahead)
	assert.Equal(t, "sweden", requests.Region, "that of defaults")
	assert.Zero(t, requests.Forward, "each request says who calls back")
}

// Who asks for a callback hasn't come in by any way: the only one is meant, and of
// several the file has to name one.
func TestTheWayOutOfRequests(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "testdata", "rules", "good", "minimal.yaml"))
	require.NoError(t, err)
	text = append(text, "requests: {dialing_intervals: [immediately], schedule: always}\n"...)
	path := filepath.Join(t.TempDir(), "acme.yaml")
	require.NoError(t, os.WriteFile(path, text, 0o600))
	book, _, err := loadRules(path)
	require.NoError(t, err)
	assert.Equal(t, "sweden", book.Accounts()[0].Requests.Region)

	several := strings.Replace(string(text), "regions:", "regions:\n  norway: {pbx: pbx2, trunks: [PJSIP/pstn], dial: \"PJSIP/{number}@pstn\"}", 1)
	require.NoError(t, os.WriteFile(path, []byte(several), 0o600))
	_, _, err = loadRules(path)
	require.ErrorContains(t, err, "through which region")
}

// Agents and groups are called back by their own phones.
func TestRulesOfPhones(t *testing.T) {
	assert.Zero(t, goodAccount(t, "phones.yaml").Rules[0].Forward, "whoever lost the call")
}

// Whoever trusts every caller says so, in the words of any other default.
func TestNoShield(t *testing.T) {
	path := filepath.Join(t.TempDir(), "acme.yaml")
	text, err := os.ReadFile(filepath.Join("..", "..", "testdata", "rules", "good", "minimal.yaml"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, append(text, "callable: {min_wait: none, burst: none}\n"...), 0o600))
	book, _, err := loadRules(path)
	require.NoError(t, err)
	callable := book.Accounts()[0].Callable
	assert.Zero(t, callable.MinWait)
	assert.Zero(t, callable.Burst)
}

// A colon inside a word is part of it, also in lists between braces.
func TestColonsInLists(t *testing.T) {
	a := goodAccount(t, "flow.yaml")
	rule := a.Rules[1]
	assert.Equal(t, []callback.Target{{Kind: callback.TargetQueue, Name: "support"}, {Kind: callback.TargetAgent, Name: "alice"}}, rule.From)
	assert.Equal(t, []hours.Window{{From: 600, To: 720}, {From: 780, To: 900}}, rule.Schedule.Weekly[time.Saturday])
	assert.Equal(t, []hours.Window{{From: 540, To: 600}, {From: 660, To: 720}}, rule.Schedule.Except[hours.Date{Year: 2026, Month: 12, Day: 31}])
}

// Other programs make numbers, booleans, dates and nothing of these names.
func TestScalarsAsWritten(t *testing.T) {
	book, _, err := loadRules(filepath.Join("..", "..", "testdata", "rules", "warned", "quoting.yaml"))
	require.NoError(t, err)
	a := book.Accounts()[0]
	assert.Equal(t, "NO", a.Country, "Norway, not false")
	assert.Equal(t, []string{"+4721000000", "+47210000*"}, a.Numbers, "a plus without quotes")
	names := []string{"600", "007", "0x10", "0b1", "0o7", "yes", "on", "NO", "null", "True", "1_000", "1e3", "1.50", "2026-12-24"}
	for _, name := range names {
		assert.True(t, a.Lists(callback.Target{Kind: callback.TargetQueue, Name: name}), name)
	}
	assert.Len(t, a.Queues, len(names))
	assert.Equal(t, callback.Target{Kind: callback.TargetQueue, Name: "null"}, a.Rules[0].Forward)
	assert.Equal(t, callback.Target{Kind: callback.TargetQueue, Name: "007"}, a.Rules[1].Forward)
	assert.Equal(t, callback.Format00, a.Regions["norway"].NumberFormat)
	assert.Equal(t, "no", a.Regions["norway"].ToneZone)
	assert.Equal(t, map[string]callback.Agent{"101": {Name: "101", Endpoint: "PJSIP/101"}}, a.Agents)
	assert.Equal(t, []string{"101"}, a.Groups["1"].Members)
}

func TestAnchorsAliasesAndMergeKeys(t *testing.T) {
	a := goodAccount(t, "anchors.yaml")
	assert.Equal(t, []time.Duration{0, 5 * time.Minute}, a.Rules[0].DialingIntervals)
	assert.Equal(t, a.Rules[0].DialingIntervals, a.Rules[1].DialingIntervals, "an alias")
	assert.Equal(t, 20*time.Second, a.Rules[1].WaitForCustomer, "merged")
	assert.Equal(t, "again", a.Rules[1].Name, "what is written wins over what is merged")
	assert.Equal(t, "+4685550000", a.Rules[0].CallerID, "an alias of a scalar")
	assert.Equal(t, "callback", a.Rules[1].AgentPrompt, "an explicit key, a folded text")
}

// The tests of the whole program wait seconds, users' files never do.
func TestShortIntervals(t *testing.T) {
	path := filepath.Join("..", "..", "testdata", "rules", "bad", "interval-too-short.yaml")
	book, _, err := loadRules(path, config.AllowShortIntervals())
	require.NoError(t, err)
	assert.Equal(t, []time.Duration{0, time.Second, 59 * time.Second}, book.Accounts()[0].Rules[0].DialingIntervals)

	_, _, err = loadRules(path)
	require.Error(t, err)
}

// An operator may set limits below the default of `lines`.
func TestLinesWithinTheOperatorsLimit(t *testing.T) {
	c := operator(filepath.Join("..", "..", "testdata", "rules", "good", "minimal.yaml"))
	c.LinesPerAccount = 3
	book, _, err := config.LoadRules(c)
	require.NoError(t, err)
	assert.Equal(t, 3, book.Accounts()[0].Lines)
}

// What the documentation shows as a whole file is one, and nothing in it is warned of.
func TestFilesOfTheDocs(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "rules.md"))
	require.NoError(t, err)
	files := 0
	for i, block := range strings.Split(string(text), "```") {
		example, isYAML := strings.CutPrefix(block, "yaml\naccount:")
		if i%2 == 0 || !isYAML {
			continue
		}
		files++
		path := filepath.Join(t.TempDir(), "acme.yaml")
		require.NoError(t, os.WriteFile(path, []byte("account:"+example), 0o600))
		_, warnings, err := loadRules(path)
		require.NoError(t, err)
		require.Empty(t, warnings)
	}
	require.Equal(t, 2, files)
}
