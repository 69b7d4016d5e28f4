package wording_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"callbackd/callback"
	"callbackd/internal/httpapi"
	"callbackd/internal/wording"
)

func TestWhyARuleIsOff(t *testing.T) {
	at := func(t time.Time) string { return t.Format("15:04") }
	nine := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	byHand, byFreezing := &httpapi.Switch{Since: nine, By: "ada"}, &httpapi.Switch{Since: nine, By: callback.ByFreezing}
	for words, r := range map[string]httpapi.Rule{
		"":                             {On: true},
		"the file says enabled: false": {WhyOff: []httpapi.OffReason{httpapi.OffDisabled}},
		"deactivated 09:00 by ada":     {WhyOff: []httpapi.OffReason{httpapi.OffDeactivated}, Deactivated: byHand},
		"the account is frozen":        {WhyOff: []httpapi.OffReason{httpapi.OffDeactivated, httpapi.OffFrozen}, Deactivated: byFreezing},
		"off since the account was frozen, 09:00: activate it":   {WhyOff: []httpapi.OffReason{httpapi.OffDeactivated}, Deactivated: byFreezing},
		"deactivated 09:00 by ada; the account is frozen":        {WhyOff: []httpapi.OffReason{httpapi.OffDeactivated, httpapi.OffFrozen}, Deactivated: byHand},
		"the file says enabled: false; deactivated 09:00 by ada": {WhyOff: []httpapi.OffReason{httpapi.OffDisabled, httpapi.OffDeactivated}, Deactivated: byHand},
	} {
		assert.Equal(t, words, wording.WhyOff(r, at))
	}
}

func TestWhatIsWrongWithAFile(t *testing.T) {
	for words, f := range map[string]httpapi.RulesFile{
		"is gone":                     {Missing: true, Absence: httpapi.AbsentGone, Problems: []httpapi.FileProblem{{Severity: "error"}}},
		"is about account globex now": {Missing: true, Absence: httpapi.AbsentOther, Now: "globex"},
		"can't be looked for":         {Missing: true, Absence: httpapi.AbsentUnlisted},
		"has 1 error":                 {Problems: []httpapi.FileProblem{{Severity: "error"}, {Severity: "warning"}}},
		"can't be used":               {Problems: []httpapi.FileProblem{{Severity: "warning"}}},
	} {
		assert.Equal(t, words, wording.WrongWithFile(f))
	}
}
