package witness

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	recordedLogs   = "../../testdata/logs"
	recordedEvents = "../../testdata/ari"
)

// recording is one kind of call as the logs have it.
type recording struct{ name, cdr, queueLog string }

func recordings(t testing.TB) (list []recording) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(recordedLogs, "*.cdr"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		stem := strings.TrimSuffix(file, ".cdr")
		cdr, err := os.ReadFile(file)
		require.NoError(t, err)
		queueLog, err := os.ReadFile(stem + ".queue_log")
		require.NoError(t, err)
		list = append(list, recording{filepath.Base(stem), string(cdr), string(queueLog)})
	}
	return list
}

// readRecording judges one recording, long after it was made.
func readRecording(t *testing.T, r recording) []Call {
	t.Helper()
	p := newPBX(t)
	from := p.beginning()
	p.write(p.logs.CDR, r.cdr)
	p.write(p.logs.QueueLog, r.queueLog)
	p.now = p.now.Add(time.Minute)
	calls, last := p.read(p.witness(from))
	require.True(t, last.CaughtUp(), r.name)
	require.Empty(t, last.Trouble, r.name)
	return calls
}

// otherwise are the recorded kinds of call of which the logs say something else than what
// happened. docs/logs.md tells why.
var otherwise = map[string]string{
	"conf-agent-first":       "missed",
	"followme-not-accepted":  "answered",
	"q-answered-half-second": "missed",
}

// The logs alone tell what became of every recorded call, but for the few above.
func TestRecordedLogs(t *testing.T) {
	truth := readTruth(t)
	for _, r := range recordings(t) {
		want := truth[r.name]
		if wrong, known := otherwise[r.name]; known {
			require.NotEqual(t, want, wrong, r.name)
			want = wrong
		}
		if want == "either" {
			continue // milliseconds decide, the logs have seconds
		}
		var got []string
		for _, c := range customers(readRecording(t, r)) {
			got = append(got, outcome(c))
			assert.Empty(t, c.Doubt, r.name)
		}
		slices.Sort(got)
		assert.Equal(t, want, strings.Join(got, ","), r.name)
	}
}

// Which columns cdr.conf adds behind the unique id changes nothing.
func TestRecordedLogsWithOtherColumns(t *testing.T) {
	newColumns := regexp.MustCompile(`(?m),"[^"]*","[^"]*",\d+$`)
	userField := regexp.MustCompile(`(?m)(,"DOCUMENTATION","[^"]*"),"[^"]*"`)
	for _, r := range recordings(t) {
		want := readRecording(t, r)
		plain := r
		plain.cdr = newColumns.ReplaceAllString(r.cdr, "")
		require.Equal(t, want, readRecording(t, plain), r.name)
		plain.cdr = userField.ReplaceAllString(plain.cdr, "$1")
		require.Equal(t, want, readRecording(t, plain), r.name)
		plain.cdr = userField.ReplaceAllString(r.cdr, "$1")
		require.Equal(t, want, readRecording(t, plain), r.name)
	}
}

// A call's length is known to the second, whatever zone the stamps are in.
func TestTimesComeFromTheUniqueID(t *testing.T) {
	for _, r := range recordings(t) {
		if r.name != "park-dialplan-timeout" {
			continue
		}
		for _, zone := range []string{"2026-11-20 15", "2026-11-20 23", "1999-01-01 00"} {
			r.cdr = strings.ReplaceAll(r.cdr, "2026-11-20 15", zone)
			calls := customers(readRecording(t, r))
			require.Len(t, calls, 1)
			require.Equal(t, time.Unix(1795189154, 0).UTC(), calls[0].Arrived)
			require.Equal(t, 9*time.Second, calls[0].Ended.Sub(calls[0].Arrived), "with a gap between the rows")
		}
		return
	}
	t.Fatal("the recording is gone")
}

func outcome(c verdict) string {
	if c.Talked > 0 {
		return "answered"
	}
	return "missed"
}

// readTruth gives the outcomes of each case: "missed,missed"; "" where no customer called.
func readTruth(t *testing.T) map[string]string {
	truth := map[string]string{}
	for name, fields := range readCases(t) {
		switch what := fields[0]; what {
		case "internal", "outbound":
			truth[name] = ""
		default:
			truth[name] = strings.TrimSuffix(what, "(xfer lost)")
		}
	}
	return truth
}

// readCases gives what happened and the dialplan of each case.
func readCases(t *testing.T) map[string][]string {
	content, err := os.ReadFile(filepath.Join(recordedEvents, "truth.tsv"))
	require.NoError(t, err)
	cases := map[string][]string{}
	for _, line := range strings.Split(strings.TrimRight(string(content), "\n"), "\n")[1:] {
		fields := strings.Split(line, "\t")
		cases[fields[0]] = append(fields[1:], "")[:2]
	}
	return cases
}
