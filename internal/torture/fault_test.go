package torture

import (
	"bufio"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"
)

// trouble is a way in which a request goes wrong.
type trouble string

// The troubles. callbackd waits five seconds for an answer.
const (
	refused     trouble = "answered 500 instead of delivered"
	unavailable trouble = "answered 503 instead of delivered"
	lostRequest trouble = "reset before delivery"
	lostReply   trouble = "delivered, and the connection closed without a reply"
	resetReply  trouble = "delivered, and the connection reset"
	halfReply   trouble = "delivered, and half of the reply"
	slow        trouble = "delivered a second late"
	lateRequest trouble = "delivered when callbackd has given up"
	lateReply   trouble = "delivered, and answered when callbackd has given up"
)

// quickTroubles don't make anybody wait.
var quickTroubles = []trouble{refused, lostRequest, lostReply, resetReply, halfReply}

var allTroubles = append([]trouble{unavailable, slow, lateRequest, lateReply}, quickTroubles...)

const (
	aMoment   = time.Second
	tooLong   = 6500 * time.Millisecond // past callbackd's patience
	refusalOf = `{"message":"Internal Server Error"}`
)

// fault is trouble that waits for a request.
type fault struct {
	kind    kind
	trouble trouble
	number  string // of the customer; "" hits anybody
	left    atomic.Int32
	hits    atomic.Int32
}

func (f *fault) String() string { return fmt.Sprintf("%s: %s", f.kind, f.trouble) }

// arm makes trouble for the next n requests of a kind for a customer.
func (p *proxy) arm(k kind, t trouble, number string, n int) *fault {
	f := &fault{kind: k, trouble: t, number: number}
	f.left.Store(int32(n))
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = append(p.faults, f)
	return f
}

// disarm makes every request pass again.
func (p *proxy) disarm() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = nil
}

func (p *proxy) faultFor(q *asked) *fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, f := range p.faults {
		if f.kind == q.kind && (f.number == "" || f.number == q.number) && f.left.Add(-1) >= 0 {
			f.hits.Add(1)
			p.injected++
			return f
		}
	}
	return nil
}

func (f *fault) apply(p *proxy, w http.ResponseWriter, q *asked) {
	switch f.trouble {
	case refused:
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = w.Write([]byte(refusalOf))
	case unavailable:
		http.Error(w, "Asterisk not booted", http.StatusServiceUnavailable)
	case lostRequest:
		reset(w)
	case lostReply:
		_, _ = p.deliver(q)
		_ = hijack(w).Close()
	case resetReply:
		_, _ = p.deliver(q)
		reset(w)
	case halfReply:
		p.half(w, q)
	case slow:
		wait(aMoment)
		p.pass(w, q)
	case lateRequest:
		wait(tooLong)
		p.pass(w, q)
	case lateReply:
		got, err := p.deliver(q)
		wait(tooLong)
		if err != nil {
			reset(w)
			return
		}
		got.write(w)
	}
}

// wait lets d pass, whether callbackd waits or not: a request that is on its
// way isn't called back.
func wait(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	<-timer.C
}

// half delivers the request and cuts the reply in the middle of its body, or
// of its head where it has none.
func (p *proxy) half(w http.ResponseWriter, q *asked) {
	got, err := p.deliver(q)
	conn := hijack(w)
	defer conn.Close()
	if err != nil {
		return
	}
	out := bufio.NewWriter(conn)
	defer out.Flush()
	fmt.Fprintf(out, "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\n", got.status, http.StatusText(got.status))
	if len(got.body) < 2 {
		return
	}
	fmt.Fprintf(out, "Content-Length: %d\r\n\r\n", len(got.body))
	_, _ = out.Write(got.body[:len(got.body)/2])
}
