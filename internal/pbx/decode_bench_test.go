package pbx

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"callbackd/ari"
)

// BenchmarkSeeing is what it takes to see a call: to decode an event of the types that
// Asterisk sends, to translate it, and to judge. Beside it what decoding alone would take
// with maps. Both on one core, over the recorded calls.
func BenchmarkSeeing(b *testing.B) {
	lines := linesOf(b, func(eventType string) bool { return !slices.Contains(disallowedEvents, eventType) })
	b.Run("decode and detect", func(b *testing.B) {
		d := newDetector()
		perEvent(b, lines, func(i int, line []byte) {
			if i == 0 {
				d = newDetector()
			}
			if seen := translate(ari.Decode(line)); seen != nil {
				d.Observe(seen)
			}
		})
	})
	b.Run("decode", func(b *testing.B) {
		perEvent(b, lines, func(_ int, line []byte) { ari.Decode(line) })
	})
	b.Run("decode into maps", func(b *testing.B) {
		perEvent(b, lines, func(_ int, line []byte) {
			var event map[string]any
			if err := json.Unmarshal(line, &event); err != nil {
				b.Fatal(err)
			}
		})
	})
}

// BenchmarkSkipping is what an event costs that nobody wants and that comes all the same,
// beside those of a type that is wanted.
func BenchmarkSkipping(b *testing.B) {
	for _, eventType := range []string{"ChannelDialplan", "ChannelVarset", "ChannelStateChange", "ChannelConnectedLine"} {
		lines := linesOf(b, func(t string) bool { return t == eventType })
		b.Run(eventType, func(b *testing.B) {
			d := newDetector()
			perEvent(b, lines, func(_ int, line []byte) {
				if slices.Contains(disallowedEvents, ari.TypeOf(line)) {
					return // as the client does
				}
				if seen := translate(ari.Decode(line)); seen != nil {
					d.Observe(seen)
				}
			})
		})
	}
}

// perEvent measures do over lines, again and again; i is 0 where they begin anew.
func perEvent(b *testing.B, lines [][]byte, do func(i int, line []byte)) {
	size := 0
	for _, line := range lines {
		size += len(line)
	}
	b.SetBytes(int64(size / len(lines)))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		at := i % len(lines)
		do(at, lines[at])
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// linesOf are the recorded events of wanted types, as they came over the wire.
func linesOf(b *testing.B, wanted func(eventType string) bool) (lines [][]byte) {
	b.Helper()
	for _, name := range recordedFiles(b) {
		content, err := os.ReadFile(name)
		require.NoError(b, err)
		for line := range bytes.Lines(content) {
			var head ari.Header
			require.NoError(b, json.Unmarshal(line, &head))
			if wanted(head.Type) {
				lines = append(lines, bytes.TrimSpace(line))
			}
		}
	}
	require.NotEmpty(b, lines)
	return lines
}

func recordedFiles(b *testing.B) []string {
	files, err := filepath.Glob(filepath.Join(recordings, "*.jsonl"))
	require.NoError(b, err)
	return files
}
