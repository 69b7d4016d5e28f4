package private

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// An agent leg reaches its queue, whatever the queue is called. callbackd asks
// DIALPLAN_EXISTS before it dials.
func TestAgentLegReachesItsQueue(t *testing.T) {
	ctx := soon(t)
	names := []string{"5", "support", "x", "hotline", "back-office_2.night"}
	c := Config{Dialplan: "[agent-leg]\nexten => s,1,Wait(10)\n[exists]\nexten => s,1,NoOp()"}
	for _, name := range names {
		c.Queues = append(c.Queues, Queue{Name: name})
		c.Dialplan += fmt.Sprintf("\n same => n,Log(NOTICE,%[1]s exists: ${DIALPLAN_EXISTS(callbackd-agent,%[1]s,1)})", name)
	}
	a := startTest(t, c)
	status, err := do(ctx, http.MethodPost, a, a.Password, "channels?endpoint=Local/s@exists&context=agent-leg&extension=s", nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status)
	for _, name := range names {
		status, err := do(ctx, http.MethodPost, a, a.Password, "channels?endpoint=Local/"+name+"@callbackd-agent/n&context=agent-leg&extension=s", nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, status)
		assert.Eventually(t, func() bool {
			log, _ := os.ReadFile(a.QueueLog)
			return strings.Contains(string(log), "|"+name+"|NONE|ENTERQUEUE|")
		}, 5*time.Second, 20*time.Millisecond, "a leg waits in queue %s", name)
		assert.Eventually(t, func() bool {
			log, _ := os.ReadFile(a.Log)
			return strings.Contains(string(log), name+" exists: 1")
		}, 5*time.Second, 20*time.Millisecond, "DIALPLAN_EXISTS finds queue %s", name)
	}
	endsQuietly(t, a)
}

// endsQuietly hangs everything up. Asterisk then looks for the extension h in the
// contexts of callbackd, which fits their patterns.
func endsQuietly(t *testing.T, a *Asterisk) {
	t.Helper()
	_, err := a.CLI(soon(t), "channel request hangup all")
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		channels, err := a.CLI(soon(t), "core show channels")
		return err == nil && strings.Contains(channels, "0 active channels")
	}, 5*time.Second, 20*time.Millisecond)
	log, err := os.ReadFile(a.Log)
	require.NoError(t, err)
	assert.NotContains(t, string(log), "Unable to join queue")
	for _, context := range []string{"callbackd-agent", "callbackd-phones"} {
		plan, err := a.CLI(soon(t), "dialplan show h@"+context)
		require.NoError(t, err)
		assert.Regexp(t, `'h' => +1\. Hangup\(\)`, plan)
	}
}
