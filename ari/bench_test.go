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

// BenchmarkDecode is what an event costs in the handler's goroutine, and what one costs of
// which only the type is looked at; beside it what it would cost by encoding/json, into the
// same types and into a map.
func BenchmarkDecode(b *testing.B) {
	lines, size := recordedLines(b)
	for _, way := range []struct {
		name   string
		decode func(line []byte)
	}{
		{"ari", func(line []byte) { ari.Decode(line) }},
		{"type alone", func(line []byte) { ari.TypeOf(line) }},
		{"by encoding-json", func(line []byte) { ari.DecodeOdd(line) }},
		{"into a map", func(line []byte) {
			var event map[string]any
			if err := json.Unmarshal(line, &event); err != nil {
				b.Fatal(err)
			}
		}},
	} {
		b.Run(way.name, func(b *testing.B) {
			b.SetBytes(size / int64(len(lines)))
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				way.decode(lines[i%len(lines)])
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
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
