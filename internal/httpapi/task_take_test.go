package httpapi_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

func withBob(a *callback.Account) {
	a.Agents["bob"] = callback.Agent{Name: "bob", Endpoint: "PJSIP/bob"}
	a.Groups = map[string]callback.Group{"sales": {Name: "sales", Members: []string{"alice"}}}
}

// A task is taken for an agent, who is named, or is the one whose phone the person's is.
func TestATaskIsTaken(t *testing.T) {
	s := newService(t)
	s.withAlice(withBob)
	taskIn(t, s.ask(`{"account": "acme", "number": "0701234567"}`), http.StatusCreated)
	refused := s.send(http.MethodPost, "/api/v1/tasks/1/take", "")
	assert.Equal(t, http.StatusUnprocessableEntity, refused.Code)
	assert.Contains(t, refused.Body.String(), "Say whose phone is to ring", "a token has none")

	r := httptest.NewRequestWithContext(
		httpapi.As(t.Context(), httpapi.Person{Name: "ann", Role: callback.RoleAgent, Account: "acme", Agent: "alice"}), http.MethodPost, "/api/v1/tasks/1/take", strings.NewReader(""))
	answer := httptest.NewRecorder()
	s.handler.ServeHTTP(answer, r)
	task := taskIn(t, answer, http.StatusOK)
	assert.Equal(t, "agent:alice", task.Target.String())
	require.NotNil(t, task.Owner)
	assert.Equal(t, support, task.Owner.Then)
	history := get[httpapi.TaskStory](s, "/api/v1/tasks/1").History
	assert.Equal(t, "taken by alice, says ann", lastOfTask(history).Reason)

	conflict := s.send(http.MethodPost, "/api/v1/tasks/1/take", `{"agent": "bob"}`)
	assert.Equal(t, http.StatusConflict, conflict.Code)
	var problem httpapi.RequestProblem
	require.NoError(t, json.Unmarshal(conflict.Body.Bytes(), &problem))
	assert.Equal(t, callback.RefusedTaken, problem.Reason)
	assert.Contains(t, problem.Detail, "Alice has task 1 already, until ")
	assert.Equal(t, http.StatusUnprocessableEntity, s.send(http.MethodPost, "/api/v1/tasks/1/take", `{"agent": "zoe"}`).Code)
	assert.Equal(t, http.StatusNotFound, s.send(http.MethodPost, "/api/v1/tasks/9/take", `{"agent": "bob"}`).Code)
}

func lastOfTask(history []httpapi.Change) (last httpapi.Change) {
	for _, c := range history {
		if c.AttemptID == 0 {
			last = c
		}
	}
	return last
}

func TestWhoCanCallBack(t *testing.T) {
	s := newService(t)
	s.withAlice(withBob)
	assert.Equal(t, httpapi.TargetList{
		Queues:   []string{"support"},
		Agents:   []httpapi.TargetAgent{{Name: "alice", Phone: "PJSIP/alice"}, {Name: "bob", Phone: "PJSIP/bob"}},
		Groups:   []httpapi.TargetGroup{{Name: "sales", Members: []string{"alice"}}},
		Requests: support, TakesRequests: true,
	}, get[httpapi.TargetList](s, "/api/v1/accounts/acme/targets"))
	assert.Equal(t, http.StatusNotFound, s.send(http.MethodGet, "/api/v1/accounts/acne/targets", "").Code)
}
