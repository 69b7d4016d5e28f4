package metrics

import "github.com/prometheus/client_golang/prometheus"

// family is one metric as people and Prometheus know it.
type family struct {
	name, help string
	labels     []string
}

func (f family) desc() *prometheus.Desc { return prometheus.NewDesc(f.name, f.help, f.labels, nil) }

func (f family) counter() *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: f.name, Help: f.help}, f.labels)
}

// The families. Names and units follow https://prometheus.io/docs/practices/naming/.
var (
	buildInfo = family{"callbackd_build_info",
		"Always 1; which callbackd runs.", []string{"version", "goversion"}}
	rulesSince = family{"callbackd_rules_in_force_timestamp_seconds",
		"Unix time since when the account's rules in force are that; absent for an account that has none.", []string{"account"}}
	rulesCurrent = family{"callbackd_rules_current",
		"1 if the account's rules file is in force as it stands; 0 if it is faulty or gone, or could not be stored, and the last good rules, or none, are in force.", []string{"account"}}
	rulesProblems = family{"callbackd_rules_file_problems",
		"Problems in the rules file as it stands; an error keeps it from being in force.", []string{"account", "file", "severity"}}
	rulesLoads = family{"callbackd_rules_loads_total",
		"Rules files with new content that were read: in_force, faulty, or failed (good, but they could not be stored).", []string{"account", "result"}}
	openTasks = family{"callbackd_open_tasks",
		"Promises that are neither kept nor over.", []string{"account", "state"}}
	dueTasks = family{"callbackd_due_tasks",
		"Scheduled tasks whose time has come and that wait for something else: a schedule, an agent, a line, a cap.", []string{"account"}}
	tasksEnded = family{"callbackd_tasks_ended_total",
		"Tasks that have ended, by how: completed, exhausted, cancelled, expired.", []string{"account", "state"}}
	attemptsEnded = family{"callbackd_attempts_ended_total",
		"Attempts that were begun and have ended, by result.", []string{"account", "result"}}
	pbxReady = family{"callbackd_pbx_ready",
		"1 if calls of the PBX are seen and can be made.", []string{"pbx"}}
	missedCalls = family{"callbackd_missed_calls_total",
		"Calls that reached nobody, by what was decided about them: task_created, merged, or refused with a reason. The account is empty where a call was nobody's.", []string{"account", "decision", "reason"}}
	callsHelped = family{"callbackd_calls_helped_total",
		"Callbacks that became unnecessary, because the customer called and talked to somebody (customer_called) or an agent dialled the customer by hand (agent_called).", []string{"account", "reason"}}
	eventsMalformed = family{"callbackd_events_malformed_total",
		"Events of Asterisk that could not be read and were left out.", []string{"pbx"}}
	gaps = family{"callbackd_gaps_total",
		"Times in which events may have been missed: the connection was lost, or too many came at once.", []string{"pbx"}}
	detectorChannels = family{"callbackd_detector_channels",
		"Channels that are remembered because their calls aren't over.", []string{"pbx"}}
	detectorForgotten = family{"callbackd_detector_forgotten_total",
		"Channels that were forgotten because too many were remembered, or because Asterisk no longer had them though their end was never seen.", []string{"pbx"}}
	leftOver = family{"callbackd_leftovers_removed_total",
		"Channels and bridges of callbackd's in Asterisk of which no event told, and which belonged to no attempt. They were removed.", []string{"pbx"}}
	logsReadable = family{"callbackd_logs_readable",
		"1 if Asterisk's logs can be read; absent for a PBX without catch_up.", []string{"pbx"}}
	logTroubles = family{"callbackd_log_troubles_total",
		"Readings of Asterisk's logs that met a trouble: unreadable, without_ids, lost or broken, as the alarms logs_unreadable and so on.", []string{"pbx", "kind"}}
	requestsRefused = family{"callbackd_requests_refused_total",
		"Requests over HTTP that weren't let in: no_token, wrong_token (or a revoked one), too_many_tries (more wrong ones of an address than it may send), role (the token's may not), account (the token is of another).", []string{"reason"}}
	menuCallers = family{"callbackd_menu_callers_total",
		"Callers whom the dialplan handed over to the menu (offer, appointment), by what came of them: docs/ivr.md has the outcomes. The account is empty where a call was nobody's.", []string{"account", "menu", "outcome"}}
	witnessDisagreements = family{"callbackd_witness_disagreements_total",
		"Calls that Asterisk's logs judge otherwise than the live verdict did: live_missed_log_answered, live_answered_log_missed, or live_unseen, a call of which no event told.", []string{"pbx", "kind"}}
)

// families lists them in the order of the documentation.
var families = []family{
	buildInfo, pbxReady, gaps, eventsMalformed, detectorChannels, detectorForgotten, leftOver,
	logsReadable, logTroubles, witnessDisagreements,
	rulesSince, rulesCurrent, rulesProblems, rulesLoads,
	missedCalls, callsHelped, openTasks, dueTasks, tasksEnded, attemptsEnded, menuCallers,
	requestsRefused,
}
