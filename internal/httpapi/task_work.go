package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/rs/zerolog"

	"callbackd/callback"
)

// taskWork has the operations by which people change what was promised.
type taskWork struct {
	desk Desk
	log  zerolog.Logger
}

func (s *taskWork) register(api huma.API) {
	register(api, s, workOperation{
		id: "edit-task", method: http.MethodPatch, path: "/api/v1/tasks/{id}", summary: "Change what a task says, and who calls",
		description: "The note, as long as the task is open; target, owner and language of what was asked for, unless it is being dialled. What is left out stays.",
	}, s.edit)
	register(api, s, workOperation{
		id: "reschedule-task", method: http.MethodPost, path: "/api/v1/tasks/{id}/reschedule", summary: "Give a task another time",
		description: "A task that waits, or is held, is due then. The time must be in the future, and within the hours. " +
			"A request at once is for that time from then on, and is kept even if the customer is helped before. " +
			"An appointment moves to the slot of its schedule that begins then, if it has a free place.",
	}, s.reschedule)
	register(api, s, workOperation{
		id: "call-task-now", method: http.MethodPost, path: "/api/v1/tasks/{id}/call-now", summary: "Make a task due",
		description: "It is due at once. Whatever else is in the way of a call stays so (the customer's hours, the caps, a stop): waiting_for says it. A held task has to be released first.",
	}, s.callNow)
	register(api, s, workOperation{
		id: "take-task", method: http.MethodPost, path: "/api/v1/tasks/{id}/take", summary: "Take a task: an agent's phone is rung for it now",
		description: "What was asked for, and waits, is the agent's from then on, and due at once: the agent's phone rings first, then the customer's. " +
			"After an hour in which the customer may be called it goes back to whom it was for; target gives it back at once (edit-task). " +
			"Whatever else is in the way of a call stays so: waiting_for says it. 409: another agent has it (`taken`), or it is being dialled, held or over.",
	}, s.take)
	register(api, s, workOperation{
		id: "close-task", method: http.MethodPost, path: "/api/v1/tasks/{id}/close", summary: "Close a task that was done in another way",
		description: "It is cancelled with the reason closed_by_person, and the words given. One that is being dialled gives way as with cancel.",
	}, s.close)
}

// workOperation is one operation on one task.
type workOperation struct{ id, method, path, summary, description string }

func register[In any](api huma.API, s *taskWork, w workOperation, do func(context.Context, *In) (callback.Task, error)) {
	op := huma.Operation{
		OperationID: w.id, Method: w.method, Path: w.path, Summary: w.summary, Description: w.description,
		Tags: []string{"tasks"}, Security: secured, MaxBodyBytes: 16 << 10,
		Errors: append([]int{http.StatusNotFound}, askErrors...),
	}
	huma.Register(api, op, func(ctx context.Context, in *In) (*workAnswer, error) {
		task, err := do(ctx, in)
		if err != nil {
			return nil, s.refusal(ctx, err)
		}
		return &workAnswer{Body: taskOf(task, time.Now())}, nil
	})
	path := api.OpenAPI().Paths[w.path]
	for _, described := range []*huma.Operation{path.Post, path.Patch} {
		if described != nil && described.OperationID == w.id {
			describeRefusals(api, described)
		}
	}
}

type workAnswer struct{ Body Task }

// refusal answers that a task can't be changed.
func (s *taskWork) refusal(ctx context.Context, err error) error {
	var refused *callback.AskRefusal
	var state *callback.TransitionError
	switch {
	case errors.As(err, &refused):
		return problemOf(ofMove(refused))
	case errors.Is(err, callback.ErrNotFound):
		return huma.Error404NotFound("There is no such task; the list of tasks has all that there are.")
	case errors.As(err, &state):
		return huma.Error409Conflict(asSentence(whyNot(state)))
	}
	return inside(ctx, s.log, err)
}

// whyNot says why a task can't take what was asked, and what to do instead.
func whyNot(e *callback.TransitionError) string {
	switch callback.TaskState(e.State) {
	case callback.TaskDialing:
		return e.What + " is being dialled: try again when the attempt under way has ended, or cancel it"
	case callback.TaskHeld:
		return e.What + " is held: release it first"
	}
	return fmt.Sprintf("%s is %s: it is over; ask for another callback that follows it (previous)", e.What, e.State)
}

// TaskEdit is what a person changes of a task.
type TaskEdit struct {
	_ struct{} `additionalProperties:"false"`

	Note     *string          `json:"note,omitempty" maxLength:"4000" pattern:"^([^\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]|[\u200c\u200d])*$" patternDescription:"one line of text" example:"call the office, not the mobile"`
	Language *string          `json:"language,omitempty" pattern:"^([a-z]{2}(_[A-Z]{2})?)?$" patternDescription:"a language like sv or en_GB" example:"sv" doc:"Empty: the file's."`
	Target   *callback.Target `json:"target,omitempty" maxLength:"200" example:"agent:alice" doc:"Who calls from now on: what is an owner's is handed over at once."`
	Owner    *TaskOwner       `json:"owner,omitempty" doc:"Whose it is from now on, or from the time on that it is for. then left out: target, else whoever it is for in the end."`
}

type editTaskRequest struct {
	ID   int64 `path:"id" minimum:"1" example:"12"`
	Body TaskEdit
}

func (s *taskWork) edit(ctx context.Context, in *editTaskRequest) (callback.Task, error) {
	return s.desk.Edit(ctx, in.ID, callback.Edit{Note: in.Body.Note, Language: in.Body.Language, Target: in.Body.Target, Owner: in.Body.Owner.owner()}, askerOf(ctx).name)
}

// NewTime is when a task is to be called.
type NewTime struct {
	_ struct{} `additionalProperties:"false"`

	At time.Time `json:"at" example:"2026-11-27T10:00:00+01:00" doc:"With the offset from UTC; in the future, and within the hours."`
}

type rescheduleTaskRequest struct {
	ID   int64 `path:"id" minimum:"1" example:"12"`
	Body NewTime
}

func (s *taskWork) reschedule(ctx context.Context, in *rescheduleTaskRequest) (callback.Task, error) {
	return s.desk.Reschedule(ctx, in.ID, in.Body.At, askerOf(ctx).name)
}

type callTaskNowRequest struct {
	ID   int64 `path:"id" minimum:"1" example:"12"`
	Body *Nothing
}

func (s *taskWork) callNow(ctx context.Context, in *callTaskNowRequest) (callback.Task, error) {
	return s.desk.CallNow(ctx, in.ID, askerOf(ctx).name)
}

// Taking says who takes a task.
type Taking struct {
	_ struct{} `additionalProperties:"false"`

	Agent string `json:"agent,omitempty" maxLength:"200" pattern:"^[^\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]*$" patternDescription:"one line of text" example:"alice" doc:"An agent of the account's file. Left out: of a user who has signed in, the agent whose phone is theirs; a token has to say."`
}

type takeTaskRequest struct {
	ID   int64 `path:"id" minimum:"1" example:"12"`
	Body *Taking
}

func (s *taskWork) take(ctx context.Context, in *takeTaskRequest) (callback.Task, error) {
	a := askerOf(ctx)
	agent := a.agent
	if in.Body != nil && in.Body.Agent != "" {
		agent = in.Body.Agent
	}
	return s.desk.Take(ctx, in.ID, agent, a.name)
}

// ClosingNote is the optional body of a request that closes a task.
type ClosingNote struct {
	_ struct{} `additionalProperties:"false"`

	Note string `json:"note,omitempty" maxLength:"200" pattern:"^([^\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]|[\u200c\u200d])*$" patternDescription:"one line of text" example:"answered by e-mail" doc:"What was done; the task's history has it."`
}

type closeTaskRequest struct {
	ID   int64 `path:"id" minimum:"1" example:"12"`
	Body *ClosingNote
}

func (s *taskWork) close(ctx context.Context, in *closeTaskRequest) (callback.Task, error) {
	words := ""
	if in.Body != nil {
		words = in.Body.Note
	}
	return s.desk.Close(ctx, in.ID, words, askerOf(ctx).name)
}
