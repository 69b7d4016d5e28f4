package callback

import (
	"context"
	"errors"
	"fmt"
)

// ending is how an attempt ends, before it is committed.
type ending struct {
	result     Result
	reason     string
	end        LegEnd
	trunkFault bool
	recording  RecordingFound
	passedBy   []string // see Settings
}

// machineAnswered is a customer's phone that a machine has answered.
type machineAnswered struct {
	left    bool  // a message
	trouble error // why it couldn't be left
}

func (e *machineAnswered) Error() string {
	switch {
	case e.left:
		return "a machine answered; a message was left"
	case e.trouble != nil:
		return fmt.Sprintf("a machine answered; no message was left: %v", e.trouble)
	}
	return "a machine answered"
}

func (e *machineAnswered) Unwrap() error { return e.trouble }

// failed makes an ending of the error of a step.
func (x *execution) failed(err error) (*ending, error) {
	e := &ending{reason: err.Error()}
	var (
		machine *machineAnswered
		refused *NotAccepted
		ended   *LegEnded
	)
	// What a machine answered is over, also out of sight: nobody is connected to it.
	if gone := outOfSight(x.lifetime, err); gone != nil && !errors.As(err, &machine) {
		return nil, gone
	}
	switch {
	case errors.Is(err, ErrGaveWay) && !x.attempt.State.CustomerSent():
		e.result = ResultSuperseded
	case errors.Is(err, ErrGaveWay):
		e.result = ResultInterrupted
	case errors.As(err, &machine):
		e.result = ResultVoicemail
	case errors.As(err, &refused) && refused.Leg == LegAgent:
		e.result, e.passedBy = ResultAgentRejected, x.answeredBy()
	case errors.As(err, &refused):
		e.result = ResultCustomerRejected
	case errors.As(err, &ended):
		e.end = ended.End
		x.legEnded(e, ended)
	default:
		e.result = ResultInterrupted
	}
	return e, nil
}

// legEnded says what the end of a leg makes of the attempt.
func (x *execution) legEnded(e *ending, ended *LegEnded) {
	switch {
	case x.attempt.State == AttemptAgent:
		e.result, e.passedBy = ClassifyAgent(ended.End, ended.Refused), ended.Phones
	case ended.Leg == LegAgent && !x.attempt.State.CustomerSent():
		e.result, e.passedBy = ResultAgentHungUp, x.answeredBy()
	case ended.Leg == LegAgent:
		e.result = ResultAgentHungUp
	default:
		e.result, e.trunkFault = ClassifyCustomer(ended.End)
	}
}

// answeredBy is the phone whose agent answered and didn't stay.
func (x *execution) answeredBy() []string {
	if x.attempt.Agent == "" {
		return nil
	}
	return []string{x.attempt.Agent}
}

// outOfSight returns err if it says that callbackd can't see or steer the
// attempt any more: reconciliation will.
func outOfSight(ctx context.Context, err error) error {
	if errors.Is(err, ErrGap) {
		return err
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}
