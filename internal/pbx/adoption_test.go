package pbx_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
)

// The agent hangs up while callbackd is dead and the customer's phone rings: the
// customer isn't called for nobody.
func TestACustomerWhoseAgentIsGone(t *testing.T) {
	inWorld(t, func(w *world) {
		var during time.Duration
		w.asterisk.Phone(agentLeg, queueOf(once(aritest.Answers(2*time.Second, 6*time.Second), alice(time.Second))))
		w.asterisk.Phone(customers, once(rings(&during), aritest.Answers(time.Second, 5*time.Second)))
		w.after(time.Second)
		w.loses(customer)
		w.after(customerRings)
		w.end()
		w.after(10 * time.Second)
		w.start()
		w.after(time.Second)
		require.Equal(t, []string{"interrupted"}, w.results(), "the phone rang: it counts")
		require.Less(t, during, 15*time.Second)
		w.tidy()
		w.after(10 * time.Minute)
		require.Equal(t, []string{"interrupted", "connected"}, w.results())
	})
}

// callbackd dies between the customer's answer and the conversation: whoever
// waits is brought together at once.
func TestACustomerWhoHasAnswered(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.Fault(aritest.Fault{On: "POST /bridges/*/addChannel", Times: 1, Hang: true})
		w.after(time.Second)
		w.loses(customer)
		w.after(9 * time.Second)
		w.restart()
		w.after(2 * time.Second)
		a := w.attempts()[0]
		require.False(t, a.Bridged.IsZero(), "they talk")
		require.Less(t, a.Bridged.Sub(a.CustomerSent), 5*time.Second)
		w.after(2 * time.Minute)
		require.Equal(t, []string{"connected"}, w.results())
		w.tidy()
	})
}

// max_call is the longest conversation, also of one that goes on over a restart: it
// doesn't begin anew.
func TestTheLongestConversationOverARestart(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.Phone(customers, aritest.Answers(2*time.Second, -1))
		w.after(time.Second)
		w.loses(customer)
		w.after(3 * time.Minute)
		require.Equal(t, callback.AttemptBridged, w.attempts()[0].State)
		w.restart()
		w.after(3 * time.Minute)
		a := w.attempts()[0]
		require.Equal(t, callback.AttemptEnded, a.State)
		require.InDelta(t, 5*time.Minute, a.Ended.Sub(a.Bridged), float64(10*time.Second))
		w.tidy()
	}, func(a *callback.Account) { a.Rules[0].MaxCall = 5 * time.Minute })
}

// What can't be listed now is listed at the next connection.
func TestAListThatFails(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Second)
		w.asterisk.Fault(aritest.Fault{On: "GET /channels", Times: 3, Status: 500, Message: "Internal Server Error"})
		w.restart()
		w.after(time.Minute)
		w.loses(customer)
		w.after(2 * time.Minute)
		require.Equal(t, []string{"connected"}, w.results())
	})
}
