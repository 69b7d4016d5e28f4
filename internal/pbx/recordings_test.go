package pbx_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
)

// noAudio is what Asterisk leaves of a recording on a full disk, or of one in
// which nobody talked: the header of a WAV file.
var noAudio = aritest.Fault{On: "GET /recordings/stored/*/file", Reply: strings.Repeat("x", 44)}

// Asterisk says done on a full disk too: the file tells.
func TestARecordingWithoutAudio(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.Fault(noAudio)
		w.after(time.Second)
		w.loses(customer)
		w.after(time.Minute)
		require.Equal(t, []string{"connected"}, w.results())
		require.False(t, w.attempts()[0].RecordingOK)
		require.Contains(t, w.logged(), `"alarm":"recording_empty"`)
	})
}

// Where nobody talked no empty file stays.
func TestARecordingOfNothing(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.Fault(noAudio)
		w.asterisk.Fault(aritest.Fault{On: "POST /bridges/*/addChannel", Times: 1, Status: 204})
		w.after(time.Second)
		w.loses(customer)
		w.after(20 * time.Second)
		require.Equal(t, []string{"interrupted"}, w.results())
		require.Len(t, w.asterisk.Requests("DELETE /recordings/stored/*"), 1)
		require.NotContains(t, w.logged(), `"alarm":"recording_empty"`)
	})
}

// The file is closed when Asterisk says so, which can be later than its answer:
// here a leg stays in the bridge for a second. What is read before says nothing.
func TestARecordingIsReadWhenItsFileIsClosed(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.Fault(aritest.Fault{On: "POST /recordings/live/*/stop", Times: 1, Status: 204})
		w.asterisk.Fault(aritest.Fault{On: "DELETE /channels/callbackd-agent-*", Times: 2, Status: 503, Message: "busy"})
		w.after(time.Second)
		w.loses(customer)
		w.after(time.Minute)
		stop := w.asterisk.Requests("POST /recordings/live/*/stop")
		read := w.asterisk.Requests("GET /recordings/stored/*/file")
		require.Len(t, stop, 1)
		require.Len(t, read, 1)
		require.InDelta(t, 1, read[0].Time.Sub(stop[0].Time).Seconds(), 0.1)
		require.True(t, w.attempts()[0].RecordingOK)
	})
}
