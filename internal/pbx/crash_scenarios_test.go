package pbx_test

import (
	"time"

	"callbackd/callback"
)

// crashScenario is a story in which callbackd is cut everywhere.
type crashScenario struct {
	name  string
	quick bool // cut in the quick form too
	short bool // in the long form with all pairs of crashes

	desk bool // somebody at the switches or the file is in the middle of it

	brief bool // callbackd is never dead for as long as a minute

	busy bool // much happens in it: what is tried at each effect comes by turns

	logs    bool            // Asterisk writes its logs, and they are read
	prepare func(*crashRun) // before the first start

	account         func(*callback.Account)
	file            string   // else: the account's rules file, as it is at the start
	customer, agent []person // how the phone's first, second, … call goes; the last goes on
	bob             []person // likewise, of the other agent of the group
	play            func(*crashRun)
	results         results              // how the attempts end without a cut, one after the other
	want            callback.TaskState   // and each task,
	first           callback.TaskState   // but the first, if this isn't ""
	also            []callback.TaskState // how it may end with one
	alarm           bool                 // there may be one without a cut, too
}

// actions are what people do at each effect, in all scenarios.
var actions = []*action{
	{name: "a person cancels", do: cancelled, also: either},
	{name: "the rules file is read again", do: (*crashRun).reloads},
}

// reloads: an admin has edited the file. What is planned and under way keeps what
// it has.
func (r *crashRun) reloads() {
	if r.scenario.file != "" {
		r.changes(otherSettings...)
		return
	}
	a := exampleAccount()
	crashAccount(a)
	r.scenario.account(a)
	a.Rules[0].WaitForCustomer, a.Rules[0].AgentPrompt = crashWait-5*time.Second, ""
	r.rules.Replace(callback.NewRulebook(a))
	r.turned([]turn{{what: "rules", account: a}})
}

const (
	customerB = "+46701111111"
	stranger  = "+46702222222"
)

// lost is the usual play: a customer is lost, and everybody waits.
func lost(r *crashRun) { r.loses(customer) }

// then is the usual play with something that happens a while after the loss.
func then(after time.Duration, what func(*crashRun)) func(*crashRun) {
	return func(r *crashRun) {
		r.loses(customer)
		r.wait(after)
		what(r)
	}
}

func cancelled(r *crashRun) { r.cancels(customer) }

func plain(*callback.Account) {}

func unprompted(a *callback.Account) { a.Rules[0].AgentPrompt = "" }

func recorded(a *callback.Account) {
	a.Rules[0].Recording = &callback.RecordingSettings{Keep: 90 * 24 * time.Hour}
}

func recordedApart(a *callback.Account) {
	recorded(a)
	a.Rules[0].Recording.Channels = 2
}

type results []callback.Result

const (
	connected     = callback.ResultConnected
	noAnswer      = callback.ResultCustomerNoAnswer
	busy          = callback.ResultCustomerBusy
	rejected      = callback.ResultCustomerRejected
	invalid       = callback.ResultNumberInvalid
	unreachable   = callback.ResultUnreachable
	agentNoAnswer = callback.ResultAgentNoAnswer
	agentRejected = callback.ResultAgentRejected
	agentHungUp   = callback.ResultAgentHungUp
	superseded    = callback.ResultSuperseded
	trunkFailed   = callback.ResultTrunkFailed
	interrupted   = callback.ResultInterrupted
)

var (
	completed, exhausted, wasCancelled = callback.TaskCompleted, callback.TaskExhausted, callback.TaskCancelled

	both   = []callback.TaskState{completed, exhausted} // two cuts, or a trunk that fails, use up all intervals
	either = []callback.TaskState{completed, wasCancelled}

	usualCustomer, usualAgent = []person{talks}, []person{stays}
)

// held keeps the callback waiting, behind a live caller, while something happens: beside
// the half seconds at which the scheduler asks, for what comes in one instant comes in any
// order, and a run is to be like another.
func held(what func(*crashRun)) func(*crashRun) {
	return func(r *crashRun) {
		r.queued(+1)
		r.loses(customer)
		r.wait(1250 * time.Millisecond)
		what(r)
		r.wait(time.Second)
		r.queued(-1)
	}
}

var crashScenarios = []crashScenario{
	{name: "success",
		account: plain, customer: usualCustomer, agent: usualAgent, play: lost, results: results{connected}, want: completed, also: both},
	{name: "success, recorded", quick: true, short: true,
		account: recorded, customer: usualCustomer, agent: usualAgent, play: lost, results: results{connected}, want: completed, also: both},
	{name: "success, each side recorded",
		account: recordedApart, customer: usualCustomer, agent: usualAgent, play: lost, results: results{connected}, want: completed, also: both},
	{name: "success, no prompt",
		account: unprompted, customer: usualCustomer, agent: usualAgent, play: lost, results: results{connected}, want: completed, also: both},
	{name: "a long conversation", brief: true, // the fuses of its beginning are shorter than a minute
		account: recorded, customer: []person{answers(2*time.Second, 3*time.Minute)}, agent: usualAgent, play: lost, results: results{connected}, want: completed},
	{name: "the agent ends the conversation",
		account: plain, customer: []person{answers(2*time.Second, -1)}, agent: []person{answers(2*time.Second, 30*time.Second)}, play: lost, results: results{connected}, want: completed},
	{name: "lost again afterwards",
		account: plain, customer: usualCustomer, agent: usualAgent, play: then(time.Minute, lost), results: results{connected, connected}, want: completed},

	// The results.
	{name: "customer_no_answer", quick: true,
		account: plain, customer: []person{ignores}, agent: usualAgent, play: lost, results: results{noAnswer, noAnswer, noAnswer}, want: exhausted},
	{name: "customer_busy",
		account: plain, customer: []person{refuses(486), talks}, agent: usualAgent, play: lost, results: results{busy, connected}, want: completed},
	{name: "customer_rejected",
		account: recorded, customer: []person{refuses(603)}, agent: usualAgent, play: lost, results: results{rejected, rejected, rejected}, want: exhausted},
	{name: "number_invalid", quick: true, short: true,
		account: plain, customer: []person{refuses(404)}, agent: usualAgent, play: lost, results: results{invalid}, want: exhausted},
	{name: "unreachable",
		account: plain, customer: []person{refuses(408)}, agent: usualAgent, play: lost, results: results{unreachable, unreachable, unreachable}, want: exhausted},
	{name: "trunk_failed", busy: true,
		account: plain, customer: []person{refuses(503), refuses(503), talks}, agent: usualAgent,
		play: func(r *crashRun) { r.loses(customer); r.wait(agentRings); r.loses(customerB) }, results: results{superseded, unreachable, trunkFailed, trunkFailed, connected, unreachable, connected}, want: completed, also: both,
		alarm: true}, // the third fault to a customer comes after a call that reached somebody, and is that customer's own
	{name: "unreachable through a trunk that reaches others",
		account: plain, customer: []person{refuses(503)}, agent: usualAgent, play: lost, results: results{unreachable, unreachable, unreachable}, want: exhausted},
	{name: "agent_no_answer",
		account: plain, customer: usualCustomer, agent: []person{ignores, stays}, play: lost, results: results{agentNoAnswer, connected}, want: completed},
	{name: "agent_rejected",
		account: plain, customer: usualCustomer, agent: []person{refuses(486), refuses(486), stays}, play: lost, results: results{agentRejected, connected}, want: completed},
	{name: "agent_hung_up in the prompt",
		account: plain, customer: usualCustomer, agent: []person{answers(2*time.Second, 2*time.Second), stays}, play: lost, results: results{agentHungUp, connected}, want: completed},
	{name: "agent_hung_up while the customer's phone rings", quick: true,
		account: plain, customer: []person{answers(10*time.Second, 10*time.Second)}, agent: []person{answers(2*time.Second, 8*time.Second), stays}, play: lost, results: results{agentHungUp, connected}, want: completed},
	{name: "superseded by a live caller", // who is lost too, and called back
		account: plain, customer: usualCustomer, agent: usualAgent,
		play: then(time.Second, func(r *crashRun) { r.queues(stranger, 5*time.Second) }), results: results{superseded, connected, connected}, want: completed},

	// A person cancels, a cut moves it to another moment of the attempt.
	{name: "cancelled while it waits",
		account: plain, customer: usualCustomer, agent: usualAgent, play: held(cancelled), results: results{superseded}, want: wasCancelled, also: either},
	{name: "cancelled while the agent's phone rings", quick: true, short: true,
		account: plain, customer: usualCustomer, agent: usualAgent, play: then(agentRings, cancelled), results: results{superseded}, want: wasCancelled, also: either},
	{name: "cancelled while the agent hears the prompt",
		account: plain, customer: usualCustomer, agent: usualAgent, play: then(agentHears, cancelled), results: results{superseded}, want: wasCancelled, also: either},
	{name: "cancelled while the customer's phone rings",
		account: plain, customer: usualCustomer, agent: usualAgent, play: then(customerRings, cancelled), results: results{connected}, want: completed, also: either},
	{name: "cancelled while the phone of a customer rings who doesn't answer",
		account: plain, customer: []person{ignores}, agent: usualAgent, play: then(customerRings, cancelled), results: results{noAnswer}, want: wasCancelled, also: either},
	{name: "cancelled while they talk",
		account: recorded, customer: usualCustomer, agent: usualAgent, play: then(theyTalk, cancelled), results: results{connected}, want: completed, also: either},
	{name: "cancelled, and lost again",
		account: plain, customer: []person{ignores, talks}, agent: usualAgent,
		play: then(customerRings, func(r *crashRun) { r.cancels(customer); r.loses(customer) }), results: results{noAnswer, connected}, want: completed, also: either},

	// The customer calls again.
	{name: "merged while it waits",
		account: plain, customer: usualCustomer, agent: usualAgent, play: held(lost), results: results{connected}, want: completed},
	{name: "merged while the agent's phone rings", quick: true,
		account: plain, customer: usualCustomer, agent: []person{answers(15*time.Second, -1)}, play: then(agentRings, lost), results: results{superseded, connected}, want: completed},
	{name: "merged while the customer's phone rings",
		account: plain, customer: []person{ignores, talks}, agent: usualAgent, play: then(customerRings, lost), results: results{noAnswer, connected}, want: completed},
	{name: "helped while it waits",
		account: plain, customer: usualCustomer, agent: usualAgent,
		play: held(func(r *crashRun) { r.helps(customer) }), results: results{superseded}, want: wasCancelled, also: either},
	{name: "helped while the agent's phone rings",
		account: plain, customer: usualCustomer, agent: []person{answers(15*time.Second, -1)},
		play: then(agentRings, func(r *crashRun) { r.helps(customer) }), results: results{superseded, superseded}, want: wasCancelled, also: either},

	{name: "two customers, one agent",
		account: plain, customer: usualCustomer, agent: usualAgent,
		play: then(agentHears, func(r *crashRun) { r.loses(customerB) }), results: results{connected, connected}, want: completed},
	{name: "a live caller keeps the agent",
		account: plain, customer: usualCustomer, agent: usualAgent,
		play: func(r *crashRun) {
			r.loses(customer)
			r.wait(agentHears)
			r.queues(stranger, 20*time.Second)
		}, results: results{connected, connected}, want: completed},

	{name: "Asterisk restarts while it waits",
		account: plain, customer: usualCustomer, agent: usualAgent, play: held((*crashRun).restarts), results: results{connected}, want: completed},
	{name: "Asterisk restarts while the agent's phone rings",
		account: plain, customer: usualCustomer, agent: usualAgent, play: then(agentRings, (*crashRun).restarts), results: results{interrupted, connected}, want: completed},
	{name: "Asterisk restarts while the agent hears the prompt",
		account: plain, customer: usualCustomer, agent: usualAgent, play: then(agentHears, (*crashRun).restarts), results: results{interrupted, connected}, want: completed},
	{name: "Asterisk restarts while the customer's phone rings",
		account: plain, customer: usualCustomer, agent: usualAgent, play: then(customerRings, (*crashRun).restarts), results: results{interrupted, connected}, want: completed},
	{name: "Asterisk restarts while they talk",
		account: recorded, customer: usualCustomer, agent: usualAgent, play: then(theyTalk, (*crashRun).restarts), results: results{connected}, want: completed},
}
