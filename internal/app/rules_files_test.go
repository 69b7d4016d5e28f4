package app

import (
	"testing"

	"github.com/stretchr/testify/require"

	"callbackd/internal/httpapi"
	"callbackd/internal/reload"
)

// The words of the two packages are the same, so that a conversion is one.
func TestTheWordsForRulesFiles(t *testing.T) {
	require.Equal(t,
		[]httpapi.RulesState{httpapi.RulesState(reload.StateInForce), httpapi.RulesState(reload.StateLastGood), httpapi.RulesState(reload.StateNotInForce)},
		httpapi.RulesStates)
	require.Equal(t,
		[]httpapi.RulesVerdict{
			httpapi.RulesVerdict(reload.VerdictUnchanged), httpapi.RulesVerdict(reload.VerdictChanged), httpapi.RulesVerdict(reload.VerdictNew),
			httpapi.RulesVerdict(reload.VerdictFaulty), httpapi.RulesVerdict(reload.VerdictMissing),
		}, httpapi.RulesVerdicts)
	require.Equal(t,
		[]httpapi.RulesAbsence{httpapi.RulesAbsence(reload.AbsentGone), httpapi.RulesAbsence(reload.AbsentOther), httpapi.RulesAbsence(reload.AbsentUnlisted)},
		httpapi.RulesAbsences)
}
