package callback

import (
	"math/rand/v2"
	"testing"
	"time"

	"callbackd/callback/hours"

	"github.com/stretchr/testify/require"
)

// prohibition is one thing that keeps an attempt from being made. What has
// neither a time nor a place ends when a person ends it.
type prohibition struct {
	does   func(*Account, *ground, *Task)
	reason string
	until  time.Time
	of     refusal
}

// prohibitions are all there are. The schedule is open from nine to six on
// weekdays, and noon is a Friday's, in Stockholm one o'clock.
func prohibitions() map[string]prohibition {
	stockholm, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		panic(err)
	}
	ago := func(d time.Duration, n int) Legs { return Legs{Count: n, Sent: n, Oldest: noon.Add(-d)} }
	return map[string]prohibition{
		"stopped": {does: func(_ *Account, g *ground, _ *Task) {
			g.switches.Stopped = &Switch{Since: noon.Add(-time.Hour), By: "admin"}
		}, reason: "callbackd is stopped since Fri 2026-11-20 11:00 in UTC by admin"},
		"frozen": {does: func(_ *Account, g *ground, _ *Task) {
			g.switches.Frozen = map[string]Switch{"acme": {Since: noon, By: "admin"}}
		}, reason: "account acme is frozen since Fri 12:00 in UTC by admin"},
		"rule gone": {does: func(a *Account, _ *ground, _ *Task) {
			a.Rules[0].Name = "another"
		}, reason: `rule "lost" isn't in the file of account acme any more`},
		"rule disabled": {does: func(a *Account, _ *ground, _ *Task) { a.Rules[0].Enabled = false }, reason: `rule "lost" is disabled`},
		"rule deactivated": {does: func(_ *Account, g *ground, _ *Task) {
			g.switches.Off = map[RuleKey]Switch{{"acme", "lost"}: {Since: noon, By: "freeze"}}
		}, reason: `rule "lost" is deactivated since Fri 12:00 in UTC by freeze`},
		"origin gone": {does: func(_ *Account, _ *ground, t *Task) {
			t.LostBy.Name = "gone"
		}, reason: "queue:gone, which lost the call, isn't in the file of account acme any more"},
		"region gone": {does: func(a *Account, _ *ground, _ *Task) { a.Regions = nil }, reason: `region "sweden" isn't in the file of account acme`},
		"number not callable any more": {does: func(a *Account, _ *ground, _ *Task) {
			a.Callable.Refuse = []string{"+4670"}
		}, reason: "the number may not be called any more: prefix_refused"},
		"on the do-not-call list": {
			does:   func(_ *Account, g *ground, _ *Task) { onTheList(g) },
			reason: "the number is on the do-not-call list of account acme since Fri 12:00 in UTC, put there by the customer: pressed 9; callbackd customers unblock takes it off",
		},
		"closed": {does: func(a *Account, _ *ground, _ *Task) {
			for day := range a.Rules[0].Schedule.Weekly {
				a.Rules[0].Schedule.Weekly[day] = nil
			}
			a.Rules[0].Schedule.Weekly[time.Monday] = []hours.Window{{From: 9 * 60, To: 18 * 60}}
		}, reason: "closed by schedule office until Mon 09:00 in Europe/Stockholm", until: time.Date(2026, 11, 23, 9, 0, 0, 0, stockholm)},
		"the day's cap": {
			does:   func(a *Account, g *ground, _ *Task) { a.Callable.PerNumber.Day, g.day = 6, ago(20*time.Hour, 6) },
			reason: "the customer has been called 6 times in 24 hours, as often as callable.per_number allows, until Fri 17:00 in Europe/Stockholm",
			until:  noon.Add(4 * time.Hour),
		},
		"the month's cap": {
			does: func(a *Account, g *ground, _ *Task) {
				a.Callable.PerNumber.Month, g.month = 20, ago(20*24*time.Hour, 21)
			},
			reason: "the customer has been called 21 times in 30 days, as often as callable.per_number allows, until Mon 2026-11-30 13:00 in Europe/Stockholm",
			until:  noon.AddDate(0, 0, 10),
		},
		"the account's cap": {
			does:   func(a *Account, g *ground, _ *Task) { a.Callable.PerDay, g.account = 500, ago(23*time.Hour, 500) },
			reason: "account acme has made 500 calls in 24 hours, as many as callable.per_day allows, until Fri 14:00 in Europe/Stockholm",
			until:  noon.Add(time.Hour),
		},
		"the trunk is paused": {
			does: func(_ *Account, g *ground, _ *Task) {
				g.trunk = trunkPause{times: 2, faults: 3, began: noon.Add(-time.Minute), until: noon.Add(time.Minute)}
			},
			reason: "the trunk of region sweden failed 3 times, paused until Fri 12:01 in UTC",
			until:  noon.Add(time.Minute),
		},
		"another attempt tries the trunk": {
			does: func(_ *Account, g *ground, _ *Task) {
				g.trunk, g.trying = trunkPause{times: 1, faults: 1, began: noon.Add(-time.Minute), until: noon}, 1
			},
			reason: "the trunk of region sweden failed, another attempt tries it first",
			of:     refusal{account: "acme", region: "sweden"},
		},
		"the region's calls": {does: func(a *Account, g *ground, _ *Task) {
			region := a.Regions["sweden"]
			region.MaxCalls, g.calls = 30, 30
			a.Regions = map[string]Region{"sweden": region}
		}, reason: "all 30 calls of region sweden are in use", of: refusal{account: "acme", region: "sweden"}},
		"the account's cap, with calls that may yet be made": {
			does: func(a *Account, g *ground, _ *Task) {
				a.Callable.PerDay, g.account = 3, Legs{Count: 3, Sent: 1, Oldest: noon}
			},
			reason: "account acme has made, or is about to make, 3 calls in 24 hours, as many as callable.per_day allows",
			of:     refusal{account: "acme"},
		},
	}
}

// forbidAll is what forbids an attempt that is due at noon and has nothing
// against it but these.
func forbidAll(all ...prohibition) obstacle {
	account := exampleAccount(func(a *Account) { a.Rules[0].Schedule = weekdays() })
	g := ground{now: noon}
	d := decide(NewRulebook(account), lostCall())
	task := Task{Account: "acme", Kind: KindMissed, Number: d.missed.Number, LostBy: d.missed.LostBy, Rule: d.missed.Rule}
	attempt := Attempt{Account: "acme", Number: d.missed.Number, Settings: d.plan.settings}
	for _, p := range all {
		p.does(account, &g, &task)
	}
	return account.forbids(g, task, attempt)
}

func TestForbids(t *testing.T) {
	require.Zero(t, forbidAll())
	for name, p := range prohibitions() {
		o := forbidAll(p)
		require.Equal(t, p.reason, o.reason, name)
		require.True(t, p.until.Equal(o.until), "%s: until %s", name, o.until)
		require.Equal(t, p.of, o.of, name)
		require.Equal(t, p.until.IsZero() && p.of == refusal{}, o.person, name)
	}
}

// No two prohibitions together permit what one of them forbids, and whoever
// waits is never told to wait until a time that has passed. How it ends is told
// in one way: it can't be that nobody looks again.
func TestProhibitionsAddUp(t *testing.T) {
	t.Parallel()
	all := prohibitions()
	names := sortedKeys(all)
	for seed := range uint64(2000) {
		random := rand.New(rand.NewPCG(seed, 0))
		var chosen []prohibition
		var which []string
		for _, name := range names {
			if random.IntN(4) == 0 {
				chosen, which = append(chosen, all[name]), append(which, name)
			}
		}
		random.Shuffle(len(chosen), func(i, j int) { chosen[i], chosen[j] = chosen[j], chosen[i] })
		o := forbidAll(chosen...)
		require.Equal(t, len(chosen) == 0, !o.stands(), "%v", which)
		require.True(t, o.until.IsZero() || o.until.After(noon), "%v", which)
		ends := 0
		for _, told := range []bool{!o.until.IsZero(), o.person, o.of != refusal{}} {
			if told {
				ends++
			}
		}
		require.Equal(t, min(len(chosen), 1), ends, "%v", which)
	}
}

// Of several caps the one that holds longest tells when to look again.
func TestSeveralCaps(t *testing.T) {
	all := prohibitions()
	for range 20 {
		o := forbidAll(all["the day's cap"], all["the account's cap"], all["the month's cap"])
		require.Equal(t, all["the month's cap"].until, o.until)
	}
}

// The schedule isn't copied into a plan: it is always that of now, whether it was
// wider when the call was lost, or narrower.
func TestTheScheduleOfNowHolds(t *testing.T) {
	account := exampleAccount()
	d := decide(NewRulebook(account), lostCall())
	task := Task{Kind: KindMissed, LostBy: d.missed.LostBy, Rule: d.missed.Rule}
	attempt := Attempt{Number: d.missed.Number, Settings: d.plan.settings}
	night := ground{now: noon.Add(12 * time.Hour)}
	require.Zero(t, account.forbids(night, task, attempt))
	account.Rules[0].Schedule = weekdays()
	o := account.forbids(night, task, attempt)
	require.Contains(t, o.reason, "closed by schedule office until Mon 09:00 in Europe/Stockholm")
	require.Equal(t, time.Monday, o.until.Weekday())
}

// A schedule that is written for dates that are past doesn't open any more, and
// the task that waits for it expires all the same.
func TestAScheduleThatDoesNotOpenAnyMore(t *testing.T) {
	fair := &hours.Schedule{Name: "fair", Except: map[hours.Date][]hours.Window{{Year: 2026, Month: 11, Day: 19}: {{To: 24 * 60}}}}
	o := forbidAll(prohibition{does: func(a *Account, _ *ground, _ *Task) { a.Rules[0].Schedule = fair }})
	require.Equal(t, byPerson("schedule fair doesn't open any more"), o)
	account := exampleAccount(func(a *Account) { a.Rules[0].Schedule, a.Rules[0].GiveUpAfter = fair, 3 })
	require.Equal(t, noon.AddDate(0, 0, 3), decide(NewRulebook(account), lostCall()).giveUp)
}
