package pbx_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
)

// In these tests each sound takes a second: the question is over after one, the number that
// is read back with its own question after three more, the farewell after one.
const accepts11 = "1500ms:1 4s:1"

// Accepted, with the own number: stored, confirmed, hung up, called back; the call makes no
// missed call that is called back.
func TestAnOfferIsAccepted(t *testing.T) {
	inWorld(t, func(w *world) {
		v := w.handsOver(customer, keys(accepts11))
		w.after(8 * time.Second)
		require.True(t, v.over())
		require.Zero(t, v.back.Load())
		require.Equal(t, []string{"offer", "offer-number", "digits:0701234567", "offer-confirm", "offer-accepted"}, w.menuSaid())
		task := w.asked()
		require.Equal(t, customer, task.Number)
		require.Equal(t, string(callback.ViaIVR), task.Source)
		require.Equal(t, "en", task.Language)
		require.Equal(t, callback.ReasonCallbackAsked, w.reason())
		require.Equal(t, callback.Target{Kind: callback.TargetQueue, Name: "support"}, w.missed()[0].LostBy)
		w.after(2 * time.Minute)
		require.Equal(t, callback.TaskCompleted, w.task().State)
		require.Equal(t, 1, w.rung())
		require.Equal(t, []callback.Offered{callback.OfferedAccepted}, w.outcomes())
		w.tidy()
	}, asking)
}

// Another number is typed, as people of the country do, and read back.
func TestANumberIsTyped(t *testing.T) {
	for name, row := range map[string]struct{ keys, number, read string }{
		"national":            {"1500ms:1 4s:2 2s:0702222222# 4s:1", "+46702222222", "0702222222"},
		"without the hash":    {"1500ms:1 4s:2 2s:0702222222 9s:1", "+46702222222", "0702222222"},
		"into the prompt":     {"1500ms:1 4s:2 400ms:0702222222# 4s:1", "+46702222222", "0702222222"},
		"with 0046":           {"1500ms:1 4s:2 2s:0046702222222# 4s:1", "+46702222222", "0702222222"},
		"corrected once more": {"1500ms:1 4s:2 2s:0703333333# 4s:2 2s:0702222222# 4s:1", "+46702222222", "0702222222"},
		"bad, then good":      {"1500ms:1 4s:2 2s:123# 3s:0702222222# 4s:1", "+46702222222", "0702222222"},
	} {
		t.Run(name, func(t *testing.T) {
			inWorldOf(t, nobodyAnswers, func(w *world) {
				v := w.handsOver(customer, keys(row.keys))
				w.after(time.Minute)
				require.Equal(t, []callback.Offered{callback.OfferedAccepted}, w.outcomes(), w.menuSaid())
				require.True(t, v.over())
				require.Equal(t, row.number, w.asked().Number)
				require.Contains(t, w.menuSaid(), "digits:"+row.read)
				require.Equal(t, callback.ReasonCallbackAsked, w.reason())
			}, asking)
		})
	}
}

// Numbers that nobody may be called at are refused while the caller is on the line, a few
// times, and then the dialplan goes on.
func TestANumberThatCannotBeCalled(t *testing.T) {
	for name, typed := range map[string]string{
		"too short": "12#", "premium": "0900123456#", "abroad": "0018765551234#", "the account's own": "085550000#",
		"stars": "**70#", "blocked": "0709999999#", "doubled by hurried keys": "00770022222222222222#",
	} {
		t.Run(name, func(t *testing.T) {
			inWorldOf(t, nobodyAnswers, func(w *world) {
				w.blockNumber("+46709999999")
				v := w.handsOver(customer, keys("1500ms:1 4s:2 2s:"+typed+" 3s:"+typed+" 3s:"+typed))
				w.after(45 * time.Second)
				require.Contains(t, w.menuSaid(), "offer-not-callable")
				require.Equal(t, []callback.Offered{callback.OfferedNoAnswer}, w.outcomes())
				w.promisedOnce(v)
				require.Equal(t, callback.KindMissed, w.task().Kind)
			}, asking)
		})
	}
}

func (w *world) blockNumber(number string) {
	require.NoError(w.t, w.store.Update(context.Background(), func(tx callback.Tx) error {
		return tx.Block(callback.DoNotCall{Account: "acme", Number: number, By: "ann", Since: time.Now()})
	}))
}

// Every way back: by a key, by none, by keys that mean nothing, from each question.
func TestTheCallerGoesBack(t *testing.T) {
	for name, row := range map[string]struct {
		keys string
		want callback.Offered
	}{
		"keeps waiting":                {"1500ms:2", callback.OfferedDeclined},
		"by the hash":                  {"1500ms:#", callback.OfferedDeclined},
		"presses nothing":              {"", callback.OfferedNoAnswer},
		"presses nonsense":             {"1500ms:5 4s:6 4s:7", callback.OfferedNoAnswer},
		"nothing at the confirmation":  {"1500ms:1", callback.OfferedNoAnswer},
		"the hash at the confirmation": {"1500ms:1 4s:#", callback.OfferedDeclined},
		"nonsense at the confirmation": {"1500ms:1 4s:9 6s:8 6s:7", callback.OfferedNoAnswer},
		"nothing typed":                {"1500ms:1 4s:2", callback.OfferedNoAnswer},
		"only the hash typed":          {"1500ms:1 4s:2 2s:#", callback.OfferedNoAnswer},
		"never satisfied":              {"1500ms:1 4s:2 2s:0702222222# 4s:2 2s:0702222222# 4s:2", callback.OfferedNoAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			inWorldOf(t, nobodyAnswers, func(w *world) {
				v := w.handsOver(customer, keys(row.keys))
				w.after(80 * time.Second)
				require.Equal(t, []callback.Offered{row.want}, w.outcomes(), w.menuSaid())
				w.promisedOnce(v)
				require.Equal(t, callback.KindMissed, w.task().Kind)
			}, asking)
		})
	}
}

// Not understood is said, and the question asked again.
func TestNotUnderstood(t *testing.T) {
	inWorldOf(t, nobodyAnswers, func(w *world) {
		w.handsOver(customer, keys("1500ms:5 2500ms:1 4s:1"))
		w.after(20 * time.Second)
		require.Equal(t, []string{"offer", "not-understood", "offer", "offer-number", "digits:0701234567", "offer-confirm", "offer-accepted"}, w.menuSaid())
		w.asked()
	}, asking)
}

// A key cuts a sound short, and everything that was to be said behind it. One that comes
// twice isn't taken for the answer to the next question.
func TestBargeIn(t *testing.T) {
	inWorldOf(t, nobodyAnswers, func(w *world) {
		w.asterisk.SetSound("sound:/sounds/offer", 20*time.Second)
		v := w.handsOver(customer, keys("500ms:1 500ms:1"))
		w.after(2 * time.Second)
		require.True(t, v.over() || len(w.menuSaid()) == 3, w.menuSaid())
		require.Equal(t, []string{"offer", "offer-number", "offer-accepted"}, w.menuSaid())
		w.asked()
	}, asking)
	inWorldOf(t, nobodyAnswers, func(w *world) {
		w.handsOver(customer, func(c *aritest.Call) {
			c.Wait(1500 * time.Millisecond)
			c.Press("1")
			c.Press("1")
		})
		w.after(4 * time.Second)
		require.Empty(t, w.tasks(), "the number must be heard first: %v", w.menuSaid())
	}, asking)
}

// A number that is withheld isn't used, read out or kept: the caller types one. Nor is one
// that no country has, or that may not be called.
func TestANumberThatIsNotUsed(t *testing.T) {
	for name, row := range map[string]struct {
		number  string
		prepare func(*world)
	}{
		"withheld":                    {customer, func(w *world) { w.asterisk.SetFunction("CALLERID(num-pres)", "prohib_not_screened") }},
		"unavailable":                 {customer, func(w *world) { w.asterisk.Fault(aritest.Fault{On: "GET /channels/*/variable", Status: 500}) }},
		"anonymous":                   {"anonymous", func(*world) {}},
		"an extension of another PBX": {"1001", func(*world) {}},
		"not callable":                {"+18765551234", func(*world) {}},
		"on the do-not-call list":     {"+46709999999", func(*world) {}},
	} {
		t.Run(name, func(t *testing.T) {
			inWorldOf(t, row.prepare, func(w *world) {
				nobodyAnswers(w)
				w.blockNumber("+46709999999")
				v := w.handsOver(row.number, keys("1500ms:1 2s:0702222222# 4s:1"))
				w.after(time.Minute)
				require.Equal(t, []string{"offer", "offer-enter-number", "offer-number", "digits:0702222222", "offer-confirm", "offer-accepted"}, w.menuSaid())
				require.True(t, v.over())
				require.Equal(t, "+46702222222", w.asked().Number)
				require.Equal(t, callback.ReasonCallbackAsked, w.reason())
			}, asking)
		})
	}
}

// Hung up before anything is confirmed, it is a missed call of the queue that was offered
// from; afterwards the request stays, and is the only promise.
func TestTheCallerHangsUp(t *testing.T) {
	for at := 250 * time.Millisecond; at < 8*time.Second; at += 250 * time.Millisecond {
		t.Run(at.String(), func(t *testing.T) {
			inWorldOf(t, nobodyAnswers, func(w *world) {
				v := w.handsOver(customer, keys(accepts11))
				w.after(at)
				v.Hangup()
				w.after(time.Minute)
				tasks, missed := w.tasks(), w.missed()
				require.Len(t, tasks, 1)
				require.Len(t, missed, 1)
				require.Equal(t, "queue:support", missed[0].LostBy.String())
				require.Equal(t, at > 5650*time.Millisecond, tasks[0].Kind == callback.KindRequest)
				require.Equal(t, tasks[0].Kind == callback.KindRequest, missed[0].Reason == callback.ReasonCallbackAsked)
				require.Zero(t, v.back.Load())
			}, asking)
		})
	}
}

// The connection is lost, or callbackd dies, at every moment of the conversation: the
// caller is back in the dialplan, or what was asked for is stored; nothing is promised
// twice, and nobody is left in silence.
func TestAGapAtEveryMomentOfAnOffer(t *testing.T) {
	for gap, lose := range map[string]func(*world){
		"a gap":     func(w *world) { w.asterisk.Cut("callbackd") },
		"a restart": (*world).restart,
		"an end": func(w *world) {
			w.menu.Close(context.Background())
			w.restart()
		},
	} {
		for at := 100 * time.Millisecond; at < 8*time.Second; at += 400 * time.Millisecond {
			t.Run(fmt.Sprint(gap, " after ", at), func(t *testing.T) {
				inWorldOf(t, nobodyAnswers, func(w *world) {
					v := w.handsOver(customer, keys(accepts11))
					w.after(at)
					lose(w)
					w.after(90 * time.Second)
					require.True(t, v.over())
					w.promisedOnce(v)
				}, asking)
			})
		}
	}
}

// Whatever Asterisk answers in whatever step, the caller isn't lost.
func TestFaultsInAnOffer(t *testing.T) {
	for name, fault := range map[string]aritest.Fault{
		"the first sound refused":  {On: "POST /channels/*/play/*", Times: 1, Status: 500},
		"no sound":                 {On: "POST /channels/*/play/*", Status: 404, Message: "no such media"},
		"replies lost":             {On: "POST /channels/*/play/*", LoseReply: true},
		"sounds hang":              {On: "POST /channels/*/play/*", Times: 1, Hang: true},
		"sounds can't be stopped":  {On: "DELETE /playbacks/*", Status: 500},
		"the way back fails twice": {On: "POST /channels/*/continue", Times: 2, Status: 500},
		"the answer is refused":    {On: "POST /channels/*/answer", Times: 1, Status: 500},
	} {
		t.Run(name, func(t *testing.T) {
			inWorldOf(t, nobodyAnswers, func(w *world) {
				w.asterisk.Fault(fault)
				v := w.handsOver(customer, keys("1500ms:1"))
				w.after(4 * time.Minute)
				w.promisedOnce(v)
			}, asking)
		})
	}
	for _, missing := range []string{"offer", "offer-number", "offer-confirm"} {
		t.Run("without "+missing, func(t *testing.T) {
			inWorldOf(t, nobodyAnswers, func(w *world) {
				w.asterisk.SetSound("sound:/sounds/"+missing, 0)
				v := w.handsOver(customer, keys("1500ms:1 4s:1"))
				w.after(time.Minute)
				require.Equal(t, []callback.Offered{callback.OfferedOutOfService}, w.outcomes())
				require.Contains(t, w.logged(), `"alarm":"menu_failed"`)
				w.promisedOnce(v)
			}, asking)
		})
	}
	t.Run("without the farewell", func(t *testing.T) {
		inWorldOf(t, nobodyAnswers, func(w *world) {
			w.asterisk.SetSound("sound:/sounds/offer-accepted", 0)
			v := w.handsOver(customer, keys(accepts11))
			w.after(time.Minute)
			require.Equal(t, []callback.Offered{callback.OfferedAccepted}, w.outcomes())
			w.promisedOnce(v)
			require.Equal(t, callback.KindRequest, w.task().Kind)
		}, asking)
	})
}

// A database in trouble sends the caller back, who is told nothing that isn't so.
func TestAnOfferThatCannotBeStored(t *testing.T) {
	for name, broken := range map[string]func(*brokenDisk){
		"reading": func(d *brokenDisk) { d.views.Store(true) },
		"writing": func(d *brokenDisk) { d.updates.Store(true) },
	} {
		t.Run(name, func(t *testing.T) {
			disk := &brokenDisk{}
			inWorldOf(t, func(w *world) {
				nobodyAnswers(w)
				w.between = func(store callback.Store, dial dialFunc) (callback.Store, dialFunc) {
					disk.Store = store
					return disk, dial
				}
			}, func(w *world) {
				w.after(time.Second)
				broken(disk)
				v := w.handsOver(customer, keys(accepts11))
				w.after(20 * time.Second)
				require.NotContains(t, w.menuSaid(), "offer-accepted")
				require.EqualValues(t, 1, v.back.Load())
				disk.views.Store(false)
				disk.updates.Store(false)
				w.after(time.Minute)
				w.promisedOnce(v)
			}, asking)
		})
	}
}

// A caller who is in the menu for too long goes back before the dialplan's own limit takes
// the call away.
func TestTheMenuIsLimited(t *testing.T) {
	inWorldOf(t, nobodyAnswers, func(w *world) {
		w.asterisk.SetSound("sound:/sounds/offer-enter-number", time.Minute)
		w.asterisk.SetSound("digits:0702222222", time.Minute)
		v := w.handsOver(customer, keys("1500ms:1 4s:2 30s:0702222222#"))
		w.after(callback.MenuLimit + time.Second)
		require.EqualValues(t, 1, v.back.Load())
		w.after(time.Minute)
		w.promisedOnce(v)
	}, asking)
}
