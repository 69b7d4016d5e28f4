package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"callbackd/asterisk-config/private"
	"callbackd/callback"
	"callbackd/internal/httpapi"
	"callbackd/internal/lab"
	"callbackd/internal/softphone"
)

// Who acts.
const (
	alice    = "alice"
	customer = "+46701234567"
)

// How long people hesitate, and how long they talk.
const (
	waitInQueue   = 3 * time.Second
	reachForPhone = 1500 * time.Millisecond
	letItRing     = 2500 * time.Millisecond
	conversation  = 3 * time.Second
)

// How long machines may take.
const (
	soon        = time.Second      // one step of Asterisk or callbackd, on a busy machine
	callbackDue = 10 * time.Second // from the lost call to the agent's ringing phone
)

// story is what has happened so far; its methods are the scenes.
type story struct {
	lab    *lab.Lab
	log    *timeline
	binary string // callbackd

	inbound  *softphone.Call // the customer's call, at the customer's phone
	untaken  *softphone.Call // the same at alice's phone
	agent    *softphone.Call // the callback at alice's phone
	callback *softphone.Call // the callback at the customer's phone
	task     httpapi.TaskStory
	prompt   prompt
}

func newStory(l *lab.Lab, log *timeline, binary string) *story {
	return &story{lab: l, log: log, binary: binary}
}

// tell acts the scenes in their order, until one doesn't go as it should.
func (s *story) tell(ctx context.Context) error {
	scenes := []func(context.Context) error{
		s.customerWaitsInTheQueue,
		s.nobodyTakesTheCall,
		s.customerGivesUp,
		s.callbackdTakesNote,
		s.alicesPhoneRings,
		s.aliceHearsThePrompt,
		s.customersPhoneRings,
		s.theyTalk,
		s.customerHangsUp,
		s.taskIsCompleted,
		s.recordingHoldsBothVoices,
		s.callbackdTellsOfIt,
	}
	for _, scene := range scenes {
		if err := scene(ctx); err != nil {
			return s.lab.Explain(err)
		}
	}
	s.log.title("It all happened as it should: %s called and nobody answered; %.0f seconds after hanging up, the customer was on the phone with alice.",
		customer, s.callback.Times().Answered.Sub(s.inbound.Times().Ended).Seconds())
	return nil
}

func (s *story) customerWaitsInTheQueue(ctx context.Context) (err error) {
	if s.inbound, err = s.lab.CustomerCalls(ctx, customer); err != nil {
		return err
	}
	s.log.at(s.inbound.Times().Began, "a customer, %s, dials %s", customer, lab.MainNumber)
	music, err := within(ctx, 2*soon, func(ctx context.Context) (time.Time, error) {
		return s.inbound.Hears(ctx, private.HoldMusicHz)
	})
	if err != nil {
		return unmet("the customer waits in the queue and hears music", err)
	}
	s.log.at(music, "the customer waits in the queue support and hears music")
	return nil
}

func (s *story) nobodyTakesTheCall(ctx context.Context) (err error) {
	if s.untaken, err = s.rings(ctx, 2*soon); err != nil {
		return unmet("alice's phone rings for the waiting customer", err)
	}
	s.log.now("alice's phone rings: %q. She is having coffee", shown(s.untaken))
	return check(s.untaken.From().Number == customer, "alice's phone shows the customer's number", shown(s.untaken))
}

func (s *story) customerGivesUp(ctx context.Context) error {
	if err := pause(ctx, waitInQueue); err != nil {
		return err
	}
	if err := s.inbound.Hangup(); err != nil {
		return err
	}
	s.log.at(s.inbound.Times().Ended, "the customer gives up and hangs up")
	end, err := within(ctx, soon, s.untaken.Ended)
	if err != nil {
		return unmet("alice's phone stops ringing when the customer hangs up", err)
	}
	s.log.at(end.At, "alice's phone stops ringing")
	return check(end.By == softphone.Far && end.How == softphone.Cancelled, "the call is taken back from alice's phone", end.String())
}

func (s *story) callbackdTakesNote(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, callbackDue)
	defer cancel()
	missed, err := s.lab.AwaitMissedCalls(ctx, "the missed call", func(m []httpapi.MissedCall) bool { return len(m) > 0 })
	if err != nil {
		return unmet("callbackd sees that the call was lost", err)
	}
	m := missed[0]
	s.log.at(m.Recorded, "callbackd notes: a call from %s, lost by %s after %.1f s; task %d: call back at once",
		m.Number, m.LostBy, m.Lost.Sub(m.Arrived).Seconds(), m.TaskID)
	if err := check(len(missed) == 1 && m.Number == customer && m.LostBy.String() == "queue:support" && m.Decision == callback.DecisionTaskCreated,
		"one missed call, of "+customer+", lost by queue:support, that made a task", fmt.Sprintf("%+v", missed)); err != nil {
		return err
	}
	s.task.ID = m.TaskID
	return nil
}

func (s *story) alicesPhoneRings(ctx context.Context) (err error) {
	if s.agent, err = s.rings(ctx, callbackDue); err != nil {
		return unmet("alice's phone rings for the callback", err)
	}
	s.log.now("alice's phone rings: %q", shown(s.agent))
	if err := check(s.agent.From() == softphone.Party{Number: customer, Name: "Callback " + customer},
		"alice's phone says that it is a callback, and to whom", shown(s.agent)); err != nil {
		return err
	}
	if err := pause(ctx, reachForPhone); err != nil {
		return err
	}
	if err := s.agent.Answer(); err != nil {
		return unmet("alice answers", err)
	}
	s.log.at(s.agent.Times().Answered, "alice answers")
	calls := s.lab.CallsTo(customer)
	return check(len(calls) == 0, "the customer's phone is quiet until alice has answered", fmt.Sprint(calls))
}

func (s *story) aliceHearsThePrompt(ctx context.Context) (err error) {
	// callbackd has written it out for Asterisk.
	if s.prompt, err = readPrompt(filepath.Join(s.lab.Dir, "shipped-sounds", "callback.wav")); err != nil {
		return err
	}
	s.callback, err = within(ctx, s.prompt.length+2*soon, func(ctx context.Context) (*softphone.Call, error) {
		return s.lab.CustomersPhone(ctx, customer)
	})
	if err != nil {
		return unmet("the customer is called when the prompt is over", err)
	}
	if err := s.prompt.heardBy(s.agent, s.callback.Times().Began); err != nil {
		return err
	}
	s.log.at(s.callback.Times().Began, "alice has heard the prompt to its end, %.1f s", s.prompt.length.Seconds())
	return nil
}

func (s *story) customersPhoneRings(ctx context.Context) error {
	if err := s.callback.Ring(); err != nil {
		return unmet("the customer's phone rings", err)
	}
	s.log.at(s.callback.Times().Ringing, "the customer's phone rings: %q", shown(s.callback))
	if err := check(s.callback.From().Number == lab.MainNumber && shown(s.callback) == lab.MainNumber,
		"the customer sees the number that was dialled, and no agent's name", fmt.Sprintf("%+v", s.callback.From())); err != nil {
		return err
	}
	tone, err := within(ctx, 2*soon, func(ctx context.Context) (time.Time, error) {
		return s.agent.HearsAfter(ctx, s.callback.Times().Began.Add(-soon/5), ringTone)
	})
	if err != nil {
		return unmet("alice hears the ring tone", err)
	}
	s.log.at(tone, "alice hears that it rings (%d Hz)", ringTone)
	if err := pause(ctx, letItRing); err != nil {
		return err
	}
	if err := s.callback.Answer(); err != nil {
		return unmet("the customer answers", err)
	}
	s.log.at(s.callback.Times().Answered, "the customer answers")
	return nil
}

func (s *story) theyTalk(ctx context.Context) error {
	answered := s.callback.Times().Answered
	heard, err := within(ctx, 2*soon, func(ctx context.Context) (time.Time, error) {
		return s.callback.HearsAfter(ctx, answered, s.lab.Voice(alice))
	})
	if err != nil {
		return unmet("the customer hears alice", err)
	}
	s.log.at(heard, "the customer hears alice (%d Hz)", s.lab.Voice(alice))
	heard, err = within(ctx, 2*soon, func(ctx context.Context) (time.Time, error) {
		return s.agent.HearsAfter(ctx, answered, lab.CustomersVoice)
	})
	if err != nil {
		return unmet("alice hears the customer", err)
	}
	s.log.at(heard, "alice hears the customer (%d Hz); they talk", lab.CustomersVoice)
	return pause(ctx, conversation)
}

func (s *story) customerHangsUp(ctx context.Context) error {
	if end, over := s.agent.End(); over {
		return check(false, "alice is connected until the customer hangs up", end.String())
	}
	if err := s.callback.Hangup(); err != nil {
		return unmet("the customer hangs up", err)
	}
	s.log.at(s.callback.Times().Ended, "the customer hangs up")
	end, err := within(ctx, 2*soon, s.agent.Ended)
	if err != nil {
		return unmet("alice's phone is released", err)
	}
	s.log.at(end.At, "alice's phone is released")
	if err := heardThroughout(s.callback, conversation, s.lab.Voice(alice)); err != nil {
		return err
	}
	if err := heardThroughout(s.agent, conversation, lab.CustomersVoice); err != nil {
		return err
	}
	rung := len(s.lab.Agents[alice].Calls())
	return check(rung == 2 && len(s.lab.CallsTo(customer)) == 1, "alice's phone was rung twice in all and the customer's once",
		fmt.Sprintf("alice's %d times, the customer's %d times", rung, len(s.lab.CallsTo(customer))))
}

func (s *story) taskIsCompleted(ctx context.Context) (err error) {
	ctx, cancel := context.WithTimeout(ctx, 5*soon)
	defer cancel()
	s.task, err = s.lab.AwaitTask(ctx, s.task.ID, "the end of the task", func(t httpapi.TaskStory) bool { return !t.State.Open() })
	if err != nil {
		return unmet("the task is over", err)
	}
	s.log.at(s.task.Updated, "callbackd: task %d is %s", s.task.ID, s.task.State)
	if err := check(s.task.State == callback.TaskCompleted && len(s.task.Attempts) == 1, "the task is completed by its first attempt",
		fmt.Sprintf("%s after %d attempts", s.task.State, len(s.task.Attempts))); err != nil {
		return err
	}
	a := s.task.Attempts[0]
	return check(a.Result == callback.ResultConnected && a.Counted && a.Agent == "PJSIP/"+alice && a.RecordingOK,
		"the attempt connected PJSIP/alice, counted, and has a verified recording", fmt.Sprintf("%+v", a))
}

func (s *story) recordingHoldsBothVoices(ctx context.Context) error {
	name := s.task.Attempts[0].Recording
	wav, err := s.lab.Recording(ctx, name)
	if err != nil {
		return unmet("the recording can be fetched", err)
	}
	length, err := bothVoices(wav, conversation, s.lab.Voice(alice), lab.CustomersVoice)
	if err != nil {
		return err
	}
	file := filepath.Join(s.lab.Asterisk.Recordings, name+".wav")
	if _, err := os.Stat(file); err != nil {
		return unmet("the recording lies where Asterisk keeps them", err)
	}
	s.log.now("the recording holds both voices, %.1f s", length.Seconds())
	s.log.title("The recording")
	s.log.text(file)
	return nil
}
