package config_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
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
	path := filepath.Join("..", "..", "testdata", "rules", "good", "issue2.yaml")
	book, warnings, err := loadRules(path)
	require.NoError(t, err)
	require.Len(t, warnings, 5, "recordings, the rule about scenarios, a disabled one that another takes over, and an agent and a group in its from")

	account, ok := book.Account("acme")
	require.True(t, ok)
	stockholm, err := time.LoadLocation("Europe/Stockholm")
	require.NoError(t, err)
	assert.Equal(t, &callback.Account{
		Name:     "acme",
		Mode:     callback.ModeLive,
		Country:  "SE",
		Location: stockholm,
		Numbers:  []string{"+4685550000", "+46855501*"},
		Lines:    10,
		MinTalk:  2 * time.Second,
		Regions: map[string]callback.Region{"sweden": {
			Name: "sweden", PBX: "pbx1", Trunks: []string{"PJSIP/pstn"}, Dial: "PJSIP/{number}@pstn",
			NumberFormat: callback.FormatE164, Formats: "alaw", ToneZone: "se",
		}},
		Agents: map[string]callback.Agent{
			"alice": {Name: "alice", Endpoint: "PJSIP/alice"},
			"bob":   {Name: "bob", Endpoint: "PJSIP/bob"},
		},
		Groups: map[string]callback.Group{"sales": {Name: "sales", Members: []string{"alice", "bob"}}},
		Queues: map[string]callback.Queue{"support": {Name: "support"}, "billing": {Name: "billing"}},
		Rules: []callback.Rule{
			{
				Name: "lost in the menu", MissedIn: callback.MissedInScenario, Scenarios: []string{"main-menu"}, Enabled: true,
				DialingIntervals: []time.Duration{0, 5 * time.Minute, 30 * time.Minute},
				Forward:          callback.Target{Kind: callback.TargetQueue, Name: "support"},
				Region:           "sweden", CallerID: "+4685550000", WaitForCustomer: 25 * time.Second, AgentPrompt: "callback",
				Recording: &callback.RecordingSettings{Keep: 30 * 24 * time.Hour},
			},
			{
				Name: "lost in the contact center", MissedIn: callback.MissedInContactCenter, Enabled: false,
				From: []callback.Target{
					{Kind: callback.TargetQueue, Name: "support"},
					{Kind: callback.TargetAgent, Name: "alice"},
					{Kind: callback.TargetGroup, Name: "sales"},
				},
				DialingIntervals: []time.Duration{time.Minute, time.Hour},
				Forward:          callback.Target{Kind: callback.TargetQueue, Name: "billing"},
				WaitForCustomer:  45 * time.Second,
			},
			{
				Name: "everything else", MissedIn: callback.MissedInContactCenter, Enabled: true,
				DialingIntervals: []time.Duration{90 * time.Second},
				Region:           "sweden", CallerID: "+46855501234", WaitForCustomer: 25 * time.Second, AgentPrompt: "callback",
				Recording: &callback.RecordingSettings{Keep: 90 * 24 * time.Hour},
			},
		},
	}, account)
}

// What a file needn't say.
func TestRulesDefaults(t *testing.T) {
	a := goodAccount(t, "minimal.yaml")
	assert.Equal(t, &callback.Account{
		Name: "acme", Mode: callback.ModeLive, Country: "SE", Lines: 15, MinTalk: time.Second,
		Regions: map[string]callback.Region{"sweden": {
			Name: "sweden", PBX: "pbx1", Trunks: []string{"PJSIP/pstn"}, Dial: "PJSIP/{number}@pstn",
			NumberFormat: callback.FormatPlusE164, Formats: "ulaw",
		}},
		Agents: map[string]callback.Agent{}, Groups: map[string]callback.Group{},
		Queues: map[string]callback.Queue{"support": {Name: "support"}},
		Rules: []callback.Rule{{
			Name: "lost in a queue", MissedIn: callback.MissedInContactCenter, Enabled: true,
			DialingIntervals: []time.Duration{5 * time.Minute}, WaitForCustomer: 30 * time.Second,
		}},
	}, a)
}

// YAML would make numbers, booleans and nothing of these names.
func TestScalarsAsWritten(t *testing.T) {
	a := goodAccount(t, "scalars.yaml")
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

// Files as Windows' editors save them, and with YAML's optional marks.
func TestBytesAroundTheRules(t *testing.T) {
	minimal, err := os.ReadFile(filepath.Join("..", "..", "testdata", "rules", "good", "minimal.yaml"))
	require.NoError(t, err)
	want := goodAccount(t, "minimal.yaml")
	for name, change := range map[string]func(text []byte) []byte{
		"byte order mark":    func(text []byte) []byte { return append([]byte("\ufeff"), text...) },
		"CRLF":               func(text []byte) []byte { return replace(text, "\n", "\r\n") },
		"CR":                 func(text []byte) []byte { return replace(text, "\n", "\r") },
		"no newline at end":  func(text []byte) []byte { return text[:len(text)-1] },
		"document marks":     func(text []byte) []byte { return append(append([]byte("---\n"), text...), "...\n"...) },
		"comment before ---": func(text []byte) []byte { return append([]byte("# ours\n---\n"), text...) },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "acme.yaml")
			require.NoError(t, os.WriteFile(path, change(minimal), 0o600))
			book, _, err := loadRules(path)
			require.NoError(t, err)
			assert.Equal(t, want, book.Accounts()[0])
		})
	}
}

func TestRulesFolder(t *testing.T) {
	minimal, err := os.ReadFile(filepath.Join("..", "..", "testdata", "rules", "good", "minimal.yaml"))
	require.NoError(t, err)
	folder := t.TempDir()
	for _, name := range []string{"acme.yaml", "acme.yaml~", ".acme.yaml.swp", ".#acme.yaml", "#acme.yaml#", ".acme.yaml", "acme.yaml.bak", "README"} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), minimal, 0o600))
	}
	require.NoError(t, os.WriteFile(filepath.Join(folder, "beta.yml"), replace(minimal, "acme", "beta"), 0o600))
	require.NoError(t, os.Mkdir(filepath.Join(folder, "old.yaml"), 0o700))

	book, warnings, err := loadRules(folder)
	require.NoError(t, err)
	assert.Empty(t, warnings)
	require.Len(t, book.Accounts(), 2)
	assert.Equal(t, "acme", book.Accounts()[0].Name)
	assert.Equal(t, "beta", book.Accounts()[1].Name)
}

func TestNoRulesAtAll(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "rules")
	_, _, err := loadRules(missing)
	require.ErrorIs(t, err, os.ErrNotExist)
	assert.EqualError(t, err, "read the rules: "+missing+": no such file or directory; `rules` in callbackd.yaml names a folder with one file per account, or one file")

	empty := t.TempDir()
	_, _, err = loadRules(empty)
	assert.EqualError(t, err, "read the rules: "+empty+" holds no file ACCOUNT.yaml; write one")
}

// One file of a folder that can't be read is named, and doesn't hide faults of
// the others.
func TestUnreadableRulesFile(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.Symlink(filepath.Join(folder, "gone"), filepath.Join(folder, "acme.yaml")))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "beta.yaml"), nil, 0o600))
	huge := make([]byte, 128<<10+1)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "gamma.yaml"), huge, 0o600))
	_, _, err := loadRules(folder)
	assert.EqualError(t, err, filepath.Join(folder, "acme.yaml")+": no such file or directory\n"+
		filepath.Join(folder, "beta.yaml")+": the file is empty\n"+
		filepath.Join(folder, "gamma.yaml")+": larger than 128 KiB")
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
