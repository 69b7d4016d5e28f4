package callback

import (
	"time"

	"github.com/rs/zerolog"
)

// people is what persons do to the task.
func (d *design) people(m *moves) {
	s := &m.from
	if !s.task.State.Open() {
		return
	}
	m.nuisance("a person cancels", func(c *state) {
		if _, err := Cancel(modelContext, &c.ledger, c.task.ID, CancelByPerson, "ann"); err != nil {
			c.wrong("a task that is open can't be cancelled")
		}
		// Dialer.Observe, after the commit.
		c.script.withdrawn = c.script.present() && c.task.CancelReason != "" && !c.script.stage.CustomerSent()
	})
	if len(s.calls) < len(d.losses) {
		m.nuisance("the customer is lost once more", d.miss)
	}
	does := func(operation func(*state) error) func(*state) {
		return func(c *state) {
			if err := operation(c); err != nil {
				c.wrong(err.Error())
			}
		}
	}
	if _, ok := s.task.State.Next(TaskHold); ok {
		m.nuisance("a person holds the task", does(func(c *state) error {
			_, err := Hold(modelContext, &c.ledger, c.task.ID, "ann", "")
			return err
		}))
	}
	if _, ok := s.task.State.Next(TaskRelease); ok {
		m.may("a person releases the task", does(func(c *state) error {
			_, err := Release(modelContext, &c.ledger, c.task.ID, "bob")
			return err
		}))
	}
	note, at := "", time.Now().Add(time.Minute)
	m.nuisance("a person writes a note", does(func(c *state) error {
		_, err := d.desk(c).Edit(modelContext, c.task.ID, Edit{Note: &note}, "ann")
		return err
	}))
	if _, ok := s.task.State.Next(TaskAskedAgain); ok {
		m.nuisance("somebody asks once more", does(func(c *state) error {
			return c.Update(modelContext, func(tx Tx) error { return d.promised(c).mergeInto(tx, &c.task) })
		}))
	}
	if _, ok := s.task.State.Next(TaskReschedule); ok {
		m.nuisance("a person gives the task another time", does(func(c *state) error {
			_, err := d.desk(c).Reschedule(modelContext, c.task.ID, at, "ann")
			return err
		}))
	}
	if _, ok := s.task.State.Next(TaskHandOver); ok {
		m.nuisance("the time of the task's owner is over", does(func(c *state) error {
			return c.Update(modelContext, func(tx Tx) error {
				task := c.task
				task.Owner = Owner{Agent: "alice", Then: task.Target}
				return handOver(tx, task, c.newest().Due)
			})
		}))
	}
	if _, ok := s.task.State.Next(TaskLate); ok {
		m.nuisance("the booked time has passed", does(func(c *state) error {
			defer func(late time.Time) { c.task.Late = late }(c.task.Late) // which decides nothing
			return c.Update(modelContext, func(tx Tx) error { return noteLate(tx, c.task.ID, modelTime) })
		}))
	}
	if _, ok := s.task.State.Next(TaskExpire); ok {
		m.nuisance("the task grows too old", does(func(c *state) error {
			return c.Update(modelContext, func(tx Tx) error { return expire(tx, c.task) })
		}))
	}
}

func (d *design) desk(c *state) *Desk { return NewDesk(&c.ledger, NewRules(d.book)) }

// promised is a request that merges into the task, and plans what is planned.
func (d *design) promised(c *state) promise {
	account := *d.book.Accounts()[0]
	account.Requests = &Requests{Rule: account.Rules[0]}
	return promise{account: &account, plan: c.newest().plan()}
}

// miss is the real commit of what was decided about a lost call.
func (d *design) miss(c *state) {
	err := c.Update(modelContext, func(tx Tx) error {
		_, err := record(tx, d.losses[len(c.calls)])
		return err
	})
	if err != nil {
		c.wrong("a lost call can't be recorded")
	}
}

// trouble is what befalls callbackd and Asterisk.
func (d *design) trouble(m *moves) {
	s := &m.from
	m.nuisance("callbackd is killed", func(c *state) {
		c.pressed = c.pressed && !c.script.unstored && !c.leaver.unstored // else the key is lost
		c.loseSight()
		c.leaver, c.claiming = script{}, claiming{}
	})
	if s.leaver.present() {
		return
	}
	loseSight := func(c *state) {
		old := c.script
		c.loseSight()
		if left, leaves := d.leavesKey(old); leaves {
			c.leaver = left
		}
	}
	if s.daemon != away {
		m.nuisance("the connection is lost", loseSight)
	}
	m.nuisance("Asterisk is killed", func(c *state) {
		loseSight(c)
		c.agent, c.customer, c.customerEnd, c.hear, c.stray = noLeg, noLeg, LegEnd{}, false, stray{}
	})
}

// loseSight is a gap: what happens from here on, no event will tell.
func (s *state) loseSight() {
	s.daemon, s.standing = away, Standing{}
	s.leaver, s.script = script{}, script{}
	s.stray.listed, s.stray.swept = false, false
	s.claiming.stale = s.claiming.stage != noClaim
}

// reconciling is the one road after a gap, and what is hung up for good.
func (d *design) reconciling(m *moves) {
	s := &m.from
	switch s.daemon {
	case away:
		m.may("callbackd: connects", func(c *state) { c.daemon = connected })
	case connected:
		m.may("callbackd: lists what Asterisk holds", func(c *state) {
			c.daemon = listed
			c.standing = Standing{Agent: c.agent == up, Customer: c.customer.live(), CustomerUp: c.customer == up, Bridged: c.hear}
			c.stray.listed = c.stray.leg.live()
		})
	case listed:
		if d.awaits && s.leaver.present() || d.locksClaims && s.claiming.stage != noClaim {
			break
		}
		m.may("callbackd: adopts or ends", d.settle)
	case reconciled:
		m.may("callbackd: hangs up what is left over", func(c *state) {
			c.daemon = ready
			if c.stray.listed {
				c.hangUpStray()
			}
		})
	case ready:
		if d.ends(s.stray) {
			m.may("callbackd: hangs up a stray leg", (*state).hangUpStray)
		}
	}
}

// ends reports whether callbackd is about to hang up a stray leg, because it saw
// its beginning or couldn't hang it up before.
func (d *design) ends(s stray) bool { return s.leg.live() && (s.swept || d.refusesStrays && !s.listed) }

func (s *state) hangUpStray() {
	if s.stray.hear {
		s.wrong("a conversation is cut")
	}
	s.stray = stray{}
}

// settle is what Dialer.Reconcile does with an attempt.
func (d *design) settle(c *state) {
	c.daemon = reconciled
	a := c.newest()
	standing := c.standing
	c.standing = Standing{}
	if !a.State.Live() {
		return
	}
	if d.adoptable(a.State, standing) && d.spares(c, standing) {
		c.script = script{
			way: adoptedWay(a.State, standing), attempt: a.ID, stage: a.State, ending: modelEnding{},
			deafAgent: !standing.Agent, deafCustomer: !standing.Customer,
		}
		return
	}
	err := c.Update(modelContext, func(tx Tx) error {
		_, err := conclude(tx, d.book, a.ID, d.orphaned(a.State), Pace{}, modelTime)
		return err
	})
	if err != nil {
		c.wrong("an outcome can't be stored")
	}
	c.strand()
	c.stray.listed = c.stray.leg.live() && standing.Customer
}

// adoptedWay is where the script goes on with an adopted attempt.
func adoptedWay(state AttemptState, s Standing) way {
	switch {
	case state == AttemptBridged:
		return talking
	case s.Bridged:
		return joined
	case s.CustomerUp:
		return lifted
	}
	return waiting
}

// scheduling is a claim. Between two attempts that call the customer lies a
// minute at least: until then a request has taken effect or never will, and what
// is being hung up is gone.
func (d *design) scheduling(m *moves) {
	s := &m.from
	switch s.claiming.stage {
	case noClaim:
		if s.daemon == ready && s.task.State == TaskScheduled && !s.leaver.present() && s.stray.leg != asked && !d.ends(s.stray) {
			m.may("scheduler: admits the task", func(c *state) { c.claiming.stage = admitted })
		}
	case admitted:
		m.may("scheduler: commits the claim", d.claim)
	case committed:
		m.may("scheduler: starts the attempt", func(c *state) {
			a := c.newest()
			if !c.claiming.stale {
				c.script = script{way: fresh, pc: 1, attempt: a.ID, stage: a.State}
				d.begins(c)
			} // else the script ends before its first request
			c.claiming = claiming{}
		})
	}
}

// claim is the real claim.
func (d *design) claim(c *state) {
	account, _ := d.book.Account("acme")
	c.task.Due = time.Time{} // it is due now
	scheduler := NewScheduler(&c.ledger, NewRules(d.book), d.dialer(c), zerolog.Nop())
	c.blind = d.controlling != nil && d.controlling.blindClaim
	claimed, _, err := scheduler.claim(modelContext, account, c.task.ID, "pbx1")
	c.blind = false
	switch {
	case err != nil:
		c.wrong("a task can't be claimed")
	case claimed == nil:
		c.claiming = claiming{}
	default:
		c.claiming.stage = committed
	}
}
