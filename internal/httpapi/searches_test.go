package httpapi_test

import (
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

// query is a path with what is asked for.
func query(path string, pairs ...string) string {
	values := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	return path + "?" + values.Encode()
}

func TestTasksAreSearched(t *testing.T) {
	s := newService(t)
	began := time.Now()
	s.miss("acme", "+46701234561")
	s.miss("globex", "+46701234562")
	asked := s.send(http.MethodPost, "/api/v1/tasks", `{"account":"acme","number":"0709999999","note":"wants the offer","at":"`+began.Add(time.Hour).UTC().Format(time.RFC3339)+`"}`)
	require.Equal(t, http.StatusCreated, asked.Code, asked.Body)
	s.miss("acme", "+46701234563")
	s.claim(1, "one")
	s.complete(1)

	rfc := func(after time.Duration) string { return began.Add(after).UTC().Format(time.RFC3339Nano) }
	for name, c := range map[string]struct {
		pairs []string
		want  []int64
	}{
		"a part of the number":   {[]string{"q", "0701 23"}, []int64{4, 2, 1}},
		"an id":                  {[]string{"q", "3"}, []int64{4, 3, 2, 1}}, // and numbers with a 3
		"words":                  {[]string{"q", "Offer"}, []int64{3}},
		"words of an account":    {[]string{"q", "offer", "account", "globex"}, nil},
		"a kind":                 {[]string{"kind", "request"}, []int64{3}},
		"a rule":                 {[]string{"rule", "lost in the contact center", "account", "acme"}, []int64{4, 1}},
		"a target":               {[]string{"target", "queue:support", "state", "completed"}, []int64{1}},
		"nobody's":               {[]string{"target", "agent:alice"}, nil},
		"made since":             {[]string{"from", rfc(-time.Hour)}, []int64{4, 3, 2, 1}},
		"made before":            {[]string{"to", rfc(-time.Hour)}, nil},
		"due then":               {[]string{"due_from", rfc(50 * time.Minute), "due_to", rfc(70 * time.Minute), "kind", "request"}, []int64{3}},
		"waiting":                {[]string{"sort", "waiting"}, []int64{2, 4, 3}},
		"by due":                 {[]string{"sort", "due", "account", "acme", "kind", "missed"}, []int64{4}},
		"newest, as ever":        {[]string{"sort", "newest", "before", "3"}, []int64{2, 1}},
		"all that holds at once": {[]string{"q", "070", "kind", "missed", "account", "acme", "state", "completed"}, []int64{1}},
	} {
		assert.Equal(t, c.want, ids(get[httpapi.TaskList](s, query("/api/v1/tasks", c.pairs...))), name)
	}
	for _, wrong := range [][]string{
		{"kind", "fax"}, {"target", "support"}, {"sort", "oldest"}, {"from", "yesterday"}, {"after", "x"}, {"sort", "due", "after", "3"}, {"after", "3", "before", "3"},
		{"sort", "due", "after", "waiting_2026-11-20T08:00:00Z_3"}, {"after", "-3"}, {"sort", "waiting", "after", "waiting_2026-11-20T08:00:00Z_0"},
	} {
		problem(t, s.send(http.MethodGet, query("/api/v1/tasks", wrong...), ""), http.StatusUnprocessableEntity)
	}
}

func TestPagesFollowOneAnother(t *testing.T) {
	s := newService(t)
	for i := range 5 {
		s.miss("acme", fmt.Sprintf("+4670123456%d", i))
	}
	for _, sort := range []callback.TaskSort{"", callback.SortNewest, callback.SortDue, callback.SortWaiting} {
		var all []int64
		after := ""
		for range 3 {
			page := get[httpapi.TaskList](s, query("/api/v1/tasks", "sort", asked(sort), "limit", "2", "after", after))
			all = append(all, ids(page)...)
			if after = page.Next; after == "" {
				break
			}
		}
		assert.Empty(t, after, sort)
		want := []int64{1, 2, 3, 4, 5}
		if sort == "" || sort == callback.SortNewest {
			want = []int64{5, 4, 3, 2, 1}
		}
		assert.Equal(t, want, all, sort)
	}
}

// asked is a sort as it is asked for.
func asked(sort callback.TaskSort) string {
	if sort == "" {
		return string(callback.SortNewest)
	}
	return string(sort)
}

func TestMissedCallsAreFiltered(t *testing.T) {
	s := newService(t)
	began := time.Now()
	s.miss("acme", "+46701234561")
	s.miss("acme", "anonymous")
	s.miss("acme", "+46701234561")
	rfc := func(after time.Duration) string { return began.Add(after).UTC().Format(time.RFC3339Nano) }
	for name, c := range map[string]struct {
		pairs []string
		want  []int64
	}{
		"a decision": {[]string{"decision", "merged"}, []int64{3}},
		"a reason":   {[]string{"reason", "anonymous", "account", "acme"}, []int64{2}},
		"who lost":   {[]string{"lost_by", "queue:support", "decision", "task_created"}, []int64{1}},
		"since":      {[]string{"from", rfc(-time.Minute), "to", rfc(time.Minute)}, []int64{3, 2, 1}},
		"before":     {[]string{"to", rfc(-time.Minute)}, nil},
	} {
		var found []int64
		for _, m := range get[httpapi.MissedCallList](s, query("/api/v1/missed-calls", c.pairs...)).MissedCalls {
			found = append(found, m.ID)
		}
		assert.Equal(t, c.want, found, name)
	}
}

func TestRecordingsAreFiltered(t *testing.T) {
	s := newService(t)
	r := s.talks("acme", "+46701234561", "one")
	for name, c := range map[string]struct {
		pairs []string
		want  int
	}{
		"a customer":        {[]string{"number", "+46701234561"}, 1},
		"another":           {[]string{"number", "+46701234562"}, 0},
		"made then":         {[]string{"from", r.Made.Format(time.RFC3339Nano), "to", r.Made.Add(time.Second).Format(time.RFC3339Nano)}, 1},
		"made before":       {[]string{"to", r.Made.Format(time.RFC3339Nano), "account", "acme"}, 0},
		"of a customer, in": {[]string{"number", "+46701234561", "state", "deleted"}, 0},
	} {
		assert.Len(t, get[httpapi.RecordingList](s, query("/api/v1/recordings", c.pairs...)).Recordings, c.want, name)
	}
}
