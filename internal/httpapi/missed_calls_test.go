package httpapi_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

func TestMissedCallsHaveTheirDecision(t *testing.T) {
	s := newService(t)
	s.miss("acme", "0701234567")
	s.miss("acme", "+46701234567")
	s.miss("acme", "anonymous")
	s.miss("globex", "+46701234567")

	list := get[httpapi.MissedCallList](s, "/api/v1/missed-calls").MissedCalls
	require.Len(t, list, 4)
	created, merged, refused := list[3], list[2], list[1]

	assert.Equal(t, callback.DecisionTaskCreated, created.Decision)
	assert.Equal(t, "+46701234567", created.Number)
	assert.Equal(t, "0701234567", created.Caller)
	assert.Equal(t, int64(1), created.TaskID)
	assert.Equal(t, support, created.LostBy)
	assert.Equal(t, callback.SourceEvents, created.Source)

	assert.Equal(t, callback.DecisionMerged, merged.Decision)
	assert.Equal(t, int64(1), merged.TaskID)

	assert.Equal(t, callback.DecisionRefused, refused.Decision)
	assert.Equal(t, callback.ReasonAnonymous, refused.Reason)
	assert.Zero(t, refused.TaskID)
	assert.Empty(t, refused.Number)

	for path, want := range map[string][]int64{
		"?account=globex":                  {4},
		"?number=+46701234567":             {4, 2, 1},
		"?task=1":                          {2, 1},
		"?account=acme&before=3":           {2, 1},
		"?number=46701234567&account=acme": {2, 1},
	} {
		var got []int64
		for _, m := range get[httpapi.MissedCallList](s, "/api/v1/missed-calls"+path).MissedCalls {
			got = append(got, m.ID)
		}
		assert.Equal(t, want, got, path)
	}
	page := get[httpapi.MissedCallList](s, "/api/v1/missed-calls?limit=3")
	assert.Equal(t, int64(2), page.NextBefore)
}
