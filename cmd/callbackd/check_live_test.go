package main

import (
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// away writes a configuration whose Asterisk isn't running.
func away(t *testing.T) (config string) {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	folder := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(folder, "rules"), 0o700))
	for name, text := range map[string]string{
		"callbackd.yaml": "asterisk:\n  pbx1:\n    url: http://" + address + "\n    username: callbackd\n    password: secret\n",
		"rules/acme.yaml": `account: acme
country: "SE"
timezone: Europe/Stockholm
numbers: ["+4685550000"]
regions:
  sweden: {pbx: pbx1, trunks: [PJSIP/pstn], dial: "PJSIP/{number}@pstn"}
queues:
  support: {}
defaults: {schedule: always}
rules:
  - name: lost in the contact center
    missed_in: contact_center
    dialing_intervals: [immediately]
`,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	return filepath.Join(folder, "callbackd.yaml")
}

func TestCheckLiveWhereAsteriskIsAway(t *testing.T) {
	file := away(t)
	status, out, errs := run(t, "check", "--config", file)
	require.Zero(t, status, "%s%s: Asterisk isn't asked unasked", out, errs)

	status, out, errs = run(t, "check", "--live", "--config", file)
	assert.Equal(t, exitError, status)
	assert.Equal(t, "callbackd: 1 error in the configuration\n", errs)
	assert.Regexp(t, `(?m)^\S+/callbackd\.yaml:2:3: Asterisk pbx1 at http://127\.0\.0\.1:\d+ doesn't answer: .*connection refused\n`+
		` +pbx1:\n +\^ is it running, and is this the address of its http\.conf\?$`, out)

	status, out, _ = run(t, "check", "--live", "--json", "--config", file)
	assert.Equal(t, exitError, status)
	var document struct {
		Problems []struct {
			Severity, File, Path, Message, Hint string
			Line                                int
		}
	}
	require.NoError(t, json.Unmarshal([]byte(out), &document))
	require.Len(t, document.Problems, 2)
	assert.Equal(t, "warning", document.Problems[0].Severity, "the configuration's own: there is no catch_up")
	asked := document.Problems[1]
	assert.Equal(t, "error", asked.Severity)
	assert.Equal(t, "asterisk.pbx1", asked.Path)
	assert.Equal(t, 2, asked.Line)
}

// What is said of Asterisks stands in the order of the file, not of their names.
func TestCheckLiveInTheOrderOfTheFile(t *testing.T) {
	file := away(t)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	text = append(text, "  alpha:\n    url: http://127.0.0.1:1\n    username: callbackd\n    password: secret\n"...)
	require.NoError(t, os.WriteFile(file, text, 0o600))
	_, out, _ := run(t, "check", "--live", "--config", file)
	assert.Regexp(t, `(?s)Asterisk pbx1 at .* doesn't answer.*Asterisk alpha at .* doesn't answer`, out)
}

// A file that can't be used is said once, and Asterisk is asked about the others.
func TestCheckLiveOfAFaultyFile(t *testing.T) {
	file := away(t)
	faulty := filepath.Join(filepath.Dir(file), "rules/beta.yaml")
	require.NoError(t, os.WriteFile(faulty, []byte("account: beta\nqeues: {}\n"), 0o600))
	status, out, _ := run(t, "check", "--live", "--config", file)
	assert.Equal(t, exitError, status)
	assert.Contains(t, out, "beta.yaml:2:1: ")
	assert.Contains(t, out, "connection refused")
}
