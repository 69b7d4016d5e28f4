package callback

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"
)

// The steps of an attempt: what the script commits (an AttemptInput) and what
// it asks of the PBX (a method of Call).
const (
	speak         = "Speak"
	ringAgent     = "RingAgent"
	prepare       = "Prepare"
	tellAgent     = "Tell agent"
	ringTone      = "RingTone"
	ringCustomer  = "RingCustomer"
	awaitCustomer = "AwaitCustomer"
	listen        = "Listen"
	leaveMessage  = "LeaveMessage"
	notice        = "Notice"
	tellCustomer  = "Tell customer"
	connect       = "Connect"
	converse      = "Converse"
	release       = "Close"

	commitClaim  = "claim"
	commitAnswer = "agent_answered"
	commitSend   = "send_customer"
	commitBridge = "bridge"
	commitEnd    = "end"
)

// way is how an execution begins.
type way int

const (
	noWay   way = iota
	fresh       // claimed
	waiting     // adopted while the customer's phone rings
	lifted      // adopted when the customer had answered
	joined      // adopted with both in the bridge, which isn't committed
	talking     // adopted in the conversation
)

// programs is what the script does on each way if nothing goes wrong.
// TestTheProgramIsTheScript holds it to the script itself.
var programs = map[way][]string{
	fresh: {
		commitClaim, speak, ringAgent, commitAnswer, prepare, tellAgent, ringTone,
		commitSend, ringCustomer, listen, notice, tellCustomer, connect, commitBridge, converse, release, commitEnd,
	},
	waiting: {awaitCustomer, listen, notice, tellCustomer, connect, commitBridge, converse, release, commitEnd},
	lifted:  {notice, tellCustomer, connect, commitBridge, converse, release, commitEnd},
	joined:  {commitBridge, converse, release, commitEnd},
	talking: {converse, release, commitEnd},
}

// line writes down what an execution commits and asks, and lets one step of it
// fail. It is the Call of that execution, and its PBX.
type line struct {
	Exchange
	done    []string
	heard   []Sound // by either
	machine bool    // answers for the customer
	// unrecorded says that the conversation isn't recorded.
	unrecorded bool
	rule       func(*Account)

	fail string // the step that fails
	with error
	once bool // but not when it comes again
	disk int  // so often the stop key can't be stored
	away error

	press   string // the step in which the customer presses the stop key, also where that fails otherwise
	stopped chan struct{}
}

func (l *line) step(name string) error {
	again := slices.Contains(l.done, name)
	l.done = append(l.done, name)
	if name == l.press && !again {
		close(l.stopped)
	}
	if name == l.fail && (!again || !l.once) {
		return l.with
	}
	return nil
}

func (l *line) Ready() (context.Context, error) { return modelContext, l.away }

func (l *line) StopKey() <-chan struct{} { return l.stopped }

func (l *line) Speak(context.Context, Speech) error { return l.step(speak) }
func (l *line) RingAgent(context.Context, AgentLeg) (string, error) {
	return "PJSIP/alice", l.step(ringAgent)
}
func (l *line) Prepare(context.Context) error { return l.step(prepare) }
func (l *line) Tell(_ context.Context, leg Leg, sounds []Sound, _ *Accept) error {
	l.heard = append(l.heard, sounds...)
	return l.step("Tell " + string(leg))
}
func (l *line) Listen(context.Context) (machine bool, err error)   { return l.machine, l.step(listen) }
func (l *line) LeaveMessage(context.Context, Sound) error          { return l.step(leaveMessage) }
func (l *line) Notice(context.Context, Sound) error                { return l.step(notice) }
func (l *line) RingTone(context.Context, string) error             { return l.step(ringTone) }
func (l *line) RingCustomer(context.Context, CustomerLeg) error    { return l.step(ringCustomer) }
func (l *line) AwaitCustomer(context.Context, time.Duration) error { return l.step(awaitCustomer) }
func (l *line) Connect(context.Context, time.Duration) (bool, error) {
	return !l.unrecorded, l.step(connect)
}
func (l *line) Converse(context.Context, time.Duration) error { return l.step(converse) }
func (l *line) Close(context.Context) (RecordingFound, error) {
	return RecordingFound{}, l.step(release)
}

// play runs the real claim and the real script on a way, and gives the database
// as it is afterwards.
func (l *line) play(t *testing.T, w way) *state {
	d := asBuilt()
	if l.rule != nil {
		d.losses[0] = decide(NewRulebook(exampleAccount(everyStep, l.rule)), lostCall())
	}
	s := d.initial()
	account, _ := d.book.Account("acme")
	s.task.Due = time.Time{}
	s.hears = func(c Change) error {
		if c.AttemptID == 0 {
			if c.Input == string(TaskCancel) && l.disk > 0 {
				l.disk--
				return errDisk
			}
			return nil
		}
		return l.step(c.Input)
	}
	dialer := d.dialer(&s)
	dialer.store = &oneWriter{Store: dialer.store} // whoever heeds the stop key writes beside the script
	attempt, _, err := NewScheduler(&s.ledger, dialer.rules, dialer, zerolog.Nop()).claim(t.Context(), account, s.task.ID, "pbx1")
	require.NoError(t, err)
	switch w {
	case waiting, lifted, joined:
		attempt.State = AttemptCustomer
	case talking:
		attempt.State = AttemptBridged
	}
	if w != fresh {
		l.done = nil
	}
	*s.newest() = *attempt
	l.stopped = make(chan struct{})
	x := &execution{
		dialer: dialer, exchange: l, call: l, attempt: *attempt,
		standing: Standing{Agent: w != fresh, Customer: w != fresh, CustomerUp: w > waiting, Bridged: w > lifted},
		region:   account.Regions["sweden"], country: account.Country,
		lifetime: t.Context(), apart: t.Context(), done: make(chan struct{}), heeded: make(chan struct{}),
	}
	x.run(t.Context())
	return &s
}

func TestTheProgramIsTheScript(t *testing.T) {
	for w, program := range programs {
		var l line
		s := l.play(t, w)
		require.Equal(t, program, l.done)
		require.Equal(t, TaskCompleted, s.task.State)
	}
}

// Wherever a step fails, the legs are released and the outcome is committed; and
// nothing more is asked.
func TestWhereverTheScriptFails(t *testing.T) {
	for w, program := range programs {
		for i, step := range program {
			switch step {
			case commitClaim, speak, commitBridge, release, commitEnd:
				continue
			}
			l := line{fail: step, with: &LegEnded{Leg: LegAgent}}
			s := l.play(t, w)
			require.Equal(t, append(slices.Clone(program[:i+1]), release, commitEnd), l.done)
			require.NotEqual(t, TaskDialing, s.task.State)
		}
	}
}

// Nobody is called over a connection of which nothing has been heard lately: the
// answer might not be heard either.
func TestNoCustomerIsCalledWithoutAHeartbeat(t *testing.T) {
	l := line{away: errors.New("Asterisk doesn't answer the heartbeat")}
	s := l.play(t, fresh)
	require.Equal(t, []string{ringTone, release, commitEnd}, l.done[len(l.done)-3:])
	require.Equal(t, ResultInterrupted, s.attempts[0].Result)
	require.False(t, s.attempts[0].Counted)
}

// A database in trouble is no reason to part people who talk: what couldn't be
// stored when they began is stored when they end.
func TestAConversationThatCannotBeStored(t *testing.T) {
	l := line{fail: commitBridge, with: errDisk, once: true}
	s := l.play(t, fresh)
	require.Equal(t, []string{connect, commitBridge, converse, release, commitBridge, commitEnd}, l.done[len(l.done)-6:])
	require.Equal(t, TaskCompleted, s.task.State)
}

// After the connection is lost an attempt neither asks nor commits anything.
func TestAScriptOutOfSight(t *testing.T) {
	for w, program := range programs {
		for i, step := range program {
			switch step {
			case commitClaim, speak, commitAnswer, commitSend, commitBridge, release, commitEnd:
				continue
			}
			l := line{fail: step, with: ErrGap}
			s := l.play(t, w)
			require.Equal(t, program[:i+1], l.done)
			require.Equal(t, TaskDialing, s.task.State, "reconciliation's")
		}
	}
}
