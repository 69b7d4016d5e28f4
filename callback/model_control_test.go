package callback

import (
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"
)

// TestModelOfControl is TestModel with people who stop callbackd, freeze the
// account, deactivate the rule, and take each back, at any moment; and with time
// that runs out. Whatever they do, in no state is anything wrong: nothing is
// claimed, rung or called that is switched off, nobody is brought together with
// a customer once the account is frozen, no task waits by a rule that is off,
// and every promise can still end.
//
// It is smaller than TestModel: the customer is lost once, and there is one
// interval; what doesn't count comes back all the same. And it takes connecting
// two people for one moment: who is about to be brought together when the account
// is frozen may be, or not.
func TestModelOfControl(t *testing.T) {
	t.Parallel()
	d := controlled()
	r := explore(d)
	t.Logf("%d states, %d moves between them", r.states, r.moves)
	require.Empty(t, r.fault, strings.Join(r.trace, "\n"))
	require.True(t, d.taken[transition{"task", "dialing", string(TaskWithdraw)}])
	require.True(t, r.ends[end{ResultInterrupted, AttemptCustomer}])
	require.True(t, r.ends[end{ResultSuperseded, AttemptAgentUp}])
}

// TestModelOfLiveCalls is the same with a customer who calls, and whose call is over,
// at any moment, in place of the people at the switches.
func TestModelOfLiveCalls(t *testing.T) {
	t.Parallel()
	d := controlled()
	d.controlling.calls = true
	r := explore(d)
	t.Logf("%d states, %d moves between them", r.states, r.moves)
	require.Empty(t, r.fault, strings.Join(r.trace, "\n"))
	require.True(t, r.ends[end{ResultSuperseded, AttemptAgentUp}])
}

// TestModelOfBrokenControl breaks it on purpose: see TestModelOfBrokenDesigns.
func TestModelOfBrokenControl(t *testing.T) {
	for name, row := range map[string]struct {
		breakIt func(*design)
		fault   string
	}{
		"the claim doesn't read the switches": {
			func(d *design) { d.controlling.blindClaim = true },
			"a task is claimed though that is switched off",
		},
		"the switches aren't read when the customer is about to be called": {
			func(d *design) { d.looksForCancel = false },
			"the customer is called though that is switched off",
		},
		"an attempt that begins doesn't read the switches": {
			func(d *design) { d.controlling.blindStart = true },
			"an agent's phone rings though that is switched off",
		},
		"attempts under way aren't told of a switch": {
			func(d *design) { d.controlling.mute = true },
			"an agent's phone rings though that is switched off",
		},
		"freezing forgets the customer's phone that rings": {
			func(d *design) { d.controlling.soft = true },
			"they are brought together though the account is frozen",
		},
		"a ringing customer of a frozen account is adopted": {
			func(d *design) { d.controlling.spares = func(order, Standing) bool { return true } },
			"they are brought together though the account is frozen",
		},
		"freezing parts people who talk, after a gap": {
			func(d *design) { d.controlling.spares = func(o order, _ Standing) bool { return !o.hard } },
			"a conversation is cut",
		},
		"nothing cancels what a switched off rule has promised": {
			func(d *design) { d.controlling.cancelsNothing = true },
			"a task waits though its rule is off",
		},
		"nobody looks who is on the phone": {
			func(d *design) { d.controlling.calls = true; d.controlling.unaware = true },
			"a task is claimed though the customer is on the phone",
		},
		"attempts under way aren't told that the customer has called": {
			func(d *design) { d.controlling.calls = true; d.controlling.mute = true },
			"an agent's phone rings though the customer is on the phone",
		},
		"who is on the phone isn't looked for when the customer is about to be called": {
			func(d *design) { d.controlling.calls = true; d.looksForCancel = false },
			"the customer is called though the customer is on the phone",
		},
		"a stop can't be ended": {
			func(d *design) { d.controlling.endlessStop = true },
			neverOver,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := controlled()
			d.only = row.fault
			row.breakIt(d)
			r := explore(d)
			require.Equal(t, row.fault, r.fault, strings.Join(r.trace, "\n"))
			t.Logf("%s, after %d moves:\n%s", r.fault, len(r.trace), strings.Join(r.trace, "\n"))
		})
	}
}

// controlled is callbackd as it is, with people at its switches.
func controlled() *design {
	d := asBuilt()
	account := exampleAccount(everyStep, func(a *Account) { a.Rules[0].DialingIntervals = a.Rules[0].DialingIntervals[:1] })
	d.book = NewRulebook(account)
	d.losses = []decision{decide(d.book, lostCall(func(v *Verdict) { v.CallID, v.Ended = "1", modelTime }))}
	d.controlling = &controlling{spares: order.spares}
	return d
}

// controlling is what the model takes from callbackd for its switches: as it is
// built, or broken on purpose in one point.
type controlling struct {
	spares func(order, Standing) bool
	calls  bool // the customer does, and nobody is at the switches
	// Broken: the claim, or the start, doesn't read switches; nobody tells
	// attempts under way; a freeze is taken for a stop; tasks stay; no resume; nobody
	// knows who is on the phone.
	blindClaim, blindStart, mute, soft, cancelsNothing, endlessStop, unaware bool
}

// controls is what people have switched off, as the database has it, and whether the
// customer is on the phone, as Presence does.
type controls struct{ stopped, frozen, off, onPhone bool }

func (c controls) any() bool { return c.stopped || c.frozen || c.off }

var modelRule = RuleKey{"acme", "lost"}

// switched is what people do to the switches: the real operations.
func (d *design) switched(m *moves) {
	if d.controlling == nil || !m.from.task.State.Open() && !m.from.script.present() {
		return
	}
	if d.controlling.calls {
		d.calling(m)
		return
	}
	by := func(operation func(*Control) error) func(*state) {
		return func(c *state) {
			c.keepsTasks = d.controlling.cancelsNothing
			rules, dialer := NewRules(d.book), d.dialer(c)
			scheduler := NewScheduler(&c.ledger, rules, dialer, zerolog.Nop())
			control := NewControl(&c.ledger, rules, dialer, scheduler, NewUpkeep(&c.ledger, rules, zerolog.Nop()), zerolog.Nop())
			if err := operation(control); err != nil {
				c.wrong(err.Error())
			}
			c.keepsTasks = false
			if !d.controlling.mute {
				d.obey(c) // Dialer.Obey and Dialer.Observe, after the commit
			}
		}
	}
	if d.stopKey != nil {
		d.blocking(m, by)
		return
	}
	is := m.from.controls
	switch {
	case !is.stopped:
		m.nuisance("a person stops callbackd", by(func(c *Control) error { return c.Stop(modelContext, "ann") }))
	case !d.controlling.endlessStop:
		m.may("a person resumes", by(func(c *Control) error { return c.Resume(modelContext, "ann") }))
	}
	if !is.frozen {
		m.nuisance("a person freezes the account", by(func(c *Control) error { return c.Freeze(modelContext, "acme", "ann") }))
	} else {
		m.may("a person unfreezes the account", by(func(c *Control) error { return c.Unfreeze(modelContext, "acme", "ann") }))
	}
	switch {
	case !is.off:
		m.nuisance("a person deactivates the rule", by(func(c *Control) error { return c.Deactivate(modelContext, modelRule, "ann") }))
	case !is.frozen:
		m.may("a person activates the rule", by(func(c *Control) error { return c.Activate(modelContext, modelRule, "ann") }))
	}
	m.nuisance("time runs out", func(c *state) {
		c.task.GiveUp = modelTime.Add(-time.Second)
		if _, err := NewUpkeep(&c.ledger, NewRules(d.book), zerolog.Nop()).giveUp(modelContext, modelTime); err != nil {
			c.wrong(err.Error())
		}
		c.task.GiveUp = time.Time{}
	})
}

// calling is what the customer does.
func (d *design) calling(m *moves) {
	if !m.from.onPhone {
		m.nuisance("the customer calls", func(c *state) {
			c.onPhone = true
			if !d.controlling.mute {
				d.obey(c) // Dialer.meet
			}
		})
	} else {
		m.may("the customer's call is over", func(c *state) { c.onPhone = false })
	}
}

// obey has the attempt under way do what the database says now.
func (d *design) obey(c *state) {
	if !c.script.present() {
		return
	}
	tx := ledgerTx{ledger: &c.ledger}
	switches, _ := tx.Switches()
	d.order(c, orderFor(switches, c.task))
}

// order gives an order to the attempt under way.
func (d *design) order(c *state, o order) {
	if o.reason != "" || c.onPhone {
		c.script.withdrawn = !c.script.stage.CustomerSent()
	}
	if d.controlling != nil && o.hard && !d.controlling.soft {
		c.script.severed = true
	}
}

// begins is what an attempt reads when it starts.
func (d *design) begins(c *state) {
	if d.controlling == nil || !d.controlling.blindStart {
		d.order(c, d.orderNow(c))
	}
}

// spares reports whether reconciliation may let an attempt go on.
func (d *design) spares(c *state, standing Standing) bool {
	if d.controlling == nil {
		return true
	}
	return d.controlling.spares(d.orderNow(c), standing)
}

// severs is what a script does that was told not to bring anybody together; it
// reports whether that is all it can do now.
func (d *design) severs(m *moves) bool {
	s := &m.from
	if !s.script.severed || !s.script.stage.CustomerSent() {
		return false
	}
	now := d.step(s.script)
	switch {
	case now == converse, now == release, now == commitBridge, now == commitEnd, s.hear:
		return false
	}
	m.may("script: "+now+" gives way to the freeze, or to the list", func(c *state) { d.fail(c, ErrGaveWay) })
	return now != awaitCustomer && now != ringCustomer || now == ringCustomer && !s.script.sent
}

// judgeControls holds a state to what people have switched off.
func (s *state) judgeControls(before *state) {
	was, is := before.newest(), s.newest()
	for _, forbidden := range []struct {
		is  bool
		why string
	}{{s.any(), "that is switched off"}, {s.onPhone, "the customer is on the phone"}, {s.pressed || len(s.blocked) > 0, "the customer wants no calls"}} {
		switch {
		case !forbidden.is:
		case was.ID == is.ID && was.State == AttemptScheduled && is.State == AttemptAgent:
			s.wrong("a task is claimed though " + forbidden.why)
		case was.ID == is.ID && was.State == AttemptAgentUp && is.State == AttemptCustomer:
			s.wrong("the customer is called though " + forbidden.why)
		case before.agent != asked && s.agent == asked:
			s.wrong("an agent's phone rings though " + forbidden.why)
		}
	}
	if s.frozen && !before.hear && s.hear {
		s.wrong("they are brought together though the account is frozen")
	}
	if before.pressed && !before.hear && s.hear {
		s.wrong("a customer who wants no calls is connected")
	}
	if (s.frozen || s.off) && (s.task.State == TaskScheduled || s.task.State == TaskHeld) {
		s.wrong("a task waits though its rule is off")
	}
}

// What follows is the part of the store that switches need.

func (tx *ledgerTx) Switches() (Switches, error) {
	s := Switches{Frozen: map[string]Switch{}, Off: map[RuleKey]Switch{}}
	if tx.blind {
		return s, nil
	}
	if tx.stopped {
		s.Stopped = &Switch{By: "ann"}
	}
	if tx.frozen {
		s.Frozen["acme"] = Switch{By: "ann"}
	}
	if tx.off {
		s.Off[modelRule] = Switch{By: "ann"}
	}
	return s, nil
}

func (tx *ledgerTx) SetStopped(s *Switch) error { tx.stopped = s != nil; return nil }

func (tx *ledgerTx) SetFrozen(_ string, s *Switch) error { tx.frozen = s != nil; return nil }

func (tx *ledgerTx) SetRuleOff(_ RuleKey, s *Switch) error { tx.off = s != nil; return nil }

func (tx *ledgerTx) Rouse(string) error { return nil }

func (tx *ledgerTx) Tokens() ([]Token, error) { return nil, nil } // they decide nothing about calls

func (tx *ledgerTx) SetWaiting(int64, string, time.Time) error { return nil }

func (tx *ledgerTx) OpenTasks(string) ([]Task, error) {
	if !tx.task.State.Open() || tx.keepsTasks {
		return nil, nil
	}
	return []Task{tx.task}, nil
}

func (tx *ledgerTx) GiveUps(now time.Time, _ int) ([]Task, error) {
	if tx.task.GiveUp.IsZero() || tx.task.GiveUp.After(now) {
		return nil, nil
	}
	return []Task{tx.task}, nil // whatever its state: the upkeep looks again
}

func (tx *ledgerTx) NextGiveUp(time.Time) (time.Time, bool, error) { return time.Time{}, false, nil }

func (tx *ledgerTx) CustomerLegs(string, string, time.Time) (Legs, error) { return Legs{}, nil }

func (tx *ledgerTx) RegionLines(string, string) (int, error) { return 0, nil }

func (tx *ledgerTx) OpenMissed(string, []Target) (int, error) { return 0, nil }

func (tx *ledgerTx) Attempts(int64) (list []Attempt, err error) {
	for _, a := range tx.attempts {
		if a != nil {
			list = append(list, *a)
		}
	}
	return list, nil
}
