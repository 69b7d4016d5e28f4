package endtoend

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/asterisk-config/private"
	"callbackd/callback"
	"callbackd/internal/httpapi"
	"callbackd/internal/lab"
	"callbackd/internal/softphone"
)

// Two accounts behind the trunk that all calls come in by.
const (
	betaNumber   = "+4685557777"
	nobodyNumber = "+4685559999"

	betaRules = `account: beta
country: "SE"
numbers: ["+4685557777"]
regions:
  sweden: {pbx: pbx1, trunks: [PJSIP/pstn], dial: "PJSIP/{number}@pstn", tone_zone: se}
queues: {orders: {}}
rules:
  - name: lost orders
    missed_in: contact_center
    dialing_intervals: [immediately]
    schedule: always
    timezone: Europe/Stockholm
    agent_prompt: callback
`
)

func newTwoAccounts(t *testing.T) *world {
	t.Helper()
	w := newWorldOf(t, lab.Config{
		Agents: []string{"alice", "bob"},
		Queues: []private.Queue{{Name: "support", Members: []string{"alice"}}, {Name: "orders", Members: []string{"bob"}}},
		Numbers: []private.Number{
			{Number: lab.MainNumber, Queue: "support"}, {Number: betaNumber, Queue: "orders"}, {Number: nobodyNumber, Queue: "orders"},
		},
		Sounds: map[string][]byte{"callback": prompt(shortPrompt)},
	})
	w.must(os.WriteFile(w.file("beta"), []byte(betaRules), 0o600))
	return w.start()
}

func TestTwoAccountsOnOneTrunk(t *testing.T) {
	w := newTwoAccounts(t)
	const hers, his, nobodys = "+46701111111", "+46702222222", "+46703333333"
	w.losesAt(nobodyNumber, nobodys, "bob")
	require.Equal(t, callback.ReasonNoAccount, w.refused(nobodys))
	w.loses(hers)
	alice := w.rings("alice")
	w.losesAt(betaNumber, his, "bob")
	bob := w.rings("bob")
	w.calledBackBy("beta", betaNumber, "bob", bob, his)
	w.calledBackBy("acme", lab.MainNumber, "alice", alice, hers)
	require.Empty(t, w.CallsTo(nobodys))
	w.nothingLeft()
}

// calledBackBy plays a callback of an account to its end: the customer sees
// callerID. The agent's phone rings already.
func (w *world) calledBackBy(account, callerID, name string, agent *softphone.Call, number string) {
	w.t.Helper()
	require.Equal(w.t, callerID, w.calledBack(name, agent, number).From().Number)
	story := w.story(number)
	require.Equal(w.t, account, story.Account)
	require.Equal(w.t, "PJSIP/"+name, story.Attempts[0].Agent)
	require.Len(w.t, w.CallsTo(number), 1)
}

func TestAFaultyFileDoesNotDisturbAnotherAccount(t *testing.T) {
	w := newTwoAccounts(t)
	const before, hers, his = "+46700000000", "+46701111111", "+46702222222"
	w.loses(before) // a callback under way
	alice := w.rings("alice")

	faulty := strings.Replace(lab.ExampleRules, "wait_for_customer: 30s", "wait_for_customer: 30", 1)
	edited := strings.Replace(betaRules, "[immediately]", "[immediately, 7m]", 1)
	w.rules(faulty)
	w.must(os.WriteFile(w.file("beta"), []byte(edited), 0o600))
	w.inForce("beta", edited)
	version := w.lastGood("acme", "21:22 error: ")
	w.calledBack("alice", alice, before)

	// The last good rules are known after a restart too.
	w.again()
	require.Equal(t, version, w.lastGood("acme", "21:22 error: "))
	w.inForce("beta", edited)
	w.awaitFile("beta", func(c *assert.CollectT, f httpapi.RulesFileStory) { assert.Empty(c, said(f)) })
	w.loses(hers)
	w.calledBackBy("acme", lab.MainNumber, "alice", w.rings("alice"), hers)
	w.losesAt(betaNumber, his, "bob")
	w.calledBackBy("beta", betaNumber, "bob", w.rings("bob"), his)
	require.Equal(t, []string{"immediately", "7m"}, w.story(his).Attempts[0].Settings.DialingIntervals)
	w.nothingLeft()
}
