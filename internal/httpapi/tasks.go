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

// storyLimit bounds the missed calls that are told with one task.
const storyLimit = 1000

// tasks has the operations on tasks.
type tasks struct {
	store callback.Store
	log   zerolog.Logger
}

func (s *tasks) register(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "list-tasks", Method: http.MethodGet, Path: "/api/v1/tasks",
		Summary: "List tasks",
		Description: "Open and finished tasks, newest first unless sort says otherwise. What is asked for has to hold all together. " +
			"Pages follow one another by after, or newest first also by before: what is added or changes meanwhile has no task that stays as it is come twice, or not at all.",
		Tags: []string{"tasks"}, Security: secured,
		Errors: []int{http.StatusUnauthorized, http.StatusUnprocessableEntity},
	}, s.list)
	huma.Register(api, huma.Operation{
		OperationID: "show-task", Method: http.MethodGet, Path: "/api/v1/tasks/{id}",
		Summary:     "Tell the story of one task",
		Description: "The task with its missed calls, its attempts, its history, and why it isn't being dialled right now.",
		Tags:        []string{"tasks"}, Security: secured,
		Errors: []int{http.StatusUnauthorized, http.StatusNotFound},
	}, s.show)
	huma.Register(api, huma.Operation{
		OperationID: "cancel-task", Method: http.MethodPost, Path: "/api/v1/tasks/{id}/cancel",
		Summary: "Cancel a task",
		Description: "A task that waits is over at once. One that is being dialled keeps its state and has a cancel_reason: " +
			"before the customer leg is sent the agent leg is hung up, afterwards the attempt ends by itself, and connected makes the task completed. " +
			"Cancelling a task that is cancelled, or about to be, changes nothing and succeeds; one that ended otherwise is a conflict.",
		Tags: []string{"tasks"}, Security: secured,
		MaxBodyBytes: 16 << 10,
		Errors:       []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusNotFound, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType},
	}, s.cancel)
}

type listTasksRequest struct {
	State   []callback.TaskState `query:"state,explode" doc:"Only tasks in this state; repeat it for several: state=scheduled&state=dialing." nullable:"false" example:"[\"scheduled\"]"`
	Account accountParam         `query:"account" doc:"Only tasks of this account." example:"acme"`
	Number  numberParam          `query:"number" doc:"Only tasks of this customer; + is written %2B in an address." example:"+46701234567"`
	Search  string               `query:"q" maxLength:"200" doc:"What somebody looks for: a number or a part of it, however it is written, the id of a task, or words of a note." example:"070-123"`
	Kind    callback.Kind        `query:"kind" doc:"Only tasks of this kind." example:"request"`
	Rule    string               `query:"rule" maxLength:"200" doc:"Only tasks of the rule of this name." example:"lost in the menu"`
	Target  targetParam          `query:"target" maxLength:"200" doc:"Only tasks that this queue, agent or group calls back." example:"queue:support"`
	From    time.Time            `query:"from" doc:"Only tasks that were made then or later." example:"2026-11-20T00:00:00Z"`
	To      time.Time            `query:"to" doc:"Only tasks that were made before." example:"2026-11-21T00:00:00Z"`
	DueFrom time.Time            `query:"due_from" doc:"Only open tasks that are due then or later." example:"2026-11-20T08:00:00Z"`
	DueTo   time.Time            `query:"due_to" doc:"Only open tasks that are due before." example:"2026-11-20T09:00:00Z"`
	Sort    callback.TaskSort    `query:"sort" doc:"newest: the newest first, which it is if nothing is said. Of open tasks alone: due: the next due first; waiting: the longest wait first, which is the order in which they are called." example:"waiting"`
	After   string               `query:"after" maxLength:"60" doc:"What comes behind the page before: its next."`
	Before  int64                `query:"before" minimum:"1" doc:"Only tasks with a lower id: the next_before of the page before, newest first."`
	Limit   int                  `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"How many tasks at most."`
}

// TaskList is one page of tasks.
type TaskList struct {
	Tasks      []Task `json:"tasks" nullable:"false"`
	NextBefore int64  `json:"next_before,omitempty" example:"12" doc:"The before of the next page, of tasks by age; absent on the last."`
	Next       string `json:"next,omitempty" example:"12" doc:"The after of the next page, whatever the sort; absent on the last."`
}

type listTasksAnswer struct{ Body TaskList }

func (s *tasks) list(ctx context.Context, in *listTasksRequest) (*listTasksAnswer, error) {
	filter, refused := in.filter()
	if refused != nil {
		return nil, refused
	}
	var found []callback.Task
	err := s.store.View(ctx, func(tx callback.ReadTx) (err error) {
		found, err = tx.Tasks(filter)
		return err
	})
	if err != nil {
		return nil, inside(ctx, s.log, fmt.Errorf("list tasks: %w", err))
	}
	found, next := page(found, in.Limit, func(t callback.Task) int64 { return t.ID })
	list, now := TaskList{Tasks: make([]Task, len(found))}, time.Now()
	for i, t := range found {
		list.Tasks[i] = taskOf(t, now)
	}
	if next != 0 {
		list.Next = placeOf(found[len(found)-1], in.Sort)
	}
	if in.Sort == "" || in.Sort == callback.SortNewest {
		list.NextBefore = next
	}
	return &listTasksAnswer{Body: list}, nil
}

type showTaskRequest struct {
	ID int64 `path:"id" minimum:"1" example:"12"`
}

type showTaskAnswer struct{ Body TaskStory }

func (s *tasks) show(ctx context.Context, in *showTaskRequest) (*showTaskAnswer, error) {
	var story TaskStory
	err := s.store.View(ctx, func(tx callback.ReadTx) error {
		task, err := tx.Task(in.ID)
		if err != nil {
			return err
		}
		missed, err := tx.MissedCalls(callback.MissedCallFilter{TaskID: in.ID, Limit: storyLimit})
		if err != nil {
			return err
		}
		attempts, err := tx.Attempts(in.ID)
		if err != nil {
			return err
		}
		history, err := tx.History(in.ID)
		if err != nil {
			return err
		}
		recordings, err := tx.Recordings(callback.RecordingFilter{TaskID: in.ID, Limit: storyLimit})
		if err != nil {
			return err
		}
		story = storyOf(task, missed, attempts, recordings, history, time.Now())
		return nil
	})
	switch {
	case errors.Is(err, callback.ErrNotFound):
		return nil, noTask(in.ID)
	case err != nil:
		return nil, inside(ctx, s.log, fmt.Errorf("show task %d: %w", in.ID, err))
	}
	return &showTaskAnswer{Body: story}, nil
}

type cancelTaskRequest struct {
	ID   int64 `path:"id" minimum:"1" example:"12"`
	Body *Remark
}

type cancelTaskAnswer struct{ Body Task }

func (s *tasks) cancel(ctx context.Context, in *cancelTaskRequest) (*cancelTaskAnswer, error) {
	// The constant comes first: a person's words must not read as a reason that
	// callbackd gives, like customer_called.
	reason := callback.CancelByPerson
	if words := in.Body.words(); words != "" {
		reason += ": " + words
	}
	task, err := callback.Cancel(ctx, s.store, in.ID, reason, askerOf(ctx).name)
	var over *callback.TransitionError
	switch {
	case errors.Is(err, callback.ErrNotFound):
		return nil, noTask(in.ID)
	case errors.As(err, &over) && over.State == string(callback.TaskCancelled):
		return s.cancelled(ctx, in.ID)
	case errors.As(err, &over):
		return nil, huma.Error409Conflict(fmt.Sprintf("Task %d is %s: it is over, so there is nothing left to cancel.", in.ID, over.State))
	case err != nil:
		return nil, inside(ctx, s.log, err)
	}
	return &cancelTaskAnswer{Body: taskOf(task, time.Now())}, nil
}

// cancelled answers a task that was cancelled before, as it stands.
func (s *tasks) cancelled(ctx context.Context, id int64) (*cancelTaskAnswer, error) {
	var task callback.Task
	err := s.store.View(ctx, func(tx callback.ReadTx) (err error) {
		task, err = tx.Task(id)
		return err
	})
	if err != nil {
		return nil, inside(ctx, s.log, fmt.Errorf("show task %d: %w", id, err))
	}
	return &cancelTaskAnswer{Body: taskOf(task, time.Now())}, nil
}

func noTask(id int64) huma.StatusError {
	return huma.Error404NotFound(fmt.Sprintf("There is no task %d; the list of tasks has all that there are.", id))
}
