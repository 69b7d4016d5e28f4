package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// shelf is the recording folder of a PBX.
type shelf struct {
	files map[string][]byte
	away  error
}

func (s *shelf) Ready() (context.Context, error) { return context.Background(), s.away }

func (s *shelf) VerifyRecording(context.Context, []string, bool) (callback.RecordingFound, error) {
	return callback.RecordingFound{}, errors.New("nothing is unverified here")
}

func (s *shelf) OpenRecording(_ context.Context, name string) (io.ReadCloser, int64, error) {
	content, there := s.files[name]
	if !there {
		return nil, 0, callback.ErrNotFound
	}
	return io.NopCloser(bytes.NewReader(content)), int64(len(content)), nil
}

func (s *shelf) DeleteRecording(_ context.Context, names []string) error {
	for _, name := range names {
		delete(s.files, name)
	}
	return nil
}

// talked has acme's task with a customer end in a conversation that was recorded.
func (d *desk) talked(caller string) callback.Recording {
	d.t.Helper()
	d.miss(caller)
	var r callback.Recording
	require.NoError(d.t, d.db.Update(d.t.Context(), func(tx callback.Tx) error {
		task, err := tx.OpenMissedTask("acme", caller)
		require.NoError(d.t, err)
		a, err := tx.CurrentAttempt(task.ID)
		require.NoError(d.t, err)
		task.State = callback.TaskDialing
		require.NoError(d.t, tx.UpdateTask(&task, callback.Change{Input: "claim", From: "scheduled", To: "dialing"}))
		a.Names, a.Claimed = callback.NewNames("callbackd"), moment(13, 23, 0)
		a.Names.Recording = "acme/2026-11/" + caller[1:]
		for _, step := range []struct {
			to   callback.AttemptState
			when *time.Time
		}{
			{callback.AttemptAgent, &a.Claimed}, {callback.AttemptAgentUp, &a.AgentAnswered}, {callback.AttemptCustomer, &a.CustomerSent},
			{callback.AttemptBridged, &a.Bridged}, {callback.AttemptEnded, &a.Ended},
		} {
			from := a.State
			a.State, *step.when = step.to, moment(13, 23, 20)
			if step.to == callback.AttemptEnded {
				a.Result, a.Counted = callback.ResultConnected, true
			}
			require.NoError(d.t, tx.UpdateAttempt(&a, callback.Change{Input: "step", From: string(from), To: string(step.to)}))
		}
		task.State = callback.TaskCompleted
		require.NoError(d.t, tx.UpdateTask(&task, callback.Change{Input: "end", From: "dialing", To: "completed"}))
		r = callback.Recording{
			TaskID: task.ID, AttemptID: a.ID, Account: "acme", PBX: "pbx1", Name: a.Names.Recording, Channels: 1, State: callback.RecordingKept,
			Bytes: 1_440_044, Duration: 90 * time.Second, Made: a.Bridged, KeepUntil: a.Ended.Add(90 * 24 * time.Hour),
		}
		return tx.InsertRecording(&r)
	}))
	return r
}

func TestRecordingsFromTheCommandLine(t *testing.T) {
	d := newDesk(t)
	status, out, errs := d.run("recordings")
	assert.Zero(t, status, errs)
	assert.Equal(t, "No recordings.\n", out)

	r := d.talked("+46701234567")
	d.shelf.files[r.Name] = wav(4000)
	status, out, errs = d.run("recordings", "--account", "acme")
	assert.Zero(t, status, errs)
	assert.Regexp(t, `(?m)^ID +MADE +LENGTH +SIDES +STATE +KEPT UNTIL +ACCOUNT +TASK +PBX +FILE$`, out)
	assert.Regexp(t, `(?m)^1 +2026-11-20 .* 1 min 30 s +together +kept +2027-02-18 .* acme +1 +pbx1 +acme/2026-11/46701234567\.wav$`, out)
	_, none, _ := d.run("recordings", "list", "--task", "4711")
	assert.Equal(t, "No recordings.\n", none)

	to := filepath.Join(t.TempDir(), "heard.wav")
	status, out, errs = d.run("recordings", "get", "1", to)
	assert.Zero(t, status, errs)
	assert.Equal(t, "Recording 1 is in "+to+".\n", out)
	heard, err := os.ReadFile(to)
	require.NoError(t, err)
	assert.Equal(t, wav(4000), heard)
	_, out, _ = d.run("recordings", "get", "1", "-")
	assert.Equal(t, string(wav(4000)), out)
	status, _, errs = d.run("recordings", "get", "1", to)
	assert.Equal(t, exitError, status)
	assert.Equal(t, "callbackd: "+to+" is there already: name another file\n", errs)

	_, out, _ = d.run("tasks", "show", strconv.FormatInt(r.TaskID, 10))
	assert.Contains(t, out, "recording 1: kept, 1 min 30 s (acme/2026-11/46701234567.wav)")

	status, out, errs = d.run("recordings", "delete", "1")
	assert.Zero(t, status, errs)
	assert.Equal(t, "Recording 1 is deleted.\n", out)
	assert.Empty(t, d.shelf.files)
	status, out, errs = d.run("recordings", "delete", "1", "--json")
	assert.Zero(t, status, errs, "once more changes nothing")
	var deleted httpapi.Recording
	require.NoError(t, json.Unmarshal([]byte(out), &deleted))
	assert.Equal(t, callback.RecordingDeleted, deleted.State)
	status, _, errs = d.run("recordings", "get", "1", filepath.Join(t.TempDir(), "gone.wav"))
	assert.Equal(t, exitError, status)
	assert.Contains(t, errs, "Recording 1 is deleted")
	_, out, _ = d.run("tasks", "show", strconv.FormatInt(r.TaskID, 10))
	assert.Contains(t, out, "recording_deleted")
}

// Half a recording isn't left behind.
func TestARecordingThatCannotBeHad(t *testing.T) {
	d := newDesk(t)
	r := d.talked("+46701234567")
	to := filepath.Join(t.TempDir(), "heard.wav")
	for _, row := range []struct {
		prepare func()
		id      string
		says    string
	}{
		{func() {}, "4711", "There is no recording 4711"},
		{func() {}, "1", "aren't in the recording folder of pbx1"},
		{func() { d.shelf.away = errors.New("away") }, "1", "can't be reached now"},
	} {
		row.prepare()
		status, out, errs := d.run("recordings", "get", row.id, to)
		assert.Equal(t, exitError, status)
		assert.Empty(t, out)
		assert.Contains(t, errs, row.says)
		assert.NoFileExists(t, to)
	}
	d.shelf.away = nil
	d.shelf.files[r.Name] = wav(4000)
	for _, args := range [][]string{{"get"}, {"get", "seven"}, {"delete"}, {"delete", "1", "2"}} {
		status, _, errs := d.run(append([]string{"recordings"}, args...)...)
		assert.Equal(t, exitUsage, status, args)
		assert.Contains(t, errs, "the number of")
	}
	assert.Len(t, d.shelf.files, 1)
	_, out, _ := run(t, "__complete", "--config", d.config, "recordings", "get", "")
	assert.Contains(t, out, "1\tacme, 2026-11-20")
}
