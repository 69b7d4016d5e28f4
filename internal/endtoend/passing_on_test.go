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

// passingRules call back whoever lost the call: the queue of alice, bob, or the group of
// carol and dave. erin isn't the account's: a colleague to pass a customer on to.
const passingRules = `account: acme
country: "SE"
timezone: Europe/Stockholm
numbers: ["+46855500*"]
regions:
  sweden: {pbx: pbx1, trunks: [PJSIP/pstn], dial: "PJSIP/{number}@pstn", tone_zone: se}
agents: {bob: {endpoint: PJSIP/bob}, carol: {endpoint: PJSIP/carol}, dave: {endpoint: PJSIP/dave}}
groups: {sales: {members: [carol, dave]}}
queues: {support: {}}
defaults: {agent_prompt: callback, schedule: always}
rules:
  - {name: at once, missed_in: contact_center, dialing_intervals: [immediately]}
`

// What the agent does with the customer on the phone is the agent's business and not
// the end of the conversation: it goes on with whom the customer is passed on to, and
// ends when one of those two hangs up. (Not recorded: where calls are mixed, Debian's
// Asterisk loses the hold music or what comes after it; see lab.Config.Sequence.)
func TestAgentsWhoHoldAndPassOn(t *testing.T) {
	w := newWorldOf(t, lab.Config{
		Agents: []string{"alice", "bob", "carol", "erin", "dave"}, Rules: passingRules,
		Queues: []private.Queue{{Name: "support", Members: []string{"alice"}}},
		Numbers: []private.Number{
			{Number: "+4685550001", Queue: "support"},
			{Number: "+4685550002", Dialplan: []string{"Dial(PJSIP/bob,20)", "Hangup()"}},
			{Number: "+4685550003", Dialplan: []string{"Dial(PJSIP/carol&PJSIP/dave,20)", "Hangup()"}},
		},
		Sounds: map[string][]byte{"callback": prompt(shortPrompt)},
	}).start()
	for _, target := range []struct {
		name, dialled, agent string
		others               []string // whose phones ring too
		blind, attended      string   // customers
	}{
		{"a queue's", "+4685550001", "alice", nil, "+46701234501", "+46701234502"},
		{"one who was called", "+4685550002", "bob", nil, "+46702234503", "+46702234504"},
		{"a group's", "+4685550003", "carol", []string{"dave"}, "+46703234505", "+46703234506"},
	} {
		connect := func(t *testing.T, number string) (*world, *softphone.Call, *softphone.Call) {
			w := w.in(t)
			in := w.dials(target.dialled, number)
			rung := w.rings(target.agent)
			for _, other := range target.others {
				w.rings(other)
			}
			in.MustHangup(t)
			rung.MustEnd(t)
			for _, other := range target.others {
				w.rings(other)
			}
			agent := w.answers(target.agent)
			called := w.customerRings(number)
			called.MustAnswer(t)
			w.speak(target.agent, agent, called)
			return w, agent, called
		}
		talked := func(w *world, number string) {
			story := w.taskOf(number, callback.TaskCompleted)
			require.Equal(w.t, []string{"connected"}, results(story))
			require.Equal(w.t, "PJSIP/"+target.agent, story.Attempts[0].Agent)
		}

		t.Run(target.name+" agent holds, and passes on unseen", func(t *testing.T) {
			w, agent, called := connect(t, target.blind)
			w.must(agent.Hold(t.Context()))
			w.hearsAfter(called, time.Now(), private.HoldMusicHz)
			require.Equal(t, callback.AttemptBridged, w.story(target.blind).Attempts[0].State)
			w.must(agent.Unhold(t.Context()))
			w.speak(target.agent, agent, called)

			w.must(agent.Transfer(t.Context(), w.URI("erin")))
			erin := w.rings("erin")
			require.Equal(t, callback.AttemptBridged, w.story(target.blind).Attempts[0].State)
			erin.MustAnswer(t)
			w.speak("erin", erin, called)
			w.must(agent.Hangup())
			w.speak("erin", erin, called)
			called.MustHangup(t)
			require.Equal(t, softphone.Far, erin.MustEnd(t).By)
			talked(w, target.blind)
		})
		t.Run(target.name+" agent announces the customer first", func(t *testing.T) {
			w, agent, called := connect(t, target.attended)
			w.must(agent.Hold(t.Context()))
			consulted := w.Agents[target.agent].MustDial(t, w.URI("erin"), softphone.Caller{})
			erin := w.rings("erin")
			erin.MustAnswer(t)
			consulted.MustBeAnswered(t)
			erin.MustHear(t, w.Voice(target.agent))
			w.must(agent.TransferTo(t.Context(), consulted))
			w.speak("erin", erin, called)
			w.must(agent.Hangup()) // as phones do that hear of the transfer's success
			w.must(consulted.Hangup())
			w.speak("erin", erin, called)
			erin.MustHangup(t)
			require.Equal(t, softphone.Far, called.MustEnd(t).By, "and erin's hanging up is the end")
			talked(w, target.attended)
		})
	}
	missed, err := w.MissedCalls(t.Context())
	w.must(err)
	require.Len(t, missed, 6, "nobody whom a customer was passed on to has lost a call")
	w.nothingLeft()
}
