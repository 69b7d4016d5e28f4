package callback

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"
)

// What a rule doesn't ask for isn't done.
func TestAPlainScript(t *testing.T) {
	l := line{rule: func(a *Account) {
		rule := &a.Rules[0]
		rule.AgentPrompt, rule.AgentAnnouncement, rule.AgentAccept, rule.CustomerAccept = "", nil, nil, nil
		rule.Voicemail, rule.Recording, rule.StopKey = Voicemail{Action: VoicemailConnect}, nil, ""
	}}
	l.play(t, fresh)
	require.Equal(t, []string{
		commitClaim, ringAgent, commitAnswer, prepare, ringTone,
		commitSend, ringCustomer, connect, commitBridge, converse, release, commitEnd,
	}, l.done)
}

func TestWhatBothAreTold(t *testing.T) {
	ask := func(name string) *Accept { return &Accept{Key: "1", Within: time.Second, Ask: Sound{Play: name}} }
	l := line{rule: func(a *Account) {
		a.Rules[0].AgentAccept, a.Rules[0].CustomerAccept = ask("agent-accept"), ask("customer-accept")
	}}
	l.play(t, fresh)
	require.Equal(t, []Sound{
		{Play: "callback"},
		{Say: &Speech{Language: "en", Text: "call 0 7 0 1 2 3 4 5 6 7"}},
		{Play: "agent-accept"},
		{Play: "customer-accept"},
	}, l.heard)
}

// An announcement that can't be had is left out: the callback goes on.
func TestAnAnnouncementThatIsNotSpoken(t *testing.T) {
	l := line{fail: speak, with: errReply}
	s := l.play(t, fresh)
	require.Equal(t, []Sound{{Play: "callback"}}, l.heard)
	require.Equal(t, TaskCompleted, s.task.State)
}

func TestWhoDoesNotPressTheKey(t *testing.T) {
	for leg, row := range map[Leg]struct {
		step     string
		result   Result
		counted  bool
		passedBy []string
	}{
		LegAgent:    {tellAgent, ResultAgentRejected, false, []string{"PJSIP/alice"}},
		LegCustomer: {tellCustomer, ResultCustomerRejected, true, nil},
	} {
		l := line{fail: row.step, with: &NotAccepted{Leg: leg, Key: "1"}}
		s := l.play(t, fresh)
		require.Equal(t, []string{row.step, release, commitEnd}, l.done[len(l.done)-3:])
		ended := s.ended()
		require.Equal(t, row.result, ended.Result)
		require.Equal(t, row.counted, ended.Counted)
		require.Equal(t, "the "+string(leg)+" didn't press 1", ended.Reason)
		require.Equal(t, row.passedBy, s.newest().Settings.PassedBy)
	}
}

// Who didn't take a try is known to the next one.
func TestWhoPassedBy(t *testing.T) {
	for name, row := range map[string]struct {
		step string
		with error
		want []string
	}{
		"nobody answers":                 {ringAgent, &LegEnded{Leg: LegAgent, End: LegEnd{TimedOut: true}, Phones: []string{"PJSIP/alice", "PJSIP/bob"}}, []string{"PJSIP/alice", "PJSIP/bob"}},
		"the agent hangs up":             {tellAgent, &LegEnded{Leg: LegAgent}, []string{"PJSIP/alice"}},
		"a live caller comes":            {ringAgent, ErrGaveWay, nil},
		"the customer's leg was out":     {ringCustomer, &LegEnded{Leg: LegAgent}, nil},
		"the customer's phone isn't his": {ringCustomer, &LegEnded{Leg: LegCustomer, End: LegEnd{Cause: 17}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			l := line{fail: row.step, with: row.with}
			require.Equal(t, row.want, l.play(t, fresh).newest().Settings.PassedBy)
		})
	}
}

func TestAMachine(t *testing.T) {
	leave := func(a *Account) {
		a.Rules[0].Voicemail = Voicemail{Action: VoicemailLeave, Message: Sound{Play: "we-called"}}
	}
	for name, row := range map[string]struct {
		line   line
		last   []string
		result Result
		reason string
	}{
		"is hung up":           {line{}, []string{listen, release, commitEnd}, ResultVoicemail, "a machine answered"},
		"is left a message":    {line{rule: leave}, []string{listen, leaveMessage, release, commitEnd}, ResultVoicemail, "a machine answered; a message was left"},
		"hangs up meanwhile":   {line{rule: leave, fail: leaveMessage, with: &LegEnded{Leg: LegCustomer}}, []string{listen, leaveMessage, release, commitEnd}, ResultVoicemail, "a machine answered; no message was left: customer leg ended: cause 0, SIP 0"},
		"presses the stop key": {line{rule: leave, press: leaveMessage, fail: leaveMessage, with: ErrStopKey}, []string{leaveMessage, tellCustomer, release, commitEnd}, ResultCustomerRejected, "the customer pressed 9"},
		"is out of sight":      {line{rule: leave, fail: leaveMessage, with: ErrGap}, []string{listen, leaveMessage, release, commitEnd}, ResultVoicemail, "a machine answered; no message was left: the connection to Asterisk was lost"},
		"is given up":          {line{rule: leave, fail: leaveMessage, with: ErrGaveWay}, []string{listen, leaveMessage, release, commitEnd}, ResultInterrupted, "the attempt gave way"},
	} {
		t.Run(name, func(t *testing.T) {
			row.line.machine = true
			s := row.line.play(t, fresh)
			require.Equal(t, row.last, row.line.done[len(row.line.done)-len(row.last):])
			require.Equal(t, row.result, s.ended().Result)
			require.Equal(t, row.reason, s.ended().Reason)
			require.True(t, s.ended().Counted)
		})
	}
}

// Whoever presses the stop key before the conversation hears that it was understood,
// and isn't connected; whoever does in the conversation goes on talking. Both aren't
// called again.
func TestTheStopKey(t *testing.T) {
	for _, step := range []string{listen, notice, tellCustomer} {
		l := line{press: step, fail: step, with: ErrStopKey, once: true}
		s := l.play(t, fresh)
		require.Equal(t, []string{step, tellCustomer, release, commitEnd}, l.done[len(l.done)-4:])
		require.Equal(t, Sound{Play: "do-not-call"}, l.heard[len(l.heard)-1])
		require.Equal(t, ResultCustomerRejected, s.ended().Result)
		require.Equal(t, "the customer pressed 9", s.ended().Reason)
		require.Equal(t, TaskCancelled, s.task.State)
		require.Equal(t, CancelDoNotCall, s.task.Reason)
		require.Equal(t, []DoNotCall{{Account: "acme", Number: s.task.Number, By: ByCustomer, Reason: "pressed 9 in a callback"}}, s.blocked)
	}
	for w, program := range programs {
		l := line{press: converse}
		s := l.play(t, w)
		require.Equal(t, program, l.done, "the conversation goes on")
		require.Equal(t, ResultConnected, s.ended().Result)
		require.Equal(t, TaskCompleted, s.task.State)
		require.Len(t, s.blocked, 1)
	}
}

// Whoever pressed the stop key isn't called again, whatever became of the call and of
// the connection; also where that could be stored only later, which nobody is told
// before.
func TestAStopKeyWhateverElseHappens(t *testing.T) {
	for _, step := range []string{notice, tellCustomer, connect, converse, release} {
		for _, with := range []error{nil, ErrStopKey, &LegEnded{Leg: LegCustomer}, &LegEnded{Leg: LegAgent}, ErrGap, ErrGaveWay, errReply} {
			for _, disk := range []int{0, 8} {
				synctest.Test(t, func(t *testing.T) {
					l := line{press: step, fail: step, with: with, once: true, disk: disk}
					s := l.play(t, fresh)
					require.Len(t, s.blocked, 1, "%s: %v", step, with)
					if errors.Is(with, ErrGap) && step != release {
						require.Equal(t, CancelDoNotCall, s.task.CancelReason, "reconciliation ends it")
					} else {
						require.False(t, s.task.State.Open(), "%s: %v", step, with)
					}
					promised := errors.Is(with, ErrStopKey) && disk == 0 && step != converse && step != release
					require.Equal(t, promised, slices.Contains(l.heard, Sound{Play: "do-not-call"}), "%s: %v", step, with)
				})
			}
		}
	}
}

// What can't be stored long after the connection is gone, a person has to do.
func TestAStopKeyThatIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		d, s := beingDialled(AttemptBridged)
		s.hears = func(Change) error { return errDisk }
		dialer := d.dialer(s)
		dialer.log = zerolog.New(&log)
		for cause, limit := range map[error]time.Duration{ErrGap: time.Minute, errStopping: 5 * time.Second} {
			lifetime, end := context.WithCancelCause(t.Context())
			began := time.Now()
			time.AfterFunc(5*time.Minute, func() { end(cause) })
			dialer.keepStopping(lifetime, *s.newest())
			require.Equal(t, 5*time.Minute+limit, time.Since(began))
		}
		require.Equal(t, 2, strings.Count(log.String(), `"alarm":"stop_key_lost"`))
	})
}

// ended is the attempt that was played.
func (s *state) ended() *Attempt {
	if s.newest().State == AttemptEnded {
		return s.newest()
	}
	return s.attempts[0]
}
