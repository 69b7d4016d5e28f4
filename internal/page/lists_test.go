package page_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// An empty page says what to do next.
func TestEmptyPagesSayWhatToDo(t *testing.T) {
	w := newWorld(t)
	assert.Contains(t, w.reads(admin, "/"), "Nothing has happened yet")
	assert.Contains(t, w.reads(admin, "/"), "call the account's number from outside")
	assert.Contains(t, w.reads(admin, "/tasks"), "A task is a promise to call one customer back.")
	assert.Contains(t, w.reads(admin, "/tasks?state=held"), "No task is like that")
	assert.Contains(t, w.reads(admin, "/missed-calls"), "hang up while it rings")
	assert.Contains(t, w.reads(admin, "/missed-calls?decision=refused"), "No missed call is like that")
}

func TestTheListOfTasks(t *testing.T) {
	w := newWorld(t)
	w.miss("acme", "+46701234567")
	w.miss("acme", "+46701234568")
	w.miss("globex", "+46701234569")
	_, err := callback.Cancel(t.Context(), w.db, 2, callback.CancelCustomerCalled, "events")
	require.NoError(t, err)
	_, err = callback.Hold(t.Context(), w.db, 1, "ada", "")
	require.NoError(t, err)

	text := w.reads(admin, "/tasks")
	assert.Contains(t, text, "+46 70 123 45 67 1 · missed call · acme held since")
	assert.Contains(t, text, "held by ada since")
	assert.Contains(t, text, "the customer called and was helped")
	assert.Contains(t, text, "+46 70 123 45 69 3 · missed call · globex scheduled due")

	for path, rows := range map[string][]string{
		"/tasks?state=open":                      {"68"},
		"/tasks?state=cancelled":                 {"67", "69"},
		"/tasks?account=globex":                  {"67", "68"},
		"/tasks?q=%2B46701234567":                {"68", "69"},
		"/tasks?kind=request":                    {"67", "68", "69"},
		"/tasks?state=open&sort=due":             {"68"},
		"/tasks?target=queue:support&state=held": {"68", "69"},
	} {
		text := w.reads(admin, path)
		for _, row := range []string{"67", "68", "69"} {
			contains := strings.Contains(text, "+46 70 123 45 "+row)
			assert.NotEqual(t, contains, slices.Contains(rows, row), "%s: %s", path, row)
		}
	}
	text = w.reads(supervisor, "/tasks")
	assert.NotContains(t, text, "45 69", "of another account")
	assert.NotContains(t, text, "globex")
	assert.NotContains(t, w.get(supervisor, "/tasks").Body.String(), `name="account"`, "there is nothing to choose")
}

// What is chosen stands in the form, and in the address of the next page.
func TestPagesOfAList(t *testing.T) {
	w := newWorld(t)
	for i := range 51 {
		w.miss("acme", fmt.Sprintf("+467012345%02d", i))
	}
	body := w.get(admin, "/tasks?account=acme&state=open").Body.String()
	assert.Contains(t, body, `<option value="open" selected>`)
	assert.Contains(t, body, `<option value="acme" selected>`)
	assert.Contains(t, body, "45\u00a050", "the newest")
	next := addressOf(body, `rel="next"`)
	require.NotEmpty(t, next)
	text := w.reads(admin, next)
	assert.Contains(t, text, "+46 70 123 45 00")
	assert.NotContains(t, text, "+46 70 123 45 50")
	assert.Contains(t, text, "First page")
	assert.NotContains(t, text, "Next page")
	assert.Contains(t, next, "state=open")

	assert.Contains(t, w.get(admin, "/missed-calls").Body.String(), "Next page")
}

// A filter that can't be is said, and the form stays as it was.
func TestAFilterThatCannotBe(t *testing.T) {
	w := newWorld(t)
	for path, typed := range map[string]string{
		"/tasks?state=nonsense":               `<option value="nonsense" selected>`,
		"/tasks?target=nobody":                `value="nobody"`,
		"/missed-calls?number=1":              `value="1"`,
		"/missed-calls?reason=it+was+raining": `<option value="it was raining" selected>`,
	} {
		answer := w.get(admin, path)
		assert.Equal(t, http.StatusUnprocessableEntity, answer.Code, path)
		assert.Contains(t, answer.Body.String(), typed, path)
		assert.Contains(t, answer.Body.String(), `role="alert"`, path)
	}
	answer := w.get(admin, "/tasks?account=nowhere")
	assert.Equal(t, http.StatusNotFound, answer.Code)
	assert.Contains(t, plain(answer.Body.String()), "There is no such account")
	assert.Equal(t, http.StatusOK, w.get(supervisor, "/tasks?account=globex").Code, "one's own account is meant, whatever the address says")
	assert.NotContains(t, w.reads(supervisor, "/tasks?account=globex"), "globex")
}

func TestWhyACallIsOrIsNotCalledBack(t *testing.T) {
	w := newWorld(t)
	w.miss("acme", "+46701234567")
	w.miss("acme", "anonymous")
	w.miss("globex", "+4790123456")

	text := w.reads(admin, "/missed-calls")
	assert.Contains(t, text, "+46 70 123 45 67 dialled 08-555 00 00 Yes to be called back rule “lost in the contact center” queue:support acme 1 min 1")
	assert.Contains(t, text, "withheld dialled 08-555 00 00 No the caller's number is withheld")
	assert.Contains(t, text, "No the number belongs to a country that the account doesn't call")
	assert.NotContains(t, w.reads(admin, "/missed-calls?decision=refused"), "45 67")
	assert.Contains(t, w.reads(admin, "/missed-calls?decision=refused&reason=anonymous"), "withheld")
	assert.NotContains(t, w.reads(admin, "/missed-calls?reason=anonymous"), "+47")

	text = w.reads(agent, "/missed-calls")
	assert.Contains(t, text, "+46*******67", "agents see numbers masked")
	assert.NotContains(t, w.get(agent, "/missed-calls").Body.String(), "701234567")
	assert.NotContains(t, w.get(agent, "/missed-calls").Body.String(), `name="number"`, "nor do they search for one")
}

// Whatever page somebody looks at, they know why nothing is called back.
func TestBanners(t *testing.T) {
	w := newWorld(t)
	w.pbxs = append(w.pbxs, httpapi.PBX{Name: "pbx2", Reason: "connection refused"})
	require.NoError(t, w.control.Stop(t.Context(), "ada"))
	require.NoError(t, w.control.Freeze(t.Context(), "globex", "greta"))
	text := w.reads(admin, "/tasks")
	assert.Contains(t, text, "callbackd is stopped since ")
	assert.Contains(t, text, "stopped by ada")
	assert.Contains(t, text, "globex is frozen since")
	assert.Contains(t, text, "pbx2 isn't ready : its calls aren't seen and none can be made: connection refused")
	assert.NotContains(t, w.reads(admin, "/tasks?account=acme"), "globex is frozen")
	assert.NotContains(t, w.reads(supervisor, "/tasks"), "globex is frozen")
	assert.Contains(t, w.reads(agent, "/tasks"), "callbackd is stopped")
}

func TestWhatIsNotThere(t *testing.T) {
	w := newWorld(t)
	answer := w.get(agent, "/nowhere")
	assert.Equal(t, http.StatusNotFound, answer.Code)
	assert.Contains(t, plain(answer.Body.String()), "There is nothing here")
	assert.Contains(t, answer.Body.String(), `aria-label="Pages"`)
	for _, path := range []string{"/assets/nothing", "/assets/../page.go", "/assets/style"} {
		assert.NotEqual(t, http.StatusOK, w.get(agent, path).Code, path)
	}
}

// Every page says the same to the browser about what it may load and keep.
func TestHeaders(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/", "/tasks", "/nowhere", "/sign-in"} {
		h := w.get(admin, path).Header()
		assert.Contains(t, h.Get("Content-Security-Policy"), "default-src 'none'; script-src 'self'; style-src 'self'", path)
		assert.Contains(t, h.Get("Content-Security-Policy"), "frame-ancestors 'none'", path)
		assert.Equal(t, "no-store", h.Get("Cache-Control"), path)
		assert.Equal(t, "nosniff", h.Get("X-Content-Type-Options"), path)
	}
	body := w.get(admin, "/tasks").Body.String()
	for _, attribute := range []string{" style=", " onclick=", "<style", "javascript:"} {
		assert.NotContains(t, body, attribute, "the policy wouldn't let it through")
	}
	style := addressOf(body, `rel="stylesheet"`)
	answer := w.get(admin, style)
	assert.Equal(t, http.StatusOK, answer.Code)
	assert.Contains(t, answer.Header().Get("Cache-Control"), "immutable")
	assert.Equal(t, "no-cache", w.get(admin, "/assets/style.css?v=another").Header().Get("Cache-Control"))
}

// Times are by the clock of the account that they belong to, and say so where another is about.
func TestTimesAreInTheAccountsZone(t *testing.T) {
	w := newWorld(t)
	w.miss("globex", "+46701234569")
	newYork, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	due := w.task(1).Due.In(newYork)
	assert.Contains(t, w.reads(admin, "/tasks"), due.Format("15:04 MST"))
	assert.Contains(t, w.reads(elsewhere, "/tasks"), due.Format("15:04")+" its time comes")
	assert.Contains(t, w.reads(elsewhere, "/tasks"), "Times are in America/New_York ("+due.Format("MST")+")")
	assert.Contains(t, w.reads(admin, "/tasks/1"), "Times are in America/New_York")
}
