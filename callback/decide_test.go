package callback

import (
	"testing"
	"time"

	"callbackd/callback/hours"

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

// decide is what a book says about a call on the ground as it is changed.
func decide(book *Rulebook, v Verdict, change ...func(*ground)) decision {
	account, m := lost(book, v)
	if account == nil {
		return decision{missed: m}
	}
	g := ground{now: v.Ended}
	for _, f := range change {
		f(&g)
	}
	return account.decide(m, account.evidence(v), g)
}

func TestDecide(t *testing.T) {
	for name, row := range map[string]struct {
		account func(*Account)
		call    func(*Verdict)
		ground  func(*ground)
		want    Reason
	}{
		"called back":                            {},
		"withheld":                               {call: func(v *Verdict) { v.Caller = "anonymous" }, want: ReasonAnonymous},
		"no number":                              {call: func(v *Verdict) { v.Caller = "tel" }, want: ReasonNumberInvalid},
		"another country":                        {call: func(v *Verdict) { v.Caller = "+18765551234" }, want: ReasonCountryNotCallable},
		"premium rate":                           {call: func(v *Verdict) { v.Caller = "+469001234567" }, want: ReasonPrefixRefused},
		"the account itself":                     {call: func(v *Verdict) { v.Caller = "08-555 00 00" }, want: ReasonOwnNumber},
		"withheld, but delivered":                {call: withheld, want: ReasonAnonymous},
		"from a log":                             {call: func(v *Verdict) { v.Source = SourceLogs }},
		"from a log, where that isn't enough":    {account: skipping, call: func(v *Verdict) { v.Source = SourceLogs }, want: ReasonNumberLogOnly},
		"over too soon, where that isn't enough": {account: skipping, want: ReasonNumberLogOnly},
		"shown, where nothing else is enough":    {account: skipping, call: func(v *Verdict) { v.Presentation = PresentationAllowed }},
		"the dialplan says so":                   {call: func(v *Verdict) { v.Loss.Said = SaidIgnore }, want: ReasonIgnored},
		"a message":                              {call: func(v *Verdict) { v.MessageLeft = true }},
		"a message that is enough":               {account: listening, call: func(v *Verdict) { v.MessageLeft = true }, want: ReasonMessageLeft},
		"no message":                             {account: listening},
		"shorter than min_wait":                  {account: waiting61s, want: ReasonTooShort},
		"as long as min_wait":                    {account: waiting61s, call: func(v *Verdict) { v.Arrived = v.Arrived.Add(-time.Second) }},
		"answered first":                         {call: func(v *Verdict) { v.Talked = time.Minute }, want: ReasonAnsweredFirst},
		"answered first, by a rule for that":     {account: func(a *Account) { a.Rules[0].AfterTransfer = true }, call: func(v *Verdict) { v.Talked = time.Minute }},
		"answered first, by another's rule": {
			account: func(a *Account) { a.Rules[0].AfterTransfer, a.Rules[0].From = true, []Target{{TargetQueue, "sales"}} },
			call:    func(v *Verdict) { v.Talked = time.Minute }, want: ReasonAnsweredFirst,
		},
		"a queue of nobody":      {call: func(v *Verdict) { v.Loss.Queue = "600" }, want: ReasonTargetUnknown},
		"a phone of nobody":      {call: func(v *Verdict) { v.Loss = Loss{Endpoints: []string{"PJSIP/fax"}} }, want: ReasonTargetUnknown},
		"nothing known of it":    {call: func(v *Verdict) { v.Loss = Loss{} }, want: ReasonTargetUnknown},
		"no rule for this queue": {account: func(a *Account) { a.Rules[0].From = []Target{{TargetQueue, "sales"}} }, want: ReasonNoRule},
		"only scenario rules":    {account: func(a *Account) { a.Rules[0].MissedIn = MissedInScenario }, want: ReasonNoRule},
		"no scenario rules":      {call: func(v *Verdict) { v.Loss = Loss{Contexts: []string{"main-menu"}} }, want: ReasonNoRule},
		"rule switched off":      {account: func(a *Account) { a.Rules[0].Enabled = false }, want: ReasonRuleDisabled},
		"rule deactivated":       {ground: deactivated("acme", "lost"), want: ReasonRuleDisabled},
		"another rule":           {ground: deactivated("acme", "other")},
		"another account's rule": {ground: deactivated("other", "lost")},
		"frozen":                 {ground: frozen("acme"), want: ReasonAccountFrozen},
		"another is frozen":      {ground: frozen("other")},
		"no zone": {
			account: func(a *Account) { a.Location, a.Country, a.Rules[0].Schedule = nil, "US", weekdays() },
			call:    func(v *Verdict) { v.Caller = "+18005551234" },
			want:    ReasonNoTimezone,
		},
		"on the do-not-call list":        {ground: onTheList, want: ReasonDoNotCall},
		"once less than the day's cap":   {account: capped(3, 0), ground: rangAlready(2, 9)},
		"the day's cap":                  {account: capped(3, 0), ground: rangAlready(3, 3), want: ReasonCapReached},
		"once less than the month's cap": {account: capped(0, 9), ground: rangAlready(8, 8)},
		"the month's cap":                {account: capped(0, 9), ground: rangAlready(1, 9), want: ReasonCapReached},
		"the account's cap only delays": {
			account: func(a *Account) { a.Callable.PerDay = 5 },
			ground:  func(g *ground) { g.account.Count = 5 },
		},
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
			if row.ground == nil {
				row.ground = func(*ground) {}
			}
			d := decide(NewRulebook(account), call, row.ground)
			require.Equal(t, row.want, d.missed.Reason)
			require.Equal(t, row.want == "", d.missed.Decision == DecisionTaskCreated)
			require.Equal(t, "acme", d.missed.Account)
		})
	}
}

func withheld(v *Verdict) { v.Presentation = PresentationWithheld }

func skipping(a *Account) { a.LogOnlyNumbers = LogOnlySkip }

func listening(a *Account) { a.MessageLeft = MessageHandled }

// waiting61s calls nobody back whose call took a minute.
func waiting61s(a *Account) { a.Callable.MinWait = 61 * time.Second }

func frozen(account string) func(*ground) {
	return func(g *ground) { g.switches.Frozen = map[string]Switch{account: {Since: noon, By: "admin"}} }
}

func deactivated(account, rule string) func(*ground) {
	return func(g *ground) { g.switches.Off = map[RuleKey]Switch{{account, rule}: {Since: noon, By: "admin"}} }
}

func onTheList(g *ground) {
	g.blocked = &DoNotCall{Account: "acme", Number: "+46701234567", Since: noon, By: ByCustomer, Reason: "pressed 9"}
}

func capped(day, month int) func(*Account) {
	return func(a *Account) { a.Callable.PerNumber = Caps{Day: day, Month: month} }
}

func rangAlready(day, month int) func(*ground) {
	return func(g *ground) { g.day.Count, g.month.Count = day, month }
}

// A call can be refused for several reasons. The one that is told is the one to
// mend first.
func TestTheOrderOfReasons(t *testing.T) {
	account := exampleAccount(capped(3, 0), skipping, listening, waiting61s, func(a *Account) {
		a.Country, a.Location, a.Rules[0].Schedule = "US", nil, weekdays()
		a.Rules[0].From = []Target{{TargetQueue, "sales"}}
	})
	call := lostCall(withheld, func(v *Verdict) {
		v.Caller, v.Loss.Queue, v.Loss.Said, v.MessageLeft, v.Talked = "12", "600", SaidIgnore, true, time.Minute
	})
	all := []func(*ground){frozen("acme"), rangAlready(3, 3), deactivated("acme", "lost"), onTheList}
	for _, step := range []struct {
		want Reason
		mend func()
	}{
		{ReasonAnonymous, func() { call.Presentation = PresentationUnknown }},
		{ReasonNumberInvalid, func() { call.Caller = "+46701234567" }},
		{ReasonCountryNotCallable, func() { call.Caller = "+19005551234" }},
		{ReasonPrefixRefused, func() { call.Caller = "+18005551234" }},
		{ReasonDoNotCall, func() { all = all[:3] }},
		{ReasonNumberLogOnly, func() { call.Presentation = PresentationAllowed }},
		{ReasonIgnored, func() { call.Loss.Said = "" }},
		{ReasonMessageLeft, func() { call.MessageLeft = false }},
		{ReasonTooShort, func() { call.Arrived = call.Arrived.Add(-time.Second) }},
		{ReasonTargetUnknown, func() { call.Loss.Queue = "support" }},
		{ReasonAnsweredFirst, func() { call.Talked = 0 }},
		{ReasonNoRule, func() { account.Rules[0].From = nil }},
		{ReasonAccountFrozen, func() { all = all[1:] }},
		{ReasonRuleDisabled, func() { all = all[:1] }},
		{ReasonNoTimezone, func() { account.Location = time.UTC }},
		{ReasonCapReached, func() { all = nil }},
		{"", func() {}},
	} {
		require.Equal(t, step.want, decide(NewRulebook(account), call, all...).missed.Reason)
		step.mend()
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
	require.Equal(t, "later", decide(NewRulebook(account), lostCall(), deactivated("acme", "lost")).missed.Rule)
	require.Equal(t, ReasonAccountFrozen, decide(NewRulebook(account), lostCall(), frozen("acme")).missed.Reason)
}

// A rule that names no scenarios takes every context that belongs to no other
// rule, and belonging doesn't depend on whether that rule is on.
func TestWhichRuleDecidesAboutAScenario(t *testing.T) {
	scenarioRule := func(name string, scenarios ...string) Rule {
		r := exampleAccount().Rules[0]
		r.Name, r.MissedIn, r.Scenarios, r.Forward = name, MissedInScenario, scenarios, Target{TargetQueue, "support"}
		return r
	}
	account := exampleAccount(func(a *Account) {
		a.Scenarios = map[string]Scenario{
			"menu":  {Name: "menu", Contexts: []string{"main-menu"}},
			"night": {Name: "night", Contexts: []string{"night-*"}},
			"fair":  {Name: "fair", Contexts: []string{"fair"}},
		}
		off := scenarioRule("off", "fair")
		off.Enabled = false
		a.Rules = []Rule{a.Rules[0], scenarioRule("rest"), scenarioRule("menus", "menu"), off}
	})
	for context, want := range map[string]MissedCall{
		"main-menu": {Rule: "menus", LostBy: Target{TargetScenario, "menu"}},
		"night-sun": {Rule: "rest", LostBy: Target{TargetScenario, "night"}},
		"from-pstn": {Rule: "rest", LostBy: Target{TargetScenario, "from-pstn"}},
		"fair":      {Reason: ReasonRuleDisabled, LostBy: Target{TargetScenario, "fair"}},
	} {
		d := decide(NewRulebook(account), lostCall(func(v *Verdict) { v.Loss = Loss{Contexts: []string{"from-pstn", context}} }))
		require.Equal(t, want, MissedCall{Rule: d.missed.Rule, Reason: d.missed.Reason, LostBy: d.missed.LostBy}, context)
		if want.Reason == "" {
			require.Equal(t, Target{TargetQueue, "support"}, d.plan.settings.Target)
		}
	}
}

// The limits that a new task must keep: its queue's, and its area's over all
// queues of the area.
func TestLimitsOfATask(t *testing.T) {
	queue := func(name string) Target { return Target{TargetQueue, name} }
	account := exampleAccount(func(a *Account) {
		a.Areas = map[string]Area{"nordic": {Name: "nordic", MaxTasks: 5}}
		a.Queues = map[string]Queue{
			"support": {Name: "support", Area: "nordic", MaxTasks: 3},
			"sales":   {Name: "sales", Area: "nordic"},
			"orders":  {Name: "orders", MaxTasks: 2},
			"others":  {Name: "others"},
		}
	})
	nordic := limit{[]Target{queue("sales"), queue("support")}, 5, ReasonAreaFull}
	for name, want := range map[string][]limit{
		"support": {nordic, {[]Target{queue("support")}, 3, ReasonQueueFull}},
		"sales":   {nordic},
		"orders":  {{[]Target{queue("orders")}, 2, ReasonQueueFull}},
		"others":  nil,
	} {
		d := decide(NewRulebook(account), lostCall(func(v *Verdict) { v.Loss.Queue = name }))
		require.Equal(t, want, d.limits, name)
	}
	account.Rules[0].Forward = queue("orders")
	d := decide(NewRulebook(account), lostCall())
	require.Len(t, d.limits, 1, "the limit is that of who calls back, not of who lost the call")
}

func TestWhenATaskIsGivenUp(t *testing.T) {
	account := exampleAccount()
	require.Zero(t, decide(NewRulebook(account), lostCall()).giveUp, "no give_up_after, no deadline")
	account.Rules[0].GiveUpAfter = 3
	require.Equal(t, noon.AddDate(0, 0, 3), decide(NewRulebook(account), lostCall()).giveUp.UTC())
	account.Rules[0].Schedule = weekdays()
	require.Equal(t, noon.AddDate(0, 0, 5), decide(NewRulebook(account), lostCall()).giveUp.UTC(), "of a Friday's loss the third day with an opening is Wednesday")
}

// weekdays is open from nine to six from Monday to Friday.
func weekdays() *hours.Schedule {
	s := &hours.Schedule{Name: "office"}
	for day := time.Monday; day <= time.Friday; day++ {
		s.Weekly[day] = []hours.Window{{From: 9 * 60, To: 18 * 60}}
	}
	return s
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

	account.Rules[0].Treatments = Treatments{ResultCustomerBusy: {In: 5 * time.Minute, AtMost: 3}}
	require.Equal(t, account.Rules[0].Treatments, decide(NewRulebook(account), lostCall()).plan.settings.Treatments)
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
	require.Equal(t, Target{TargetQueue, "support"}, d.missed.LostBy, "who lost it is told in Asterisk's words")
}
