package storage

import (
	"sync"

	"callbackd/callback"
)

// observers hands committed changes on. One goroutine, started by
// newObservers and ended by stop, calls all observers, so that none of them
// runs inside a transaction and none holds up a writer. What waits for a slow
// observer is kept in memory without a limit: a change is a few hundred bytes,
// and a gap would be worse.
type observers struct {
	mu        sync.Mutex
	functions []func([]callback.Change)
	waiting   [][]callback.Change

	wake chan struct{} // holds a token while something waits; closed by stop
	done chan struct{} // closed when the goroutine has ended
}

func newObservers() *observers {
	o := &observers{wake: make(chan struct{}, 1), done: make(chan struct{})}
	go o.run()
	return o
}

func (o *observers) add(fn func([]callback.Change)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.functions = append(o.functions, fn)
}

// publish takes the changes of one commit. The writer calls it before it lets
// the next one in: that keeps the order.
func (o *observers) publish(changes []callback.Change) {
	if len(changes) == 0 {
		return
	}
	o.mu.Lock()
	o.waiting = append(o.waiting, changes)
	o.mu.Unlock()
	select {
	case o.wake <- struct{}{}:
	default: // a token lies there already
	}
}

// stop delivers what waits and ends the goroutine. Nothing is published
// afterwards.
func (o *observers) stop() {
	close(o.wake)
	<-o.done
}

func (o *observers) run() {
	defer close(o.done)
	for range o.wake {
		o.deliver()
	}
}

func (o *observers) deliver() {
	for {
		o.mu.Lock()
		commits, functions := o.waiting, o.functions
		o.waiting = nil
		o.mu.Unlock()
		if len(commits) == 0 {
			return
		}
		for _, changes := range commits {
			for _, fn := range functions {
				fn(changes)
			}
		}
	}
}
