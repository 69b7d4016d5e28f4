package endtoend

import (
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/callback"
	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
	"callbackd/internal/lab"
	"callbackd/internal/softphone"
)

// client is the API's.
func (w *world) client() *apiclient.Client {
	w.t.Helper()
	client, err := apiclient.Open(w.ConfigFile)
	w.must(err)
	return client
}

// recording waits until the only recording is in a state.
func (w *world) recording(state callback.RecordingState) (r httpapi.Recording) {
	w.t.Helper()
	require.EventuallyWithT(w.t, func(c *assert.CollectT) {
		list, err := w.client().Recordings(w.t.Context(), apiclient.RecordingQuery{Account: "acme"})
		require.NoError(c, err)
		require.Len(c, list.Recordings, 1)
		r = list.Recordings[0]
		require.Equal(c, state, r.State)
	}, 15*time.Second, 50*time.Millisecond)
	return r
}

// downloads gives a recording's channels as callbackd's API has them, after a look
// at the header.
func (w *world) downloads(r httpapi.Recording) (channels [][]int16) {
	w.t.Helper()
	body, err := w.client().Recording(w.t.Context(), r.ID)
	w.must(err)
	file, err := io.ReadAll(body)
	w.must(err)
	w.must(body.Close())
	require.Equal(w.t, "RIFF", string(file[:4]))
	require.EqualValues(w.t, len(file)-8, binary.LittleEndian.Uint32(file[4:]))
	require.EqualValues(w.t, len(file)-44, binary.LittleEndian.Uint32(file[40:]))
	n := int(binary.LittleEndian.Uint16(file[22:]))
	require.Equal(w.t, r.Channels, n)
	channels = make([][]int16, n)
	for i := 44; i+1 < len(file); i += 2 {
		c := (i - 44) / 2 % n
		channels[c] = append(channels[c], int16(binary.LittleEndian.Uint16(file[i:])))
	}
	require.InDelta(w.t, r.Seconds, float64(len(channels[0]))/8000, 0.01)
	return channels
}

// connects has alice and the customer talk for a while.
func (w *world) connects() (agent, called *softphone.Call) {
	w.t.Helper()
	w.loses(customer)
	agent = w.aliceAnswers()
	called = w.customerRings(customer)
	called.MustAnswer(w.t)
	w.talk(agent, called)
	w.awaitTask("a conversation", func(s httpapi.TaskStory) bool { return s.Attempts[0].State == callback.AttemptBridged })
	_, err := called.HearsFor(w.t.Context(), 1500*time.Millisecond, w.Voice("alice"))
	w.must(err)
	return agent, called
}

// The customer is on the left, the agent on the right, and neither hears anything
// else for it.
func TestEachSideIsRecorded(t *testing.T) {
	w := newWorld(t, "recording: {keep: 90d}", "recording: {keep: 90d, channels: 2}").start()
	agent, called := w.connects()
	called.MustHangup(t)
	agent.MustEnd(t)
	story := w.task(callback.TaskCompleted)
	require.Equal(t, []string{"connected"}, results(story))
	require.True(t, story.Attempts[0].RecordingOK)
	w.nothingLeft()

	r := w.recording(callback.RecordingKept)
	require.Len(t, story.Recordings, 1)
	require.Equal(t, r.ID, story.Recordings[0].ID)
	talked := story.Attempts[0].Ended.Sub(story.Attempts[0].Bridged)
	require.InDelta(t, talked.Seconds(), r.Seconds, 0.5)
	sides := w.downloads(r)
	left, right := softphone.Tones(sides[0], 8000), softphone.Tones(sides[1], 8000)
	require.Greater(t, left.Total(lab.CustomersVoice), time.Second, "%v", left)
	require.Zero(t, left.Total(w.Voice("alice")), "the customer alone: %v", left)
	require.Greater(t, right.Total(w.Voice("alice")), time.Second, "%v", right)
	require.Zero(t, right.Total(lab.CustomersVoice), "the agent alone: %v", right)
	for _, other := range []int{promptHz, ringHz} {
		require.Zero(t, left.Total(other)+right.Total(other), "nothing of before: %v %v", left, right)
	}
}

// Both are on one recording, which can be heard and deleted; then neither Asterisk
// nor callbackd has it.
func TestARecordingIsHeardAndDeleted(t *testing.T) {
	w := newWorld(t).start()
	agent, called := w.connects()
	agent.MustHangup(t)
	called.MustEnd(t)
	w.task(callback.TaskCompleted)
	r := w.recording(callback.RecordingKept)
	tones := softphone.Tones(w.downloads(r)[0], 8000)
	_, both := tones.Find(lab.CustomersVoice, w.Voice("alice"))
	require.True(t, both, "%v", tones)

	file := filepath.Join(w.Asterisk.Dir, "spool/recording", r.Files[0])
	require.FileExists(t, file)
	deleted, err := w.client().DeleteRecording(t.Context(), r.ID)
	w.must(err)
	require.Equal(t, callback.RecordingDeleted, deleted.State)
	require.NoFileExists(t, file)
	_, err = w.client().Recording(t.Context(), r.ID)
	require.ErrorContains(t, err, "is deleted")
	history := w.task(callback.TaskCompleted).History
	require.Equal(t, "recording_deleted", history[len(history)-1].Input)
}

// callbackd is killed while they talk: the snoops stay, and are recorded to the end.
func TestEachSideIsRecordedThoughCallbackdIsKilled(t *testing.T) {
	w := newWorld(t, "recording: {keep: 90d}", "recording: {keep: 90d, channels: 2}").start()
	agent, called := w.connects()
	w.again()
	restarted := time.Now()
	_, err := agent.HearsAfter(t.Context(), restarted.Add(time.Second), lab.CustomersVoice)
	w.must(err)
	agent.MustHangup(t)
	called.MustEnd(t)
	story := w.task(callback.TaskCompleted)
	require.True(t, story.Attempts[0].RecordingOK)
	r := w.recording(callback.RecordingKept)
	talked := story.Attempts[0].Ended.Sub(story.Attempts[0].Bridged)
	require.InDelta(t, talked.Seconds(), r.Seconds, 0.5, "all of it")
	sides := w.downloads(r)
	require.InDelta(t, talked.Seconds(), softphone.Tones(sides[0], 8000).Total(lab.CustomersVoice).Seconds(), 1)
	w.nothingLeft()
}

// Asterisk is killed while they talk: what it had written is found when it is back,
// and has a right header.
func TestARecordingOfAnAsteriskThatIsKilled(t *testing.T) {
	for name, channels := range map[string]string{"together": "1", "each side": "2"} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, "recording: {keep: 90d}", "recording: {keep: 90d, channels: "+channels+"}").start()
			agent, called := w.connects()
			_, err := called.HearsFor(t.Context(), 5*time.Second, w.Voice("alice"))
			w.must(err)
			w.Asterisk.Kill()
			w.must(w.Asterisk.Restart(t.Context()))
			w.task(callback.TaskCompleted)
			r := w.recording(callback.RecordingKept)
			for _, name := range r.Files {
				content, err := os.ReadFile(filepath.Join(w.Asterisk.Dir, "spool/recording", name))
				w.must(err)
				require.Zero(t, binary.LittleEndian.Uint32(content[40:]), "Asterisk's own header says that there is nothing")
			}
			left := softphone.Tones(w.downloads(r)[0], 8000)
			require.Greater(t, left.Total(lab.CustomersVoice), 2*time.Second, "%v", left)
			_ = agent.Hangup() // Asterisk forgot the call
			_ = called.Hangup()
		})
	}
}

// A snoop and a recording with the names that are wanted are there already, because
// callbackd was killed in the middle of their making: they make way.
func TestSnoopsThatACrashLeft(t *testing.T) {
	w := newWorld(t, "recording: {keep: 90d}", "recording: {keep: 90d, channels: 2}").start()
	before, err := ari.New(ari.Options{URL: w.Asterisk.URL, Username: w.Asterisk.Username, Password: w.Asterisk.Password, Application: "callbackd"})
	w.must(err)
	w.loses(customer)
	agent := w.aliceAnswers()
	called := w.customerRings(customer)
	attempt := w.task(callback.TaskDialing).Attempts[0]
	for _, hears := range []ari.SnoopDirection{ari.SnoopIn, ari.SnoopOut} {
		snoop := strings.Replace(attempt.CustomerChannel, "-customer-", "-"+string(hears)+"-", 1)
		_, err = before.Snoop(t.Context(), attempt.CustomerChannel, snoop, hears)
		w.must(err)
		require.EventuallyWithT(t, func(c *assert.CollectT) { // once it is in the application
			_, err := before.RecordChannel(t.Context(), snoop, ari.RecordRequest{Name: attempt.Recording + "-" + string(hears), Format: "wav"})
			require.NoError(c, err)
		}, 2*time.Second, 20*time.Millisecond)
	}
	w.again()

	called.MustAnswer(t)
	w.talk(agent, called)
	_, err = called.HearsFor(t.Context(), 1500*time.Millisecond, w.Voice("alice"))
	w.must(err)
	called.MustHangup(t)
	agent.MustEnd(t)
	story := w.task(callback.TaskCompleted)
	r := w.recording(callback.RecordingKept)
	require.InDelta(t, story.Attempts[0].Ended.Sub(story.Attempts[0].Bridged).Seconds(), r.Seconds, 0.5)
	left := softphone.Tones(w.downloads(r)[0], 8000)
	require.Greater(t, left.Total(lab.CustomersVoice), time.Second, "%v", left)
	log, err := os.ReadFile(w.LogFile)
	w.must(err)
	require.NotContains(t, string(log), "recording_failed")
	w.nothingLeft()
}
