package pbx_test

import (
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
	"callbackd/callback/hours"
)

// asking has the example account take requests, and offer callbacks by phone.
func asking(a *callback.Account) {
	a.Requests = &callback.Requests{
		Rule: callback.Rule{
			Name: callback.RequestsRule, Enabled: true, DialingIntervals: []time.Duration{0, 5 * time.Minute},
			WaitForCustomer: 30 * time.Second, Region: "sweden", Schedule: hours.Always(),
		},
		Duplicates: callback.DuplicatesMerge, Ahead: callback.RequestsAhead,
	}
}

// visitor is a customer in the menu, and what becomes of the call afterwards.
type visitor struct {
	*aritest.Call
	back atomic.Int32 // how often the call came back to the dialplan
}

// handsOver plays a customer's call that the dialplan hands over, and that goes into the
// queue when it comes back: there the customer gives up after ten seconds. Does is what
// the customer does in the menu.
func (w *world) handsOver(number string, does func(*aritest.Call), args ...string) *visitor {
	if args == nil {
		args = []string{"offer", "support"}
	}
	w.after(time.Second) // callbackd is connected
	v := &visitor{}
	w.asterisk.Context("from-pstn", func(c *aritest.Call) {
		v.back.Add(1)
		c.Execute("Queue", "support,,,,60")
		if c.Wait(10 * time.Second) {
			c.Hangup()
		}
	})
	v.Call = w.asterisk.CallIn(number, func(c *aritest.Call) {
		if !c.Stasis("callbackd", args...) {
			v.back.Add(1)
			c.Execute("Queue", "support,,,,60")
			if c.Wait(10 * time.Second) {
				c.Hangup()
			}
			return
		}
		does(c)
	})
	return v
}

// keys presses each key after a while: "2s:1 4s:1".
func keys(list string) func(*aritest.Call) {
	return func(c *aritest.Call) {
		for _, one := range strings.Fields(list) {
			after, key, _ := strings.Cut(one, ":")
			d, err := time.ParseDuration(after)
			if err != nil {
				panic(err)
			}
			if !c.Wait(d) {
				return
			}
			for _, k := range key {
				if k == 'H' {
					c.Hangup()
					return
				}
				c.Press(string(k))
				c.Wait(150 * time.Millisecond)
			}
		}
	}
}

func (v *visitor) over() bool {
	select {
	case <-v.Done():
		return true
	default:
		return false
	}
}

func (w *world) cameOf(_ string, _ callback.Menu, o callback.Offered) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.came = append(w.came, o)
}

// outcomes lists what came of the callers in the menu so far.
func (w *world) outcomes() []callback.Offered {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.came)
}

// menuSaid lists what the caller was played, without the folder.
func (w *world) menuSaid() (list []string) {
	for _, r := range w.asterisk.Requests("POST /channels/*/play/*") {
		if strings.Contains(r.Path, "/play/callbackd-menu-") {
			list = append(list, strings.TrimPrefix(strings.TrimPrefix(r.Query.Get("media"), "sound:"), "/sounds/"))
		}
	}
	return list
}

// asked gives the only task, which somebody asked for.
func (w *world) asked() callback.Task {
	w.t.Helper()
	task := w.task()
	require.Equal(w.t, callback.KindRequest, task.Kind)
	return task
}

// reason is that of the only missed call.
func (w *world) reason() callback.Reason {
	w.t.Helper()
	missed := w.missed()
	require.Len(w.t, missed, 1)
	return missed[0].Reason
}

// promisedOnce checks that a call which is over has led to one promise: what was asked for
// and a missed call that isn't called back, or a missed call that is.
func (w *world) promisedOnce(v *visitor) {
	w.t.Helper()
	require.True(w.t, v.over())
	tasks, missed := w.tasks(), w.missed()
	require.Len(w.t, tasks, 1)
	require.Equal(w.t, customer, tasks[0].Number)
	if tasks[0].Kind != callback.KindMissed {
		require.LessOrEqual(w.t, len(missed), 1) // none where the call ended while callbackd was away
		for _, m := range missed {
			require.Equal(w.t, callback.ReasonCallbackAsked, m.Reason)
		}
		return
	}
	require.Len(w.t, missed, 1)
	require.Equal(w.t, callback.DecisionTaskCreated, missed[0].Decision)
	require.EqualValues(w.t, 1, v.back.Load(), "nobody leaves the menu with nothing but into the dialplan")
}

// nobodyAnswers keeps callbacks from being made.
func nobodyAnswers(w *world) { w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "0") }
