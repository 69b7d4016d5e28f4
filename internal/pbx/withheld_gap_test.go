package pbx_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
	"callbackd/internal/witness/logtest"
)

// callbackd had the answer, withheld, when the connection was lost; the call ended in the
// gap, and the log has its number like any other.
func TestAWithheldNumberOverAGap(t *testing.T) {
	withLogs(t, func(w *world) {
		w.after(time.Minute)
		w.asterisk.SetFunction("CALLERID(num-pres)", "prohib_not_screened")
		id := w.enters(customer)
		began := time.Now()
		w.after(10 * time.Second)
		_, on := w.presence.With(customer)
		require.False(t, on, "it is known")
		w.asterisk.Stop()
		w.after(time.Second)
		w.leaves(id)
		w.logs.Abandoned("support", logtest.Call{ID: id, Number: customer, Lasted: time.Since(began)})
		w.after(time.Second)
		w.asterisk.Start()
		w.after(time.Minute)
		missed := w.missed()
		require.Len(t, missed, 1)
		require.Empty(t, missed[0].Caller, "reason %q, decision %q", missed[0].Reason, missed[0].Decision)
		require.Zero(t, w.rung())
		require.Zero(t, w.said(customer))
	})
}

// While callbackd asks what there is, events wait; the log doesn't overtake them, for it
// knows less.
func TestACallWhileAsteriskIsListed(t *testing.T) {
	withLogs(t, func(w *world) {
		w.after(time.Minute)
		w.asterisk.Fault(aritest.Fault{On: "GET /bridges", ReplyDelay: 4900 * time.Millisecond})
		w.asterisk.Cut("callbackd")
		w.after(500 * time.Millisecond)
		id := w.enters(customer)
		w.after(time.Second)
		w.leaves(id)
		w.logs.Abandoned("support", logtest.Call{ID: id, Number: customer, Lasted: time.Second})
		w.after(time.Minute)
		missed := w.missed()
		require.Len(t, missed, 1)
		require.Equal(t, callback.SourceEvents, missed[0].Source)
	})
}

// A program's call over the trunk is nobody's who has called.
func TestACallThatAnotherProgramMakes(t *testing.T) {
	withLogs(t, func(w *world) {
		w.after(time.Minute)
		w.calls++
		id := logtest.ID(time.Now(), 90000+w.calls)
		w.emit("ChannelCreated", id, customer, `"Down"`, "")
		w.after(20 * time.Second)
		w.leaves(id)
		w.logs.Unanswered("", logtest.Call{ID: id, Number: customer, Lasted: 20 * time.Second})
		w.after(time.Minute)
		require.Empty(t, w.missed(), "nobody has called")
		require.Zero(t, w.rung())
	})
}
