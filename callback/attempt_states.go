package callback

import "fmt"

// AttemptState is how far an attempt has come.
type AttemptState string

// The states of an attempt. If callbackd dies in any but the first and the
// last, reconciliation adopts the attempt where both legs live, else ends it
// by the counting rule.
const (
	// AttemptScheduled is planned: nothing was asked of Asterisk.
	AttemptScheduled AttemptState = "scheduled"
	// AttemptAgent is claimed: the agent leg may exist.
	AttemptAgent AttemptState = "agent"
	// AttemptAgentUp has an agent on the line, who hears the prompt.
	AttemptAgentUp AttemptState = "agent_up"
	// AttemptCustomer is committed before the customer leg is sent: from here
	// the customer's phone may have rung, so the attempt counts.
	AttemptCustomer AttemptState = "customer"
	// AttemptBridged has both in one bridge.
	AttemptBridged AttemptState = "bridged"
	// AttemptEnded is final and has a result.
	AttemptEnded AttemptState = "ended"
)

// AttemptStates lists all states in their order.
var AttemptStates = []AttemptState{AttemptScheduled, AttemptAgent, AttemptAgentUp, AttemptCustomer, AttemptBridged, AttemptEnded}

// Live reports whether Asterisk may hold a part of the attempt.
func (s AttemptState) Live() bool {
	switch s {
	case AttemptAgent, AttemptAgentUp, AttemptCustomer, AttemptBridged:
		return true
	}
	return false
}

// CustomerSent reports whether the customer's phone may have rung.
func (s AttemptState) CustomerSent() bool { return s == AttemptCustomer || s == AttemptBridged }

// AttemptInput is what can happen to an attempt.
type AttemptInput string

// The inputs of an attempt.
const (
	AttemptClaim         AttemptInput = "claim"
	AttemptReplan        AttemptInput = "replan" // a newer loss, or a person, changes the plan
	AttemptAgentAnswered AttemptInput = "agent_answered"
	AttemptSendCustomer  AttemptInput = "send_customer"
	AttemptBridge        AttemptInput = "bridge"
	AttemptEnd           AttemptInput = "end"
)

// AttemptInputs lists all inputs.
var AttemptInputs = []AttemptInput{AttemptClaim, AttemptReplan, AttemptAgentAnswered, AttemptSendCustomer, AttemptBridge, AttemptEnd}

// AttemptTransitions is the whole life of an attempt.
var AttemptTransitions = map[AttemptState]map[AttemptInput]AttemptState{
	AttemptScheduled: {
		AttemptClaim:  AttemptAgent,
		AttemptReplan: AttemptScheduled,
		AttemptEnd:    AttemptEnded, // the task ended before the attempt began
	},
	AttemptAgent: {
		AttemptAgentAnswered: AttemptAgentUp,
		AttemptEnd:           AttemptEnded,
	},
	AttemptAgentUp: {
		AttemptSendCustomer: AttemptCustomer,
		AttemptEnd:          AttemptEnded,
	},
	AttemptCustomer: {
		AttemptBridge: AttemptBridged,
		AttemptEnd:    AttemptEnded,
	},
	AttemptBridged: {
		AttemptEnd: AttemptEnded,
	},
}

// Next is the state that follows s on in; ok is false where s doesn't take it.
func (s AttemptState) Next(in AttemptInput) (next AttemptState, ok bool) {
	next, ok = AttemptTransitions[s][in]
	return next, ok
}

// apply moves a by in and describes the step for the history.
func (a *Attempt) apply(in AttemptInput, reason string) (Change, error) {
	next, ok := a.State.Next(in)
	if !ok {
		return Change{}, &TransitionError{What: fmt.Sprintf("attempt %d", a.ID), State: string(a.State), Input: string(in)}
	}
	change := Change{TaskID: a.TaskID, AttemptID: a.ID, Input: string(in), From: string(a.State), To: string(next), Reason: reason}
	a.State = next
	return change, nil
}
