package pbx

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A gap of several lengths after every event of every recording, for a detector that knew
// what went before and for one that starts afresh: what Asterisk lists afterwards is
// enough to go on from. A verdict is right or says that it is partial, no call that is
// there after the gap goes without one, and of calls that are over with it none comes.
// The golden file counts how good the partial ones are.
func TestRecordedCallsWithAGap(t *testing.T) {
	var text strings.Builder
	all, truth := recordedCalls(t), readTruth(t)
	moments := make([][]listing, len(all))
	for i, r := range all {
		moments[i] = listings(r.stream)
	}
	for _, length := range []int{0, 1, 3, 8} {
		for _, start := range []string{"known before", "started afresh"} {
			var count gapCount
			for i, r := range all {
				if truth[r.name] == "either" {
					continue
				}
				whole := r.replay(r.stream)
				for cut := 0; cut+length <= len(r.stream); cut++ {
					d, s := newDetector(), newSight()
					if start == "known before" {
						s.observe(d, r.stream[:cut])
					}
					s.verdicts = nil
					asterisk := moments[i][cut+length]
					s.found(asterisk.resume(d))
					s.observe(d, r.stream[cut+length:])
					count.compare(t, fmt.Sprintf("%s, gap of %d after %d, %s", r.name, length, cut, start), asterisk, whole, s)
				}
			}
			fmt.Fprintf(&text, "%d events lost, %s: %+v\n", length, start, count)
		}
	}
	golden(t, filepath.Join(recordings, "gaps.golden"), text.String())
}

type gapCount struct {
	Right, OtherLoss, MissedThoughAnswered, AnsweredThoughMissed, Invented int
}

func (n *gapCount) compare(t *testing.T, at string, asterisk listing, whole, got *sight) {
	t.Helper()
	outcomes, losses := whole.outcomes(), whole.losses()
	judged := map[string]bool{}
	for _, v := range got.verdicts {
		require.False(t, judged[v.CallID], "%s: a second verdict on %s", at, v.CallID)
		judged[v.CallID] = true
		want, was := outcomes[v.CallID]
		switch {
		case !was:
			n.Invented++
		case want == "answered" && outcome(v) == "missed":
			n.MissedThoughAnswered++
		case want != outcome(v):
			n.AnsweredThoughMissed++
		case losses[v.CallID] != lossOf(v):
			n.OtherLoss++
		default:
			n.Right++
			continue
		}
		require.True(t, v.Partial, "%s: %s isn't what it was, and doesn't say that it may be wrong", at, v.CallID)
	}
	for _, v := range whole.verdicts {
		if _, there := asterisk.channels[v.CallID]; there {
			require.True(t, judged[v.CallID], "%s: no verdict on %s", at, v.CallID)
		}
	}
	require.Empty(t, got.going, "%s: over, but still there", at)
}
