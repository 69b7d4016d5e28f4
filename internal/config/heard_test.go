package config_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/config"
	"callbackd/sounds"
)

func said(language, voice, text string) callback.Sound {
	return callback.Sound{Say: &callback.Speech{Language: language, Voice: voice, Text: text}}
}

// Whoever writes no more than that conversations are recorded has both sides kept
// together for the default's time, and who knows that customers hear of it
// otherwise isn't warned.
func TestRecordingsAreKept(t *testing.T) {
	book, _, err := loadRules(filepath.Join("..", "..", "testdata", "rules", "warned", "recording.yaml"))
	require.NoError(t, err)
	rules := book.Accounts()[0].Rules
	assert.Equal(t, &callback.RecordingSettings{Keep: 90 * 24 * time.Hour, Channels: 1}, rules[0].Recording)
	assert.Equal(t, &callback.RecordingSettings{Keep: 90 * 24 * time.Hour, Channels: 1}, rules[1].Recording)
}

// What a file needn't write of what people hear: the language of a text is the
// rule's, and key 1 is asked for by a shipped sound. A rule's language decides
// which of the account's sounds it may name.
func TestWhatPeopleHear(t *testing.T) {
	a := goodAccount(t, "heard.yaml")
	spoken, played, shipped := a.Rules[0], a.Rules[1], a.Rules[2]
	assert.Equal(t, &callback.Speech{Language: "en_GB", Text: "{number}"}, spoken.AgentAnnouncement)
	assert.Equal(t, said("en", "en-us", "This call is recorded."), spoken.Recording.Notice, "what a text says of its language holds")
	assert.Equal(t, &callback.Accept{Key: "1", Within: 10 * time.Second, Ask: callback.Sound{Play: "agent-accept"}}, shipped.AgentAccept)
	assert.Equal(t, &callback.Accept{Key: "1", Within: 10 * time.Second, Ask: callback.Sound{Play: "customer-accept"}}, shipped.CustomerAccept)
	assert.Equal(t, &callback.Accept{Key: "2", Within: 10 * time.Second}, played.AgentAccept, "ask: none")
	assert.Equal(t, &callback.Accept{Key: "1", Within: 10 * time.Second}, played.CustomerAccept, "ask: none")
	assert.Equal(t, "hej", played.AgentPrompt, "which there is in the rule's language")
	assert.Equal(t, callback.Voicemail{Action: callback.VoicemailLeave, Message: callback.Sound{Play: "hej"}}, played.Voicemail)

	text, err := os.ReadFile(filepath.Join("..", "..", "testdata", "rules", "good", "heard.yaml"))
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "acme.yaml")
	require.NoError(t, os.WriteFile(path, replace(text, "language: sv", "language: en"), 0o600))
	_, _, err = loadRules(path)
	require.ErrorContains(t, err, "sound hej: no such sound")
}

// A file of the operator's may stand before a shipped sound, and be no good: that is
// told where the sound is wanted, though no file names it.
func TestShippedSoundsAreChecked(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "testdata", "rules", "good", "minimal.yaml"))
	require.NoError(t, err)
	f := config.ParseRules(operator(""), "acme.yaml", append(text, "    agent_accept: {key: 1}\n    customer_accept: {key: 1}\n"...),
		config.CheckSound(func(_, _, name string) error { return errors.New(name + ".wav is 44.1 kHz") }))
	require.Len(t, f.Problems.Errors(), 2)
	assert.Equal(t, "agent-accept.wav is 44.1 kHz", f.Problems[0].Message)
	assert.Equal(t, "rules[0].agent_accept", f.Problems[0].Path)
	assert.Equal(t, "customer-accept.wav is 44.1 kHz", f.Problems[1].Message)
}

// Texts that a file may say are those that the sound library speaks.
func TestTextsAreThoseOfTheSoundLibrary(t *testing.T) {
	for _, row := range []struct {
		s    sounds.Speech
		good bool
	}{
		{sounds.Speech{Language: "sv", Text: "Hej"}, true},
		{sounds.Speech{Language: "en_GB", Voice: "gmw/en-US+f3", Text: "Hello, \"you\"!"}, true},
		{sounds.Speech{Voice: "/usr/share/voices/a b.onnx", Text: "Hello"}, true},
		{sounds.Speech{Voice: "../a", Text: "Hello"}, false},
		{sounds.Speech{Voice: "mb/../a", Text: "Hello"}, false},
		{sounds.Speech{Voice: "-w", Text: "Hello"}, false},
		{sounds.Speech{Voice: "a;b", Text: "Hello"}, false},
		{sounds.Speech{Text: "Hello"}, false},
		{sounds.Speech{Language: "swe", Text: "Hej"}, false},
		{sounds.Speech{Language: "s", Text: "Hej"}, false},
		{sounds.Speech{Language: "sv", Text: " \t "}, false},
		{sounds.Speech{Language: "sv", Text: "a\tb\nc"}, true},
		{sounds.Speech{Language: "sv", Text: "a\x00"}, false},
		{sounds.Speech{Language: "sv", Text: "a\u0085b\u009c"}, false},
		{sounds.Speech{Language: "sv", Text: strings.Repeat("å", 1500)}, true},
		{sounds.Speech{Language: "sv", Text: strings.Repeat("å", 1501)}, false},
	} {
		require.Equal(t, row.good, row.s.Check() == nil, "sounds: %+v: %v", row.s, row.s.Check())
		notice := map[string]string{"text": row.s.Text}
		for key, value := range map[string]string{"language": row.s.Language, "voice": row.s.Voice} {
			if value != "" {
				notice[key] = value
			}
		}
		written, err := json.Marshal(map[string]any{"say": notice})
		require.NoError(t, err)
		minimal, err := os.ReadFile(filepath.Join("..", "..", "testdata", "rules", "good", "minimal.yaml"))
		require.NoError(t, err)
		f := config.ParseRules(operator(""), "acme.yaml", append(minimal, "    recording: {notice: "+string(written)+"}\n"...))
		require.Equal(t, row.good, f.Account != nil, "%+v: %s", row.s, f.Problems)
		if !row.good {
			continue
		}
		taken := f.Account.Rules[0].Recording.Notice.Say
		require.NoError(t, sounds.Speech{Language: taken.Language, Voice: taken.Voice, Text: taken.Text}.Check())
	}
}
