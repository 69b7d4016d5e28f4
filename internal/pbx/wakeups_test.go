package pbx_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
)

// Who becomes free is rung by the next callback at once, whatever it is that tells.
func TestAFreedAgentIsUsed(t *testing.T) {
	for name, row := range map[string]struct {
		target string
		busy   func(*world) (free func())
	}{
		"a member hangs up": {"queue:sales", func(w *world) func() {
			talk := w.busy("alice")
			w.asterisk.SetDeviceState("Queue:sales_avail", "NOT_INUSE") // which it may say wrongly for hours
			return talk.Hangup
		}},
		"a member is there again": {"queue:sales", func(w *world) func() {
			w.asterisk.Pause("sales", "PJSIP/alice", true)
			return func() { w.asterisk.Pause("sales", "PJSIP/alice", false) }
		}},
		"an agent hangs up": {"agent:carol", func(w *world) func() { return w.busy("carol").Hangup }},
		"a live caller gives up": {"agent:alice", func(w *world) func() {
			w.asterisk.Pause("sales", "PJSIP/alice", true)
			return w.asterisk.Caller("sales", "anonymous").Hangup
		}},
	} {
		t.Run(name, func(t *testing.T) {
			inOffice(t, map[string]aritest.Queue{"sales": queueWith("PJSIP/alice")}, func(w *world) {
				free := row.busy(w)
				w.missedBy(row.target, 1)
				w.after(10*time.Second + 150*time.Millisecond) // well between two looks
				require.Empty(t, w.agentLegs())
				free()
				w.after(60 * time.Millisecond)
				require.Len(t, w.agentLegs(), 1)
			})
		})
	}
}

// Where nothing can be subscribed to, the log says so once, Asterisk isn't asked for it
// all the time, and who becomes free is noticed within a second.
func TestAnAsteriskThatTellsOfNoDevices(t *testing.T) {
	inOffice(t, nil, func(w *world) {
		repair := w.asterisk.Fault(aritest.Fault{On: "POST /applications/*/subscription", Status: 500, Message: "no"})
		before := len(w.asterisk.Requests("POST /applications/*/subscription"))
		talk := w.busy("carol") // whose phone is subscribed to when somebody waits for it
		w.missedBy("agent:carol", 1)
		w.after(time.Minute)
		require.Equal(t, 1, w.says("tell when agents become free"))
		require.Less(t, len(w.asterisk.Requests("POST /applications/*/subscription"))-before, 10)
		require.Empty(t, w.agentLegs())
		talk.Hangup()
		w.after(time.Second)
		require.Len(t, w.agentLegs(), 1)

		repair()
		w.after(20 * time.Second)
		w.missedBy("agent:carol", 1)
		w.after(time.Second)
		asked := w.asterisk.Requests("POST /applications/*/subscription")
		require.Contains(t, asked[len(asked)-1].Query.Get("eventSource"), "deviceState:PJSIP/carol", "it is tried again")
		require.Equal(t, 1, w.says("tell when agents become free"))
	})
}

// Whoever hears that the PBX became ready has all sounds fetched anew, and all recordings
// looked at: that somebody hangs up is no reason.
func TestReadyIsSaidOnceAConnection(t *testing.T) {
	ready := 0
	inWorldOf(t, func(w *world) {
		w.changed = func() { ready++ }
		w.asterisk.SetQueue("sales", queueWith("PJSIP/alice"))
		w.asterisk.SetFunction("DIALPLAN_EXISTS(callbackd-agent,sales,1)", "1")
		w.asterisk.AgentPhone("PJSIP/alice", aritest.Answers(2*time.Second, -1))
	}, func(w *world) {
		w.after(time.Second)
		talk := w.busy("alice")
		w.missedBy("queue:sales", 1)
		w.after(10 * time.Second)
		talk.Hangup()
		w.after(10 * time.Second)
		require.Len(t, w.agentLegs(), 1)
		require.Equal(t, 1, ready)
		cut.happen(w)
		w.after(10 * time.Second)
		require.Equal(t, 2, ready)
	}, func(a *callback.Account) {
		a.Queues = map[string]callback.Queue{"sales": {Name: "sales", Ringing: callback.RingingEach}}
	})
}

// says counts what the log has said.
func (w *world) says(what string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Count(w.log.String(), what)
}
