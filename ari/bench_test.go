package ari_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/ari/aritest"
)

// recordedLines are the recorded calls of testdata, as they came over the wire.
func recordedLines(tb testing.TB) (lines [][]byte, size int64) {
	tb.Helper()
	files, err := filepath.Glob("../testdata/ari/*.jsonl")
	require.NoError(tb, err)
	require.NotEmpty(tb, files)
	for _, name := range files {
		raw, err := os.ReadFile(name)
		require.NoError(tb, err)
		for line := range bytes.Lines(raw) {
			if line = bytes.TrimSpace(line); len(line) > 0 {
				lines = append(lines, line)
				size += int64(len(line))
			}
		}
	}
	return lines, size
}

// None of the recorded calls has an event that isn't what its type promises.
func TestRecordedCallsDecode(t *testing.T) {
	lines, _ := recordedLines(t)
	for _, line := range lines {
		if m, is := ari.Decode(line).(*ari.Malformed); is {
			t.Errorf("%v: %s", m.Err, m.Raw)
		}
	}
}

// BenchmarkDecode is what an event costs in the handler's goroutine; beside it what it
// would cost as a map.
func BenchmarkDecode(b *testing.B) {
	lines, size := recordedLines(b)
	perEvent := size / int64(len(lines))
	b.Run("ari", func(b *testing.B) {
		b.SetBytes(perEvent)
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			ari.Decode(lines[i%len(lines)])
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
	})
	b.Run("map", func(b *testing.B) {
		b.SetBytes(perEvent)
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			var event map[string]any
			if err := json.Unmarshal(lines[i%len(lines)], &event); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
	})
}

// BenchmarkStream is the whole way: off the websocket, through the queue, decoded, to the
// handler. The sender shares the machine.
func BenchmarkStream(b *testing.B) {
	lines, size := recordedLines(b)
	srv := aritest.Start()
	defer srv.Close()
	client, err := ari.New(srv.Options("bench"))
	require.NoError(b, err)
	ctx, stop := context.WithCancel(b.Context())
	defer stop()
	const batch = 5000
	connected, handled, ended := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		got := 0
		_ = client.Run(ctx, func(e ari.Event) {
			if _, is := e.(*ari.Connected); is {
				close(connected)
				return
			}
			if got++; got%batch == 0 {
				handled <- struct{}{}
			}
		})
	}()
	<-connected
	b.SetBytes(batch * size / int64(len(lines)))
	b.ReportAllocs()
	for b.Loop() {
		for i := range batch {
			srv.Send("bench", lines[i%len(lines)])
		}
		<-handled
	}
	b.ReportMetric(float64(b.N)*batch/b.Elapsed().Seconds(), "events/s")
	stop()
	<-ended
}
