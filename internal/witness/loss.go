package witness

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"callbackd/callback"
)

// try is one attempt of a dialplan to reach somebody, as its rows show it.
type try struct {
	app, data string
	queue     string
	offered   bool     // of queue: a callback was offered, nobody was tried
	endpoints []string // not those of Locals
	locals    []string // second halves that it dialled
	from, to  time.Duration
}

// loss says who lost the call, as the detector does: the newest try that leads to
// somebody, and the Dials right before it.
func (h *hearing) loss() callback.Loss {
	var loss callback.Loss
	for i := range h.call.rows {
		c := h.call.rows[i].context
		if n := len(loss.Contexts); c != "" && (n == 0 || loss.Contexts[n-1] != c) {
			loss.Contexts = append(loss.Contexts, c)
		}
	}
	found := false
	for _, t := range h.rang(h.call.id, h.call.arrived, h.call.rows, map[string]bool{}) {
		switch {
		case t.offered && found:
			return loss
		case t.offered:
			loss.Offered = cmp.Or(loss.Offered, t.queue)
		case !found:
			loss.Queue, loss.Endpoints, found = t.queue, t.endpoints, true
		case t.queue == "":
			loss.Before = append(loss.Before, t.endpoints)
		}
	}
	return loss
}

// rang lists whom a channel's tries made ring, newest first, back to the newest queue.
// seen keeps Locals that call each other from going round for ever.
func (h *hearing) rang(id string, began time.Time, rows []row, seen map[string]bool) (list []try) {
	if seen[id] {
		return nil
	}
	seen[id] = true
	for _, t := range slices.Backward(h.tries(id, began, rows)) {
		for _, r := range h.behind(t, seen) {
			list = append(list, r)
			if r.queue != "" && !r.offered {
				return list
			}
		}
	}
	return list
}

// behind is the try itself, or more than one where it is nothing but the way into another
// piece of dialplan.
func (h *hearing) behind(t try, seen map[string]bool) []try {
	if t.queue != "" {
		return []try{t}
	}
	if len(t.endpoints) == 0 && len(t.locals) == 1 {
		return h.behindLocal(t.locals[0], seen)
	}
	for _, name := range t.locals {
		further := h.behindLocal(name, seen)
		switch {
		case len(further) == 0:
		case further[0].offered:
			return further
		case further[0].queue != "":
			return further[:1]
		default:
			t.endpoints = append(t.endpoints, further[0].endpoints...)
		}
	}
	if len(t.endpoints) == 0 {
		return nil
	}
	return []try{t}
}

func (h *hearing) behindLocal(name string, seen map[string]bool) []try {
	behind := h.half(name)
	if behind == nil {
		return nil
	}
	return h.rang(behind.id, behind.created, behind.rows, seen)
}

// tries lists what a channel's dialplan tried, oldest first. A queue that rang nobody has
// no row of its own; queue_log knows when it was entered.
func (h *hearing) tries(id string, began time.Time, rows []row) (list []try) {
	for i := range rows {
		r := &rows[i]
		from := r.offset(&rows[0])
		to := from + time.Duration(r.duration)*time.Second
		t := try{app: r.app, data: r.data, from: from, to: to}
		switch n := len(list); {
		case n > 0 && list[n-1].app == r.app && list[n-1].data == r.data:
			list[n-1].to = max(list[n-1].to, to)
		case t.read(r, h.application):
			list = append(list, t)
		default:
			continue
		}
		list[len(list)-1].ring(r)
	}
	q := h.queues.get(id)
	if q == nil {
		return list
	}
	for _, v := range q.visits {
		list = insert(list, v, began)
	}
	return list
}

// read says what a row's application tried; false if it tries nobody. Callers who are
// handed over to be offered a callback from a queue are so in the last application of the
// row: what queue_log knows of them was before it.
func (t *try) read(r *row, application string) bool {
	switch r.app {
	case "stasis":
		args := strings.Split(r.data, ",")
		if len(args) < 3 || args[0] != application || args[1] != string(callback.MenuOffer) {
			return false
		}
		t.queue, t.offered, t.from = args[2], true, t.to
	case "queue":
		t.queue = firstArgument(r.data)
	case "dial":
		t.endpoints = r.endpoints()
	case "retrydial", "followme":
	default:
		return false
	}
	return true
}

// cutData is the length at which cdr.c cuts lastdata (AST_MAX_EXTENSION).
const cutData = 79

// ring notes the channel that a row's application dialled. It adds something where it is a
// Local, through which the call goes on (unless a phone forwarded it there: then the agent
// who did lost the call), and where the row doesn't have the whole dial string.
func (t *try) ring(r *row) {
	if t.queue != "" {
		return
	}
	_, whole := r.dialString()
	if name := secondHalf(r.peer); name != "" {
		dialled := r.app == "followme" || !whole || strings.Contains(r.data, localResource(r.peer))
		if dialled && !slices.Contains(t.locals, name) {
			t.locals = append(t.locals, name)
		}
		return
	}
	if whole || !callback.PersonalTechnology(r.peer) {
		return
	}
	if endpoint := callback.EndpointOf(r.peer); !slices.Contains(t.endpoints, endpoint) {
		t.endpoints = append(t.endpoints, endpoint)
	}
}

// localResource is what was dialled to make a Local channel: Local/1001@agents.
func localResource(name string) string {
	if i := strings.LastIndexByte(name, '-'); i > 0 {
		return name[:i]
	}
	return name
}

// insert puts a visit among the tries by its time, unless a row is about it already.
func insert(list []try, v visit, began time.Time) []try {
	entered := v.entered.Sub(began)
	at := len(list)
	for i, t := range list {
		if !t.offered && strings.EqualFold(t.queue, v.queue) && (v.entered.IsZero() || entered >= t.from-clockSlack && entered <= t.to+clockSlack) {
			return list
		}
		if !v.entered.IsZero() && t.from > entered && at == len(list) {
			at = i
		}
	}
	return slices.Insert(list, at, try{app: "queue", queue: v.queue, from: entered, to: v.last.Sub(began)})
}

// dialString is the first argument of Dial, PJSIP/alice&PJSIP/bob; whole says that it wasn't
// cut. RetryDial's lastdata is the word "Retrying".
func (r *row) dialString() (text string, whole bool) {
	if r.app == "retrydial" {
		return "", false
	}
	text, _, ended := strings.Cut(r.data, ",")
	return text, ended || len(r.data) < cutData
}

// endpoints are those of a row's dial string, but for Locals, and for the last one where it
// was cut: that may be only its beginning.
func (r *row) endpoints() (list []string) {
	text, whole := r.dialString()
	all := strings.Split(text, "&")
	if !whole {
		all = all[:len(all)-1]
	}
	for _, e := range all {
		if e = strings.TrimSpace(e); e != "" && !isLocal(e) {
			list = append(list, e)
		}
	}
	return list
}

func firstArgument(data string) string {
	first, _, _ := strings.Cut(data, ",")
	return first
}
