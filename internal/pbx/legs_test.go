package pbx_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
)

// asked is what a request for a leg says.
type asked struct {
	Endpoint, AppArgs, CallerID, ChannelID, Originator, Formats string
	Timeout                                                     int
}

func (w *world) legs() (list []asked) {
	for _, r := range w.asterisk.Requests("POST /channels") {
		var leg asked
		require.NoError(w.t, json.Unmarshal(r.Body, &leg))
		list = append(list, leg)
	}
	return list
}

// What Asterisk does by itself with what isn't said: a Local channel without
// formats runs at 192 kHz and can silence a recorded call; a leg with an
// originator, but without a name of its own, shows the agent's name to the
// customer; without a timeout a phone rings for 30 seconds.
func TestHowLegsAreAskedFor(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Second)
		w.loses(customer)
		w.after(time.Minute)
		a := w.attempts()[0]
		require.Equal(t, []asked{
			{
				Endpoint: agentLeg, AppArgs: "agent", ChannelID: a.Names.AgentChannel,
				CallerID: `"Callback ` + customer + `" <` + customer + `>`, Formats: "ulaw", Timeout: 60,
			},
			{
				Endpoint: "PJSIP/" + customer + "@pstn", AppArgs: "customer", ChannelID: a.Names.CustomerChannel,
				CallerID: `"+4685550000" <+4685550000>`, Originator: a.Names.AgentChannel, Timeout: 30,
			},
		}, w.legs())
	})
}

// rings is a phone that nobody answers, and how long it rings.
func rings(during *time.Duration) func(*aritest.Call) {
	return func(c *aritest.Call) {
		began := time.Now()
		c.Ring()
		<-c.Done()
		*during = time.Since(began)
	}
}

func TestHowLongThePhonesRing(t *testing.T) {
	t.Run("the customer's", func(t *testing.T) {
		inWorld(t, func(w *world) {
			var during time.Duration
			w.asterisk.Phone(customers, rings(&during))
			w.after(time.Second)
			w.loses(customer)
			w.after(time.Minute)
			require.Equal(t, 30*time.Second, during, "wait_for_customer")
			require.Equal(t, []string{"customer_no_answer"}, w.results())
		})
	})
	t.Run("the agent's", func(t *testing.T) {
		inWorld(t, func(w *world) {
			var during time.Duration
			w.asterisk.Phone(agentLeg, queueOf(rings(&during)))
			w.after(time.Second)
			w.loses(customer)
			w.after(90 * time.Second)
			require.Equal(t, time.Minute, during)
			require.Equal(t, []string{"agent_no_answer (doesn't count)"}, w.results())
		})
	})
}

// Asterisk said that it would call, and nothing is ever heard of the leg: the
// attempt ends all the same, a few seconds after Asterisk should have ended it.
func TestALegOfWhichNothingIsHeard(t *testing.T) {
	for name, row := range map[string]struct {
		before int // legs that exist
		ends   time.Duration
		result string
	}{
		"the agent's":    {0, 65 * time.Second, "agent_no_answer (doesn't count)"},
		"the customer's": {1, 6*time.Second + 35*time.Second, "customer_no_answer"},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				for range row.before {
					w.asterisk.Fault(aritest.Fault{On: "POST /channels", Times: 1})
				}
				w.asterisk.Fault(aritest.Fault{On: "POST /channels", Times: 1, Status: 200})
				w.after(time.Second)
				w.loses(customer)
				w.after(2 * time.Minute)
				a := w.attempts()[0]
				require.Equal(t, row.result, w.results()[0])
				require.InDelta(t, row.ends.Seconds(), a.Ended.Sub(a.Claimed).Seconds(), 1)
			})
		})
	}
}
