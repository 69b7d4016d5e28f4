package endtoend

import (
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/apiclient"
	"callbackd/internal/softphone"
)

const noticeHz = 1600

// configured edits callbackd.yaml.
func (w *world) configured(edit ...string) *world {
	w.t.Helper()
	text, err := os.ReadFile(w.ConfigFile)
	w.must(err)
	edited := strings.NewReplacer(edit...).Replace(string(text))
	require.NotEqual(w.t, string(text), edited)
	w.must(os.WriteFile(w.ConfigFile, []byte(edited), 0o600))
	return w
}

// elsewhere has Asterisk take sounds from callbackd's own server, as one on another host
// must.
func (w *world) elsewhere() *world {
	w.t.Helper()
	text, err := os.ReadFile(w.ConfigFile)
	w.must(err)
	listen := regexp.MustCompile(`(?m)^listen: (.*)$`).FindSubmatch(text)
	require.NotNil(w.t, listen)
	return w.configured("    url: ", "    sounds_url: http://"+string(listen[1])+"\n    url: ")
}

// uploads puts a tone into acme's sounds.
func (w *world) uploads(name, language string, hz int, d time.Duration) {
	w.t.Helper()
	_, err := w.api().PutSound(w.t.Context(), apiclient.SoundRef{Account: "acme", Name: name, Language: language},
		softphone.EncodeWAV(softphone.Tone(hz).Samples(d), 8000))
	w.must(err)
}

// cached lists the addresses of callbackd's sounds that Asterisk has fetched.
func (w *world) cached() []string {
	w.t.Helper()
	out, err := w.Asterisk.CLI(w.t.Context(), "media cache show all")
	w.must(err)
	return regexp.MustCompile(`http://\S+/sounds/\S+`).FindAllString(out, -1)
}

// An Asterisk on another host plays prompt and notice, of the account and in its language,
// and has fetched both before anybody is called.
func TestSoundsForAnAsteriskElsewhere(t *testing.T) {
	w := newWorld(t, "recording: {keep: 90d}", "recording: {keep: 90d, notice: {play: call-recorded}}\n  language: sv").elsewhere().start()
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		assert.Len(c, w.cached(), 2) // one that all accounts share, and a shipped one
	}, 10*time.Second, 100*time.Millisecond)
	w.uploads("callback", "", promptHz, time.Second)
	w.uploads("call-recorded", "sv", noticeHz, time.Second)
	w.uploads("call-recorded", "", ringHz, time.Second) // which nobody is to hear
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		assert.Len(c, w.cached(), 4)
	}, 10*time.Second, 100*time.Millisecond)
	for _, address := range w.cached() {
		assert.Greater(t, len(address), 100)
	}
	fetched := w.cached()

	w.loses(customer)
	agent := w.aliceAnswers()
	called := w.customerRings(customer)
	called.MustAnswer(t)
	called.MustHear(t, noticeHz)
	w.talk(agent, called)
	heardWhole(t, agent, promptHz, time.Second)
	heardWhole(t, called, noticeHz, time.Second)
	heardInOrder(t, called, noticeHz, w.Voice("alice"))
	assert.Zero(t, agent.Heard().Total(noticeHz), "the notice is the customer's alone: %v", agent.Heard())
	called.MustHangup(t)
	agent.MustEnd(t)
	story := w.task(callback.TaskCompleted)
	assert.True(t, story.Attempts[0].RecordingOK)
	assert.ElementsMatch(t, fetched, w.cached(), "nothing was fetched during the call")
	w.nothingLeft()

	missed, err := w.MissedCalls(t.Context())
	w.must(err)
	assert.Len(t, missed, 1, "what sounds are played to ahead of calls is nobody's call")
	log, err := os.ReadFile(w.LogFile)
	w.must(err)
	assert.NotContains(t, string(log), "alarm")
}

// An announcement is another text for each customer: spoken, and fetched, before any phone
// rings.
func TestAnAnnouncementForAnAsteriskElsewhere(t *testing.T) {
	w := newWorld(t, "agent_prompt: callback", `agent_announcement: {say: {language: sv, text: "Ring {number}"}}`).elsewhere()
	voice := filepath.Join(w.Dir, "voice.wav")
	w.must(os.WriteFile(voice, prompt(time.Second), 0o600))
	w.configured("sounds: sounds", "sounds: sounds\nspeech: {command: [cp, "+voice+", \"{file}\"]}").start()
	require.Empty(t, w.cached(), "no customer is known yet")
	w.loses(customer)
	agent := w.aliceRings()
	fetched := w.cached()
	require.Len(t, fetched, 1)
	agent.MustAnswer(t)
	agent.MustHear(t, promptHz)
	called := w.customerRings(customer)
	called.MustAnswer(t)
	w.talk(agent, called)
	called.MustHangup(t)
	agent.MustEnd(t)
	w.task(callback.TaskCompleted)
	assert.Equal(t, fetched, w.cached())
}

// Where Asterisk can't fetch sounds, a person is told before the first call, and no call
// waits for them: not even where callbackd's address takes connections and says nothing.
func TestSoundsThatCannotBeFetched(t *testing.T) {
	silent, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = silent.Close() })
	for name, address := range map[string]string{"refused": "127.0.0.1:1", "silence": silent.Addr().String()} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t).configured("    url: ", "    sounds_url: http://"+address+"\n    url: ").start()
			require.EventuallyWithT(t, func(c *assert.CollectT) {
				log, err := os.ReadFile(w.LogFile)
				require.NoError(c, err)
				assert.Contains(c, string(log), "sound_not_fetched")
				assert.Contains(c, string(log), "res_http_media_cache")
			}, 20*time.Second, 100*time.Millisecond)
			w.loses(customer)
			agent := w.aliceRings()
			agent.MustAnswer(t)
			called := w.customerRings(customer)
			assert.Less(t, called.Times().Began.Sub(agent.Times().Answered), time.Second)
			called.MustAnswer(t)
			w.talk(agent, called)
			called.MustHangup(t)
			agent.MustEnd(t)
			w.task(callback.TaskCompleted)
		})
	}
}
