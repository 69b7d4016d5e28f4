package endtoend

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/asterisk-config/private"
	"callbackd/internal/lab"
)

// demandingRules need much of an Asterisk.
var demandingRules = strings.NewReplacer(
	"queues:\n  support: {}", "agents:\n  alice: {endpoint: PJSIP/alice}\nqueues:\n  support: {ringing: each}",
	"recording: {keep: 90d}", "recording: {keep: 90d, channels: 2}\n  voicemail: hang_up",
).Replace(lab.ExampleRules)

// The doctor says what keeps rules from working, and what to do, on an Asterisk that was
// once as they need it.
func TestDoctorOfAnAsteriskThatDoesNotSuitTheRules(t *testing.T) {
	w := newWorldOf(t, lab.Config{
		Queues: []private.Queue{{Name: "support", Strategy: "rrmemory", Autofill: true, Members: []string{"alice", "Local/1@desks", "Local/2@desks", "Local/3@desks"}}},
		Rules:  demandingRules, Sounds: map[string][]byte{"callback": prompt(shortPrompt)},
	})
	about := func() (bad []string, hints string) {
		findings, hints := w.doctor()
		for _, f := range append(of(findings, "error"), of(findings, "warning")...) {
			// Of the logs, and of numbers that lead nowhere, another test tells.
			if !strings.Contains(f, "catch-all") && !strings.Contains(f, w.Asterisk.CDR) && !strings.Contains(f, w.Asterisk.QueueLog) {
				bad = append(bad, strings.ReplaceAll(f, w.Asterisk.Dir, "DIR"))
			}
		}
		return bad, hints
	}
	bad, _ := about()
	require.Empty(t, bad)

	recordings := filepath.Join(w.Asterisk.Dir, "spool/recording")
	w.must(os.Remove(recordings))
	w.etc("queues.conf", "queue reload all", "autofill = yes", "autofill = no")
	w.etc("callbackd.conf", "dialplan reload", "Queue(${EXTEN},rC)", "Queue(${EXTEN},r)")
	for _, command := range []string{"dialplan remove context callbackd-amd", "module unload app_amd.so"} {
		_, err := w.Asterisk.CLI(t.Context(), command)
		w.must(err)
	}
	bad, hints := about()
	for _, want := range []string{
		"error asterisk: Asterisk pbx1 has no dialplan context callbackd-amd, in which a call is listened to for a machine",
		"error asterisk: Asterisk pbx1 doesn't run module app_amd.so: no machine is told from a person: whoever answers is connected",
		"error asterisk: DIR/spool/recording, where recordings are kept, isn't there: no conversation is recorded",
		"warning asterisk: Asterisk pbx1 lets callers of queue support ring agents one after the other (autofill is off): " +
			"the callbacks that `ringing: each` sends there at once wait in the queue for a second each",
	} {
		assert.Contains(t, bad, want)
	}
	edited := "context callbackd-agent isn't as it is shipped: it has `same => n,Queue(${EXTEN},r)` where `same => n,Queue(${EXTEN},rC)` should be"
	assert.Contains(t, strings.Join(bad, "\n"), edited)
	assert.Len(t, bad, 5)
	assert.Contains(t, hints, "write `autofill = yes` into [support] of queues.conf, and `asterisk -rx \"queue reload all\"`")
	assert.Contains(t, hints, "`install -d ")

	// A queue that rings everybody for one caller, and a file from before.
	w.must(os.Mkdir(recordings, 0o755))
	w.etc("queues.conf", "queue reload all", "autofill = no", "autofill = yes", "strategy = rrmemory", "strategy = ringall")
	w.etc("callbackd.conf", "dialplan reload", "Queue(${EXTEN},r)", "Queue(${EXTEN},rC)", "[callbackd-version]", "[callbackd-before]")
	_, err := w.Asterisk.CLI(t.Context(), "module load app_amd.so")
	w.must(err)
	bad, _ = about()
	require.Equal(t, []string{
		"error asterisk: Asterisk pbx1 rings all members of queue support for each caller (ringall): " +
			"of the callbacks that `ringing: each` sends there at once, one rings them all and the others wait in the queue",
		"warning asterisk: Asterisk pbx1 has a callbackd.conf that isn't of this callbackd's version",
	}, bad)

	// Nothing is wrong, and something could be better.
	w.rules(strings.Replace(demandingRules, "ringing: each", "ringing: one", 1))
	w.etc("queues.conf", "queue reload all", "strategy = ringall", "strategy = rrmemory")
	findings, hints := w.doctor()
	assert.Contains(t, of(findings, "advice"), "advice asterisk: Asterisk pbx1 could ring several of the 4 members of queue support at the same time "+
		"(rrmemory, autofill), and callbacks ring one after the other")
	assert.Contains(t, hints, "write `ringing: each` for it into the rules file")
	w.untouched()
}
