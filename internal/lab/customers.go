package lab

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"callbackd/internal/softphone"
)

// CustomerCalls has a customer dial MainNumber and returns at once. If ctx ends
// before the answer, the customer gives up.
func (l *Lab) CustomerCalls(ctx context.Context, number string) (*softphone.Call, error) {
	return l.Network.Dial(ctx, l.URI(MainNumber), softphone.Caller{Number: number})
}

// URI is where the network or an agent's phone dials a number.
func (l *Lab) URI(number string) string { return "sip:" + number + "@" + l.Asterisk.SIP }

// CustomersPhone waits for the next call to a customer and returns it, each
// call once, in the order of their arrival. It doesn't ring by itself: that is
// up to [softphone.Call.Ring].
func (l *Lab) CustomersPhone(ctx context.Context, number string) (*softphone.Call, error) {
	call, err := l.arrivals.next(ctx, number)
	if err != nil {
		return nil, l.Explain(fmt.Errorf("no call came to %s's phone: %w; %s", number, err, l.callsOfCustomers()))
	}
	return call, nil
}

// CallsTo are all calls that ever came to a customer's phone, in their order.
func (l *Lab) CallsTo(number string) (calls []*softphone.Call) {
	for _, c := range l.Network.Calls() {
		if !c.Outgoing() && c.Dialed() == number {
			calls = append(calls, c)
		}
	}
	return calls
}

// callsOfCustomers lists the network's calls, for errors.
func (l *Lab) callsOfCustomers() string {
	calls := l.Network.Calls()
	if len(calls) == 0 {
		return "the network had no calls"
	}
	words := make([]string, len(calls))
	for i, c := range calls {
		words[i] = c.String()
	}
	return "the network's calls: " + strings.Join(words, ", ")
}

func (l *Lab) startNetwork(ctx context.Context) error {
	var err error
	l.Network, err = softphone.Start(ctx, softphone.Options{
		User: "pstn", Codecs: softphone.AllCodecs, Keeps: l.config.Packets, Sequence: l.config.Sequence,
		Says: softphone.Tone(CustomersVoice),
	})
	if err != nil {
		return fmt.Errorf("the telephone network: %w", err)
	}
	ctx, l.stop = context.WithCancel(context.WithoutCancel(ctx))
	l.exchange.Go(func() {
		for {
			call, err := l.Network.Incoming(ctx)
			if err != nil {
				return // only ctx ends it
			}
			l.arrivals.add(call)
		}
	})
	return nil
}

// arrivals are calls to customers that nobody has asked for yet, by number.
type arrivals struct {
	mu      sync.Mutex
	waiting map[string][]*softphone.Call
	added   chan struct{} // closed when another comes; nil while nobody waits
}

func (a *arrivals) add(call *softphone.Call) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.waiting == nil {
		a.waiting = map[string][]*softphone.Call{}
	}
	a.waiting[call.Dialed()] = append(a.waiting[call.Dialed()], call)
	if a.added != nil {
		close(a.added)
		a.added = nil
	}
}

func (a *arrivals) next(ctx context.Context, number string) (*softphone.Call, error) {
	for {
		call, added := a.take(number)
		if call != nil {
			return call, nil
		}
		select {
		case <-added:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// take returns the next call to number, or what is closed when another comes.
func (a *arrivals) take(number string) (*softphone.Call, <-chan struct{}) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if calls := a.waiting[number]; len(calls) > 0 {
		a.waiting[number] = calls[1:]
		return calls[0], nil
	}
	if a.added == nil {
		a.added = make(chan struct{})
	}
	return nil, a.added
}
