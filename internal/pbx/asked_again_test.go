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

const aboutTheNumber = "GET /channels/9*/variable"

// A withheld number isn't called because Asterisk couldn't say so at once.
func TestAWithheldNumberOfWhichAsteriskDoesNotTellAtOnce(t *testing.T) {
	for name, fault := range map[string]aritest.Fault{
		"it is busy once":        {Status: 503, Message: "busy", Times: 1},
		"it is busy for a while": {Status: 503, Message: "busy", Times: 4},
		"it doesn't answer":      {Hang: true, Times: 1},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.asterisk.SetFunction("CALLERID(num-pres)", "prohib")
				fault.On = aboutTheNumber
				w.asterisk.Fault(fault)
				w.after(time.Second)
				id := w.enters(customer)
				w.after(10 * time.Millisecond)
				require.True(t, w.isOnThePhone(), "as long as it isn't known")
				w.after(10 * time.Minute)
				require.False(t, w.isOnThePhone())
				w.leaves(id)
				w.after(time.Minute)
				require.Equal(t, callback.ReasonAnonymous, w.missed()[0].Reason)
				require.Empty(t, w.missed()[0].Caller)
				require.Zero(t, w.rung())
			})
		})
	}
}

// Asterisk isn't asked without end, nor about a channel that it doesn't have.
func TestHowOftenAsteriskIsAsked(t *testing.T) {
	for name, row := range map[string]struct {
		fault aritest.Fault
		asked int
	}{
		"it never can tell":       {aritest.Fault{Status: 503, Message: "busy"}, 5},
		"the channel isn't there": {aritest.Fault{Status: 404, Message: "Channel not found"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				row.fault.On = aboutTheNumber
				w.asterisk.Fault(row.fault)
				w.after(time.Second)
				id := w.enters(customer)
				w.after(time.Hour)
				require.Len(t, w.asterisk.Requests(aboutTheNumber), row.asked)
				w.leaves(id)
				w.after(time.Second)
				require.Equal(t, customer, w.missed()[0].Number, "a number that nobody knows to be withheld is used")
			})
		})
	}
}

// Whoever hangs up while Asterisk is to be asked once more is called back without delay.
func TestACallThatIsOverBeforeAsteriskIsAskedAgain(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.Fault(aritest.Fault{On: aboutTheNumber, Status: 503, Message: "busy"})
		w.after(time.Second)
		id := w.enters(customer)
		w.after(time.Minute) // of the two until the last try
		w.leaves(id)
		w.after(10 * time.Millisecond)
		require.Len(t, w.missed(), 1)
	})
}

// Where Asterisk answers nobody, those who have hung up don't wait for each other's answers.
func TestManyCallsThatAreOverBeforeTheyCouldBeAskedAbout(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.Fault(aritest.Fault{On: aboutTheNumber, Hang: true})
		w.after(time.Second)
		for range 40 {
			w.leaves(w.enters("+46701111111"))
		}
		w.after(6 * time.Second)
		require.Len(t, w.missed(), 40)
	})
}

// A caller of whom it is known that the number is withheld isn't on the phone after a gap
// either, not for a moment.
func TestAWithheldNumberAfterAGap(t *testing.T) {
	var came atomic.Int32
	inWorldOf(t, func(w *world) {
		w.also = func(context.Context, *callback.Scheduler) {
			w.presence.Observe(func(_ string, here bool) {
				if here {
					came.Add(1)
				}
			})
		}
	}, func(w *world) {
		w.asterisk.SetFunction("CALLERID(num-pres)", "prohib")
		w.after(time.Second)
		w.enters(customer)
		w.after(time.Second)
		require.EqualValues(t, 1, came.Load(), "as long as it wasn't known")
		w.asterisk.Cut("callbackd")
		w.after(10 * time.Second)
		require.True(t, w.ready())
		require.EqualValues(t, 1, came.Load())
	})
}
