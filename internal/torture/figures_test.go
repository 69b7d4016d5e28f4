package torture

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// figures are what a test counts.
type figures struct {
	cuts, killsOfCallbackd, killsOfAsterisk, injected     atomic.Int64
	calls, dead, lost, helped, withAsterisk, helpedInGaps atomic.Int64
	tasks, completed, exhausted, cancelled                atomic.Int64
	attempts, counted, rings, conversations, notConnected atomic.Int64
	tasksLost, tasksStuck, doubleRings, leftovers         atomic.Int64

	unreal bool // what was wrong was done on purpose: it isn't added up

	mu      sync.Mutex
	longest time.Duration // that an agent sat in silence
}

// total is the sum over all tests.
var total figures

func (f *figures) add(o *figures) {
	if o.unreal {
		return
	}
	theirs := o.all()
	for i, row := range f.all() {
		row.n.Add(theirs[i].n.Load())
	}
	o.mu.Lock()
	longest := o.longest
	o.mu.Unlock()
	f.silence(longest)
}

func (f *figures) silence(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.longest = max(f.longest, d)
}

type row struct {
	n    *atomic.Int64
	what string
}

func (f *figures) all() []row {
	return []row{
		{&f.cuts, "cuts of the event stream"},
		{&f.killsOfCallbackd, "kills of callbackd"},
		{&f.killsOfAsterisk, "kills of Asterisk"},
		{&f.injected, "faults injected into requests"},
		{&f.calls, "customers' calls"},
		{&f.dead, "  that met a dead Asterisk"},
		{&f.lost, "  that reached nobody"},
		{&f.withAsterisk, "  of these: ended with their Asterisk, and not noted"},
		{&f.helped, "  that an agent answered"},
		{&f.helpedInGaps, "  of these: answered or ended in a gap, and noted as missed"},
		{&f.tasks, "tasks"},
		{&f.completed, "  completed"},
		{&f.exhausted, "  exhausted"},
		{&f.cancelled, "  cancelled"},
		{&f.attempts, "attempts"},
		{&f.counted, "  that count"},
		{&f.rings, "callbacks that rang a customer's phone"},
		{&f.conversations, "  in which both heard each other"},
		{&f.notConnected, "  of these: the attempt ended as something else"},
		{&f.tasksLost, "tasks lost"},
		{&f.tasksStuck, "tasks stuck"},
		{&f.doubleRings, "double rings"},
		{&f.leftovers, "leftovers"},
	}
}

func (f *figures) String() string {
	var b strings.Builder
	for _, row := range f.all() {
		fmt.Fprintf(&b, "%6d %s\n", row.n.Load(), row.what)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	fmt.Fprintf(&b, "%6.1f s: the longest that an agent sat in silence\n", f.longest.Seconds())
	return b.String()
}
