package casebook

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/witness"
)

// checkLogs reads what Asterisk wrote about the cases that were played, and
// compares it with the truth, as far as logs can know it.
func (b *bench) checkLogs(t *testing.T) {
	t.Helper()
	calls, dialled := b.readLogs(t)
	var byHand []string
	j := newJudgement(t, b.rules)
	for _, p := range b.played {
		for _, h := range p.of.ByHand {
			byHand = append(byHand, p.office.Local(h.String()))
		}
		want := p.of.Truth
		if p.of.Logs != nil {
			want = p.of.Logs
		}
		var told []Truth
		for _, v := range p.verdicts {
			inLogs, known := calls[v.CallID]
			if !known {
				continue
			}
			delete(calls, v.CallID)
			require.NoError(t, j.take(t.Context(), inLogs))
			told = append(told, withoutRemark(j.truth(p.office, inLogs)))
		}
		var expected []Truth
		for _, truth := range want {
			expected = append(expected, withoutRemark(truth))
		}
		if p.of.Crossing || p.of.LogsVary {
			continue
		}
		assert.Equal(t, describe(expected), describe(told), "the logs of %s: %s", p.of.Name, p.of.Steps())
	}
	assert.Empty(t, calls, "customers' calls in the logs that nobody made")
	assert.ElementsMatch(t, byHand, dialled, "agents' calls to customers")
}

// withoutRemark is a truth without who lost an answered call, which the logs
// can't tell.
func withoutRemark(t Truth) Truth {
	if t.Answered {
		t.LostBy = ""
	}
	return t
}

// openLogs begins to read the CDR and queue_log at their ends, before the first
// call.
func (b *bench) openLogs(t *testing.T) {
	t.Helper()
	b.logs = witness.New(witness.Logs{
		PBX: pbxName, CDR: b.Asterisk.CDR, QueueLog: b.Asterisk.QueueLog,
		Trunk: func(endpoint string) bool { return b.rules.Book().IsTrunk(pbxName, endpoint) },
		Own:   func(string) bool { return false },
	}, witness.Position{})
	t.Cleanup(func() { require.NoError(t, b.logs.Close()) })
	_, err := b.logs.Read(time.Now())
	require.NoError(t, err)
}

// readLogs reads on until every call is judged: those of customers, by their
// ids, and those that agents made to customers, in words.
func (b *bench) readLogs(t *testing.T) (calls map[string]callback.Verdict, byHand []string) {
	t.Helper()
	calls = map[string]callback.Verdict{}
	require.Eventually(t, func() bool {
		reading, err := b.logs.Read(time.Now())
		require.NoError(t, err)
		require.Empty(t, reading.Trouble)
		for _, c := range reading.Calls {
			switch found := c.Finding.(type) {
			case callback.Verdict:
				calls[found.CallID] = found
			case callback.Dialled:
				agent := strings.TrimPrefix(found.Agent, "PJSIP/")
				byHand = append(byHand, ByHand{Agent: agent, Number: found.Number, Answered: !found.Answered.IsZero()}.String())
			}
		}
		return reading.CaughtUp()
	}, time.Minute, 100*time.Millisecond)
	return calls, byHand
}
