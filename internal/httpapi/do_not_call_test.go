package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// block puts a number on acme's list; body "" gives no reason.
func (s *service) block(method, number, body string) (b httpapi.Blocking) {
	s.t.Helper()
	w := s.send(method, "/api/v1/accounts/acme/do-not-call/"+url.PathEscape(number), body)
	require.Equal(s.t, http.StatusOK, w.Code, w.Body)
	require.NoError(s.t, json.Unmarshal(w.Body.Bytes(), &b))
	return b
}

func TestBlockingACustomer(t *testing.T) {
	s := newService(t)
	s.miss("acme", "+46701234561")
	s.miss("acme", "+46701234562")
	s.miss("globex", "+46701234561")

	b := s.block(http.MethodPut, "070-123 45 61", `{"reason": "asked for it in a letter"}`)
	assert.True(t, b.Changed)
	assert.Equal(t, 1, b.Cancelled)
	assert.Equal(t, "+46701234561", b.Number)
	require.NotNil(t, b.Blocked)
	assert.Equal(t, httpapi.Blocked{Number: "+46701234561", Since: b.Blocked.Since, By: "admin", Reason: "asked for it in a letter"}, *b.Blocked)
	assert.WithinDuration(t, time.Now(), b.Blocked.Since, time.Minute)
	assert.Equal(t, "do_not_call", get[httpapi.TaskStory](s, "/api/v1/tasks/1").Reason)
	for _, id := range []int{2, 3} {
		assert.Equal(t, callback.TaskScheduled, get[httpapi.TaskStory](s, fmt.Sprintf("/api/v1/tasks/%d", id)).State)
	}

	again := s.block(http.MethodPut, "+46701234561", "")
	assert.False(t, again.Changed)
	assert.Zero(t, again.Cancelled)
	assert.Equal(t, b.Blocked, again.Blocked, "it stands as it was")

	s.miss("acme", "+46701234561")
	missed := get[httpapi.MissedCallList](s, "/api/v1/missed-calls?account=acme").MissedCalls[0]
	assert.Equal(t, callback.ReasonDoNotCall, missed.Reason)

	assert.Empty(t, get[httpapi.DoNotCallList](s, "/api/v1/accounts/globex/do-not-call").Customers, "each account has its own")
	assert.Equal(t, httpapi.Blocking{Number: "+46701234561", Changed: true}, s.block(http.MethodDelete, "0701234561", ""))
	assert.Equal(t, httpapi.Blocking{Number: "+46701234561"}, s.block(http.MethodDelete, "0701234561", ""))
	assert.Empty(t, get[httpapi.DoNotCallList](s, "/api/v1/accounts/acme/do-not-call").Customers)
}

func TestTheDoNotCallListIsPaged(t *testing.T) {
	s := newService(t)
	for _, number := range []string{"+46701234563", "+46701234561", "+46701234562"} {
		s.block(http.MethodPut, number, "")
	}
	numbers := func(list httpapi.DoNotCallList) (all []string) {
		for _, b := range list.Customers {
			all = append(all, b.Number)
		}
		return all
	}
	first := get[httpapi.DoNotCallList](s, "/api/v1/accounts/acme/do-not-call?limit=2")
	assert.Equal(t, []string{"+46701234561", "+46701234562"}, numbers(first))
	assert.Equal(t, "+46701234562", first.NextAfter)
	for _, after := range []string{"%2B46701234562", "+46701234562", "46701234562"} {
		rest := get[httpapi.DoNotCallList](s, "/api/v1/accounts/acme/do-not-call?limit=2&after="+after)
		assert.Equal(t, []string{"+46701234563"}, numbers(rest), after)
		assert.Empty(t, rest.NextAfter)
	}
	s.block(http.MethodPut, "+46701300000", "")
	s.block(http.MethodPut, "+46721234561", "")
	for begins, want := range map[string][]string{
		"%2B46701234": {"+46701234561", "+46701234562", "+46701234563"}, "46721234561": {"+46721234561"}, "+46702": nil, "%2B": {"+46701234561", "+46701234562", "+46701234563", "+46701300000", "+46721234561"},
	} {
		assert.Equal(t, want, numbers(get[httpapi.DoNotCallList](s, "/api/v1/accounts/acme/do-not-call?begins="+begins)), begins)
	}
	first = get[httpapi.DoNotCallList](s, "/api/v1/accounts/acme/do-not-call?begins=46701234&limit=3")
	assert.Len(t, first.Customers, 3)
	assert.Empty(t, first.NextAfter, "those behind begin otherwise")
	first = get[httpapi.DoNotCallList](s, "/api/v1/accounts/acme/do-not-call?begins=46701234&limit=2")
	assert.Equal(t, "+46701234562", first.NextAfter)
	assert.Equal(t, []string{"+46701234563"}, numbers(get[httpapi.DoNotCallList](s, "/api/v1/accounts/acme/do-not-call?begins=46701234&limit=2&after=46701234562")))
	problem(t, s.send(http.MethodGet, "/api/v1/accounts/acme/do-not-call?begins=abc", ""), http.StatusUnprocessableEntity)
}

func TestBlockingNobody(t *testing.T) {
	s := newService(t)
	for _, method := range []string{http.MethodPut, http.MethodDelete} {
		p := problem(t, s.send(method, "/api/v1/accounts/acme/do-not-call/12", ""), http.StatusUnprocessableEntity)
		assert.Equal(t, `"12" isn't a telephone number in account acme: write the whole number with its country, like +46701234567, or as it is dialled in the account's country.`, p.Detail)
		p = problem(t, s.send(method, "/api/v1/accounts/acne/do-not-call/0701234567", ""), http.StatusNotFound)
		assert.Equal(t, `There is no account "acne". Did you mean "acme"?`, p.Detail)
	}
	p := problem(t, s.send(http.MethodGet, "/api/v1/accounts/acne/do-not-call", ""), http.StatusNotFound)
	assert.Equal(t, `There is no account "acne". Did you mean "acme"?`, p.Detail)
	problem(t, s.send(http.MethodPut, "/api/v1/accounts/acme/do-not-call/0701234567", `{"reason": "two\nlines"}`), http.StatusUnprocessableEntity)
}

// The list of an account whose rules file is gone can be read, but nobody knows in
// which country its numbers are.
func TestTheDoNotCallListOfAnAccountThatIsNoMore(t *testing.T) {
	s := newService(t)
	s.block(http.MethodPut, "+46701234561", "")
	s.rules.Replace(callback.NewRulebook(account("globex")))
	s.files.files = s.files.files[1:]
	assert.Len(t, get[httpapi.DoNotCallList](s, "/api/v1/accounts/acme/do-not-call").Customers, 1)
	problem(t, s.send(http.MethodDelete, "/api/v1/accounts/acme/do-not-call/0701234561", ""), http.StatusNotFound)
}
