package callgen

import (
	"container/heap"
	"fmt"
	"iter"
	"math/rand/v2"
	"time"

	"callbackd/callback"
)

// world is one PBX in virtual time, with the people who call and are called.
type world struct {
	random  *rand.Rand
	start   time.Time
	now     time.Duration // since start
	timers  timers
	order   int
	moments []Moment
	calls   []*Call
	out     []*Outbound
	lot     *bridge // see parkingLot

	channels, names, locals, bridges int // counters of ids
}

func newWorld(seed uint64) *world {
	return &world{
		random: rand.New(rand.NewPCG(seed, 0x5eed)),
		start:  time.Date(2026, time.November, 20, 12, 0, 0, 0, time.UTC),
	}
}

// at is Asterisk's time of what happens now; its events count milliseconds.
func (w *world) at() time.Time { return w.start.Add(w.now).Truncate(time.Millisecond) }

// run lets everything happen that has been put in motion.
func (w *world) run() {
	for len(w.timers) > 0 {
		next := heap.Pop(&w.timers).(timer)
		w.now = next.at
		next.do()
	}
}

// after lets something happen in d.
func (w *world) after(d time.Duration, do func()) {
	w.order++
	heap.Push(&w.timers, timer{at: w.now + d, order: w.order, do: do})
}

// moment is about how long Asterisk takes from one step to the next.
func (w *world) moment() time.Duration {
	return time.Duration(w.random.IntN(1200)) * time.Microsecond
}

// emit sends an event out.
func (w *world) emit(e callback.CallEvent, ch *channel) {
	w.moments = append(w.moments, Moment{Event: e, at: w.now, channel: ch.snapshot()})
}

type timer struct {
	at    time.Duration
	order int
	do    func()
}

// timers is a heap of what is going to happen, the next first.
type timers []timer

func (t timers) Len() int { return len(t) }
func (t timers) Less(i, j int) bool {
	return t[i].at < t[j].at || t[i].at == t[j].at && t[i].order < t[j].order
}
func (t timers) Swap(i, j int) { t[i], t[j] = t[j], t[i] }
func (t *timers) Push(x any)   { *t = append(*t, x.(timer)) }
func (t *timers) Pop() any {
	last := len(*t) - 1
	x := (*t)[last]
	*t = (*t)[:last]
	return x
}

// thread is a channel that runs a dialplan, one step after the other, and waits in
// between for what others do to it.
type thread struct {
	w        *world
	ch       *channel
	call     *Call     // the customer's call that it is or leads on; nil: of no customer's
	screened bool      // whoever answers behind it must still accept
	hand     *Outbound // the call that an agent makes by hand with it
	leg      *leg      // the other half, where the channel is a Local's second half

	gone     bool    // it was hung up
	over     bool    // its dialplan is at its end
	quiet    bool    // the next application isn't announced: it was redirected
	redirect *Goto   // where to go on
	bridge   *bridge // with whom it talks
	with     *leg
	rings    []*leg

	inbox []any
	token int
	next  func() (struct{}, bool)
	yield func(struct{}) bool
}

// spawn begins a thread that does what body says.
func (w *world) spawn(t *thread, body func()) {
	t.w = w
	t.next, _ = iter.Pull(func(yield func(struct{}) bool) {
		t.yield = yield
		body()
	})
	w.after(0, func() { t.next() })
}

// post tells the thread something; it hears of it a moment later.
func (t *thread) post(message any) {
	t.inbox = append(t.inbox, message)
	t.wakeIn(0)
}

func (t *thread) wakeIn(d time.Duration) {
	token := t.token
	t.w.after(d, func() {
		if t.token == token {
			t.token++
			t.next()
		}
	})
}

// receive waits for the next message, until a time; nil is that time.
func (t *thread) receive(until time.Duration) any {
	for {
		if len(t.inbox) > 0 {
			message := t.inbox[0]
			t.inbox = t.inbox[1:]
			return message
		}
		if t.w.now >= until {
			return nil
		}
		if until < forever {
			t.wakeIn(until - t.w.now)
		}
		t.yield(struct{}{})
	}
}

// lag lets a moment pass.
func (t *thread) lag() { t.sleep(t.w.moment()) }

// sleep lets time pass in which the thread hears nothing.
func (t *thread) sleep(d time.Duration) {
	until := t.w.now + d
	t.token++ // messages wait
	for t.w.now < until {
		t.wakeIn(until - t.w.now)
		t.yield(struct{}{})
	}
}

// wait lets time pass in an application; it reports whether nobody hung up.
func (t *thread) wait(d time.Duration) bool {
	until := t.w.now + d
	for !t.gone {
		switch t.receive(until).(type) {
		case nil:
			return true
		case hangup:
			t.hungUp()
		}
	}
	return false
}

const forever = time.Duration(1) << 62

// hangup says that the other side of the thread's channel has hung up.
type hangup struct{}

func (t *thread) hungUp() {
	t.gone = true
	if t.call != nil && t.call.channel == t.ch {
		t.call.gone = true
	}
	t.w.emit(callback.HangupRequested{At: t.w.at(), Channel: t.ch.snapshot()}, t.ch)
}

func (w *world) uniqueID() string {
	w.channels++
	return fmt.Sprintf("%d.%d", w.at().Unix(), w.channels)
}
