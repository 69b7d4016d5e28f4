package pbx_test

import (
	"context"
	"time"

	"callbackd/callback"
)

// People at the switches and at the rules file, and what rules say of the time
// after an attempt. Each scenario is cut like the others.
func init() {
	for _, list := range [][]crashScenario{switchScenarios, fileScenarios, treatmentScenarios} {
		for _, s := range list {
			s.desk = true
			crashScenarios = append(crashScenarios, s)
		}
	}
	actions = append(actions,
		&action{name: "an account is frozen, and unfrozen", do: frozenNow, also: either},
		&action{name: "callbackd is stopped, and resumed", do: stoppedNow},
		&action{name: "a rule is deactivated, and activated", do: deactivatedNow, also: either},
	)
}

func frozenNow(r *crashRun) {
	r.acts(func(c *callback.Control) error { return c.Freeze(ctx, "acme", "ann") },
		func() { r.wait(4 * time.Second) }, r.unfreezes, r.activates)
}

func stoppedNow(r *crashRun) {
	r.acts(func(c *callback.Control) error { return c.Stop(ctx, "ann") },
		func() { r.wait(20 * time.Second) }, r.resumes)
}

func deactivatedNow(r *crashRun) {
	r.acts(func(c *callback.Control) error { return c.Deactivate(ctx, theRule, "ann") },
		func() { r.wait(4 * time.Second) }, r.activates)
}

// stopped: nothing is dialled for a while.
func stopped(r *crashRun) {
	r.stops()
	r.wait(20 * time.Second)
	r.resumes()
}

// thawed: the account is frozen for a while, and all is as before when it is over.
func thawed(r *crashRun) {
	r.freezes()
	r.wait(20 * time.Second)
	r.unfreezes()
	r.activates()
}

// andAgain: afterwards the customer is lost again, and called back.
func andAgain(what func(*crashRun)) func(*crashRun) {
	return func(r *crashRun) {
		what(r)
		r.loses(customer)
	}
}

func reactivated(r *crashRun) {
	r.deactivates()
	r.wait(20 * time.Second)
	r.activates()
}

var switchScenarios = []crashScenario{
	{name: "frozen while it waits",
		account: plain, customer: usualCustomer, agent: usualAgent, play: held(thawed), results: results{superseded}, want: wasCancelled, also: either},
	{name: "frozen while the agent's phone rings",
		account: plain, customer: usualCustomer, agent: usualAgent, play: then(agentRings, andAgain(thawed)), results: results{superseded, connected}, first: wasCancelled, want: completed, also: either},
	{name: "frozen while the agent hears the prompt",
		account: plain, customer: usualCustomer, agent: usualAgent, play: then(agentHears, andAgain(thawed)), results: results{superseded, connected}, first: wasCancelled, want: completed, also: either},
	{name: "frozen while the customer's phone rings", quick: true,
		account: plain, customer: usualCustomer, agent: usualAgent, play: then(customerRings, andAgain(thawed)), results: results{interrupted, connected}, first: wasCancelled, want: completed, also: either},
	{name: "frozen while the phone of a customer rings who doesn't answer", short: true,
		account: plain, customer: []person{ignores}, agent: usualAgent, play: then(customerRings, thawed), results: results{interrupted}, want: wasCancelled, also: either},
	{name: "frozen while they talk",
		account: recorded, customer: usualCustomer, agent: usualAgent, play: then(theyTalk, andAgain(thawed)), results: results{connected, connected}, want: completed, also: either},
	{name: "lost while it is frozen",
		account: plain, customer: usualCustomer, agent: usualAgent,
		play: func(r *crashRun) {
			r.freezes()
			lost(r)
			r.wait(time.Second)
			r.unfreezes()
			r.loses(customerB)
			r.wait(time.Second)
			r.activates()
			r.loses(stranger)
		}, results: results{connected}, want: completed, also: either},

	{name: "stopped while it waits",
		account: plain, customer: usualCustomer, agent: usualAgent, play: held(stopped), results: results{connected}, want: completed},
	{name: "stopped while the agent's phone rings",
		account: plain, customer: usualCustomer, agent: usualAgent, play: then(agentRings, stopped), results: results{superseded, connected}, want: completed},
	{name: "stopped while the agent hears the prompt", short: true,
		account: plain, customer: usualCustomer, agent: usualAgent, play: then(agentHears, stopped), results: results{superseded, connected}, want: completed},
	{name: "stopped while the customer's phone rings",
		account: plain, customer: usualCustomer, agent: usualAgent, play: then(customerRings, stopped), results: results{connected}, want: completed},
	{name: "stopped while they talk",
		account: recorded, customer: usualCustomer, agent: usualAgent, play: then(theyTalk, stopped), results: results{connected}, want: completed},

	{name: "deactivated while it waits",
		account: plain, customer: usualCustomer, agent: usualAgent, play: held(reactivated), results: results{superseded}, want: wasCancelled, also: either},
	{name: "deactivated while the agent's phone rings",
		account: plain, customer: usualCustomer, agent: usualAgent, play: then(agentRings, andAgain(reactivated)), results: results{superseded, connected}, first: wasCancelled, want: completed, also: either},
	{name: "deactivated while the phone of a customer rings who doesn't answer",
		account: plain, customer: []person{ignores, talks}, agent: usualAgent, play: then(customerRings, andAgain(reactivated)), results: results{noAnswer, connected}, first: wasCancelled, want: completed, also: either},
	{name: "deactivated while they talk",
		account: recorded, customer: usualCustomer, agent: usualAgent, play: then(theyTalk, reactivated), results: results{connected}, want: completed, also: either},
}

// edit is an admin's edit of the file as it was at the start.
func edit(oldnew ...string) func(*crashRun) { return func(r *crashRun) { r.edits(oldnew...) } }

var otherSettings = []string{"1m, 1m]", "2m, 3m], wait_for_customer: 10s"}

var (
	disabled  = edit("{name: lost,", "{name: lost, enabled: false,")
	renamed   = edit("{name: lost,", "{name: other,")
	unlisted  = edit("queues: {support: {}}", "queues: {sales: {}}")
	shadowed  = edit("account: acme", "account: acme\nmode: shadow")
	shut      = edit("schedule: always", "schedule: soon")
	resettled = edit(otherSettings...)
	faulty    = edit("country", "contry")
	restored  = edit()
)

// A saved file is in force less than three seconds later: the agent
// hears the prompt for four.
const promptBegins = 2*time.Second + 100*time.Millisecond

// taken waits until what is saved is in force.
func taken(what func(*crashRun)) func(*crashRun) {
	return func(r *crashRun) {
		what(r)
		r.wait(4 * time.Second)
	}
}

// forAWhile edits, and takes it back after a while.
func forAWhile(while time.Duration, what func(*crashRun)) func(*crashRun) {
	return func(r *crashRun) {
		what(r)
		r.wait(while)
		restored(r)
	}
}

var fileScenarios = []crashScenario{
	{name: "the settings are edited between attempts", quick: true,
		account: plain, file: crashFile, customer: []person{ignores, ignores, talks}, agent: usualAgent, play: then(time.Minute, resettled), results: results{noAnswer, noAnswer, connected}, want: completed, also: both},
	{name: "the settings are edited while the customer's phone rings",
		account: plain, file: crashFile, customer: []person{ignores}, agent: usualAgent, play: then(customerRings, resettled), results: results{noAnswer, noAnswer, noAnswer}, want: exhausted},

	{name: "the settings are edited while the phone of a busy customer rings",
		account: plain, file: crashFile, customer: []person{refuses(486), talks}, agent: usualAgent, play: then(5*time.Second, resettled), results: results{busy, connected}, want: completed},

	{name: "the rule is disabled while it waits",
		account: plain, file: crashFile, customer: usualCustomer, agent: usualAgent, play: held(forAWhile(20*time.Second, disabled)), results: results{superseded}, want: wasCancelled, also: either},
	{name: "the rule is disabled while the agent's phone rings", quick: true, short: true,
		account: plain, file: crashFile, customer: usualCustomer, agent: []person{answers(5*time.Second, -1)}, play: then(agentRings, disabled), results: results{superseded}, want: wasCancelled, also: either},
	{name: "the rule is disabled while the agent hears the prompt, and enabled again",
		account: plain, file: crashFile, customer: usualCustomer, agent: usualAgent, play: then(promptBegins, andAgain(forAWhile(20*time.Second, disabled))), results: results{superseded, connected}, first: wasCancelled, want: completed, also: either},
	{name: "the rule is disabled while the phone of a customer rings who doesn't answer",
		account: plain, file: crashFile, customer: []person{ignores}, agent: usualAgent, play: then(customerRings, disabled), results: results{noAnswer}, want: wasCancelled, also: either},
	{name: "the rule is disabled while they talk",
		account: plain, file: crashFile, customer: usualCustomer, agent: usualAgent, play: then(theyTalk, disabled), results: results{connected}, want: completed, also: either},

	{name: "the rule is gone for half a minute", quick: true,
		account: plain, file: crashFile, customer: usualCustomer, agent: []person{answers(15*time.Second, -1), stays}, play: then(agentRings, forAWhile(30*time.Second, renamed)), results: results{superseded, connected}, want: completed},
	{name: "who lost the call is gone for half a minute, while it waits",
		account: plain, file: crashFile, customer: usualCustomer, agent: usualAgent, play: held(forAWhile(30*time.Second, unlisted)), results: results{connected}, want: completed},
	{name: "the rule is gone for good",
		account: plain, file: crashFile, customer: usualCustomer, agent: usualAgent, play: then(promptBegins, renamed), results: results{superseded, superseded}, want: wasCancelled, also: either},
	{name: "who lost the call is gone for good, while the customer's phone rings",
		account: plain, file: crashFile, customer: []person{ignores}, agent: usualAgent, play: then(customerRings, unlisted), results: results{noAnswer, superseded}, want: wasCancelled},

	{name: "the schedule is closed while the agent's phone rings",
		account: plain, file: crashFile, customer: usualCustomer, agent: []person{answers(8*time.Second, -1), stays}, play: then(agentRings, shut), results: results{superseded, connected}, want: completed},
	{name: "the schedule is closed, and opened",
		account: plain, file: crashFile, customer: []person{ignores, talks}, agent: usualAgent, play: then(time.Minute, forAWhile(time.Minute, shut)), results: results{noAnswer, connected}, want: completed, also: both},
	{name: "shadow while it waits",
		account: plain, file: crashFile, customer: usualCustomer, agent: usualAgent, play: held(taken(shadowed)), results: results{superseded}, want: wasCancelled, also: either},
	{name: "shadow while the agent's phone rings",
		account: plain, file: crashFile, customer: usualCustomer, agent: []person{answers(8*time.Second, -1), stays}, play: then(agentRings, shadowed), results: results{superseded, superseded}, want: wasCancelled, also: either},

	{name: "the cap is reached, and raised",
		account: plain, file: edited("queues:", "callable: {per_number: {day: 2, month: 20}}\nqueues:"), customer: []person{ignores, ignores, talks}, agent: usualAgent,
		play: then(4*time.Minute, restored), results: results{noAnswer, noAnswer, connected}, want: completed, also: both},

	{name: "a faulty file, while it waits", alarm: true,
		account: plain, file: crashFile, customer: usualCustomer, agent: usualAgent,
		play: func(r *crashRun) { resettled(r); r.wait(20 * time.Second); held(taken(faulty))(r) }, results: results{connected}, want: completed},
	{name: "a file that is gone, while it waits", alarm: true,
		account: plain, file: crashFile, customer: usualCustomer, agent: usualAgent,
		play: func(r *crashRun) {
			disabled(r)
			r.wait(20 * time.Second)
			restored(r)
			r.wait(20 * time.Second)
			held(taken((*crashRun).removes))(r)
		}, results: results{connected}, want: completed},
}

// treated has a treatment for a result.
func treated(result callback.Result, t callback.Treatment) func(*callback.Account) {
	return func(a *callback.Account) { a.Rules[0].Treatments = callback.Treatments{result: t} }
}

func oneDay(a *callback.Account) { a.Rules[0].GiveUpAfter = 1 }

// finds: a call is found that was lost a while ago.
func (r *crashRun) finds(number string, ago time.Duration) {
	at := time.Now().Add(-ago)
	r.asks(func(store callback.Store) error {
		return callback.NewIntake(store, r.rules, func(callback.MissedCall) {}).Take(context.Background(), callback.Verdict{
			PBX: "pbx1", CallID: "found." + number, Trunk: "PJSIP/pstn", Caller: number, Dialled: "+4685550000",
			Arrived: at.Add(-10 * time.Second), Ended: at, Loss: callback.Loss{Queue: "support"},
		})
	})
}

// old: a call is found that is almost too old to be called back.
func old(left time.Duration) func(*crashRun) {
	return func(r *crashRun) { r.finds(customer, 24*time.Hour-left) }
}

var treatmentScenarios = []crashScenario{
	{name: "busy: again in five minutes, twice",
		account: treated(busy, callback.Treatment{In: 5 * time.Minute, AtMost: 2}), customer: []person{refuses(486)}, agent: usualAgent,
		play: lost, results: results{busy, busy}, want: exhausted},
	{name: "busy: again in five minutes, and no interval is used up",
		account: treated(busy, callback.Treatment{In: 5 * time.Minute, AtMost: 3}), customer: []person{refuses(486), refuses(486), ignores}, agent: usualAgent,
		play: lost, results: results{busy, busy, noAnswer, noAnswer, noAnswer}, want: exhausted},
	{name: "rejected: closed",
		account: treated(rejected, callback.Treatment{Close: true}), customer: []person{refuses(603)}, agent: usualAgent,
		play: lost, results: results{rejected}, want: exhausted},
	{name: "the cap is reached, and a person cancels",
		account: func(a *callback.Account) { a.Callable.PerNumber.Day = 1 }, customer: []person{ignores}, agent: usualAgent,
		play: then(3*time.Minute, cancelled), results: results{noAnswer, superseded}, want: wasCancelled},

	{name: "given up while it waits", alarm: true,
		account: oneDay, customer: usualCustomer, agent: usualAgent,
		play: func(r *crashRun) { r.queued(+1); old(time.Minute)(r); r.wait(2 * time.Minute); r.queued(-1) }, results: results{superseded}, want: callback.TaskExpired},
	{name: "given up while the agent's phone rings", alarm: true,
		account: oneDay, customer: usualCustomer, agent: []person{ignores}, play: old(30 * time.Second), results: results{agentNoAnswer, superseded}, want: callback.TaskExpired},
	{name: "given up while they talk", alarm: true,
		account: oneDay, customer: usualCustomer, agent: usualAgent, play: old(20 * time.Second), results: results{connected}, want: completed, also: []callback.TaskState{callback.TaskExpired}},
}
