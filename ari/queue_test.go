package ari

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func taken(q *queue) (types []string) {
	for {
		e, ok, _ := q.pop()
		if !ok {
			return types
		}
		types = append(types, e.event().EventType())
	}
}

// The overflow that falls between a connection's last step and its release must not get
// lost: the events before it are delivered, so the gap behind them is, too.
func TestOverflowRightBeforeRelease(t *testing.T) {
	q := newQueue(1)
	q.hold()
	raw := entry{raw: []byte(`{"type":"ApplicationReplaced"}`)}
	require.True(t, q.push(raw))
	require.False(t, q.push(raw))
	q.release(&Connected{})
	assert.Equal(t, []string{"Connected", "ApplicationReplaced", "Gap"}, taken(q))

	q.hold()
	require.True(t, q.push(raw))
	require.False(t, q.push(raw))
	q.discard()
	q.hold()
	q.release(&Connected{})
	assert.Equal(t, []string{"Connected"}, taken(q), "an attempt that failed promised nobody its events")
}
