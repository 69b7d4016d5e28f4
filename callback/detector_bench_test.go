package callback_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/callgen"
)

// BenchmarkDetect is what the detector makes of an event, decoded already, with ten and
// with three hundred calls going on at once.
func BenchmarkDetect(b *testing.B) {
	for _, atOnce := range []int{10, 300} {
		b.Run(fmt.Sprintf("%d at once", atOnce), func(b *testing.B) {
			events := callgen.Play(1, 1000, atOnce).Events()
			w := newWatcher()
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if i%len(events) == 0 {
					w = newWatcher()
				}
				w.d.Observe(events[i%len(events)])
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// remembered is the memory that a detector holds on to after it has seen events, which
// are made anew so that nothing but the detector keeps any of their strings.
func remembered(t *testing.T, d *callback.Detector, see func() []callback.CallEvent) (bytes int) {
	t.Helper()
	before := heap()
	for _, e := range see() {
		d.Observe(e)
	}
	return heap() - before
}

func heap() int {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// Five thousand customers in a queue, with a phone ringing for each, need some megabytes;
// when they are gone, nothing of them is left but room for the next ones.
func TestMemoryOfFiveThousandLiveCalls(t *testing.T) {
	const calls = 5000
	waiting := func() []callback.CallEvent { return callgen.Wait(calls, 1, time.Minute, 20*time.Second).Events() }
	parting := func() []callback.CallEvent {
		events := waiting()
		aMinuteLater := time.Date(2026, time.November, 20, 12, 1, 30, 0, time.UTC) // nothing late can come any more
		return append(events[len(untilHangup(events)):], callback.ChannelCreated{
			At: aMinuteLater, Channel: callback.CallChannel{ID: "1795176090.1", Name: "PJSIP/door-00000001"}})
	}
	d := newWatcher().d
	bytes := remembered(t, d, func() []callback.CallEvent { return untilHangup(waiting()) })
	t.Logf("%d bytes a call", bytes/calls)
	require.Equal(t, calls, d.Calls())
	require.Equal(t, 2*calls, d.Channels(), "with the phones")
	require.Less(t, bytes, calls*4096)

	remembered(t, d, parting)
	require.Zero(t, d.Calls())
	again := remembered(t, d, waiting) + remembered(t, d, parting)
	remember(t, d, again, 256<<10)
}

// One caller for ten minutes in a ringall queue of twenty that rings for five seconds at a
// time makes more than twelve thousand events; what is remembered is who rings now.
func TestMemoryOfALongWait(t *testing.T) {
	const members = 20
	waiting := func() []callback.CallEvent {
		return untilHangup(callgen.Wait(1, members, 5*time.Second, 10*time.Minute).Events())
	}
	require.Greater(t, len(waiting()), 12_000)
	d := newWatcher().d
	most := 0
	for _, e := range waiting() {
		d.Observe(e)
		most = max(most, d.Channels())
	}
	require.LessOrEqual(t, most, 2*members+1, "those who ring, and those who have just stopped")

	again := newWatcher().d
	remember(t, again, remembered(t, again, waiting), 256<<10)
}

// Calls whose end is never seen are bounded: the oldest are forgotten, and those that
// Asterisk hasn't any more, two listings in a row, are given up.
func TestCallsWithoutAnEnd(t *testing.T) {
	const calls = 3 * callback.MaxChannels
	d := newWatcher().d
	bytes := remembered(t, d, func() (begun []callback.CallEvent) {
		at := time.Date(2026, time.November, 20, 12, 0, 0, 0, time.UTC)
		for i := range calls {
			begun = append(begun, callback.ChannelCreated{At: at.Add(time.Duration(i) * time.Second), Channel: callback.CallChannel{
				ID: fmt.Sprintf("1795176000.%d", i), Name: fmt.Sprintf("PJSIP/pstn-%08x", i), State: "Ring",
				Caller: fmt.Sprintf("+46701%06d", i), Exten: "+46855500010", Context: "from-pstn",
			}})
		}
		return begun
	})
	t.Logf("%d bytes a call", bytes/callback.MaxChannels)
	require.Equal(t, callback.MaxChannels, d.Channels())
	require.Equal(t, calls-callback.MaxChannels, d.CrowdedOut())
	require.Less(t, bytes, callback.MaxChannels*4096)

	listed := map[string]bool{fmt.Sprintf("1795176000.%d", calls-1): true}
	d.Sweep(listed, time.Now())
	require.Equal(t, callback.MaxChannels, d.Channels(), "a listing may be older than an event")
	d.Sweep(listed, time.Now())
	require.Equal(t, 1, d.Channels())
	require.Equal(t, 1, d.Calls())
}

// remember holds the memory of a detector against a bound.
func remember(t *testing.T, d *callback.Detector, bytes, bound int) {
	t.Helper()
	t.Logf("%d bytes", bytes)
	require.Less(t, bytes, bound)
	runtime.KeepAlive(d)
}

// untilHangup are the events before anybody hangs up.
func untilHangup(events []callback.CallEvent) []callback.CallEvent {
	for i, e := range events {
		if _, is := e.(callback.HangupRequested); is {
			return events[:i]
		}
	}
	return events
}
