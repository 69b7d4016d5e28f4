package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/httpapi"
)

// wav is a WAV file of 8 kHz, mono, 16 bit.
func wav(samples int) []byte {
	var b bytes.Buffer
	for _, part := range []any{
		[]byte("RIFF"), uint32(36 + 2*samples), []byte("WAVE"),
		[]byte("fmt "), uint32(16), uint16(1), uint16(1), uint32(8000), uint32(16000), uint16(2), uint16(16),
		[]byte("data"), uint32(2 * samples), bytes.Repeat([]byte{0x12, 0x34}, samples),
	} {
		_ = binary.Write(&b, binary.LittleEndian, part) // a buffer takes everything
	}
	return b.Bytes()
}

// file writes a file into a folder of its own.
func file(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, content, 0o600))
	return path
}

func TestSoundsFromTheCommandLine(t *testing.T) {
	d := newDesk(t)
	status, out, errs := d.run("sounds", "acme")
	assert.Zero(t, status, errs)
	assert.Regexp(t, `(?m)^NAME +LANGUAGE +SOURCE +LENGTH +RATES +PROBLEM$`, out)
	assert.Regexp(t, `(?m)^call-recorded +en +shipped +\d\.\d s +8 kHz$`, out)

	own := wav(4000)
	notice := file(t, "notice.wav", own)
	status, out, errs = d.run("sounds", "put", "acme", "call-recorded", notice, "--language", "sv")
	assert.Zero(t, status, errs)
	assert.Equal(t, "call-recorded in sv of acme is kept: 0.5 s, for calls of 8 kHz.\n", out)
	_, same, _ := d.run("sounds", "list", "acme")
	assert.Regexp(t, `(?m)^call-recorded +sv +account +0\.5 s +8 kHz$`, same)

	to := filepath.Join(t.TempDir(), "heard.wav")
	status, out, errs = d.run("sounds", "get", "acme", "call-recorded", to, "--language", "sv")
	assert.Zero(t, status, errs)
	assert.Equal(t, "call-recorded in sv of acme is in "+to+".\n", out)
	heard, err := os.ReadFile(to)
	require.NoError(t, err)
	assert.Equal(t, own, heard)
	status, _, errs = d.run("sounds", "get", "acme", "callback", to)
	assert.Equal(t, exitError, status)
	assert.Equal(t, "callbackd: "+to+" is there already: name another file\n", errs)
	_, out, _ = d.run("sounds", "get", "acme", "call-recorded", "-", "--language", "sv")
	assert.Equal(t, string(own), out)

	status, out, errs = d.run("sounds", "delete", "acme", "call-recorded", "--language", "sv")
	assert.Zero(t, status, errs)
	assert.Equal(t, "call-recorded in sv of acme is deleted.\n", out)
	status, _, errs = d.run("sounds", "delete", "acme", "call-recorded", "--language", "sv")
	assert.Equal(t, exitError, status)
	assert.Contains(t, errs, "no such sound")

	status, out, errs = d.run("sounds", "put", "acme", "long", file(t, "long.wav", wav(8000*61)))
	assert.Zero(t, status, errs)
	assert.Contains(t, out, "An attempt plays only the first 60 s of it.")
}

func TestSoundsAsJSON(t *testing.T) {
	d := newDesk(t)
	_, out, _ := d.run("sounds", "put", "acme", "hello", file(t, "hello.wav", wav(4000)), "--json")
	var sound httpapi.Sound
	require.NoError(t, json.Unmarshal([]byte(out), &sound))
	assert.Equal(t, "hello", sound.Name)
	_, out, _ = d.run("sounds", "acme", "--json")
	var list httpapi.SoundList
	require.NoError(t, json.Unmarshal([]byte(out), &list))
	assert.Contains(t, list.Sounds, sound)
}

func TestWhatCannotBeDoneWithSounds(t *testing.T) {
	d := newDesk(t)
	words := file(t, "words.wav", []byte("not a sound"))
	missing := filepath.Join(t.TempDir(), "missing.wav")
	for _, row := range []struct {
		args []string
		says string
	}{
		{[]string{"acne"}, `There is no account "acne". Did you mean "acme"?`},
		{[]string{"put", "acme", "hello", words}, "isn't a WAV or MP3 file"},
		{[]string{"put", "acme", "hello", missing}, "no such file"},
		{[]string{"put", "acme", "hello", file(t, "empty.wav", nil)}, "empty.wav is empty"},
		{[]string{"put", "acme", "Hello", file(t, "hello.wav", wav(800))}, "names have small letters"},
		{[]string{"put", "acme", "hello", file(t, "hello.wav", wav(800)), "--language", "swedish"}, "write two letters"},
		{[]string{"put", "acme", "../hello", file(t, "hello.wav", wav(800))}, "names have small letters"},
		{[]string{"get", "acme", "calback", filepath.Join(t.TempDir(), "x.wav")}, "shipped: callback"},
		{[]string{"delete", "acme", "callback"}, "can't be deleted"},
	} {
		status, out, errs := d.run(append([]string{"sounds"}, row.args...)...)
		assert.Equal(t, exitError, status, row.args)
		assert.Empty(t, out, row.args)
		assert.Contains(t, errs, row.says)
	}
	for _, args := range [][]string{{}, {"get", "acme"}, {"put", "acme", "hello"}, {"delete"}, {"delete", "acme", "hello", "more"}} {
		status, _, errs := d.run(append([]string{"sounds"}, args...)...)
		assert.Equal(t, exitUsage, status, args)
		assert.Contains(t, errs, "wants the name")
	}
}

func TestTheShellCompletesSounds(t *testing.T) {
	d := newDesk(t)
	d.run("sounds", "put", "acme", "hello", file(t, "hello.wav", wav(800)))
	offers := func(args ...string) string {
		_, out, _ := run(t, append([]string{"__complete", "--config", d.config, "sounds"}, args...)...)
		return out
	}
	assert.Contains(t, offers("get", ""), "acme\t")
	assert.Contains(t, offers("get", "acme", ""), "callback\tshipped\n")
	assert.Contains(t, offers("delete", "acme", ""), "hello\taccount\n")
	assert.NotContains(t, offers("delete", "acme", ""), "callback", "it can't be deleted")
	assert.Contains(t, offers(""), "acme\t")
	assert.Contains(t, offers(""), "put\t")
}
