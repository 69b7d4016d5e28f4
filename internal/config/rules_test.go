package config_test

import (
	"os"
	"path/filepath"
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

// loadRules reads rules where the sound library has one sound, "callback".
func loadRules(path string, opts ...config.Option) (*callback.Rulebook, config.Problems, error) {
	sounds := config.CheckSound(func(name string) error { return sounds.Check("sounds", name) })
	return config.LoadRules(operator(path), append(opts, sounds)...)
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
	require.Len(t, warnings, 3, "recordings, a disabled rule that another takes over, and a treatment of voicemail")
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
		Queues:    map[string]callback.Queue{"support": {Name: "support", Area: "nordic", MaxTasks: 100}, "600": {Name: "600"}},
		Scenarios: map[string]callback.Scenario{"main-menu": {Name: "main-menu", Contexts: []string{"main-menu", "ivr-*"}}},
		Rules: []callback.Rule{
			{
				Name: "lost in the menu", MissedIn: callback.MissedInScenario, Scenarios: []string{"main-menu"}, Enabled: true,
				DialingIntervals: []time.Duration{0, 5 * time.Minute, 30 * time.Minute},
				Forward:          callback.Target{Kind: callback.TargetQueue, Name: "support"},
				Region:           "sweden", CallerID: "+4685550000", WaitForCustomer: 25 * time.Second, AgentPrompt: "callback",
				Recording: &callback.RecordingSettings{Keep: 30 * 24 * time.Hour},
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
				Treatments: callback.Treatments{callback.ResultNumberInvalid: {Close: true}},
			},
			{
				Name: "everything else", MissedIn: callback.MissedInContactCenter, Enabled: true,
				DialingIntervals: []time.Duration{90 * time.Second},
				Forward:          callback.Target{Kind: callback.TargetQueue, Name: "support"},
				Region:           "norway", CallerID: "+46855501234", WaitForCustomer: 25 * time.Second, AgentPrompt: "callback",
				Recording: &callback.RecordingSettings{Keep: 90 * 24 * time.Hour},
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
	}, account)
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
		Queues: map[string]callback.Queue{"support": {Name: "support"}}, Scenarios: map[string]callback.Scenario{},
		Rules: []callback.Rule{{
			Name: "lost in a queue", MissedIn: callback.MissedInContactCenter, Enabled: true,
			DialingIntervals: []time.Duration{5 * time.Minute}, WaitForCustomer: 30 * time.Second,
			Schedule: hours.Always(), GiveUpAfter: 3,
			Treatments: callback.Treatments{callback.ResultNumberInvalid: {Close: true}},
		}},
	}, a)
}

// Whoever writes no more than that conversations are recorded has them kept for
// the default's time.
func TestRecordingsAreKept(t *testing.T) {
	book, _, err := loadRules(filepath.Join("..", "..", "testdata", "rules", "warned", "recording.yaml"))
	require.NoError(t, err)
	assert.Equal(t, &callback.RecordingSettings{Keep: 90 * 24 * time.Hour}, book.Accounts()[0].Rules[0].Recording)
}

// The design's own example, without what isn't built.
func TestRulesOfTheDesign(t *testing.T) {
	_, warnings, err := loadRules(filepath.Join("..", "..", "testdata", "rules", "good", "design.yaml"))
	require.NoError(t, err)
	require.Len(t, warnings, 1)
	assert.Contains(t, warnings[0].Message, "recorded")
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
