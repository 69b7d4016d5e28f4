package httpapi_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// drafts gives out one rulebook, whatever the text.
type drafts struct {
	book     *callback.Rulebook
	problems []httpapi.FileProblem
	text     string // the last draft
}

func (d *drafts) OnDisk(context.Context) (*callback.Rulebook, []httpapi.FileProblem, error) {
	return d.book, d.problems, nil
}

func (d *drafts) Draft(_ context.Context, _, text string) (*callback.Rulebook, []httpapi.FileProblem, error) {
	d.text = text
	if len(d.problems) > 0 {
		return nil, d.problems, nil
	}
	return d.book, nil, nil
}

func TestExplainingACall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		x := post[httpapi.Explanation](s, "/api/v1/explain", `{"account":"acme","number":"070-123 45 67","at":"2000-01-02 08:30","dialled":"08-555 00 00"}`)
		assert.Equal(t, callback.DecisionTaskCreated, x.Decision)
		assert.Equal(t, "+46701234567", x.Number)
		assert.Equal(t, support, x.LostBy, "its only queue")
		assert.Equal(t, "2000-01-02T08:30:00Z", x.Lost.Format(time.RFC3339), "in the account's zone")
		assert.Equal(t, "lost in the contact center", x.Rule)
		assert.Equal(t, []string{"Europe/Stockholm"}, x.Zones)
		assert.Equal(t, callback.ZonesFromNumber, x.ZonesFrom)
		require.Len(t, x.Attempts, 3)
		first := x.Attempts[0]
		assert.Equal(t, "+4685550000", first.CallerID)
		assert.Equal(t, "PJSIP/+46701234567@pstn", first.DialString)
		assert.Equal(t, "2000-01-02T10:30:00+01:00", first.Earliest.Customer[0].Time.Format(time.RFC3339))
		assert.Equal(t, "2000-01-02T09:30:00Z", first.Earliest.Account.Time.Format(time.RFC3339))

		x = post[httpapi.Explanation](s, "/api/v1/explain", `{"account":"acme","number":"anonymous"}`)
		assert.Equal(t, callback.DecisionRefused, x.Decision)
		assert.Equal(t, callback.ReasonAnonymous, x.Reason)
		assert.Equal(t, "2000-01-01T00:00:00Z", x.Lost.Format(time.RFC3339), "now")
		assert.Empty(t, x.Attempts)

		post[httpapi.StateChange](s, "/api/v1/stop", "")
		x = post[httpapi.Explanation](s, "/api/v1/explain", `{"account":"acme","number":"+46701234567","missed_in":"scenario:main-menu"}`)
		assert.Equal(t, "menu 1/2", x.Rule)
		require.Len(t, x.Notes, 1)
		assert.Contains(t, x.Notes[0], "callbackd is stopped since")
		s.pbxs = []httpapi.PBX{{Name: "pbx1", Reason: "connection refused"}, {Name: "pbx2", Reason: "connection refused"}}
		x = post[httpapi.Explanation](s, "/api/v1/explain", `{"account":"acme","number":"+46701234567"}`)
		assert.Contains(t, x.Notes, "pbx1 isn't ready: connection refused")
		assert.Len(t, x.Notes, 2, "the other PBX isn't needed")

		assert.Empty(t, get[httpapi.TaskList](s, "/api/v1/tasks").Tasks, "nothing is stored")
	})
}

// Whoever asks is told what both sides would hear and may press, in the words of the
// file.
func TestExplainingWhatPeopleHear(t *testing.T) {
	s := newService(t)
	speaking := account("acme")
	text := &callback.Speech{Language: "sv", Voice: "mb-sw1", Text: "Hej {number}"}
	rule := &speaking.Rules[0]
	rule.Language, rule.StopKey, rule.MaxCall = "sv", "#", 2*time.Hour
	rule.AgentAnnouncement = text
	rule.AgentAccept = &callback.Accept{Key: "1", Within: 10 * time.Second, Ask: callback.Sound{Play: "agent-accept"}}
	rule.CustomerAccept = &callback.Accept{Key: "*", Within: time.Minute}
	rule.Voicemail = callback.Voicemail{Action: callback.VoicemailLeave, Message: callback.Sound{Say: text}}
	rule.Recording = &callback.RecordingSettings{Keep: 90 * 24 * time.Hour, Channels: 2, Notice: callback.Sound{Play: "call-recorded"}}
	s.rules.Replace(callback.NewRulebook(speaking))

	x := post[httpapi.Explanation](s, "/api/v1/explain", `{"account":"acme","number":"+46701234567"}`)
	spoken := &httpapi.Speech{Language: "sv", Voice: "mb-sw1", Text: "Hej {number}"}
	assert.Equal(t, httpapi.Heard{
		Language: "sv", AgentPrompt: "callback", AgentAnnouncement: spoken,
		AgentAccept:    &httpapi.Accept{Key: "1", Within: "10s", Ask: &httpapi.PlayOrSay{Play: "agent-accept"}},
		CustomerAccept: &httpapi.Accept{Key: "star", Within: "1m"},
		Voicemail:      &httpapi.Voicemail{Action: callback.VoicemailLeave, Message: &httpapi.PlayOrSay{Say: spoken}},
		StopKey:        "hash", MaxCall: "2h",
		Recording: &httpapi.RecordingSettings{Keep: "90d", Channels: 2, Notice: &httpapi.PlayOrSay{Play: "call-recorded"}},
	}, x.Attempts[0].Heard)

	speaking.Rules[0] = account("acme").Rules[0]
	x = post[httpapi.Explanation](s, "/api/v1/explain", `{"account":"acme","number":"+46701234567"}`)
	assert.Equal(t, httpapi.Heard{
		AgentPrompt: "callback", MaxCall: "4h", Recording: &httpapi.RecordingSettings{Keep: "90d", Channels: 1},
	}, x.Attempts[0].Heard, "which is all that an old attempt says, too")
}

func TestQuestionsThatCannotBeAnswered(t *testing.T) {
	s := newService(t)
	big := account("initech")
	big.Queues["sales"] = callback.Queue{Name: "sales"}
	big.Location, big.Numbers = nil, []string{"+4685551111"}
	s.files.files = append(s.files.files, httpapi.RulesFile{Account: "hooli", File: "/rules/hooli.yaml", State: httpapi.RulesNotInForce})
	s.rules.Replace(callback.NewRulebook(account("acme"), big))
	for _, c := range []struct {
		body   string
		status int
		detail string
	}{
		{`{"account":"acmee","number":"+46701234567","at":"2026-12-24 17:30"}`, 404, `There is no account "acmee". Did you mean "acme"?`},
		{`{"number":"+46701234567"}`, 422, "body.account: name whose customer calls, or say which number was dialled; the accounts are acme, initech."},
		{`{"number":"+46701234567","missed_in":"queue:support","dialled":"+4680000000"}`, 422, "body.account: name whose customer calls"},
		{`{"number":"+46701234567","trunk":"PJSIP/pstn"}`, 422, "body.missed_in: name who lost the call, like queue:support, or name the account."},
		{`{"number":"+46701234567","account":"hooli"}`, 409, "Account hooli has no rules in force, so none of its calls is called back: mend /rules/hooli.yaml first."},
		{`{"number":"+46701234567","account":"acme","pbx":"pbx2"}`, 404, `There is no PBX "pbx2". Did you mean "pbx1"?`},
		{`{"number":"+46701234567","account":"acme","at":"9999-12-31T23:59:59Z"}`, 422, "body.at: write a time from the year 2000 to 2200."},
		{`{"number":"+46701234567","account":"acme","at":"1999-12-31 23:59"}`, 422, "body.at: write a time from the year 2000 to 2200."},
		{`{"number":"+46701234567","account":"initech"}`, 422, "name who lost the call; account initech has queue:sales, queue:support, scenario:main-menu."},
		{`{"number":"+46701234567","account":"initech","at":"2026-12-24 17:30"}`, 422, "body.at: write the time with its offset, 2026-12-24T17:30:00+01:00"},
		{`{"number":"+46701234567","account":"acme","at":"tomorrow"}`, 422, "body.at: write the time as 2026-12-24 17:30, in the account's zone"},
		{`{"number":"+46701234567","missed_in":"queue:support","trunk":"PJSIP/nowhere"}`, 404, "No rules file has trunk PJSIP/nowhere."},
		{`{"number":"+46701234567","missed_in":"support"}`, 422, "body.missed_in"},
		{`{"account":"acme"}`, 422, "expected required property number to be present"},
		{`{"number":"+46701234567","draft":"account: acme"}`, 422, "body.draft: unexpected property"},
		{"", 400, "request body is required"},
	} {
		p := problem(t, s.send(http.MethodPost, "/api/v1/explain", c.body), c.status)
		assert.Contains(t, p.Detail, c.detail)
	}
}

// With several accounts, the number that was dialled tells whose call it is, as
// the help says; and what may be a slip is said.
func TestAQuestionTellsItsAccount(t *testing.T) {
	s := newService(t)
	other := account("globex")
	other.Numbers, other.Queues = []string{"+4685551111"}, map[string]callback.Queue{"sales": {Name: "sales"}}
	s.rules.Replace(callback.NewRulebook(account("acme"), other))

	x := post[httpapi.Explanation](s, "/api/v1/explain", `{"number":"+46701234567","dialled":"08-555 11 11","at":"2026-12-24 17:30"}`)
	assert.Equal(t, "globex", x.Account)
	assert.Equal(t, "SE", x.Country)
	assert.Equal(t, "queue:sales", x.LostBy.String())
	assert.Empty(t, x.Notes)

	x = post[httpapi.Explanation](s, "/api/v1/explain", `{"number":"+46701234567","account":"acme","dialled":"+4685551111"}`)
	assert.Equal(t, []string{"+4685551111 is a number of account globex: a call to it would be globex's, not acme's"}, x.Notes)

	x = post[httpapi.Explanation](s, "/api/v1/explain", `{"number":"+46701234567","account":"acme","missed_in":"queue:suport"}`)
	assert.Equal(t, []string{`account acme lists no queue:suport. Did you mean "support"?`}, x.Notes)
}

func TestReplayingMissedCalls(t *testing.T) {
	s := newService(t)
	s.miss("acme", "+46701234561")
	s.miss("acme", "+46701234562")
	other := account("acme")
	other.Rules[0].CallerID, other.Numbers = "+4685551111", nil
	other.Callable.Refuse = []string{"+46701234562"}
	s.drafts.book = callback.NewRulebook(other)
	since, err := json.Marshal(time.Now().Add(-time.Hour))
	require.NoError(t, err)

	r := post[httpapi.Replay](s, "/api/v1/explain/replay", `{"since":`+string(since)+`,"account":"acme"}`)
	assert.Equal(t, 2, r.Calls)
	assert.Equal(t, 2, r.Differing)
	require.Len(t, r.Different, 2)
	newest := r.Different[0]
	assert.Equal(t, "+46701234562", newest.Number)
	assert.Equal(t, "+46701234562 begins with +46701234562, which callable.refuse names", newest.Why)
	assert.Contains(t, newest.Changes, httpapi.ReplayChange{What: "decision", Was: "task_created", Would: "refused"})
	assert.Contains(t, r.Different[1].Changes, httpapi.ReplayChange{What: "caller_id", Was: "+4685550000", Would: "+4685551111"})

	r = post[httpapi.Replay](s, "/api/v1/explain/replay", `{"since":`+string(since)+`,"draft":"account: acme"}`)
	assert.Equal(t, 2, r.Differing)
	assert.Equal(t, "account: acme", s.drafts.text)

	s.drafts.problems = []httpapi.FileProblem{{Severity: "error", File: "new.yaml", Message: "unknown key quene", Text: "new.yaml:3:1: unknown key quene"}}
	assert.Len(t, post[httpapi.Replay](s, "/api/v1/explain/replay", `{"since":`+string(since)+`}`).Problems, 1, "the rules in force took the place of a faulty file")
	p := problem(t, s.send(http.MethodPost, "/api/v1/explain/replay", `{"since":`+string(since)+`,"draft":"account: acme"}`), http.StatusUnprocessableEntity)
	assert.Equal(t, "The draft can't be used:\nnew.yaml:3:1: unknown key quene", p.Detail)
	p = problem(t, s.send(http.MethodPost, "/api/v1/explain/replay", `{"since":`+string(since)+`,"account":"acne"}`), http.StatusNotFound)
	assert.Equal(t, `There is no account "acne". Did you mean "acme"?`, p.Detail)
	p = problem(t, s.send(http.MethodPost, "/api/v1/explain/replay", `{"since":"7d"}`), http.StatusUnprocessableEntity)
	assert.Contains(t, p.Detail, "body.since: expected string to be RFC 3339 date-time")
}
