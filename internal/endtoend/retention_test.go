package endtoend

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/callback"
)

// A recording whose time is over is deleted, both of its files, and its place in the
// index says so.
func TestARecordingWhoseTimeIsOver(t *testing.T) {
	w := newWorld(t, "recording: {keep: 90d}", "recording: {keep: 1h, channels: 2}").promptLasts(shortPrompt).start()
	agent, called := w.connects()
	for _, side := range w.recorded(t) {
		require.True(t, w.isRecording(t, side), "as nothingLeft would find")
	}
	called.MustHangup(t)
	agent.MustEnd(t)
	w.task(callback.TaskCompleted)
	w.nothingLeft()
	kept := w.recording(callback.RecordingKept)
	require.Len(t, kept.Files, 2)
	require.Len(t, w.recorded(t), 2)
	w.again()
	require.Len(t, w.recorded(t), 2, "it isn't over yet")

	w.sleeps(time.Hour)
	deleted := w.recording(callback.RecordingDeleted)
	require.Equal(t, kept.ID, deleted.ID)
	require.Empty(t, w.recorded(t))
	for _, file := range kept.Files {
		_, err := w.ARI.StoredRecording(t.Context(), file[:len(file)-len(filepath.Ext(file))])
		require.ErrorIs(t, err, ari.ErrNotFound)
	}
	_, err := w.client().Recording(t.Context(), kept.ID)
	require.ErrorContains(t, err, "is deleted")
	history := w.task(callback.TaskCompleted).History
	require.Equal(t, "recording_deleted", history[len(history)-1].Input)
	require.Contains(t, history[len(history)-1].Reason, "kept until ")
}
