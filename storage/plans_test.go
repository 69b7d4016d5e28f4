package storage

import (
	"database/sql"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// Every fixed query finds its rows through the index that was made for it,
// however large the tables grow.
func TestQueriesUseIndexes(t *testing.T) {
	db := openTest(t)
	sorts := []string{"DueTasks", "OpenTasks", "LiveAttempts", "LiveAttempts of a PBX", "BriefCalls"} // a few rows
	walks := []string{"LiveAttempts", "Rouse all", "LastChange"}                                      // through all of a partial index, or from the end
	for _, c := range []struct{ name, query, plan string }{
		{"Task", taskQuery, "SEARCH tasks USING INTEGER PRIMARY KEY (rowid=?)"},
		{"UpdateTask", tasksTable.update, "SEARCH tasks USING INTEGER PRIMARY KEY (rowid=?)"},
		{"SetWaiting", waitingCommand, "SEARCH tasks USING INTEGER PRIMARY KEY (rowid=?)"},
		{"Rouse all", rouseAllCommand, "SCAN tasks USING INDEX tasks_resting"},
		{"Rouse", rouseCommand, "SEARCH tasks USING INDEX tasks_resting (account=?)"},
		{"OpenMissedTask", openTaskQuery, "SEARCH tasks USING INDEX tasks_one_open_missed (account=? AND number=?)"},
		{"CustomerTasks", customerTasksQuery, "SEARCH tasks USING INDEX tasks_open_customer (account=? AND number=?)"},
		{"LastTask", lastTaskQuery, "SEARCH tasks USING INDEX tasks_customer (number=? AND account=?)"},
		{"DueTasks", dueTasksQuery, "SEARCH tasks USING COVERING INDEX tasks_due (wake<?)"},
		{"NextDue", nextDueQuery, "SEARCH tasks USING COVERING INDEX tasks_due (wake>?)"},
		{"GiveUps", giveUpsQuery, "SEARCH tasks USING INDEX tasks_give_up (give_up<?)"},
		{"NextGiveUp", nextGiveUpQuery, "SEARCH tasks USING INDEX tasks_give_up (give_up>?)"},
		{"OpenTasks", openTasksQuery, "SEARCH tasks USING INDEX tasks_open (account=?)"},
		{"OpenMissed", openMissedQuery, "SEARCH tasks USING COVERING INDEX tasks_open (account=? AND kind=? AND target=? AND state=?)"},
		{"OpenAny", openAnyQuery, "SEARCH tasks USING COVERING INDEX tasks_open (account=? AND kind=? AND target=? AND state=?)"},
		{"Attempt", attemptQuery, "SEARCH attempts USING INTEGER PRIMARY KEY (rowid=?)"},
		{"UpdateAttempt", attemptsTable.update, "SEARCH attempts USING INTEGER PRIMARY KEY (rowid=?)"},
		{"CurrentAttempt", currentAttemptQuery, "SEARCH attempts USING INDEX attempts_one_open (task_id=?)"},
		{"Attempts", taskAttemptsQuery, "SEARCH attempts USING INDEX attempts_task (task_id=?)"},
		// A walk through all of a partial index, which has the few live ones.
		{"LiveAttempts", liveAttemptsQuery, "SCAN attempts USING INDEX attempts_live"},
		{"LiveAttempts of a PBX", livePBXAttemptsQuery, "SEARCH attempts USING INDEX attempts_live (pbx=?)"},
		{"Lines", linesQuery, "SEARCH attempts USING INDEX attempts_lines (account=?)"},
		{"RegionLines", regionLinesQuery, "SEARCH attempts USING INDEX attempts_lines (account=? AND region=?)"},
		{"CustomerLegs", accountLegsQuery, "SEARCH attempts USING COVERING INDEX attempts_sent (account=? AND customer_sent>?)"},
		{"CustomerLegs not sent yet", accountLegsQuery, "SEARCH attempts USING INDEX attempts_lines (account=?)"},
		{"CustomerLegs to a number", numberLegsQuery, "SEARCH attempts USING COVERING INDEX attempts_sent_number (number=? AND account=? AND customer_sent>?)"},
		{"CustomerLegs to a number not sent yet", numberLegsQuery, "SEARCH attempts USING INDEX attempts_one_live (number=?)"},
		{"NumberOnLine", numberOnLineQuery, "SEARCH attempts USING INDEX attempts_one_live (number=?)"},
		{"TrunkFaults", trunkLegsQuery, "SEARCH attempts USING INDEX attempts_trunk (account=? AND region=? AND customer_sent>?)"},
		{"MissedCall", missedCallQuery, "SEARCH missed_calls USING INTEGER PRIMARY KEY (rowid=?)"},
		{"SeenCall", seenCallQuery, "SEARCH missed_calls USING INDEX missed_calls_seen (pbx=? AND call_id=?)"},
		{"NewestMissedCall", newestMissedCallQuery, "SEARCH missed_calls USING INDEX missed_calls_task (task_id=?)"},
		{"BriefCalls", briefCallsQuery, "SEARCH missed_calls USING INDEX missed_calls_blocks (account=? AND number>? AND number<?)"},
		{"DoNotCall", doNotCallQuery, "SEARCH do_not_call USING PRIMARY KEY (account=? AND number=?)"},
		{"DoNotCallList", doNotCallListQuery, "SEARCH do_not_call USING PRIMARY KEY (account=? AND number>?)"},
		{"AskKey", askKeyQuery, "SEARCH ask_keys USING PRIMARY KEY (account=? AND asked_by=? AND key=?)"},
		{"ForgetAskKeys", forgetAskKeysCommand, "SEARCH ask_keys USING INDEX ask_keys_used (used<?)"},
		{"Token", tokenQuery, "SEARCH tokens USING INTEGER PRIMARY KEY (rowid=?)"},
		{"TokenOf", tokenOfQuery, "SEARCH tokens USING INDEX tokens_hash (hash=?)"},
		{"RevokeToken", revokeTokenCommand, "SEARCH tokens USING INTEGER PRIMARY KEY (rowid=?)"},
		{"UseToken", useTokenCommand, "SEARCH tokens USING INTEGER PRIMARY KEY (rowid=?)"},
		{"LogPosition", logPositionQuery, "SEARCH log_positions USING INDEX sqlite_autoindex_log_positions_1 (pbx=?)"},
		{"Recording", recordingQuery, "SEARCH recordings USING INTEGER PRIMARY KEY (rowid=?)"},
		{"UpdateRecording", recordingsTable.update, "SEARCH recordings USING INTEGER PRIMARY KEY (rowid=?)"},
		{"UnverifiedRecordings", unverifiedRecordingsQuery, "SEARCH recordings USING INDEX recordings_unverified (id>?)"},
		{"ExpiredRecordings", expiredRecordingsQuery, "SEARCH recordings USING INDEX recordings_expiry (keep_until>? AND keep_until<?)"},
		{"History", historyQuery, "SEARCH history USING INDEX history_task (task_id=?)"},
		// From the newest row back, and no further than it has to.
		{"LastChange", lastChangeQuery, "SCAN history"},
		{"before each commit", openAttemptsQuery, "SEARCH attempts USING INDEX attempts_one_open (task_id=?)"},
	} {
		plan := explainPlan(t, db.readers, c.query)
		assert.Contains(t, plan, c.plan, c.name)
		if !slices.Contains(walks, c.name) {
			assert.NotContains(t, plan, "SCAN "+firstTable(c.query), c.name) // of its own intermediate results is fine
		}
		if !slices.Contains(sorts, c.name) {
			assert.NotContains(t, plan, "TEMP B-TREE", "%s sorts", c.name)
		}
	}
}

// firstTable is the first one that a query names.
func firstTable(query string) string {
	for _, name := range []string{"tasks", "attempts", "missed_calls", "history", "do_not_call", "recordings", "log_positions", "ask_keys"} {
		if strings.Contains(query, name) {
			return name
		}
	}
	return ""
}

// A filter doesn't look at everybody else's rows.
func TestListsUseIndexes(t *testing.T) {
	db := openTest(t)
	for index, f := range map[string]callback.TaskFilter{
		"USING INDEX tasks_account (account=?":            {Account: "acme", Before: 1000},
		"USING INDEX tasks_customer (number=?":            {Number: "+46701234567", Before: 1000},
		"USING INDEX tasks_customer (number=? AND accoun": {Number: "+46701234567", Account: "acme", Before: 1000},
		"USING INDEX tasks_state (state=?":                {States: []callback.TaskState{callback.TaskHeld}, Before: 1000},
		"USING INTEGER PRIMARY KEY (rowid<?":              {Before: 1000},
	} {
		query, _ := taskList(f)
		plan := explainPlan(t, db.readers, query)
		assert.Contains(t, plan, index)
		assert.NotContains(t, plan, "SCAN")
		if f.Number == "" || f.Account != "" { // the rows of one number are few enough to sort
			assert.NotContains(t, plan, "TEMP B-TREE")
		}
	}
	since := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	for index, f := range map[string]callback.MissedCallFilter{
		"USING INDEX missed_calls_account (account=?":            {Account: "acme", Before: 1000},
		"USING INDEX missed_calls_customer (number=?":            {Number: "+46701234567", Before: 1000},
		"USING INDEX missed_calls_customer (number=? AND accoun": {Number: "+46701234567", Account: "acme", Before: 1000},
		"USING INDEX missed_calls_task (task_id=?":               {TaskID: 12, Before: 1000},
		"USING INDEX missed_calls_task (task_id=? AND lost>?":    {TaskID: 12, Since: since},
		"USING INDEX missed_calls_lost (lost>?":                  {Since: since},
		"USING INDEX missed_calls_lost (lost>?)":                 {Account: "acme", Since: since},
		"USING INTEGER PRIMARY KEY (rowid<?":                     {Before: 1000},
	} {
		query, _ := missedCallList(f)
		plan := explainPlan(t, db.readers, query)
		assert.Contains(t, plan, index)
		assert.NotContains(t, plan, "SCAN")
	}
	for index, f := range map[string]callback.RecordingFilter{
		"USING INDEX recordings_account (account=? AND rowid<?": {Account: "acme", Before: 1000},
		"USING INDEX recordings_task (task_id=? AND rowid<?":    {TaskID: 12, Before: 1000},
		"USING INTEGER PRIMARY KEY (rowid<?":                    {Before: 1000},
	} {
		query, _ := recordingList(f)
		plan := explainPlan(t, db.readers, query)
		assert.Contains(t, plan, index)
		assert.NotContains(t, plan, "SCAN")
	}
}

func explainPlan(t *testing.T, db *sql.DB, query string) string {
	t.Helper()
	args := make([]any, strings.Count(query, "?"))
	rows, err := db.Query("EXPLAIN QUERY PLAN "+query, args...)
	require.NoError(t, err)
	defer func() { assert.NoError(t, rows.Close()) }()
	var lines []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		require.NoError(t, rows.Scan(&id, &parent, &unused, &detail))
		lines = append(lines, detail)
	}
	require.NoError(t, rows.Err())
	return strings.Join(lines, "\n")
}
