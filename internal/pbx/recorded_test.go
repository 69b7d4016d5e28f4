package pbx

import (
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestRecordedCalls judges recorded calls of every kind, and compares with what
// really happened. Golden files have, of each call, the verdict and whom it tried last,
// and what else was found of some.
func TestRecordedCalls(t *testing.T) {
	truth := readTruth(t)
	var verdicts, remarks []string
	for _, r := range recordedCalls(t) {
		seen := r.replay(r.stream)
		verdicts = append(verdicts, r.name+": "+seen.short())
		if seen.short() != seen.String() {
			remarks = append(remarks, r.name+": "+seen.String())
		}
		want, known := truth[r.name]
		require.True(t, known, "%s isn't in truth.tsv", r.name)
		if want == "either" {
			continue
		}
		var got []string
		for _, v := range seen.verdicts {
			require.False(t, v.Partial, r.name)
			got = append(got, outcome(v))
		}
		sort.Strings(got)
		require.Equal(t, want, strings.Join(got, ","), r.name)
		require.Empty(t, seen.going, "%s: over, but still there", r.name)
	}
	golden(t, filepath.Join(recordings, "verdicts.golden"), strings.Join(verdicts, "\n")+"\n")
	golden(t, filepath.Join(recordings, "remarks.golden"), strings.Join(remarks, "\n")+"\n")
}

// What is known better where Asterisk sends ChannelVarset too: what an AGI says, and that
// the caller left a message. No verdict changes.
func TestRecordedCallsWithVariables(t *testing.T) {
	var lines []string
	for _, r := range recordedCalls(t) {
		filtered, whole := r.replay(r.stream), r.replay(r.withVariables)
		require.Equal(t, filtered.outcomes(), whole.outcomes(), r.name)
		if filtered.String() != whole.String() {
			lines = append(lines, r.name+": "+whole.String())
		}
	}
	golden(t, filepath.Join(recordings, "variables.golden"), strings.Join(lines, "\n")+"\n")
}
