package witness

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// column is one row of the CDR in a test; what isn't given is a call on the trunk that
// rang nobody, at the beginning of the hour.
type column struct {
	id, channel, peer, app, data, dialled, disposition string
	from, seconds, talked                              int
	neverUp                                            bool // ANSWERED without a time of answer
}

func (c column) String() string {
	or := func(s, otherwise string) string {
		if s == "" {
			return otherwise
		}
		return s
	}
	clock := func(s int) string {
		return time.Date(2026, 10, 25, 2, 0, s, 0, time.UTC).Format(time.DateTime)
	}
	answer := ""
	if c.disposition == "ANSWERED" && !c.neverUp {
		answer = `"` + clock(c.from+c.seconds-c.talked) + `"`
	}
	return fmt.Sprintf(`"","+46701234567","%s","from-pstn","","%s","%s","%s","%s","%s",%s,"%s",%d,%d,"%s","DOCUMENTATION","%s",""`+"\n",
		or(c.dialled, "+4685550000"), or(c.channel, "PJSIP/pstn-00000001"), c.peer, or(c.app, "Hangup"), c.data,
		clock(c.from), answer, clock(c.from+c.seconds), c.seconds, c.talked, or(c.disposition, "NO ANSWER"), or(c.id, "1795160000.1"))
}

// judged reads logs in which everything is already, and says what became of customers' calls.
func judged(t *testing.T, queueLog string, rows ...column) []verdict {
	t.Helper()
	return customers(found(t, queueLog, rows...))
}

func found(t *testing.T, queueLog string, rows ...column) []Call {
	t.Helper()
	p := newPBX(t)
	w := p.witness(p.beginning())
	for _, r := range rows {
		p.write(p.logs.CDR, r.String())
	}
	p.write(p.logs.QueueLog, queueLog)
	p.now = p.now.Add(time.Minute)
	calls, r := p.read(w)
	require.True(t, r.CaughtUp())
	require.Empty(t, r.Trouble)
	return calls
}

func only(t *testing.T, calls []verdict) verdict {
	t.Helper()
	require.Len(t, calls, 1)
	return calls[0]
}

func TestVerdict(t *testing.T) {
	c := only(t, judged(t, "", column{peer: "PJSIP/alice-00000002", app: "Dial", data: "PJSIP/alice,8", seconds: 3, from: 2},
		column{peer: "PJSIP/bob-00000003", app: "Dial", data: "PJSIP/bob,8", from: 6, seconds: 4}))
	arrived := time.Unix(1795160000, 0).UTC()
	require.Equal(t, verdict{Verdict: callback.Verdict{
		PBX: "pbx1", CallID: "1795160000.1", Trunk: "PJSIP/pstn", Caller: "+46701234567", Dialled: "+4685550000",
		Arrived: arrived, Ended: arrived.Add(8 * time.Second), Source: callback.SourceLogs,
		Loss: callback.Loss{Endpoints: []string{"PJSIP/bob"}, Before: [][]string{{"PJSIP/alice"}}, Contexts: []string{"from-pstn"}},
	}}, c)
}

// Who is tried before a person talks has lost nothing, unless the talk was too short for
// the account.
func TestVerdictOfAnAnsweredCall(t *testing.T) {
	c := only(t, judged(t, "", column{
		peer: "PJSIP/alice-00000002", app: "Dial", data: "PJSIP/alice,8", seconds: 5, talked: 3, disposition: "ANSWERED",
	}))
	require.Equal(t, 3500*time.Millisecond, c.Talked)
	require.Empty(t, c.Loss.Queue)
	require.Empty(t, c.Loss.Endpoints)
	require.Equal(t, []string{"from-pstn"}, c.Loss.Contexts)
	require.Equal(t, []string{"PJSIP/alice"}, c.Loss.Earlier.Endpoints)
}

// The clock on the wall may be set back while a call is on: at the end of summer time.
func TestACallOverTheEndOfSummerTime(t *testing.T) {
	c := only(t, judged(t, "", column{app: "Wait", from: 3500, seconds: 90}, column{app: "Dial", peer: "PJSIP/alice-00000002", from: -10, seconds: 20}))
	require.Equal(t, 110*time.Second, c.Ended.Sub(c.Arrived))
}

func TestWhatTheDialplanWroteIntoQueueLog(t *testing.T) {
	c := only(t, judged(t, "1795160000|1795160000.1|NONE|NONE|DID|+4685550009\n1795160000|1795160000.1|emptyq|NONE|FULL|+46701234567\n",
		column{dialled: "s", seconds: 4}))
	require.Equal(t, "+4685550009", c.Dialled)
	require.Equal(t, "emptyq", c.Loss.Queue)
}

// A queue that rings nobody has no row of its own; queue_log tells when it was.
func TestTheLastThatWasTriedLostTheCall(t *testing.T) {
	dial := column{peer: "PJSIP/alice-00000002", app: "Dial", data: "PJSIP/alice,8", from: 10, seconds: 5}
	visit := func(at int) string {
		return fmt.Sprintf("%d|1795160000.1|support|NONE|ENTERQUEUE||+46701234567|1\n%d|1795160000.1|support|NONE|EXITEMPTY|1|1|0\n", 1795160000+at, 1795160000+at)
	}
	first := column{app: "Wait", seconds: 1}
	require.Equal(t, []string{"PJSIP/alice"}, only(t, judged(t, visit(3), first, dial)).Loss.Endpoints)
	c := only(t, judged(t, visit(17), first, dial))
	require.Equal(t, "support", c.Loss.Queue)
	require.Empty(t, c.Loss.Endpoints)
}

// Whom the dialplan hands over to be offered a callback is lost by that queue, as the events
// say, and besides by whoever the file is asked for where it lists no such queue.
func TestACallThatWasLostInAnOffer(t *testing.T) {
	const visit = "1795160002|1795160000.1|support|NONE|ENTERQUEUE||+46701234567|1\n1795160012|1795160000.1|support|NONE|EXITWITHTIMEOUT|1|1|10\n"
	offer := func(data string) column {
		return column{app: "Stasis", data: data, seconds: 30, talked: 18, disposition: "ANSWERED"}
	}
	for name, c := range map[string]struct {
		queueLog       string
		rows           []column
		offered, queue string
		endpoints      []string
	}{
		"at once":               {"", []column{offer("callbackd,offer,desk")}, "desk", "", nil},
		"behind a queue":        {visit, []column{offer("callbackd,offer,desk")}, "desk", "support", nil},
		"from the same queue":   {visit, []column{offer("callbackd,offer,support")}, "support", "support", nil},
		"behind a phone":        {"", []column{{peer: "PJSIP/alice-00000002", app: "Dial", data: "PJSIP/alice,8", seconds: 8}, offer("callbackd,offer,desk")}, "desk", "", []string{"PJSIP/alice"}},
		"in another program":    {visit, []column{offer("pager,offer,desk")}, "", "support", nil},
		"for an appointment":    {visit, []column{offer("callbackd,appointment,desk")}, "", "support", nil},
		"with nothing to offer": {visit, []column{offer("callbackd,offer")}, "", "support", nil},
	} {
		t.Run(name, func(t *testing.T) {
			v := only(t, judged(t, c.queueLog, c.rows...))
			require.Zero(t, v.Talked)
			require.Equal(t, c.offered, v.Loss.Offered)
			require.Equal(t, c.queue, v.Loss.Queue)
			require.Equal(t, c.endpoints, v.Loss.Endpoints)
		})
	}
}

func TestEndpointsOfADial(t *testing.T) {
	long := "PJSIP/agent-number-one&PJSIP/agent-number-two&PJSIP/agent-number-three&PJSIP/agent-number-four,20"[:cutData]
	for name, c := range map[string]struct {
		rows []column
		want []string
	}{
		"who has no channel counts":  {[]column{{app: "Dial", data: "PJSIP/alice&PJSIP/ghost,8", peer: "PJSIP/alice-00000002"}}, []string{"PJSIP/alice", "PJSIP/ghost"}},
		"RetryDial":                  {[]column{{app: "RetryDial", data: "Retrying", peer: "PJSIP/alice-00000002"}, {app: "RetryDial", data: "Retrying", peer: "PJSIP/alice-00000003"}, {}}, []string{"PJSIP/alice"}},
		"RetryDial of a group":       {[]column{{app: "RetryDial", data: "Retrying", peer: "PJSIP/alice-00000002"}, {app: "RetryDial", data: "Retrying", peer: "PJSIP/bob-00000003"}}, []string{"PJSIP/alice", "PJSIP/bob"}},
		"RetryDial through a Local":  {[]column{{app: "RetryDial", data: "Retrying", peer: "Local/1001@agents-00000001;1"}, {id: "1795160000.3", channel: "Local/1001@agents-00000001;2", app: "Dial", data: "PJSIP/bob", peer: "PJSIP/bob-00000003"}}, []string{"PJSIP/bob"}},
		"a dial string that was cut": {[]column{{app: "Dial", data: long, peer: "PJSIP/agent-number-one-00000002"}, {app: "Dial", data: long, peer: "PJSIP/agent-number-four-00000003"}}, []string{"PJSIP/agent-number-one", "PJSIP/agent-number-two", "PJSIP/agent-number-three", "PJSIP/agent-number-four"}},
		"forwarded by the phone":     {[]column{{app: "Dial", data: "PJSIP/alice,8", peer: "PJSIP/alice-00000002"}, {app: "Dial", data: "PJSIP/alice,8", peer: "Local/1002@agents-00000001;1"}}, []string{"PJSIP/alice"}},
		"nobody":                     {[]column{{app: "RetryDial", data: "x"}, {app: "Playback", data: "beep"}}, nil},
	} {
		require.Equal(t, c.want, only(t, judged(t, "", c.rows...)).Loss.Endpoints, name)
	}
}

func TestTalking(t *testing.T) {
	queued := column{app: "Queue", data: "support,,,,20", peer: "PJSIP/alice-00000002", disposition: "ANSWERED", seconds: 9, talked: 9}
	viaLocal := column{app: "Queue", data: "support,,,,20", peer: "Local/2001@agentreq-00000001;1", disposition: "ANSWERED", seconds: 9, talked: 9}
	request := column{id: "1795160001.3", channel: "Local/2001@agentreq-00000001;2", app: "AgentRequest", disposition: "ANSWERED", seconds: 9, talked: 9}
	dialled := column{app: "Dial", data: "Local/1001@agents/n,8", peer: "Local/1001@agents-00000001;1", disposition: "ANSWERED", seconds: 9, talked: 9}
	mailbox := column{id: "1795160001.3", channel: "Local/1001@agents-00000001;2", app: "VoiceMail", disposition: "ANSWERED", seconds: 9, talked: 9}
	loop := column{id: "1795160001.3", channel: "Local/1001@agents-00000001;2", peer: "Local/1001@agents-00000001;1", app: "Dial", data: "Local/1001@agents/n", disposition: "ANSWERED", seconds: 9, talked: 9}
	yesterday := mailbox
	yesterday.id = "1795073600.3"
	conference := column{app: "ConfBridge", peer: "PJSIP/pstn2-00000002", disposition: "ANSWERED", seconds: 9, talked: 9}
	const enter, connect = "1795160000|1795160000.1|support|NONE|ENTERQUEUE||+46701234567|1\n", "1795160001|1795160000.1|support|PJSIP/alice|CONNECT|1|1795160000.2|0\n"
	for name, c := range map[string]struct {
		queueLog string
		rows     []column
		want     time.Duration
		doubt    Doubt
	}{
		"queue_log times it":                    {enter + connect + "1795160009|1795160000.1|Support|PJSIP/alice|COMPLETEAGENT|1|4|1\n", []column{queued}, 4500 * time.Millisecond, NoDoubt},
		"the caller didn't wait for the Gosub":  {enter + connect + "1795160009|1795160000.1|support|PJSIP/alice|COMPLETECALLER|1|0|1\n", []column{queued}, 0, NoDoubt},
		"the caller left in the announcement":   {enter + "1795160009|1795160000.1|support|PJSIP/alice|ABANDON|1|1|9\n", []column{queued}, 0, NoDoubt},
		"the end is missing in queue_log":       {enter + connect, []column{queued}, 9 * time.Second, DoubtQueueTalk},
		"queue_log has nothing":                 {"", []column{queued}, 9 * time.Second, DoubtQueueLog},
		"an agent behind AgentRequest":          {enter + connect + "1795160009|1795160000.1|support|Alice|COMPLETEAGENT|1|7|1\n", []column{viaLocal, request}, 7500 * time.Millisecond, NoDoubt},
		"an agent behind a Local without a row": {enter + connect + "1795160009|1795160000.1|support|Alice|COMPLETEAGENT|1|7|1\n", []column{viaLocal}, 7500 * time.Millisecond, NoDoubt},
		"voicemail behind a Local":              {"", []column{dialled, mailbox}, 0, NoDoubt},
		"a Local that dials itself":             {"", []column{dialled, loop}, 0, NoDoubt},
		"a Local without a row":                 {"", []column{dialled}, 9 * time.Second, DoubtLocal},
		"a Local of the same name, long ago":    {"", []column{yesterday, dialled}, 9 * time.Second, DoubtLocal},
		"two customers in one conference":       {"", []column{conference}, 0, NoDoubt},
		"a conversation of less than a second":  {"", []column{{app: "Dial", data: "PJSIP/alice", peer: "PJSIP/alice-00000002", disposition: "ANSWERED"}}, 500 * time.Millisecond, NoDoubt},
		"an announcer isn't a person":           {"", []column{{app: "ConfBridge", peer: "CBAnn/room1-00000002", disposition: "ANSWERED", seconds: 9, talked: 9}}, 0, NoDoubt},
		"an agent who was up, and never joined": {"", []column{{app: "Dial", data: "PJSIP/alice,8,U(confirm)", peer: "PJSIP/alice-00000002", disposition: "ANSWERED", seconds: 1, neverUp: true}}, 0, NoDoubt},
		"a phone that rang, answered by nobody": {"", []column{{app: "Dial", data: "PJSIP/alice", peer: "PJSIP/alice-00000002", seconds: 9, talked: 9}}, 0, NoDoubt},
	} {
		got := only(t, judged(t, c.queueLog, c.rows...))
		require.Equal(t, c.want, got.Talked, name)
		require.Equal(t, c.doubt, got.Doubt, name)
	}
}

func TestOnlyCustomersCallsCount(t *testing.T) {
	byHand := column{id: "1795159990.1", channel: "PJSIP/alice-00000009", peer: "PJSIP/pstn-00000001", app: "Dial", data: "PJSIP/+46701234567@pstn", disposition: "ANSWERED", seconds: 30, talked: 20}
	require.Empty(t, judged(t, "", byHand, column{app: "Dial", data: "PJSIP/bob", peer: "PJSIP/bob-00000002"}), "transferred to a phone that doesn't answer")

	byHand.id = "1795000000.1"
	require.Len(t, judged(t, "", byHand, column{}), 1, "a channel of the same name, before Asterisk started anew")

	require.Empty(t, judged(t, "", column{app: "AppDial", data: "(Outgoing Line)"}))
	require.Empty(t, judged(t, "", column{app: "AppDial2", data: "(Outgoing Line)", peer: "PJSIP/alice-00000002", disposition: "ANSWERED"}), "a program called, and bridged it itself")
	require.Empty(t, judged(t, "", column{channel: "PJSIP/alice-00000009"}))
	require.Empty(t, judged(t, "", column{id: "callbackd-customer-7"}))
}

// A call waits for rows that are written in the same moment, longer where it lacks one, and
// what comes after waits with it.
func TestACallWaitsForItsRows(t *testing.T) {
	p := newPBX(t)
	w := p.witness(p.beginning())
	p.now = time.Unix(1795160010, 0)
	p.write(p.logs.CDR, column{app: "Dial", data: "Local/1001@agents/n,8", peer: "Local/1001@agents-00000001;1", disposition: "ANSWERED", seconds: 9, talked: 9}.String())
	p.write(p.logs.CDR, cdrRow(1795160005, 2))
	calls, r := p.read(w)
	require.Empty(t, calls)
	require.Equal(t, 2, r.Waiting)
	p.now = p.now.Add(Settle)
	calls, r = p.read(w)
	require.Empty(t, calls)
	require.Equal(t, 2, r.Waiting)
	restarted := p.witness(r.Position)

	p.write(p.logs.CDR, column{id: "1795160000.2", channel: "Local/1001@agents-00000001;2", app: "VoiceMail", disposition: "ANSWERED", seconds: 9, talked: 9}.String())
	p.now = p.now.Add(time.Second)
	for _, w := range []*Witness{w, restarted} {
		calls, r = p.read(w)
		if w == restarted { // it saw the rows only now
			require.Empty(t, calls)
			p.now = p.now.Add(Settle)
			calls, r = p.read(w)
		}
		require.Equal(t, []string{"1795160000.1", "1795160005.2"}, ids(calls))
		require.Zero(t, customers(calls)[0].Talked)
		require.True(t, r.CaughtUp())
	}
}

func TestARowThatNeverComesIsWaitedForOnlySoLong(t *testing.T) {
	p := newPBX(t)
	w := p.witness(p.beginning())
	p.now = time.Unix(1795160010, 0)
	p.write(p.logs.CDR, column{app: "Dial", data: "Local/1001@agents/n,8", peer: "Local/1001@agents-00000001;1", disposition: "ANSWERED", seconds: 9, talked: 9}.String())
	p.read(w)
	p.now = p.now.Add(patience - time.Second)
	calls, _ := p.read(w)
	require.Empty(t, calls)
	p.now = p.now.Add(time.Second)
	calls, _ = p.read(w)
	require.Equal(t, DoubtLocal, only(t, customers(calls)).Doubt)
}

// What nobody asks for any more is forgotten, and what a call needs is kept for a restart.
func TestMemoryIsBounded(t *testing.T) {
	p := newPBX(t)
	w := p.witness(p.beginning())
	var queueLog, cdr strings.Builder
	for i := range 60_000 { // internal callers, whom no trunk's row ever ends
		fmt.Fprintf(&queueLog, "%d|%d.%d|support|NONE|ENTERQUEUE||1001|1\n", 1795100000+i, 1795100000+i, i)
		fmt.Fprint(&cdr, column{id: fmt.Sprintf("%d.%d", 1795100000+i, i), channel: fmt.Sprintf("Local/1001@agents-%08x;2", i), app: "Wait"})
	}
	ring := column{app: "Queue", data: "support,,,,600", peer: "PJSIP/alice-00000002", seconds: 5}
	for i := range 5000 { // a ringall queue of 40 for ten minutes
		ring.from = i / 8
		cdr.WriteString(ring.String())
	}
	p.write(p.logs.CDR, cdr.String())
	p.write(p.logs.QueueLog, queueLog.String()+"1795160000|1795160000.1|support|NONE|ENTERQUEUE||+46701234567|1\n1795160630|1795160000.1|support|NONE|ABANDON|1|1|630\n")
	p.now = p.now.Add(time.Hour)
	var calls []Call
	for more := true; more; {
		r, err := w.Read(p.now)
		require.NoError(t, err)
		for _, c := range w.pending {
			require.LessOrEqual(t, len(c.rows), mostRows)
		}
		require.LessOrEqual(t, len(w.queues.calls.named), mostKept)
		require.LessOrEqual(t, len(w.evidence.halves.named), mostKept)
		require.LessOrEqual(t, len(w.queues.calls.order), 2*mostKept+64)
		calls, more = append(calls, r.Calls...), r.More
	}
	c := only(t, customers(calls))
	require.Equal(t, "support", c.Loss.Queue)
	require.InDelta(t, 630, c.Ended.Sub(c.Arrived).Seconds(), 6)
}
