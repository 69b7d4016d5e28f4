package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/rs/zerolog"

	"callbackd/callback"
)

// holds has the operations by which tasks are held and released.
type holds struct {
	directory
	log zerolog.Logger
}

func (s *holds) register(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "hold-task", Method: http.MethodPost, Path: "/api/v1/tasks/{id}/hold",
		Summary: "Hold a task",
		Description: "A task that waits isn't dialled until a person releases it; it expires when it would have. " +
			"Holding what a person holds changes nothing and succeeds; what the one-ring shield holds is the person's from then on, and stays held when the burst is released. One that is being dialled, or is over, is a conflict.",
		Tags: []string{"tasks"}, Security: secured,
		MaxBodyBytes: 16 << 10,
		Errors:       []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusNotFound, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType},
	}, s.hold)
	huma.Register(api, huma.Operation{
		OperationID: "release-task", Method: http.MethodPost, Path: "/api/v1/tasks/{id}/release",
		Summary: "Release a held task",
		Description: "The task is due when it was. " +
			"Releasing an open task that isn't held changes nothing and succeeds; one that is over is a conflict.",
		Tags: []string{"tasks"}, Security: secured,
		MaxBodyBytes: 16 << 10,
		Errors:       []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusNotFound, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType},
	}, s.release)
	huma.Register(api, huma.Operation{
		OperationID: "release-tasks", Method: http.MethodPost, Path: "/api/v1/accounts/{account}/tasks/release",
		Summary:     "Release all tasks of an account that somebody, or the one-ring shield, holds",
		Description: "All of them, or none if that fails. Where nothing is held by that name, 0 are released.",
		Tags:        []string{"tasks"}, Security: secured,
		MaxBodyBytes: 16 << 10,
		Errors:       []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusNotFound, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity},
	}, s.releaseAll)
}

type holdTaskRequest struct {
	ID   int64 `path:"id" minimum:"1" example:"12"`
	Body *Remark
}

type heldTaskAnswer struct{ Body Task }

func (s *holds) hold(ctx context.Context, in *holdTaskRequest) (*heldTaskAnswer, error) {
	task, err := callback.Hold(ctx, s.store, in.ID, askerOf(ctx).name, in.Body.words())
	if err != nil {
		return nil, s.refusal(ctx, in.ID, err, "hold")
	}
	return &heldTaskAnswer{Body: taskOf(task, time.Now())}, nil
}

type releaseTaskRequest struct {
	ID   int64 `path:"id" minimum:"1" example:"12"`
	Body *Nothing
}

func (s *holds) release(ctx context.Context, in *releaseTaskRequest) (*heldTaskAnswer, error) {
	task, err := callback.Release(ctx, s.store, in.ID, askerOf(ctx).name)
	if err != nil {
		return nil, s.refusal(ctx, in.ID, err, "release")
	}
	return &heldTaskAnswer{Body: taskOf(task, time.Now())}, nil
}

// refusal answers that a task can't be held or released.
func (s *holds) refusal(ctx context.Context, id int64, err error, verb string) error {
	var state *callback.TransitionError
	switch {
	case errors.Is(err, callback.ErrNotFound):
		return noTask(id)
	case errors.As(err, &state) && state.State == string(callback.TaskDialing):
		return huma.Error409Conflict(fmt.Sprintf("Task %d is being dialled: cancel it, or hold it when the attempt under way has ended.", id))
	case errors.As(err, &state):
		return huma.Error409Conflict(fmt.Sprintf("Task %d is %s: it is over, so there is nothing left to %s.", id, state.State, verb))
	}
	return inside(ctx, s.log, err)
}

// Holder says whose held tasks are meant.
type Holder struct {
	_ struct{} `additionalProperties:"false"`

	HeldBy string `json:"held_by" minLength:"1" maxLength:"200" pattern:"^[^\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]*$" patternDescription:"one line of text" example:"one_ring" doc:"Who holds them, as the tasks' held_by has it: one_ring, or a person."`
}

type releaseTasksRequest struct {
	Account string `path:"account" maxLength:"200" example:"acme"`
	Body    Holder
}

// Release is what came of releasing tasks.
type Release struct {
	Released int `json:"released" minimum:"0" example:"12" doc:"How many tasks were released."`
}

type releasedAnswer struct{ Body Release }

func (s *holds) releaseAll(ctx context.Context, in *releaseTasksRequest) (*releasedAnswer, error) {
	r, err := s.roster(ctx)
	if err != nil {
		return nil, inside(ctx, s.log, err)
	}
	if !slices.Contains(r.names(), in.Account) {
		return nil, r.unknown(in.Account)
	}
	released, err := callback.ReleaseAll(ctx, s.store, in.Account, in.Body.HeldBy, askerOf(ctx).name)
	if err != nil {
		return nil, inside(ctx, s.log, err)
	}
	return &releasedAnswer{Body: Release{Released: released}}, nil
}
