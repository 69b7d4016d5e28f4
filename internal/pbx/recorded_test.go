package pbx

import (
	"bufio"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/callback"
)

var update = flag.Bool("update", false, "rewrite golden files")

const recordings = "../../testdata/ari"

// TestRecordedCalls judges recorded calls of every kind, and compares with what
// really happened.
func TestRecordedCalls(t *testing.T) {
	truth := readTruth(t)
	var lines []string
	for _, name := range cases(t) {
		verdicts := judge(readStream(t, name))
		lines = append(lines, describe(name, verdicts))
		want, known := truth[name]
		require.True(t, known, "%s isn't in truth.tsv", name)
		var got []string
		for _, v := range verdicts {
			got = append(got, outcome(v))
		}
		sort.Strings(got)
		if want == "either" {
			continue
		}
		require.Equal(t, want, strings.Join(got, ","), name)
	}
	golden(t, filepath.Join(recordings, "verdicts.golden"), strings.Join(lines, "\n")+"\n")
}

// Asterisk repeats events, and gives no order between channels: neither may
// change a verdict or who lost the call.
func TestRecordedCallsDoubledAndShuffled(t *testing.T) {
	for _, name := range cases(t) {
		if name == "answer-cancel-cross" {
			continue // bridges of milliseconds: the order is the verdict
		}
		stream := readStream(t, name)
		want := describe(name, judge(stream))
		var doubled []ari.Event
		for _, e := range stream {
			doubled = append(doubled, e, e)
		}
		require.Equal(t, want, describe(name, judge(doubled)), "doubled")
		for seed := range uint64(5) {
			require.Equal(t, want, describe(name, judge(jitter(stream, seed))), "shuffled with seed %d", seed)
		}
	}
}

// jitter delays each channel's and each bridge's events by up to 2 ms, keeping
// the order within one channel, as Asterisk does.
func jitter(stream []ari.Event, seed uint64) []ari.Event {
	random := rand.New(rand.NewPCG(seed, 0))
	type delayed struct {
		event ari.Event
		at    time.Time
	}
	list := make([]delayed, 0, len(stream))
	last := map[string]time.Time{}
	for _, e := range stream {
		at := timestamp(e).Add(time.Duration(random.IntN(2000)) * time.Microsecond)
		for _, ref := range e.Refs() {
			if at.Before(last[ref.ID]) {
				at = last[ref.ID]
			}
		}
		for _, ref := range e.Refs() {
			last[ref.ID] = at
		}
		list = append(list, delayed{e, at})
	}
	slices.SortStableFunc(list, func(a, b delayed) int { return a.at.Compare(b.at) })
	events := make([]ari.Event, len(list))
	for i, d := range list {
		events[i] = d.event
	}
	return events
}

func timestamp(e ari.Event) time.Time {
	if seen := translate(e); seen != nil {
		return seen.When()
	}
	return time.Time{}
}

// A gap at any moment of an abandoned or an answered queue call: Asterisk's
// list of channels and bridges is enough to go on from.
func TestRecordedCallsWithAGap(t *testing.T) {
	for _, name := range []string{"q-abandon", "q-abandon-answered", "q-answered-caller-hangs", "q-local-n-answered", "q-local-opt-abandon", "q-rna-second-answers"} {
		stream := readStream(t, name)
		whole := judge(stream)
		require.Len(t, whole, 1)
		for cut := 1; cut < len(stream); cut++ {
			asterisk := newMirror()
			for _, e := range stream[:cut] {
				asterisk.observe(e)
			}
			if asterisk.channels[whole[0].CallID].ID == "" {
				continue // not there yet, or over: the logs know
			}
			d := newDetector()
			channels, created, bridges := asterisk.list()
			d.Resume(channels, created, bridges)
			got := observe(d, stream[cut:])
			require.Len(t, got, 1, "%s cut at %d", name, cut)
			// The queue is known if the call is in it at the cut or enters it
			// later; what was tried before, only the logs know.
			if outcome(whole[0]) == "missed" && got[0].Loss.Queue != "" {
				require.Equal(t, whole[0].Loss.Queue, got[0].Loss.Queue, "%s cut at %d", name, cut)
			}
			// Whether a call that is over but for its channel was answered,
			// only the logs know.
			if asterisk.channels[whole[0].CallID].App == "Queue" && !asterisk.parted {
				require.Equal(t, outcome(whole[0]), outcome(got[0]), "%s cut at %d", name, cut)
			}
		}
	}
}

// mirror keeps what GET /channels and GET /bridges would answer.
type mirror struct {
	channels map[string]callback.CallChannel
	created  map[string]time.Time
	bridges  map[string]callback.LiveBridge
	parted   bool // somebody has hung up
}

func newMirror() *mirror {
	return &mirror{channels: map[string]callback.CallChannel{}, created: map[string]time.Time{}, bridges: map[string]callback.LiveBridge{}}
}

func (m *mirror) observe(e ari.Event) {
	switch e := e.(type) {
	case *ari.ChannelCreated:
		m.channels[e.Channel.ID], m.created[e.Channel.ID] = channel(e.Channel), e.Timestamp.Time
	case *ari.ChannelDialplan:
		m.channels[e.Channel.ID] = channel(e.Channel)
	case *ari.ChannelDestroyed:
		delete(m.channels, e.Channel.ID)
	case *ari.ChannelEnteredBridge:
		m.bridges[e.Bridge.ID] = callback.LiveBridge{ID: e.Bridge.ID, Holding: holding(e.Bridge), Channels: e.Bridge.Channels}
	case *ari.ChannelHangupRequest:
		m.parted = true
	case *ari.ChannelLeftBridge:
		m.bridges[e.Bridge.ID] = callback.LiveBridge{ID: e.Bridge.ID, Holding: holding(e.Bridge), Channels: e.Bridge.Channels}
	}
}

func (m *mirror) list() (channels []callback.CallChannel, created map[string]time.Time, bridges []callback.LiveBridge) {
	for _, c := range m.channels {
		channels = append(channels, c)
	}
	for _, b := range m.bridges {
		bridges = append(bridges, b)
	}
	return channels, m.created, bridges
}

func newDetector() *callback.Detector {
	return callback.NewDetector("pbx1",
		func(endpoint string) bool { return endpoint == "PJSIP/pstn" || endpoint == "PJSIP/pstn2" },
		func(string) bool { return false })
}

func judge(stream []ari.Event) []callback.Verdict { return observe(newDetector(), stream) }

// observe feeds only what passes the filter that is set in Asterisk.
func observe(d *callback.Detector, stream []ari.Event) (verdicts []callback.Verdict) {
	for _, e := range stream {
		if slices.Contains(disallowedEvents, e.EventType()) {
			continue
		}
		if seen := translate(e); seen != nil {
			for _, f := range d.Observe(seen) {
				if v, over := f.(callback.Verdict); over {
					verdicts = append(verdicts, v)
				}
			}
		}
	}
	return verdicts
}

func outcome(v callback.Verdict) string {
	if v.Talked > 0 {
		return "answered"
	}
	return "missed"
}

func describe(name string, verdicts []callback.Verdict) string {
	var b strings.Builder
	b.WriteString(name + ":")
	if len(verdicts) == 0 {
		b.WriteString(" no customer's call")
	}
	sort.Slice(verdicts, func(i, j int) bool { return verdicts[i].CallID < verdicts[j].CallID })
	for _, v := range verdicts {
		fmt.Fprintf(&b, " %s %s", v.Caller, outcome(v))
		switch {
		case v.Loss.Queue != "":
			b.WriteString(" queue:" + v.Loss.Queue)
		case len(v.Loss.Endpoints) > 0:
			b.WriteString(" " + strings.Join(v.Loss.Endpoints, "&"))
		default:
			b.WriteString(" in " + strings.Join(v.Loss.Contexts, ">"))
		}
		b.WriteString(";")
	}
	return strings.TrimSuffix(b.String(), ";")
}

func cases(t *testing.T) (names []string) {
	files, err := filepath.Glob(filepath.Join(recordings, "*.jsonl"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, f := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(f), ".jsonl"))
	}
	return names
}

func readStream(t *testing.T, name string) (stream []ari.Event) {
	file, err := os.Open(filepath.Join(recordings, name+".jsonl"))
	require.NoError(t, err)
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if len(lines.Bytes()) == 0 {
			continue
		}
		e := ari.Decode(slices.Clone(lines.Bytes()))
		_, malformed := e.(*ari.Malformed)
		require.False(t, malformed, "%s: %s", name, lines.Text())
		stream = append(stream, e)
	}
	require.NoError(t, lines.Err())
	return stream
}

// readTruth gives the verdicts of each case, with commas: "missed,missed", ""
// where there is no customer's call, "either" where milliseconds decide.
func readTruth(t *testing.T) map[string]string {
	content, err := os.ReadFile(filepath.Join(recordings, "truth.tsv"))
	require.NoError(t, err)
	truth := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(string(content)), "\n")[1:] {
		fields := strings.Split(line, "\t")
		name, what := fields[0], fields[1]
		switch what {
		case "internal", "outbound":
			truth[name] = ""
		case "missed*6":
			truth[name] = "missed" + strings.Repeat(",missed", 5)
		default:
			truth[name] = strings.TrimSuffix(strings.TrimSuffix(what, "?"), "(xfer lost)")
		}
	}
	return truth
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}
