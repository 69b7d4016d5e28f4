package page_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What would become of a call stands on the same page, at an address that can be kept.
func TestWhatWouldBecomeOfACall(t *testing.T) {
	w := newWorld(t)
	w.filed()
	text := w.reads(supervisor, "/rules?number=0701234567&target=queue:support&at=2026-12-24T17:30&dialled=%2B4685550000")
	assert.Contains(t, text, `Called back: rule "lost in the contact center" calls back what queue:support loses.`)
	assert.Contains(t, text, "Caller +46701234567, which the trunk delivers as 0701234567")
	assert.Contains(t, text, "Lost 24 Dec 17:30:00 , by queue:support")
	assert.Contains(t, text, "Attempts, if the customer never answers Thu 2026-12-24 18:30:00 in Europe/Stockholm")
	assert.Contains(t, text, "queue:support rings on pbx1")
	assert.Contains(t, text, "the customer is dialled as PJSIP/+46701234567@pstn")

	text = w.reads(supervisor, "/rules?number=anonymous&target=queue:support")
	assert.Contains(t, text, "Not called back: ")

	text = w.reads(supervisor, "/rules?asks=request&number=0701234567")
	assert.Contains(t, text, "Promised: a task of its own.")
	assert.Contains(t, text, "Who calls back queue:support")

	require.NoError(t, w.control.Stop(t.Context(), "ada"))
	assert.Contains(t, w.reads(supervisor, "/rules?number=0701234567&target=queue:support"), "nothing is dialled until it is resumed")
}

// Whoever looks at all accounts says which is meant; nobody else learns of any.
func TestAQuestionHasAnAccount(t *testing.T) {
	w := newWorld(t)
	w.filed()
	assert.Contains(t, w.get(admin, "/rules").Body.String(), `<select id="of" name="account">`)
	body := w.get(admin, "/rules?account=acme").Body.String()
	assert.NotContains(t, body, `id="of"`)
	assert.Contains(t, body, `<input type="hidden" name="account" value="acme">`)
	assert.Contains(t, w.reads(admin, "/rules?account=globex&number=0701234567"), "Account globex")
	text := w.reads(elsewhere, "/rules?account=acme&number=0701234567")
	assert.Contains(t, text, "Account globex", "one's own is meant")
	assert.NotContains(t, text, "acme")
}

// What a question lacks is said in the words of the form, with what was typed.
func TestAQuestionThatCannotBeAnswered(t *testing.T) {
	w := newWorld(t)
	w.filed()
	for path, words := range map[string]string{
		"/rules?number=0701234567&target=nobody":                          "Write who it is about as queue:support",
		"/rules?number=0701234567&at=soon":                                "When: write the time as",
		"/rules?number=0701234567&at=1999-01-01T10:00":                    "When: write a time from the year 2000 to 2200.",
		"/rules?number=%3Cscript%3Ealert(1)%3C/script%3E&at=soon%00later": "When: ",
	} {
		answer := w.get(supervisor, path)
		assert.Equal(t, http.StatusUnprocessableEntity, answer.Code, path)
		assert.Contains(t, plain(answer.Body.String()), words, path)
		assert.Contains(t, answer.Body.String(), `role="alert"`, path)
		assert.NotContains(t, answer.Body.String(), "<script>", path)
		assert.Contains(t, answer.Body.String(), "acme.yaml", "the rules are there all the same")
	}
	assert.Contains(t, w.get(supervisor, "/rules?number=%3Cb%3E&target=nobody").Body.String(), `value="&lt;b&gt;"`)
}
