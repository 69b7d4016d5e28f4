package torture

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"callbackd/internal/softphone"
)

// silenceLimit is how long somebody who has answered may hear nothing: two
// requests that wait for their five seconds in vain, and the way to the end.
const silenceLimit = 14 * time.Second

const (
	talkEnough = time.Second            // makes a call answered (min_talk)
	talkSeen   = 300 * time.Millisecond // of a voice, makes a conversation
)

// manner is how somebody takes a call that callbackd makes.
type manner int

const (
	answers manner = iota
	declines
	isBusy
	ignores
	leavesEarly // answers, and hangs up at once
)

// customer is a person with a number of their own, who calls in, and is called
// back.
type customer struct {
	world  *world
	number string
	lane   lane
	talk   time.Duration

	mu     sync.Mutex
	calls  []*softphone.Call // that the customer made
	helped bool              // the agent is to take the next one
	agent  []manner          // at each ring of a callback; then answers
	self   []manner
	at     func(phase string) // hears how far the callback is
}

// newCustomer makes a customer of a lane, whose phone takes callbacks.
func (w *world) newCustomer(l lane) *customer {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := &customer{
		world: w, lane: l, number: fmt.Sprintf("+4670%07d", 1000001+len(w.customers)),
		talk: w.chance.between(300*time.Millisecond, time.Second),
	}
	w.customers[c.number] = c
	w.people.Go(c.takeCallbacks)
	return c
}

func (w *world) customer(number string) *customer {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.customers[number]
}

// next takes the first of a list of manners.
func (c *customer) next(list *[]manner) manner {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(*list) == 0 {
		return answers
	}
	first := (*list)[0]
	*list = (*list)[1:]
	return first
}

// dial calls the lane's number.
func (c *customer) dial() *softphone.Call {
	call, err := c.world.Network.Dial(context.Background(), c.world.URI(c.lane.number), softphone.Caller{Number: c.number})
	if err != nil {
		c.world.violated("%s can't dial: %v", c.number, err)
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls = append(c.calls, call)
	return call
}

// givesUp calls, waits for nothing, and gives up.
func (c *customer) givesUp(ctx context.Context, patience time.Duration) {
	c.mu.Lock()
	c.helped = false
	c.mu.Unlock()
	call := c.dial()
	if call == nil {
		return
	}
	pause(ctx, patience)
	_ = call.Hangup() // an Asterisk that is dead doesn't confirm
}

// isHelped calls, talks with the agent, and hangs up; or gives up after a while.
func (c *customer) isHelped(ctx context.Context) {
	c.mu.Lock()
	c.helped = true
	c.mu.Unlock()
	call := c.dial()
	if call == nil {
		return
	}
	wait, cancel := context.WithTimeout(ctx, 4*time.Second)
	defer cancel()
	if _, err := call.Answered(wait); err == nil {
		pause(ctx, c.world.chance.between(talkEnough+500*time.Millisecond, 3*time.Second))
	}
	_ = call.Hangup()
}

// takeCallbacks answers the customer's phone until it is closed.
func (c *customer) takeCallbacks() {
	for {
		call, err := c.world.CustomersPhone(c.world.home, c.number)
		if err != nil {
			return // everybody goes home
		}
		c.world.people.Go(func() { c.takeCallback(call) })
	}
}

func (c *customer) takeCallback(call *softphone.Call) {
	w := c.world
	if call.Ring() != nil {
		return // it is over
	}
	c.reach("the customer's phone rings")
	manner := c.next(&c.self)
	w.stand(call, w.chance.between(100*time.Millisecond, 400*time.Millisecond))
	switch manner {
	case declines:
		_ = call.Reject(603)
		return
	case isBusy:
		_ = call.Reject(486)
		return
	case ignores:
		<-call.Done()
		return
	}
	if call.Answer() != nil {
		return // it is over
	}
	if manner == leavesEarly {
		_ = call.Hangup()
		return
	}
	hello, cancel := context.WithTimeout(w.home, silenceLimit)
	defer cancel()
	if _, err := call.HearsFor(hello, talkSeen, w.Voice(c.lane.agent)); err == nil {
		c.reach("they talk")
		w.stand(call, c.talk)
		if _, over := call.End(); over && !w.diedIn(call.Times().Began, time.Now()) && w.home.Err() == nil {
			w.violated("%s was talking to %s, and was cut off: %v", c.number, c.lane.agent, call.Heard())
		}
	}
	_ = call.Hangup()
	c.reach("the customer hangs up")
}

// stand lets d pass, or less if the call ends before.
func (w *world) stand(call *softphone.Call, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-call.Done():
	case <-w.home.Done():
	}
}

// serveQueue is an agent at work.
func (w *world) serveQueue(l lane) {
	for {
		call, err := w.AgentsPhone(w.home, l.agent)
		if err != nil {
			return // everybody goes home
		}
		w.people.Go(func() { w.serveCaller(l, call) })
	}
}

func (w *world) serveCaller(l lane, call *softphone.Call) {
	if call.Ring() != nil {
		return
	}
	c := w.customer(call.From().Number)
	if c == nil {
		w.violated("%s's phone rings for %q, who never called", l.agent, call.From().Number)
		return
	}
	if !strings.HasPrefix(call.From().Name, "Callback ") {
		c.mu.Lock()
		helped := c.helped
		c.mu.Unlock()
		if helped && call.Answer() == nil {
			w.stand(call, 10*time.Second)
			_ = call.Hangup()
		}
		return
	}
	c.reach("the agent's phone rings")
	w.people.Go(func() { c.hear(call, promptHz, "the agent hears the prompt") })
	manner := c.next(&c.agent)
	w.stand(call, w.chance.between(50*time.Millisecond, 250*time.Millisecond))
	switch manner {
	case declines, isBusy:
		_ = call.Reject(486)
		return
	case ignores:
		return
	}
	if call.Answer() != nil {
		return
	}
	if manner == leavesEarly {
		_ = call.Hangup()
		return
	}
	w.stand(call, 40*time.Second)
	if _, over := call.End(); !over {
		w.violated("%s is held by a callback to %s: %v", l.agent, c.number, call.Heard())
	}
	_ = call.Hangup()
	w.judgeSilence(l, c, call)
}

// judgeSilence looks for a stretch in which an agent sat in silence. In a gap
// nobody steers the call: only what callbackd could see is held against it.
func (w *world) judgeSilence(l lane, c *customer, call *softphone.Call) {
	heard := call.Times().Answered.Sub(call.Times().Began) // the last sound; at first, the answer
	var whole, seen time.Duration
	for _, s := range call.Heard() {
		if s.To <= heard {
			continue
		}
		if s.Kind != softphone.Silence && s.Kind != softphone.NoPacket {
			heard = s.To
			continue
		}
		whole = max(whole, s.To-heard)
		seen = max(seen, w.proxy.watch.seen(call.At(heard), call.At(s.To)))
	}
	w.figure.silence(whole)
	if seen > silenceLimit {
		w.violated("%s sat in silence for %v in a callback to %s, %v of it in plain sight: %v", l.agent, whole, c.number, seen, call.Heard())
	}
}

// stream has customers of every lane call until ctx ends: most give up, some
// are helped, some call twice; and some callbacks meet somebody who declines.
func (w *world) stream(ctx context.Context) *sync.WaitGroup {
	var lanes sync.WaitGroup
	for _, l := range w.lanes {
		lanes.Go(func() {
			for ctx.Err() == nil {
				c := w.newCustomer(l)
				w.moods(c)
				switch {
				case w.chance.oneIn(4):
					c.isHelped(ctx)
				case w.chance.oneIn(5):
					c.givesUp(ctx, w.chance.between(200*time.Millisecond, time.Second))
					pause(ctx, w.chance.between(0, 600*time.Millisecond))
					c.givesUp(ctx, w.chance.between(200*time.Millisecond, time.Second))
				default:
					c.givesUp(ctx, w.chance.between(200*time.Millisecond, 1200*time.Millisecond))
				}
				pause(ctx, w.chance.between(1500*time.Millisecond, 5*time.Second))
			}
		})
	}
	return &lanes
}

// moods makes some people difficult, once.
func (w *world) moods(c *customer) {
	if w.chance.oneIn(6) {
		c.agent = []manner{pick(w.chance, []manner{declines, leavesEarly})}
	}
	if w.chance.oneIn(4) {
		c.self = []manner{pick(w.chance, []manner{declines, isBusy, ignores, leavesEarly})}
	}
}
