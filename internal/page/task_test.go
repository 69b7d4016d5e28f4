package page_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// Whoever asks what became of a customer finds it all on one page: the call, the decision,
// each leg with its time, how it ended, and the recording.
func TestTheStoryOfATask(t *testing.T) {
	w := newWorld(t)
	w.miss("acme", "+46701234567")
	start := time.Now().Add(-2 * time.Minute)
	w.dial(1, start)
	w.connect(1, start.Add(20*time.Second))
	w.hangUp(1, start.Add(80*time.Second))

	text := w.reads(supervisor, "/tasks/1")
	for _, told := range []string{
		"+46 70 123 45 67 completed", "Agent and customer talked.",
		"Missed call Came in at", "from +46 70 123 45 67, dialled 08-555 00 00, on PJSIP/pstn of pbx1.", "Lost by queue:support after 1 min.",
		"To be called back, by rule “lost in the contact center”.",
		"Attempt 1 of 3", "queue:support is called", "PJSIP/alice answers after 4 s", "the customer is called", "the customer answers after 11 s; they talk",
		"They talked for 1 min.", "1 min, recorded; kept until",
		"the agent hears callback", "Times are in Europe/Stockholm",
	} {
		assert.Contains(t, text, told)
	}
	assert.NotContains(t, text, "Why it isn't being dialled")
	assert.Contains(t, w.get(supervisor, "/tasks/1").Body.String(), `<audio controls preload="none" src="/recordings/1"`)
	assert.NotContains(t, w.get(agent, "/tasks/1").Body.String(), "<audio", "agents don't hear recordings")
}

func TestWhyATaskIsNotBeingDialled(t *testing.T) {
	w := newWorld(t)
	w.miss("acme", "+46701234567")
	text := w.reads(supervisor, "/tasks/1")
	assert.Contains(t, text, "Attempt 1 of 3 comes in 59 min 5")
	assert.Contains(t, text, "Why it isn't being dialled right now: it is due at ")
	assert.Contains(t, text, "Attempt 1 of 3, planned")

	_, err := callback.Hold(t.Context(), w.db, 1, "ada", "waits for the invoice")
	require.NoError(t, err)
	text = w.reads(supervisor, "/tasks/1")
	assert.Contains(t, text, "A person has to release it.")
	assert.Contains(t, text, "(waits for the invoice)")
	assert.Contains(t, text, "Held")
	assert.NotContains(t, text, "callbackd tasks release", "there is a button")
	assert.NotContains(t, text, "UTC", "times are in the account's zone")
}

// A live attempt is told leg by leg while it goes on.
func TestATaskThatIsBeingDialled(t *testing.T) {
	w := newWorld(t)
	w.miss("acme", "+46701234567")
	w.dial(1, time.Now())
	text := w.reads(supervisor, "/tasks/1")
	assert.Contains(t, text, "Attempt 1 of 3: the customer is being called.")
	assert.Contains(t, text, "customer leg the customer is called")
}

func TestATaskThatIsNotThere(t *testing.T) {
	w := newWorld(t)
	w.miss("globex", "+46701234567")
	for _, path := range []string{"/tasks/1", "/tasks/99", "/tasks/x", "/tasks/0", "/recordings/7"} {
		answer := w.get(supervisor, path) // of acme
		assert.Equal(t, http.StatusNotFound, answer.Code, path)
		assert.NotContains(t, answer.Body.String(), "6701234567", path)
		assert.Contains(t, answer.Body.String(), `aria-label="Pages"`, "one finds back from there")
	}
	assert.Equal(t, http.StatusOK, w.get(elsewhere, "/tasks/1").Code)
}

// The player reads a recording piece by piece, and hears why it can't.
func TestARecordingIsPlayed(t *testing.T) {
	w := newWorld(t)
	w.miss("acme", "+46701234567")
	start := time.Now().Add(-2 * time.Minute)
	w.dial(1, start)
	w.connect(1, start.Add(20*time.Second))
	w.hangUp(1, start.Add(80*time.Second))

	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/recordings/1?account=acme", nil)
	require.NoError(t, err)
	r.Header.Set("Range", "bytes=6-7")
	answer := w.serve(supervisor, r)
	assert.Equal(t, http.StatusPartialContent, answer.Code)
	assert.Equal(t, "as", answer.Body.String())
	assert.Equal(t, "audio/wav", answer.Header().Get("Content-Type"))
	assert.Contains(t, answer.Header().Get("Content-Security-Policy"), "media-src 'self'")

	assert.Equal(t, http.StatusForbidden, w.get(agent, "/recordings/1").Code)
	assert.Equal(t, http.StatusNotFound, w.get(elsewhere, "/recordings/1").Code)
	w.sound = ""
	answer = w.get(supervisor, "/recordings/1")
	assert.Equal(t, http.StatusServiceUnavailable, answer.Code)
	assert.Contains(t, answer.Header().Get("Content-Type"), "text/html")
	assert.Contains(t, plain(answer.Body.String()), "can't be reached now")
}

// Words that are somebody else's stay words.
func TestNothingBreaksOutOfAPage(t *testing.T) {
	const nasty = "<script>alert(1)</script>\" onload=\"x\u202Egnp.exe\u2066\x07\x1b[31m\u2028end"
	w := newWorld(t)
	require.NoError(t, callback.NewIntake(w.db, w.rules, func(callback.MissedCall) {}).Take(t.Context(), callback.Verdict{
		PBX: "pbx1", CallID: "1", Trunk: nasty, Caller: nasty, Dialled: nasty, Arrived: time.Now().Add(-time.Minute), Ended: time.Now(), Loss: callback.Loss{Queue: "support"},
	}))
	w.miss("acme", "+46701234567")
	require.NoError(t, w.db.Update(t.Context(), func(tx callback.Tx) error {
		open, err := tx.OpenTasks("acme")
		require.NoError(t, err)
		task := open[0]
		task.Note, task.WaitingFor, task.Rule, task.Due = nasty, nasty, nasty, time.Now().Add(-time.Hour)
		return tx.UpdateTask(&task, callback.Change{Input: string(callback.TaskEdit), From: string(task.State), To: string(task.State), Reason: nasty})
	}))
	for _, path := range []string{"/", "/tasks", "/tasks/1", "/missed-calls", "/tasks?q=" + urlOf(nasty), "/missed-calls?lost_by=" + urlOf(nasty), "/?said=" + urlOf(nasty), "/tasks?account=" + urlOf(nasty)} {
		body := w.get(admin, path).Body.String()
		assert.NotContains(t, body, "<script>alert", path)
		assert.NotContains(t, body, `onload="x`, path)
		for _, r := range body {
			if r != '\n' && r != '\t' && isUnseen(r) {
				t.Errorf("%s has the character %U", path, r)
				break
			}
		}
	}
	assert.Contains(t, w.get(admin, "/tasks/1").Body.String(), "&lt;script&gt;alert(1)", "it is there to be read")
}

// What a person may not do isn't offered, and isn't done for one who asks all the same.
func TestActsAreOfferedToThoseWhoMay(t *testing.T) {
	w := newWorld(t)
	w.miss("acme", "+46701234567")
	for _, p := range []httpapi.Person{admin, supervisor, agent} {
		body := w.get(p, "/tasks/1").Body.String()
		for _, label := range []string{"Call now…", "Other time…", "Hold…", "Note…", "Close as done…", "Cancel…"} {
			assert.Contains(t, body, label, p.Role)
		}
		assert.NotContains(t, body, "Release…", "it isn't held")
	}
	answer := w.post(elsewhere, "/tasks/1/cancel", nil)
	assert.Equal(t, http.StatusNotFound, answer.Code)
	answer = w.post(supervisor, "/tasks/1/explode", nil)
	assert.Equal(t, http.StatusNotFound, answer.Code)
	assert.Contains(t, w.reads(supervisor, "/tasks/1"), "scheduled")
}
