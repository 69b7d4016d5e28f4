package storage

import (
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"callbackd/callback"
)

// How a list is made: the plan has line, no table is walked through row by row, and what
// is sorted is bounded.
type listPlan struct {
	query string
	line  string
	sorts bool // few rows, or the entries of an index down to the page's limit
}

// rowByRow is a walk through a table, or through an index with a look at each row.
var rowByRow = regexp.MustCompile(`(?m)^SCAN \w+($| USING INDEX)`)

func (p listPlan) check(t *testing.T, db *DB) {
	t.Helper()
	plan := explainPlan(t, db.readers, p.query)
	assert.Contains(t, plan, p.line)
	assert.NotRegexp(t, rowByRow, plan)
	if !p.sorts {
		assert.NotContains(t, plan, "TEMP B-TREE", "%s", p.query)
	}
}

// A filter doesn't look at everybody else's rows, nor at rows that it leaves out.
func TestTaskListsUseIndexes(t *testing.T) {
	db := openTest(t)
	span := callback.Span{From: start, To: start.Add(time.Hour)}
	states := func(s ...callback.TaskState) []callback.TaskState { return s }
	for _, c := range []struct {
		filter callback.TaskFilter
		line   string
		sorts  bool
	}{
		{callback.TaskFilter{Before: 1000}, "USING INTEGER PRIMARY KEY (rowid<?", false},
		{callback.TaskFilter{Account: "acme", Before: 1000}, "SEARCH tasks USING INDEX tasks_search (account=? AND id<?", false},
		{callback.TaskFilter{Number: "+46701234567", Before: 1000}, "SEARCH tasks USING INDEX tasks_customer (number=?", true},
		{callback.TaskFilter{Number: "+46701234567", Account: "acme", Before: 1000}, "SEARCH tasks USING INDEX tasks_customer (number=? AND account=?", false},
		{callback.TaskFilter{States: states(callback.TaskExhausted), Before: 1000}, "SEARCH tasks USING INDEX tasks_state (state=?", false},
		{callback.TaskFilter{Account: "acme", States: states(callback.TaskExhausted)}, "SEARCH tasks USING COVERING INDEX tasks_search (account=?", false},
		{callback.TaskFilter{Account: "acme", States: states(callback.TaskHeld)}, "SEARCH tasks USING COVERING INDEX tasks_waiting (account=?", true},
		{callback.TaskFilter{States: states(callback.TaskHeld, callback.TaskScheduled)}, "SCAN tasks USING COVERING INDEX tasks_waiting", true},
		{callback.TaskFilter{Account: "acme", Kind: callback.KindRequest, Before: 1000}, "SEARCH tasks USING COVERING INDEX tasks_search (account=? AND id<?", false},
		{callback.TaskFilter{Account: "acme", Rule: "menu"}, "SEARCH tasks USING COVERING INDEX tasks_search (account=?", false},
		{callback.TaskFilter{Account: "acme", Target: callback.Target{Kind: callback.TargetAgent, Name: "alice"}}, "SEARCH tasks USING COVERING INDEX tasks_search (account=?", false},
		{callback.TaskFilter{Account: "acme", Created: span}, "SEARCH tasks USING COVERING INDEX tasks_search (account=?", false},
		{callback.TaskFilter{Created: span}, "SCAN tasks USING COVERING INDEX tasks_search", true},
		{callback.TaskFilter{Account: "acme", Search: callback.ParseSearch("070123")}, "SEARCH tasks USING COVERING INDEX tasks_search (account=?", false},
		{callback.TaskFilter{Account: "acme", Search: callback.ParseSearch("offer")}, "SEARCH tasks USING COVERING INDEX tasks_notes (account=?", false},
		{callback.TaskFilter{Search: callback.ParseSearch("offer")}, "SCAN tasks USING COVERING INDEX tasks_notes", true},
		{callback.TaskFilter{Account: "acme", Sort: callback.SortDue}, "SEARCH tasks USING COVERING INDEX tasks_waiting (account=?", true},
		{callback.TaskFilter{Account: "acme", Sort: callback.SortDue, After: callback.TaskPlace{ID: 4}}, "SEARCH tasks USING COVERING INDEX tasks_waiting (account=? AND due>?", true},
		{callback.TaskFilter{Account: "acme", Sort: callback.SortWaiting, Due: span}, "SEARCH tasks USING COVERING INDEX tasks_waiting (account=? AND due>? AND due<?", true},
	} {
		query, _ := taskList(c.filter)
		listPlan{query, c.line, c.sorts}.check(t, db)
	}
}

func TestMissedCallListsUseIndexes(t *testing.T) {
	db := openTest(t)
	for _, c := range []struct {
		filter callback.MissedCallFilter
		line   string
		sorts  bool
	}{
		{callback.MissedCallFilter{Before: 1000}, "USING INTEGER PRIMARY KEY (rowid<?", false},
		{callback.MissedCallFilter{Account: "acme", Before: 1000}, "SEARCH missed_calls USING INDEX missed_calls_search (account=? AND id<?", false},
		{callback.MissedCallFilter{Number: "+46701234567", Before: 1000}, "SEARCH missed_calls USING INDEX missed_calls_customer (number=?", true},
		{callback.MissedCallFilter{Number: "+46701234567", Account: "acme", Before: 1000}, "SEARCH missed_calls USING INDEX missed_calls_customer (number=? AND accoun", false},
		{callback.MissedCallFilter{TaskID: 12, Before: 1000}, "SEARCH missed_calls USING INDEX missed_calls_task (task_id=?", true},
		{callback.MissedCallFilter{TaskID: 12, Since: start}, "SEARCH missed_calls USING INDEX missed_calls_task (task_id=? AND lost>?", true},
		{callback.MissedCallFilter{Since: start}, "SEARCH missed_calls USING INDEX missed_calls_lost (lost>?", true},
		{callback.MissedCallFilter{Account: "acme", Since: start}, "SEARCH missed_calls USING INDEX missed_calls_lost (lost>?", true},
		{callback.MissedCallFilter{Account: "acme", Since: start, Until: start}, "SEARCH missed_calls USING COVERING INDEX missed_calls_search (account=?", false},
		{callback.MissedCallFilter{Account: "acme", Reason: callback.ReasonNoRule, Before: 1000}, "SEARCH missed_calls USING COVERING INDEX missed_calls_search (account=? AND id<?", false},
		{callback.MissedCallFilter{Account: "acme", Decision: callback.DecisionMerged}, "SEARCH missed_calls USING COVERING INDEX missed_calls_search (account=?", false},
		{callback.MissedCallFilter{LostBy: callback.Target{Kind: callback.TargetQueue, Name: "support"}}, "SCAN missed_calls USING COVERING INDEX missed_calls_search", true},
	} {
		query, _ := missedCallList(c.filter)
		listPlan{query, c.line, c.sorts}.check(t, db)
	}
}

func TestRecordingListsUseIndexes(t *testing.T) {
	db := openTest(t)
	span := callback.Span{From: start, To: start.Add(time.Hour)}
	kept := []callback.RecordingState{callback.RecordingKept}
	for _, c := range []struct {
		filter callback.RecordingFilter
		line   string
		sorts  bool
	}{
		{callback.RecordingFilter{Before: 1000}, "USING INTEGER PRIMARY KEY (rowid<?", false},
		{callback.RecordingFilter{Account: "acme", Before: 1000}, "SEARCH recordings USING INDEX recordings_search (account=? AND id<?", false},
		{callback.RecordingFilter{TaskID: 12, Before: 1000}, "SEARCH recordings USING INDEX recordings_task (task_id=? AND rowid<?", false},
		{callback.RecordingFilter{Account: "acme", Made: span, States: kept}, "SEARCH recordings USING COVERING INDEX recordings_search (account=?", false},
		{callback.RecordingFilter{Made: span}, "SCAN recordings USING COVERING INDEX recordings_search", true},
		{callback.RecordingFilter{Account: "acme", Number: "+46701234567", Made: span}, "SEARCH recordings USING INDEX recordings_task (task_id=?", true},
	} {
		query, _ := recordingList(c.filter)
		listPlan{query, c.line, c.sorts}.check(t, db)
	}
}

// A day is counted from what happened on it.
func TestADayUsesIndexes(t *testing.T) {
	db := openTest(t)
	for query, lines := range map[string][]string{
		happeningsQuery: {
			"SEARCH missed_calls USING COVERING INDEX missed_calls_lost (lost>? AND lost<?)", "SEARCH tasks USING INDEX tasks_asked (arrived>? AND arrived<?)",
			"SEARCH attempts USING COVERING INDEX attempts_bridged (bridged>? AND bridged<?)", "SEARCH tasks USING INDEX tasks_ended (updated>? AND updated<?)",
		},
		owedQuery: {
			"SEARCH call USING COVERING INDEX missed_calls_lost (lost>? AND lost<?)", "SEARCH other USING COVERING INDEX missed_calls_task (task_id=? AND lost<?)",
			"SEARCH tasks USING INDEX tasks_asked (arrived>? AND arrived<?)", "SEARCH attempts USING INDEX attempts_task (task_id=?)",
		},
		waitingQuery + "AND account = ? " + waitingOrder: {"SEARCH tasks USING INDEX tasks_open (account=?)"},
	} {
		for _, line := range lines {
			listPlan{query, line, true}.check(t, db)
		}
	}
	assert.Contains(t, explainPlan(t, db.readers, waitingQuery+waitingOrder), "SCAN tasks USING INDEX tasks_open") // all of the open ones
}
