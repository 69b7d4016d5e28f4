package wording_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"callbackd/callback"
	"callbackd/internal/httpapi"
	"callbackd/internal/wording"
)

// No word of a closed list reaches people as it stands in the database.
func TestEveryWordHasItsWords(t *testing.T) {
	for _, r := range callback.Results {
		assert.NotEqual(t, string(r), wording.Result(r))
	}
	for _, d := range callback.Decisions {
		assert.NotEqual(t, string(d), wording.Decision(d))
	}
	for _, s := range callback.TaskStates {
		assert.Equal(t, s.Open(), wording.Over(httpapi.TaskHead{State: s, Reason: "customer_busy"}) == "", s)
	}
	for _, s := range []callback.AttemptState{callback.AttemptAgent, callback.AttemptAgentUp, callback.AttemptCustomer, callback.AttemptBridged} {
		assert.NotEmpty(t, wording.Progress[s], s)
	}
}

func TestWhyATaskIsOver(t *testing.T) {
	for _, c := range []struct {
		state  callback.TaskState
		reason string
		words  string
	}{
		{callback.TaskCompleted, "", "agent and customer talked"},
		{callback.TaskExhausted, "customer_busy", "no attempt is left: the customer's phone was busy"},
		{callback.TaskExpired, "give_up_after", "it grew too old"},
		{callback.TaskCancelled, "customer_called", "the customer called and was helped"},
		{callback.TaskCancelled, "cancelled_by_person", "by a person"},
		{callback.TaskCancelled, "cancelled_by_person: customer_called: she wrote", "by a person: customer_called: she wrote"},
		{callback.TaskCancelled, "a reason of a later version", "a reason of a later version"},
	} {
		assert.Equal(t, c.words, wording.Over(httpapi.TaskHead{State: c.state, Reason: c.reason}))
	}
}

func TestSpansAndPlaces(t *testing.T) {
	for d, words := range map[time.Duration]string{
		-time.Second: "0 s", 0: "0 s", 45 * time.Second: "45 s", 89 * time.Second: "1 min 29 s", 2 * time.Hour: "2 h", 76*time.Hour + time.Minute: "3 d 4 h",
	} {
		assert.Equal(t, words, wording.Span(d))
	}
	var places []string
	for _, n := range []int{1, 2, 3, 4, 11, 12, 13, 21, 112, 123} {
		places = append(places, wording.Place(n))
	}
	assert.Equal(t, "1st 2nd 3rd 4th 11th 12th 13th 21st 112th 123rd", strings.Join(places, " "))
}
