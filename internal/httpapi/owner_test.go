package httpapi_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// withAlice has an agent in the file of acme.
func (s *service) withAlice(change ...func(*callback.Account)) {
	s.editRules(func(a *callback.Account) {
		a.Agents = map[string]callback.Agent{"alice": {Name: "alice", Endpoint: "PJSIP/alice"}}
		for _, f := range change {
			f(a)
		}
	})
}

// A program says whose a callback is, and sees it; by editing it hands over at once.
func TestTheOwnerOfATask(t *testing.T) {
	s := newService(t)
	s.withAlice()
	task := taskIn(t, s.ask(`{"account": "acme", "number": "0701234567", "owner": {"agent": "alice", "hours": 4}}`), http.StatusCreated)
	require.NotNil(t, task.Owner)
	assert.Equal(t, "agent:alice", task.Target.String())
	assert.Equal(t, "alice", task.Owner.Agent)
	assert.Equal(t, 4, task.Owner.Hours)
	assert.Equal(t, support, task.Owner.Then)
	assert.True(t, task.Owner.Until.After(time.Now().Add(4*time.Hour-time.Minute)))
	assert.Equal(t, task.Owner, get[httpapi.TaskStory](s, "/api/v1/tasks/1").Owner)

	task = taskIn(t, s.send(http.MethodPatch, "/api/v1/tasks/1", `{"target": "queue:support"}`), http.StatusOK)
	assert.Nil(t, task.Owner)
	assert.Equal(t, support, task.Target)
	task = taskIn(t, s.send(http.MethodPatch, "/api/v1/tasks/1", `{"owner": {"agent": "alice", "hours": 1}}`), http.StatusOK)
	assert.Equal(t, 1, task.Owner.Hours)
	assert.Equal(t, support, task.Owner.Then)
}

func TestOwnersThatAreRefused(t *testing.T) {
	s := newService(t)
	s.withAlice()
	for owner, want := range map[string]struct {
		reason   callback.AskReason
		location string
	}{
		`{"agent": "zoe", "hours": 4}`:                            {callback.RefusedTargetUnknown, "body.owner"},
		`{"agent": "alice", "hours": 4, "then": "agent:alice"}`:   {callback.RefusedOwnerInvalid, "body.owner"},
		`{"agent": "alice", "hours": 4, "then": "queue:nowhere"}`: {callback.RefusedTargetUnknown, "body.owner"},
		`{"agent": "alice", "hours": 0}`:                          {"", "body.owner.hours"},
		`{"agent": "alice", "hours": 241}`:                        {"", "body.owner.hours"},
		`{"agent": "alice", "hours": 1.5}`:                        {"", "body.owner.hours"},
		`{"agent": "alice"}`:                                      {"", "body.owner"},
		`{"agent": "alice", "hours": 4, "until": "17:00"}`:        {"", "body.owner.until"},
	} {
		p := refusedFor(t, s.ask(`{"account": "acme", "number": "0701234567", "owner": `+owner+`}`), http.StatusUnprocessableEntity)
		assert.Equal(t, want.reason, p.Reason, owner)
		require.NotEmpty(t, p.Errors, owner)
		assert.Equal(t, want.location, p.Errors[0].Location, owner)
	}
	assert.Empty(t, get[httpapi.TaskList](s, "/api/v1/tasks").Tasks)
}

// The list of rules has the sections by which callbacks are taken that somebody asks for.
func TestSectionsAreListed(t *testing.T) {
	s := newService(t)
	s.withAlice(func(a *callback.Account) {
		a.Requests.Owner = &callback.Owner{Agent: "alice", For: 4 * time.Hour, Then: support}
	})
	list := get[httpapi.RulesList](s, "/api/v1/accounts/acme/rules").Files[0].Sections
	require.NotEmpty(t, list)
	requests := list[0]
	assert.Equal(t, "requests", requests.Name)
	assert.True(t, requests.On)
	assert.Equal(t, support, requests.Target)
	assert.Equal(t, &httpapi.TaskOwner{Agent: "alice", Hours: 4, Then: support}, requests.Owner)
	assert.NotEmpty(t, requests.DialingIntervals)
	assert.NotEmpty(t, requests.Schedule)

	s.editRules(func(a *callback.Account) { a.Requests, a.Appointments = nil, nil })
	assert.Empty(t, get[httpapi.RulesList](s, "/api/v1/accounts/acme/rules").Files[0].Sections)
}

// A request is explained, taken or not, and nothing is stored.
func TestExplainingARequest(t *testing.T) {
	s := newService(t)
	s.withAlice()
	x := post[httpapi.ExplainedRequest](s, "/api/v1/explain/request", `{"account": "acme", "number": "070-123 45 67", "owner": {"agent": "alice", "hours": 4}}`)
	assert.True(t, x.Taken)
	assert.Equal(t, "+46701234567", x.Number)
	assert.Equal(t, "agent:alice", x.Target.String())
	assert.Equal(t, support, x.Owner.Then)
	require.NotEmpty(t, x.Attempts)
	assert.Equal(t, []string{"PJSIP/alice"}, x.Attempts[0].Rings)
	assert.Equal(t, []string{"Europe/Stockholm"}, x.Zones)

	x = post[httpapi.ExplainedRequest](s, "/api/v1/explain/request", `{"account": "acme", "number": "070-123 45 67", "target": "queue:nowhere"}`)
	assert.False(t, x.Taken)
	assert.Equal(t, callback.RefusedTargetUnknown, x.Reason)
	assert.Contains(t, x.Why, "queue:nowhere")
	assert.Empty(t, x.Attempts)

	problem(t, s.send(http.MethodPost, "/api/v1/explain/request", `{"account": "acne", "number": "0701234567"}`), http.StatusNotFound)
	problem(t, s.send(http.MethodPost, "/api/v1/explain/request", `{"account": "acme", "number": "0701234567", "at": "soon"}`), http.StatusUnprocessableEntity)
	assert.Empty(t, get[httpapi.TaskList](s, "/api/v1/tasks").Tasks)
}
