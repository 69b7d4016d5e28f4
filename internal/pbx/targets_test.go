package pbx_test

import (
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
)

// agents are alice and bob, who are the group sales.
func agents(a *callback.Account) {
	a.Agents = map[string]callback.Agent{}
	for _, name := range []string{"alice", "bob"} {
		a.Agents[name] = callback.Agent{Name: name, Endpoint: "PJSIP/" + name}
	}
	a.Groups = map[string]callback.Group{"sales": {Name: "sales", Members: []string{"alice", "bob"}}}
}

func forwardTo(kind callback.TargetKind, name string) func(*callback.Account) {
	return func(a *callback.Account) {
		agents(a)
		a.Rules[0].Forward = callback.Target{Kind: kind, Name: name}
	}
}

// phonesAre makes the dialplan behind callbackd-phones, with a script for each phone;
// all of them are free. rang tells how often each has been rung.
func (w *world) phonesAre(scripts map[string]func(*aritest.Call)) (rang func() map[string]int) {
	var mu sync.Mutex
	rung := map[string]int{}
	w.asterisk.SetFunction("DIALPLAN_EXISTS(callbackd-phones,sales,1)", "1")
	w.asterisk.SetFunction("DIALPLAN_EXISTS(callbackd-phones,bob,1)", "1")
	for endpoint := range scripts {
		w.asterisk.SetFunction("DEVICE_STATE("+endpoint+")", "NOT_INUSE")
		w.asterisk.SetFunction("PJSIP_DIAL_CONTACTS("+strings.TrimPrefix(endpoint, "PJSIP/")+")", endpoint+"/sip:127.0.0.1")
	}
	w.asterisk.Phone("Local/*@callbackd-phones/n", func(c *aritest.Call) {
		dialled := c.Variable("CALLBACKD_PHONES")
		c.Execute("Dial", dialled+",,c")
		var legs []*aritest.Call
		for endpoint := range strings.SplitSeq(dialled, "&") {
			mu.Lock()
			rung[endpoint]++
			mu.Unlock()
			legs = append(legs, c.Dial(endpoint))
		}
		for _, leg := range legs {
			go scripts[leg.Endpoint()](leg)
		}
		for _, leg := range legs {
			<-leg.Done()
		}
		c.Reject(480) // Dial() is over
	})
	return func() map[string]int {
		mu.Lock()
		defer mu.Unlock()
		return maps.Clone(rung)
	}
}

func TestAGroup(t *testing.T) {
	inWorld(t, func(w *world) {
		rang := w.phonesAre(map[string]func(*aritest.Call){"PJSIP/alice": alice(5 * time.Second), "PJSIP/bob": alice(2 * time.Second)})
		w.after(time.Second)
		w.loses(customer)
		w.after(time.Second)
		leg := w.asterisk.Requests("POST /channels")[0]
		require.Contains(t, string(leg.Body), `"Local/sales@callbackd-phones/n"`)
		require.Contains(t, string(leg.Body), `Callback +46701234567`)
		w.after(2 * time.Minute)
		require.Equal(t, []string{"connected"}, w.results())
		require.Equal(t, "PJSIP/bob", w.attempts()[0].Agent, "the first to answer")
		require.Equal(t, map[string]int{"PJSIP/alice": 1, "PJSIP/bob": 1}, rang())
		w.tidy()
	}, forwardTo(callback.TargetGroup, "sales"))
}

func TestAnAgentAsTarget(t *testing.T) {
	inWorld(t, func(w *world) {
		rang := w.phonesAre(map[string]func(*aritest.Call){"PJSIP/alice": alice(time.Second), "PJSIP/bob": alice(time.Second)})
		w.after(time.Second)
		w.loses(customer)
		w.after(2 * time.Minute)
		require.Equal(t, []string{"connected"}, w.results())
		require.Equal(t, map[string]int{"PJSIP/bob": 1}, rang())
	}, forwardTo(callback.TargetAgent, "bob"))
}

// Both decline, which is a no of the whole group: nobody else is left, so both are
// rung again when the attempt comes back, once each time.
func TestAGroupThatDeclines(t *testing.T) {
	inWorld(t, func(w *world) {
		declines := aritest.Rejects(time.Second, 486)
		rang := w.phonesAre(map[string]func(*aritest.Call){"PJSIP/alice": declines, "PJSIP/bob": declines})
		w.after(time.Second)
		w.loses(customer)
		w.after(10 * time.Second)
		require.Equal(t, []string{"agent_rejected (doesn't count)"}, w.results())
		require.Equal(t, map[string]int{"PJSIP/alice": 1, "PJSIP/bob": 1}, rang())
		w.after(time.Minute)
		require.Equal(t, map[string]int{"PJSIP/alice": 2, "PJSIP/bob": 2}, rang())
		require.Zero(t, w.rung())
	}, forwardTo(callback.TargetGroup, "sales"))
}

// Whoever answered and didn't stay isn't rung by the next try, also after a restart,
// as long as there is somebody else.
func TestAGroupComesBackWithoutWhoPassed(t *testing.T) {
	inWorld(t, func(w *world) {
		rang := w.phonesAre(map[string]func(*aritest.Call){
			"PJSIP/alice": aritest.Answers(time.Second, 2*time.Second), "PJSIP/bob": alice(3 * time.Second),
		})
		w.after(time.Second)
		w.loses(customer)
		w.after(10 * time.Second)
		require.Equal(t, []string{"agent_hung_up (doesn't count)"}, w.results())
		w.restart()
		w.after(2 * time.Minute)
		require.Equal(t, []string{"agent_hung_up (doesn't count)", "connected"}, w.results())
		require.Equal(t, map[string]int{"PJSIP/alice": 1, "PJSIP/bob": 2}, rang())
		require.Equal(t, "PJSIP/bob", w.attempts()[1].Agent)
	}, forwardTo(callback.TargetGroup, "sales"))
}

// A colleague who can't be rung is nobody else: whoever declined once gets the next try.
func TestAGroupWhoseOthersAreAway(t *testing.T) {
	for name, away := range map[string]func(*world){
		"on holiday": func(w *world) {
			w.asterisk.SetFunction("DEVICE_STATE(PJSIP/bob)", "UNAVAILABLE")
			w.asterisk.SetFunction("PJSIP_DIAL_CONTACTS(bob)", "")
		},
		"in a long call": func(w *world) { w.asterisk.SetFunction("DEVICE_STATE(PJSIP/bob)", "INUSE") },
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				declined := false
				rang := w.phonesAre(map[string]func(*aritest.Call){
					"PJSIP/alice": func(c *aritest.Call) {
						if !declined {
							declined = true
							aritest.Rejects(time.Second, 486)(c)
							return
						}
						alice(time.Second)(c)
					},
					"PJSIP/bob": alice(time.Second),
				})
				away(w)
				w.after(time.Second)
				w.loses(customer)
				w.after(5 * time.Minute)
				require.Equal(t, []string{"agent_rejected (doesn't count)", "connected"}, w.results())
				require.Equal(t, map[string]int{"PJSIP/alice": 2}, rang())
			}, forwardTo(callback.TargetGroup, "sales"))
		})
	}
}
