package httpapi_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// A program with a form of its own asks what callbackd's own would.
func TestTheFormForCustomers(t *testing.T) {
	s := newService(t)
	form := s.bearer("form", callback.RoleIntake, "acme")
	got := read[httpapi.RequestForm](t, s.sendAs(form, http.MethodGet, "/api/v1/accounts/acme/form", ""), http.StatusOK)
	if assert.NotNil(t, got.Appointments) {
		assert.Equal(t, "advice", got.Appointments.Name)
	}
	got.Appointments = nil
	assert.Equal(t, httpapi.RequestForm{
		Title: "We call you", Topics: []httpapi.FormTopic{{Name: "Offer", Target: callback.Target{Kind: callback.TargetQueue, Name: "support"}}},
		Language: "sv", Origins: []string{"https://www.example.com"}, Country: "SE", Timezone: "UTC", Mode: callback.ModeLive,
	}, got)

	acme, _ := s.rules.Book().Account("acme")
	without, requests := *acme, *acme.Requests
	requests.Form = nil
	without.Requests = &requests
	s.rules.Replace(callback.NewRulebook(&without))
	none := problem(t, s.sendAs(form, http.MethodGet, "/api/v1/accounts/acme/form", ""), http.StatusNotFound)
	assert.Contains(t, none.Detail, "write form into the section requests")
}

// Whoever asks for another's number gets no link to what that one was promised: not the
// first time, and not by sending the same again under its key.
func TestNoSecretOfAMergedRequest(t *testing.T) {
	s := newService(t)
	form := s.bearer("form", callback.RoleIntake, "acme")
	ask := func(key, body string, status int) string {
		t.Helper()
		return promisedIn(t, s.ask(body, "Idempotency-Key", key, "Authorization", "Bearer "+form), status).Secret
	}
	body := `{"account": "acme", "number": "0701234567"}`
	assert.NotEmpty(t, ask("f2", body, http.StatusCreated))
	for range 2 {
		assert.Empty(t, ask("f3", body, http.StatusOK))
	}
	other := `{"account": "acme", "number": "0707654321"}`
	first := ask("f4", other, http.StatusCreated)
	assert.NotEmpty(t, first)
	assert.Equal(t, first, ask("f4", other, http.StatusOK), "one's own is told again")
}
