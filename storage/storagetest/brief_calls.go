package storagetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

func testBriefCalls(t *testing.T, s callback.Store) {
	const most = 6200 * time.Millisecond
	since := morning.Add(-10 * time.Minute)
	update(t, s, func(tx callback.Tx) {
		for id, c := range map[string]struct {
			account, number string
			lost            time.Duration // after since
			took            time.Duration
		}{
			"second":               {acme, "+46701239999", 2 * time.Minute, most},
			"no longer than that":  {acme, "+46701239998", time.Minute + time.Millisecond, most}, // seconds as fractions say a little more
			"first":                {acme, "+46701230000", time.Minute, 0},
			"again":                {acme, "+46701230000", 3 * time.Minute, time.Millisecond},
			"just in time":         {acme, "+46701234567", 0, time.Second},
			"just over":            {acme, "+46701234568", time.Minute, most + time.Millisecond},
			"long":                 {acme, "+46701234569", time.Minute, time.Minute},
			"before":               {acme, "+46701234570", -time.Millisecond, time.Second},
			"the next block":       {acme, "+46701240000", time.Minute, time.Second},
			"the block before":     {acme, "+46701229999", time.Minute, time.Second},
			"a shorter number":     {acme, "+46701239", time.Minute, time.Second},
			"somebody else's call": {globex, "+46701234571", time.Minute, time.Second},
			"no number":            {acme, "", time.Minute, time.Second},
		} {
			m := newMissedCall(id, callback.Task{Account: c.account, Number: c.number})
			m.Decision, m.Reason = callback.DecisionRefused, callback.ReasonNoRule
			m.Lost = since.Add(c.lost)
			m.Arrived = m.Lost.Add(-c.took)
			require.NoError(t, tx.InsertMissedCall(&m))
		}
	})
	view(t, s, func(tx callback.ReadTx) {
		calls, err := tx.BriefCalls(acme, "+4670123", since, most)
		require.NoError(t, err)
		var ids []string
		for _, m := range calls {
			ids = append(ids, m.CallID)
		}
		assert.ElementsMatch(t, []string{"just in time", "first", "a shorter number", "no longer than that", "second", "again"}, ids)
		for i := 1; i < len(calls); i++ {
			assert.False(t, calls[i].Lost.Before(calls[i-1].Lost), "the oldest first")
		}
		read, err := tx.MissedCall(calls[0].ID)
		require.NoError(t, err)
		assert.Equal(t, read, calls[0])

		none, err := tx.BriefCalls(acme, "+4799", since, most)
		require.NoError(t, err)
		assert.Empty(t, none)
	})
}
