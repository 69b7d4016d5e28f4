package casebook

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari"
)

var record = flag.String("record", "", "record every case anew into the folders ari and logs of this folder")

// TestRecord plays every case, one after the other, and writes down what
// Asterisk told of it: with -record, and then as `make record` calls it. The
// verdicts are checked as in TestLive, so that no recording is of something
// else than its case.
func TestRecord(t *testing.T) {
	if *record == "" {
		return // nobody asked for recordings
	}
	b := newBench(t, 1)
	r := newRecorder(t, b.World, *record)
	truth := []string{"case\ttruth\tdialplan of the DID (steps separated by \" ; \")"}
	for _, c := range All() {
		t.Run(c.Name, func(t *testing.T) {
			from := r.begin(t)
			b.check(t, b.Offices()[0], c)
			r.end(t, c, from)
		})
		truth = append(truth, fmt.Sprintf("%s\t%s\t%s", c.Name, c.Words(), c.Steps()))
	}
	require.NoError(t, os.WriteFile(filepath.Join(*record, "ari", "truth.tsv"), []byte(strings.Join(truth, "\n")+"\n"), 0o644))
	t.Run("logs", func(t *testing.T) { b.checkLogs(t) })
}

// recorder listens to Asterisk as one application of ARI that has subscribed to
// everything and filters nothing.
type recorder struct {
	world  *World
	tap    *Tap
	folder string
}

// position is how far events and logs have come.
type position struct {
	events        int
	cdr, queueLog int64
}

func newRecorder(t *testing.T, w *World, folder string) *recorder {
	t.Helper()
	r := &recorder{world: w, tap: new(Tap), folder: folder}
	for _, sub := range []string{"ari", "logs"} {
		require.NoError(t, os.MkdirAll(filepath.Join(folder, sub), 0o755))
	}
	client, err := ari.New(ari.Options{
		URL: w.Asterisk.URL, Username: w.Asterisk.Username, Password: w.Asterisk.Password, Application: "recorder",
		Subscriptions: []string{"channel:", "endpoint:", "bridge:"}, DialContext: r.tap.Dial,
		HeartbeatInterval: 24 * time.Hour, // comes back as an event, which isn't part of any call
	})
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	over, ready := make(chan struct{}), make(chan struct{}, 1)
	go func() {
		defer close(over)
		_ = client.Run(ctx, func(event ari.Event) { // ends with ctx
			if _, connected := event.(*ari.Connected); connected {
				ready <- struct{}{}
			}
		})
	}()
	t.Cleanup(func() {
		stop()
		<-over
	})
	select {
	case <-ready:
	case <-time.After(step):
		t.Fatal("the recorder doesn't become ready")
	}
	return r
}

// begin says where a case begins.
func (r *recorder) begin(t *testing.T) position {
	t.Helper()
	return position{len(r.tap.Events()), size(t, r.world.Asterisk.CDR), size(t, r.world.Asterisk.QueueLog)}
}

// end writes what has come since a case began. A case that Asterisk doesn't
// know of has nothing to be written.
func (r *recorder) end(t *testing.T, c Case, from position) {
	t.Helper()
	r.settle(t, from)
	events := r.tap.Events()[from.events:]
	if len(events) == 0 {
		return
	}
	writeLines(t, filepath.Join(r.folder, "ari", c.Name+".jsonl"), events)
	for extension, log := range map[string]struct {
		path string
		from int64
	}{
		"cdr":       {r.world.Asterisk.CDR, from.cdr},
		"queue_log": {r.world.Asterisk.QueueLog, from.queueLog},
	} {
		text, err := os.ReadFile(log.path)
		require.NoError(t, err)
		path := filepath.Join(r.folder, "logs", c.Name+"."+extension)
		require.NoError(t, os.WriteFile(path, text[log.from:], 0o644))
	}
}

const (
	still     = 300 * time.Millisecond // without another event or line: that was all
	stillMost = 15 * time.Second
)

// settle waits until every channel's end has come, and nothing comes any more.
func (r *recorder) settle(t *testing.T, from position) {
	t.Helper()
	var (
		last  position
		since time.Time
	)
	require.Eventually(t, func() bool {
		if now := r.begin(t); now != last {
			last, since = now, time.Now()
			return false
		}
		return time.Since(since) >= still && alive(t, r.tap.Events()[from.events:]) == 0
	}, stillMost, 50*time.Millisecond, "the case isn't over for the recorder")
}

// alive counts the channels that were created and not destroyed.
func alive(t *testing.T, events [][]byte) int {
	t.Helper()
	n := 0
	for _, event := range events {
		var head struct {
			Type string `json:"type"`
		}
		require.NoError(t, json.NewDecoder(bytes.NewReader(event)).Decode(&head))
		switch head.Type {
		case "ChannelCreated":
			n++
		case "ChannelDestroyed":
			n--
		}
	}
	return n
}

// size is how long a file is, 0 if it isn't there yet.
func size(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if os.IsNotExist(err) {
		return 0
	}
	require.NoError(t, err)
	return info.Size()
}
