package endtoend

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/softphone"
)

// A text is spoken, by the operator's program, when the rules are read; sounds are of the
// rule's language. The program speaks in tones, so that a phone tells what it hears.
func TestATextIsSpokenBeforeTheCall(t *testing.T) {
	w := newWorld(t, "recording: {keep: 90d}",
		`recording: {keep: 90d, notice: {say: {language: sv, text: "Samtalet spelas in."}}}`+"\n  language: sv")
	voice := filepath.Join(w.Dir, "voice.wav")
	w.must(os.WriteFile(voice, softphone.EncodeWAV(softphone.Tone(noticeHz).Samples(time.Second), 8000), 0o600))
	w.configured("sounds: sounds", "sounds: sounds\nspeech: {command: [cp, "+voice+", \"{file}\"]}").start()
	w.uploads("callback", "en", ringHz, time.Second) // which nobody is to hear
	w.uploads("callback", "sv", promptHz, time.Second)
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		spoken, err := filepath.Glob(filepath.Join(w.Dir, "shipped-sounds/spoken/*.wav"))
		require.NoError(c, err)
		assert.Len(c, spoken, 1)
	}, 10*time.Second, 50*time.Millisecond)
	w.must(os.Remove(voice)) // nothing is spoken from here on

	w.loses(customer)
	agent := w.aliceAnswers()
	called := w.customerRings(customer)
	called.MustAnswer(t)
	called.MustHear(t, noticeHz)
	w.talk(agent, called)
	called.MustHangup(t)
	agent.MustEnd(t)
	assert.True(t, w.task(callback.TaskCompleted).Attempts[0].RecordingOK)
	w.nothingLeft()
}

// A voice that fails is an alarm before the first call; who isn't told isn't recorded.
func TestATextThatCannotBeSpoken(t *testing.T) {
	w := newWorld(t, "recording: {keep: 90d}", `recording: {keep: 90d, notice: {say: {language: sv, text: "Samtalet spelas in."}}}`)
	w.configured("sounds: sounds", "sounds: sounds\nspeech: {command: [\"false\", \"{text}\"]}").start()
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		log, err := os.ReadFile(w.LogFile)
		require.NoError(c, err)
		assert.Contains(c, string(log), "speech_failed")
	}, 10*time.Second, 50*time.Millisecond)
	w.loses(customer)
	agent := w.aliceAnswers()
	called := w.customerRings(customer)
	called.MustAnswer(t)
	w.talk(agent, called)
	called.MustHangup(t)
	agent.MustEnd(t)
	assert.False(t, w.task(callback.TaskCompleted).Attempts[0].RecordingOK)
}
