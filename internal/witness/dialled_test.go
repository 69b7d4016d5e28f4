package witness

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// The logs tell of the same calls by hand as the event stream does, and of no others.
func TestRecordedCallsByHand(t *testing.T) {
	live := readCallsByHand(t)
	require.Len(t, live, 7)
	for _, r := range recordings(t) {
		var got []string
		for _, d := range agents(readRecording(t, r)) {
			got = append(got, describeDialled(d))
			assert.Equal(t, "PJSIP/pstn", d.Trunk, r.name)
			assert.Equal(t, "pbx1", d.PBX, r.name)
			assert.True(t, d.Outbound, r.name)
			assert.False(t, d.Ended.Before(d.Since), r.name)
		}
		assert.Equal(t, live[r.name], got, r.name)
	}
}

func describeDialled(d callback.Dialled) string {
	text := d.Number + " dialled by " + d.Agent
	if !d.Answered.IsZero() {
		text += ", answered"
	}
	return text
}

// readCallsByHand reads what the detector found, by recording.
func readCallsByHand(t *testing.T) map[string][]string {
	calls := map[string][]string{}
	for name, remarks := range readGolden(t, "remarks.golden") {
		for _, remark := range remarks {
			if strings.Contains(remark, " dialled by ") {
				calls[name] = append(calls[name], remark)
			}
		}
	}
	return calls
}

// byHand is alice, who calls a customer for nine of ten seconds.
var byHand = column{
	channel: "PJSIP/alice-00000002", peer: "PJSIP/pstn-00000003", app: "Dial", data: "PJSIP/+46701234567@pstn,15",
	disposition: "ANSWERED", seconds: 10, talked: 9,
}

func TestACallByHand(t *testing.T) {
	at := time.Unix(1795160000, 0).UTC()
	want := callback.Dialled{
		LiveCall: callback.LiveCall{
			PBX: "pbx1", ID: "1795160000.1", Trunk: "PJSIP/pstn", Number: "+46701234567", Outbound: true, Agent: "PJSIP/alice", Since: at,
		},
		Answered: at.Add(time.Second), Ended: at.Add(10 * time.Second),
	}
	require.Equal(t, []callback.Dialled{want}, agents(found(t, "", byHand)))

	refused := byHand
	refused.disposition, refused.talked = "BUSY", 0
	want.Answered = time.Time{}
	require.Equal(t, []callback.Dialled{want}, agents(found(t, "", refused)))

	// One trunk is busy, the dialplan takes the next one.
	refused.seconds = 2
	second := byHand
	second.from, second.peer, second.data = 2, "PJSIP/pstn2-00000004", "PJSIP/pstn2/sip:+46701234567@192.0.2.1"
	want.Ended = at.Add(2 * time.Second)
	next := want
	next.Trunk, next.Since, next.Answered, next.Ended = "PJSIP/pstn2", at.Add(2*time.Second), at.Add(3*time.Second), at.Add(12*time.Second)
	require.Equal(t, []callback.Dialled{want, next}, agents(found(t, "", refused, second)))
}

// Whoever dials through a Local channel is the phone at its other end.
func TestACallByHandThroughLocals(t *testing.T) {
	outer, inner := byHand, byHand
	outer.peer, outer.data = "Local/9@out-00000001;1", "Local/9@out/n,15"
	inner.id, inner.channel = "1795160001.4", "Local/9@out-00000001;2"
	d := agents(found(t, "", inner, outer))
	require.Len(t, d, 1)
	require.Equal(t, "PJSIP/alice", d[0].Agent)
	require.Equal(t, time.Unix(1795160001, 0).UTC(), d[0].Since)

	yesterday := inner
	yesterday.id = "1795073601.4"
	calls := found(t, "", yesterday, outer)
	require.Empty(t, calls, "a Local of that name, before Asterisk started anew")
}

// What a Local's second half dialled may be written later than who dialled the Local: an h
// extension delays it.
func TestACallByHandWaitsForItsRows(t *testing.T) {
	outer, inner := byHand, byHand
	outer.peer, outer.data = "Local/9@out-00000001;1", "Local/9@out/n,15"
	inner.id, inner.channel = "1795160001.4", "Local/9@out-00000001;2"
	for name, late := range map[string]bool{"it comes": true, "it never comes": false} {
		p := newPBX(t)
		w := p.witness(p.beginning())
		p.now = time.Unix(1795160010, 0)
		p.write(p.logs.CDR, outer.String()+cdrRow(1795160005, 2))
		p.read(w)
		p.now = p.now.Add(2 * Settle)
		calls, r := p.read(w)
		require.Empty(t, calls, name)
		require.Equal(t, 2, r.Waiting, name)
		if late {
			p.write(p.logs.CDR, inner.String())
		}
		p.now = p.now.Add(patience)
		calls, r = p.read(w)
		require.True(t, r.CaughtUp(), name)
		require.Len(t, customers(calls), 1, name)
		require.Equal(t, late, len(agents(calls)) == 1, name)
		if late {
			require.Equal(t, []string{"1795160000.1", "1795160005.2"}, ids(calls), "in the order in which they ended")
		}
	}
}

// A leg over a trunk is nobody's call by hand where it is made on behalf of a customer who
// has called, for callbackd, or by a queue.
func TestLegsThatNobodyDialsByHand(t *testing.T) {
	with := func(change func(*column)) column {
		c := byHand
		change(&c)
		return c
	}
	through := func(outer column) []column {
		outer.peer = "Local/9@out-00000001;1"
		return []column{with(func(c *column) { c.id, c.channel = "1795160000.4", "Local/9@out-00000001;2" }), outer}
	}
	for name, rows := range map[string][]column{
		"an agent's mobile for a customer":        {with(func(c *column) { c.channel = "PJSIP/pstn-00000001" })},
		"behind a customer's Local":               through(with(func(c *column) { c.channel, c.data = "PJSIP/pstn-00000001", "Local/9@out/n" })),
		"a customer whom a phone forwards":        through(with(func(c *column) { c.channel, c.data = "PJSIP/pstn-00000001", "PJSIP/bob" })),
		"a queue's member for a colleague":        {with(func(c *column) { c.app, c.data = "Queue", "support,,,,20" })},
		"behind a queue's Local":                  through(with(func(c *column) { c.app, c.data = "Queue", "support,,,,20" })),
		"for callbackd":                           {with(func(c *column) { c.id = "callbackd-1795160000.7" })},
		"behind callbackd's Local":                through(with(func(c *column) { c.id = "callbackd-1795160000.7" })),
		"behind a Local that nobody here dialled": {through(byHand)[0]},
		"a colleague":                             {with(func(c *column) { c.peer, c.data = "PJSIP/bob-00000003", "PJSIP/bob" })},
		"a customer, by a colleague's transfer":   {with(func(c *column) { c.data = "PJSIP/1002" })},
		"without a number":                        {with(func(c *column) { c.data = "PJSIP/pstn/sip:reception@192.0.2.1" })},
		"a number that was cut": {with(func(c *column) {
			c.data = ("PJSIP/" + strings.Repeat("x", 50) + "&PJSIP/pstn/sip:+46701234567")[:cutData]
		})},
		"RetryDial, whose row has no number": {with(func(c *column) { c.app, c.data = "RetryDial", "Retrying" })},
		"a Local that dials itself":          through(with(func(c *column) { c.channel = "Local/9@out-00000001;2" })),
	} {
		for range 2 { // in whatever order they are written
			require.Empty(t, agents(found(t, "", rows...)), name)
			slices.Reverse(rows)
		}
	}
}

// A call that is on hold, or parked and taken back, has several rows.
func TestACallByHandIsToldOnce(t *testing.T) {
	again := byHand
	again.from = 10
	require.Len(t, agents(found(t, "", byHand, again)), 1)
}
