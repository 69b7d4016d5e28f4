package callback

import (
	"strings"
	"testing"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"
)

// TestModelOfTheStopKey is TestModelOfControl with a customer who presses the stop key,
// at any moment from the answer on, and a person who puts the customer on the do-not-call
// list, in place of the people at the switches. A customer who has pressed the key isn't
// connected any more and never called again, whatever fails at whatever moment. Only a key
// that is heard right before callbackd is killed is lost: nobody tells it again.
func TestModelOfTheStopKey(t *testing.T) {
	t.Parallel()
	d := unwelcome()
	r := explore(d)
	t.Logf("%d states, %d moves between them", r.states, r.moves)
	require.Empty(t, r.fault, strings.Join(r.trace, "\n"))
	require.True(t, r.ends[end{ResultCustomerRejected, AttemptCustomer}])
	require.True(t, r.ends[end{ResultConnected, AttemptBridged}])
}

// TestModelOfABrokenStopKey breaks it on purpose: see TestModelOfBrokenDesigns.
func TestModelOfABrokenStopKey(t *testing.T) {
	const connected, claimed = "a customer who wants no calls is connected", "a task is claimed though the customer wants no calls"
	for name, row := range map[string]struct {
		breakIt func(*stopKey)
		fault   string
	}{
		"the key isn't asked for before they are connected":         {func(k *stopKey) { k.connects = true }, connected},
		"what was heard before a gap isn't stored":                  {func(k *stopKey) { k.losesInGaps = true }, connected},
		"an attempt that ends by itself doesn't wait for the entry": {func(k *stopKey) { k.losesAtEnds = true }, claimed},
		"the list isn't read after a gap":                           {func(k *stopKey) { k.blindList = true }, connected},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := unwelcome()
			d.only = row.fault
			row.breakIt(d.stopKey)
			r := explore(d)
			require.Equal(t, row.fault, r.fault, strings.Join(r.trace, "\n"))
			t.Logf("%s, after %d moves:\n%s", r.fault, len(r.trace), strings.Join(r.trace, "\n"))
		})
	}
}

// stopKey has customers press it. Broken: who has pressed it is connected; a key that
// was heard is forgotten by a gap, or at the attempt's end; the list isn't looked at after
// a gap.
type stopKey struct{ connects, losesInGaps, losesAtEnds, blindList bool }

// unwelcome is callbackd as it is, with a customer who presses the stop key. There are
// two intervals: who presses it in one attempt must be spared the other.
func unwelcome() *design {
	d := asBuilt()
	d.losses = d.losses[:1]
	d.controlling, d.stopKey = &controlling{spares: order.spares}, &stopKey{}
	return d
}

// keyAsBuilt is how the stop key works; the zero one where nobody presses it.
func (d *design) keyAsBuilt() stopKey {
	if d.stopKey == nil {
		return stopKey{}
	}
	return *d.stopKey
}

// blocking is what a person does to the do-not-call list: the real operation.
func (d *design) blocking(m *moves, by func(func(*Control) error) func(*state)) {
	if len(m.from.blocked) == 0 {
		m.nuisance("a person blocks the customer", by(func(c *Control) error {
			_, _, err := c.Block(modelContext, "acme", m.from.task.Number, "ann", "")
			return err
		}))
	}
}

// pressing is what follows from the stop key while a script can hear it.
func (d *design) pressing(m *moves) {
	if d.stopKey == nil {
		return
	}
	s := &m.from
	now := d.step(s.script)
	switch now {
	case ringCustomer, awaitCustomer, listen, notice, tellCustomer, connect, converse:
		if s.customer == up && !s.script.pressed {
			m.nuisance("the customer presses the stop key", func(c *state) {
				c.pressed, c.script.pressed, c.script.unstored = true, true, true
			})
		}
	}
	if s.script.unstored {
		m.may("callbackd: stores the stop key", func(c *state) {
			d.stopCalling(c, c.script)
			c.script.unstored = false
		})
	}
	if s.script.pressed && !s.hear && s.customer == up && s.script.stage == AttemptCustomer && now != release && now != commitEnd {
		m.may("script: takes leave of the customer", func(c *state) {
			c.script.ending = modelEnding{result: ResultCustomerRejected}
			d.finish(c)
		})
	}
}

// connectable reports whether the script may bring both together.
func (d *design) connectable(s script) bool { return !s.pressed || d.keyAsBuilt().connects }

// concludable reports whether the script may commit its outcome: no stop key is to be
// stored any more.
func (d *design) concludable(s script) bool { return !s.unstored || d.keyAsBuilt().losesAtEnds }

// leavesKey is what a gap leaves of a script that has heard the stop key.
func (d *design) leavesKey(old script) (left script, leaves bool) {
	if old.unstored && d.keyAsBuilt().losesInGaps {
		old.unstored = false
	}
	return old, old.present() && (old.unstored || d.leaves(old))
}

// stopCalling is the real commit of the stop key.
func (d *design) stopCalling(c *state, s script) {
	x := d.execution(c, s)
	if x.dialer.stopCalling(modelContext, x.attempt) != nil {
		c.wrong("the stop key can't be stored")
	}
}

// orderNow is what an attempt is told that begins, or that a gap has interrupted: the
// real order.
func (d *design) orderNow(c *state) order {
	read := c.ledger
	if d.keyAsBuilt().blindList {
		read.blocked = nil
	}
	o, err := NewDialer(&read, NewRules(d.book), nil, Pace{}, zerolog.Nop()).orderNow(modelContext, c.task.ID)
	if err != nil {
		c.wrong("an attempt doesn't know whether it may go on")
	}
	return o
}
