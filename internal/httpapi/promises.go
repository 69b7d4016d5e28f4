package httpapi

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"callbackd/callback"
)

// Holders is where customers who hold the secret of a promise look at it, move it and
// cancel it: callback.HolderDesk.
type Holders interface {
	// Secret is "" of a task that nobody asked for.
	Secret(t callback.Task) string
	// All others answer callback.ErrNotFound for a secret that is none's.
	Task(ctx context.Context, secret string) (callback.Task, error)
	Cancel(ctx context.Context, secret string) (callback.Task, error)
	Reschedule(ctx context.Context, secret string, at time.Time) (callback.Task, error)
	Slots(ctx context.Context, secret string, from, to time.Time, limit int) ([]callback.Slot, error)
}

// promises has the operations of customers who hold a secret. They come through a program
// with a token of its own, mostly one for intake: who has only the one or only the other
// gets nowhere.
type promises struct{ *requests }

const promisePath = "/api/v1/promises/{secret}"

func (s *promises) register(api huma.API) {
	reading := []int{http.StatusUnauthorized, http.StatusNotFound, http.StatusUnprocessableEntity}
	huma.Register(api, huma.Operation{
		OperationID: "show-promise", Method: http.MethodGet, Path: promisePath,
		Summary: "Tell a customer what was promised", Description: "As it is now, also once it is over. Of what people wrote about the customer it says nothing.",
		Tags: []string{"promises"}, Security: secured, Errors: reading,
	}, s.show)
	huma.Register(api, huma.Operation{
		OperationID: "list-promise-slots", Method: http.MethodGet, Path: promisePath + "/slots",
		Summary: "List the slots to which an appointment may be moved", Description: "As list-slots does. None for a request: that may be for any time within the hours.",
		Tags: []string{"promises"}, Security: secured, Errors: reading,
	}, s.slots)
	registerPromiseChange(api, huma.Operation{
		OperationID: "cancel-promise", Path: promisePath + "/cancel",
		Summary:     "Cancel what was promised, for the customer",
		Description: "A call that is being made gives way, unless the customer's phone may ring already. Cancelling once more changes nothing and succeeds; 409: it is over otherwise.",
	}, s.cancel)
	registerPromiseChange(api, huma.Operation{
		OperationID: "reschedule-promise", Path: promisePath + "/reschedule",
		Summary: "Give what was promised another time, for the customer",
		Description: "Within the limits of asking: in the future, and within the hours; an appointment to a slot of its schedule that has a free place (409 slot_full). " +
			"409 as well while the call is being made, and once it is over.",
	}, s.reschedule)
}

func registerPromiseChange[In any](api huma.API, op huma.Operation, do func(context.Context, *In) (*promiseAnswer, error)) {
	op.Method, op.Tags, op.Security, op.MaxBodyBytes = http.MethodPost, []string{"promises"}, secured, 16<<10
	op.Errors = append([]int{http.StatusNotFound}, askErrors...)
	huma.Register(api, op, do)
	describeRefusals(api, api.OpenAPI().Paths[op.Path].Post)
}

// PromisePath is the address of a promise.
type PromisePath struct {
	Secret string `path:"secret" maxLength:"200" example:"AAAAAAAAAAxYp3v0m2cQ1sZk8uT4dJ5rW6hN7bE9aLfGgKzLxAyEsQ" doc:"As the answer to asking or booking has it."`
}

type promiseAnswer struct{ Body Promise }

func (s *promises) show(ctx context.Context, in *PromisePath) (*promiseAnswer, error) {
	task, err := s.held(ctx, in.Secret)
	if err != nil {
		return nil, err
	}
	return s.told(task), nil
}

// held is the task of a secret, of an account that there is for the asker.
func (s *promises) held(ctx context.Context, secret string) (callback.Task, error) {
	task, err := s.holders.Task(ctx, secret)
	if err == nil && !askerOf(ctx).knows(task.Account) {
		err = callback.ErrNotFound
	}
	if err != nil {
		return callback.Task{}, s.refusal(ctx, err)
	}
	return task, nil
}

func (s *promises) told(task callback.Task) *promiseAnswer {
	zone := ""
	if account, ok := s.rules.Book().Account(task.Account); ok {
		zone = account.Location.String()
		if schedule, is := task.Book(); is {
			zone = zoneOf(account, schedule).String()
		}
	}
	return &promiseAnswer{Body: promiseOf(task, zone)}
}

type promiseSlotsRequest struct {
	PromisePath
	Span
}

func (s *promises) slots(ctx context.Context, in *promiseSlotsRequest) (*listSlotsAnswer, error) {
	task, err := s.held(ctx, in.Secret)
	if err != nil {
		return nil, err
	}
	schedule, is := task.Book()
	account, inForce := s.rules.Book().Account(task.Account)
	if !is || !inForce {
		return &listSlotsAnswer{Body: SlotList{Slots: []Slot{}}}, nil
	}
	found, err := s.holders.Slots(ctx, in.Secret, in.From, in.To, in.Limit+1)
	if err != nil {
		return nil, s.refusal(ctx, err)
	}
	return &listSlotsAnswer{Body: slotsOf(found, in.Limit, zoneOf(account, schedule))}, nil
}

type cancelPromiseRequest struct {
	PromisePath
	Body *Nothing
}

func (s *promises) cancel(ctx context.Context, in *cancelPromiseRequest) (*promiseAnswer, error) {
	before, err := s.held(ctx, in.Secret)
	if err != nil {
		return nil, err
	}
	if before.State == callback.TaskCancelled {
		return s.told(before), nil
	}
	task, err := s.holders.Cancel(ctx, in.Secret)
	if err != nil {
		return nil, s.refusal(ctx, err)
	}
	return s.told(task), nil
}

type reschedulePromiseRequest struct {
	PromisePath
	Body NewTime
}

func (s *promises) reschedule(ctx context.Context, in *reschedulePromiseRequest) (*promiseAnswer, error) {
	if _, err := s.held(ctx, in.Secret); err != nil {
		return nil, err
	}
	task, err := s.holders.Reschedule(ctx, in.Secret, in.Body.At)
	if err != nil {
		return nil, s.refusal(ctx, err)
	}
	return s.told(task), nil
}

// refusal answers a customer why not, in words in which there is no number of a task.
func (s *promises) refusal(ctx context.Context, err error) error {
	var refused *callback.AskRefusal
	var state *callback.TransitionError
	switch {
	case errors.As(err, &refused):
		return problemOf(refusalSeen(ctx, ofMove(refused)))
	case errors.Is(err, callback.ErrNotFound):
		return huma.Error404NotFound("There is no such promise: take the secret from the answer to asking or booking, whole and as it is.")
	case errors.As(err, &state) && callback.TaskState(state.State) == callback.TaskDialing:
		return huma.Error409Conflict("The call is being made right now: try again in a few minutes.")
	case errors.As(err, &state) && callback.TaskState(state.State).Open():
		return huma.Error409Conflict("The promise can't be changed as it stands: ask whoever made it.")
	case errors.As(err, &state):
		return huma.Error409Conflict("The promise is over, so there is nothing left to change: ask for another callback.")
	}
	return inside(ctx, s.log, err)
}
