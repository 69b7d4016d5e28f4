package pbx_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
	"callbackd/internal/recordings"
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
		w.asterisk.Fault(aritest.Fault{On: "POST /bridges/*/addChannel", Status: 204})
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

// keeps has recordings looked after beside what else callbackd does.
func (w *world) keeps(ctx context.Context, _ *callback.Scheduler) {
	keeper := recordings.NewKeeper(w.store, map[string]recordings.PBX{w.pbxName: w.exchange}, zerolog.New(w))
	w.gone.Go(func() { _ = keeper.Run(ctx) })
}

// callbackd dies before it has stored that they talk, and they talk on without it:
// the recording is found, though the attempt knows nothing of a conversation.
func TestARecordingOfAConversationThatNobodyKnows(t *testing.T) {
	inWorld(t, func(w *world) {
		w.also = w.keeps
		w.restart()
		w.asterisk.Fault(aritest.Fault{On: "POST /bridges/*/addChannel", Times: 1, ReplyDelay: time.Hour})
		w.after(time.Second)
		w.loses(customer)
		w.after(8500 * time.Millisecond)
		require.Equal(t, callback.AttemptCustomer, w.attempts()[0].State)
		require.NotEmpty(t, w.asterisk.Requests("POST /bridges/*/addChannel"))
		w.end()
		w.after(time.Minute)
		w.start()
		w.after(2 * time.Hour)
		require.Equal(t, "interrupted", w.results()[0])
		r := w.recordings()[0]
		require.Equal(t, w.attempts()[0].ID, r.AttemptID)
		require.Equal(t, callback.RecordingKept, r.State)
		require.GreaterOrEqual(t, r.Duration, 30*time.Second, "the agent was there alone until callbackd was back")
	})
}

// What was recorded is deleted when its time is over, from Asterisk too.
func TestARecordingWhoseTimeIsOver(t *testing.T) {
	inWorld(t, func(w *world) {
		w.also = w.keeps
		w.restart()
		w.after(time.Second)
		w.loses(customer)
		w.after(time.Minute)
		require.Equal(t, callback.RecordingKept, w.recording().State)
		require.Len(t, w.asterisk.StoredFiles(), 1)
		w.after(3 * time.Hour)
		require.Empty(t, w.asterisk.StoredFiles())
		require.Equal(t, callback.RecordingDeleted, w.recording().State)
	}, func(a *callback.Account) { a.Rules[0].Recording.Keep = 2 * time.Hour })
}
