package pbx_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"callbackd/ari/aritest"
	"callbackd/callback"
)

var offices = flag.Int("offices", 25, "random offices that the gate serves")

// In random offices (queues that share members, agents who are called directly, who rest
// after calls and are paused, phones that take their time to ring, live callers who come,
// wait, talk and give up) the promise of the gate holds at each leg that is sent, and
// whoever can be served is.
func TestRandomOffices(t *testing.T) {
	for seed := range uint64(*offices) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 34))
			queues := map[string]aritest.Queue{"sales": someQueue(r), "service": someQueue(r), "night": someQueue(r)}
			one := map[string]bool{}
			for name := range queues {
				one[name] = r.IntN(4) == 0
			}
			inOffice(t, queues, func(w *world) { newOracle(w, queues, one).plays(r) }, func(a *callback.Account) {
				a.Lines = 100
				for name := range queues {
					if one[name] {
						ringingOne(name)(a)
					}
				}
			})
		})
	}
}

var officePhones = []string{"PJSIP/alice", "PJSIP/bob", "PJSIP/carol"}

func someQueue(r *rand.Rand) aritest.Queue {
	q := aritest.Queue{Autofill: r.IntN(3) > 0, RingAll: r.IntN(4) == 0}
	for _, phone := range officePhones {
		if r.IntN(3) > 0 {
			q.Members = append(q.Members, phone)
		}
	}
	if r.IntN(3) == 0 {
		q.WrapUp = 5 * time.Second
	}
	return q
}

// oracle knows the truth about an office.
type oracle struct {
	*world
	queues map[string]aritest.Queue
	names  []string
	one    map[string]bool
	idle   map[string]time.Time // since when a callback could be served that isn't
	joins  map[string]time.Time // when a live caller joined last, by phone that may be rung
}

func newOracle(w *world, queues map[string]aritest.Queue, one map[string]bool) *oracle {
	o := &oracle{world: w, queues: queues, one: one, idle: map[string]time.Time{}, joins: map[string]time.Time{}}
	for name := range queues {
		o.names = append(o.names, name)
	}
	slices.Sort(o.names)
	w.asterisk.Phone("Local/*@callbackd-agent/n", func(c *aritest.Call) {
		name := strings.TrimSuffix(strings.TrimPrefix(c.Endpoint(), "Local/"), "@callbackd-agent/n")
		assert.Zero(w.t, w.asterisk.QueueState(name).Live, "a leg into %s while a live caller waits", name)
		assert.Greater(w.t, o.served(name, nil), o.served("", nil), "a leg into %s for which nobody is left", name)
		c.WaitIn(name)
	})
	w.asterisk.Phone("Local/*@callbackd-phones/n", func(c *aritest.Call) {
		phones := strings.Split(c.Variable("CALLBACKD_PHONES"), "&")
		for _, phone := range phones {
			if time.Since(o.joins[phone]) < time.Millisecond {
				continue // in the same moment: it gives way
			}
			assert.False(w.t, w.asterisk.HasCall(phone), "%s has a call already", phone)
			assert.NotContains(w.t, o.wanted(), phone, "a live caller waits for it")
		}
		assert.Equal(w.t, o.served("", nil), o.served("", phones), "a leg in a queue counts on %v", phones)
		c.DialPhones()
	})
	return o
}

// wanted lists the phones of queues in which live callers wait.
func (o *oracle) wanted() (phones []string) {
	for _, name := range o.names {
		if o.asterisk.QueueState(name).Live > 0 {
			phones = append(phones, o.queues[name].Members...)
		}
	}
	return phones
}

// served is how many legs that look for a member can have one, with one more in a queue,
// and without some phones.
func (o *oracle) served(more string, without []string) int {
	var legs [][]string
	for _, name := range o.names {
		state := o.asterisk.QueueState(name)
		if name == more {
			state.Looking++
		}
		ready := slices.DeleteFunc(state.Ready, func(phone string) bool { return slices.Contains(without, phone) })
		for range state.Looking {
			legs = append(legs, ready)
		}
	}
	var most func(legs [][]string, used []string) int
	most = func(legs [][]string, used []string) int {
		if len(legs) == 0 {
			return 0
		}
		best := most(legs[1:], used)
		for _, phone := range legs[0] {
			if !slices.Contains(used, phone) {
				best = max(best, 1+most(legs[1:], append(slices.Clone(used), phone)))
			}
		}
		return best
	}
	return most(legs, nil)
}

// plays lets a minute pass in which much happens, and then waits until all is quiet.
func (o *oracle) plays(r *rand.Rand) {
	for i, phone := range officePhones {
		var mu sync.Mutex
		own := rand.New(rand.NewPCG(r.Uint64(), uint64(i)))
		upTo := func(n int) int {
			mu.Lock()
			defer mu.Unlock()
			return own.IntN(n)
		}
		o.asterisk.AgentPhone(phone, func(c *aritest.Call) {
			if c.Wait(time.Duration(upTo(400)) * time.Millisecond) {
				aritest.Answers(time.Duration(200+upTo(2500))*time.Millisecond, time.Duration(1+upTo(15))*time.Second)(c)
			}
		})
	}
	targets := []string{"agent:alice", "agent:carol", "group:team"}
	for _, name := range o.names {
		targets = append(targets, "queue:"+name, "queue:"+name)
	}
	var callers []*aritest.Call
	for range 120 {
		switch name := o.names[r.IntN(len(o.names))]; r.IntN(10) {
		case 0, 1:
			for _, phone := range o.queues[name].Members {
				o.joins[phone] = time.Now()
			}
			callers = append(callers, o.asterisk.Caller(name, "anonymous"))
		case 2:
			if len(callers) > 0 {
				callers[r.IntN(len(callers))].Hangup()
			}
		case 3:
			o.asterisk.Pause(name, officePhones[r.IntN(3)], r.IntN(3) == 0)
		case 4, 5:
			o.missedBy(targets[r.IntN(len(targets))], 1)
		}
		for range 5 {
			o.after(time.Duration(1+r.IntN(199)) * time.Millisecond)
			o.notIdle()
		}
	}
}

// notIdle checks that no callback to a queue waits for longer than a second that could be
// served. Whoever may be in wrap-up, and who is wanted by a live caller, doesn't count.
func (o *oracle) notIdle() {
	waiting := map[string]bool{}
	for _, task := range o.tasks() {
		if task.State == callback.TaskScheduled && !task.Due.After(time.Now()) {
			waiting[task.Target.Name] = true
		}
	}
	careful := slices.ContainsFunc(o.names, func(name string) bool { return o.queues[name].WrapUp > 0 })
	wanted := o.wanted()
	for _, name := range o.names {
		state := o.asterisk.QueueState(name)
		free := o.served(name, wanted) > o.served("", wanted) && state.Live == 0 && (!o.one[name] || !o.legIn(name))
		if careful || !waiting[name] || !free {
			delete(o.idle, name)
			continue
		}
		if o.idle[name].IsZero() {
			o.idle[name] = time.Now()
		}
		assert.LessOrEqual(o.t, time.Since(o.idle[name]), 1200*time.Millisecond, "a callback to %s could be served: %v", name, o.reasons())
	}
}

// legIn reports whether a leg of ours is in a queue, or has just left it.
func (o *oracle) legIn(name string) bool {
	for _, a := range o.live() {
		if a.Settings.Target.Name == name && a.State == callback.AttemptAgent {
			return true
		}
	}
	return false
}

func (o *oracle) live() (list []callback.Attempt) {
	assert.NoError(o.t, o.store.View(o.t.Context(), func(tx callback.ReadTx) (err error) {
		list, err = tx.LiveAttempts("pbx1")
		return err
	}))
	return list
}
