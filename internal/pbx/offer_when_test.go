package pbx_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
)

func when(o callback.Offer) func(*callback.Account) {
	return func(a *callback.Account) { a.Requests.Offer = o }
}

// What the queue is like decides, as Asterisk says: who waits there without us, for how
// long by the events, and who is free.
func TestAnOfferDependsOnTheQueue(t *testing.T) {
	waits := func(n int, since time.Duration) func(*world) {
		return func(w *world) {
			w.asterisk.SetFunction("QUEUE_WAITING_COUNT(support)", string(rune('0'+n)))
			for range n {
				w.enters("+46709999999")
			}
			w.after(since)
		}
	}
	for name, row := range map[string]struct {
		offer   callback.Offer
		prepare func(*world)
		want    callback.Offered
	}{
		"nobody waits":            {callback.Offer{Callers: 1}, waits(0, 0), callback.OfferedNotCrowded},
		"enough wait":             {callback.Offer{Callers: 2}, waits(2, 0), callback.OfferedAccepted},
		"one waits, long enough":  {callback.Offer{LongestWait: time.Minute}, waits(1, time.Minute), callback.OfferedAccepted},
		"one waits, not for long": {callback.Offer{LongestWait: time.Minute}, waits(1, 50*time.Second), callback.OfferedNotCrowded},
		"an agent is free":        {callback.Offer{NobodyFree: true}, waits(0, 0), callback.OfferedAgentFree},
		"nobody is free":          {callback.Offer{NobodyFree: true}, func(w *world) { w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "0") }, callback.OfferedAccepted},
		"Asterisk doesn't say":    {callback.Offer{Callers: 1}, func(w *world) { w.asterisk.SetFunction("QUEUE_WAITING_COUNT(support)", "") }, callback.OfferedOutOfService},
		"nothing depends on it":   {callback.Offer{}, func(w *world) { w.asterisk.SetFunction("QUEUE_WAITING_COUNT(support)", "") }, callback.OfferedAccepted},
		"the one who waited is gone": {callback.Offer{LongestWait: time.Minute}, func(w *world) {
			id := w.enters("+46709999999")
			w.after(2 * time.Minute)
			w.leaves(id)
		}, callback.OfferedNotCrowded},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.after(time.Second)
				row.prepare(w)
				v := w.handsOver(customer, keys(accepts11))
				w.after(30 * time.Second)
				require.Equal(t, []callback.Offered{row.want}, w.outcomes())
				require.Equal(t, row.want != callback.OfferedAccepted, v.back.Load() == 1)
				if row.want != callback.OfferedAccepted {
					require.Empty(t, w.menuSaid(), "who isn't offered anything hears nothing")
				}
			}, asking, when(row.offer))
		})
	}
}

// The caller's own time in the queue counts, though the caller has left it for the menu.
func TestTheCallersOwnWait(t *testing.T) {
	for name, row := range map[string]struct {
		waits time.Duration
		want  callback.Offered
	}{"long enough": {time.Minute, callback.OfferedAccepted}, "not yet": {50 * time.Second, callback.OfferedNotCrowded}} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.after(time.Second)
				w.asterisk.CallIn(customer, func(c *aritest.Call) {
					c.Execute("Queue", "Support,,,,60")
					c.Wait(row.waits)
					c.Stasis("callbackd", "offer", "support")
					keys(accepts11)(c)
				})
				w.after(2 * time.Minute)
				require.Equal(t, []callback.Offered{row.want}, w.outcomes())
			}, asking, when(callback.Offer{LongestWait: time.Minute}))
		})
	}
}

// Nobody is promised a call that nobody would make, and what is full is said to be.
func TestAnOfferThatIsNotMade(t *testing.T) {
	switched := func(change func(callback.Tx) error) func(*world) {
		return func(w *world) {
			require.NoError(w.t, w.store.Update(context.Background(), change))
		}
	}
	by := &callback.Switch{Since: time.Now(), By: "ann"}
	other := callback.Request{Account: "acme", Number: "+46709999999", Target: callback.Target{Kind: callback.TargetQueue, Name: "support"}, Via: callback.ViaAPI, By: "ann"}
	asks := func(r callback.Request) func(*world) {
		return func(w *world) {
			_, err := callback.NewDesk(w.store, w.rules).Ask(context.Background(), r)
			require.NoError(w.t, err)
		}
	}
	own := other
	own.Number = customer
	for name, row := range map[string]struct {
		account func(*callback.Account)
		prepare func(*world)
		want    callback.Offered
		said    string
	}{
		"shadow":          {func(a *callback.Account) { a.Mode = callback.ModeShadow }, nil, callback.OfferedShadow, ""},
		"stopped":         {nil, switched(func(tx callback.Tx) error { return tx.SetStopped(by) }), callback.OfferedStopped, ""},
		"frozen":          {nil, switched(func(tx callback.Tx) error { return tx.SetFrozen("acme", by) }), callback.OfferedFrozen, ""},
		"full":            {func(a *callback.Account) { a.Queues["support"] = callback.Queue{Name: "support", MaxTasks: 1} }, asks(other), callback.OfferedFull, "offer-refused"},
		"asked already":   {func(a *callback.Account) { a.Requests.Duplicates = callback.DuplicatesRefuse }, asks(own), callback.OfferedRefused, "offer-known"},
		"takes none":      {func(a *callback.Account) { a.Requests = nil }, nil, callback.OfferedMisdirected, ""},
		"unknown queue":   {func(a *callback.Account) { a.Queues = map[string]callback.Queue{"sales": {Name: "sales"}} }, nil, callback.OfferedMisdirected, ""},
		"nobody's number": {func(a *callback.Account) { a.Regions = map[string]callback.Region{} }, nil, callback.OfferedMisdirected, ""},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				nobodyAnswers(w)
				w.after(time.Second)
				if row.prepare != nil {
					row.prepare(w)
				}
				v := w.handsOver(customer, keys(accepts11))
				w.after(5 * time.Second)
				require.Equal(t, []callback.Offered{row.want}, w.outcomes(), w.menuSaid())
				require.EqualValues(t, 1, v.back.Load())
				if row.said == "" {
					require.Empty(t, w.menuSaid())
				} else {
					require.Equal(t, []string{row.said}, w.menuSaid())
				}
				if row.want == callback.OfferedMisdirected {
					require.Contains(t, w.logged(), `"alarm":"caller_misdirected"`)
				}
			}, asking, func(a *callback.Account) {
				if row.account != nil {
					row.account(a)
				}
			})
		})
	}
}

// Whatever else a dialplan hands over goes back at once, with an alarm that says what to
// write.
func TestAStrangeHandOver(t *testing.T) {
	for name, args := range map[string][]string{"a word too few": {"offer"}, "another word": {"ofer", "support"}, "none": {}} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				v := w.handsOver(customer, keys(""), append(args, "")[:max(len(args), 1)]...)
				w.after(time.Second)
				require.EqualValues(t, 1, v.back.Load())
				require.Contains(t, w.logged(), "write Stasis(callbackd,offer,QUEUE)")
			}, asking)
		})
	}
}

// Who keeps the place is called as if still waiting: before those who were lost meanwhile.
func TestThePlaceIsKept(t *testing.T) {
	for name, keeps := range map[string]bool{"kept": true, "not kept": false} {
		t.Run(name, func(t *testing.T) {
			inWorldOf(t, nobodyAnswers, func(w *world) {
				w.after(time.Second)
				w.asterisk.CallIn(customer, func(c *aritest.Call) {
					c.Execute("Queue", "support,,,,60")
					c.Wait(30 * time.Second)
					c.Stasis("callbackd", "offer", "support")
					keys(accepts11)(c)
				})
				w.after(10 * time.Second)
				w.loses("+46702222222")
				w.after(time.Minute)
				require.Len(t, w.tasks(), 2)
				w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "1")
				w.after(time.Second)
				for _, task := range w.tasks() {
					require.Equal(t, keeps == (task.Number == customer), task.State == callback.TaskDialing, "%s is %s", task.Number, task.State)
				}
			}, asking, when(callback.Offer{KeepPlace: keeps}))
		})
	}
}

// A customer who talked to somebody, was passed on and then asked for a callback gets it:
// the talk before doesn't make it needless, though nobody knows when in the call it was.
func TestAskedAfterATalk(t *testing.T) {
	inWorldOf(t, nobodyAnswers, func(w *world) {
		w.asterisk.SetSound("sound:/sounds/offer-accepted", 8*time.Second) // longer than the talk
		w.after(time.Second)
		var id string
		w.asterisk.CallIn(customer, func(c *aritest.Call) {
			id = c.ChannelID()
			c.Execute("Queue", "support,,,,60")
			c.Wait(time.Minute)
			c.Stasis("callbackd", "offer", "support")
			keys(accepts11)(c)
		})
		w.after(time.Second)
		w.talks(id)
		w.after(3 * time.Second)
		w.play("ChannelLeftBridge", "", map[string]string{"channel": w.channel(id, "PJSIP/pstn", "Up", customer, "Queue"), "bridge": w.emptyBridge(id)})
		w.after(2 * time.Minute)
		require.Equal(t, []callback.Offered{callback.OfferedAccepted}, w.outcomes())
		require.Equal(t, callback.TaskScheduled, w.asked().State)
	}, asking)
}

// emptyBridge is the bridge of talks when everybody has left it.
func (w *world) emptyBridge(id string) string {
	return `{"id":"bridge-` + id + `","technology":"simple_bridge","bridge_type":"mixing","bridge_class":"basic","creator":"","name":"","channels":[],"creationtime":"` + w.stamp() + `","video_mode":"none"}`
}

// A slip in the dialplan costs nobody the callback: a call that was matched by a rule
// before it is offered something from a queue that no file has is so afterwards.
func TestAnOfferFromAQueueThatNobodyHas(t *testing.T) {
	inWorldOf(t, nobodyAnswers, func(w *world) {
		w.after(time.Second)
		w.asterisk.Context("from-pstn", func(c *aritest.Call) { c.Wait(time.Second); c.Hangup() })
		w.asterisk.CallIn(customer, func(c *aritest.Call) {
			c.Execute("Queue", "support,,,,60")
			c.Wait(10 * time.Second)
			c.Stasis("callbackd", "offer", "suport")
		})
		w.after(time.Minute)
		require.Equal(t, "queue:support", w.task().LostBy.String())
		require.Contains(t, w.logged(), "caller_misdirected")
	}, asking)
}

// No log has a customer's number that can't be read back.
func TestANumberThatCanNotBeReadBack(t *testing.T) {
	for name, pressed := range map[string]string{"own": "1500ms:1", "typed": "1500ms:1 4s:2 2s:0702222222#"} {
		t.Run(name, func(t *testing.T) {
			inWorldOf(t, nobodyAnswers, func(w *world) {
				w.asterisk.SetSound("digits:0702222222", 0)
				if name == "own" {
					w.asterisk.SetSound("digits:0701234567", 0)
				}
				w.handsOver(customer, keys(pressed))
				w.after(time.Minute)
				require.Equal(t, []callback.Offered{callback.OfferedOutOfService}, w.outcomes())
				require.Contains(t, w.logged(), "core sounds of en")
				require.NotContains(t, w.logged(), "0702222222")
				require.NotContains(t, w.logged(), "0701234567")
			}, asking)
		})
	}
}
