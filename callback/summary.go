package callback

import (
	"slices"
	"strings"
	"time"
)

// Happenings is what happened within a quarter of an hour of UTC. All zones there are
// begin their hours and days with one.
type Happenings struct {
	Begins time.Time
	Counts
}

// Counts is how often each thing happened.
type Counts struct {
	Missed     int // missed calls, by Lost
	Refused    int // of these, the ones that aren't called back
	Asked      int // requests and appointments, by Arrived
	CalledBack int // attempts that connected and are over, by Bridged
	Helped     int // tasks that ended because the customer talked to somebody otherwise
	GivenUp    int // tasks that ended exhausted or expired
	Cancelled  int // tasks that were cancelled for another reason than those of Helped
}

// Add adds more to c.
func (c *Counts) Add(more Counts) {
	c.Missed += more.Missed
	c.Refused += more.Refused
	c.Asked += more.Asked
	c.CalledBack += more.CalledBack
	c.Helped += more.Helped
	c.GivenUp += more.GivenUp
	c.Cancelled += more.Cancelled
}

// Helping are the reasons of tasks that were cancelled because the customer talked to
// somebody otherwise.
var Helping = []string{CancelCustomerCalled, CancelAgentCalled, CancelCalledBack}

// Waiting is how many open tasks of one state wait for one thing.
type Waiting struct {
	State  TaskState
	Due    bool // its time has come
	Reason string
	Tasks  int
	Oldest time.Time // the earliest Due among them
}

// Owed is a task for which callbackd owed a call from some moment on, and what became of
// it. That moment is, of missed calls, when the oldest of the task's calls was lost; of
// what was asked for, its place in the order: when that was, or the time asked for.
type Owed struct {
	Began      time.Time
	State      TaskState
	Reason     string
	CalledBack time.Time // when the first of its conversations began, also one that goes on; zero: none has
	Ended      time.Time // when the task was over; zero while it is open
}

// talked is when the customer talked to a person, whoever called whom; zero if that
// didn't happen, as far as is known.
func (o Owed) talked() time.Time {
	switch {
	case !o.CalledBack.IsZero():
		return o.CalledBack
	case o.State == TaskCancelled && slices.Contains(Helping, o.Reason):
		return o.Ended
	}
	return time.Time{}
}

// withdrawn reports whether nobody is to be judged by it: a person took it back or did it
// in another way, or it was never meant to be dialled.
func (o Owed) withdrawn() bool {
	if o.State != TaskCancelled || !o.talked().IsZero() {
		return false
	}
	return slices.ContainsFunc([]string{CancelByPerson, CancelByCustomer, CancelClosed, CancelShadow}, func(why string) bool {
		return strings.HasPrefix(o.Reason, why) // people's words follow
	})
}

// Promptness is how soon customers talked to a person.
type Promptness struct {
	Tasks      int           // that are judged: all but those that were withdrawn
	CalledBack int           // of these, the ones whose customer an agent talked to, connected by callbackd
	Median     time.Duration // from the beginning of half of those called back to their conversation, at most
	Ninetieth  time.Duration // of nine in ten
	Within     []PromptShare
}

// PromptShare is how many talked to a person within some time.
type PromptShare struct {
	Limit time.Duration
	In    int // talked in time
	Late  int // didn't, and can't any more
	Open  int // the time isn't over, and neither is the task
}

// PromptLimits are the times within which customers may hope for an answer.
var PromptLimits = []time.Duration{15 * time.Minute, time.Hour, 24 * time.Hour}

// JudgePromptness judges tasks as they are at now.
//
// A customer has talked in time if that was no later than the limit after the beginning;
// one who talked before it (a booked customer who called early) has, too. A task that is
// over without that is late at once; an open one when the limit has passed.
func JudgePromptness(tasks []Owed, now time.Time) Promptness {
	p := Promptness{Within: make([]PromptShare, len(PromptLimits))}
	var took []time.Duration
	for _, o := range tasks {
		if o.withdrawn() {
			continue
		}
		p.Tasks++
		if !o.CalledBack.IsZero() {
			took = append(took, max(0, o.CalledBack.Sub(o.Began)))
		}
		for i, limit := range PromptLimits {
			share, end := &p.Within[i], o.Began.Add(limit)
			switch talked := o.talked(); {
			case !talked.IsZero() && !talked.After(end):
				share.In++
			case talked.IsZero() && o.Ended.IsZero() && now.Before(end):
				share.Open++
			default:
				share.Late++
			}
		}
	}
	for i, limit := range PromptLimits {
		p.Within[i].Limit = limit
	}
	slices.Sort(took)
	p.CalledBack, p.Median, p.Ninetieth = len(took), nearestRank(took, 50), nearestRank(took, 90)
	return p
}

// nearestRank is the least of the sorted values that percent of them don't exceed; 0 of
// none.
func nearestRank(sorted []time.Duration, percent int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[(len(sorted)*percent+99)/100-1]
}
