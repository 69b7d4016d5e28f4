package callback

import (
	"sync"
	"time"
)

// recentHelps remembers which customers were helped lately. Of a loss in a gap the logs
// tell afterwards, and the verdict on one on another PBX may wait for an answer there:
// then whoever was helped meanwhile was helped before there was a task. The task is
// made all the same, and ends at once.
//
// It is lost with the process; but then the logs tell of the help as well, after the
// loss.
type recentHelps struct {
	mu    sync.Mutex
	given map[customer]given
	order []customer // oldest first, as often as they were helped
}

type customer struct{ account, number string }

// given is one time that a customer was helped.
type given struct {
	customer
	reason string // to cancel with
	at     time.Time
	// began is when the conversation did, as far as that is known: what was asked for
	// later isn't made needless by it.
	began time.Time
	// spares is the task that was asked for in the very call that helped; 0: none was.
	spares int64
}

const (
	helpsFor  = 24 * time.Hour // logs that can't be read for longer have an operator who knows
	mostHelps = 50_000
)

func (h *recentHelps) add(helps []given) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, g := range helps {
		if h.given == nil {
			h.given = map[customer]given{}
		}
		if known, is := h.given[g.customer]; !is || known.at.Before(g.at) { // logs tell late
			h.given[g.customer] = g
		}
		h.order = append(h.order, g.customer)
	}
	for len(h.order) > 0 {
		oldest, known := h.given[h.order[0]]
		if known && len(h.order) <= mostHelps && time.Since(oldest.at) <= helpsFor {
			return
		}
		delete(h.given, h.order[0])
		h.order = h.order[1:]
	}
}

// logSlack is how far beside the events' a log's time of a call's end may be.
const logSlack = 3 * time.Second

// since finds whether the customer of a missed call has been helped after it, or by that
// very call.
func (h *recentHelps) since(m MissedCall) (given, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	g, known := h.given[customer{m.Account, m.Number}]
	if m.Source == SourceLogs {
		g.at = g.at.Add(logSlack)
	}
	return g, known && !m.Lost.After(g.at)
}
