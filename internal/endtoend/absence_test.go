package endtoend

import (
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/asterisk-config/private"
	"callbackd/callback"
	"callbackd/internal/httpapi"
	"callbackd/internal/lab"
	"callbackd/internal/softphone"
)

// A company whose callbacks are all made by alice, of support.
const (
	deskNumber  = "+4685550002" // rings bob
	menuNumber  = "+4685550003" // leads to a menu
	lateNumber  = "+4685550005" // a queue of its own, dave's
	floorNumber = "+4685550006" // rings frank

	menuHz = 1500 // what the menu says

	companyRules = `account: acme
country: "SE"
timezone: Europe/Stockholm
numbers: ["+46855500*"]
regions:
  sweden: {pbx: pbx1, trunks: [PJSIP/pstn], dial: "PJSIP/{number}@pstn", tone_zone: se}
agents: {bob: {endpoint: PJSIP/bob}, frank: {endpoint: PJSIP/frank}}
queues: {support: {}, late: {}}
scenarios: {main-menu: {contexts: [main-menu]}}
defaults: {agent_prompt: callback, schedule: always}
rules:
  - name: lost late
    missed_in: contact_center
    from: [queue:late, agent:frank]
    dialing_intervals: [2s]
    forward_to_queue: late
  - name: lost by others
    missed_in: contact_center
    dialing_intervals: [immediately]
    forward_to_queue: support
  - name: lost in the menu
    missed_in: scenario
    dialing_intervals: [immediately]
    queue: support
`
)

func newCompany(t *testing.T) *world {
	t.Helper()
	return newWorldOf(t, lab.Config{
		Agents: []string{"alice", "bob", "dave", "erin", "frank"},
		Queues: []private.Queue{{Name: "support", Members: []string{"alice"}}, {Name: "late", Members: []string{"dave"}}},
		Numbers: []private.Number{
			{Number: lab.MainNumber, Queue: "support"},
			{Number: deskNumber, Dialplan: []string{"Dial(PJSIP/bob,1)", "Hangup()"}},
			{Number: menuNumber, Dialplan: []string{"Answer()", "Goto(main-menu,s,1)"}},
			{Number: lateNumber, Queue: "late"},
			{Number: floorNumber, Dialplan: []string{"Dial(PJSIP/frank,20)", "Hangup()"}},
		},
		Dialplan: fmt.Sprintf("[main-menu]\nexten => s,1,Playtones(%d)\n same => n,Wait(60)\n", menuHz),
		Rules:    companyRules,
		Sounds:   map[string][]byte{"callback": prompt(shortPrompt)},
	})
}

// away is a time in which callbackd sees nothing, and how it ends.
type away struct {
	begin func(*world)
	while func(*world) // in the middle of it
	end   func(*world)
}

// Whatever happened while callbackd was away is found in Asterisk's logs, before
// anybody is called.
func TestCallsWhileCallbackdIsAway(t *testing.T) {
	for name, a := range map[string]away{
		"killed and logs renamed": {
			begin: func(w *world) { w.KillCallbackd() },
			while: func(w *world) {
				_, err := w.Asterisk.CLI(w.t.Context(), "logger rotate")
				w.must(err)
				w.must(os.Rename(w.Asterisk.CDR, w.Asterisk.CDR+".1"))
			},
			end: func(w *world) { w.start() },
		},
		"killed and logs truncated": {
			begin: func(w *world) { w.KillCallbackd() },
			while: func(w *world) {
				for _, log := range []string{w.Asterisk.CDR, w.Asterisk.QueueLog} {
					w.copyAndTruncate(log)
				}
			},
			end: func(w *world) { w.start() },
		},
	} {
		t.Run(name, func(t *testing.T) {
			newCompany(t).start().isAway(a)
		})
	}
	t.Run("cut off", func(t *testing.T) {
		w := newCompany(t)
		c := w.behindACable()
		w.start().isAway(away{
			begin: func(w *world) {
				c.Cut()
				w.isNotReady()
			},
			while: func(*world) {},
			end: func(w *world) {
				c.Mend()
				w.must(w.WaitReady(w.t.Context()))
			},
		})
	})
}

// isAway has customers be lost and be helped before, during and after it.
func (w *world) isAway(a away) {
	w.t.Helper()
	t := w.t
	const ( // neighbours would look like one-ring fraud
		helped    = "+46701234567" // lost before, calls again and is helped
		begun     = "+46702234567" // lost before, and calling again when it begins
		through   = "+46703234567" // lost before, and helped from before it to after it
		dialled   = "+46704234567" // lost before; an agent calls them by hand
		ringing   = "+46705234567" // lost before; an agent is calling them by hand when it is over
		lasting   = "+46706234567" // lost before, calls, and gives up when it is over
		givingUp  = "+46707234567" // waits when it begins
		abandoned = "+46708234567" // lost by a queue,
		unheard   = "+46709234567" // by an agent,
		inMenu    = "+46720234567" // in a menu
	)
	for _, number := range []string{helped, begun, dialled, ringing, lasting} {
		w.losesAt(lateNumber, number, "dave")
	}
	w.losesAt(floorNumber, through, "frank")
	again := w.dials(lateNumber, begun)
	dave := w.rings("dave")
	talks := w.dials(floorNumber, through)
	frank := w.rings("frank")
	frank.MustAnswer(t)
	waits := w.dials(lab.MainNumber, givingUp)
	w.rings("alice")
	due := w.taskOf(through, callback.TaskScheduled).Due // the last

	a.begin(w)
	w.must(waits.Hangup())
	w.helps(dave, again)
	w.losesAt(lab.MainNumber, abandoned, "alice")
	in := w.dials(deskNumber, unheard)
	w.rings("bob").MustEnd(t)
	in.MustEnd(t)
	a.while(w)
	in = w.dials(menuNumber, inMenu)
	in.MustHear(t, menuHz)
	in.MustHangup(t)
	in = w.dials(lateNumber, helped)
	w.helps(w.rings("dave"), in)
	out, phone := w.dialsByHand("erin", dialled, dialled)
	phone.MustAnswer(t)
	w.speak("erin", out, phone)
	phone.MustHangup(t)
	out.MustEnd(t)
	out, phone = w.dialsByHand("erin", ringing, ringing)
	last := w.dials(lateNumber, lasting)
	w.rings("dave")
	require.True(t, due.Before(time.Now()), "else nobody would be called anyhow")
	a.end(w)

	// Whoever was helped isn't called, nor is who is on the phone; whoever was lost is,
	// in their order.
	for _, number := range []string{helped, begun} {
		require.Equal(t, callback.CancelCustomerCalled, w.taskOf(number, callback.TaskCancelled).Reason)
	}
	for _, number := range []string{dialled, ringing} {
		require.Equal(t, callback.CancelAgentCalled, w.taskOf(number, callback.TaskCancelled).Reason)
	}
	w.must(out.Hangup())
	phone.MustEnd(t)
	w.waits(through, "the customer has called and is on the phone since ")
	w.speak("frank", frank, talks)
	talks.MustHangup(t)
	frank.MustEnd(t)
	require.Equal(t, callback.CancelCustomerCalled, w.taskOf(through, callback.TaskCancelled).Reason)
	w.waits(lasting, "the customer has called and is on the phone since ")
	require.Empty(t, w.CallsTo(lasting))
	w.must(last.Hangup())
	for _, lost := range []struct{ number, by, rule string }{
		{givingUp, "queue:support", "lost by others"},
		{abandoned, "queue:support", "lost by others"},
		{unheard, "agent:bob", "lost by others"},
		{inMenu, "scenario:main-menu", "lost in the menu"},
	} {
		alice := w.rings("alice")
		require.Equal(t, lost.number, alice.From().Number)
		w.calledBack("alice", alice, lost.number)
		missed := w.missed(lost.number, 1)[0]
		require.Equal(t, callback.SourceLogs, missed.Source, lost.number)
		require.Equal(t, lost.by, missed.LostBy.String())
		require.Equal(t, lost.rule, missed.Rule)
	}

	w.calledBack("dave", w.rings("dave"), lasting)
	missed := w.missed(lasting, 2)[0]
	require.Equal(t, callback.SourceEvents, missed.Source)
	require.Equal(t, callback.DecisionMerged, missed.Decision)
	require.Equal(t, "queue:late", missed.LostBy.String())
	for _, number := range []string{helped, begun, through} {
		require.Empty(t, w.CallsTo(number))
		w.missed(number, 1)
	}
	for _, number := range []string{dialled, ringing, lasting} {
		require.Len(t, w.CallsTo(number), 1)
	}
	w.nothingLeft()
}

// dials has a customer call a number.
func (w *world) dials(number, customer string) *softphone.Call {
	w.t.Helper()
	return w.Network.MustDial(w.t, w.URI(number), softphone.Caller{Number: customer})
}

// helps lets an agent answer a customer, whose call rings there, and both talk for
// long enough to be an answered call.
func (w *world) helps(agent, customer *softphone.Call) {
	w.t.Helper()
	require.Equal(w.t, customer.From().Number, agent.From().Number)
	agent.MustAnswer(w.t)
	customer.MustBeAnswered(w.t)
	_, err := agent.HearsFor(w.t.Context(), 1500*time.Millisecond, lab.CustomersVoice)
	w.must(err)
	customer.MustHangup(w.t)
	agent.MustEnd(w.t)
}

// missed waits until a customer has n missed calls, and lists them, newest first.
func (w *world) missed(number string, n int) (list []httpapi.MissedCall) {
	w.t.Helper()
	_, err := w.AwaitMissedCalls(w.t.Context(), "missed calls of "+number, func(all []httpapi.MissedCall) bool {
		list = nil
		for _, m := range all {
			if m.Number == number {
				list = append(list, m)
			}
		}
		return len(list) == n
	})
	w.must(err)
	return list
}

// isNotReady waits until callbackd has noticed that Asterisk is away.
func (w *world) isNotReady() {
	w.t.Helper()
	require.Eventually(w.t, func() bool {
		pbxs, err := w.api().State(w.t.Context())
		return err == nil && len(pbxs.PBXs) == 1 && !pbxs.PBXs[0].Ready
	}, 10*time.Second, 20*time.Millisecond)
}

// copyAndTruncate rotates a log as logrotate's copytruncate does.
func (w *world) copyAndTruncate(log string) {
	w.t.Helper()
	from, err := os.Open(log)
	w.must(err)
	defer from.Close()
	to, err := os.Create(log + ".1")
	w.must(err)
	_, err = io.Copy(to, from)
	w.must(err)
	w.must(to.Close())
	w.must(os.Truncate(log, 0))
}
