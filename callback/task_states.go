package callback

import "fmt"

// TaskState is where a task stands.
type TaskState string

// The states of a task.
const (
	// TaskScheduled waits for its due time and for whatever the next attempt
	// needs. Intake puts it here, the outcome of an unsuccessful attempt puts
	// it back; the scheduler takes it out. If callbackd dies, it stays due.
	TaskScheduled TaskState = "scheduled"
	// TaskDialing has an attempt under way, which alone takes it out: by its
	// outcome, or after a crash by reconciliation.
	TaskDialing TaskState = "dialing"
	// TaskHeld waits for a person, who releases or cancels it. A person put it here,
	// or the intake, for a burst of one-ring calls: HeldBy says who.
	TaskHeld TaskState = "held"
	// TaskCompleted is final: agent and customer talked.
	TaskCompleted TaskState = "completed"
	// TaskExhausted is final: no attempt is left; Reason is the last result.
	TaskExhausted TaskState = "exhausted"
	// TaskCancelled is final: the callback became unnecessary or unwanted.
	TaskCancelled TaskState = "cancelled"
	// TaskExpired is final: it grew too old.
	TaskExpired TaskState = "expired"
)

// TaskStates lists all states, open ones first.
var TaskStates = []TaskState{TaskScheduled, TaskDialing, TaskHeld, TaskCompleted, TaskExhausted, TaskCancelled, TaskExpired}

// Open reports whether the promise still stands.
func (s TaskState) Open() bool { return s == TaskScheduled || s == TaskDialing || s == TaskHeld }

// TaskInput is what can happen to a task.
type TaskInput string

// The inputs of a task.
const (
	TaskClaim       TaskInput = "claim"        // the scheduler starts an attempt
	TaskMissedAgain TaskInput = "missed_again" // the customer called once more and reached nobody
	TaskConnected   TaskInput = "connected"    // the attempt connected agent and customer
	TaskRetry       TaskInput = "retry"        // the attempt didn't connect, another is left
	TaskComeBack    TaskInput = "come_back"    // the attempt didn't count and comes again
	TaskExhaust     TaskInput = "exhaust"      // the attempt didn't connect and was the last
	// TaskCancel ends a task that waits at once. One that is being dialled
	// keeps its state and remembers the reason: before the customer's leg is
	// sent the agent's is hung up, afterwards the attempt ends by itself.
	TaskCancel TaskInput = "cancel"
	// TaskWithdraw is the end, without a conversation, of the attempt of a
	// task that was cancelled meanwhile.
	TaskWithdraw TaskInput = "withdraw"
	TaskExpire   TaskInput = "expire" // give_up_after has passed
	// TaskAskedAgain is a request that was merged into the task.
	TaskAskedAgain TaskInput = "asked_again"
	TaskEdit       TaskInput = "edit"       // a person changed what it says, or who is to call
	TaskReschedule TaskInput = "reschedule" // a person changed when
	// TaskHandOver is the end of its owner's time, or an agent who takes it. A task that is
	// dialled is handed over after the attempt.
	TaskHandOver TaskInput = "hand_over"
	// TaskLate is the booked time of an appointment that has passed without the customer's
	// phone ringing.
	TaskLate    TaskInput = "late"
	TaskHold    TaskInput = "hold"
	TaskRelease TaskInput = "release"
)

// TaskInputs lists all inputs.
var TaskInputs = []TaskInput{TaskClaim, TaskMissedAgain, TaskConnected, TaskRetry, TaskComeBack, TaskExhaust, TaskCancel, TaskWithdraw, TaskExpire, TaskAskedAgain, TaskEdit, TaskReschedule, TaskHandOver, TaskLate, TaskHold, TaskRelease}

// TaskTransitions is the whole life of a task. What isn't here is refused, by
// Next in the code and by a trigger in the database.
var TaskTransitions = map[TaskState]map[TaskInput]TaskState{
	TaskScheduled: {
		TaskClaim:       TaskDialing,
		TaskAskedAgain:  TaskScheduled,
		TaskEdit:        TaskScheduled,
		TaskReschedule:  TaskScheduled,
		TaskHandOver:    TaskScheduled,
		TaskLate:        TaskScheduled,
		TaskMissedAgain: TaskScheduled,
		TaskCancel:      TaskCancelled,
		TaskExpire:      TaskExpired,
		TaskHold:        TaskHeld,
	},
	TaskDialing: {
		TaskMissedAgain: TaskDialing,
		TaskEdit:        TaskDialing,
		TaskCancel:      TaskDialing,
		TaskConnected:   TaskCompleted,
		TaskRetry:       TaskScheduled,
		TaskComeBack:    TaskScheduled,
		TaskExhaust:     TaskExhausted,
		TaskWithdraw:    TaskCancelled,
	},
	TaskHeld: {
		TaskMissedAgain: TaskHeld,
		TaskAskedAgain:  TaskHeld,
		TaskEdit:        TaskHeld,
		TaskReschedule:  TaskHeld,
		TaskHandOver:    TaskHeld,
		TaskLate:        TaskHeld,
		TaskCancel:      TaskCancelled,
		TaskExpire:      TaskExpired,
		TaskRelease:     TaskScheduled,
	},
}

// TransitionError is an input that a state doesn't take.
type TransitionError struct {
	What  string // "task 12"
	State string
	Input string
}

func (e *TransitionError) Error() string {
	return fmt.Sprintf("%s is %s and can't take %s", e.What, e.State, e.Input)
}

// Next is the state that follows s on in; ok is false where s doesn't take it.
func (s TaskState) Next(in TaskInput) (next TaskState, ok bool) {
	next, ok = TaskTransitions[s][in]
	return next, ok
}

// apply moves t by in and describes the step for the history.
func (t *Task) apply(in TaskInput, reason string) (Change, error) {
	next, ok := t.State.Next(in)
	if !ok {
		return Change{}, &TransitionError{What: fmt.Sprintf("task %d", t.ID), State: string(t.State), Input: string(in)}
	}
	change := Change{TaskID: t.ID, Input: string(in), From: string(t.State), To: string(next), Reason: reason}
	t.State = next
	return change, nil
}
