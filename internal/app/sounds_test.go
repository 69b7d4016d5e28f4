package app

import (
	"bytes"
	"context"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/callback/hours"
	"callbackd/internal/repertoire"
	"callbackd/internal/soundserver"
	"callbackd/sounds"
	"callbackd/storage"
)

// The addresses of sounds are the same after a restart, and nobody else can make them.
func TestTheKeyOfTheSoundsIsMadeOnceAndKeptToItsOwner(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sounds.key")
	first, err := soundsSecret(path)
	require.NoError(t, err)
	assert.Len(t, first, 32)
	require.NoError(t, os.Chmod(path, 0o644))
	again, err := soundsSecret(path)
	require.NoError(t, err)
	assert.Equal(t, first, again)
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, fs.FileMode(0o600), info.Mode().Perm())
	other, err := soundsSecret(filepath.Join(t.TempDir(), "sounds.key"))
	require.NoError(t, err)
	assert.NotEqual(t, first, other)

	for _, bad := range []string{"", "short", "not base64url, but as long as one would be", string(bytes.Repeat([]byte("A"), 64<<10))} {
		require.NoError(t, os.WriteFile(path, []byte(bad), 0o644))
		_, err := soundsSecret(path)
		require.ErrorContains(t, err, "delete the file, and callbackd makes a new one")
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, bad, string(content), "it may be somebody's")
	}
}

// An edit of the library reaches Asterisks on other hosts at once.
func TestAnEditedSoundIsFetchedAnew(t *testing.T) {
	library, err := sounds.Open(filepath.Join(t.TempDir(), "sounds"), filepath.Join(t.TempDir(), "shipped"))
	require.NoError(t, err)
	fetched := make(chan []string, 10)
	account := &callback.Account{
		Name: "acme", Regions: map[string]callback.Region{"sweden": {Name: "sweden", PBX: "pbx1"}},
		Rules: []callback.Rule{{Region: "sweden", AgentPrompt: "callback"}},
	}
	server := soundserver.New([]byte("secret"))
	r := repertoire.New(repertoire.Options{
		Rules: callback.NewRules(callback.NewRulebook(account)), Library: library,
		PBXs: []repertoire.PBX{{Name: "pbx1", Elsewhere: &repertoire.Elsewhere{
			Ready:   func() (context.Context, error) { return t.Context(), nil },
			Address: func(file string, at time.Time) (string, error) { return server.Address("http://x", file, at) },
			Changes: soundserver.NextPeriod,
			Fetch: func(_ context.Context, media []string) ([]string, error) {
				fetched <- media
				return media, nil
			},
		}}},
	})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		r.Run(ctx)
	}()
	defer func() {
		stop()
		<-ended
	}()
	r.Ready("pbx1")
	edited := editedSounds{library, r}
	next := func() string {
		select {
		case media := <-fetched:
			return media[0]
		case <-time.After(10 * time.Second):
			require.Fail(t, "nothing is fetched")
			return ""
		}
	}
	shipped := next()
	k := sounds.Key{Account: "acme", Name: "callback"}
	_, file, err := library.Read(sounds.Key{Name: "call-recorded"}) // another sound
	require.NoError(t, err)
	_, err = edited.Put(t.Context(), k, file)
	require.NoError(t, err)
	require.NoError(t, file.Close())
	assert.NotEqual(t, shipped, next())
	require.NoError(t, edited.Delete(k))
}

// Asterisk gets sounds without the token, and nothing else.
func TestTheDaemonServesSounds(t *testing.T) {
	r := newSite(t, "http://127.0.0.1:1", "127.0.0.1:0").run()
	secret, err := soundsSecret(filepath.Join(r.folder, "sounds.key"))
	require.NoError(t, err)
	file := filepath.Join(r.folder, "shipped-sounds", "callback.wav")
	address, err := soundserver.New(secret).Address("http://"+r.listen, file, time.Now())
	require.NoError(t, err)
	// Signed as it should be, but nobody has been told to play it since the start.
	response, err := http.Get(address)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Equal(t, http.StatusNotFound, response.StatusCode)
	assert.Equal(t, "text/plain; charset=utf-8", response.Header.Get("Content-Type"), "the sound server answers, not the API")
}

// An attempt keeps the texts of the rule that planned it, whatever the rules say since.
func TestWhatPlannedAttemptsPlay(t *testing.T) {
	store, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "callbackd.db"))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, store.Close()) })
	notice := callback.Sound{Say: &callback.Speech{Language: "sv", Text: "Samtalet spelas in"}}
	account := callback.Account{
		Name: "acme", Mode: callback.ModeLive, Country: "SE", Location: time.UTC, Numbers: []string{"+4685550000"}, Lines: 15, MinTalk: time.Second,
		Regions: map[string]callback.Region{"sweden": {Name: "sweden", PBX: "pbx1", Trunks: []string{"PJSIP/pstn"}, Dial: "PJSIP/{number}@pstn"}},
		Queues:  map[string]callback.Queue{"support": {Name: "support"}},
		Rules: []callback.Rule{{
			Name: "lost", MissedIn: callback.MissedInContactCenter, Enabled: true, DialingIntervals: []time.Duration{time.Hour},
			Schedule: hours.Always(), GiveUpAfter: 3, Recording: &callback.RecordingSettings{Keep: time.Hour, Notice: notice},
		}},
	}
	rules := callback.NewRules(callback.NewRulebook(&account))
	require.NoError(t, callback.NewIntake(store, rules, func(callback.MissedCall) {}).Take(t.Context(), callback.Verdict{
		PBX: "pbx1", CallID: "1.1", Trunk: "PJSIP/pstn", Caller: "+46701234567", Dialled: "+4685550000",
		Arrived: time.Now().Add(-time.Minute), Ended: time.Now(), Loss: callback.Loss{Queue: "support"},
	}))
	edited := account
	edited.Rules = nil
	list, err := planned(t.Context(), store, callback.NewRulebook(&edited))
	require.NoError(t, err)
	assert.Equal(t, []callback.Sound{notice}, list)
}
