package storage

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	"callbackd/callback"
)

// The states in which rows may be born.
var (
	taskBirths    = []callback.TaskState{callback.TaskScheduled, callback.TaskHeld}
	attemptBirths = []callback.AttemptState{callback.AttemptScheduled}
	// One that is deleted was there before.
	recordingBirths = slices.DeleteFunc(slices.Clone(callback.RecordingStates), func(s callback.RecordingState) bool { return s == callback.RecordingDeleted })
)

// triggers are all triggers of the database, name and text, made from the
// code's own tables and lists. No migration makes a trigger: they are compared
// with this at each Open, and so follow the code without a migration.
func triggers() map[string]string {
	all := make(map[string]string)
	refuse := func(name, event, when, message string) {
		all[name] = fmt.Sprintf("CREATE TRIGGER %s BEFORE %s WHEN %s\nBEGIN SELECT RAISE(ABORT, '%s'); END", name, event, when, message)
	}

	refuse("tasks_birth", "INSERT ON tasks", "NEW.state NOT IN ("+quoted(taskBirths)+")",
		"a task begins scheduled or held")
	refuse("tasks_transition", "UPDATE ON tasks",
		"OLD.state || ' ' || NEW.state NOT IN ("+quoted(steps(callback.TaskStates, callback.TaskTransitions))+")",
		"a task can not take this step")
	refuse("tasks_identity", "UPDATE ON tasks",
		"(NEW.id, NEW.account, NEW.kind, NEW.number, NEW.created) IS NOT (OLD.id, OLD.account, OLD.kind, OLD.number, OLD.created)",
		"account, kind, number and creation of a task stay")
	refuse("tasks_exhausted", "UPDATE ON tasks", "NEW.state = 'exhausted' AND NEW.reason NOT IN ("+quoted(callback.Results)+")",
		"the reason of an exhausted task is a result")
	refuse("tasks_stay", "DELETE ON tasks", "1", "tasks are kept")

	refuse("bookings_task", "INSERT ON bookings",
		"NOT EXISTS (SELECT 1 FROM tasks WHERE id = NEW.task_id AND account = NEW.account AND kind = 'appointment' AND state IN ("+quoted(openStates())+"))",
		"a seat is for an open appointment of the same account")
	refuse("bookings_fixed", "UPDATE ON bookings", "1", "a seat is left and another taken")
	// Whatever ends an appointment frees its seat, so that nothing can forget to.
	all["bookings_over"] = "CREATE TRIGGER bookings_over AFTER UPDATE ON tasks WHEN NEW.kind = 'appointment' AND NEW.state NOT IN (" + quoted(openStates()) + ")" +
		"\nBEGIN DELETE FROM bookings WHERE task_id = NEW.id; END"

	refuse("attempts_birth", "INSERT ON attempts", "NEW.state NOT IN ("+quoted(attemptBirths)+")",
		"an attempt begins scheduled")
	refuse("attempts_task", "INSERT ON attempts",
		"NOT EXISTS (SELECT 1 FROM tasks WHERE id = NEW.task_id AND account = NEW.account AND number = NEW.number AND state IN ("+quoted(openStates())+"))",
		"an attempt belongs to an open task of the same account and number")
	refuse("attempts_transition", "UPDATE ON attempts",
		"OLD.state || ' ' || NEW.state NOT IN ("+quoted(steps(callback.AttemptStates, callback.AttemptTransitions))+")",
		"an attempt can not take this step")
	refuse("attempts_identity", "UPDATE ON attempts",
		"(NEW.id, NEW.task_id, NEW.account, NEW.number) IS NOT (OLD.id, OLD.task_id, OLD.account, OLD.number)",
		"task, account and number of an attempt stay")
	refuse("attempts_plan", "UPDATE ON attempts",
		"OLD.state <> 'scheduled' AND (NEW.settings, NEW.missed_call_id, NEW.ordinal, NEW.try, NEW.claimed, NEW.agent_channel, NEW.customer_channel, NEW.bridge)"+
			" IS NOT (OLD.settings, OLD.missed_call_id, OLD.ordinal, OLD.try, OLD.claimed, OLD.agent_channel, OLD.customer_channel, OLD.bridge)",
		"settings and names of an attempt stay from its claim on")
	refuse("attempts_result", "UPDATE ON attempts", "NEW.result NOT IN ('', "+quoted(callback.Results)+")",
		"an attempt has a result of the list")
	refuse("attempts_stay", "DELETE ON attempts", "1", "attempts are kept")

	refuse("missed_calls_reason", "INSERT ON missed_calls", "NEW.reason NOT IN ('', "+quoted(callback.Reasons)+")",
		"a missed call has a reason of the list")
	refuse("missed_calls_task", "INSERT ON missed_calls",
		"NEW.task_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM tasks WHERE id = NEW.task_id AND account = NEW.account AND number = NEW.number AND state IN ("+quoted(openStates())+"))",
		"a missed call belongs to an open task of the same account and number")
	refuse("missed_calls_fixed", "UPDATE ON missed_calls", "1", "missed calls do not change")
	refuse("missed_calls_stay", "DELETE ON missed_calls", "1", "missed calls are kept")

	refuse("recordings_birth", "INSERT ON recordings", "NEW.state NOT IN ("+quoted(recordingBirths)+")",
		"a recording begins in a state of the list, and not deleted")
	refuse("recordings_attempt", "INSERT ON recordings",
		"NOT EXISTS (SELECT 1 FROM attempts WHERE id = NEW.attempt_id AND task_id = NEW.task_id AND account = NEW.account AND recording = NEW.name AND state = 'ended' AND customer_sent IS NOT NULL)",
		"a recording belongs to an attempt that has ended, and has its name")
	refuse("recordings_step", "UPDATE ON recordings",
		"OLD.state || ' ' || NEW.state NOT IN ("+quoted(recordingSteps())+")",
		"a recording can not take this step")
	refuse("recordings_identity", "UPDATE ON recordings",
		"(NEW.id, NEW.task_id, NEW.attempt_id, NEW.account, NEW.pbx, NEW.name, NEW.channels, NEW.made, NEW.keep_until)"+
			" IS NOT (OLD.id, OLD.task_id, OLD.attempt_id, OLD.account, OLD.pbx, OLD.name, OLD.channels, OLD.made, OLD.keep_until)",
		"what a recording is of, where it lies and how long stays")
	refuse("recordings_stay", "DELETE ON recordings", "OLD.state <> 'unverified'", "what was seen of a recording is kept")

	refuse("history_fixed", "UPDATE ON history", "1", "history does not change")
	refuse("history_stay", "DELETE ON history", "1", "history is kept")
	refuse("tokens_role", "INSERT ON tokens", "NEW.role NOT IN ("+quoted(callback.Roles)+")", "a token has a role of the list")
	refuse("tokens_identity", "UPDATE ON tokens",
		"(NEW.id, NEW.name, NEW.role, NEW.account, NEW.hash, NEW.created, NEW.by_whom) IS NOT (OLD.id, OLD.name, OLD.role, OLD.account, OLD.hash, OLD.created, OLD.by_whom)",
		"what a token opens stays")
	refuse("tokens_revoked", "UPDATE ON tokens", "OLD.revoked IS NOT NULL", "a revoked token stays so")
	refuse("tokens_stay", "DELETE ON tokens", "1", "tokens are kept")

	refuse("users_birth", "INSERT ON users", "NEW.role NOT IN ("+quoted(callback.UserRoles)+")", "a user has a role of the list")
	refuse("users_role", "UPDATE ON users", "NEW.role NOT IN ("+quoted(callback.UserRoles)+")", "a user has a role of the list")
	refuse("users_identity", "UPDATE ON users",
		"(NEW.id, NEW.name, NEW.created, NEW.by_whom) IS NOT (OLD.id, OLD.name, OLD.created, OLD.by_whom)",
		"who a user is stays")
	refuse("users_revoked", "UPDATE ON users", "OLD.revoked IS NOT NULL", "a revoked user stays so")
	refuse("users_stay", "DELETE ON users", "1", "users are kept")
	refuse("sessions_user", "INSERT ON sessions", "NOT EXISTS (SELECT 1 FROM users WHERE id = NEW.user_id AND revoked IS NULL)",
		"a session is of a user who holds")
	refuse("sessions_identity", "UPDATE ON sessions",
		"(NEW.id, NEW.user_id, NEW.hash, NEW.created) IS NOT (OLD.id, OLD.user_id, OLD.hash, OLD.created)",
		"whose a session is stays")
	return all
}

// steps lists the pairs "from to" that transitions allow, in the order of
// states.
func steps[State, Input ~string](states []State, transitions map[State]map[Input]State) []string {
	var pairs []string
	for _, from := range states {
		reached := make(map[State]bool)
		for _, to := range transitions[from] {
			reached[to] = true
		}
		for _, to := range states {
			if reached[to] {
				pairs = append(pairs, string(from)+" "+string(to))
			}
		}
	}
	return pairs
}

// recordingSteps lists the pairs "from to" of callback.RecordingSteps.
func recordingSteps() []string {
	var pairs []string
	for _, from := range callback.RecordingStates {
		for _, to := range callback.RecordingSteps[from] {
			pairs = append(pairs, string(from)+" "+string(to))
		}
	}
	return pairs
}

func openStates() []callback.TaskState {
	var open []callback.TaskState
	for _, s := range callback.TaskStates {
		if s.Open() {
			open = append(open, s)
		}
	}
	return open
}

// quoted writes words as SQL: 'a', 'b'.
func quoted[Word ~string](words []Word) string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = "'" + strings.ReplaceAll(string(w), "'", "''") + "'"
	}
	return strings.Join(list, ", ")
}

// makeTriggers replaces the triggers that the database has by those that the
// code wants, if they differ.
func makeTriggers(ctx context.Context, tx *sql.Tx) error {
	want := triggers()
	have, err := readTriggers(ctx, tx)
	if err != nil || maps.Equal(have, want) {
		return err
	}
	if err := dropTriggers(ctx, tx); err != nil {
		return err
	}
	for _, text := range want {
		if _, err := tx.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

func dropTriggers(ctx context.Context, tx *sql.Tx) error {
	have, err := readTriggers(ctx, tx)
	if err != nil {
		return err
	}
	for name := range have {
		if _, err := tx.ExecContext(ctx, `DROP TRIGGER "`+strings.ReplaceAll(name, `"`, `""`)+`"`); err != nil {
			return err
		}
	}
	return nil
}

func readTriggers(ctx context.Context, tx *sql.Tx) (map[string]string, error) {
	rows, err := tx.QueryContext(ctx, "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // whatever it could say, rows.Err has said
	all := make(map[string]string)
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return nil, err
		}
		all[name] = text
	}
	return all, rows.Err()
}
