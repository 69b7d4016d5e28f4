package pbx_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
)

// An Asterisk that is silent keeps nobody else's callbacks waiting for long; one whose
// queues lie in a slow database has said nothing that was true at once.
func TestAnAsteriskThatIsSlowToAnswer(t *testing.T) {
	queues := map[string]aritest.Queue{}
	for i := range 20 {
		queues[fmt.Sprint("queue", i)] = queueWith("PJSIP/bob")
	}
	for name, row := range map[string]struct{ each, within time.Duration }{
		"each answer takes a while":     {200 * time.Millisecond, 3 * time.Second},
		"an answer takes half a second": {500 * time.Millisecond, 300 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			inOffice(t, queues, func(w *world) {
				w.asterisk.Fault(aritest.Fault{On: "GET /channels/callbackd-probe-*/variable", Delay: row.each})
				asked := time.Now()
				_, err := w.admit("alice")
				require.ErrorIs(t, err, callback.ErrUnavailable)
				require.LessOrEqual(t, time.Since(asked), row.within)
			})
		})
	}
}

// However much there is to read, an Asterisk that answers is heard to the end.
func TestManyQueuesAreReadToTheEnd(t *testing.T) {
	queues := map[string]aritest.Queue{}
	for i := range 50 {
		queues[fmt.Sprint("queue", i)] = queueWith("PJSIP/bob")
	}
	inOffice(t, queues, func(w *world) {
		w.asterisk.Fault(aritest.Fault{On: "GET /channels/callbackd-probe-*/variable", Delay: 20 * time.Millisecond})
		waiting, err := w.admit("alice")
		require.NoError(t, err)
		require.Empty(t, waiting)
	})
}

// A device is read once for an answer, in however many queues it is a member.
func TestADeviceIsReadOnce(t *testing.T) {
	queues := map[string]aritest.Queue{"sales": queueWith("PJSIP/alice", "PJSIP/bob"), "service": queueWith("PJSIP/alice", "PJSIP/bob")}
	inOffice(t, queues, func(w *world) {
		for queue := range queues { // which takes its time to choose
			w.asterisk.Phone("Local/"+queue+"@callbackd-agent/n", func(c *aritest.Call) { c.Execute("Queue", queue+",rC") })
		}
		w.missedBy("queue:sales", 1)
		w.missedBy("queue:service", 1)
		w.after(time.Second)
		require.Len(t, w.agentLegs(), 2)
		reads := func() (n int) {
			for _, r := range w.asterisk.Requests("GET /channels/*/variable") {
				if r.Query.Get("variable") == "DEVICE_STATE(PJSIP/bob)" {
					n++
				}
			}
			return n
		}
		before := reads()
		_, err := w.admit("carol")
		require.NoError(t, err)
		require.Equal(t, 1, reads()-before)
	})
}

// What Asterisk doesn't say of one phone, or one queue, is in nobody else's way.
func TestOneTargetThatCannotBeAskedAbout(t *testing.T) {
	for target, function := range map[string]string{
		"agent:alice": "PJSIP_DIAL_CONTACTS(alice)", "group:team": "PJSIP_DIAL_CONTACTS(alice)", "queue:sales": "QUEUE_MEMBER(sales,ready)",
	} {
		t.Run(target, func(t *testing.T) {
			inOffice(t, map[string]aritest.Queue{"sales": queueWith("PJSIP/alice")}, func(w *world) {
				w.asterisk.SetFunctionFunc(function, func(string) (string, bool) { return "", false })
				w.missedBy(target, 1)
				w.after(time.Second)
				w.missedBy("agent:carol", 1)
				w.after(time.Second)
				if target == "group:team" {
					require.Equal(t, []string{"team@callbackd-phones", "carol@callbackd-phones"}, w.agentLegs(), "bob's phone is rung")
					return
				}
				require.Equal(t, []string{"carol@callbackd-phones"}, w.agentLegs())
				require.Contains(t, w.reasons()[0], "Unable to read provided function")
			})
		})
	}
}

// admit asks for a leg to an agent.
func (w *world) admit(agent string) (waiting string, err error) {
	w.t.Helper()
	lifetime, err := w.exchange.Ready()
	require.NoError(w.t, err)
	return w.exchange.Admit(lifetime, callback.Admission{
		Target: callback.Target{Kind: callback.TargetAgent, Name: agent}, Phones: []string{"PJSIP/" + agent},
	})
}
