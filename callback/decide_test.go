package callback

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func lostCall(change ...func(*Verdict)) Verdict {
	v := Verdict{
		PBX: "pbx1", CallID: "1795159681.5", Trunk: "PJSIP/pstn", Caller: "+46701234567", Dialled: "+4685550000",
		Arrived: noon.Add(-time.Minute), Ended: noon, Loss: Loss{Queue: "support"},
	}
	for _, f := range change {
		f(&v)
	}
	return v
}

func TestDecide(t *testing.T) {
	for name, row := range map[string]struct {
		account func(*Account)
		call    func(*Verdict)
		want    Reason
	}{
		"called back":            {},
		"withheld":               {call: func(v *Verdict) { v.Caller = "anonymous" }, want: ReasonAnonymous},
		"no number":              {call: func(v *Verdict) { v.Caller = "tel" }, want: ReasonNumberInvalid},
		"another country":        {call: func(v *Verdict) { v.Caller = "+18765551234" }, want: ReasonCountryNotCallable},
		"premium rate":           {call: func(v *Verdict) { v.Caller = "+469001234567" }, want: ReasonPrefixRefused},
		"the account itself":     {call: func(v *Verdict) { v.Caller = "08-555 00 00" }, want: ReasonOwnNumber},
		"a queue of nobody":      {call: func(v *Verdict) { v.Loss.Queue = "600" }, want: ReasonTargetUnknown},
		"no rule for this queue": {account: func(a *Account) { a.Rules[0].From = []Target{{TargetQueue, "sales"}} }, want: ReasonNoRule},
		"only scenario rules":    {account: func(a *Account) { a.Rules[0].MissedIn = MissedInScenario }, want: ReasonNoRule},
		"rule switched off":      {account: func(a *Account) { a.Rules[0].Enabled = false }, want: ReasonRuleDisabled},
	} {
		t.Run(name, func(t *testing.T) {
			account := exampleAccount()
			if row.account != nil {
				row.account(account)
			}
			call := lostCall()
			if row.call != nil {
				row.call(&call)
			}
			d := decide(NewRulebook(account), call)
			require.Equal(t, row.want, d.missed.Reason)
			require.Equal(t, row.want == "", d.missed.Decision == DecisionTaskCreated)
			require.Equal(t, "acme", d.missed.Account)
		})
	}
}

func TestTheFirstEnabledRuleThatMatchesDecides(t *testing.T) {
	account := exampleAccount(func(a *Account) {
		off := a.Rules[0]
		off.Name, off.Enabled = "off", false
		other := a.Rules[0]
		other.Name, other.From = "sales only", []Target{{TargetQueue, "sales"}}
		later := a.Rules[0]
		later.Name = "later"
		a.Rules = []Rule{off, other, a.Rules[0], later}
	})
	require.Equal(t, "lost", decide(NewRulebook(account), lostCall()).missed.Rule)
}

func TestSettingsOfAnAttempt(t *testing.T) {
	account := exampleAccount(func(a *Account) { a.Rules[0].CallerID = "+4685550099" })
	d := decide(NewRulebook(account), lostCall())
	require.Equal(t, noon.Add(time.Minute), d.plan.due, "the first interval runs from the missed call")
	require.Equal(t, "+4685550000", d.plan.settings.CallerID, "the customer sees the number that was dialled")
	require.Equal(t, Target{TargetQueue, "support"}, d.plan.settings.Target, "back to who lost the call")
	require.Equal(t, "sweden", d.plan.settings.Region, "out the way it came in")

	d = decide(NewRulebook(account), lostCall(func(v *Verdict) { v.Dialled = "0046855500000" }))
	require.Equal(t, "+4685550099", d.plan.settings.CallerID, "a number that isn't the account's isn't shown")

	d = decide(NewRulebook(account), lostCall(func(v *Verdict) { v.Loss.Queue = "Support" }))
	require.Equal(t, Target{TargetQueue, "support"}, d.missed.LostBy, "Asterisk finds queues without regard to case")

	account.Rules[0].Forward = Target{TargetQueue, "sales"}
	d = decide(NewRulebook(account), lostCall())
	require.Equal(t, Target{TargetQueue, "sales"}, d.plan.settings.Target)
}

func TestWhoseCallItIs(t *testing.T) {
	acme := exampleAccount()
	other := exampleAccount(func(a *Account) { a.Name, a.Numbers = "other", []string{"+4685551*"} })
	book := NewRulebook(acme, other)
	require.Equal(t, acme, book.AccountOf("pbx1", "PJSIP/pstn", "+4685550000"))
	require.Equal(t, acme, book.AccountOf("pbx1", "pjsip/pstn", "08-555 00 00"))
	require.Equal(t, other, book.AccountOf("pbx1", "PJSIP/pstn", "004685551000"))
	require.Nil(t, book.AccountOf("pbx1", "PJSIP/pstn", "+4685559999"), "two share the trunk and none owns the number")
	require.Nil(t, book.AccountOf("pbx2", "PJSIP/pstn", "+4685550000"), "another PBX")
	require.Equal(t, acme, NewRulebook(acme).AccountOf("pbx1", "PJSIP/pstn", "+4685559999"), "the trunk's only account")

	d := decide(book, lostCall(func(v *Verdict) { v.Dialled = "+4685559999" }))
	require.Equal(t, ReasonNoAccount, d.missed.Reason)
}
