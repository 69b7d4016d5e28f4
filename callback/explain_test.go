package callback

import (
	"encoding/json"
	"testing"
	"time"

	"callbackd/callback/hours"

	"github.com/stretchr/testify/require"
)

// records is a database to explain by.
type records struct {
	ReadTx
	switches Switches
	sent     []time.Time // customer legs of the customer
	open     Task
	full     bool // every queue and area
	blocked  *DoNotCall
	missed   []MissedCall
	attempts []Attempt
}

func (r *records) Switches() (Switches, error) { return r.switches, nil }

func (r *records) CustomerLegs(_, _ string, since time.Time) (legs Legs, _ error) {
	for _, sent := range r.sent {
		if !sent.Before(since) {
			if legs.Count++; legs.Count == 1 {
				legs.Oldest = sent
			}
			legs.Sent++
		}
	}
	return legs, nil
}

func (r *records) TrunkFaults(string, string, int) ([]TrunkFault, error) { return nil, nil }

func (r *records) DoNotCall(string, string) (DoNotCall, error) {
	if r.blocked == nil {
		return DoNotCall{}, ErrNotFound
	}
	return *r.blocked, nil
}

func (r *records) OpenMissedTask(string, string) (Task, error) {
	if r.open.ID == 0 {
		return Task{}, ErrNotFound
	}
	return r.open, nil
}

func (r *records) OpenMissed(string, []Target) (int, error) {
	if r.full {
		return 1000, nil
	}
	return 0, nil
}

func (r *records) MissedCalls(f MissedCallFilter) (list []MissedCall, _ error) {
	for i := len(r.missed) - 1; i >= 0; i-- {
		m := r.missed[i]
		if (f.Account == "" || m.Account == f.Account) && !m.Lost.Before(f.Since) && (f.Before == 0 || m.ID < f.Before) && len(list) < f.Limit {
			list = append(list, m)
		}
	}
	return list, nil
}

func (r *records) Attempts(taskID int64) (list []Attempt, _ error) {
	for i := range r.attempts {
		if r.attempts[i].TaskID == taskID {
			list = append(list, r.attempts[i])
		}
	}
	return list, nil
}

// thursday is 17:58 in Stockholm, two minutes before the office closes.
var thursday = time.Date(2026, 11, 19, 16, 58, 0, 0, time.UTC)

// shop calls back in office hours, by its own clock in New York.
func shop(change ...func(*Account)) *Account {
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		panic(err)
	}
	a := company()
	a.Location = newYork
	a.Callable = Callable{Countries: []string{"SE", "NO"}, PerNumber: Caps{Day: 6, Month: 20}, PerDay: 500}
	a.Rules[0].Schedule, a.Rules[0].GiveUpAfter = weekdays(), 3
	a.Rules[0].Recording = &RecordingSettings{Keep: 90 * 24 * time.Hour}
	for _, f := range change {
		f(a)
	}
	return a
}

func asking(change ...func(*Question)) Question {
	q := Question{Account: "acme", Dialled: "+4685550000", Caller: "070-123 45 67", LostBy: Target{TargetQueue, "support"}, Lost: thursday}
	for _, f := range change {
		f(&q)
	}
	return q
}

func TestExplain(t *testing.T) {
	x, err := Explain(&records{}, NewRulebook(shop()), asking())
	require.NoError(t, err)
	require.Equal(t, DecisionTaskCreated, x.Decision)
	require.Equal(t, `rule "lost" calls back what queue:support loses`, x.Why)
	require.Equal(t, "+46701234567", x.Number)
	require.Equal(t, "SE", x.Country)
	require.Equal(t, []string{"Europe/Stockholm"}, x.Zones)
	require.Equal(t, ZonesFromNumber, x.ZonesFrom)
	require.Equal(t, "2026-11-24T16:58:00Z", x.GiveUp.At.Format(time.RFC3339), "Friday, Monday, Tuesday")
	require.Empty(t, x.Notes)

	clocks := func(m *Moment) string { return m.Customer[0].Time.Format("Mon 15:04:05 -0700") }
	require.Len(t, x.Attempts, 3)
	first, second, third := x.Attempts[0], x.Attempts[1], x.Attempts[2]
	require.Equal(t, "Thu 17:59:00 +0100", clocks(first.Earliest), "a minute after the loss")
	require.Equal(t, "Thu 11:59:00 -0500", first.Earliest.Account.Time.Format("Mon 15:04:05 -0700"))
	require.Equal(t, "America/New_York", first.Earliest.Account.Zone)
	require.Empty(t, first.Waiting)
	require.Equal(t, "Thu 18:04:30 +0100", clocks(&second.Due), "five minutes after half a minute's ringing")
	require.Equal(t, "Fri 09:00:00 +0100", clocks(second.Earliest))
	require.Equal(t, "closed by schedule office until Fri 09:00 in Europe/Stockholm", second.Waiting)
	require.Equal(t, "Fri 09:30:30 +0100", clocks(third.Earliest))
	require.Equal(t, []int{1, 2, 3}, []int{first.Ordinal, second.Ordinal, third.Ordinal})

	require.Equal(t, Target{TargetQueue, "support"}, first.Target)
	require.Empty(t, first.Rings, "Asterisk picks a member")
	require.Equal(t, "PJSIP/+46701234567@pstn", first.DialString)
	require.Equal(t, "+4685550000", first.CallerID)
	require.Equal(t, "sweden", first.Region)
	require.Equal(t, 30*time.Second, first.WaitForCustomer)
	require.NotNil(t, first.Recording)

	_, err = json.Marshal(x)
	require.NoError(t, err)
}

func TestWhoWouldRing(t *testing.T) {
	for lostBy, want := range map[string][]string{
		"agent:erin":                     {"PJSIP/erin"},
		"agent:PJSIP/erin":               {"PJSIP/erin"},
		"group:sales":                    {"PJSIP/alice", "PJSIP/bob"},
		"agent:PJSIP/erin/sip:e@1.2.3.4": {"PJSIP/erin"},
	} {
		target, err := ParseTarget(lostBy)
		require.NoError(t, err)
		x, err := Explain(&records{}, NewRulebook(shop()), asking(func(q *Question) { q.LostBy = target }))
		require.NoError(t, err)
		require.Equal(t, want, x.Attempts[0].Rings, lostBy)
	}
}

// How a call went, whoever asks only imagines: nothing of that speaks against it.
func TestExplainTakesTheBestOfACall(t *testing.T) {
	x, err := Explain(&records{}, NewRulebook(shop(func(a *Account) {
		a.Callable.MinWait, a.LogOnlyNumbers, a.MessageLeft = time.Minute, LogOnlySkip, MessageHandled
	})), asking())
	require.NoError(t, err)
	require.Equal(t, DecisionTaskCreated, x.Decision)
}

// A reason that only a call which happened can have is said in words, too: where a
// file is tried out on calls of the past.
func TestWhyACallOfThePastIsRefused(t *testing.T) {
	account := shop(func(a *Account) { a.Callable.MinWait = 20 * time.Second })
	for reason, why := range map[Reason]string{
		ReasonNumberLogOnly: "nobody could ask whether the number is withheld, and log_only_numbers is skip",
		ReasonCallbackAsked: "the caller asked for a callback in this call, or made, moved or cancelled an appointment: that is kept",
		ReasonIgnored:       "the dialplan says that the call isn't to be called back (CALLBACKD_MISSED=ignore)",
		ReasonMessageLeft:   "the customer left a message, and message_left is handled",
		ReasonTooShort:      "the call was over after 2.5s; callable.min_wait is 20s",
		ReasonAnsweredFirst: "a person answered first and passed the call on to queue:support, and no rule that is on and has after_transfer is about that",
	} {
		m := MissedCall{Decision: DecisionRefused, Reason: reason, Arrived: noon, Lost: noon.Add(2500 * time.Millisecond), LostBy: Target{TargetQueue, "support"}}
		require.Equal(t, why, account.why(decision{missed: m}, ground{now: noon}))
	}
}

// Each reason comes with the words that say what to look at.
func TestExplainWhyNot(t *testing.T) {
	for name, row := range map[string]struct {
		account func(*Account)
		records records
		ask     func(*Question)
		reason  Reason
		why     string
	}{
		"on the do-not-call list": {
			records: records{blocked: &DoNotCall{Since: noon.Add(-time.Hour), By: ByCustomer, Reason: "pressed 9 in a callback"}}, reason: ReasonDoNotCall,
			why: "the number is on the do-not-call list of account acme since Fri 06:00 in America/New_York, put there by the customer: pressed 9 in a callback; callbackd customers unblock takes it off",
		},
		"withheld": {ask: func(q *Question) { q.Caller = "anonymous" }, reason: ReasonAnonymous, why: "the caller's number is withheld"},
		"nonsense": {ask: func(q *Question) { q.Caller = "1001" }, reason: ReasonNumberInvalid, why: `"1001" isn't a telephone number, read in SE`},
		"own":      {ask: func(q *Question) { q.Caller = "+4685550000" }, reason: ReasonOwnNumber, why: "+4685550000 is one of the account's own numbers"},
		"abroad": {
			ask: func(q *Question) { q.Caller = "+18765551234" }, reason: ReasonCountryNotCallable,
			why: "+18765551234 is a number of JM; callable.countries are SE, NO",
		},
		"abroad, by default": {
			account: func(a *Account) { a.Callable.Countries = nil },
			ask:     func(q *Question) { q.Caller = "+4745678901" }, reason: ReasonCountryNotCallable,
			why: "+4745678901 is a number of NO; callable.countries are SE",
		},
		"prefix": {
			account: func(a *Account) { a.Callable.Refuse = []string{"+4670123"} }, reason: ReasonPrefixRefused,
			why: "+46701234567 begins with +4670123, which callable.refuse names",
		},
		"premium": {
			ask: func(q *Question) { q.Caller = "+469001234567" }, reason: ReasonPrefixRefused,
			why: "+469001234567 is a premium-rate, shared-cost or other service number: those are never called",
		},
		"satellite": {
			ask: func(q *Question) { q.Caller = "+881612345678" }, reason: ReasonPrefixRefused,
			why: "+881612345678 belongs to a satellite or another network of no country: those are never called",
		},
		"not listed": {ask: func(q *Question) { q.LostBy.Name = "600" }, reason: ReasonTargetUnknown, why: "queue:600 isn't in the file"},
		"no rule": {
			ask: func(q *Question) { q.LostBy = Target{TargetScenario, "ivr-hours"} }, reason: ReasonNoRule,
			why: "no rule is about calls that scenario:menu loses",
		},
		"disabled and deactivated": {
			account: func(a *Account) {
				other := a.Rules[0]
				other.Name = "other"
				a.Rules = append(a.Rules, other)
				a.Rules[0].Enabled = false
			},
			records: records{switches: Switches{Off: map[RuleKey]Switch{{"acme", "other"}: {Since: thursday.Add(-time.Hour), By: "admin"}}}},
			reason:  ReasonRuleDisabled,
			why:     `nothing that is on is about calls that queue:support loses: rule "lost" is disabled; rule "other" is deactivated since Thu 2026-11-19 10:58 in America/New_York by admin`,
		},
		"frozen": {
			records: records{switches: Switches{Frozen: map[string]Switch{"acme": {Since: thursday.Add(-time.Hour), By: "admin"}}}},
			reason:  ReasonAccountFrozen, why: "account acme is frozen since Thu 2026-11-19 10:58 in America/New_York by admin",
		},
		"no zone": {
			account: func(a *Account) { a.Country, a.Callable.Countries, a.Location = "US", nil, nil },
			ask:     func(q *Question) { q.Caller = "+18005551234" }, reason: ReasonNoTimezone,
			why: "the customer's time zone can't be told from the number, and neither rule nor account name one",
		},
		"cap": {
			account: func(a *Account) { a.Callable.PerNumber.Day, a.Callable.PerDay = 2, 2 },
			records: records{sent: []time.Time{thursday.Add(-20 * time.Hour), thursday.Add(-time.Hour)}}, reason: ReasonCapReached,
			why: "the customer has been called 2 times in 24 hours, as often as callable.per_number allows, until Thu 21:58 in Europe/Stockholm",
		},
		"full queue": {
			account: func(a *Account) { a.Queues["support"] = Queue{Name: "support", MaxTasks: 100} },
			records: records{full: true}, reason: ReasonQueueFull, why: "queue support has its 100 open tasks",
		},
		"full area": {
			account: func(a *Account) {
				a.Areas = map[string]Area{"nordic": {Name: "nordic", MaxTasks: 500}}
				a.Queues["support"] = Queue{Name: "support", Area: "nordic"}
			},
			records: records{full: true}, reason: ReasonAreaFull, why: "area nordic has its 500 open tasks",
		},
	} {
		t.Run(name, func(t *testing.T) {
			account := shop()
			if row.account != nil {
				row.account(account)
			}
			q := asking()
			if row.ask != nil {
				row.ask(&q)
			}
			x, err := Explain(&row.records, NewRulebook(account), q)
			require.NoError(t, err)
			require.Equal(t, DecisionRefused, x.Decision)
			require.Equal(t, row.reason, x.Reason)
			require.Equal(t, row.why, x.Why)
			require.Empty(t, x.Attempts)
		})
	}
}

// What would be dialled is bounded by the caps, in which the rehearsed calls
// count, and by the deadline.
func TestExplainCountsWhatItRehearses(t *testing.T) {
	often := shop(func(a *Account) {
		a.Rules[0].Schedule, a.Rules[0].Treatments = hours.Always(), Treatments{ResultCustomerNoAnswer: {In: time.Hour}}
		a.Callable.PerNumber = Caps{Day: 4}
	})
	x, err := Explain(&records{sent: []time.Time{thursday.Add(-23 * time.Hour)}}, NewRulebook(often), asking())
	require.NoError(t, err)
	var hours []float64
	for _, a := range x.Attempts {
		if a.Earliest != nil {
			hours = append(hours, a.Earliest.At.Sub(thursday).Round(time.Hour).Hours())
		}
	}
	require.Equal(t, []float64{0, 1, 2, 3, 24, 25, 26, 27, 48, 49, 50, 51}, hours, "four in any 24 hours")
	require.Contains(t, x.Attempts[4].Waiting, "the customer has been called 4 times in 24 hours")
	last := x.Attempts[len(x.Attempts)-1]
	require.Nil(t, last.Earliest)
	require.Contains(t, last.Waiting, "then the task has expired by then")
}

func TestExplainWhatIsThereAlready(t *testing.T) {
	book := NewRulebook(shop(func(a *Account) { a.Mode = ModeShadow }))
	due := thursday.Add(10 * time.Second)
	tx := &records{
		open:     Task{ID: 12, State: TaskScheduled, Due: due},
		switches: Switches{Stopped: &Switch{Since: thursday, By: "admin"}},
		full:     true,
	}
	x, err := Explain(tx, book, asking())
	require.NoError(t, err)
	require.Equal(t, DecisionMerged, x.Decision)
	require.EqualValues(t, 12, x.Task)
	require.Equal(t, due, x.Attempts[0].Earliest.At, "the due time never moves later")
	require.Equal(t, []string{
		"callbackd is stopped since Thu 11:58 in America/New_York by admin: nothing is dialled until it is resumed",
		"account acme is in shadow mode: all is decided and recorded, and nothing is dialled",
	}, x.Notes)

	tx.open.State, tx.switches = TaskHeld, Switches{}
	tx.open.WaitingFor = "held by ann since 2026-11-20 12:00 UTC (on holiday): release it (callbackd tasks release 12)"
	x, err = Explain(tx, book, asking())
	require.NoError(t, err)
	require.Contains(t, x.Notes, "nothing is dialled while task 12 is held by ann since 2026-11-20 12:00 UTC (on holiday): release it (callbackd tasks release 12)")
}

func TestExplainWhoseCallItIs(t *testing.T) {
	region := func(name, pbx, trunk string) Region {
		r := shop().Regions["sweden"]
		r.Name, r.PBX, r.Trunks = name, pbx, []string{trunk}
		return r
	}
	acme := shop()
	other := shop(func(a *Account) {
		a.Name, a.Numbers = "other", []string{"+4685551*"}
		a.Regions["north"] = region("north", "pbx2", "PJSIP/pstn")
		a.Regions["south"] = region("south", "pbx1", "PJSIP/south")
	})
	book := NewRulebook(acme, other)
	for name, row := range map[string]struct {
		ask     Question
		account string
		reason  Reason
		err     error
		text    string
	}{
		"by name":                         {Question{Account: "acme"}, "acme", "", nil, ""},
		"no such account":                 {Question{Account: "nobody"}, "", "", ErrNotFound, `account "nobody" has no rules file`},
		"by number":                       {Question{Dialled: "08-555 00 00"}, "acme", "", nil, ""},
		"by nothing":                      {Question{}, "", "", ErrAmbiguous, "name the account or the trunk"},
		"by trunk and number":             {Question{PBX: "pbx1", Trunk: "PJSIP/pstn", Dialled: "+4685551000"}, "other", "", nil, ""},
		"by a trunk of one":               {Question{Trunk: "pjsip/south"}, "other", "", nil, ""},
		"by trunk, and nobody's number":   {Question{PBX: "pbx1", Trunk: "PJSIP/pstn", Dialled: "+4685559999"}, "", ReasonNoAccount, nil, ""},
		"no such trunk":                   {Question{Trunk: "PJSIP/west"}, "", "", ErrNotFound, "no rules file has trunk PJSIP/west"},
		"no such trunk of the account":    {Question{Account: "acme", Trunk: "PJSIP/south"}, "", "", ErrNotFound, "account acme has no trunk PJSIP/south"},
		"a trunk of two PBXs":             {Question{Account: "other", Trunk: "PJSIP/pstn"}, "", "", ErrAmbiguous, "name one of pbx1, pbx2"},
		"the way out is the way in":       {Question{Account: "other"}, "", "", ErrAmbiguous, "name the trunk, PJSIP/pstn or PJSIP/south or PJSIP/pstn"},
		"the PBX is enough if it has one": {Question{Account: "other", PBX: "pbx2"}, "other", "", nil, ""},
	} {
		q := row.ask
		q.Caller, q.LostBy, q.Lost = "+46701234567", Target{TargetQueue, "support"}, thursday
		x, err := Explain(&records{}, book, q)
		if row.err != nil {
			require.ErrorIs(t, err, row.err, name)
			require.ErrorContains(t, err, row.text, name)
			continue
		}
		require.NoError(t, err, name)
		require.Equal(t, row.account, x.Account, name)
		require.Equal(t, row.reason, x.Reason, name)
	}
	other.Rules[0].Region = "sweden"
	x, err := Explain(&records{}, book, asking(func(q *Question) { q.Account = "other" }))
	require.NoError(t, err, "the rule says which way")
	require.Equal(t, "sweden", x.Attempts[0].Region)
}
