package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/survey/doctor"
)

// examined runs the doctor on a configuration, with an Asterisk's folder that isn't there.
func examined(t *testing.T, file string, flags ...string) (out string, err error) {
	t.Helper()
	cmd := newDoctorCommand(&globals{config: file})
	var stdout bytes.Buffer
	cmd.SetArgs(append(flags, "--asterisk-config", filepath.Join(t.TempDir(), "none")))
	cmd.SetOut(&stdout)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	err = cmd.ExecuteContext(t.Context())
	return stdout.String(), err
}

func TestDoctorWhereAsteriskIsAway(t *testing.T) {
	file := away(t)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	text = append(text, "    catch_up: {cdr: none/Master.csv, queue_log: queue_log}\nlisten: 127.0.0.1:1\n"...)
	require.NoError(t, os.WriteFile(file, text, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(file), "queue_log"), nil, 0o600))

	out, err := examined(t, file)
	require.EqualError(t, err, "2 errors")
	assert.Regexp(t, `^Configuration and rules\n  ok       \S+/callbackd\.yaml and \S+/rules are in order \(accounts: 1, rules: 1\)\n\n`+
		`Asterisk pbx1\n  error    Asterisk pbx1 at http://127\.0\.0\.1:\d+ doesn't answer: .*connection refused \(\S+/callbackd\.yaml:2\)\n`+
		` +→ is it running, and is this the address of its http\.conf\?\n`+
		`  error    \S+/none/Master\.csv: there is no folder \S+/none \(\S+/callbackd\.yaml:6\)\n +→ compare .*\n`+
		`  ok       \S+/queue_log is there, readable and empty\n`+
		`  note     \S+/none can't be read \(no such file or directory\): Asterisk's cdr\.conf .*\n +→ .*\n\n`+
		`This machine\n(?:  note     asked as root, .*\n +→ .*\n)?  ok       \S+ has .* left, where the database is\n\n`+
		`The daemon\n  note     callbackd doesn't run: nothing listens at 127\.0\.0\.1:1\n +→ start it with .callbackd serve.\n\n`+
		`2 errors, no warnings\n$`, out)

	out, err = examined(t, file, "--json")
	require.EqualError(t, err, "2 errors")
	var document struct{ Findings []doctor.Finding }
	require.NoError(t, json.Unmarshal([]byte(out), &document))
	require.Equal(t, 2, doctor.Count(document.Findings, doctor.Error))
	log := document.Findings[2]
	assert.Equal(t, []any{"asterisk", "pbx1", 6, "asterisk.pbx1.catch_up.cdr"}, []any{log.About, log.PBX, log.Line, log.Path})
	assert.NotEmpty(t, log.Hint)
}

// What check finds, the doctor does too, and looks at what it can all the same.
func TestDoctorOfFaultyFiles(t *testing.T) {
	file := away(t)
	require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(file), "rules/beta.yaml"), []byte("account: beta\nqeues: {}\n"), 0o600))
	out, err := examined(t, file)
	require.Error(t, err)
	assert.Regexp(t, `(?m)^  error    .*qeues.* \(\S+/rules/beta\.yaml:2\)$`, out)
	assert.Regexp(t, `(?m)^  warning  pbx1 has no catch_up: calls missed while callbackd is away are lost `, out)
	assert.Contains(t, out, "connection refused")
	assert.NotContains(t, out, "are in order")

	require.NoError(t, os.WriteFile(file, []byte("asterisk: 3\n"), 0o600))
	out, err = examined(t, file)
	require.Error(t, err)
	assert.Contains(t, out, "callbackd.yaml:1)")
	assert.NotContains(t, out, "This machine")

	_, err = examined(t, filepath.Join(t.TempDir(), "none.yaml"))
	require.ErrorContains(t, err, "name it with --config")
}

// What is wrong with a whole file has no line, and is of a file all the same.
func TestDoctorOfAnEmptyFile(t *testing.T) {
	file := away(t)
	require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(file), "rules/empty.yaml"), nil, 0o600))
	out, err := examined(t, file)
	require.Error(t, err)
	assert.Regexp(t, `(?m)^  error    the file is empty \(\S+/rules/empty\.yaml\)$`, out)
}

// Without rules there is much else to look at.
func TestDoctorWithoutRules(t *testing.T) {
	file := away(t)
	require.NoError(t, os.RemoveAll(filepath.Join(filepath.Dir(file), "rules")))
	out, err := examined(t, file)
	require.EqualError(t, err, "2 errors")
	assert.Regexp(t, `(?m)^  error    read the rules: \S+/rules: no such file or directory; .rules. in callbackd\.yaml names a folder`, out)
	assert.Regexp(t, `(?m)^  warning  pbx1 has no catch_up`, out)
	assert.Contains(t, out, "connection refused")
	assert.Contains(t, out, "where the database is")

	out, err = examined(t, file, "--json")
	require.EqualError(t, err, "2 errors")
	var document struct{ Findings []doctor.Finding }
	require.NoError(t, json.Unmarshal([]byte(out), &document))
	assert.Equal(t, 2, doctor.Count(document.Findings, doctor.Error))
}

func TestDoctorThatIsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	cmd := newDoctorCommand(&globals{config: away(t)})
	var stdout bytes.Buffer
	cmd.SetArgs([]string{})
	cmd.SetOut(&stdout)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	require.EqualError(t, cmd.ExecuteContext(ctx), "interrupted: not everything was looked at")
	assert.Contains(t, stdout.String(), "are in order", "what was found until then is told")
}
