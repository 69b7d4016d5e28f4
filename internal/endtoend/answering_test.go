package endtoend

import (
	"context"
	"fmt"
	"sync"

	"callbackd/internal/softphone"
)

// answering is agents who answer every call at once, and whose calls are found by the
// number that their phones show: for tests in which it doesn't matter who answers.
type answering struct {
	w *world

	mu    sync.Mutex
	calls map[string]chan taken // by the customer's number
}

// taken is a call that an agent answered.
type taken struct {
	agent string
	call  *softphone.Call
}

// everybodyAnswers has all agents answer until the test is over.
func (w *world) everybodyAnswers() *answering {
	w.t.Helper()
	a := &answering{w: w, calls: map[string]chan taken{}}
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	w.t.Cleanup(func() { stop(); running.Wait() })
	for name, phone := range w.Agents {
		running.Go(func() {
			for {
				call, err := phone.Incoming(ctx)
				if err != nil {
					return // only ctx ends it
				}
				if call.Ring() != nil || call.Answer() != nil {
					continue // its caller has given up
				}
				a.of(call.From().Number) <- taken{name, call}
			}
		})
	}
	return a
}

// of is where the calls are put that show a number.
func (a *answering) of(number string) chan taken {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.calls[number] == nil {
		a.calls[number] = make(chan taken, 10) // more than one customer's attempts
	}
	return a.calls[number]
}

// calledBack has a customer answer the callback, and gives both phones' calls.
func (a *answering) calledBack(ctx context.Context, number string) (agent taken, customer *softphone.Call, err error) {
	customer, err = a.w.CustomersPhone(ctx, number)
	if err != nil {
		return agent, nil, err
	}
	if err := customer.Ring(); err != nil {
		return agent, nil, err
	}
	if err := customer.Answer(); err != nil {
		return agent, nil, err
	}
	select {
	case agent = <-a.of(number):
		return agent, customer, nil
	case <-ctx.Done():
		return agent, nil, fmt.Errorf("%s talks to nobody: %w", number, ctx.Err())
	}
}
