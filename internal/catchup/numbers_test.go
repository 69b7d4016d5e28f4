package catchup_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// Who was seen in a bridge with a person talked, whatever else of the call lay in a gap and
// however little a log knows of it.
func TestALogDoesNotUndoAnAnswerThatWasSeen(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(10 * time.Second)
		require.NoError(t, w.reader.Until(w.Context(), time.Now().Add(-5*time.Second)))
		call := w.call()
		seen := verdict(call, 5*time.Second)
		seen.Partial = true
		w.reader.Saw(seen)
		w.reader.Took(call.ID)
		w.logs.Unanswered("PJSIP/alice", call)
		w.after(10 * time.Second)
		require.Empty(t, w.ids())
		require.Equal(t, 1, w.counted("live_answered_log_missed"))
	})
}

// Of a call that ends in a gap the log tells, and the numbers are those of its first event:
// a log has what the dialplan has made of them, and one that is withheld like any other.
func TestTheNumbersOfACallThatEndsInAGap(t *testing.T) {
	for name, row := range map[string]struct {
		partial bool
		caller  string
	}{
		"seen from its beginning":    {false, "070-123 45 67"},
		"taken up after another gap": {true, customer},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.after(time.Minute)
				call := w.call()
				w.reader.Saw(callback.CallOver{LiveCall: callback.LiveCall{
					PBX: "pbx1", ID: call.ID, Number: "070-123 45 67", Dialled: "0855500000",
					Partial: row.partial, Presentation: callback.PresentationWithheld,
				}})
				w.logs.Abandoned("support", call)
				w.after(10 * time.Second)
				require.Equal(t, []string{call.ID}, w.ids())
				taken := w.taken[0].(callback.Verdict)
				require.Equal(t, row.caller, taken.Caller)
				require.Equal(t, callback.PresentationWithheld, taken.Presentation)
			})
		})
	}
}

// What somebody here dialled over a trunk is no customer's call, whatever it was for.
func TestACallThatWentOut(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Minute)
		call := w.call()
		w.reader.Saw(callback.WentOut{PBX: "pbx1", ID: call.ID})
		w.logs.Unanswered("", call)
		w.after(10 * time.Second)
		require.Empty(t, w.ids())
		require.Zero(t, w.counted("live_unseen"))
	})
}

// While Asterisk is being listed events wait, and the logs don't overtake them.
func TestTheLogsDoNotOvertakeTheEvents(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Minute)
		w.reader.Connecting(w.Context())
		call := w.call()
		w.logs.Abandoned("support", call)
		w.after(10 * time.Second)
		require.Empty(t, w.ids())
		w.reader.Saw(verdict(call, 0))
		w.reader.Took(call.ID)
		require.NoError(t, w.reader.Until(w.Context(), time.Now()))
		w.after(10 * time.Second)
		require.Empty(t, w.ids(), "the events have told it")
	})
}
