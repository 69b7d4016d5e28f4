package pbx_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/ari/aritest"
	"callbackd/callback"
)

// moments are when something befalls an attempt: from the loss on, the agent answers
// after two seconds, hears a prompt of four and a question of one, and presses the key
// a second later; the customer answers two seconds after that, is listened to for two,
// hears a notice and a question, a second each, and presses the key.
var moments = map[string]time.Duration{
	"the prompt":           3 * time.Second,
	"the agent's question": 6500 * time.Millisecond,
	"the agent's key":      7500 * time.Millisecond,
	"the customer rings":   9 * time.Second,
	"the listening":        11 * time.Second,
	"the notice":           12500 * time.Millisecond,
	"the question":         13500 * time.Millisecond,
	"the customer's key":   14500 * time.Millisecond,
}

// withdrawable are those in which the customer isn't called yet.
var withdrawable = map[string]bool{"the prompt": true, "the agent's question": true, "the agent's key": true}

// scene is an attempt at one of the moments, with both at their phones.
type scene struct {
	*world
	moment          string
	agent, customer *aritest.Call
}

// atEveryMoment runs a scenario for each.
func atEveryMoment(t *testing.T, scenario func(*scene)) {
	for moment, at := range moments {
		t.Run(moment, func(t *testing.T) {
			inWorldOf(t, func(w *world) { w.listening(2*time.Second, "HUMAN", "HUMAN-1-1") }, func(w *world) {
				s := &scene{world: w, moment: moment}
				w.asterisk.Phone(agentLeg, queueOf(func(c *aritest.Call) {
					s.agent = c
					presses(6*time.Second, "1")(c)
				}))
				w.asterisk.Phone(customers, func(c *aritest.Call) {
					s.customer = c
					presses(5*time.Second, "1")(c)
				})
				w.after(time.Second)
				w.loses(customer)
				w.after(at)
				scenario(s)
			}, accepts(one("ask"), one("ask")), noticed, hangUp)
		})
	}
}

func TestTheAgentHangsUpAtEveryMoment(t *testing.T) {
	atEveryMoment(t, func(s *scene) {
		s.agent.Hangup()
		s.after(time.Second)
		want := "agent_hung_up"
		if withdrawable[s.moment] {
			want += " (doesn't count)"
		}
		require.Equal(s.t, []string{want}, s.results())
		s.tidy()
	})
}

func TestTheCustomerHangsUpAtEveryMoment(t *testing.T) {
	atEveryMoment(t, func(s *scene) {
		if withdrawable[s.moment] || s.moment == "the customer rings" {
			return
		}
		s.customer.Hangup()
		s.after(time.Second)
		require.Equal(s.t, []string{"customer_rejected"}, s.results())
		s.tidy()
	})
}

func TestATaskIsCancelledAtEveryMoment(t *testing.T) {
	atEveryMoment(t, func(s *scene) {
		_, err := callback.Cancel(context.Background(), s.store, s.task().ID, callback.CancelByPerson, "ann")
		require.NoError(s.t, err)
		s.after(10 * time.Second)
		if withdrawable[s.moment] {
			require.Equal(s.t, []string{"superseded (doesn't count)"}, s.results())
			require.Zero(s.t, s.rung())
			return
		}
		require.Equal(s.t, callback.AttemptBridged, s.attempts()[0].State, "the customer's phone rang: it goes on")
	})
}

// After a gap an attempt whose customer isn't called yet is over. Any other goes on: the
// machine isn't listened for again, notice and question are repeated.
func TestAGapAtEveryMoment(t *testing.T) {
	atEveryMoment(t, func(s *scene) {
		listened := len(s.asterisk.Requests("POST /channels/*/continue"))
		s.asterisk.Cut("callbackd")
		s.after(time.Second)
		if withdrawable[s.moment] {
			require.Equal(s.t, []string{"interrupted (doesn't count)"}, s.results())
			require.Zero(s.t, s.rung())
			return
		}
		s.after(7 * time.Second)
		s.customer.Press("1")
		s.after(time.Second)
		require.Equal(s.t, callback.AttemptBridged, s.attempts()[0].State)
		if s.moment != "the customer rings" {
			require.Len(s.t, s.asterisk.Requests("POST /channels/*/continue"), listened, "it isn't listened for again")
			require.NotEmpty(s.t, s.asterisk.Requests("DELETE /playbacks/callbackd-notice-*"), "what may still play is stopped")
		}
		require.True(s.t, s.wasTold("call-recorded"))
		require.NotContains(s.t, s.logged(), `"alarm"`)
		require.Equal(s.t, 1, s.rung())
	})
}

// A request to listen that takes effect late, when both talk already after a gap, takes
// the customer out of the conversation: for no longer than the listening lasts.
func TestACustomerWhoIsSentAwayLate(t *testing.T) {
	inWorldOf(t, func(w *world) { w.listening(2*time.Second, "HUMAN", "HUMAN-1-1") }, func(w *world) {
		w.asterisk.Phone(customers, aritest.Answers(2*time.Second, -1))
		w.after(time.Second)
		w.loses(customer)
		w.after(20 * time.Second)
		a := w.attempts()[0]
		require.Equal(t, callback.AttemptBridged, a.State)
		observer, err := ari.New(w.asterisk.Options("callbackd"))
		require.NoError(t, err)
		together := func() []string {
			bridge, err := observer.Bridge(context.Background(), a.Names.Bridge)
			require.NoError(t, err)
			return bridge.Channels
		}
		require.NoError(t, observer.Continue(context.Background(), a.Names.CustomerChannel, ari.Extension{Context: "callbackd-amd", Exten: "s", Priority: 1}))
		w.after(time.Second)
		require.Equal(t, []string{a.Names.AgentChannel}, together())
		w.after(2 * time.Second)
		require.ElementsMatch(t, []string{a.Names.AgentChannel, a.Names.CustomerChannel}, together())
	}, hangUp)
}
