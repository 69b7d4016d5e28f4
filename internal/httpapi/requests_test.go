package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/callback/hours"
	"callbackd/internal/httpapi"
)

// ask asks for a callback; headers stand in pairs of name and value.
func (s *service) ask(body string, headers ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), http.MethodPost, "/api/v1/tasks", strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return s.held(r)
}

func taskIn(t *testing.T, w *httptest.ResponseRecorder, status int) (task httpapi.Task) {
	t.Helper()
	require.Equal(t, status, w.Code, w.Body)
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &task))
	return task
}

// refusedFor reads why a request is refused.
func refusedFor(t *testing.T, w *httptest.ResponseRecorder, status int) (p httpapi.RequestProblem) {
	t.Helper()
	problem(t, w, status)
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &p))
	return p
}

// editRules puts other rules of acme in force.
func (s *service) editRules(change func(*callback.Account)) {
	edited := account("acme")
	change(edited)
	s.rules.Replace(callback.NewRulebook(edited, account("globex")))
}

func tomorrow() string {
	return time.Now().Add(24 * time.Hour).In(time.FixedZone("", 3600)).Format(time.RFC3339)
}

func TestACallbackIsAskedForByAProgram(t *testing.T) {
	s := newService(t)
	moment := tomorrow()
	w := s.ask(`{"account": "acme", "number": "070-123 45 67", "target": "queue:support", "at": "` + moment + `", "note": " <b>about</b> the offer ", "language": "sv", "source": "web"}`)
	task := taskIn(t, w, http.StatusCreated)
	assert.Equal(t, "/api/v1/tasks/1", w.Header().Get("Location"))
	assert.Equal(t, callback.KindRequest, task.Kind)
	assert.Equal(t, "+46701234567", task.Number)
	assert.Equal(t, moment, task.At.In(time.FixedZone("", 3600)).Format(time.RFC3339))
	assert.Equal(t, task.At, task.Due)
	assert.Equal(t, "<b>about</b> the offer", task.Note, "kept as it is written")
	assert.Equal(t, "web", task.Source)
	assert.Equal(t, callback.RequestsRule, task.Rule)
	assert.Equal(t, "by admin, via web", get[httpapi.TaskStory](s, "/api/v1/tasks/1").History[0].Reason)

	merged := s.ask(`{"account": "acme", "number": "+46701234567", "at": "` + moment + `", "note": "and the bill"}`)
	assert.Equal(t, "<b>about</b> the offer; and the bill", taskIn(t, merged, http.StatusOK).Note)
	assert.Equal(t, "/api/v1/tasks/1", merged.Header().Get("Location"))

	once := taskIn(t, s.ask(`{"account": "acme", "number": "+46701234567"}`), http.StatusCreated)
	assert.Zero(t, once.At)
	assert.Equal(t, "api", once.Source)
	assert.Equal(t, support, once.Target, "the file's")
}

// A refusal says in words what to change, and for programs why; nothing is stored.
func TestRequestsSayWhatToChange(t *testing.T) {
	s := newService(t)
	s.miss("acme", "+46701234561")
	whole := `{"account": "acme", "number": "0701234567"`
	for body, want := range map[string]struct {
		status   int
		reason   callback.AskReason
		location string
		detail   string
	}{
		`{"number": "0701234567"}`:                               {422, callback.RefusedNoAccount, "body.account", `There is no account ""`},
		`{"account": "acm", "number": "0701234567"}`:             {422, callback.RefusedNoAccount, "body.account", `Did you mean "acme"?`},
		`{"account": "acme"}`:                                    {422, callback.RefusedNumberInvalid, "body.number", "telephone number"},
		`{"account": "acme", "number": "07O1234567"}`:            {422, callback.RefusedNumberInvalid, "body.number", `"07O1234567" isn't a telephone number, read in SE.`},
		`{"account": "acme", "number": "+4791234567"}`:           {422, callback.RefusedCountryNotCallable, "body.number", "callable.countries"},
		whole + `, "target": "queue:sales"}`:                     {422, callback.RefusedTargetUnknown, "body.target", "Account acme has no queue:sales in its file."},
		whole + `, "target": "sales"}`:                           {422, "", "body.target", ""},
		whole + `, "at": "2020-01-01T10:00:00Z"}`:                {422, callback.RefusedTimePast, "body.at", "isn't in the future"},
		whole + `, "at": "9999-12-31T23:59:59Z"}`:                {422, callback.RefusedTimeTooFar, "body.at", "60d"},
		whole + `, "at": "9999-12-31T23:59:59-01:00"}`:           {422, callback.RefusedTimeTooFar, "body.at", "60d"}, // UTC's year 10000
		whole + `, "at": "0001-01-01T00:00:00Z"}`:                {422, "", "body.at", "in the future"},               // Go's zero time is no "at once"
		whole + `, "at": "2027-03-28T02:30:00"}`:                 {422, "", "body.at", "date-time"},                   // in a gap of Stockholm's clocks, and without an offset it is no moment
		whole + `, "at": "tomorrow"}`:                            {422, "", "body.at", "date-time"},
		whole + `, "at": 1795000000}`:                            {422, "", "body.at", ""},
		whole + `, "note": "a\u0000b"}`:                          {422, "", "body.note", "one line of text"},
		whole + `, "note": "a\nb"}`:                              {422, "", "body.note", "one line of text"},
		whole + `, "note": "\u202eb"}`:                           {422, "", "body.note", "one line of text"},
		whole + `, "language": "../../etc"}`:                     {422, "", "body.language", "a language like"},
		whole + `, "source": "fax"}`:                             {422, "", "body.source", ""},
		whole + `, "previous": 1}`:                               {422, callback.RefusedPrevious, "body.previous", "still open"},
		whole + `, "previous": -1}`:                              {422, "", "body.previous", ""},
		whole + `, "when": "now"}`:                               {422, "", "body.when", "unexpected property"},
		`[]`:                                                     {422, "", "body", ""},
		`{"account": {"$ne": ""}, "number": ["0701"]}`:           {422, "", "body.account", "string"},
		`{"account": "acme", "number": "0701234567"`:             {400, "", "", ""},
		whole + `, "note": "` + strings.Repeat("ä", 1001) + `"}`: {422, "", "body.note", "1000"},
	} {
		w := s.ask(body)
		if !assert.Equal(t, want.status, w.Code, "%s: %s", body, w.Body) {
			continue
		}
		p := refusedFor(t, w, want.status)
		assert.Equal(t, want.reason, p.Reason, body)
		assert.Contains(t, p.Detail, want.detail, body)
		if want.location != "" && assert.NotEmpty(t, p.Errors, body) {
			assert.Equal(t, want.location, p.Errors[0].Location, body)
		}
	}
	assert.Len(t, get[httpapi.TaskList](s, "/api/v1/tasks").Tasks, 1, "nothing was stored")
}

// A time outside the hours is refused with the next opening.
func TestATimeOutsideTheHours(t *testing.T) {
	s := newService(t)
	s.editRules(func(a *callback.Account) {
		a.Requests.Schedule = &hours.Schedule{Name: "office", Weekly: [7][]hours.Window{time.Monday: {{From: 9 * 60, To: 10 * 60}}}}
	})
	moment := time.Now().Add(24 * time.Hour).Truncate(24 * time.Hour).Add(time.Hour) // at night in Stockholm
	p := refusedFor(t, s.ask(`{"account": "acme", "number": "0701234567", "at": "`+moment.Format(time.RFC3339)+`"}`), http.StatusUnprocessableEntity)
	assert.Equal(t, callback.RefusedClosed, p.Reason)
	assert.Equal(t, time.Monday, p.Opens.Weekday())
	assert.True(t, p.Opens.After(moment))
	taskIn(t, s.ask(`{"account": "acme", "number": "0701234567", "at": "`+p.Opens.Format(time.RFC3339)+`"}`), http.StatusCreated)
}

func TestTheIdempotencyKey(t *testing.T) {
	s := newService(t)
	body := `{"account": "acme", "number": "0701234567", "note": "a"}`
	const header = "Idempotency-Key"
	taskIn(t, s.ask(body, header, "8f14e45f"), http.StatusCreated)
	for range 3 {
		assert.EqualValues(t, 1, taskIn(t, s.ask(body, header, "8f14e45f"), http.StatusOK).ID)
	}
	assert.Equal(t, "a", get[httpapi.TaskStory](s, "/api/v1/tasks/1").Note, "it wasn't merged")
	p := refusedFor(t, s.ask(strings.Replace(body, `"a"`, `"b"`, 1), header, "8f14e45f"), http.StatusUnprocessableEntity)
	assert.Equal(t, callback.RefusedKeyUsed, p.Reason)
	assert.Equal(t, "header.Idempotency-Key", p.Errors[0].Location)
	for _, key := range []string{"a b", "ä", strings.Repeat("x", 201), "a\tb"} {
		problem(t, s.ask(body, header, key), http.StatusUnprocessableEntity)
	}
	taskIn(t, s.ask(body, header, strings.Repeat("~", 200)), http.StatusOK) // merged: another key is another request
}

// 409 has the open task, 429 says when to come again.
func TestRequestsThatAreTooMany(t *testing.T) {
	s := newService(t)
	s.editRules(func(a *callback.Account) {
		a.Requests.Duplicates = callback.DuplicatesRefuse
		a.Queues = map[string]callback.Queue{"support": {Name: "support", MaxTasks: 1}}
	})
	body := `{"account": "acme", "number": "0701234567"}`
	taskIn(t, s.ask(body), http.StatusCreated)
	p := refusedFor(t, s.ask(body), http.StatusConflict)
	assert.Equal(t, callback.RefusedDuplicate, p.Reason)
	assert.EqualValues(t, 1, p.Task)

	w := s.ask(`{"account": "acme", "number": "0701234568"}`)
	assert.Equal(t, callback.RefusedQueueFull, refusedFor(t, w, http.StatusTooManyRequests).Reason)
	assert.Equal(t, "300", w.Header().Get("Retry-After"))

	s.editRules(func(a *callback.Account) { a.Callable.PerNumber.Day = 1 })
	s.claim(1, "one")
	w = s.ask(body)
	assert.Equal(t, callback.RefusedCapReached, refusedFor(t, w, http.StatusTooManyRequests).Reason)
	assert.Equal(t, "300", w.Header().Get("Retry-After"), "as long as nobody knows")
}

// What people do with a promise, and what they can't.
func TestWorkOnATask(t *testing.T) {
	s := newService(t)
	taskIn(t, s.ask(`{"account": "acme", "number": "0701234567"}`), http.StatusCreated)
	moment := tomorrow()

	task := taskIn(t, s.send(http.MethodPatch, "/api/v1/tasks/1", `{"note": " call the office ", "language": "sv"}`), http.StatusOK)
	assert.Equal(t, "call the office", task.Note)
	assert.Equal(t, "sv", task.Language)
	task = taskIn(t, s.send(http.MethodPatch, "/api/v1/tasks/1", `{}`), http.StatusOK)
	assert.Equal(t, "call the office", task.Note, "what is left out stays")
	task = post[httpapi.Task](s, "/api/v1/tasks/1/reschedule", `{"at": "`+moment+`"}`)
	assert.Equal(t, moment, task.At.In(time.FixedZone("", 3600)).Format(time.RFC3339))
	task = post[httpapi.Task](s, "/api/v1/tasks/1/call-now", "")
	assert.Zero(t, task.At)
	assert.WithinDuration(t, time.Now(), task.Due, time.Minute)

	s.claim(1, "one")
	for path, body := range map[string]string{"/call-now": "", "/reschedule": `{"at": "` + moment + `"}`} {
		assert.Contains(t, problem(t, s.send(http.MethodPost, "/api/v1/tasks/1"+path, body), http.StatusConflict).Detail, "Task 1 is being dialled")
	}
	assert.Contains(t, problem(t, s.send(http.MethodPatch, "/api/v1/tasks/1", `{"language": "en"}`), http.StatusConflict).Detail, "Task 1 is being dialled")
	s.complete(1)
	for path, body := range map[string]string{"/call-now": "", "/reschedule": `{"at": "` + moment + `"}`, "/close": ""} {
		assert.Contains(t, problem(t, s.send(http.MethodPost, "/api/v1/tasks/1"+path, body), http.StatusConflict).Detail, "previous")
	}
	follows := taskIn(t, s.ask(`{"account": "acme", "previous": 1, "at": "`+moment+`"}`), http.StatusCreated)
	assert.EqualValues(t, 1, follows.Previous)
	assert.Equal(t, "+46701234567", follows.Number)

	post[httpapi.Task](s, "/api/v1/tasks/2/hold", "")
	assert.Contains(t, problem(t, s.send(http.MethodPost, "/api/v1/tasks/2/call-now", ""), http.StatusConflict).Detail, "Task 2 is held: release it first.")
	closed := post[httpapi.Task](s, "/api/v1/tasks/2/close", `{"note": "answered by e-mail"}`)
	assert.Equal(t, callback.TaskCancelled, closed.State)
	assert.Equal(t, "closed_by_person: answered by e-mail", closed.Reason)

	for _, path := range []string{"/reschedule", "/call-now", "/close"} {
		body := ""
		if path == "/reschedule" {
			body = `{"at": "` + moment + `"}`
		}
		problem(t, s.send(http.MethodPost, "/api/v1/tasks/99"+path, body), http.StatusNotFound)
	}
	problem(t, s.send(http.MethodPatch, "/api/v1/tasks/99", `{}`), http.StatusNotFound)
}

func TestChangesThatAreRefused(t *testing.T) {
	s := newService(t)
	s.miss("acme", "+46701234561")
	p := refusedFor(t, s.send(http.MethodPatch, "/api/v1/tasks/1", `{"target": "queue:support"}`), http.StatusUnprocessableEntity)
	assert.Equal(t, callback.RefusedTargetOfRule, p.Reason)
	p = refusedFor(t, s.send(http.MethodPost, "/api/v1/tasks/1/reschedule", `{"at": "2020-01-01T00:00:00Z"}`), http.StatusUnprocessableEntity)
	assert.Equal(t, callback.RefusedTimePast, p.Reason)
	for path, body := range map[string]string{"/reschedule": `{}`, "/call-now": `{"at": "now"}`, "/close": `{"note": "a\u001b[2Jb"}`} {
		problem(t, s.send(http.MethodPost, "/api/v1/tasks/1"+path, body), http.StatusUnprocessableEntity)
	}
}

// 64 kB of anything is refused by every operation that takes a body, and changes nothing.
func TestLotsOfAnything(t *testing.T) {
	s := newService(t)
	s.miss("acme", "+46701234561")
	before := get[httpapi.TaskStory](s, "/api/v1/tasks/1")
	const size = 64 << 10
	for name, lots := range map[string]string{
		"letters": strings.Repeat("x", size), "zeros": strings.Repeat("\x00", size), "brackets": strings.Repeat("[", size),
		"a long string": `{"note": "` + strings.Repeat("ä", size/2) + `"}`, "a long key": `{"` + strings.Repeat("k", size) + `": 1}`,
		"HTML": `{"note": "` + strings.Repeat("<script>alert(1)</script>", size/25) + `"}`, "a long number": `{"previous": ` + strings.Repeat("9", size) + `}`,
	} {
		for _, o := range []struct{ method, path string }{
			{http.MethodPost, "/api/v1/tasks"}, {http.MethodPatch, "/api/v1/tasks/1"}, {http.MethodPost, "/api/v1/tasks/1/reschedule"},
			{http.MethodPost, "/api/v1/tasks/1/call-now"}, {http.MethodPost, "/api/v1/tasks/1/close"},
		} {
			problem(t, s.send(o.method, o.path, lots), http.StatusRequestEntityTooLarge)
		}
		w := s.ask(`{}`, "Idempotency-Key", strings.Repeat("k", size))
		assert.Equal(t, http.StatusUnprocessableEntity, w.Code, name)
	}
	after := get[httpapi.TaskStory](s, "/api/v1/tasks/1")
	assert.Equal(t, before.History, after.History)
	assert.Len(t, get[httpapi.TaskList](s, "/api/v1/tasks").Tasks, 1)
}

// Who hands in requests learns nothing by them that wasn't sent, and only of one's own
// account.
func TestRequestsOfAnIntake(t *testing.T) {
	s := newService(t)
	secret := s.bearer("shop", callback.RoleIntake, "acme")
	s.ask(`{"account": "acme", "number": "0701234567", "note": "call my wife at 0701234999"}`)
	w := s.sendAs(secret, http.MethodPost, "/api/v1/tasks", `{"number": "0701234567", "note": "the bill"}`)
	task := taskIn(t, w, http.StatusOK)
	assert.Empty(t, task.Note)
	assert.NotContains(t, w.Body.String(), "+46701234567")
	assert.Equal(t, "by shop, via api", get[httpapi.TaskStory](s, "/api/v1/tasks/1").History[2].Reason)

	p := refusedFor(t, s.sendAs(secret, http.MethodPost, "/api/v1/tasks", `{"account": "globex", "number": "0701234567"}`), http.StatusUnprocessableEntity)
	assert.Equal(t, callback.RefusedNoAccount, p.Reason)
	assert.NotContains(t, p.Detail, `Did you mean`)
	problem(t, s.sendAs(secret, http.MethodPost, "/api/v1/tasks/1/close", ""), http.StatusForbidden)

	agent := s.bearer("ann", callback.RoleAgent, "acme")
	taken := taskIn(t, s.sendAs(agent, http.MethodPost, "/api/v1/tasks", fmt.Sprintf(`{"number": "0701234568", "at": %q}`, tomorrow())), http.StatusCreated)
	assert.Equal(t, "agent", taken.Source)
}
