package callback

import (
	"context"
	"fmt"
	"time"
)

// takenFor is how long what an agent has taken stays the agent's. Whoever takes a callback
// and can't be rung, or goes home, leaves nobody waiting: see handOver.
const takenFor = OwnerLeast

// Take gives a callback that was asked for, and waits, to an agent who wants to make it
// now: it is due, the agent's phone is rung for it, and after takenFor it goes back to
// whom it was for. by is who says so, for the history. What the agent has already is due
// at once, and else stays as it is.
//
// What another agent has isn't taken (RefusedTaken), also where both were shown it a moment
// ago: the first has it. Nor is what comes from missed calls (RefusedTargetOfRule).
func (d *Desk) Take(ctx context.Context, id int64, agent, by string) (Task, error) {
	return changeTask(ctx, d.store, id, "take", func(tx Tx, task *Task) error {
		if task.State != TaskScheduled {
			return &TransitionError{What: fmt.Sprintf("task %d", task.ID), State: string(task.State), Input: string(TaskHandOver)}
		}
		if !task.askedFor() {
			return &AskRefusal{Reason: RefusedTargetOfRule, Field: FieldAgent, Why: "the task comes from missed calls: its rule says who calls back"}
		}
		account, rule, err := d.fileOf(*task)
		if err != nil {
			return err
		}
		wants := Target{TargetAgent, agent}
		if !account.Lists(wants) {
			return &AskRefusal{Reason: RefusedTargetUnknown, Field: FieldAgent, Why: account.noAgent(agent)}
		}
		if task.Target.Kind == TargetAgent && task.Target != wants {
			return &AskRefusal{Reason: RefusedTaken, Field: FieldAgent, Why: task.whoHasIt()}
		}
		return account.handTo(tx, rule, task, wants, by, time.Now())
	})
}

func (a *Account) noAgent(name string) string {
	if name == "" {
		return "say whose phone is to ring: an agent of the file"
	}
	return fmt.Sprintf("account %s has no agent %s in its file", a.Name, asDelivered(name))
}

// whoHasIt says which agent has a task, and until when.
func (t Task) whoHasIt() string {
	if !t.owned() {
		return fmt.Sprintf("task %d is for %s", t.ID, t.Target.Name)
	}
	return fmt.Sprintf("%s has task %d already, until %s", t.Owner.Agent, t.ID, t.OwnerUntil.UTC().Format("2006-01-02 15:04 UTC"))
}

// handTo makes a waiting task an agent's, and due.
func (a *Account) handTo(tx Tx, rule Rule, task *Task, agent Target, by string, now time.Time) error {
	reason := "taken by " + agent.Name
	if by != agent.Name {
		reason += ", says " + by
	}
	change, err := task.apply(TaskHandOver, reason)
	if err != nil {
		return err
	}
	attempt, err := tx.CurrentAttempt(task.ID)
	if err != nil {
		return err
	}
	zones, _ := rule.CustomerZones(a, task.Number)
	next := attempt.plan()
	switch {
	case task.owned():
		rule.hasten(task, now, zones)
	case task.Target != agent:
		rule.own(task, Owner{Agent: agent.Name, For: takenFor, Then: task.Target}, now, zones)
		next = next.to(agent)
	}
	task.dueNow(now)
	task.WaitingFor, next.due = "", now
	return replan(tx, task, next, change)
}
