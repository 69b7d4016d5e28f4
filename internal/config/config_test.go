package config_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/config"
	"callbackd/sounds"
)

func replace(text []byte, from, to string) []byte {
	return bytes.ReplaceAll(text, []byte(from), []byte(to))
}

func TestBadConfig(t *testing.T) {
	t.Setenv("CALLBACKD_TEST_EMPTY", "")
	t.Setenv("CALLBACKD_TEST_PORT", "http://127.0.0.1:99999")
	for _, fixture := range fixtures(t, "config/bad") {
		t.Run(filepath.Base(fixture), func(t *testing.T) {
			c, err := config.Load(fixture)
			assert.Nil(t, c)
			require.ErrorAs(t, err, new(config.Problems))
			golden(t, fixture, err.Error())
			assert.NotContains(t, err.Error(), "hunter2", "a password in an error")
		})
	}
}

func TestConfigWithWarnings(t *testing.T) {
	for _, fixture := range fixtures(t, "config/warned") {
		t.Run(filepath.Base(fixture), func(t *testing.T) {
			c, err := config.Load(fixture)
			require.NoError(t, err)
			golden(t, fixture, c.Warnings.Error())
		})
	}
}

func TestConfig(t *testing.T) {
	folder := filepath.Join("..", "..", "testdata", "config", "good")
	t.Setenv("CALLBACKD_ARI_PASSWORD", "hunter2")
	t.Setenv("PBX_HOST", "pbx.example.com")
	t.Setenv("PBX_LOGS", "/mnt/pbx2")
	c, err := config.Load(filepath.Join(folder, "full.yaml"))
	require.NoError(t, err)
	assert.Equal(t, &config.Config{
		File:      filepath.Join(folder, "full.yaml"),
		Database:  "/var/lib/callbackd/callbackd.db",
		Rules:     filepath.Join(folder, "accounts"),
		Sounds:    filepath.Join(filepath.Dir(folder), "prompts"),
		Speech:    []string{filepath.Join(folder, "piper", "speak"), "--model", "{voice}", "--language={language}", "--output_file", "{file}", "{text}"},
		Languages: filepath.Join(filepath.Dir(folder), "languages"),
		Listen:    "localhost:80",
		Asterisk: map[string]config.PBX{
			"pbx1": {Name: "pbx1", URL: "http://127.0.0.1:8088", Username: "callbackd", Password: "hunter2", Application: "callbackd",
				CatchUp: config.CatchUp{QueueLog: "/var/log/asterisk/queue_log", CDR: filepath.Join(filepath.Dir(folder), "logs", "Master.csv")}},
			"pbx2": {Name: "pbx2", URL: "https://pbx.example.com:8089/asterisk", Username: "cb", Password: " it's a secret ", PasswordFile: filepath.Join(folder, "ari.password"), Application: "callbackd-2",
				SoundsURL: "https://callbackd.example.com:8443/callbackd",
				CatchUp:   config.CatchUp{QueueLog: "/mnt/pbx2/queue_log", CDR: "/mnt/pbx2/Master.csv"}},
			"pbx3": {Name: "pbx3", URL: "http://[::1]:8088", Username: "cb", Password: "0123", Application: "callbackd",
				SoundsURL: "http://10.0.0.5:8080",
				CatchUp:   config.CatchUp{QueueLog: filepath.Join(folder, "3", "queue_log"), CDR: filepath.Join(folder, "3", "Master.csv")}},
			"pbx4": {Name: "pbx4", URL: "http://127.0.0.1:8089", Username: "cb", Password: "secret", Application: "callbackd",
				CatchUp: config.CatchUp{CDR: filepath.Join(folder, "4", "Master.csv")}},
			"pbx5": {Name: "pbx5", URL: "http://127.0.0.1:8090", Username: "cb", Password: "secret", Application: "callbackd"},
		},
		LinesPerAccount: 40,
		LogLevel:        config.LogDebug,
		LogFormat:       config.LogConsole,
	}, c)
}

func TestConfigDefaults(t *testing.T) {
	folder := filepath.Join("..", "..", "testdata", "config", "good")
	c, err := config.Load(filepath.Join(folder, "minimal.yaml"))
	require.NoError(t, err)
	require.Len(t, c.Warnings, 1)
	assert.Contains(t, c.Warnings[0].Message, "no catch_up")
	c.Warnings = nil
	assert.Equal(t, &config.Config{
		File:            filepath.Join(folder, "minimal.yaml"),
		Database:        filepath.Join(folder, "callbackd.db"),
		Rules:           filepath.Join(folder, "rules"),
		Sounds:          filepath.Join(folder, "sounds"),
		Listen:          "127.0.0.1:8080",
		Asterisk:        map[string]config.PBX{"pbx1": {Name: "pbx1", URL: "http://127.0.0.1:8088", Username: "callbackd", Password: "secret", Application: "callbackd"}},
		LinesPerAccount: 15,
		LogLevel:        config.LogInfo,
		LogFormat:       config.LogJSON,
	}, c)
}

// A path that only becomes one with a comma by the folder of callbackd.yaml.
func TestCommaInTheFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "Smith, Sons", "callbackd.yaml")
	require.NoError(t, os.Mkdir(filepath.Dir(path), 0o700))
	require.NoError(t, os.WriteFile(path, []byte("asterisk:\n  pbx1: {url: 'http://127.0.0.1:8088', username: a, password: b}\n"), 0o600))
	_, err := config.Load(path)
	require.ErrorContains(t, err, "database: "+filepath.Join(filepath.Dir(path), "callbackd.db")+" has a comma")
	require.ErrorContains(t, err, "sounds: "+filepath.Join(filepath.Dir(path), "sounds")+" has a comma")
}

func TestNoConfig(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "callbackd.yaml")
	_, err := config.Load(missing)
	require.ErrorIs(t, err, os.ErrNotExist)
	assert.EqualError(t, err, "read the configuration: "+missing+": no such file or directory; name it with --config")

	folder := t.TempDir()
	_, err = config.Load(folder)
	assert.EqualError(t, err, folder+": is a directory")
}

// A caret stands under the place also behind tabs, letters of several bytes and
// letters of other widths.
func TestProblemPointsAtThePlace(t *testing.T) {
	p := config.Problem{Severity: config.SeverityError, File: "acme.yaml", Line: 3, Column: 7, Pointer: 7, Message: "no", Hint: "yes", Source: "\tåäö: x"}
	assert.Equal(t, "acme.yaml:3:7: no\n    \tåäö: x\n    \t     ^ yes", p.String())
	p.Source, p.Pointer = "電話 cafe\u0301: x", 10
	assert.Equal(t, "acme.yaml:3:7: no\n    電話 cafe\u0301: x\n              ^ yes", p.String(), "two places for a letter of East Asia, none for an accent")
	p.Line, p.Column, p.Severity = 0, 0, config.SeverityWarning
	assert.Equal(t, "acme.yaml: warning: no; yes", p.String())
}

// Programs get the same as JSON.
func TestProblemHasItsPath(t *testing.T) {
	path := filepath.Join(t.TempDir(), "callbackd.yaml")
	require.NoError(t, os.WriteFile(path, []byte("asterisk:\n  pbx1: {url: 'ftp://x', username: a, password: b}\n"), 0o600))
	_, err := config.Load(path)
	var problems config.Problems
	require.ErrorAs(t, err, &problems)
	require.Len(t, problems, 1)
	assert.Equal(t, "asterisk.pbx1.url", problems[0].Path)
	assert.Equal(t, 2, problems[0].Line)
	assert.Equal(t, 15, problems[0].Column)
	assert.False(t, strings.Contains(problems[0].Source, "password: b"))
}

// A speech command that is taken is one that the sound library runs.
func TestSpeechCommandsAreThoseOfTheSoundLibrary(t *testing.T) {
	for _, command := range [][]string{
		sounds.DefaultSpeech,
		{"say"},
		{"say", "{text}{file}", "--voice={voice}", "{language}"},
		{"say", "a{b", "{text}"},
		{"say", "{TEXT}"},
		{"say", "{}"},
		{"say", "}"},
		{"{voice}"},
		{"say-{language}", "{text}"},
		{},
		{""},
	} {
		written, err := json.Marshal(map[string]any{"command": command})
		require.NoError(t, err)
		path := filepath.Join(t.TempDir(), "callbackd.yaml")
		text := "speech: " + string(written) + "\nasterisk: {pbx1: {url: 'http://127.0.0.1:8088', username: a, password: b, catch_up: none}}\n"
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		c, err := config.Load(path)
		require.Equal(t, sounds.SpeechCommand(command).Check() == nil, err == nil, "%s: %v", written, err)
		if err == nil {
			require.Equal(t, command, c.Speech)
		}
	}
}
