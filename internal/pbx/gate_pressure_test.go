package pbx_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
)

// announcing has an agent told the customer's number, a text that is new each time.
func announcing(a *callback.Account) {
	a.Rules[0].AgentAnnouncement = &callback.Speech{Language: "en", Text: "{number}"}
}

// A leg whose announcement is still being spoken isn't in its queue: nobody waits for it
// to arrive there.
func TestALegThatIsNotSentYetHoldsNobodyUp(t *testing.T) {
	queues := map[string]aritest.Queue{"sales": queueWith("PJSIP/alice", "PJSIP/bob", "PJSIP/carol")}
	inOffice(t, queues, func(w *world) {
		w.speaking = 2 * time.Second
		w.restart()
		w.after(time.Second)
		w.missedBy("queue:sales", 3)
		w.after(2500 * time.Millisecond)
		require.Len(t, w.agentLegs(), 3, "sent together: %s", w.reasons())
	}, announcing)
}

// Nor does an agent who becomes free wait for other queues' announcements.
func TestAFreedAgentDoesNotWaitForAnnouncements(t *testing.T) {
	queues := map[string]aritest.Queue{}
	for i := range 6 {
		queues[fmt.Sprint("queue", i)] = queueWith(fmt.Sprint("PJSIP/m", i), fmt.Sprint("PJSIP/n", i))
	}
	inOffice(t, queues, func(w *world) {
		for i := range 6 {
			w.asterisk.AgentPhone(fmt.Sprint("PJSIP/m", i), aritest.NeverAnswers)
			w.asterisk.AgentPhone(fmt.Sprint("PJSIP/n", i), aritest.NeverAnswers)
		}
		w.speaking = 2900 * time.Millisecond
		w.restart()
		w.after(time.Second)
		w.asterisk.SetDeviceState("PJSIP/alice", "INUSE")
		for i := range 12 {
			w.missedBy(fmt.Sprint("queue:queue", i%6), 1)
		}
		w.missedBy("agent:alice", 1)
		w.after(200 * time.Millisecond)
		w.asterisk.SetDeviceState("PJSIP/alice", "NOT_INUSE")
		w.after(time.Second)
		for _, task := range w.tasks() {
			if task.Target.Name == "alice" {
				require.Equal(t, callback.TaskDialing, task.State, task.WaitingFor)
			}
		}
	}, announcing)
}

// Who gets a call while her announcement is spoken isn't rung in it.
func TestAnAgentWhoGetsACallBeforeHerPhoneRings(t *testing.T) {
	inOffice(t, nil, func(w *world) {
		w.speaking = 2500 * time.Millisecond
		w.restart()
		w.after(time.Second)
		w.missedBy("agent:alice", 1)
		w.after(500 * time.Millisecond)
		w.asterisk.SetDeviceState("PJSIP/alice", "INUSE")
		w.after(3 * time.Second)
		require.Empty(t, w.agentLegs())
		require.Equal(t, callback.TaskScheduled, w.tasks()[0].State)
		require.Contains(t, w.tasks()[0].WaitingFor, "PJSIP/alice is in use")
		w.asterisk.SetDeviceState("PJSIP/alice", "NOT_INUSE")
		w.after(4 * time.Second)
		require.Len(t, w.agentLegs(), 1)
	}, announcing)
}

// A caller who joins a queue while its crowd is being read is there for the next who asks.
func TestACallerWhoJoinsWhileQueuesAreRead(t *testing.T) {
	queues := map[string]aritest.Queue{
		"sales":   queueWith("PJSIP/bob"), // where a leg of ours waits: all are read twice
		"service": queueWith("PJSIP/alice"),
	}
	inOffice(t, queues, func(w *world) {
		w.asterisk.AgentPhone("PJSIP/bob", aritest.NeverAnswers)
		w.asterisk.AgentPhone("PJSIP/alice", aritest.NeverAnswers)
		w.asterisk.Pause("service", "PJSIP/alice", true) // so that the caller isn't served
		w.missedBy("queue:sales", 1)
		w.after(2 * time.Second)
		require.Len(t, w.agentLegs(), 1)
		read := make(chan struct{})
		go func() {
			defer close(read)
			_, _ = w.admit("carol")
		}()
		w.after(7 * time.Millisecond)
		w.asterisk.Caller("service", "anonymous")
		<-read
		w.after(5 * time.Millisecond)
		waiting, err := w.admit("alice")
		require.NoError(t, err)
		require.Contains(t, waiting, "a live caller waits in service")
	})
}
