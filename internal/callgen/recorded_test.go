package callgen

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/callback"
)

// kinds are calls that were recorded from a real Asterisk, as stories. What the model of a
// PBX does with a story is what Asterisk did: for every channel the same events in the same
// order, from the same others.
var kinds = map[string]story{
	"ivr-background": {patience: 2000 * ms, steps: []Step{Goto{How: "Goto", Context: "main-menu", Exten: "s", Steps: []Step{
		Answer{}, Sound{"BackGround", "vm-options", 5 * time.Second}}}}},
	"ivr-invalid-i": {steps: []Step{Goto{How: "Goto", Context: "short-menu", Exten: "s", Steps: []Step{
		Answer{}, Sound{"BackGround", "beep", 423 * ms},
		Goto{Context: "short-menu", Exten: "i", Steps: []Step{Sound{"Playback", "beep", 424 * ms}, Hangup{}}}}}}},
	"q-abandon": {patience: 3001 * ms, steps: []Step{both("support", 60, Reaction{Kind: Ignores}, Reaction{Kind: Ignores})}},
	"q-timeout-q2-abandon": {patience: 4001 * ms, steps: []Step{
		both("support", 2, Reaction{Kind: Ignores}, Reaction{Kind: Ignores}),
		Queue{Name: "sales", Timeout: 20 * time.Second, Ring: time.Minute, Rounds: [][]Peer{{{Phone: "carol", Does: Reaction{Kind: Ignores}}}}},
	}},
	"q-leaveunavail": {steps: []Step{Queue{Name: "leaveunavailq", Timeout: 20 * time.Second, Refuses: true}, Hangup{}}},
	"q-withdraw": {steps: []Step{Answer{}, Queue{Name: "holdq", Timeout: 20 * time.Second, Ring: time.Second, Retry: time.Minute,
		Leaves: 3 * time.Second, Rounds: [][]Peer{{}}}, Hangup{}}},
	"q-rna-second-answers": {steps: []Step{Queue{Name: "rr", Timeout: time.Minute, Ring: 2 * time.Second, Retry: time.Second,
		Rounds: [][]Peer{{alice(Ignores, 0)}, {bob(Answers, 500*ms)}}}}},
	"q-exitkey-answered": {steps: []Step{Answer{}, Queue{Name: "exitq", Timeout: 20 * time.Second, Ring: 20 * time.Second,
		Rounds: [][]Peer{{alice(Ignores, 0)}}, Key: 647 * ms, Exit: &Goto{Context: "exit-menu", Exten: "2", Steps: []Step{
			Dial{Peers: []Peer{bob(Answers, 500*ms)}, Timeout: 8 * time.Second}}}}}},
	"q-answered-continue": {steps: []Step{bothAndGoOn("support", "c", 20), Sound{"Playback", "beep", 423 * ms}, Hangup{}}},
	"q-announce-answered": {steps: []Step{Answer{}, Queue{Name: "annq", Timeout: time.Minute, Ring: 15 * time.Second,
		Announce: 5600 * ms, Rounds: [][]Peer{{alice(Answers, 500*ms)}}}}},
	"q-local-n-abandon": {patience: 3000 * ms, steps: []Step{Queue{Name: "localq", Timeout: time.Minute, Ring: 15 * time.Second,
		Rounds: [][]Peer{{local("bob", true, 8, bob(Ignores, 0)), local("alice", true, 8, alice(Ignores, 0))}}}}},
	"q-local-n-answered": {steps: []Step{Queue{Name: "localq", Timeout: time.Minute, Ring: 15 * time.Second,
		Rounds: [][]Peer{{local("bob", true, 8, bob(Ignores, 0)), local("alice", true, 8, alice(Answers, 500*ms))}}}}},
	"d-noanswer":              {steps: []Step{Dial{Peers: []Peer{alice(Ignores, 0)}, Timeout: 2 * time.Second}, Hangup{}}},
	"d-declined":              {steps: []Step{Dial{Peers: []Peer{alice(Declines, 300*ms)}, Timeout: 8 * time.Second}, Hangup{}}},
	"d-cancel":                {patience: 2001 * ms, steps: []Step{Dial{Peers: []Peer{alice(Ignores, 0)}, Timeout: 10 * time.Second}}},
	"d-nosuchpeer":            {steps: []Step{Dial{Peers: []Peer{{Phone: "nosuch", Does: Reaction{Kind: Unregistered}}}, Timeout: 8 * time.Second}, Hangup{}}},
	"d-answered":              {steps: []Step{Dial{Peers: []Peer{alice(Answers, 500*ms)}, Timeout: 8 * time.Second}}},
	"d-answered-caller-hangs": {patience: 3 * time.Second, steps: []Step{Dial{Peers: []Peer{aliceTalks(time.Minute, nil)}, Timeout: 8 * time.Second}}},
	"d-announce-A":            {patience: 3 * time.Second, steps: []Step{Dial{Peers: []Peer{alice(Answers, 500*ms)}, Timeout: 8 * time.Second, Announce: 9 * time.Second}}},
	"g-answered":              {steps: []Step{Dial{Peers: []Peer{alice(Ignores, 0), bob(Answers, 500*ms)}, Timeout: 8 * time.Second}}},
	"g-one-busy-noanswer": {steps: []Step{Dial{Timeout: 2 * time.Second, Peers: []Peer{
		alice(Busy, 200*ms), bob(Ignores, 0), {Phone: "ghost", Does: Reaction{Kind: Unregistered}}}}, Hangup{}}},
	"hunt-cancel-second": {patience: 4001 * ms, steps: []Step{
		Dial{Peers: []Peer{alice(Ignores, 0)}, Timeout: 1 * time.Second}, Dial{Peers: []Peer{bob(Ignores, 0)}, Timeout: 8 * time.Second}}},
	"confirm-declined":     {steps: []Step{Dial{Peers: []Peer{alice(Answers, 500*ms)}, Timeout: 8 * time.Second, Confirm: 1144 * ms}, Hangup{}}},
	"confirm-caller-hangs": {patience: 3001 * ms, steps: []Step{Dial{Peers: []Peer{alice(Answers, 500*ms)}, Timeout: 8 * time.Second, Confirm: 4400 * ms}}},
	"followme-not-accepted": {patience: 5 * time.Second, steps: []Step{Answer{}, FollowMe{Party: "nomad", Ring: 6 * time.Second, Asks: 6 * time.Second,
		Numbers: []Local{screened("alice", aliceTalks(time.Minute, nil))}}}},
	"fwd302-cancel":         {patience: 3001 * ms, steps: []Step{Dial{Timeout: 8 * time.Second, Peers: []Peer{forwards(bob(Ignores, 0))}}}},
	"dl-local-n-noanswer":   {steps: []Step{Dial{Peers: []Peer{local("alice", true, 8, alice(Ignores, 0))}, Timeout: 2 * time.Second}, Hangup{}}},
	"dl-local-opt-answered": {steps: []Step{Dial{Peers: []Peer{local("alice", false, 8, alice(Answers, 500*ms))}, Timeout: 8 * time.Second}}},
	"dl-local-group-cancel": {patience: 2500 * ms, steps: []Step{Dial{Timeout: 8 * time.Second, Peers: []Peer{
		local("alice", true, 8, alice(Ignores, 0)), local("bob", true, 8, bob(Ignores, 0))}}}},
	"lc-deep-cancel": {patience: 3 * time.Second, steps: []Step{Dial{Timeout: 20 * time.Second, Peers: []Peer{{Local: &Local{
		Exten: "deep", Context: "middle", Stays: true, Steps: []Step{Dial{Timeout: 10 * time.Second, Peers: []Peer{{Local: &Local{
			Exten: "phone", Context: "middle", Stays: true, Steps: []Step{Dial{Timeout: 6 * time.Second, Peers: []Peer{alice(Ignores, 0)}}}}}}}}}}}}}},
	"lc-mid-n-abandon": {patience: 3 * time.Second, steps: []Step{Dial{Timeout: 20 * time.Second, Peers: []Peer{{Local: &Local{
		Exten: "queue", Context: "middle", Stays: true, Steps: []Step{both("support", 20, Reaction{Kind: Ignores}, Reaction{Kind: Ignores})}}}}}}},
	"execif-queue-abandon": {patience: 3 * time.Second, steps: []Step{executed(both("support", 20, Reaction{Kind: Ignores}, Reaction{Kind: Ignores}))}},
	"vm-hungup-before":     {patience: 4001 * ms, steps: []Step{Dial{Peers: []Peer{alice(Ignores, 0)}, Timeout: 1 * time.Second}, Voicemail{For: time.Minute}}},
	"x-blind-noanswer": {steps: []Step{Dial{Timeout: 8 * time.Second, Peers: []Peer{aliceTalks(1500*ms, Blind{To: Goto{
		Context: "floor", Exten: "bob", Steps: []Step{Dial{Peers: []Peer{bob(Ignores, 0)}, Timeout: 3 * time.Second}, Hangup{}}}})}}}},
	"x-att-early-noanswer": {steps: []Step{Dial{Timeout: 8 * time.Second, Peers: []Peer{aliceTalks(time.Second, Attended{
		Exten: "bob", After: 1500 * ms, Dial: Dial{Peers: []Peer{bob(Ignores, 0)}, Timeout: 3 * time.Second}})}}}},
	"x-att-early-answered": {steps: []Step{Dial{Timeout: 8 * time.Second, Peers: []Peer{aliceTalks(time.Second, Attended{
		Exten: "bob", After: time.Second, Dial: Dial{Peers: []Peer{bob(Answers, 3*time.Second)}, Timeout: 3 * time.Second}})}}}},
	"x-att-local-chain": {steps: []Step{Dial{Timeout: 8 * time.Second, Peers: []Peer{local("alice", true, 8, aliceTalks(time.Second, Attended{
		Exten: "bob", After: 2 * time.Second, Dial: Dial{Peers: []Peer{{Phone: "bob", Does: Reaction{Kind: Answers, After: 500 * ms, Then: Agenda{Talk: 4 * time.Second}}}}, Timeout: 3 * time.Second}}))}}}},
	"park-timeout-noanswer": {steps: []Step{Dial{Timeout: 8 * time.Second, Peers: []Peer{aliceTalks(1500*ms, Parks{
		Timeout: 3 * time.Second, Back: Dial{Peers: []Peer{alice(Ignores, 0)}, Timeout: 3 * time.Second}})}}}},
	"park-hungup": {patience: 4001 * ms, steps: []Step{Dial{Timeout: 8 * time.Second, Peers: []Peer{aliceTalks(1500*ms, Parks{Timeout: 9 * time.Second})}}}},
	"park-dialplan-timeout": {steps: []Step{Answer{}, Park{Timeout: 3 * time.Second, Return: Goto{Context: "lot-return", Exten: "s", Steps: []Step{
		Sound{"Playback", "vm-intro", 5 * time.Second}, Hangup{}}}}}},
	"pickup-chan": {steps: []Step{Dial{Peers: []Peer{alice(Ignores, 0)}, Timeout: 8 * time.Second, Pickup: &Pickup{"bob", 1500 * ms}}}},
	"pickup-queue": {steps: []Step{Queue{Name: "sales", Timeout: 20 * time.Second, Ring: 15 * time.Second, Pickup: &Pickup{"bob", 1500 * ms},
		Rounds: [][]Peer{{{Phone: "carol", Does: Reaction{Kind: Ignores}}}}}}},
	"stasis-other-app-bridged": {patience: 4 * time.Second, steps: []Step{Answer{}, OtherApp{
		Agent: &Fetched{"alice", 980 * ms, 1500 * ms}, For: time.Minute}}},
	"stasis-other-app-hangup": {patience: 2001 * ms, steps: []Step{Answer{}, OtherApp{For: time.Minute}}},
	"hangup-handler-abandon": {patience: 3 * time.Second, steps: []Step{Sound{"Set", "CHANNEL(hangup_handler_push)=handler,s,1", 0},
		both("support", 20, Reaction{Kind: Ignores}, Reaction{Kind: Ignores})},
		afterwards: []Step{Goto{Context: "handler", Exten: "s"}, Sound{"NoOp", "over", 0}, Sound{"Return", "", 0}}},
}

const ms = time.Millisecond

func alice(kind ReactionKind, after time.Duration) Peer {
	return Peer{Phone: "alice", Does: Reaction{Kind: kind, After: after, Then: Agenda{Talk: 2 * time.Second}}}
}

func bob(kind ReactionKind, after time.Duration) Peer {
	p := alice(kind, after)
	p.Phone = "bob"
	return p
}

func aliceTalks(d time.Duration, then Act) Peer {
	return Peer{Phone: "alice", Does: Reaction{Kind: Answers, After: 500 * ms, Then: Agenda{Talk: d, Act: then}}}
}

func local(exten string, stays bool, timeout int, p Peer) Peer {
	return Peer{Local: &Local{Exten: exten, Context: "desk", Stays: stays,
		Steps: []Step{Dial{Peers: []Peer{p}, Timeout: time.Duration(timeout) * time.Second}}}}
}

func screened(exten string, p Peer) Local {
	l := *local(exten, false, 8, p).Local
	l.Screened = true
	return l
}

func forwards(to Peer) Peer {
	p := alice(Forwards, 300*ms)
	p.Does.To = local("bob", false, 3, to).Local
	p.Does.To.Context = "floor"
	return p
}

func both(queue string, timeout int, one, two Reaction) Queue {
	return Queue{Name: queue, Timeout: time.Duration(timeout) * time.Second, Ring: time.Minute,
		Rounds: [][]Peer{{{Phone: "alice", Does: one}, {Phone: "bob", Does: two}}}}
}

func bothAndGoOn(queue, options string, timeout int) Queue {
	q := both(queue, timeout, alice(Answers, 500*ms).Does, Reaction{Kind: Ignores})
	q.Options = options
	return q
}

func executed(q Queue) Queue {
	q.By = ExecIf
	return q
}

func TestTheModelDoesWhatAsteriskDid(t *testing.T) {
	for name, s := range kinds {
		t.Run(name, func(t *testing.T) {
			s.trunk, s.number, s.dialled = "PJSIP/pstn", "+46701234567", "+4685550000"
			if s.patience == 0 {
				s.patience = time.Hour
			}
			w := newWorld(1)
			w.calls = append(w.calls, w.customer(s))
			require.Equal(t, lives(recorded(t, name)), lives(w.record().Events()))
		})
	}
}

// Calls that agents make, recorded likewise.
func TestTheModelCallsAsAgentsDid(t *testing.T) {
	customer := Peer{Phone: "+46701234567@pstn", Trunk: "pstn", Does: Reaction{Kind: Ignores}}
	answers := customer
	answers.Does = Reaction{Kind: Answers, After: 500 * ms, Then: Agenda{Talk: 2 * time.Second}}
	passedOn := answers
	passedOn.Does = Reaction{Kind: Answers, After: 300 * ms, Then: Agenda{Talk: 1500 * ms, Act: PassesOn{Goto{
		Context: "floor", Exten: "bob", Steps: []Step{Dial{Peers: []Peer{bob(Ignores, 0)}, Timeout: 3 * time.Second}, Hangup{}}}}}}
	busy := customer
	busy.Does = Reaction{Kind: Busy, After: 200 * ms}
	for name, does := range map[string]struct {
		exten    string
		patience time.Duration
		step     Step
	}{
		"out-answered": {"+46701234567", 2 * time.Second, Dial{Peers: []Peer{answers}, Timeout: 15 * time.Second}},
		"out-noanswer": {"+46701234567", 3 * time.Second, Dial{Peers: []Peer{customer}, Timeout: 15 * time.Second}},
		"out-via-local": {"9", time.Hour, Dial{Timeout: 15 * time.Second, Peers: []Peer{{Local: &Local{Exten: "+46701234567", Context: "floor",
			Stays: true, Steps: []Step{Dial{Peers: []Peer{answers}, Timeout: 15 * time.Second}}}}}}},
		"out-busy":         {"+46701234567", time.Hour, Dial{Peers: []Peer{busy}, Timeout: 15 * time.Second}},
		"x-out-then-blind": {"+46701234567", time.Hour, Dial{Peers: []Peer{passedOn}, Timeout: 15 * time.Second}},
		"int-answered":     {"bob", 2 * time.Second, Dial{Peers: []Peer{bob(Answers, 500*ms)}, Timeout: 3 * time.Second}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(1)
			agent := &thread{ch: w.open("PJSIP/alice", "Ring", "floor", does.exten, "alice"), hand: &Outbound{}}
			w.spawn(agent, func() { agent.live([]Step{does.step, Hangup{}}, nil) })
			w.after(does.patience, func() { agent.post(hangup{}) })
			require.Equal(t, lives(recorded(t, name)), lives(w.record().Events()))
		})
	}
}

// lives tells what happened to each channel, in its order. Channels are called by their
// endpoint, and counted.
func lives(events []callback.CallEvent) map[string][]string {
	roles, count := map[string]string{}, map[string]int{}
	told := map[string][]string{}
	tell := func(ch callback.CallChannel, what string, args ...any) {
		told[roles[ch.ID]] = append(told[roles[ch.ID]], fmt.Sprintf(what, args...))
	}
	for _, e := range events {
		switch e := e.(type) {
		case callback.ChannelCreated:
			role := callback.EndpointOf(e.Channel.Name)
			if stem, half, is := strings.Cut(e.Channel.Name, ";"); is {
				role = callback.EndpointOf(stem) + ";" + half
			}
			count[role]++
			roles[e.Channel.ID] = fmt.Sprintf("%s %d", role, count[role])
			tell(e.Channel, "created %s", e.Channel.State)
		case callback.DialplanReached:
			tell(e.Channel, "runs %s(%s) in %s", e.App, e.Data, e.Channel.Context)
		case callback.DialSeen:
			if e.Caller == nil {
				tell(e.Peer, "dialled %q", e.Status)
				continue
			}
			tell(e.Peer, "dialled %q by %s running %s(%s), forwarded %t", e.Status, roles[e.Caller.ID], e.Caller.App, e.Caller.AppData, e.Forwarded)
		case callback.HangupRequested:
			tell(e.Channel, "hangup in %s", e.Channel.App)
		case callback.BridgeEntered:
			tell(e.Channel, "enters, holding %t, %d there", e.Holding, len(e.Members))
		case callback.BridgeLeft:
			tell(e.Channel, "leaves")
		case callback.ChannelDestroyed:
			tell(e.Channel, "destroyed")
		}
	}
	for role, life := range told {
		sortRinging(life)
		told[role] = letGo(role, life)
	}
	return told
}

// letGo leaves out how often the halves of a Local channel are asked to hang up: when it is
// optimised away the second one is asked twice, or each once, as it falls.
func letGo(role string, life []string) []string {
	asked := func(s string) bool { return strings.HasPrefix(s, "hangup in") }
	switch {
	case strings.Contains(role, ";1 "):
		return slices.DeleteFunc(life, asked)
	case strings.Contains(role, ";2 "):
		return slices.CompactFunc(life, func(a, b string) bool { return a == b && asked(a) })
	}
	return life
}

// sortRinging puts what a phone's beginning to ring consists of into one order: Asterisk
// has none.
func sortRinging(life []string) {
	ringing := func(s string) bool {
		return strings.HasPrefix(s, `dialled "" `) || strings.HasPrefix(s, `dialled "RINGING"`) || strings.HasPrefix(s, "runs App")
	}
	for i := 0; i < len(life); i++ {
		n := 0
		for i+n < len(life) && ringing(life[i+n]) {
			n++
		}
		slices.Sort(life[i : i+n])
		i += n
	}
}

// recorded reads a recording, as far as events of the types count that callbackd gets.
func recorded(t *testing.T, name string) (events []callback.CallEvent) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", "testdata", "ari", name+".jsonl"))
	require.NoError(t, err)
	for line := range bytes.Lines(content) {
		if e := callEvent(ari.Decode(bytes.TrimSpace(line))); e != nil {
			events = append(events, e)
		}
	}
	require.NotEmpty(t, events)
	return events
}

func callEvent(event ari.Event) callback.CallEvent {
	switch e := event.(type) {
	case *ari.ChannelCreated:
		return callback.ChannelCreated{Channel: callChannel(e.Channel)}
	case *ari.ChannelDialplan:
		return callback.DialplanReached{Channel: callChannel(e.Channel), App: e.App, Data: e.AppData}
	case *ari.Dial:
		if e.Caller == nil {
			return callback.DialSeen{Peer: callChannel(e.Peer), Status: e.Status}
		}
		caller := callChannel(*e.Caller)
		return callback.DialSeen{Caller: &caller, Peer: callChannel(e.Peer), Status: e.Status, Forwarded: e.Forward != ""}
	case *ari.ChannelHangupRequest:
		return callback.HangupRequested{Channel: callChannel(e.Channel)}
	case *ari.ChannelEnteredBridge:
		return callback.BridgeEntered{Holding: e.Bridge.Type == "holding", Channel: callChannel(e.Channel), Members: e.Bridge.Channels}
	case *ari.ChannelLeftBridge:
		return callback.BridgeLeft{Channel: callChannel(e.Channel)}
	case *ari.ChannelDestroyed:
		return callback.ChannelDestroyed{Channel: callChannel(e.Channel)}
	}
	return nil
}

func callChannel(c ari.Channel) callback.CallChannel {
	return callback.CallChannel{
		ID: c.ID, Name: c.Name, State: string(c.State), Caller: c.Caller.Number, Exten: c.Dialplan.Exten,
		Context: c.Dialplan.Context, App: c.Dialplan.AppName, AppData: c.Dialplan.AppData,
	}
}
