package pbx_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/ari/aritest"
)

// Both ways in which a phone declines are the agent's no: busy (486) and
// declined (603).
func TestAnAgentWhoDeclines(t *testing.T) {
	for _, status := range []int{486, 603} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.asterisk.Phone(agentLeg, queueOf(aritest.Rejects(time.Second, status)))
				w.after(time.Second)
				w.loses(customer)
				w.after(30 * time.Second)
				require.Equal(t, []string{"agent_rejected (doesn't count)"}, w.results())
			})
		})
	}
}

// A hang-up ends the prompt a moment before it ends the channel: the prompt is
// over, the channel is still there, and the agent isn't.
func TestAnAgentWhoseEndHasBegun(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.Phone(agentLeg, queueOf(aritest.Answers(2*time.Second, 6*time.Second)))
		w.after(time.Second)
		w.loses(customer)
		w.after(agentHears)
		now := time.Now().UTC().Format(ari.TimeLayout)
		w.asterisk.Send("callbackd", []byte(fmt.Sprintf(
			`{"type":"ChannelHangupRequest","application":"callbackd","timestamp":%q,"channel":{"id":%q,"name":"Local/support@callbackd-agent-00000001;1","state":"Up","caller":{"name":"","number":""},"connected":{"name":"","number":""},"dialplan":{"context":"","exten":"","priority":1,"app_name":"","app_data":""},"creationtime":%q,"language":"en"},"cause":16}`,
			now, w.attempts()[0].Names.AgentChannel, now)))
		w.after(10 * time.Second)
		require.Zero(t, w.rung(), "the customer isn't called for nobody")
		require.Equal(t, []string{"agent_hung_up (doesn't count)"}, w.results())
	})
}

// A prompt that doesn't end, because its file is endless or its end was missed,
// is stopped after a minute: the agent doesn't talk against it.
func TestAPromptThatDoesNotEnd(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.SetSound(prompt, time.Hour)
		w.after(time.Second)
		w.loses(customer)
		w.after(3 * time.Minute)
		require.Equal(t, []string{"connected"}, w.results())
		a := w.attempts()[0]
		require.InDelta(t, time.Minute.Seconds(), a.CustomerSent.Sub(a.AgentAnswered).Seconds(), 1)
		stopped := w.asterisk.Requests("DELETE /playbacks/callbackd-prompt-*")
		require.Len(t, stopped, 1)
		require.False(t, stopped[0].Time.After(a.CustomerSent), "before the customer is called")
	})
}

// An agent who is gone when both are to be brought together: Asterisk refuses,
// and the refusal is the agent's end, not a failure.
func TestAnAgentWhoGoesAsTheCustomerAnswers(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.Phone(agentLeg, queueOf(once(aritest.Answers(2*time.Second, 6500*time.Millisecond), alice(time.Second))))
		w.asterisk.Fault(aritest.Fault{On: "POST /bridges/*/addChannel", Times: 1, Delay: time.Second})
		w.after(time.Second)
		w.loses(customer)
		w.after(20 * time.Second)
		require.Equal(t, []string{"agent_hung_up"}, w.results())
		w.tidy()
	})
}
