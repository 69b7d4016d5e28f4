package endtoend

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/asterisk-config/private"
	"callbackd/callback"
	"callbackd/internal/httpapi"
	"callbackd/internal/lab"
	"callbackd/internal/softphone"
)

const lossesRules = `account: acme
country: "SE"
timezone: Europe/Stockholm
numbers: ["+46855500*"]
message_left: handled
regions:
  sweden: {pbx: pbx1, trunks: [PJSIP/pstn], dial: "PJSIP/{number}@pstn", tone_zone: se}
agents:
  alice: {endpoint: PJSIP/alice}
  bob: {endpoint: PJSIP/bob}
  carol: {endpoint: PJSIP/carol}
  dave: {endpoint: PJSIP/dave}
  erin: {endpoint: PJSIP/erin}
groups:
  sales: {members: [alice, carol]}
queues: {full: {}, empty: {}, short: {}, callers: {}}
scenarios: {main-menu: {contexts: [main-menu]}}
defaults: {agent_prompt: callback, schedule: always}
rules:
  - name: by sales
    missed_in: contact_center
    from: [group:sales]
    dialing_intervals: [immediately]
    forward_to_queue: callers
  - name: by bob
    missed_in: contact_center
    from: [agent:bob]
    after_transfer: true
    dialing_intervals: [60m]
    forward_to_queue: callers
  - name: by anybody
    missed_in: contact_center
    dialing_intervals: [60m]
    forward_to_queue: callers
  - name: in the menu
    missed_in: scenario
    dialing_intervals: [60m]
    queue: callers
`

// loss is one way of a call to reach nobody, and what callbackd says of it: who lost
// it, and the rule that calls back, or why nobody does.
type loss struct {
	name     string
	dialplan []string
	happens  func(*world, *softphone.Call) // after the customer has dialled; nil: waits to be hung up on
	lostBy   string
	rule     string
	refused  callback.Reason
}

var losses = []loss{
	{
		name: "in a menu", dialplan: []string{"Answer()", "Goto(main-menu,s,1)"}, happens: leavesTheMenu,
		lostBy: "scenario:main-menu", rule: "in the menu",
	},
	{
		name: "by a full queue", dialplan: []string{"Queue(full)", "Hangup()"},
		lostBy: "queue:full", rule: "by anybody",
	},
	{
		name: "by a queue without agents", dialplan: []string{"Queue(empty)", "Hangup()"},
		lostBy: "queue:empty", rule: "by anybody",
	},
	{
		name: "by a queue that gave up", dialplan: []string{"Queue(short,,,,1)", "Hangup()"},
		lostBy: "queue:short", rule: "by anybody",
	},
	{
		name: "by an agent", dialplan: []string{"Dial(PJSIP/bob,1)", "Hangup()"},
		lostBy: "agent:bob", rule: "by bob",
	},
	{
		name: "by an agent, after a queue", dialplan: []string{"Queue(short,,,,1)", "Dial(PJSIP/bob,1)", "Goto(main-menu,s,1)"}, happens: leavesTheMenu,
		lostBy: "agent:bob", rule: "by bob",
	},
	{
		name: "by an agent who hung up at once", dialplan: []string{"Dial(PJSIP/dave,20)", "Hangup()"},
		happens: func(w *world, in *softphone.Call) {
			dave := w.rings("dave")
			dave.MustAnswer(w.t)
			in.MustBeAnswered(w.t)
			dave.MustHangup(w.t)
		},
		lostBy: "agent:dave", rule: "by anybody",
	},
	{
		name: "by a group", dialplan: []string{"Dial(PJSIP/alice&PJSIP/carol,1)", "Hangup()"},
		lostBy: "group:sales", rule: "by sales",
	},
	{
		name: "by a group, one after the other", dialplan: []string{"Dial(PJSIP/alice,1)", "Dial(PJSIP/carol,1)", "Hangup()"},
		lostBy: "group:sales", rule: "by sales",
	},
	{
		name: "as the dialplan says", dialplan: []string{"Set(CALLBACKD_MISSED=group:sales)", "Wait(1)", "Hangup()"},
		lostBy: "group:sales", rule: "by sales",
	},
	{
		name: "as a user event says", dialplan: []string{"Dial(PJSIP/bob,1)", "UserEvent(CallbackdMissed,Missed: queue:short)", "Hangup()"},
		lostBy: "queue:short", rule: "by anybody",
	},
	{
		name: "to be ignored", dialplan: []string{"Set(__CALLBACKD_MISSED=ignore)", "Dial(PJSIP/bob,1)", "Hangup()"},
		lostBy: "agent:bob", refused: callback.ReasonIgnored,
	},
	{
		name: "as the dialplan says of somebody unknown", dialplan: []string{"Set(CALLBACKD_MISSED=queue:nowhere)", "Dial(PJSIP/bob,1)", "Hangup()"},
		lostBy: "queue:nowhere", refused: callback.ReasonTargetUnknown,
	},
	{
		name: "with a word that nobody knows", dialplan: []string{"Set(CALLBACKD_MISSED=nonsense)", "Dial(PJSIP/bob,1)", "Hangup()"},
		lostBy: "agent:bob", rule: "by bob",
	},
	{
		name: "hung up on by the mailbox's greeting", dialplan: []string{"Dial(PJSIP/bob,1)", "VoiceMail(bob@default,us)", "Hangup()"},
		happens: func(w *world, in *softphone.Call) {
			in.MustBeAnswered(w.t)
			in.MustHangup(w.t)
		},
		lostBy: "agent:bob", rule: "by bob",
	},
	{
		name: "with a message left", dialplan: []string{"Dial(PJSIP/bob,1)", "VoiceMail(bob@default,us)", "Hangup()"}, happens: leavesAMessage,
		lostBy: "agent:bob", refused: callback.ReasonMessageLeft,
	},
	{
		name: "after a transfer", dialplan: []string{"Dial(PJSIP/dave,20)", "Hangup()"},
		happens: func(w *world, in *softphone.Call) { transferred(w, in, "bob") },
		lostBy:  "agent:bob", rule: "by bob",
	},
	{
		name: "after a transfer, which no rule is about", dialplan: []string{"Dial(PJSIP/dave,20)", "Hangup()"},
		happens: func(w *world, in *softphone.Call) { transferred(w, in, "erin") },
		lostBy:  "agent:erin", refused: callback.ReasonAnsweredFirst,
	},
}

func leavesTheMenu(w *world, in *softphone.Call) {
	in.MustHear(w.t, menuHz)
	in.MustHangup(w.t)
}

// leavesAMessage has the customer talk to the mailbox until a part of it is on disk.
func leavesAMessage(w *world, in *softphone.Call) {
	in.MustBeAnswered(w.t)
	require.Eventually(w.t, func() bool {
		files, err := filepath.Glob(filepath.Join(w.Asterisk.Dir, "spool/voicemail/default/bob/*/*.wav"))
		w.must(err)
		for _, file := range files {
			if stat, err := os.Stat(file); err == nil && stat.Size() > 16_000 { // a second
				return true
			}
		}
		return false
	}, 20*time.Second, 50*time.Millisecond)
	in.MustHangup(w.t)
}

// transferred has dave answer, and pass the customer on to somebody who doesn't.
func transferred(w *world, in *softphone.Call, to string) {
	dave := w.rings("dave")
	dave.MustAnswer(w.t)
	in.MustBeAnswered(w.t)
	_, err := dave.HearsFor(w.t.Context(), 1500*time.Millisecond, lab.CustomersVoice)
	w.must(err)
	before := len(w.Agents[to].Calls()) // of which bob has had some
	w.must(dave.Transfer(w.t.Context(), w.URI(to)))
	require.Eventually(w.t, func() bool { return len(w.Agents[to].Calls()) > before }, 10*time.Second, 20*time.Millisecond)
	dave.MustHangup(w.t)
	in.MustHangup(w.t)
}

func TestEveryWayToLoseACall(t *testing.T) {
	c := lab.Config{
		Agents: []string{"alice", "bob", "carol", "dave", "erin", "frank", "grace"},
		Queues: []private.Queue{
			{Name: "full", Members: []string{"frank"}, Options: []string{"maxlen = 1"}},
			{Name: "empty", Options: []string{"joinempty = no"}},
			{Name: "short", Members: []string{"frank"}},
			{Name: "callers", Members: []string{"grace"}},
		},
		Dialplan: fmt.Sprintf("[main-menu]\nexten => s,1,Answer()\n same => n,Playtones(%d)\n same => n,Wait(60)\n", menuHz),
		Rules:    lossesRules,
		Sounds:   map[string][]byte{"callback": prompt(shortPrompt)},
	}
	// Customers of neighbouring numbers would look like one-ring fraud.
	dialled := func(i int) string { return fmt.Sprintf("+46855500%02d", i) }
	customer := func(i int) string { return fmt.Sprintf("+4670%02d34567", i) }
	for i, l := range losses {
		c.Numbers = append(c.Numbers, private.Number{Number: dialled(i), Dialplan: l.dialplan})
	}
	withheld := len(losses) // a number more, for a customer who withholds theirs
	c.Numbers = append(c.Numbers, private.Number{Number: dialled(withheld), Dialplan: []string{"Dial(PJSIP/bob,1)", "Hangup()"}})
	w := newWorldOf(t, c).start()

	// Somebody waits in the queue that takes no more than one.
	waiting := w.dials(dialled(1), customer(99))
	w.rings("frank")
	var called []string // back, in their order
	for i, l := range losses {
		in := w.dials(dialled(i), customer(i))
		if l.happens != nil {
			l.happens(w, in)
		}
		in.MustEnd(t)
		m := w.missed(customer(i), 1)[0]
		assert.Equal(t, l.lostBy, m.LostBy.String(), l.name)
		assert.Equal(t, l.refused, m.Reason, l.name)
		assert.Equal(t, callback.SourceEvents, m.Source, l.name)
		if assert.Equal(t, l.rule, m.Rule, l.name); l.rule == "by sales" {
			called = append(called, customer(i))
			w.calledBack("grace", w.rings("grace"), customer(i))
		}
		assert.Equal(t, l.refused == "", m.TaskID != 0, l.name)
	}
	require.Len(t, called, 3)
	waiting.MustHangup(t)
	assert.Equal(t, "queue:full", w.missed(customer(99), 1)[0].LostBy.String())
	assert.Equal(t, 1, w.logged("nonsense"), "a word that nobody knows is told of")

	in := w.Network.MustDial(t, w.URI(dialled(withheld)), softphone.Caller{
		Number: "anonymous", Asserted: customer(withheld), Privacy: "id",
	})
	in.MustEnd(t)
	w.isWithheld(dialled(withheld), customer(withheld))
	for i := range losses {
		if l := losses[i]; l.rule != "by sales" {
			assert.Empty(t, w.CallsTo(customer(i)), l.name)
		}
	}
	assert.Zero(t, w.logged("the logs tell a call otherwise than the events did"))
	w.nothingLeft()
}

// isWithheld checks that the call to a number is kept, and that its caller's isn't,
// nowhere: not in the API, not in the log, not in the database.
func (w *world) isWithheld(dialled, number string) {
	w.t.Helper()
	_, err := w.AwaitMissedCalls(w.t.Context(), "a call to "+dialled, func(all []httpapi.MissedCall) bool {
		return len(all) > 0 && all[0].Dialled == dialled
	})
	w.must(err)
	all, err := w.MissedCalls(w.t.Context())
	w.must(err)
	m := all[0]
	assert.Equal(w.t, callback.ReasonAnonymous, m.Reason)
	assert.Equal(w.t, "agent:bob", m.LostBy.String())
	assert.Empty(w.t, m.Number+m.Caller)
	digits := number[3:] // however it is written
	files, err := filepath.Glob(filepath.Join(w.Dir, "callbackd.*"))
	w.must(err)
	require.Contains(w.t, files, filepath.Join(w.Dir, "callbackd.db"))
	require.Contains(w.t, files, w.LogFile)
	for _, file := range files {
		text, err := os.ReadFile(file)
		w.must(err)
		assert.NotContains(w.t, string(text), digits, file)
	}
	text, err := os.ReadFile(w.Asterisk.CDR)
	w.must(err)
	require.Contains(w.t, string(text), digits, "Asterisk knows it all the while")
}
