package pbx_test

import (
	"context"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
	"callbackd/callback/hours"
	"callbackd/storage"
)

// desk is a world with an upkeep, and a person at the switches.
type desk struct {
	*world
	*callback.Control
	upkeep    *callback.Upkeep
	scheduler *callback.Scheduler
}

// atDesk runs a scenario in a bubble, as inWorld does.
func atDesk(t *testing.T, scenario func(*desk), change ...func(*callback.Account)) {
	inWorld(t, func(w *world) {
		w.end()
		d := &desk{world: w}
		w.also = func(ctx context.Context, scheduler *callback.Scheduler) {
			log := zerolog.New(w).With().Timestamp().Logger()
			d.scheduler = scheduler
			d.upkeep = callback.NewUpkeep(w.store, w.rules, log)
			d.Control = callback.NewControl(w.store, w.rules, w.dialer, scheduler, d.upkeep, log)
			w.store.Observe(d.upkeep.Observe)
			w.gone.Go(func() { _ = d.upkeep.Run(ctx) })
		}
		w.start()
		scenario(d)
	}, change...)
}

// edits puts an edited file in force.
func (d *desk) edits(change func(*callback.Account)) {
	account := exampleAccount()
	change(account)
	d.rules.Replace(callback.NewRulebook(account))
	require.NoError(d.t, d.store.Update(context.Background(), func(tx callback.Tx) error { return tx.Rouse("acme") }))
	d.scheduler.Wake()
	d.upkeep.Wake()
}

// nobodyFree keeps a task waiting.
func (d *desk) nobodyFree() { d.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "0") }

func (d *desk) somebodyFree() { d.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "1") }

var (
	ctx     = context.Background()
	theRule = callback.RuleKey{Account: "acme", Rule: "lost"}
)

// Each operation with the task in every state. Whoever's phone rings is hung up
// by a freeze and nothing else; people who talk are parted by none.
func TestSwitchesWithATaskInEveryState(t *testing.T) {
	freeze := func(d *desk) { require.NoError(t, d.Freeze(ctx, "acme", "ann")) }
	stop := func(d *desk) { require.NoError(t, d.Stop(ctx, "ann")) }
	deactivate := func(d *desk) { require.NoError(t, d.Deactivate(ctx, theRule, "ann")) }
	disable := func(d *desk) { d.edits(func(a *callback.Account) { a.Rules[0].Enabled = false }) }
	shadow := func(d *desk) { d.edits(func(a *callback.Account) { a.Mode = callback.ModeShadow }) }
	const waits = time.Duration(0)
	for name, row := range map[string]struct {
		happens func(*desk)
		at      time.Duration
		state   callback.TaskState
		reason  string
		results []string
		rung    int
	}{
		"frozen while it waits":                    {freeze, waits, callback.TaskCancelled, callback.CancelAccountFrozen, []string{"superseded (doesn't count)"}, 0},
		"frozen while the agent's phone rings":     {freeze, agentRings, callback.TaskCancelled, callback.CancelAccountFrozen, []string{"superseded (doesn't count)"}, 0},
		"frozen while the agent hears the prompt":  {freeze, agentHears, callback.TaskCancelled, callback.CancelAccountFrozen, []string{"superseded (doesn't count)"}, 0},
		"frozen while the customer's phone rings":  {freeze, customerRings, callback.TaskCancelled, callback.CancelAccountFrozen, []string{"interrupted"}, 1},
		"frozen while they talk":                   {freeze, theyTalk, callback.TaskCompleted, "", []string{"connected"}, 1},
		"stopped while it waits":                   {stop, waits, callback.TaskScheduled, "", nil, 0},
		"stopped while the agent's phone rings":    {stop, agentRings, callback.TaskScheduled, "", []string{"superseded (doesn't count)"}, 0},
		"stopped while the agent hears the prompt": {stop, agentHears, callback.TaskScheduled, "", []string{"superseded (doesn't count)"}, 0},
		"stopped while the customer's phone rings": {stop, customerRings, callback.TaskCompleted, "", []string{"connected"}, 1},
		"stopped while they talk":                  {stop, theyTalk, callback.TaskCompleted, "", []string{"connected"}, 1},

		"deactivated while it waits":                    {deactivate, waits, callback.TaskCancelled, callback.CancelRuleDisabled, []string{"superseded (doesn't count)"}, 0},
		"deactivated while the agent's phone rings":     {deactivate, agentRings, callback.TaskCancelled, callback.CancelRuleDisabled, []string{"superseded (doesn't count)"}, 0},
		"deactivated while the agent hears the prompt":  {deactivate, agentHears, callback.TaskCancelled, callback.CancelRuleDisabled, []string{"superseded (doesn't count)"}, 0},
		"deactivated while the customer's phone rings":  {deactivate, customerRings, callback.TaskCompleted, "", []string{"connected"}, 1},
		"disabled while it waits":                       {disable, waits, callback.TaskCancelled, callback.CancelRuleDisabled, []string{"superseded (doesn't count)"}, 0},
		"disabled while the agent's phone rings":        {disable, agentRings, callback.TaskCancelled, callback.CancelRuleDisabled, []string{"superseded (doesn't count)"}, 0},
		"disabled while the customer's phone rings":     {disable, customerRings, callback.TaskCompleted, "", []string{"connected"}, 1},
		"in shadow while it waits":                      {shadow, waits, callback.TaskCancelled, callback.CancelShadow, []string{"superseded (doesn't count)"}, 0},
		"in shadow while the agent hears the prompt":    {shadow, agentHears, callback.TaskCancelled, callback.CancelShadow, []string{"superseded (doesn't count)", "superseded (doesn't count)"}, 0},
		"in shadow while the customer's phone rings":    {shadow, customerRings, callback.TaskCompleted, "", []string{"connected"}, 1},
		"nothing happens while the agent's phone rings": {func(*desk) {}, agentRings, callback.TaskCompleted, "", []string{"connected"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			atDesk(t, func(d *desk) {
				if row.at == waits {
					d.nobodyFree()
				}
				d.after(time.Second)
				d.loses(customer)
				d.after(max(row.at, time.Second))
				row.happens(d)
				d.after(500 * time.Millisecond)
				if name != "in shadow while the agent hears the prompt" && row.results != nil && row.results[0] != "connected" {
					require.Equal(t, row.results, d.results(), "at once")
					d.tidy()
				}
				d.somebodyFree()
				d.after(time.Hour)
				task := d.task()
				require.Equal(t, row.state, task.State)
				require.Equal(t, row.reason, task.Reason)
				require.Equal(t, row.results, d.results())
				require.Equal(t, row.rung, d.rung())
				d.tidy()
			})
		})
	}
}

// A stop says since when, and what waited goes on with the resume.
func TestAStopAndItsEnd(t *testing.T) {
	atDesk(t, func(d *desk) {
		d.after(time.Second)
		d.loses(customer)
		d.after(agentRings)
		require.NoError(t, d.Stop(ctx, "ann"))
		d.after(time.Minute)
		require.Regexp(t, "^callbackd is stopped since .* by ann$", d.task().WaitingFor)
		require.NoError(t, d.Stop(ctx, "bob"))
		d.after(time.Hour)
		require.Regexp(t, " by ann$", d.task().WaitingFor, "a stop that is repeated changes nothing")
		d.restart()
		d.after(10 * time.Minute)
		require.Zero(t, d.rung(), "a restart doesn't end a stop")

		require.NoError(t, d.Resume(ctx, "ann"))
		require.NoError(t, d.Resume(ctx, "ann"))
		d.after(time.Minute)
		require.Equal(t, []string{"superseded (doesn't count)", "connected"}, d.results())
		require.Equal(t, 1, d.rung())
	})
}

// What a freeze does to new losses, and what it takes to dial again: a person
// unfreezes, and activates each rule.
func TestAFreezeAndItsEnd(t *testing.T) {
	atDesk(t, func(d *desk) {
		why := func() callback.Reason {
			d.loses(customer)
			return d.missed()[0].Reason
		}
		d.after(time.Second)
		require.NoError(t, d.Freeze(ctx, "acme", "ann"))
		require.NoError(t, d.Freeze(ctx, "acme", "bob"))
		require.Equal(t, callback.ReasonAccountFrozen, why())
		err := d.Activate(ctx, theRule, "ann")
		require.ErrorIs(t, err, callback.ErrFrozen)
		require.ErrorContains(t, err, "by ann: unfreeze it first (callbackd accounts unfreeze acme)")

		d.edits(func(a *callback.Account) {
			added := a.Rules[0]
			added.Name = "added"
			a.Rules = append(a.Rules, added)
		})
		require.NoError(t, d.Unfreeze(ctx, "acme", "ann"))
		require.NoError(t, d.Unfreeze(ctx, "acme", "ann"))
		require.Equal(t, callback.ReasonRuleDisabled, why(), "a rule that was added meanwhile is off too")

		require.NoError(t, d.Activate(ctx, theRule, "ann"))
		require.NoError(t, d.Activate(ctx, theRule, "ann"))
		require.NoError(t, d.Unfreeze(ctx, "acme", "ann"), "it isn't frozen: nothing changes")
		require.Empty(t, why())
		d.after(time.Minute)
		require.Equal(t, callback.TaskCompleted, d.task().State)
	})
}

// callbackd dies between the commit of a freeze and the hang-up, or was away
// when the account was frozen. The customer's phone rings: it is hung up. They
// talk: they go on.
func TestAFreezeThatACrashCutShort(t *testing.T) {
	for name, row := range map[string]struct {
		at    time.Duration
		state callback.TaskState
		want  []string
	}{
		"while the agent's phone rings":    {agentRings, callback.TaskCancelled, []string{"interrupted (doesn't count)"}},
		"while the customer's phone rings": {customerRings, callback.TaskCancelled, []string{"interrupted"}},
		"while they talk":                  {theyTalk, callback.TaskCompleted, []string{"connected"}},
	} {
		t.Run(name, func(t *testing.T) {
			atDesk(t, func(d *desk) {
				d.asterisk.Phone(customers, aritest.Answers(6*time.Second, 30*time.Second))
				d.after(time.Second)
				d.loses(customer)
				d.after(row.at)
				d.end()
				db, err := storage.Open(ctx, d.file)
				require.NoError(t, err)
				away := callback.NewControl(db, d.rules, callback.NewDialer(db, d.rules, nil, callback.Pace{}, zerolog.Nop()), d.scheduler, d.upkeep, zerolog.Nop())
				require.NoError(t, away.Freeze(ctx, "acme", "ann"))
				require.NoError(t, db.Close())
				d.start()
				d.after(time.Second)
				if row.state == callback.TaskCancelled {
					d.tidy()
				}
				d.after(time.Hour)
				require.Equal(t, row.want, d.results())
				require.Equal(t, row.state, d.task().State)
				if row.want[0] == "interrupted" {
					require.Contains(t, d.attempts()[0].Reason, callback.CancelAccountFrozen)
				}
				d.tidy()
			})
		})
	}
}

// A shadow account says what it would have dialled and asks nothing of Asterisk;
// made live later, it dials nothing old.
func TestAShadowAccount(t *testing.T) {
	atDesk(t, func(d *desk) {
		d.after(time.Second)
		d.loses(customer)
		d.after(time.Minute)
		require.Equal(t, callback.CancelShadow, d.task().Reason)
		require.Equal(t, callback.DecisionTaskCreated, d.missed()[0].Decision)
		require.Equal(t, "it would have rung queue:support on pbx1, and dialled PJSIP/"+customer+"@pstn with caller ID +4685550000", d.attempts()[0].Reason)
		require.Contains(t, d.logged(), "shadow: it would have rung queue:support on pbx1, and dialled PJSIP/"+callback.MaskNumber(customer)+"@pstn with caller ID +4685550000")
		d.edits(func(*callback.Account) {})
		d.after(time.Hour)
		require.Empty(t, d.asterisk.Requests("POST /channels"))
	}, func(a *callback.Account) { a.Mode = callback.ModeShadow })
}

// A shadow account waits for the hours that a live one would wait for.
func TestAShadowAccountOutsideItsHours(t *testing.T) {
	atDesk(t, func(d *desk) {
		d.after(time.Hour)
		d.loses(customer)
		d.after(time.Minute)
		require.Equal(t, "closed by schedule early until Sat 04:00 in Europe/Stockholm", d.task().WaitingFor)
		d.after(2 * time.Hour)
		require.Equal(t, callback.CancelShadow, d.task().Reason)
	}, early, func(a *callback.Account) { a.Mode = callback.ModeShadow })
}

// early opens the account of the tests until 01:30 and from 04:00 to 05:00 on
// Saturdays. Bubbles begin on a Saturday, 1 January 2000, at 01:00 in Stockholm.
func early(a *callback.Account) {
	morning := &hours.Schedule{Name: "early"}
	morning.Weekly[time.Saturday] = []hours.Window{{From: 0, To: 90}, {From: 4 * 60, To: 5 * 60}}
	a.Rules[0].Schedule = morning
}

// The agent takes so long that the schedule closes: the customer isn't called,
// nothing is counted, and the task waits for the next opening.
func TestAScheduleThatClosesWhileTheAgentHearsThePrompt(t *testing.T) {
	atDesk(t, func(d *desk) {
		d.after(29*time.Minute + 45*time.Second)
		d.loses(customer) // at 01:29:55
		d.after(10 * time.Second)
		require.Equal(t, []string{"superseded (doesn't count)"}, d.results())
		require.Contains(t, d.attempts()[0].Reason, "closed by schedule early")
		require.Equal(t, "closed by schedule early until Sat 04:00 in Europe/Stockholm", d.task().WaitingFor)
		require.Zero(t, d.rung())
		d.tidy()
		d.after(3 * time.Hour)
		require.Equal(t, []string{"superseded (doesn't count)", "connected"}, d.results())
		called := d.attempts()[1].Claimed
		require.Equal(t, time.Date(2000, 1, 1, 3, 0, 0, 0, time.UTC), called.Truncate(time.Second).UTC(), "as soon as it opens")
	}, early)
}

// What forbids is read again right before the customer is called: the agent may
// have taken a minute. The attempt doesn't count, and the task says what it
// waits for.
func TestWhatForbidsWhileTheAgentHearsThePrompt(t *testing.T) {
	for name, row := range map[string]struct {
		edit func(*callback.Account)
		want string
	}{
		"the rule is gone":               {func(a *callback.Account) { a.Rules[0].Name = "another" }, `rule "lost" isn't in the file of account acme any more`},
		"the number is the account's":    {func(a *callback.Account) { a.Numbers = append(a.Numbers, customer) }, "the number may not be called any more: own_number"},
		"its country may not be called":  {func(a *callback.Account) { a.Callable.Countries = []string{"NO"} }, "the number may not be called any more: country_not_callable"},
		"the way out is gone":            {func(a *callback.Account) { a.Regions = nil }, `region "sweden" isn't in the file of account acme`},
		"the account is gone":            {func(a *callback.Account) { a.Name = "another" }, "account acme has no rules file"},
		"nothing that would forbid that": {func(a *callback.Account) { a.Lines = 1 }, ""},
		"nothing but the attempt's own":  {func(a *callback.Account) { a.Callable.PerNumber.Day, a.Callable.PerDay = 1, 1 }, ""},
		"nothing but the attempt's region": {func(a *callback.Account) {
			r := a.Regions["sweden"]
			r.MaxCalls = 1
			a.Regions["sweden"] = r
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			atDesk(t, func(d *desk) {
				d.after(time.Second)
				d.loses(customer)
				d.after(agentHears)
				d.edits(row.edit)
				d.after(10 * time.Second)
				require.Equal(t, row.want, d.task().WaitingFor)
				if row.want == "" {
					require.Equal(t, 1, d.rung())
					return
				}
				require.Zero(t, d.rung())
				require.Equal(t, []string{"superseded (doesn't count)"}, d.results())
				require.Contains(t, d.attempts()[0].Reason, row.want)
				d.tidy()
			})
		})
	}
}

// The account is frozen while the request for the customer's leg is on its way:
// a leg that comes to be all the same is hung up.
func TestAFreezeWhileTheCustomersLegIsOnItsWay(t *testing.T) {
	atDesk(t, func(d *desk) {
		d.asterisk.Phone(customers, aritest.Answers(time.Second, 30*time.Second))
		d.asterisk.Fault(aritest.Fault{On: "POST /channels", Times: 1})
		d.asterisk.Fault(aritest.Fault{On: "POST /channels", Times: 1, Delay: 3 * time.Second})
		d.after(time.Second)
		d.loses(customer)
		d.after(customerRings)
		require.Equal(t, callback.AttemptCustomer, d.attempts()[0].State)
		require.NoError(t, d.Freeze(ctx, "acme", "ann"))
		d.after(time.Minute)
		require.Equal(t, []string{"interrupted"}, d.results())
		require.Equal(t, callback.CancelAccountFrozen, d.task().Reason)
		d.tidy()
	})
}

// A customer is called as often as the cap allows in any 24 hours.
func TestTheCapOfACustomer(t *testing.T) {
	atDesk(t, func(d *desk) {
		d.asterisk.Phone(customers, aritest.NeverAnswers)
		d.after(time.Second)
		d.loses(customer)
		d.after(3 * time.Hour)
		require.Equal(t, 2, d.rung())
		require.Contains(t, d.task().WaitingFor, "2 times in 24 hours")
		d.after(24 * time.Hour)
		require.Equal(t, 3, d.rung())
	}, func(a *callback.Account) { a.Callable.PerNumber = callback.Caps{Day: 2, Month: 20} })
}

// A way out with one line: the second callback waits for the end of the first,
// and nothing else.
func TestCallsOfARegion(t *testing.T) {
	atDesk(t, func(d *desk) {
		d.after(time.Second)
		d.lost(customer, "+4685550000")
		d.lost(secondCustomer, "+4685550000")
		d.after(theyTalk)
		require.Equal(t, 1, d.rung())
		require.Equal(t, "all 1 calls of region sweden are in use", d.waitingFor()[secondCustomer])
		d.after(time.Minute)
		require.Equal(t, 2, d.rung())
		first, second := d.attemptsOf(1)[0], d.attemptsOf(2)[0]
		require.InDelta(t, 0, second.Claimed.Sub(first.Ended).Seconds(), 0.1, "at once")
	}, func(a *callback.Account) {
		r := a.Regions["sweden"]
		r.MaxCalls = 1
		a.Regions["sweden"] = r
	})
}

// Names that nobody has are answered with those that there are.
func TestSwitchesOfNothing(t *testing.T) {
	atDesk(t, func(d *desk) {
		for _, err := range []error{
			d.Freeze(ctx, "acne", "ann"),
			d.Unfreeze(ctx, "acne", "ann"),
			d.Activate(ctx, callback.RuleKey{Account: "acne", Rule: "lost"}, "ann"),
			d.Forget(ctx, "acne", "ann"),
		} {
			require.ErrorIs(t, err, callback.ErrNotFound)
			require.ErrorContains(t, err, "the accounts are acme")
		}
		err := d.Deactivate(ctx, callback.RuleKey{Account: "acme", Rule: "last"}, "ann")
		require.ErrorIs(t, err, callback.ErrNotFound)
		require.ErrorContains(t, err, `the rules of account acme are "lost"`)
		require.ErrorIs(t, d.Forget(ctx, "acme", "ann"), callback.ErrInForce)
	})
}
