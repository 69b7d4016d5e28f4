package doctor

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

func TestThePrograms(t *testing.T) {
	notice := callback.Rule{Enabled: true, Recording: &callback.RecordingSettings{Notice: callback.Sound{Say: &callback.Speech{Language: "sv", Text: "Samtalet spelas in"}}}}
	off := notice
	off.Enabled = false
	announced := callback.Rule{Enabled: true, AgentAnnouncement: &callback.Speech{Language: "sv", Text: "{number}"}}
	plays := callback.Rule{Enabled: true, AgentPrompt: "callback"}
	const (
		noUploads = "note sox isn't found: uploads other than WAV files of 8 kHz, mono, 16 bit are refused"
		noSox     = "sox isn't found: the texts of the rules aren't spoken, and uploads aren't converted"
		noEspeak  = "espeak-ng isn't found: the texts of the rules aren't spoken, and nobody hears them"
	)
	for name, row := range map[string]struct {
		rule      callback.Rule
		installed []string
		command   []string
		want      []string
	}{
		"nothing is spoken":             {rule: plays, installed: []string{"sox"}},
		"nothing is spoken, no sox":     {rule: plays, want: []string{noUploads}},
		"all is there":                  {rule: notice, installed: []string{"sox", "espeak-ng"}, want: []string{"ok what speaks the texts of the rules is installed: espeak-ng, sox"}},
		"nothing is there":              {rule: notice, want: []string{"error " + noSox, "error " + noEspeak}},
		"no rule is on that speaks":     {rule: off, want: []string{"warning " + noSox, "warning " + noEspeak}},
		"an announcement":               {rule: announced, installed: []string{"sox"}, want: []string{"error " + noEspeak}},
		"the operator's own":            {rule: notice, installed: []string{"sox", "say"}, command: []string{"say", "{text}"}, want: []string{"ok what speaks the texts of the rules is installed: say, sox"}},
		"the operator's own is missing": {rule: notice, installed: []string{"sox", "espeak-ng"}, command: []string{"say", "{text}"}, want: []string{"error say isn't found: the texts of the rules aren't spoken, and nobody hears them"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPremises(t)
			p.files[0].Account.Rules = []callback.Rule{row.rule}
			p.config.Speech = row.command
			folder := t.TempDir()
			for _, program := range row.installed {
				require.NoError(t, os.WriteFile(filepath.Join(folder, program), []byte("#!/bin/sh\n"), 0o755))
			}
			t.Setenv("PATH", folder)
			p.examinePrograms()
			list, hints := p.lines()
			assert.Equal(t, row.want, list)
			if slices.Contains(row.want, "error "+noSox) {
				assert.Contains(t, hints, "install the packages sox and libsox-fmt-mp3")
			}
			if slices.Contains(row.want, "error "+noEspeak) {
				assert.Contains(t, hints, "install the package espeak-ng")
			}
		})
	}
}
