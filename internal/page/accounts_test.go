package page_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

func of(account string) url.Values { return url.Values{"account": {account}} }

func TestThePageOfAccounts(t *testing.T) {
	w := newWorld(t)
	w.filed()
	w.miss("acme", "+46701234567")
	w.miss("acme", "+46701234568")
	w.dial(2, time.Now())
	w.files.list[1].State, w.files.list[1].Problems = httpapi.RulesLastGood, []httpapi.FileProblem{{Severity: "error"}}

	text := w.reads(admin, "/accounts")
	assert.Contains(t, text, "acme live Customers are called back. Rules file in force Rules 1 on, 0 off Open tasks 2 Lines in use 1 of 15 Time zone Europe/Stockholm Freeze…")
	assert.Contains(t, text, "globex live Customers are called back. Rules file last good: the file has 1 error")
	assert.Contains(t, text, "All of callbackd It dials. Attempts under way right now: 1.")
	assert.NotContains(t, w.reads(admin, "/accounts?account=acme"), "globex live")

	text = w.reads(supervisor, "/accounts")
	assert.Contains(t, text, "acme live")
	assert.NotContains(t, text, "globex")
	assert.NotContains(t, text, "All of callbackd", "what isn't theirs to stop isn't offered")
	assert.Equal(t, http.StatusForbidden, w.get(agent, "/accounts").Code)
}

func TestNoAccountYet(t *testing.T) {
	w := newWorld(t)
	w.rules.Replace(callback.NewRulebook())
	assert.Contains(t, w.reads(admin, "/accounts"), "No account yet")
	w.files.list = []httpapi.RulesFile{{Account: "hooli", File: "rules/hooli.yaml", State: httpapi.RulesNotInForce, Problems: []httpapi.FileProblem{{Severity: "error"}}}}
	text := w.reads(admin, "/accounts")
	assert.Contains(t, text, "hooli no rules No rules are in force, so nobody is called back. Rules file none in force: 1 error")
	assert.NotContains(t, text, "Freeze", "there is nothing to freeze")
}

// Freezing says first what it does, and does that.
func TestAnAccountIsFrozenAndUnfrozen(t *testing.T) {
	w := newWorld(t)
	w.filed()
	w.miss("acme", "+46701234567")
	w.miss("acme", "+46701234568")
	_, err := w.desk.Ask(t.Context(), callback.Request{Account: "acme", Number: "+46701234569", Via: callback.ViaAdmin, By: "ada"})
	require.NoError(t, err)

	text := w.question(supervisor, "/accounts", "freeze-")
	assert.Contains(t, text, "Freeze acme?")
	assert.Contains(t, text, "2 missed-call tasks are cancelled: those customers aren't called back.")
	assert.Contains(t, text, "1 callback that was asked for or booked waits.")

	text = w.done(w.post(supervisor, "/accounts/freeze", of("acme")))
	assert.Contains(t, text, "The account is frozen.")
	assert.Regexp(t, `acme frozen Frozen since \d\d:\d\d by sven : nothing is dialled\. .* Rules 0 on, 1 off Open tasks 1`, text)
	assert.Equal(t, callback.TaskCancelled, w.task(1).State)
	assert.Equal(t, callback.TaskScheduled, w.task(3).State)
	assert.Contains(t, w.question(supervisor, "/accounts", "unfreeze-"), "Its rule stays off: activate each that is to call back")

	text = w.done(w.post(supervisor, "/accounts/unfreeze", of("acme")))
	assert.Contains(t, text, "Its rules stay off until each is activated.")
	assert.Contains(t, text, "acme live")
	assert.True(t, w.isOff("acme", lostRule))
}

func TestAnAccountThatCannotBeSwitched(t *testing.T) {
	w := newWorld(t)
	w.filed()
	assert.Equal(t, http.StatusNotFound, w.post(elsewhere, "/accounts/freeze", of("acme")).Code)
	assert.Equal(t, http.StatusForbidden, w.post(agent, "/accounts/freeze", of("acme")).Code)
	assert.Equal(t, http.StatusForbidden, w.post(supervisor, "/accounts/forget", of("acme")).Code)
	assert.Equal(t, http.StatusForbidden, w.post(supervisor, "/accounts/stop", nil).Code)
	assert.Contains(t, w.reads(admin, "/accounts"), "acme live")

	answer := w.post(admin, "/accounts/freeze", of("<b>nobody"))
	assert.Equal(t, http.StatusNotFound, answer.Code)
	assert.Contains(t, plain(answer.Body.String()), `There is no account "<b>nobody".`)
	assert.Contains(t, answer.Body.String(), "&lt;b&gt;nobody")
}

func TestAnAccountIsForgotten(t *testing.T) {
	w := newWorld(t)
	w.filed()
	w.miss("globex", "+46701234567")
	assert.NotContains(t, w.reads(admin, "/accounts"), "Forget", "a file has it")
	w.files.list[1].State, w.files.list[1].Missing, w.files.list[1].Absence = httpapi.RulesLastGood, true, httpapi.AbsentUnlisted
	text := w.question(admin, "/accounts", "forget-")
	assert.Contains(t, text, "Forget globex?")
	assert.Contains(t, text, "1 open task is cancelled: that customer isn't called back.")
	assert.NotContains(t, w.reads(elsewhere, "/accounts"), "Forget")

	w.files.forgets = func(string) error { return httpapi.ErrUnlisted }
	answer := w.post(admin, "/accounts/forget", of("globex"))
	assert.Equal(t, http.StatusConflict, answer.Code)
	assert.Contains(t, asked(answer), "the folder of the rules can't be read")
	assert.Equal(t, callback.TaskScheduled, w.task(1).State)

	w.files.forgets = func(string) error {
		w.rules.Replace(callback.NewRulebook(account(t, "acme", "Europe/Stockholm")))
		w.files.list = w.files.list[:1]
		return nil
	}
	text = w.did(admin, w.post(admin, "/accounts/forget?account=globex", of("globex")))
	assert.Contains(t, text, "The account is forgotten.")
	assert.NotContains(t, text, "globex")
	assert.Contains(t, text, "acme live", "those that are left are shown")
	assert.Equal(t, callback.TaskCancelled, w.task(1).State)
}

// The whole of callbackd is stopped by whoever may, after a second look.
func TestStoppingAndResuming(t *testing.T) {
	w := newWorld(t)
	w.filed()
	w.miss("acme", "+46701234567")
	assert.Contains(t, w.question(admin, "/accounts", "stop"), "Dial nothing anywhere? Nothing new is dialled in any account until somebody resumes, also after a restart.")

	text := w.did(admin, w.post(admin, "/accounts/stop", nil))
	assert.Regexp(t, `All of callbackd Stopped since \d\d:\d\d UTC by ada : nothing is dialled in any account`, text)
	assert.Contains(t, text, "acme live Customers are called back as soon as callbackd isn't stopped any more.")
	assert.Contains(t, text, "Resume…")
	assert.NotContains(t, text, "Stop everything…")
	assert.Contains(t, w.reads(supervisor, "/accounts"), "Stopped since", "they see why, and can't end it")
	assert.NotContains(t, w.reads(supervisor, "/accounts"), "Resume…")
	assert.Equal(t, callback.TaskScheduled, w.task(1).State)

	assert.Contains(t, w.did(admin, w.post(admin, "/accounts/resume", nil)), "callbackd dials again.")
}
