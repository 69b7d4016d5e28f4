package survey

import (
	"context"
	"strconv"

	"callbackd/callback"
)

// QueueSettings are what queues.conf says of a queue. ARI can't be asked for it.
type QueueSettings struct {
	Strategy string // ringall, rrmemory, …
	Autofill bool   // several callers ring members at the same time
}

// ringall is the strategy in which one caller rings all members.
const ringall = "ringall"

// manyMembers is from how many members on it is worth while to ring several at a time.
const manyMembers = 4

// judgeRinging compares `ringing` with what the queue does with several callers.
func (v *visit) judgeRinging(ctx context.Context, q reference) error {
	if v.pbx.Queue == nil {
		return nil
	}
	s, known := v.pbx.Queue(q.name)
	each := q.ringing == callback.RingingEach
	at := q
	at.path += ".ringing"
	switch {
	case !known:
	case each && s.Strategy == ringall:
		v.lacks(Error, at, "write `ringing: one` into the rules file; or let the queue have another strategy, such as rrmemory, and `autofill = yes`",
			"rings all members of queue %s for each caller (ringall): of the callbacks that `ringing: each` sends there at once, one rings them all and the others wait in the queue", q.name)
	case each && !s.Autofill:
		v.lacks(Warning, at, "write `autofill = yes` into ["+q.name+"] of queues.conf, and `asterisk -rx \"queue reload all\"`; or `ringing: one` into the rules file",
			"lets callers of queue %s ring agents one after the other (autofill is off): the callbacks that `ringing: each` sends there at once wait in the queue for a second each", q.name)
	case !each && s.Autofill && s.Strategy != ringall && v.thorough:
		return v.adviseEach(ctx, q, s)
	}
	return nil
}

// adviseEach advises to ring several members of a large queue at a time.
func (v *visit) adviseEach(ctx context.Context, q reference, s QueueSettings) error {
	value, _, err := v.read(ctx, "QUEUE_MEMBER("+q.name+",count)")
	if err != nil {
		return err
	}
	if members, err := strconv.Atoi(value); err != nil || members < manyMembers {
		return nil //nolint:nilerr // what isn't a number is no advice
	}
	v.lacks(Advice, q, "write `ringing: each` for it into the rules file: callbacks then ring as many members as are ready",
		"could ring several of the %s members of queue %s at the same time (%s, autofill), and callbacks ring one after the other", value, q.name, s.Strategy)
	return nil
}
