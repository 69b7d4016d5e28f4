package httpapi_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

func TestStoppingAndResuming(t *testing.T) {
	s := newService(t)
	s.miss("acme", "+46701234567")
	s.claim(1, "one")
	s.pbxs = []httpapi.PBX{{Name: "pbx1", Reason: "connection refused"}}

	before := get[httpapi.State](s, "/api/v1/state")
	assert.Nil(t, before.Stopped)
	assert.Equal(t, s.pbxs, before.PBXs)
	assert.Equal(t, 1, before.Attempts)

	change := post[httpapi.StateChange](s, "/api/v1/stop", "")
	assert.True(t, change.Changed)
	require.NotNil(t, change.State.Stopped)
	assert.Equal(t, "admin", change.State.Stopped.By)
	assert.Equal(t, change.State, get[httpapi.State](s, "/api/v1/state"))
	assert.Equal(t, callback.TaskDialing, get[httpapi.TaskStory](s, "/api/v1/tasks/1").State, "nothing is cancelled")

	again := post[httpapi.StateChange](s, "/api/v1/stop", "")
	assert.False(t, again.Changed)
	assert.Equal(t, change.State, again.State, "since when doesn't move")

	post[httpapi.AccountChange](s, "/api/v1/accounts/acme/freeze", "")
	change = post[httpapi.StateChange](s, "/api/v1/resume", "")
	assert.True(t, change.Changed)
	assert.Nil(t, change.State.Stopped)
	require.Len(t, change.State.Frozen, 1)
	assert.Equal(t, "acme", change.State.Frozen[0].Account)
	assert.Equal(t, "admin", change.State.Frozen[0].By)
	assert.False(t, post[httpapi.StateChange](s, "/api/v1/resume", "").Changed)
}
