package witness

import (
	"slices"
	"strings"
	"time"

	"callbackd/callback"
)

// dialled lists the calls over a trunk that a phone's channel made, by itself or through
// Local channels. It began at a moment, with the first of the rows. Whose phone it is these
// don't tell, being a Local's perhaps.
//
// The rows of whoever dials for others aren't among them: a customer's channel is on a
// trunk, callbackd's is its own, and what is dialled behind a queue is its members'.
func (h *hearing) dialled(began time.Time, rows []row, seen map[string]bool) (list []callback.Dialled) {
	for i := range rows {
		r := &rows[i]
		if !r.byHand() || seen[r.peer] {
			continue
		}
		if number := h.numberOverTrunk(r); number != "" {
			seen[r.peer] = true // once it is on hold, or passed on, there are more rows
			list = append(list, overTrunk(r, number, began.Add(r.offset(&rows[0]))))
			continue
		}
		name := secondHalf(r.peer)
		if name == "" {
			continue
		}
		seen[r.peer] = true
		if behind := h.half(name); behind != nil {
			list = append(list, h.dialled(behind.created, behind.rows, seen)...)
		} else if r.answered {
			h.doubt = DoubtLocal
		}
	}
	return list
}

// numberOverTrunk is the number that was dialled to make a row's other channel, "" if that
// isn't a trunk's. After a transfer the other channel may be one that the row's dial string
// didn't make: then that doesn't name the trunk.
func (h *hearing) numberOverTrunk(r *row) (number string) {
	trunk := callback.EndpointOf(r.peer)
	if r.peer == "" || !h.trunk(trunk) {
		return ""
	}
	_, resource, _ := strings.Cut(trunk, "/")
	for _, dialled := range r.endpoints() {
		parts := strings.FieldsFunc(dialled, func(c rune) bool { return c == '/' || c == '@' })
		if slices.Contains(parts, resource) {
			number = callback.DialledNumber(dialled, trunk)
		}
	}
	return number
}

// overTrunk is the call of a row that dialled over a trunk. An answer that its dialplan
// gave before it dialled counts as the customer's, should that have answered: too early.
func overTrunk(r *row, number string, from time.Time) callback.Dialled {
	d := callback.Dialled{
		LiveCall: callback.LiveCall{Trunk: callback.EndpointOf(r.peer), Number: number, Outbound: true, Since: from},
		Ended:    from.Add(time.Duration(r.duration) * time.Second),
	}
	if r.answered {
		d.Answered = d.Ended.Add(-time.Duration(min(r.talked, r.duration)) * time.Second)
	}
	return d
}
