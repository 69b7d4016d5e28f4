package page_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// At a glance: who waits and why, who is being called, who was, and how soon.
func TestToday(t *testing.T) {
	w := newWorld(t)
	for _, number := range []string{"+46701234501", "+46701234502", "+46701234503", "+46701234504"} {
		w.miss("acme", number)
	}
	w.miss("acme", "anonymous")
	now := time.Now()
	w.dial(1, now)
	w.connect(1, now)
	w.hangUp(1, now.Add(time.Minute))
	w.dial(2, now.Add(-22*time.Second)) // so the customer for 13 s
	_, err := callback.Hold(t.Context(), w.db, 3, "ada", "")
	require.NoError(t, err)
	require.NoError(t, w.db.Update(t.Context(), func(tx callback.Tx) error {
		task, err := tx.Task(4)
		require.NoError(t, err)
		task.Due, task.WaitingFor = now.Add(-10*time.Minute), "2 live callers wait in support since 12:03"
		return tx.UpdateTask(&task, callback.Change{Input: "edit", From: "scheduled", To: "scheduled"})
	}))

	text := w.reads(supervisor, "/")
	for _, told := range []string{
		"Waiting 2 1 due, 0 later, 1 held; the longest for 10 min",
		"In progress 1 right now",
		"Called back 1 Given up 0 Missed 5 1 not to be called back",
		"Time to callback 0 s for half of them at most",
		"+46 70 123 45 02 attempt 1, queue:support The customer is being called. 1",
		"customer leg the customer is called",
		"+46 70 123 45 04 4 · missed call scheduled due since",
		"2 live callers wait in support since 12:03",
		"within 15 minutes 100 % 1 of 1, 3 still open",
		"From Missed Asked for Called back Helped otherwise Given up 00:00 ",
	} {
		assert.Contains(t, text, told)
	}
	assert.NotContains(t, text, "+46 70 123 45 01", "that one is done")
	body := w.get(supervisor, "/").Body.String()
	assert.Contains(t, body, `<rect class="missed"`)
	assert.Contains(t, body, `<rect class="done"`)
	assert.Contains(t, body, `data-tick datetime="`)
	assert.Contains(t, w.reads(elsewhere, "/"), "Nothing has happened yet", "in the other account")
}

// What wants a person is on top, with what to do.
func TestAlarmsOnToday(t *testing.T) {
	w := newWorld(t)
	w.miss("acme", "+46701234567")
	w.alarms = []httpapi.Alarm{{
		Name: "target_missing", Account: "acme", About: "pbx pbx1, name queue:support", Message: "Asterisk doesn't know it", Means: "Tasks wait for it.",
		Act: "Add it to queues.conf.", Count: 3, TaskID: 1, First: time.Now(), Last: time.Now(),
	}, {Name: "trunk_failed", Message: "the trunk works again", Count: 1, Last: time.Now(), Over: time.Now()}}
	text := w.reads(admin, "/")
	assert.Contains(t, text, "Target missing. acme, pbx pbx1, name queue:support 3 times, last ")
	assert.Contains(t, text, "Tasks wait for it. What to do: Add it to queues.conf. Asterisk doesn't know it Task 1")
	assert.Contains(t, text, "Trunk failed. over;")
	assert.NotContains(t, w.reads(agent, "/"), "Target missing", "alarms are for those who can do something about them")
}
