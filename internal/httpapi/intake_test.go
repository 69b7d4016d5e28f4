package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// A form's token learns of a customer that is blocked, or called too often, what to say,
// and neither why nor how often nor by whom.
func TestRefusalsForIntake(t *testing.T) {
	s := newService(t)
	form := s.bearer("form", callback.RoleIntake, "acme")
	w := s.send(http.MethodPut, "/api/v1/accounts/acme/do-not-call/+46701234569", `{"reason":"threatened alice, see the police report"}`)
	require.Equal(t, http.StatusOK, w.Code, w.Body)
	w = s.sendAs(form, http.MethodPost, "/api/v1/tasks", `{"number":"0701234569"}`)
	p := refusedFor(t, w, http.StatusUnprocessableEntity)
	assert.Equal(t, callback.RefusedDoNotCall, p.Reason)
	assert.Equal(t, "The number is on the account's do-not-call list.", p.Detail)
	require.Len(t, p.Errors, 1)
	assert.Equal(t, "the number is on the account's do-not-call list", p.Errors[0].Message)
	for _, told := range []string{"police", "admin", "1234569"} {
		assert.NotContains(t, w.Body.String(), told)
	}
	assert.Contains(t, s.ask(`{"account": "acme", "number": "0701234569"}`).Body.String(), "police", "people are told")

	p = refusedFor(t, s.sendAs(form, http.MethodPost, "/api/v1/tasks", `{"number":"0701234567","at":"2020-01-01T10:00:00Z"}`), http.StatusUnprocessableEntity)
	assert.Contains(t, p.Detail, "isn't in the future", "what is wrong with the request itself is told")
	p = refusedFor(t, s.sendAs(form, http.MethodPost, "/api/v1/tasks", `{"number":"0701234"}`), http.StatusUnprocessableEntity)
	assert.Equal(t, callback.RefusedNumberInvalid, p.Reason)
	assert.NotContains(t, p.Detail, "0701234")
}

// Which tasks there were, and whose, can't be found out by counting.
func TestIntakeFollowsNoTask(t *testing.T) {
	s := newService(t)
	form := s.bearer("form", callback.RoleIntake, "acme")
	s.ask(`{"account": "acme", "number": "+46701234567"}`)
	post[struct{}](s, "/api/v1/tasks/1/close", "")
	s.editRules(func(a *callback.Account) { a.Callable.Refuse = []string{"+4670"} })
	var answers []string
	for _, body := range []string{`{"previous":1}`, `{"previous":2}`, `{"previous":1,"number":"+46731234567"}`} {
		w := s.sendAs(form, http.MethodPost, "/api/v1/tasks", body)
		assert.Equal(t, callback.RefusedPrevious, refusedFor(t, w, http.StatusUnprocessableEntity).Reason, body)
		answers = append(answers, w.Body.String())
	}
	assert.Equal(t, answers[0], answers[1])
	assert.Equal(t, answers[0], answers[2])
}

// What a request is merged into says nothing of what was done for the customer before, nor
// when it is due and that it is held.
func TestAnAnswerForIntake(t *testing.T) {
	s := newService(t)
	form := s.bearer("form", callback.RoleIntake, "acme")
	s.ask(`{"account": "acme", "number": "+46701234567", "note": "threatens alice"}`)
	post[struct{}](s, "/api/v1/tasks/1/hold", `{"reason":"threatens alice, her own is 070.123.45.99"}`)
	w := s.sendAs(form, http.MethodPost, "/api/v1/tasks", `{"number":"0701234567","source":"web"}`)
	require.Equal(t, http.StatusOK, w.Code, w.Body)
	var seen map[string]any
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &seen))
	assert.Equal(t, map[string]any{
		"id": 1.0, "account": "acme", "kind": "request", "number": "+46*******67", "state": "scheduled", "target": "queue:support", "attempts": 0.0,
	}, seen)
}

// Programs and agents ask as what they are.
func TestWhoAsksCannotPassForOthers(t *testing.T) {
	s := newService(t)
	for role, want := range map[callback.Role]map[callback.Via]string{
		callback.RoleIntake:     {"": "api", callback.ViaAPI: "api", callback.ViaWeb: "web", callback.ViaIVR: "", callback.ViaAgent: "", callback.ViaAdmin: ""},
		callback.RoleAgent:      {"": "agent", callback.ViaAPI: "", callback.ViaWeb: "", callback.ViaIVR: "", callback.ViaAgent: "agent", callback.ViaAdmin: ""},
		callback.RoleSupervisor: {"": "api", callback.ViaAPI: "api", callback.ViaWeb: "web", callback.ViaIVR: "ivr", callback.ViaAgent: "agent", callback.ViaAdmin: "admin"},
	} {
		secret := s.bearer("as-"+string(role), role, "acme")
		for source, stands := range want {
			s.editRules(func(a *callback.Account) { a.Requests.Duplicates = callback.DuplicatesAllow })
			body := `{"number": "+46701234567", "source": "` + string(source) + `"}`
			if source == "" {
				body = `{"number": "+46701234567"}`
			}
			w := s.sendAs(secret, http.MethodPost, "/api/v1/tasks", body)
			if stands == "" {
				p := refusedFor(t, w, http.StatusUnprocessableEntity)
				assert.Equal(t, callback.RefusedSourceUnknown, p.Reason, "%s as %s", role, source)
				assert.Contains(t, p.Detail, "leave source out", "%s as %s", role, source)
				continue
			}
			task := taskIn(t, w, http.StatusCreated)
			var kept callback.Task
			require.NoError(t, s.db.View(t.Context(), func(tx callback.ReadTx) (err error) {
				kept, err = tx.Task(task.ID)
				return err
			}))
			assert.Equal(t, stands, kept.Source, "%s as %s", role, source)
		}
	}
}

// Which accounts there are is told to those who may list them.
func TestAccountsAreNamedToWhoMayListThem(t *testing.T) {
	s := newService(t)
	for role, named := range map[callback.Role]bool{callback.RoleAdmin: true, callback.RoleSupervisor: true, callback.RoleAgent: false, callback.RoleIntake: false} {
		secret := s.bearer("of-"+string(role), role, "")
		answers := []string{s.sendAs(secret, http.MethodPost, "/api/v1/tasks", `{"account":"x","number":"0701234569"}`).Body.String()}
		if role != callback.RoleIntake {
			answers = append(answers, s.sendAs(secret, http.MethodPut, "/api/v1/accounts/acm/do-not-call/+46701234567", "").Body.String())
		}
		for _, answer := range answers {
			assert.Contains(t, answer, "here is no account")
			if named {
				assert.Contains(t, answer, "acme", role)
				continue
			}
			assert.NotContains(t, answer, "acme", role)
			assert.NotContains(t, answer, "globex", role)
		}
	}
}

// Who ends or releases a task stands in its history, before that person's own words.
func TestWhoDidItStandsInTheHistory(t *testing.T) {
	s := newService(t)
	agent := s.bearer("alice", callback.RoleAgent, "acme")
	for i, number := range []string{"+46701234567", "+46701234568"} {
		s.ask(`{"account": "acme", "number": "` + number + `"}`)
		task := fmt.Sprintf("/api/v1/tasks/%d", i+1)
		post[struct{}](s, task+"/hold", "")
		require.Equal(t, http.StatusOK, s.sendAs(agent, http.MethodPost, task+"/release", "").Code)
	}
	require.Equal(t, http.StatusOK, s.sendAs(agent, http.MethodPost, "/api/v1/tasks/1/cancel", `{"reason":"mistake by bob: mine"}`).Code)
	require.Equal(t, http.StatusOK, s.sendAs(agent, http.MethodPost, "/api/v1/tasks/2/close", "").Code)
	for path, want := range map[string][]string{
		"/api/v1/tasks/1": {"held by admin, released by alice", "cancelled_by_person by alice: mistake by bob: mine"},
		"/api/v1/tasks/2": {"held by admin, released by alice", "closed_by_person by alice"},
	} {
		var reasons []string
		for _, c := range get[httpapi.TaskStory](s, path).History {
			reasons = append(reasons, c.Reason)
		}
		assert.Subset(t, reasons, want)
	}
	s.ask(`{"account": "acme", "number": "+46701234567"}`)
	post[struct{}](s, "/api/v1/tasks/3/hold", "")
	w := s.sendAs(s.bearer("carol", callback.RoleSupervisor, "acme"), http.MethodPost, "/api/v1/accounts/acme/tasks/release", `{"held_by":"admin"}`)
	require.Equal(t, http.StatusOK, w.Code, w.Body)
	released := get[httpapi.TaskStory](s, "/api/v1/tasks/3").History
	assert.Equal(t, "held by admin, released by carol", released[len(released)-1].Reason)
}
