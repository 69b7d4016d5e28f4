package pbx_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/stretchr/testify/assert"

	"callbackd/ari"
	"callbackd/ari/aritest"
	"callbackd/callback"
)

// person is how somebody behaves whose phone is rung.
type person func(*crashRun, *aritest.Call)

// stroke is a key that somebody presses so long after having answered.
type stroke struct {
	after time.Duration
	key   string
}

// answers after a while, presses keys, and hangs up after talk; a negative talk never
// does.
func answers(after, talk time.Duration, keys ...stroke) person {
	return func(r *crashRun, c *aritest.Call) {
		c.Ring()
		if !c.Wait(after) {
			return
		}
		c.Answer()
		if !c.Wait(0) {
			return // another of the group was faster
		}
		answered := time.Now()
		r.note(c, func(g *ring) { g.answered = answered })
		for _, k := range keys {
			if !c.Wait(time.Until(answered.Add(k.after))) {
				return
			}
			r.note(c, func(g *ring) { g.pressed = append(g.pressed, press{time.Now(), k.key}) })
			c.Press(k.key)
		}
		if talk >= 0 && c.Wait(time.Until(answered.Add(talk))) {
			r.note(c, func(g *ring) { g.hungUp = true })
			r.partsFrom(c)
			c.Hangup()
		}
	}
}

// machine answers after two seconds, and hangs up after a minute.
func machine(r *crashRun, c *aritest.Call) {
	r.note(c, func(g *ring) { g.machine = true })
	answers(2*time.Second, time.Minute)(r, c)
}

// ignores the ringing.
func ignores(_ *crashRun, c *aritest.Call) { c.Ring() }

// refuses after two seconds, with a SIP status.
func refuses(status int) person {
	return func(_ *crashRun, c *aritest.Call) { aritest.Rejects(2*time.Second, status)(c) }
}

// talks is the usual customer: rings two seconds, talks half a minute.
var talks = answers(2*time.Second, 30*time.Second)

// stays is the usual agent: rings two seconds and never hangs up.
var stays = answers(2*time.Second, -1)

// ring is one call at a phone.
type ring struct {
	number  string // who is called: a customer's number, or the agent's endpoint
	channel string // the attempt's leg, for an agent too
	began   time.Time
	// answered and ended are zero before; hungUp says that this side ended it.
	answered, ended time.Time
	hungUp          bool
	// alone: nobody was in the bridge with this side when it hung up.
	alone bool
	// machine: nobody listens there. pressed are its keys.
	machine bool
	pressed []press
}

// press is a key that was pressed.
type press struct {
	at  time.Time
	key string
}

// presses is when a key was first pressed; zero if it never was.
func (g *ring) presses(key string) time.Time {
	for _, p := range g.pressed {
		if p.key == key {
			return p.at
		}
	}
	return time.Time{}
}

// note changes what is known of a call.
func (r *crashRun) note(c *aritest.Call, change func(*ring)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if g := r.rings[c.ChannelID()]; g != nil {
		change(g)
	}
}

// partsFrom notes whether somebody who hangs up now had been talking to somebody.
func (r *crashRun) partsFrom(c *aritest.Call) {
	_, bridges := r.held()
	r.note(c, func(g *ring) {
		g.alone = !slices.ContainsFunc(bridges, func(b ari.Bridge) bool {
			return len(b.Channels) > 1 && slices.Contains(b.Channels, g.channel)
		})
	})
}

// ringing keeps the book of one call from its first ring to its end, and lets
// the next of persons behave.
func (r *crashRun) ringing(c *aritest.Call, number, leg string, persons []person) {
	r.mu.Lock()
	nth := 0
	for _, g := range r.rings {
		if g.number != number {
			continue
		}
		nth++
		if g.ended.IsZero() {
			r.violated("double rings", "%s is rung by %s while %s lives", number, leg, g.channel)
		}
	}
	g := &ring{number: number, channel: leg, began: time.Now()}
	r.rings[c.ChannelID()] = g
	r.mu.Unlock()
	persons[min(nth, len(persons)-1)](r, c)
	<-c.Done()
	r.note(c, func(g *ring) { g.ended = time.Now() })
}

// inbound is one customer's call of the scenario.
type inbound struct {
	id, number   string
	began, ended time.Time
	talked       time.Duration // with a colleague
	direct       bool          // not through the queue
}

func (in inbound) helped() bool { return in.talked > 0 }

// What follows is what a scenario's play is made of. Each waits for as long as
// it takes.

func (r *crashRun) wait(d time.Duration) { time.Sleep(d) }

// loses: the customer waits ten seconds in the queue, in vain. No live caller
// is counted meanwhile: it is over when the callback begins.
func (r *crashRun) loses(number string) { r.visits(number, visit{wait: 10 * time.Second}) }

// helps: a colleague takes the customer's call and talks for eight seconds.
func (r *crashRun) helps(number string) {
	r.visits(number, visit{wait: 2 * time.Second, talk: 8 * time.Second})
}

// visit is a customer's call: in the queue, with a colleague, and afterwards with
// nobody again.
type visit struct{ wait, talk, after time.Duration }

func (r *crashRun) visits(number string, v visit) {
	r.enters(number, func(id string) {
		r.wait(v.wait)
		if v.talk > 0 {
			r.meets(id, number, "ChannelEnteredBridge")
			r.wait(v.talk)
			r.meets(id, number, "ChannelLeftBridge")
		}
		r.wait(v.after)
	}, v.talk)
}

// reaches: the customer calls a colleague's own number, past the queue, and they talk.
func (r *crashRun) reaches(number string, rings, talk time.Duration) {
	in := inbound{number: number, began: time.Now(), talked: talk, direct: true}
	r.calls++
	in.id = fmt.Sprintf("%d.%d", time.Now().Unix(), 90000+r.calls)
	r.play("ChannelCreated", "", map[string]string{"channel": r.channel(in.id, "PJSIP/pstn", "Ring", number, "")})
	r.wait(rings)
	r.meets(in.id, number, "ChannelEnteredBridge")
	r.wait(talk)
	r.meets(in.id, number, "ChannelLeftBridge")
	r.play("ChannelDestroyed", `,"cause":16,"cause_txt":"Normal Clearing"`, map[string]string{"channel": r.channel(in.id, "PJSIP/pstn", "Up", number, "")})
	r.ended(in)
}

// queues: a live caller comes into the queue and waits, and gives way to nobody.
// The call is of a customer too, and lost in the end.
func (r *crashRun) queues(number string, wait time.Duration) {
	r.enters(number, func(string) {
		r.queued(+1)
		r.wait(wait)
		r.queued(-1)
	}, 0)
}

func (r *crashRun) enters(number string, stay func(id string), talked time.Duration) {
	in := inbound{number: number, began: time.Now(), talked: talked}
	in.id = r.world.enters(number)
	stay(in.id)
	r.leaves(in.id)
	r.ended(in)
}

// ended keeps the book of a call that is over.
func (r *crashRun) ended(in inbound) {
	in.ended = time.Now()
	r.logsCall(in)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.inbound = append(r.inbound, in)
}

func (r *crashRun) queued(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting += n
}

// meets plays an event of the bridge in which a colleague talks to the customer.
func (r *crashRun) meets(id, number, event string) {
	now := time.Now().UTC().Format(ari.TimeLayout)
	members := `"` + id + `","` + id + `9"`
	if event == "ChannelLeftBridge" {
		members = `"` + id + `9"`
	} else {
		r.emitColleague("ChannelCreated", id, now, "")
	}
	assert.NoError(r.t, r.asterisk.Emit(fmt.Sprintf(
		`{"type":%q,"timestamp":%q,"bridge":{"id":"b-%s","bridge_type":"basic","technology":"simple_bridge","bridge_class":"basic","name":"","creator":"","channels":[%s],"creationtime":%q,"video_mode":"none"},"channel":{"id":%q,"name":"PJSIP/pstn-%08x","state":"Up","caller":{"name":"","number":%q},"connected":{"name":"","number":""},"dialplan":{"context":"from-pstn","exten":"+4685550000","priority":1,"app_name":"Queue","app_data":"support,,,,60"},"creationtime":%q,"language":"en"}}`,
		event, now, id, members, now, id, r.calls, number, now)))
	if event == "ChannelLeftBridge" {
		r.emitColleague("ChannelDestroyed", id, now, `,"cause":16,"cause_txt":"Normal Clearing"`)
		assert.NoError(r.t, r.asterisk.Emit(fmt.Sprintf(
			`{"type":"BridgeDestroyed","timestamp":%q,"bridge":{"id":"b-%s","bridge_type":"basic","technology":"simple_bridge","bridge_class":"basic","name":"","creator":"","channels":[],"creationtime":%q,"video_mode":"none"}}`, now, id, now)))
	}
}

func (r *crashRun) emitColleague(event, id, now, more string) {
	assert.NoError(r.t, r.asterisk.Emit(fmt.Sprintf(
		`{"type":%q,"timestamp":%q,"channel":{"id":"%s9","name":"PJSIP/bob-%08x","state":"Up","caller":{"name":"","number":""},"connected":{"name":"","number":""},"dialplan":{"context":"agents","exten":"","priority":1,"app_name":"AppQueue","app_data":"(Outgoing Line)"},"creationtime":%q,"language":"en"}%s}`,
		event, now, id, r.calls, now, more)))
}

// restarts Asterisk: every call is gone.
func (r *crashRun) restarts() {
	r.mu.Lock()
	r.restarted = append(r.restarted, time.Now())
	r.mu.Unlock()
	r.asterisk.Restart()
}

// cancels: a person cancels the customer's callback. There is nothing to cancel
// where the loss wasn't seen.
func (r *crashRun) cancels(number string) {
	r.asks(func(store callback.Store) error {
		tasks, err := tasksOf(store, number)
		if err != nil || len(tasks) == 0 {
			return err
		}
		_, err = callback.Cancel(context.Background(), store, tasks[0].ID, callback.CancelByPerson, "ann")
		if over := new(callback.TransitionError); errors.As(err, &over) {
			return nil
		}
		return err
	})
}

// asks has a person ask something of the callbackd that runs, again and again
// until it does it: now and then there is none.
func (r *crashRun) asks(something func(callback.Store) error) {
	for range int(patience / time.Second) {
		r.mu.Lock()
		store := r.present
		r.mu.Unlock()
		if store != nil && something(store) == nil {
			return
		}
		r.wait(time.Second)
	}
}

func tasksOf(store callback.Store, number string) (tasks []callback.Task, err error) {
	err = store.View(context.Background(), func(tx callback.ReadTx) (err error) {
		tasks, err = tx.Tasks(callback.TaskFilter{Number: number})
		return err
	})
	return tasks, err
}

// action is what somebody does in the middle of everything: right before each of
// callbackd's requests in turn, and right after each of its commits.
type action struct {
	name string // "a person cancels"
	do   func(*crashRun)
	also []callback.TaskState // how tasks may end because of it
}
