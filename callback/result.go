package callback

// Result is how an attempt ended.
type Result string

// The results.
const (
	ResultConnected        Result = "connected"
	ResultCustomerNoAnswer Result = "customer_no_answer"
	ResultCustomerBusy     Result = "customer_busy"
	ResultCustomerRejected Result = "customer_rejected"
	ResultNumberInvalid    Result = "number_invalid"
	ResultUnreachable      Result = "unreachable"
	ResultVoicemail        Result = "voicemail"

	ResultAgentNoAnswer Result = "agent_no_answer"
	ResultAgentRejected Result = "agent_rejected"
	ResultAgentHungUp   Result = "agent_hung_up" // counts if the customer leg was out
	ResultSuperseded    Result = "superseded"    // gave way: to a live call, or because the task ended
	ResultTrunkFailed   Result = "trunk_failed"  // ours, though the customer leg was sent
	ResultInterrupted   Result = "interrupted"   // callbackd or Asterisk failed; counts if the customer leg was out
)

// Results lists all results.
var Results = []Result{
	ResultConnected, ResultCustomerNoAnswer, ResultCustomerBusy, ResultCustomerRejected, ResultNumberInvalid, ResultUnreachable, ResultVoicemail,
	ResultAgentNoAnswer, ResultAgentRejected, ResultAgentHungUp, ResultSuperseded, ResultTrunkFailed, ResultInterrupted,
}

// Of attempts whose customer's leg was sent, what the results tell about it.
var (
	// NeverRang are the results after which the customer's phone can't have rung: no
	// cap is used up.
	NeverRang = []Result{ResultTrunkFailed}
	// NoVerdict are the results that say nothing about the trunk: nobody knows how the
	// leg would have ended.
	NoVerdict = []Result{ResultInterrupted, ResultAgentHungUp}
)

// counts is the counting rule: an attempt counts once the customer leg was
// sent, because then the customer's phone may have rung, whoever ends it. The
// one exception is a broken trunk, which no customer has heard.
func counts(state AttemptState, result Result) bool {
	return state.CustomerSent() && result != ResultTrunkFailed
}

// possible reports whether an attempt in state can end with result.
func possible(state AttemptState, result Result) bool {
	switch result {
	case ResultConnected:
		return state == AttemptBridged
	case ResultCustomerNoAnswer, ResultCustomerBusy, ResultCustomerRejected, ResultNumberInvalid, ResultUnreachable, ResultVoicemail, ResultTrunkFailed:
		return state == AttemptCustomer
	case ResultAgentNoAnswer:
		return state == AttemptAgent
	case ResultAgentRejected: // declined, or didn't press the key
		return state == AttemptAgent || state == AttemptAgentUp
	case ResultAgentHungUp:
		return state == AttemptAgentUp || state == AttemptCustomer
	case ResultSuperseded:
		return state == AttemptScheduled || state == AttemptAgent || state == AttemptAgentUp
	case ResultInterrupted:
		return state.Live() && state != AttemptBridged
	}
	return false
}
