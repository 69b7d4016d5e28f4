package witness

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// BenchmarkRead reads the logs of 100,000 queue calls, half of them answered, as after a
// long absence.
func BenchmarkRead(b *testing.B) {
	const calls = 100_000
	var cdr, queueLog strings.Builder
	for i := range calls {
		at := 1795100000 + i
		id := fmt.Sprintf("%d.%d", at, i)
		row := column{id: id, channel: fmt.Sprintf("PJSIP/pstn-%08x", i), app: "Queue", data: "support,,,,60", peer: fmt.Sprintf("PJSIP/alice-%08x", i), from: i, seconds: 9}
		fmt.Fprintf(&queueLog, "%d|%s|support|NONE|ENTERQUEUE||+46701234567|1\n", at, id)
		if i%2 == 0 {
			fmt.Fprintf(&queueLog, "%d|%s|support|PJSIP/alice|RINGCANCELED|2999\n%d|%s|support|NONE|ABANDON|1|1|9\n", at+9, id, at+9, id)
		} else {
			row.disposition, row.talked = "ANSWERED", 7
			fmt.Fprintf(&queueLog, "%d|%s|support|PJSIP/alice|CONNECT|2|%s|1\n%d|%s|support|PJSIP/alice|COMPLETEAGENT|2|7|1\n", at+2, id, id, at+9, id)
		}
		cdr.WriteString(row.String())
	}
	p := newPBX(b)
	from := p.beginning()
	p.write(p.logs.CDR, cdr.String())
	p.write(p.logs.QueueLog, queueLog.String())
	p.now = time.Unix(1795300000, 0)
	lines := strings.Count(cdr.String(), "\n") + strings.Count(queueLog.String(), "\n")
	b.SetBytes(int64(cdr.Len() + queueLog.Len()))
	b.ReportAllocs()
	for b.Loop() {
		found := 0
		w := New(p.logs, from)
		for more := true; more; {
			r, err := w.Read(p.now)
			require.NoError(b, err)
			found, more = found+len(r.Calls), r.More
		}
		require.Equal(b, calls, found)
		require.NoError(b, w.Close())
	}
	b.ReportMetric(float64(lines*b.N)/b.Elapsed().Seconds(), "lines/s")
	b.ReportMetric(float64(calls*b.N)/b.Elapsed().Seconds(), "calls/s")
}

// BenchmarkReadNothing looks at logs into which nobody has written.
func BenchmarkReadNothing(b *testing.B) {
	p := newPBX(b)
	p.write(p.logs.CDR, cdrRow(1795160000, 1))
	p.write(p.logs.QueueLog, "1795160000|NONE|NONE|NONE|QUEUESTART|\n")
	w := New(p.logs, Position{})
	b.ReportAllocs()
	for b.Loop() {
		r, err := w.Read(p.now)
		require.NoError(b, err)
		require.True(b, r.CaughtUp())
	}
	require.NoError(b, w.Close())
}
