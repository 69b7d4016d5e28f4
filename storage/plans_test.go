package storage

import (
	"database/sql"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every fixed query finds its rows through the index that was made for it,
// however large the tables grow.
func TestQueriesUseIndexes(t *testing.T) {
	db := openTest(t)
	sorts := []string{"DueTasks", "OpenTasks", "LiveAttempts", "LiveAttempts of a PBX", "BriefCalls", "Appointments"} // a few rows
	walks := []string{"LiveAttempts", "Rouse all", "LastChange"}                                                      // through all of a partial index, or from the end
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
		{"HandOvers", handOversQuery, "SEARCH tasks USING INDEX tasks_hand_over (owner_until<?)"},
		{"NextHandOver", nextHandOverQuery, "SEARCH tasks USING INDEX tasks_hand_over (owner_until>?)"},
		{"OpenTasks", openTasksQuery, "SEARCH tasks USING INDEX tasks_open (account=?)"},
		{"OpenMissed", openMissedQuery, "SEARCH tasks USING COVERING INDEX tasks_open (account=? AND kind=? AND target=? AND state=?)"},
		{"OpenAny", openAnyQuery, "SEARCH tasks USING COVERING INDEX tasks_open (account=? AND kind=? AND target=? AND state=?)"},
		{"OpenAny of owners", openAnyQuery, "SEARCH tasks USING INDEX tasks_owned (account=? AND owner_then=?)"},
		{"SeatsTaken", seatsTakenQuery, "SEARCH bookings USING PRIMARY KEY (account=? AND book=? AND start>? AND start<?)"},
		{"TakeSeat", seatsOfSlotQuery, "SEARCH bookings USING PRIMARY KEY (account=? AND book=? AND start=?)"},
		{"LeaveSeat", leaveSeatCommand, "SEARCH bookings USING COVERING INDEX sqlite_autoindex_bookings_1 (task_id=?)"},
		{"Appointments", appointmentsQuery, "SEARCH bookings USING PRIMARY KEY (account=? AND book=? AND start>? AND start<?)"},
		{"LateAppointments", lateAppointmentsQuery, "SEARCH tasks USING INDEX tasks_appointments (asked_for<?)"},
		{"LateAppointments that were called", lateAppointmentsQuery, "SEARCH attempts USING INDEX attempts_task (task_id=?)"},
		{"NextAppointment", nextAppointmentQuery, "SEARCH tasks USING INDEX tasks_appointments (asked_for>?)"},
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
		{"LastRung", lastRungQuery, "SEARCH attempts USING INDEX attempts_sent_number (number=? AND account=? AND customer_sent>?)"},
		{"TrunkFaults", trunkLegsQuery, "SEARCH attempts USING INDEX attempts_trunk (account=? AND region=? AND customer_sent>?)"},
		{"MissedCall", missedCallQuery, "SEARCH missed_calls USING INTEGER PRIMARY KEY (rowid=?)"},
		{"SeenCall", seenCallQuery, "SEARCH missed_calls USING INDEX missed_calls_seen (pbx=? AND call_id=?)"},
		{"NewestMissedCall", newestMissedCallQuery, "SEARCH missed_calls USING INDEX missed_calls_task (task_id=?)"},
		{"BriefCalls", briefCallsQuery, "SEARCH missed_calls USING INDEX missed_calls_blocks (account=? AND number>? AND number<?)"},
		{"DoNotCall", doNotCallQuery, "SEARCH do_not_call USING PRIMARY KEY (account=? AND number=?)"},
		{"DoNotCallList", doNotCallListQuery, "SEARCH do_not_call USING PRIMARY KEY (account=? AND number>?)"},
		{"AskKey", askKeyQuery, "SEARCH ask_keys USING PRIMARY KEY (account=? AND asked_by=? AND key=?)"},
		{"ForgetAskKeys", forgetAskKeysCommand, "SEARCH ask_keys USING INDEX ask_keys_used (used<?)"},
		{"ForgetAskKeys, of calls", forgetCallKeysCommand, "SEARCH ask_keys USING INDEX ask_keys_calls (used<?)"},
		{"Token", tokenQuery, "SEARCH tokens USING INTEGER PRIMARY KEY (rowid=?)"},
		{"TokenOf", tokenOfQuery, "SEARCH tokens USING INDEX tokens_hash (hash=?)"},
		{"RevokeToken", revokeTokenCommand, "SEARCH tokens USING INTEGER PRIMARY KEY (rowid=?)"},
		{"UseToken", useTokenCommand, "SEARCH tokens USING INTEGER PRIMARY KEY (rowid=?)"},
		{"TokenNamed", tokenNamedQuery, "SEARCH tokens USING INDEX tokens_any_case (name=?)"},
		{"User", userQuery, "SEARCH users USING INTEGER PRIMARY KEY (rowid=?)"},
		{"UserNamed", userNamedQuery, "SEARCH users USING INDEX users_name (name=?)"},
		{"UpdateUser", updateUserCommand, "SEARCH users USING INTEGER PRIMARY KEY (rowid=?)"},
		{"SessionOf", sessionOfQuery, "SEARCH sessions USING INDEX sessions_hash (hash=?)"},
		{"Sessions", sessionsQuery, "SEARCH sessions USING INDEX sessions_user (user_id=?)"},
		{"UseSession", useSessionCommand, "SEARCH sessions USING INTEGER PRIMARY KEY (rowid=?)"},
		{"EndSession", endSessionCommand, "SEARCH sessions USING INTEGER PRIMARY KEY (rowid=?)"},
		{"EndSessions", endSessionsCommand, "SEARCH sessions USING INDEX sessions_user (user_id=?)"},
		{"ForgetSessions", forgetSessionsCommand, "SEARCH sessions USING INDEX sessions_used (used<?)"},
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
