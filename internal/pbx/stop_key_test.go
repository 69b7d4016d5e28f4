package pbx_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
)

func stopKey(a *callback.Account) { a.Rules[0].StopKey = "9" }

// The customer answers after two seconds. Then come two of listening, one of notice,
// one of asking; and once 1 is pressed, the conversation.
func TestTheStopKeyAtEveryMoment(t *testing.T) {
	for name, row := range map[string]struct {
		phone  func(*aritest.Call)
		talked bool
	}{
		"while it is listened": {phone: presses(time.Second, "9")},
		"in the notice":        {phone: presses(2500*time.Millisecond, "9")},
		"while it is asked":    {phone: presses(3500*time.Millisecond, "9")},
		"before the key":       {phone: presses(6*time.Second, "91")},
		"in the conversation": {talked: true, phone: func(c *aritest.Call) {
			presses(6*time.Second, "1")(c)
			c.Wait(time.Second)
			c.Press("9")
		}},
	} {
		t.Run(name, func(t *testing.T) {
			inWorldOf(t, func(w *world) { w.listening(2*time.Second, "HUMAN", "HUMAN-1-1") }, func(w *world) {
				w.asterisk.Phone(customers, row.phone)
				w.after(time.Second)
				w.loses(customer)
				w.after(time.Minute)
				require.True(t, w.blocked(customer))
				require.Equal(t, !row.talked, w.wasTold("do-not-call"))
				if row.talked {
					require.Equal(t, callback.AttemptBridged, w.attempts()[0].State, "the conversation goes on")
					return
				}
				require.Equal(t, []string{"customer_rejected"}, w.results())
				require.Equal(t, "the customer pressed 9", w.attempts()[0].Reason)
				require.Equal(t, callback.TaskCancelled, w.task().State)
				require.Equal(t, callback.CancelDoNotCall, w.task().Reason)
				require.GreaterOrEqual(t, w.attempts()[0].Ended.Sub(w.toldAt("do-not-call")), time.Second, "to its end")
				w.tidy()
			}, stopKey, hangUp, noticed, accepts(nil, one("ask")))
		})
	}
}

// Who presses it and hangs up, as people do, isn't called again, whatever callbackd waits
// for just then.
func TestTheStopKeyAndAHangUp(t *testing.T) {
	pressAndGo := func(after, then time.Duration) func(*aritest.Call) {
		return func(c *aritest.Call) {
			presses(after, "9")(c)
			c.Wait(then)
			c.Hangup()
		}
	}
	for name, row := range map[string]struct {
		phone func(*aritest.Call)
		slow  string
	}{
		"in the notice, at once":                   {phone: pressAndGo(500*time.Millisecond, 0)},
		"in the conversation, at once":             {phone: pressAndGo(10*time.Second, 0)},
		"while the notice is asked for":            {phone: pressAndGo(300*time.Millisecond, 200*time.Millisecond), slow: "POST /channels/*/play/callbackd-notice-*"},
		"while the tone is stopped":                {phone: pressAndGo(1100*time.Millisecond, 200*time.Millisecond), slow: "DELETE /playbacks/*"},
		"while both are connected":                 {phone: pressAndGo(1200*time.Millisecond, 200*time.Millisecond), slow: "POST /bridges/*/addChannel"},
		"when the agent has gone, and is released": {phone: pressAndGo(500*time.Millisecond, 0), slow: "DELETE /channels/*"},
	} {
		t.Run(name, func(t *testing.T) {
			inWorldOf(t, func(w *world) {
				if row.slow != "" {
					w.asterisk.Fault(aritest.Fault{On: row.slow, Delay: time.Second, Times: 1})
				}
			}, func(w *world) {
				w.asterisk.Phone(customers, row.phone)
				w.after(time.Second)
				w.loses(customer)
				w.after(time.Hour)
				require.True(t, w.blocked(customer))
				require.Equal(t, 1, w.rung())
				require.False(t, w.task().State.Open())
				w.tidy()
			}, stopKey, noticed)
		})
	}
}

// busyDisk takes a while for what it writes, as a backup or a checkpoint makes it.
type busyDisk struct {
	callback.Store
	takes *atomic.Int64 // nanoseconds
}

func (d busyDisk) Update(ctx context.Context, fn func(callback.Tx) error) error {
	select {
	case <-time.After(time.Duration(d.takes.Load())):
		return d.Store.Update(ctx, fn)
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// The connection is lost, or a person stops callbackd, while the key is being stored: it
// is stored all the same. Who talks goes on talking, who doesn't yet isn't connected.
func TestTheStopKeyAndAGap(t *testing.T) {
	for moment, at := range map[string]time.Duration{"in the notice": 500 * time.Millisecond, "in the conversation": 10 * time.Second} {
		for gap, lose := range map[string]func(*world){
			"a gap": func(w *world) { w.asterisk.Cut("callbackd") },
			"the end": func(w *world) {
				w.kill()
				w.gone.Wait()
				w.dialer.Leave()
				w.restart()
			},
		} {
			t.Run(moment+", "+gap, func(t *testing.T) {
				var takes atomic.Int64
				inWorldOf(t, func(w *world) {
					w.between = func(store callback.Store, dial dialFunc) (callback.Store, dialFunc) {
						return busyDisk{store, &takes}, dial
					}
				}, func(w *world) {
					w.asterisk.Phone(customers, func(c *aritest.Call) {
						aritest.Answers(2*time.Second, -1)(c)
						c.Wait(at)
						takes.Store(int64(time.Second))
						c.Press("9")
						c.Wait(40 * time.Second)
						c.Hangup()
					})
					w.after(time.Second)
					w.loses(customer)
					for takes.Load() == 0 {
						w.after(100 * time.Millisecond)
					}
					lose(w)
					w.after(20 * time.Second)
					takes.Store(0)
					require.True(t, w.blocked(customer))
					a := w.attempts()[0]
					require.Equal(t, moment == "in the conversation", a.State == callback.AttemptBridged, "%s", a.Result)
					w.after(time.Hour)
					require.Equal(t, 1, w.rung())
					require.False(t, w.task().State.Open())
					w.tidy()
				}, stopKey, noticed)
			})
		}
	}
}

// Who was cancelled for another reason and presses it in the notice isn't connected after
// a gap either.
func TestTheStopKeyOfACancelledTaskAndAGap(t *testing.T) {
	inWorldOf(t, func(w *world) { w.asterisk.SetSound("sound:/sounds/do-not-call", 5*time.Second) }, func(w *world) {
		w.asterisk.Phone(customers, presses(500*time.Millisecond, "9"))
		w.after(time.Second)
		w.loses(customer)
		w.after(7 * time.Second)
		require.Equal(t, callback.AttemptCustomer, w.attempts()[0].State)
		_, err := callback.Cancel(context.Background(), w.store, w.task().ID, callback.CancelByPerson, "ann")
		require.NoError(t, err)
		for !w.blocked(customer) {
			w.after(100 * time.Millisecond)
		}
		w.asterisk.Cut("callbackd")
		w.after(time.Minute)
		require.True(t, w.attempts()[0].Bridged.IsZero())
		require.Equal(t, callback.AttemptEnded, w.attempts()[0].State)
		w.tidy()
	}, stopKey, noticed)
}

// A rule without a stop key leaves the keys alone.
func TestNoStopKey(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.Phone(customers, presses(500*time.Millisecond, "9"))
		w.after(time.Second)
		w.loses(customer)
		w.after(time.Minute)
		require.Equal(t, callback.AttemptBridged, w.attempts()[0].State)
		require.False(t, w.blocked(customer))
	}, noticed)
}

func (w *world) blocked(number string) (is bool) {
	require.NoError(w.t, w.store.View(context.Background(), func(tx callback.ReadTx) error {
		list, err := tx.DoNotCallList("acme", "", 0)
		for _, entry := range list {
			is = is || entry.Number == number && entry.By == callback.ByCustomer
		}
		return err
	}))
	return is
}

// wasTold reports whether the customer was played a sound.
func (w *world) wasTold(sound string) bool { return !w.toldAt(sound).IsZero() }

// toldAt is when a sound began to be played; zero if it wasn't.
func (w *world) toldAt(sound string) (at time.Time) {
	for _, r := range w.asterisk.Requests("POST /channels/*/play/*") {
		if r.Query.Get("media") == "sound:/sounds/"+sound {
			at = r.Time
		}
	}
	return at
}
