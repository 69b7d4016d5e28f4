package catchup_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/witness/logtest"
)

// live is a call that alice makes, as the event stream has it: by the unique id of the
// trunk's channel, from a second after she began.
func (w *world) live(c logtest.Call) callback.LiveCall {
	w.calls++
	return callback.LiveCall{
		PBX: "pbx1", ID: fmt.Sprint("leg-", w.calls), Trunk: "PJSIP/pstn", Number: c.Number, Outbound: true,
		Agent: "PJSIP/alice", Since: time.Now().Add(time.Second - c.Lasted),
	}
}

// tells has the event stream tell something of a call by hand that is committed at once.
func (w *world) tells(f callback.Finding) {
	w.reader.Saw(f)
	switch f := f.(type) {
	case callback.CallBegan:
		w.reader.Took(f.ID)
	case callback.CallAnswered:
		w.reader.Took(f.ID)
	}
}

// What agents called by hand is taken from the logs where the event stream didn't tell all
// of it.
func TestCallsByHand(t *testing.T) {
	began := func(w *world, c callback.LiveCall) { w.tells(callback.CallBegan{LiveCall: c}) }
	over := func(w *world, c callback.LiveCall) { w.tells(callback.CallOver{LiveCall: c}) }
	for name, row := range map[string]struct {
		tell    func(*world, callback.LiveCall)
		talked  time.Duration // as the log has it
		taken   bool
		counted int
	}{
		"all of it": {func(w *world, c callback.LiveCall) {
			began(w, c)
			w.tells(callback.CallAnswered{LiveCall: c})
			over(w, c)
		}, 5 * time.Second, false, 0},
		"all of it, and the customer's leg goes on": {func(w *world, c callback.LiveCall) {
			began(w, c)
			w.tells(callback.CallAnswered{LiveCall: c})
		}, 5 * time.Second, false, 0},
		"all of it, and the call that was tried before": {func(w *world, c callback.LiveCall) {
			before := w.live(logtest.Call{Number: c.Number})
			before.Since = c.Since.Add(-3 * time.Second)
			began(w, before)
			over(w, before)
			began(w, c)
			w.tells(callback.CallAnswered{LiveCall: c})
			over(w, c)
		}, 5 * time.Second, false, 0},
		"nobody answered":          {func(w *world, c callback.LiveCall) { began(w, c); over(w, c) }, 0, false, 0},
		"the answer lay in a gap":  {func(w *world, c callback.LiveCall) { began(w, c); over(w, c) }, 5 * time.Second, true, 0},
		"nothing":                  {func(*world, callback.LiveCall) {}, 5 * time.Second, true, 1},
		"a call to somebody else":  {func(w *world, c callback.LiveCall) { c.Number = "+46701234568"; began(w, c) }, 0, true, 1},
		"a call by another trunk":  {func(w *world, c callback.LiveCall) { c.Trunk = "PJSIP/pstn2"; began(w, c) }, 0, true, 1},
		"an earlier call":          {func(w *world, c callback.LiveCall) { c.Since = c.Since.Add(-5 * time.Second); began(w, c); over(w, c) }, 0, true, 1},
		"one that came afterwards": {func(w *world, c callback.LiveCall) { c.Since = c.Since.Add(13 * time.Second); began(w, c) }, 0, true, 1},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.after(10 * time.Second)
				require.NoError(t, w.reader.Until(w.Context(), time.Now()))
				w.after(time.Minute)
				call := w.call()
				row.tell(w, w.live(call))
				w.logs.Dialled("PJSIP/alice", call, row.talked)
				w.after(10 * time.Second)
				require.Equal(t, row.counted, w.counted("live_unseen"))
				if !row.taken {
					require.Empty(t, w.ids())
					return
				}
				require.Equal(t, []string{call.ID}, w.ids())
				require.Equal(t, customer, w.taken[0].(callback.Dialled).Number)
			})
		})
	}
}

// Whoever was away finds what agents dialled among what customers did, in its order, and
// once.
func TestCallsByHandInAnAbsence(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(10 * time.Second)
		w.end()
		lost, dialled, again := w.call(), w.call(), w.call()
		w.logs.Abandoned("support", lost)
		w.logs.Dialled("PJSIP/alice", dialled, 5*time.Second)
		w.logs.Abandoned("support", again)
		w.after(time.Hour)
		for range 2 {
			w.start()
			require.NoError(t, w.reader.Until(w.Context(), time.Now()))
			require.Equal(t, []string{lost.ID, dialled.ID, again.ID}, w.ids())
			require.Zero(t, w.counted("live_unseen"))
			w.end()
		}
		w.start()
	})
}

// A call that the event stream told whole is remembered until its row comes, however long
// it takes, and for a quarter of an hour then.
func TestTheMemoryOfCallsByHand(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(10 * time.Second)
		call := w.call()
		c := w.live(call)
		w.tells(callback.CallBegan{LiveCall: c})
		w.tells(callback.CallAnswered{LiveCall: c})
		w.after(time.Hour)
		w.tells(callback.CallOver{LiveCall: w.live(w.call())})
		w.tells(callback.CallOver{LiveCall: c})
		call.Lasted, call.Ended = call.Lasted+time.Hour, time.Now()
		w.logs.Dialled("PJSIP/alice", call, 5*time.Second)
		w.after(10 * time.Second)
		require.Empty(t, w.ids())

		w.after(16 * time.Minute)
		w.tells(callback.CallOver{LiveCall: w.live(w.call())})
		call.ID = logtest.ID(c.Since, 7)
		w.logs.Dialled("PJSIP/alice", call, 5*time.Second)
		w.after(10 * time.Second)
		require.Equal(t, []string{call.ID}, w.ids())
	})
}

// However many calls agents make at once, no more than so many are remembered: those that
// ended first are forgotten.
func TestTheMemoryOfCallsByHandIsBounded(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Minute)
		call := w.call()
		made := []callback.LiveCall{w.live(call)}
		for range 50_000 {
			made = append(made, w.live(logtest.Call{Number: "+46701111111"}))
		}
		for _, c := range made {
			w.tells(callback.CallBegan{LiveCall: c})
			w.tells(callback.CallOver{LiveCall: c})
		}
		w.logs.Dialled("PJSIP/alice", call, 0)
		w.after(10 * time.Second)
		require.Equal(t, []string{call.ID}, w.ids())
	})
}

// The logs aren't left behind before what the events told of an agent's call is committed.
func TestACallByHandThatIsNotCommittedYet(t *testing.T) {
	for name, committed := range map[string]bool{"killed before": false, "killed afterwards": true} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.after(10 * time.Second)
				require.NoError(t, w.reader.Until(w.Context(), time.Now()))
				w.after(time.Minute)
				call := w.call()
				c := w.live(call)
				w.tells(callback.CallBegan{LiveCall: c})
				w.reader.Saw(callback.CallAnswered{LiveCall: c})
				w.reader.Saw(callback.CallOver{LiveCall: c})
				w.logs.Dialled("PJSIP/alice", call, 5*time.Second)
				w.after(5 * time.Minute)
				if committed {
					w.reader.Took(c.ID)
				}
				w.after(2 * time.Minute) // a position at which nothing was found is stored now and then
				require.Empty(t, w.ids(), "the events tell it")

				w.end()
				w.start()
				w.after(time.Minute)
				if committed {
					require.Empty(t, w.ids())
					return
				}
				require.Equal(t, []string{call.ID}, w.ids())
			})
		})
	}
}
