package config

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestProblemsArePlaced(t *testing.T) {
	file := filepath.Join(t.TempDir(), "acme.yaml")
	require.NoError(t, os.WriteFile(file, []byte(`account: acme
regions:
  sweden: {trunks: [PJSIP/pstn, PJSIP/other], dial: "PJSIP/{number}@pstn"}
queues:
  support: {}
  "a.b": {}
defaults:
  agent_prompt: callback
rules:
  - name: first
    agent_prompt: other
  - name: second
`), 0o600))
	for path, want := range map[string]string{
		"queues.support":            "5:3 queues.support",
		"queues.a.b":                "6:3 queues.a.b",
		"regions.sweden.trunks[1]":  "3:33 regions.sweden.trunks[1]",
		"regions.sweden.dial":       "3:53 regions.sweden.dial",
		"regions.sweden.formats":    "3:3 regions.sweden.formats", // not written
		"rules[0].agent_prompt":     "11:19 rules[0].agent_prompt",
		"rules[1].agent_prompt":     "8:17 defaults.agent_prompt",
		"agents.alice.endpoint":     " agents.alice.endpoint",
		"regions.sweden.trunks[17]": "3:12 regions.sweden.trunks[17]",
	} {
		p := Problem{Severity: SeverityWarning, File: file, Path: path, Message: "missing"}.Placed()
		assert.Equal(t, want, whereabouts(p), path)
	}
	p := Problem{Severity: SeverityNote, File: file, Path: "queues.support", Message: "can't be asked", Hint: "look"}.Placed()
	assert.Equal(t, file+":5:3: note: can't be asked\n      support: {}\n      ^ look", p.String())
	p.File = file + ".gone"
	assert.Equal(t, p, p.Placed())
}

func whereabouts(p Problem) string {
	if p.Line == 0 {
		return " " + p.Path
	}
	return fmt.Sprintf("%d:%d %s", p.Line, p.Column, p.Path)
}
