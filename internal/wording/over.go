package wording

import (
	"strings"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// results say how an attempt ended.
var results = map[callback.Result]string{
	callback.ResultConnected:        "agent and customer talked",
	callback.ResultCustomerNoAnswer: "the customer didn't answer",
	callback.ResultCustomerBusy:     "the customer's phone was busy",
	callback.ResultCustomerRejected: "the customer declined the call",
	callback.ResultNumberInvalid:    "the network doesn't know the number",
	callback.ResultUnreachable:      "the customer couldn't be reached",
	callback.ResultVoicemail:        "a machine answered",
	callback.ResultAgentNoAnswer:    "no agent answered",
	callback.ResultAgentRejected:    "the agent declined",
	callback.ResultAgentHungUp:      "the agent hung up",
	callback.ResultSuperseded:       "it gave way",
	callback.ResultTrunkFailed:      "the trunk failed",
	callback.ResultInterrupted:      "it was interrupted",
}

// Result says how an attempt ended; a word that it doesn't know stays as it is.
func Result(r callback.Result) string {
	if words, ok := results[r]; ok {
		return words
	}
	return string(r)
}

// cancellations say why a task was cancelled.
var cancellations = map[string]string{
	callback.CancelByPerson:       "by a person",
	callback.CancelByCustomer:     "by the customer",
	callback.CancelCustomerCalled: "the customer called and was helped",
	callback.CancelAgentCalled:    "an agent called the customer by hand",
	callback.CancelRuleDisabled:   "its rule was switched off",
	callback.CancelOriginDeleted:  "its rule, or who lost the call, is gone from the file",
	callback.CancelAccountFrozen:  "the account was frozen",
	callback.CancelAccountRemoved: "the account was removed",
	callback.CancelDoNotCall:      "the number is on the do-not-call list",
	callback.CancelCallbackAsked:  "the customer asked for a callback in that very call",
	callback.CancelCalledBack:     "another callback of the customer connected",
	callback.CancelClosed:         "closed by a person: it was done in another way",
	callback.CancelShadow:         "the account is in shadow: nothing is dialled",
}

// Cancellation says why a task was cancelled, or is about to be, with the words of whoever
// did it: "by a person: wrote an e-mail".
func Cancellation(reason string) string {
	first, words, said := strings.Cut(reason, ": ")
	if known, ok := cancellations[first]; ok {
		first = known
	}
	if said {
		return first + ": " + words
	}
	return first
}

// Over says why a task ended; "" of one that is open.
func Over(t httpapi.TaskHead) string {
	switch t.State {
	case callback.TaskCompleted:
		return Result(callback.ResultConnected)
	case callback.TaskExhausted:
		return "no attempt is left: " + Result(callback.Result(t.Reason))
	case callback.TaskExpired:
		return "it grew too old"
	case callback.TaskCancelled:
		return Cancellation(t.Reason)
	case callback.TaskScheduled, callback.TaskDialing, callback.TaskHeld:
	}
	return ""
}

// Kind says where a task comes from.
func Kind(k callback.Kind) string {
	switch k {
	case callback.KindMissed:
		return "missed call"
	case callback.KindRequest:
		return "request"
	case callback.KindAppointment:
		return "appointment"
	}
	return string(k)
}

// Decision says what was decided about a missed call.
func Decision(d callback.Decision) string {
	switch d {
	case callback.DecisionTaskCreated:
		return "to be called back"
	case callback.DecisionMerged:
		return "joined an open task"
	case callback.DecisionRefused:
		return "not called back"
	}
	return string(d)
}
