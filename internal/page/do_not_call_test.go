package page_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// containsAll reports whether all words are in a text.
func containsAll(text string, words ...string) bool {
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

func TestTheDoNotCallList(t *testing.T) {
	w := newWorld(t)
	w.miss("acme", "+46701234567")
	assert.Contains(t, w.reads(supervisor, "/do-not-call"), "Nobody is on the list")
	assert.Contains(t, w.reads(supervisor, "/do-not-call"), "Customers whom acme never calls.")

	answer := w.post(supervisor, "/do-not-call", url.Values{"number": {"070-123 45 67"}, "reason": {"asked in\r\na <b>letter</b>"}})
	require.Equal(t, http.StatusSeeOther, answer.Code, plain(answer.Body.String()))
	body := w.get(supervisor, answer.Header().Get("Location")).Body.String()
	assert.Contains(t, plain(body), "The customer is on the list, and open tasks are cancelled.")
	assert.Contains(t, plain(body), "+46 70 123 45 67")
	assert.Contains(t, plain(body), "sven asked in a <b>letter</b> Remove", "who, and why")
	assert.NotContains(t, body, "<b>letter")
	assert.Equal(t, callback.TaskCancelled, w.task(1).State)
	assert.NotContains(t, w.reads(elsewhere, "/do-not-call"), "123 45 67", "each account has its own")

	for _, found := range []string{"%2B46+70", "+46701234567", "4670"} {
		assert.Contains(t, w.reads(supervisor, "/do-not-call?number="+found), "+46 70 123 45 67", found)
	}
	assert.Contains(t, w.reads(supervisor, "/do-not-call?number=%2B47"), "No number on the list begins so")
	refused := w.get(supervisor, "/do-not-call?number=%3Cb%3E")
	assert.Equal(t, http.StatusUnprocessableEntity, refused.Code)
	assert.Contains(t, plain(refused.Body.String()), "Write how the number begins, with its country")

	body = w.get(supervisor, "/do-not-call?do=unblock-%2B46701234567").Body.String()
	assert.Contains(t, body, `<dialog id="unblock" aria-labelledby="unblock-title" open>`)
	assert.Contains(t, body, `name="number" value="&#43;46701234567"`)
	answer = w.post(supervisor, "/do-not-call/remove", url.Values{"number": {"+46701234567"}})
	require.Equal(t, http.StatusSeeOther, answer.Code)
	assert.Contains(t, w.reads(supervisor, answer.Header().Get("Location")), "The customer is off the list. ")
	assert.Contains(t, w.reads(supervisor, "/do-not-call"), "Nobody is on the list")
}

func TestANumberThatCannotBeBlocked(t *testing.T) {
	w := newWorld(t)
	for number, words := range map[string]string{"12": "isn&#39;t a telephone number in account acme", " ": "Write the customer&#39;s number."} {
		answer := w.post(supervisor, "/do-not-call", url.Values{"number": {number}, "reason": {"a letter"}})
		assert.Equal(t, http.StatusUnprocessableEntity, answer.Code)
		assert.Contains(t, answer.Body.String(), words)
		assert.Contains(t, answer.Body.String(), `value="a letter"`, "what was typed")
		assert.Contains(t, answer.Body.String(), ` open>`)
	}
	answer := w.post(supervisor, "/do-not-call", url.Values{"number": {"+46701234567"}, "reason": {strings.Repeat("x", 70<<10)}})
	assert.Equal(t, http.StatusBadRequest, answer.Code)
}

// Agents may put a customer on the list who asks for it, and don't see who else is on it.
func TestAnAgentAndTheDoNotCallList(t *testing.T) {
	w := newWorld(t)
	w.post(supervisor, "/do-not-call", url.Values{"number": {"+46701234567"}})
	text := w.reads(agent, "/do-not-call")
	assert.Contains(t, text, "The list isn't for your role")
	assert.NotContains(t, text, "123 45 67")
	answer := w.post(agent, "/do-not-call", url.Values{"number": {"+46701234568"}})
	require.Equal(t, http.StatusSeeOther, answer.Code)
	assert.Contains(t, w.reads(supervisor, "/do-not-call"), "+46 70 123 45 68")
}

func TestALongDoNotCallList(t *testing.T) {
	w := newWorld(t)
	for i := range 51 {
		_, _, err := w.control.Block(t.Context(), "acme", fmt.Sprintf("+467012345%02d", i), callback.ByCustomer, "")
		require.NoError(t, err)
	}
	body := w.get(supervisor, "/do-not-call").Body.String()
	assert.Contains(t, plain(body), "the customer Remove", "who pressed the stop key")
	next := addressOf(body, `rel="next"`)
	require.NotEmpty(t, next)
	text := w.reads(supervisor, next)
	assert.Contains(t, text, "+46 70 123 45 50")
	assert.NotContains(t, text, "+46 70 123 45 00")
	assert.Contains(t, text, "First page")
}
