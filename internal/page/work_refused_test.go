package page_test

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var dialogThatIsOpen = regexp.MustCompile(`(?s)<dialog [^>]* open>.*?</dialog>`)

// A refusal about one customer opens no form about another, who is beside it.
func TestARefusedTakeOpensNothingElse(t *testing.T) {
	w := newWorkplace(t)
	w.asks("+46701234567", "queue:support", "alice's customer", time.Time{})
	w.dial(1, time.Now().Add(-30*time.Second))
	w.connect(1, time.Now().Add(-20*time.Second))
	w.hangUp(1, time.Now())
	w.asks("+46707654321", "queue:support", "", time.Now().Add(3*time.Hour))
	w.sent(bob, "/tasks/2/take", atWork)
	answer := w.post(alice, "/tasks/2/take", atWork)
	require.Equal(t, http.StatusConflict, answer.Code)
	assert.NotRegexp(t, dialogThatIsOpen, answer.Body.String())
	assert.Contains(t, answer.Body.String(), "Bob has task 2 already")
}

// What was written about the customer before stays with that customer, though the agent's
// phone has rung again meanwhile.
func TestARefusedFormStaysWithItsCustomer(t *testing.T) {
	w := newWorkplace(t)
	w.asks("+46701234567", "queue:support", "", time.Time{})
	w.dial(1, time.Now().Add(-60*time.Second))
	w.connect(1, time.Now().Add(-40*time.Second))
	w.hangUp(1, time.Now().Add(-30*time.Second))
	w.asks("+46707654321", "queue:support", "", time.Time{})
	w.dial(2, time.Now().Add(-10*time.Second))
	answer := w.post(alice, "/tasks/1/another", url.Values{
		"from": {"work"}, "time": {"2020-01-01T10:00"}, "target": {"queue:support"}, "note": {"about the first"},
	})
	require.Equal(t, http.StatusUnprocessableEntity, answer.Code)
	form := dialogThatIsOpen.FindString(answer.Body.String())
	assert.Contains(t, form, `action="/tasks/1/another`)
	assert.Contains(t, form, "about the first", "and isn't lost")
}

// A dialog says whom it is about, and an address opens it for that call alone.
func TestADialogAtWorkNamesItsCustomer(t *testing.T) {
	w := newWorkplace(t)
	w.asks("+46701234567", "queue:support", "", time.Time{})
	w.dial(1, time.Now().Add(-30*time.Second))
	assert.Contains(t, dialogThatIsOpen.FindString(w.get(alice, "/work?do=do-not-call-1").Body.String()), "123\u00a045\u00a067")
	assert.NotRegexp(t, dialogThatIsOpen, w.get(alice, "/work?do=do-not-call-7").Body.String())
}
