package page_test

import (
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// People who talk with customers, each with a phone of their own.
var (
	alice = httpapi.Person{Name: "alice", Role: callback.RoleAgent, Account: "acme", Agent: "alice"}
	bob   = httpapi.Person{Name: "bob", Role: callback.RoleAgent, Account: "acme", Agent: "bob"}
)

// newWorkplace is a world in which alice and bob have phones, and alice is in the group sales.
func newWorkplace(t testing.TB) *world {
	t.Helper()
	w := newWorld(t)
	acme := account(t, "acme", "Europe/Stockholm")
	acme.Agents = map[string]callback.Agent{"alice": {Name: "alice", Endpoint: "PJSIP/alice"}, "bob": {Name: "bob", Endpoint: "PJSIP/bob"}}
	acme.Requests.DialingIntervals = []time.Duration{0, 10 * time.Minute}
	acme.Groups = map[string]callback.Group{"sales": {Name: "sales", Members: []string{"alice"}}}
	w.rules.Replace(callback.NewRulebook(acme, account(t, "globex", "America/New_York")))
	return w
}

// asks asks for a callback of a customer of acme; a zero time is as soon as possible.
func (w *world) asks(number, target, note string, at time.Time) callback.Task {
	w.t.Helper()
	to, err := callback.ParseTarget(target)
	require.NoError(w.t, err)
	asked, err := w.desk.Ask(w.t.Context(), callback.Request{
		Account: "acme", Number: number, Target: to, Note: note, At: at, Via: callback.ViaWeb, By: "form",
	})
	require.NoError(w.t, err)
	return asked.Task
}

// sent checks that a form was taken, and reads the page that follows as the person sees it.
func (w *world) sent(p httpapi.Person, path string, fields url.Values) string {
	w.t.Helper()
	answer := w.post(p, path, fields)
	require.Equal(w.t, http.StatusSeeOther, answer.Code, plain(answer.Body.String()))
	return w.reads(p, answer.Header().Get("Location"))
}

var atWork = url.Values{"from": {"work"}}

// An agent sees what there is to do: first what is hers, then what is her groups', then
// the queues', each in the order in which it is called.
func TestWhatThereIsToDo(t *testing.T) {
	w := newWorkplace(t)
	w.asks("+46701111101", "queue:support", "later", time.Now().Add(3*time.Hour))
	w.asks("+46701111102", "queue:support", "asks about <b>Åsa</b>", time.Time{})
	w.miss("acme", "+46701111103")
	w.asks("+46701111104", "group:sales", "", time.Time{})
	w.asks("+46701111105", "agent:alice", "", time.Time{})
	w.asks("+46701111106", "agent:bob", "", time.Time{})

	page := w.get(alice, "/work").Body.String()
	assert.Contains(t, page, "“<bdi>asks about &lt;b&gt;Åsa&lt;/b&gt;</bdi>”")
	text := plain(page)
	places := []string{"Yours", "45 11 05", "Group sales", "45 11 04", "Queue support", "45 11 02", "45 11 03", "45 11 01"}
	at := 0
	for _, place := range places {
		place = strings.Replace(place, "45 11", "111 11", 1)
		found := strings.Index(text[at:], place)
		require.GreaterOrEqual(t, found, 0, "%s comes after what is before it in %s: %s", place, places, text)
		at += found
	}
	assert.NotContains(t, text, "111 11 06", "what is another agent's isn't there to take")
	assert.Contains(t, text, "asked for, on the web")
	assert.Contains(t, text, "missed call, queue:support")
	assert.Contains(t, text, "it is due and about to be taken up")
	assert.NotContains(t, w.reads(bob, "/work"), "Group sales", "bob isn't in it")

	text = w.reads(alice, "/work?kind=missed")
	assert.Contains(t, text, "111 11 03")
	assert.NotContains(t, text, "111 11 02")
	text = w.reads(alice, "/work?target=group:sales")
	assert.Contains(t, text, "111 11 04")
	assert.NotContains(t, text, "111 11 05")
	assert.Contains(t, w.reads(alice, "/work?kind=appointment"), "Nothing like that waits")
}

// One press gives her the callback, and one gives it back.
func TestTakingACallback(t *testing.T) {
	w := newWorkplace(t)
	w.asks("+46701234567", "queue:support", "", time.Now().Add(3*time.Hour))

	text := w.sent(alice, "/tasks/1/take", atWork)
	assert.Contains(t, text, "It is yours: your phone rings as soon as nothing is in the way.")
	assert.Contains(t, text, "Yours")
	task := w.task(1)
	assert.Equal(t, "agent:alice", task.Target.String())
	assert.WithinDuration(t, time.Now(), task.Due, time.Minute)
	assert.NotContains(t, w.get(alice, "/work").Body.String(), `/tasks/1/take`)

	// Another agent was shown it a moment ago.
	answer := w.post(bob, "/tasks/1/take", atWork)
	assert.Equal(t, http.StatusConflict, answer.Code)
	assert.Contains(t, plain(answer.Body.String()), "Alice has task 1 already, until ")
	assert.Contains(t, answer.Body.String(), `data-reads="/work"`)

	assert.Contains(t, w.sent(alice, "/tasks/1/give-back", atWork), "The callback is given back.")
	assert.Equal(t, support, w.task(1).Target)
	assert.Contains(t, w.sent(bob, "/tasks/1/take", atWork), "Yours")
	assert.Contains(t, w.reads(supervisor, "/tasks/1"), "Taken by bob.", "the story says who")
}

// While the phone rings she sees whom she is about to talk to, and what was before; after
// the call, what to do next.
func TestTheCallSheIsOn(t *testing.T) {
	w := newWorkplace(t)
	w.asks("+46701234567", "queue:support", "the invoice is wrong", time.Time{})
	begun := time.Now().Add(-30 * time.Second)
	assert.Contains(t, w.reads(alice, "/work"), "You aren't on a callback. Your phone is PJSIP/alice")
	w.dial(1, begun)
	text := w.reads(alice, "/work")
	assert.Contains(t, text, "The customer's phone rings")
	assert.Contains(t, text, "“ the invoice is wrong ”")
	assert.NotContains(t, w.reads(bob, "/work"), "The customer's phone rings", "bob's phone isn't the one that answered")
	w.connect(1, begun.Add(15*time.Second))
	assert.Contains(t, w.reads(alice, "/work"), "You talk with the customer")
	assert.Contains(t, w.sent(alice, "/tasks/1/note", url.Values{"from": {"work"}, "note": {"wants a new one"}}), "“ wants a new one ”")

	w.hangUp(1, time.Now())
	text = w.reads(alice, "/work")
	assert.Contains(t, text, "What came of it?")
	assert.Contains(t, text, "They talked for")
	tomorrow := stockholmTime(t, 26*time.Hour)
	text = w.sent(alice, "/tasks/1/another", url.Values{
		"from": {"work"}, "time": {tomorrow.Format("2006-01-02T15:04")}, "target": {"agent:alice"}, "note": {"with the new invoice"},
	})
	assert.Contains(t, text, "The callback is asked for.")
	next := w.task(2)
	assert.EqualValues(t, 1, next.Previous)
	assert.True(t, tomorrow.Equal(next.At), "%s is by the account's clock", tomorrow)
	assert.Equal(t, "agent:alice", next.Target.String())
	assert.Equal(t, "agent", next.Source)
	assert.Contains(t, text, "Other callbacks of this customer 2")

	assert.Contains(t, w.sent(alice, "/tasks/1/do-not-call", url.Values{"from": {"work"}, "reason": {"said so"}}), "isn't called any more")
	assert.Equal(t, callback.TaskCancelled, w.task(2).State)
}

func stockholmTime(t *testing.T, ahead time.Duration) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Stockholm")
	require.NoError(t, err)
	return time.Now().In(zone).Add(ahead).Truncate(time.Minute)
}

// What the form of a new callback says is done, or comes back with why not.
func TestAskingForACustomerOnThePhone(t *testing.T) {
	w := newWorkplace(t)
	assert.Contains(t, w.sent(alice, "/work", url.Values{"number": {"070-123 45 67"}, "note": {"about\nthe offer"}}), "The callback is asked for.")
	assert.Equal(t, "+46701234567", w.task(1).Number)
	assert.Equal(t, "about the offer", w.task(1).Note)
	assert.Contains(t, w.sent(alice, "/work", url.Values{"number": {"070-123 45 67"}, "note": {"calls again"}}), "has such a callback open already")

	for name, row := range map[string]struct {
		fields url.Values
		says   string
	}{
		"no number":   {url.Values{"number": {"<i>12"}}, "isn't a telephone number"},
		"a past time": {url.Values{"number": {"0701234568"}, "time": {"2020-01-01T10:00"}}, "in the future"},
		"no time":     {url.Values{"number": {"0701234568"}, "time": {"soon"}}, "Write a day and a time that there is"},
		"nobody":      {url.Values{"number": {"0701234568"}, "target": {"nobody"}}, "Choose who calls."},
		"a stranger":  {url.Values{"number": {"0701234568"}, "target": {"queue:none"}}, "has no queue:none in its file"},
	} {
		t.Run(name, func(t *testing.T) {
			row.fields.Set("note", "kept <words>")
			answer := w.post(alice, "/work", row.fields)
			assert.Equal(t, http.StatusUnprocessableEntity, answer.Code)
			body := answer.Body.String()
			assert.Contains(t, html.UnescapeString(body), row.says)
			assert.Contains(t, body, "kept &lt;words&gt;", "what was typed is still there")
			assert.Contains(t, body, `<dialog id="new" aria-labelledby="new-title" open>`)
		})
	}
	assert.Equal(t, http.StatusBadRequest, w.post(alice, "/work", url.Values{"note": {strings.Repeat("x", 70<<10)}}).Code)
}

// Who works where, and what is said to those who can't.
func TestWhoWorks(t *testing.T) {
	w := newWorkplace(t)
	text := w.reads(alice, "/work")
	assert.Contains(t, text, "Nobody waits for a callback")

	nobodys := httpapi.Person{Name: "carl", Role: callback.RoleAgent, Account: "acme"}
	w.asks("+46701234567", "queue:support", "", time.Now().Add(time.Hour))
	page := w.get(nobodys, "/work").Body.String()
	assert.Contains(t, page, "callbackd users role carl agent --agent NAME")
	assert.NotContains(t, page, "/tasks/1/take")
	gone := httpapi.Person{Name: "dora", Role: callback.RoleAgent, Account: "acme", Agent: "dora"}
	assert.Contains(t, w.reads(gone, "/work"), "The rules file has no agent dora")

	assert.Contains(t, w.reads(admin, "/work"), "In which account?")
	assert.Contains(t, w.reads(admin, "/work?account=acme"), "123 45 67")
	assert.NotContains(t, w.reads(elsewhere, "/work"), "123 45 67", "another account's are nobody's business")
	assert.Equal(t, http.StatusNotFound, w.post(elsewhere, "/tasks/1/take", atWork).Code)
}

// Agents come to their work when they sign in, others to Today.
func TestAgentsSignInToWork(t *testing.T) {
	w := newWorkplace(t)
	for _, row := range []struct {
		person     httpapi.Person
		next, sees string
	}{{alice, "/", "/work"}, {alice, "/tasks", "/tasks"}, {supervisor, "/", "/"}} {
		w.as(row.person)
		answer := w.post(admin, "/sign-in", url.Values{"name": {row.person.Name}, "password": {password}, "next": {row.next}})
		assert.Equal(t, row.sees, answer.Header().Get("Location"))
	}
}

// BenchmarkWork is BenchmarkPages for an agent's work, whose last call is looked for among
// those of everybody.
func BenchmarkWork(b *testing.B) {
	w := newWorkplace(b)
	w.fill(100_000, 500)
	cookie := w.as(alice)
	for b.Loop() {
		r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/work", nil)
		r.AddCookie(cookie)
		answer := httptest.NewRecorder()
		w.handler.ServeHTTP(answer, r)
		require.Equal(b, http.StatusOK, answer.Code)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/1000, "ms/op")
}
