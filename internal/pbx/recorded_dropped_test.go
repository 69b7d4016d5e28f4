package pbx

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Each single event of each recording is left out in turn. The golden file counts what
// then changes, by type of event; that a number grows is a loss of robustness.
func TestRecordedCallsWithOneEventDropped(t *testing.T) {
	table := map[string]*dropped{}
	for _, r := range recordedCalls(t) {
		whole := r.replay(r.stream)
		for i, e := range r.stream {
			row := table[e.EventType()]
			if row == nil {
				row = &dropped{verdicts: map[string]int{}, losses: map[string]int{}, dialled: map[string]int{}}
				table[e.EventType()] = row
			}
			rest := slices.Concat(r.stream[:i:i], r.stream[i+1:])
			row.compare(r.name, whole, r.replay(rest))
		}
	}
	var text strings.Builder
	for _, kind := range slices.Sorted(maps.Keys(table)) {
		row := table[kind]
		fmt.Fprintf(&text, "%s: %d left out\n", kind, row.n)
		for _, what := range []struct {
			name  string
			cases map[string]int
		}{{"verdict", row.verdicts}, {"who lost it", row.losses}, {"calls by hand", row.dialled}} {
			total := 0
			var cases []string
			for _, name := range slices.Sorted(maps.Keys(what.cases)) {
				total += what.cases[name]
				cases = append(cases, name)
			}
			if total > 0 && total < 40 {
				fmt.Fprintf(&text, "  %s: %d (%s)\n", what.name, total, strings.Join(cases, ", "))
			} else if total > 0 {
				fmt.Fprintf(&text, "  %s: %d\n", what.name, total)
			}
		}
	}
	golden(t, filepath.Join(recordings, "dropped.golden"), text.String())
}

// dropped counts, by recording, what one event less changes.
type dropped struct {
	n                         int
	verdicts, losses, dialled map[string]int
}

func (d *dropped) compare(name string, whole, less *sight) {
	d.n++
	switch {
	case !maps.Equal(whole.outcomes(), less.outcomes()):
		d.verdicts[name]++
	case !maps.Equal(whole.losses(), less.losses()):
		d.losses[name]++
	}
	if !maps.Equal(whole.dialled, less.dialled) || !maps.Equal(whole.answered, less.answered) {
		d.dialled[name]++
	}
}
