package app

import (
	"bytes"
	"strings"
	"testing"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// Each transition is one line of the log, and nobody can call whom it is about.
func TestTransitionsAreLogged(t *testing.T) {
	changes := []callback.Change{
		{Account: "acme", Number: "+46701234567", TaskID: 7, Input: "claim", From: "scheduled", To: "dialing"},
		{Account: "acme", Number: "+46701234567", TaskID: 7, AttemptID: 9, Input: "end", From: "customer", To: "ended", Reason: "customer_busy"},
	}
	lost := callback.MissedCall{
		Account: "acme", Number: "+46701234567", CallID: "1795195884.0", Decision: callback.DecisionMerged, TaskID: 7,
		LostBy: callback.Target{Kind: callback.TargetQueue, Name: "support"},
	}
	logged := func(showNumbers bool) []string {
		var log bytes.Buffer
		narrator(zerolog.New(&log), showNumbers)(changes)
		noted(zerolog.New(&log), showNumbers)(lost)
		return strings.Split(strings.TrimSpace(log.String()), "\n")
	}
	require.Equal(t, []string{
		`{"level":"info","task":7,"account":"acme","number":"+46*******67","from":"scheduled","to":"dialing","input":"claim","message":"task"}`,
		`{"level":"info","task":7,"account":"acme","number":"+46*******67","attempt":9,"from":"customer","reason":"customer_busy","to":"ended","input":"end","message":"attempt"}`,
		`{"level":"info","account":"acme","number":"+46*******67","lost_by":"queue:support","call":"1795195884.0","decision":"merged","reason":"","task":7,"message":"missed call"}`,
	}, logged(false))
	for _, line := range logged(true) {
		require.Contains(t, line, `"number":"+46701234567"`)
	}
}
