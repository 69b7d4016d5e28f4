package metrics

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/catchup"
	"callbackd/internal/config"
	"callbackd/internal/reload"
	"callbackd/storage"
)

var update = flag.Bool("update", false, "write the table of docs/operations.md anew")

func sample() Options {
	began := time.Date(2026, 11, 20, 9, 0, 0, 500_000_000, time.UTC)
	return Options{
		Version: "1.2.3", Log: zerolog.Nop(), Refusals: []string{"no_token", "wrong_token"},
		PBXs:     func() map[string]bool { return map[string]bool{"pbx1": true, "pbx2": false} },
		Channels: func() map[string]int { return map[string]int{"pbx1": 12, "pbx2": 0} },
		Logs:     func() map[string]bool { return map[string]bool{"pbx1": true} }, // pbx2 has no catch_up
		Rules: func() []reload.Status {
			return []reload.Status{
				{Account: "acme", File: "rules/acme.yaml", State: reload.StateInForce, Since: began, Problems: config.Problems{{Severity: config.SeverityWarning}}},
				{Account: "globex", File: "rules/globex.yaml", State: reload.StateLastGood, Since: began, Problems: config.Problems{{Severity: config.SeverityError}}},
				{Account: "acme", File: "rules/copy.yaml", State: reload.StateNotInForce, Problems: config.Problems{{Severity: config.SeverityError}}},
				{File: "rules/broken.yaml", State: reload.StateNotInForce, Problems: config.Problems{{Severity: config.SeverityError}}},
			}
		},
		Loads: func() map[reload.Load]uint64 {
			return map[reload.Load]uint64{{Account: "acme", Result: reload.ResultInForce}: 3, {Account: "", Result: reload.ResultFaulty}: 1}
		},
		Tasks: func(context.Context, time.Time) ([]storage.TaskCount, error) {
			return []storage.TaskCount{
				{Account: "acme", State: callback.TaskDialing, Tasks: 1},
				{Account: "acme", State: callback.TaskScheduled, Tasks: 5, Due: 2},
				{Account: "gone", State: callback.TaskScheduled, Tasks: 1},
			}, nil
		},
	}
}

// ours leaves out Go's metrics and those of the process.
func ours(t *testing.T, m *Metrics) string {
	recorder := httptest.NewRecorder()
	m.Handler().ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	require.Equal(t, http.StatusOK, recorder.Code)
	var lines []string
	for line := range strings.Lines(recorder.Body.String()) {
		if strings.HasPrefix(line, "callbackd_") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

func TestWhatIsTold(t *testing.T) {
	m := New(sample())
	m.Observe([]callback.Change{
		{Account: "acme", TaskID: 1, To: "scheduled"},
		{Account: "acme", TaskID: 1, AttemptID: 1, From: "customer", To: "ended", Reason: "customer_busy"},
		{Account: "acme", TaskID: 1, From: "dialing", To: "scheduled"},
		{Account: "acme", TaskID: 1, AttemptID: 2, From: "bridged", To: "ended", Reason: "connected"},
		{Account: "acme", TaskID: 1, From: "dialing", To: "completed"},
		{Account: "acme", TaskID: 2, AttemptID: 3, From: "scheduled", To: "ended", Reason: "superseded"}, // it never began
		{Account: "acme", TaskID: 2, From: "scheduled", To: "cancelled", Reason: "customer_called"},
		{Account: "acme", TaskID: 3, AttemptID: 4, From: "agent", To: "ended", Reason: "whatever a later version says"},
		{Account: "acme", TaskID: 3, From: "dialing", To: "cancelled", Reason: "agent_called"},
		{Account: "acme", TaskID: 4, From: "held", To: "cancelled", Reason: "cancelled_by_person"}, // nobody was helped
	})
	m.Decided(callback.MissedCall{Account: "acme", Decision: callback.DecisionTaskCreated})
	m.Decided(callback.MissedCall{Account: "acme", Decision: callback.DecisionMerged})
	m.Decided(callback.MissedCall{Account: "acme", Decision: callback.DecisionRefused, Reason: callback.ReasonAnonymous})
	m.Decided(callback.MissedCall{Account: "acme", Decision: callback.DecisionRefused, Reason: callback.ReasonAnonymous})
	m.Decided(callback.MissedCall{Decision: callback.DecisionRefused, Reason: callback.ReasonNoAccount})
	m.Malformed("pbx2")
	m.Gap("pbx1")
	m.Forgot("pbx1", 3)
	m.LeftOver("pbx2", 2)
	m.LogTrouble("pbx1", catchup.TroubleLost)
	m.Disagreed("pbx1", catchup.LiveUnseen)
	m.Refused("wrong_token")
	require.Equal(t, fmt.Sprintf(`callbackd_attempts_ended_total{account="acme",result="connected"} 1
callbackd_attempts_ended_total{account="acme",result="customer_busy"} 1
callbackd_attempts_ended_total{account="acme",result="other"} 1
callbackd_build_info{goversion="%s",version="1.2.3"} 1
callbackd_calls_helped_total{account="acme",reason="agent_called"} 1
callbackd_calls_helped_total{account="acme",reason="customer_called"} 1
callbackd_calls_helped_total{account="globex",reason="agent_called"} 0
callbackd_calls_helped_total{account="globex",reason="customer_called"} 0
callbackd_detector_channels{pbx="pbx1"} 12
callbackd_detector_channels{pbx="pbx2"} 0
callbackd_detector_forgotten_total{pbx="pbx1"} 3
callbackd_detector_forgotten_total{pbx="pbx2"} 0
callbackd_due_tasks{account="acme"} 2
callbackd_due_tasks{account="globex"} 0
callbackd_due_tasks{account="gone"} 0
callbackd_events_malformed_total{pbx="pbx1"} 0
callbackd_events_malformed_total{pbx="pbx2"} 1
callbackd_gaps_total{pbx="pbx1"} 1
callbackd_gaps_total{pbx="pbx2"} 0
callbackd_leftovers_removed_total{pbx="pbx1"} 0
callbackd_leftovers_removed_total{pbx="pbx2"} 2
callbackd_log_troubles_total{kind="broken",pbx="pbx1"} 0
callbackd_log_troubles_total{kind="foreign",pbx="pbx1"} 0
callbackd_log_troubles_total{kind="lost",pbx="pbx1"} 1
callbackd_log_troubles_total{kind="unreadable",pbx="pbx1"} 0
callbackd_log_troubles_total{kind="without_ids",pbx="pbx1"} 0
callbackd_logs_readable{pbx="pbx1"} 1
callbackd_missed_calls_total{account="",decision="refused",reason="no_account"} 1
callbackd_missed_calls_total{account="acme",decision="merged",reason=""} 1
callbackd_missed_calls_total{account="acme",decision="refused",reason="anonymous"} 2
callbackd_missed_calls_total{account="acme",decision="task_created",reason=""} 1
callbackd_open_tasks{account="acme",state="dialing"} 1
callbackd_open_tasks{account="acme",state="held"} 0
callbackd_open_tasks{account="acme",state="scheduled"} 5
callbackd_open_tasks{account="globex",state="dialing"} 0
callbackd_open_tasks{account="globex",state="held"} 0
callbackd_open_tasks{account="globex",state="scheduled"} 0
callbackd_open_tasks{account="gone",state="dialing"} 0
callbackd_open_tasks{account="gone",state="held"} 0
callbackd_open_tasks{account="gone",state="scheduled"} 1
callbackd_pbx_ready{pbx="pbx1"} 1
callbackd_pbx_ready{pbx="pbx2"} 0
callbackd_requests_refused_total{reason="no_token"} 0
callbackd_requests_refused_total{reason="wrong_token"} 1
callbackd_rules_current{account="acme"} 1
callbackd_rules_current{account="globex"} 0
callbackd_rules_file_problems{account="",file="rules/broken.yaml",severity="error"} 1
callbackd_rules_file_problems{account="",file="rules/broken.yaml",severity="warning"} 0
callbackd_rules_file_problems{account="acme",file="rules/acme.yaml",severity="error"} 0
callbackd_rules_file_problems{account="acme",file="rules/acme.yaml",severity="warning"} 1
callbackd_rules_file_problems{account="acme",file="rules/copy.yaml",severity="error"} 1
callbackd_rules_file_problems{account="acme",file="rules/copy.yaml",severity="warning"} 0
callbackd_rules_file_problems{account="globex",file="rules/globex.yaml",severity="error"} 1
callbackd_rules_file_problems{account="globex",file="rules/globex.yaml",severity="warning"} 0
callbackd_rules_in_force_timestamp_seconds{account="acme"} 1.7951652005e+09
callbackd_rules_in_force_timestamp_seconds{account="globex"} 1.7951652005e+09
callbackd_rules_loads_total{account="",result="faulty"} 1
callbackd_rules_loads_total{account="acme",result="in_force"} 3
callbackd_tasks_ended_total{account="acme",state="cancelled"} 3
callbackd_tasks_ended_total{account="acme",state="completed"} 1
callbackd_witness_disagreements_total{kind="live_answered_log_missed",pbx="pbx1"} 0
callbackd_witness_disagreements_total{kind="live_missed_log_answered",pbx="pbx1"} 0
callbackd_witness_disagreements_total{kind="live_unseen",pbx="pbx1"} 1
`, runtime.Version()), ours(t, m))
}

// A database that doesn't answer hides nothing else.
func TestADatabaseThatDoesNotAnswer(t *testing.T) {
	o := sample()
	o.Tasks = func(context.Context, time.Time) ([]storage.TaskCount, error) {
		return nil, errors.New("the disk is gone")
	}
	told := ours(t, New(o))
	require.NotContains(t, told, "callbackd_open_tasks")
	require.Contains(t, told, "callbackd_pbx_ready")
}

// Two daemons in one process have metrics of their own, and Prometheus' own
// linter has nothing to say.
func TestConventions(t *testing.T) {
	New(sample())
	problems, err := testutil.GatherAndLint(New(sample()).registry)
	require.NoError(t, err)
	require.Empty(t, problems)
}

const (
	document = "../../docs/operations.md"
	begin    = "<!-- metrics: printed from internal/metrics, see `make golden` -->\n"
	end      = "<!-- end of metrics -->\n"
)

func TestTheTableInTheDocumentation(t *testing.T) {
	table := "| metric | labels | what it tells |\n|---|---|---|\n"
	for _, f := range families {
		table += fmt.Sprintf("| `%s` | %s | %s |\n", f.name, strings.Join(f.labels, ", "), f.help)
	}
	content, err := os.ReadFile(document)
	require.NoError(t, err)
	before, rest, found := strings.Cut(string(content), begin)
	require.True(t, found, "the table's place is marked")
	written, after, found := strings.Cut(rest, end)
	require.True(t, found, "the table's end is marked")
	if *update {
		require.NoError(t, os.WriteFile(document, []byte(before+begin+table+end+after), 0o644))
		return
	}
	require.Equal(t, table, written, "print it anew with -update")
}

// Whatever is told is in the table.
func TestEveryFamilyIsListed(t *testing.T) {
	m := New(sample())
	m.Observe([]callback.Change{
		{Account: "acme", TaskID: 1, AttemptID: 1, From: "customer", To: "ended", Reason: "connected"},
		{Account: "acme", TaskID: 1, From: "dialing", To: "completed"},
	})
	m.Decided(callback.MissedCall{Account: "acme", Decision: callback.DecisionMerged})
	m.Came("acme", callback.MenuOffer, callback.OfferedAccepted)
	told := map[string]bool{}
	for line := range strings.Lines(ours(t, m)) {
		name, _, _ := strings.Cut(line, "{")
		told[name] = true
	}
	require.Len(t, told, len(families))
	for _, f := range families {
		require.True(t, told[f.name], f.name)
	}
}
