package callback

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// One row per cause of Q.850 (table 1) and per SIP status that says more.
func TestClassifyCustomer(t *testing.T) {
	for _, row := range []struct {
		cause, sip int
		want       Result
		trunkFault bool
	}{
		{cause: 0, want: ResultUnreachable},
		{cause: 1, sip: 404, want: ResultNumberInvalid},
		{cause: 1, want: ResultNumberInvalid},
		{cause: 2, want: ResultUnreachable},
		{cause: 3, want: ResultUnreachable},
		{cause: 4, want: ResultNumberInvalid},
		{cause: 5, want: ResultNumberInvalid},
		{cause: 6, want: ResultUnreachable},
		{cause: 7, want: ResultUnreachable},
		{cause: 8, want: ResultUnreachable},
		{cause: 9, want: ResultUnreachable},
		{cause: 16, want: ResultUnreachable},
		{cause: 17, want: ResultCustomerBusy},
		{cause: 17, sip: 486, want: ResultCustomerBusy},
		{cause: 17, sip: 600, want: ResultCustomerBusy},
		{cause: 18, want: ResultUnreachable},
		{cause: 18, sip: 408, want: ResultUnreachable},
		{cause: 19, want: ResultCustomerNoAnswer},
		{cause: 19, sip: 480, want: ResultCustomerNoAnswer},
		{cause: 19, sip: 487, want: ResultCustomerNoAnswer},
		{cause: 20, want: ResultUnreachable},
		{cause: 20, sip: 480, want: ResultUnreachable},
		{cause: 21, want: ResultCustomerRejected},
		{cause: 21, sip: 603, want: ResultCustomerRejected},
		{cause: 21, sip: 607, want: ResultCustomerRejected},
		{cause: 21, sip: 608, want: ResultCustomerRejected},
		{cause: 21, sip: 403, want: ResultUnreachable, trunkFault: true},
		{cause: 21, sip: 401, want: ResultUnreachable, trunkFault: true},
		{cause: 21, sip: 407, want: ResultUnreachable, trunkFault: true},
		{cause: 22, want: ResultNumberInvalid},
		{cause: 22, sip: 410, want: ResultNumberInvalid},
		{cause: 23, want: ResultUnreachable},
		{cause: 25, want: ResultUnreachable},
		{cause: 26, want: ResultUnreachable},
		{cause: 27, want: ResultUnreachable},
		{cause: 28, want: ResultNumberInvalid},
		{cause: 28, sip: 484, want: ResultNumberInvalid},
		{cause: 28, sip: 416, want: ResultNumberInvalid},
		{cause: 1, sip: 604, want: ResultNumberInvalid},
		{cause: 29, want: ResultUnreachable},
		{cause: 30, want: ResultUnreachable},
		{cause: 31, want: ResultUnreachable},
		{cause: 34, want: ResultUnreachable, trunkFault: true},
		{cause: 34, sip: 503, want: ResultUnreachable, trunkFault: true},
		{cause: 38, want: ResultUnreachable, trunkFault: true},
		{cause: 39, want: ResultUnreachable},
		{cause: 40, want: ResultUnreachable},
		{cause: 41, want: ResultUnreachable},
		{cause: 41, sip: 500, want: ResultUnreachable},
		{cause: 42, want: ResultUnreachable, trunkFault: true},
		{cause: 43, want: ResultUnreachable},
		{cause: 44, want: ResultUnreachable},
		{cause: 46, want: ResultUnreachable},
		{cause: 47, want: ResultUnreachable},
		{cause: 49, want: ResultUnreachable},
		{cause: 50, want: ResultUnreachable},
		{cause: 52, want: ResultUnreachable},
		{cause: 53, want: ResultUnreachable},
		{cause: 54, want: ResultUnreachable},
		{cause: 55, want: ResultUnreachable},
		{cause: 57, want: ResultUnreachable},
		{cause: 58, want: ResultUnreachable, trunkFault: true},
		{cause: 58, sip: 488, want: ResultUnreachable, trunkFault: true},
		{cause: 62, want: ResultUnreachable},
		{cause: 63, want: ResultUnreachable},
		{cause: 65, want: ResultUnreachable},
		{cause: 66, want: ResultUnreachable},
		{cause: 69, want: ResultUnreachable},
		{cause: 70, want: ResultUnreachable},
		{cause: 79, want: ResultUnreachable},
		{cause: 81, want: ResultUnreachable},
		{cause: 82, want: ResultUnreachable},
		{cause: 83, want: ResultUnreachable},
		{cause: 84, want: ResultUnreachable},
		{cause: 85, want: ResultUnreachable},
		{cause: 86, want: ResultUnreachable},
		{cause: 87, want: ResultUnreachable},
		{cause: 88, want: ResultUnreachable},
		{cause: 90, want: ResultUnreachable},
		{cause: 91, want: ResultUnreachable},
		{cause: 95, want: ResultUnreachable},
		{cause: 96, want: ResultUnreachable},
		{cause: 97, want: ResultUnreachable},
		{cause: 98, want: ResultUnreachable},
		{cause: 99, want: ResultUnreachable},
		{cause: 100, want: ResultUnreachable},
		{cause: 101, want: ResultUnreachable},
		{cause: 102, want: ResultUnreachable},
		{cause: 103, want: ResultUnreachable},
		{cause: 110, want: ResultUnreachable},
		{cause: 111, want: ResultUnreachable},
		{cause: 127, want: ResultUnreachable},
	} {
		got, trunkFault := ClassifyCustomer(LegEnd{Cause: row.cause, SIP: row.sip})
		require.Equal(t, row.want, got, "cause %d, SIP %d", row.cause, row.sip)
		require.Equal(t, row.trunkFault, trunkFault, "cause %d, SIP %d", row.cause, row.sip)
	}
}

func TestClassifyCustomerBesidesCauses(t *testing.T) {
	for name, row := range map[string]struct {
		end  LegEnd
		want Result
	}{
		"our limit":                      {LegEnd{TimedOut: true, Cause: 16}, ResultCustomerNoAnswer},
		"answered and hung up at once":   {LegEnd{Answered: true, Cause: 16}, ResultCustomerRejected},
		"Asterisk couldn't send the leg": {LegEnd{NotSent: true}, ResultTrunkFailed},
	} {
		got, _ := ClassifyCustomer(row.end)
		require.Equal(t, row.want, got, name)
	}
}

func TestClassifyAgent(t *testing.T) {
	require.Equal(t, ResultAgentRejected, ClassifyAgent(LegEnd{Cause: 17}, true))
	require.Equal(t, ResultAgentNoAnswer, ClassifyAgent(LegEnd{Cause: 19}, false))
	require.Equal(t, ResultAgentNoAnswer, ClassifyAgent(LegEnd{TimedOut: true}, true), "somebody may have been silent to the end")
}
