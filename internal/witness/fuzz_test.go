package witness

import (
	"bytes"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// FuzzQueueLog: a line of queue_log is an event of some call, or nothing.
func FuzzQueueLog(f *testing.F) {
	for _, r := range recordings(f) {
		for line := range bytes.Lines([]byte(r.queueLog)) {
			f.Add(line)
		}
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		e, ok := parseQueueEvent(line)
		if !ok {
			return
		}
		require.NotEmpty(t, e.callID)
		require.NotEqual(t, queueNoise, e.kind)
		require.GreaterOrEqual(t, e.talked, -1)
	})
}

// FuzzCDR: reading any bytes as Master.csv ends, consumes only whole lines, and finds the
// row that stands behind them.
func FuzzCDR(f *testing.F) {
	for _, r := range recordings(f) {
		f.Add([]byte(r.cdr))
	}
	f.Add([]byte("\"\n\"\"\n\"\"\"\n"))
	const row = `"","+46701234567","+4685550000","from-pstn","","PJSIP/pstn-00000001","","Wait","20",` + timeRow + `,"1795159865.114",""` + "\n"
	f.Fuzz(func(t *testing.T, garbage []byte) {
		if len(garbage) > 4<<10 {
			return
		}
		garbage = append(append(garbage, '\n'), row...)
		var s splitter
		log := &follower{path: os.DevNull, buffer: bytes.Clone(garbage)}
		found := false
		for range len(garbage) + 1 {
			fields, _, ok, err := log.nextRow(&s)
			if err != nil || !ok {
				break
			}
			if r, ok := readRow(fields); ok && r.callID == "1795159865.114" {
				found = true
			}
		}
		rest := log.window()
		require.Equal(t, garbage[len(garbage)-len(rest):], rest)
		// A quote that is open may go on into the row, as far as anybody can tell.
		if bytes.Count(garbage[:len(garbage)-len(row)], []byte{'"'}) == 0 {
			require.True(t, found)
		}
	})
}

// FuzzWitness: whatever is in both logs, a reading ends and what it found can be stored.
func FuzzWitness(f *testing.F) {
	for _, r := range recordings(f) {
		f.Add([]byte(r.cdr), []byte(r.queueLog))
	}
	f.Fuzz(func(t *testing.T, cdr, queueLog []byte) {
		p := newPBX(t)
		from := p.beginning()
		p.write(p.logs.CDR, string(cdr))
		p.write(p.logs.QueueLog, string(queueLog))
		p.now = p.now.Add(time.Minute)
		calls, last := p.read(p.witness(from))
		require.True(t, last.CaughtUp())
		for _, c := range customers(calls) {
			require.GreaterOrEqual(t, c.Talked, time.Duration(0))
			require.False(t, c.Ended.Before(c.Arrived))
			require.False(t, c.Ended.After(p.now))
		}
		for _, d := range agents(calls) {
			require.NotEmpty(t, d.Number)
			require.False(t, d.Ended.Before(d.Since))
			require.False(t, d.Ended.After(p.now))
			require.True(t, d.Answered.IsZero() || !d.Answered.Before(d.Since) && !d.Answered.After(d.Ended))
		}
	})
}
