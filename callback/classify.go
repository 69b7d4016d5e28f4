package callback

// LegEnd says how a leg that wasn't answered, or that ended too early, ended.
type LegEnd struct {
	Cause    int  // Q.850, from ChannelDestroyed; 0 unknown
	SIP      int  // tech_cause, the SIP status; 0 if none
	TimedOut bool // our own limit ended it
	Answered bool // it was answered, and ended before both could talk
	NotSent  bool // it never left Asterisk
}

// ClassifyCustomer says what the end of a customer's leg that nobody answered
// means. The SIP status decides where it is known and says more than the cause
// (cause 21 is 403 and 603); else the Q.850 cause does. trunkFault marks the
// ways in which a broken trunk ends every call: for one number alone they mean
// unreachable, for two different numbers in a row trunk_failed.
//
// Sources: ITU-T Q.850 (05/2018) table 1, RFC 3261 section 21, RFC 3398
// section 8.2.6, Asterisk's res_pjsip mapping as seen on 22.10.1.
func ClassifyCustomer(end LegEnd) (result Result, trunkFault bool) {
	switch {
	case end.NotSent:
		return ResultTrunkFailed, true
	case end.TimedOut:
		return ResultCustomerNoAnswer, false
	case end.Answered:
		return ResultCustomerRejected, false
	}
	if m, ok := bySIP[end.SIP]; ok {
		return m.result, m.trunkFault
	}
	if m, ok := byCause[end.Cause]; ok {
		return m.result, m.trunkFault
	}
	return ResultUnreachable, false
}

type meaning struct {
	result     Result
	trunkFault bool
}

// bySIP has the statuses that say more than the cause that Asterisk makes of
// them. 480 and 408 aren't here: gateways send 480 for "rang, no answer" (cause
// 19) and "absent" (20) alike, and the cause keeps what the gateway said in a
// Reason header.
var bySIP = map[int]meaning{
	401: {ResultUnreachable, true}, // our credentials
	403: {ResultUnreachable, true}, // our account at the carrier
	407: {ResultUnreachable, true},
	488: {ResultUnreachable, true}, // our codecs
	503: {ResultUnreachable, true},

	404: {result: ResultNumberInvalid},
	410: {result: ResultNumberInvalid},
	416: {result: ResultNumberInvalid},
	484: {result: ResultNumberInvalid},
	604: {result: ResultNumberInvalid},

	486: {result: ResultCustomerBusy},
	600: {result: ResultCustomerBusy},

	603: {result: ResultCustomerRejected},
	607: {result: ResultCustomerRejected}, // unwanted (RFC 8197)
	608: {result: ResultCustomerRejected}, // rejected by an intermediary (RFC 8688)
}

var byCause = map[int]meaning{
	1:   {result: ResultNumberInvalid}, // unallocated number
	2:   {result: ResultUnreachable},   // no route to transit network
	3:   {result: ResultUnreachable},   // no route to destination
	4:   {result: ResultNumberInvalid}, // send special information tone
	5:   {result: ResultNumberInvalid}, // misdialled trunk prefix
	6:   {result: ResultUnreachable},   // channel unacceptable
	7:   {result: ResultUnreachable},   // call awarded in an established channel
	16:  {result: ResultUnreachable},   // normal clearing, though nobody answered
	17:  {result: ResultCustomerBusy},  // user busy
	18:  {result: ResultUnreachable},   // no user responding: the phone doesn't ring
	19:  {result: ResultCustomerNoAnswer},
	20:  {result: ResultUnreachable},      // subscriber absent: switched off
	21:  {result: ResultCustomerRejected}, // call rejected
	22:  {result: ResultNumberInvalid},    // number changed
	23:  {result: ResultUnreachable},      // redirected
	25:  {result: ResultUnreachable},      // exchange routing error
	26:  {result: ResultUnreachable},      // non-selected user clearing
	27:  {result: ResultUnreachable},      // destination out of order
	28:  {result: ResultNumberInvalid},    // invalid number format
	29:  {result: ResultUnreachable},      // facility rejected
	31:  {result: ResultUnreachable},      // normal, unspecified
	34:  {ResultUnreachable, true},        // no circuit available
	38:  {ResultUnreachable, true},        // network out of order
	41:  {result: ResultUnreachable},      // temporary failure
	42:  {ResultUnreachable, true},        // switching equipment congestion
	44:  {result: ResultUnreachable},      // requested channel not available
	47:  {result: ResultUnreachable},      // resource unavailable
	50:  {result: ResultUnreachable},      // facility not subscribed
	52:  {result: ResultUnreachable},      // outgoing calls barred
	55:  {result: ResultUnreachable},      // incoming calls barred
	57:  {result: ResultUnreachable},      // bearer capability not authorised
	58:  {ResultUnreachable, true},        // bearer capability not available
	88:  {result: ResultUnreachable},      // incompatible destination
	102: {result: ResultUnreachable},      // recovery on timer expiry
	127: {result: ResultUnreachable},      // interworking
}

// ClassifyAgent says what the end of an agent leg that nobody answered means.
// refused is true where every phone that rang declined.
func ClassifyAgent(end LegEnd, refused bool) Result {
	if !end.TimedOut && refused {
		return ResultAgentRejected
	}
	return ResultAgentNoAnswer
}
