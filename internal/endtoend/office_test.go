package endtoend

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/asterisk-config/private"
	"callbackd/callback"
	"callbackd/internal/lab"
	"callbackd/internal/softphone"
)

// Five customers, each with a task in another state, each lost by another queue.
const (
	talking  = "+46701234561" // talks with alice, of support
	called   = "+46701234562" // their phone rings, for bob of sales
	prompted = "+46701234563" // carol of billing hears the prompt
	rung     = "+46701234564" // dave's phone rings, of night
	planned  = "+46701234565" // lost by later; has an attempt in five minutes
)

// officeRules has a rule for each that the others don't share.
const officeRules = `account: acme
country: "SE"
timezone: Europe/Stockholm
numbers: ["+46855500*"]
regions:
  sweden: {pbx: pbx1, trunks: [PJSIP/pstn], dial: "PJSIP/{number}@pstn", tone_zone: se}
queues: {support: {}, sales: {}, billing: {}, night: {}, later: {}}
defaults: {agent_prompt: callback, schedule: always}
rules:
  - name: later
    missed_in: contact_center
    from: [queue:later]
    dialing_intervals: [5m]
  - name: prompted
    missed_in: contact_center
    from: [queue:billing]
    agent_prompt: long
    dialing_intervals: [immediately]
  - name: at once
    missed_in: contact_center
    dialing_intervals: [immediately]
`

// Prompts that are over soon, or leave the time to save a file while they play.
const (
	shortPrompt = 500 * time.Millisecond
	longPrompt  = 3 * time.Second
)

// Numbers that customers dial, by the queue to which they lead.
var officeNumbers = map[string]string{
	"support": "+4685550001", "sales": "+4685550002", "billing": "+4685550003", "night": "+4685550004", "later": "+4685550005",
}

// office is a world with a task in every state.
type office struct {
	*world

	alice, talker *softphone.Call // they talk
	bob, callee   *softphone.Call // bob hears how the customer's phone rings
	carol         *softphone.Call // hears the prompt
	dave          *softphone.Call // his phone rings
}

// newOffice has five customers be lost, and follows each callback to its state.
func newOffice(t *testing.T) *office {
	t.Helper()
	members := map[string]string{"support": "alice", "sales": "bob", "billing": "carol", "night": "dave", "later": "dave"}
	c := lab.Config{
		Agents: []string{"alice", "bob", "carol", "dave"}, Rules: officeRules,
		Sounds: map[string][]byte{"callback": prompt(shortPrompt), "long": prompt(longPrompt)},
	}
	for queue, agent := range members {
		c.Queues = append(c.Queues, private.Queue{Name: queue, Members: []string{agent}, Timeout: time.Minute})
		c.Numbers = append(c.Numbers, private.Number{Number: officeNumbers[queue], Queue: queue})
	}
	o := &office{world: newWorldOf(t, c).start()}

	o.losesTo("later", planned, "dave")
	o.taskOf(planned, callback.TaskScheduled)
	o.losesTo("support", talking, "alice")
	o.alice = o.answers("alice")
	o.talker = o.customerRings(talking)
	o.talker.MustAnswer(t)
	o.speak("alice", o.alice, o.talker)
	o.losesTo("sales", called, "bob")
	o.bob = o.answers("bob")
	o.callee = o.customerRings(called)
	o.losesTo("night", rung, "dave")
	o.dave = o.rings("dave")
	o.losesTo("billing", prompted, "carol")
	o.carol = o.answers("carol")
	return o
}

// losesTo has a customer call a queue, hear its agent's phone ring for nothing,
// and give up.
func (o *office) losesTo(queue, number, agent string) {
	o.t.Helper()
	o.losesAt(officeNumbers[queue], number, agent)
}

// talkGoesOn checks that alice and her customer talk, and that nobody noticed
// anything.
func (o *office) talkGoesOn() {
	o.t.Helper()
	o.speak("alice", o.alice, o.talker)
	require.Zero(o.t, o.talker.Heard().Total(promptHz), "%v", o.talker.Heard())
	require.Equal(o.t, callback.AttemptBridged, o.story(talking).Attempts[0].State)
}

// talkEnds has alice's customer hang up.
func (o *office) talkEnds() {
	o.t.Helper()
	o.talker.MustHangup(o.t)
	o.alice.MustEnd(o.t)
	require.Equal(o.t, []string{"connected"}, results(o.taskOf(talking, callback.TaskCompleted)))
}

// calleeAnswers has the customer answer whose phone rings, and talk with bob.
func (o *office) calleeAnswers() {
	o.t.Helper()
	o.callee.MustAnswer(o.t)
	o.speak("bob", o.bob, o.callee)
	o.callee.MustHangup(o.t)
	o.bob.MustEnd(o.t)
	require.Equal(o.t, []string{"connected"}, results(o.taskOf(called, callback.TaskCompleted)))
}

// customersRung checks how often each customer's phone has rung.
func (o *office) customersRung(want map[string]int) {
	o.t.Helper()
	seen := map[string]int{}
	for _, number := range []string{talking, called, prompted, rung, planned} {
		if n := len(o.CallsTo(number)); n > 0 {
			seen[number] = n
		}
	}
	require.Equal(o.t, want, seen)
}
