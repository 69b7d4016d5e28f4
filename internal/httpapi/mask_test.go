package httpapi_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/httpapi"
)

// masked is a document as somebody sees it who may not see customers' numbers.
func masked(t *testing.T, document any) string {
	t.Helper()
	before, err := json.Marshal(document)
	require.NoError(t, err)
	seen, err := json.Marshal(httpapi.MaskDocument(document))
	require.NoError(t, err)
	after, err := json.Marshal(document)
	require.NoError(t, err)
	require.JSONEq(t, string(before), string(after), "the document itself stays as it is")
	return callID.ReplaceAllString(string(seen), "")
}

// Of every document in which there are customers' numbers none is left.
func TestEveryDocumentIsMasked(t *testing.T) {
	w := newTenants(t)
	const number = "+46701234567"
	require.Equal(t, http.StatusOK, w.send(http.MethodPost, "/api/v1/tasks/2/cancel", `{"reason":"is at 070-123 45 67 now"}`).Code)
	blocking := w.send(http.MethodPut, "/api/v1/accounts/acme/do-not-call/"+number, `{"reason":"070-123 45 67 is her mother's"}`)
	var blocked httpapi.Blocking
	require.NoError(t, json.Unmarshal(blocking.Body.Bytes(), &blocked))
	explanation := post[httpapi.Explanation](w.service, "/api/v1/explain", `{"account":"acme","number":"`+number+`"}`)
	explanation.Attempts = append(explanation.Attempts, httpapi.PlannedAttempt{DialString: "PJSIP/" + number + "@pstn", Waiting: number + " is on the phone"})
	task := get[httpapi.TaskStory](w.service, "/api/v1/tasks/2")
	task.Note, task.WaitingFor = "her mother's is 0701234567", "held by ann (her mother's is 070.123.45.67)"
	task.CancelReason = "cancelled_by_person: her mother's is 46 70 123 45 67"
	for name, document := range map[string]any{
		"tasks":                get[httpapi.TaskList](w.service, "/api/v1/tasks?account=acme"),
		"a task":               task,
		"missed calls":         get[httpapi.MissedCallList](w.service, "/api/v1/missed-calls?account=acme"),
		"do not call":          get[httpapi.DoNotCallList](w.service, "/api/v1/accounts/acme/do-not-call?limit=1"),
		"blocking":             blocked,
		"explanation":          explanation,
		"an explained request": post[httpapi.ExplainedRequest](w.service, "/api/v1/explain/request", `{"account":"acme","number":"`+number+`"}`),
		"replay": httpapi.Replay{Different: []httpapi.ReplayedCall{{
			Caller: "0701234567", Number: number, Why: number + " is the account's own", Changes: []httpapi.ReplayChange{{What: "number", Was: number, Would: "0701234567"}},
		}}},
		"recordings": httpapi.RecordingList{Recordings: []httpapi.Recording{{Number: number}}},
		"a promise":  get[httpapi.Promise](w.service, "/api/v1/promises/"+w.secrets["acme"]),
		"a request":  httpapi.Promised{Task: httpapi.Task{TaskHead: task.TaskHead}},
		"a summary": httpapi.Summary{
			InProgress: []httpapi.InProgress{{Number: number}},
			Waiting:    httpapi.SummaryWaiting{Reasons: []httpapi.WaitingReason{{Reason: "held by ann (her mother's is 070.123.45.67)"}}},
		},
		"alarms":    httpapi.AlarmList{Alarms: []httpapi.Alarm{{About: "name " + number, Message: "070-123 45 67 can't be called"}}},
		"a pointer": &task,
		"a problem": &httpapi.Problem{Detail: number + " isn't callable", Errors: []*huma.ErrorDetail{{Message: "070-123 45 67 isn't callable"}}},
		"a refused request": &httpapi.RequestProblem{Problem: httpapi.Problem{
			Detail: "070 123 45 67 isn't callable", Errors: []*huma.ErrorDetail{{Message: number + " isn't callable"}},
		}},
	} {
		seen := masked(t, document)
		for _, part := range []string{"01234567", "0123456", "123 45 67", "123.45.67"} {
			assert.NotContains(t, seen, part, name)
		}
		if name != "explanation" && name != "an explained request" { // which tell in words of their own why
			assert.NotContains(t, seen, "mother", name)
		}
		assert.Contains(t, seen, "*", name)
	}
	assert.Contains(t, masked(t, task), `"arrived":"2`, "times are no numbers")
	assert.Equal(t, "null", masked(t, nil))
}

// However people write a number, its middle isn't shown.
func TestANumberAmongWordsIsMasked(t *testing.T) {
	for _, number := range []string{
		"+46701234567", "0701234567", "070-123 45 67", "070.123.45.67", "46 70 123 45 67", "46.70.123.45.67", "+46 (0)70 123 45 67",
		"46701234567", "070/1234567", "08 555 000 12", "070\u00a0123\u00a045\u00a067",
	} {
		seen := httpapi.MaskDocument(httpapi.PlannedAttempt{Waiting: "hers is " + number + ", says ann"}).(httpapi.PlannedAttempt).Waiting
		assert.NotContains(t, seen, number)
		assert.Regexp(t, `^hers is [+0-9 (.]{0,4}[0-9*]*\*{3,}[0-9]{0,2}, says ann$`, seen, number)
	}
}

func TestWhatIsNoNumberIsShown(t *testing.T) {
	for _, text := range []string{
		"it is due at 2026-11-20T13:20:01Z", "2 live callers wait in support since 12:03", "customer leg ended: cause 17, SIP 486",
		"closed by schedule office until Mon 2026-11-23 09:00 in Europe/Stockholm", "give up after 3 days",
		"closed until Tue 2026-01-05 09:00", "version 22.10.1", "at 0.25 of 10 s",
	} {
		attempt := httpapi.MaskDocument(httpapi.PlannedAttempt{Waiting: text}).(httpapi.PlannedAttempt)
		assert.Equal(t, text, attempt.Waiting)
	}
}

// A document that grows a field with a number in it says how it is masked: the names that
// such fields have are known.
func TestFieldsWithNumbersAreTagged(t *testing.T) {
	var document map[string]any
	require.NoError(t, json.Unmarshal(newService(t).send(http.MethodGet, "/openapi.json", "").Body.Bytes(), &document))
	schemas := document["components"].(map[string]any)["schemas"].(map[string]any)
	answered := map[string]bool{} // what answers are made of
	var follow func(part any)
	follow = func(part any) {
		switch part := part.(type) {
		case []any:
			for _, p := range part {
				follow(p)
			}
		case map[string]any:
			for key, p := range part {
				name, isRef := p.(string)
				if name, isRef = strings.TrimPrefix(name, "#/components/schemas/"), isRef && key == "$ref"; isRef && !answered[name] {
					answered[name] = true
					follow(schemas[name])
				}
				follow(p)
			}
		}
	}
	for _, path := range document["paths"].(map[string]any) {
		for _, o := range path.(map[string]any) {
			follow(o.(map[string]any)["responses"])
		}
	}
	var found []string
	for name := range answered {
		properties, _ := schemas[name].(map[string]any)["properties"].(map[string]any)
		for property := range properties {
			if slices.Contains([]string{"number", "caller", "note", "dial_string"}, property) {
				found = append(found, name+"."+property)
			}
		}
	}
	slices.Sort(found)
	assert.Equal(t, []string{
		"Blocked.number", "Blocking.number", "ExplainedRequest.number", "Explanation.caller", "Explanation.number", "InProgress.number", "MissedCall.caller", "MissedCall.number",
		"PlannedAttempt.dial_string", "Promise.number", "Promised.note", "Promised.number", "Recording.number", "ReplayedCall.caller", "ReplayedCall.number",
		"Task.note", "Task.number", "TaskStory.note", "TaskStory.number",
	}, found, "tag the new field (mask.go), add its document to TestEveryDocumentIsMasked, then this line")
}
