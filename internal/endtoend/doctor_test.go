package endtoend

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/asterisk-config/private"
	"callbackd/internal/config"
	"callbackd/internal/lab"
	"callbackd/internal/softphone"
	"callbackd/internal/survey/doctor"
)

// unwithheld is the dialplan's line that keeps withheld numbers out of the logs.
const unwithheld = `ExecIf($["${CALLERID(num-pres):0:6}" = "prohib"]?Set(CALLERID(num)=anonymous))`

// installation is a lab in which no call gets lost: whatever number is dialled arrives.
func installation(t *testing.T) *world {
	t.Helper()
	return newWorldOf(t, lab.Config{
		Numbers: []private.Number{
			{Number: lab.MainNumber, Dialplan: []string{unwithheld, "Queue(support)", "Hangup()"}},
			{Number: "_X!", Dialplan: []string{"Hangup(1)"}},
			{Number: "_+X!", Dialplan: []string{"Hangup(1)"}},
		},
		Sounds: map[string][]byte{"callback": prompt(time.Second)},
	})
}

// doctor examines the lab as `callbackd doctor` does: "warning asterisk: …", and what to do.
func (w *world) doctor() (list []string, hints string) {
	w.t.Helper()
	cfg := w.configuration()
	pbx := cfg.Asterisk["pbx1"]
	pbx.CatchUp = config.CatchUp{CDR: w.Asterisk.CDR, QueueLog: w.Asterisk.QueueLog}
	cfg.Asterisk["pbx1"] = pbx
	for _, f := range doctor.Examine(w.t.Context(), doctor.Options{Config: cfg, AsteriskConfig: filepath.Join(w.Asterisk.Dir, "etc")}) {
		if strings.HasPrefix(f.Message, "sox isn't found") {
			continue // which programs this machine has, no test depends on
		}
		list = append(list, string(f.Level)+" "+f.About+": "+f.Message)
		hints += f.Hint + "\n"
	}
	return list, hints
}

// of are those findings that begin so.
func of(findings []string, level string) (list []string) {
	for _, f := range findings {
		if strings.HasPrefix(f, level+" ") {
			list = append(list, f)
		}
	}
	return list
}

// etc edits one of Asterisk's files and has it read.
func (w *world) etc(name, reload string, edit ...string) {
	w.t.Helper()
	path := filepath.Join(w.Asterisk.Dir, "etc", name)
	text, err := os.ReadFile(path)
	w.must(err)
	edited := strings.NewReplacer(edit...).Replace(string(text))
	require.NotEqual(w.t, string(text), edited)
	w.must(os.WriteFile(path, []byte(edited), 0o600))
	_, err = w.Asterisk.CLI(w.t.Context(), reload)
	w.must(err)
}

func TestDoctorOfAGoodInstallation(t *testing.T) {
	w := installation(t)
	w.loses(customer) // so that there are logs
	const withheld = "+46709999999"
	in, err := w.Network.Dial(t.Context(), w.URI(lab.MainNumber), softphone.Caller{Number: "anonymous", Asserted: withheld, Privacy: "id"})
	w.must(err)
	alice := w.rings("alice")
	w.must(in.Hangup())
	alice.MustEnd(t)
	w.inTheCDR(customer, `"anonymous"`)
	for _, log := range []string{w.Asterisk.CDR, w.Asterisk.QueueLog} {
		text, err := os.ReadFile(log)
		w.must(err)
		require.NotContains(t, string(text), withheld)
	}
	findings, _ := w.doctor()
	for _, level := range []string{"error", "warning", "advice"} {
		assert.Empty(t, of(findings, level))
	}
	assert.Contains(t, findings, "ok asterisk: Asterisk pbx1 has what the rules files refer to")
	assert.Contains(t, findings, "ok asterisk: Asterisk pbx1 has an extension for every number in context from-pstn, where customers' calls arrive")
	assert.Contains(t, findings, "ok asterisk: Asterisk pbx1 has the same time as this machine")
	assert.Contains(t, findings, "ok asterisk: "+w.Asterisk.CDR+" can be read and used")
	assert.Contains(t, findings, "ok asterisk: "+w.Asterisk.QueueLog+" can be read and used")
	assert.Contains(t, findings, "ok asterisk: what "+w.Asterisk.Dir+"/etc says about these logs is right")
	w.untouched()

	var asRoot []string // who may read everything, and says so
	if os.Geteuid() == 0 {
		asRoot = []string{"root"}
	}
	sayInTurn(t, of(findings, "note"), append(asRoot, "callbackd doesn't run"))
	w.start()
	findings, _ = w.doctor()
	assert.Empty(t, of(findings, "error"))
	sayInTurn(t, of(findings, "note"), asRoot)
	assert.Contains(t, findings[len(findings)-1], "ok daemon: callbackd runs at 127.0.0.1:")
}

// sayInTurn compares findings with what they have to say.
func sayInTurn(t *testing.T, findings, words []string) {
	t.Helper()
	require.Len(t, findings, len(words), "%q", findings)
	for i, word := range words {
		assert.Contains(t, findings[i], word)
	}
}

func TestDoctorOfAnInstallationThatLosesCalls(t *testing.T) {
	w := installation(t)
	w.loses(customer)
	w.inTheCDR(customer)
	w.etc("extensions.conf", "dialplan reload", "exten => _+X!,1,Hangup(1)", "", unwithheld, "NoOp()")
	w.etc("cdr.conf", "module reload cdr", "unanswered = yes", "")
	status, err := w.Asterisk.CLI(t.Context(), "cdr show status") // where the doctor can't read it, a person can
	w.must(err)
	require.Regexp(t, `Log unanswered calls: +No`, status)
	w.must(os.Chmod(w.Asterisk.QueueLog, 0))
	if os.Geteuid() == 0 { // who may read everything, on behalf of who may not
		cfg := w.configuration()
		w.must(os.WriteFile(cfg.Database, nil, 0o600))
		w.must(os.Chown(cfg.Database, nobody, nobody))
	}
	findings, hints := w.doctor()
	bad := strings.Join(append(of(findings, "error"), of(findings, "warning")...), "\n")
	assert.Contains(t, bad, "warning asterisk: Asterisk pbx1 has no catch-all in context from-pstn, where calls on PJSIP/pstn arrive: "+
		"a call to a number without an extension, like +4685559999, leaves no trace anywhere")
	assert.Contains(t, hints, "`exten => _+X!,1,Hangup(1)`")
	assert.Contains(t, bad, "warning asterisk: "+w.Asterisk.Dir+"/etc/cdr.conf doesn't say unanswered = yes")
	// The trunk is trusted, and nothing in the dialplan looks at the presentation any more.
	require.Len(t, of(findings, "advice"), 1)
	assert.Contains(t, of(findings, "advice")[0], "writes numbers into its logs that were withheld")
	assert.Contains(t, hints, unwithheld)
	assert.Regexp(t, `error asterisk: user \S+ may not (enter|read) /\S+`, bad)

	// It is as the doctor says: nobody ever hears of such a call.
	before, err := os.ReadFile(w.Asterisk.CDR)
	w.must(err)
	call, err := w.Network.Dial(t.Context(), w.URI("+4685559999"), softphone.Caller{Number: customer})
	w.must(err)
	require.Equal(t, 404, call.MustEnd(t).Code)
	after, err := os.ReadFile(w.Asterisk.CDR)
	w.must(err)
	assert.Equal(t, string(before), string(after))
	w.untouched()
}

// inTheCDR waits until Asterisk has written of calls that are over.
func (w *world) inTheCDR(callers ...string) {
	w.t.Helper()
	require.EventuallyWithT(w.t, func(c *assert.CollectT) {
		text, err := os.ReadFile(w.Asterisk.CDR)
		require.NoError(c, err)
		for _, caller := range callers {
			assert.Contains(c, string(text), caller)
		}
	}, 5*time.Second, 20*time.Millisecond)
}

// nobody is a user who may nothing.
const nobody = 65534
