package callback

import (
	"errors"
	"slices"
	"time"
)

// reached reports whether the call tried to reach somebody whose loss it can be. Of
// a call that a person had answered, what it tried before that is forgotten.
func (a *Account) reached(l Loss) bool {
	_, offered := a.offered(l)
	return offered || l.Queue != "" || len(l.Endpoints) > 0
}

// helped ends the open callbacks of a customer who has called and talked to a
// person; number is "" where nobody knows who it was. A call that is over before
// the customer's newest loss came, and of which callbackd hears late, helps nobody,
// unless it is that very loss: a log may know better than events of which a part
// lay in a gap. Nor does it make needless what was asked for in the call itself, the task
// asked; 0: nothing was.
func (in *Intake) helped(tx Tx, n news, account *Account, number string, asked int64, v Verdict) (news, error) {
	if number == "" {
		return n, nil
	}
	g := given{customer{account.Name, number}, CancelCustomerCalled, v.Ended, v.Ended.Add(-v.Talked), asked}
	n.helps = append(n.helps, g)
	return n, help(tx, g, func(newest MissedCall) bool {
		return !newest.Lost.After(v.Ended) || newest.PBX == v.PBX && newest.CallID == v.CallID
	})
}

// helpsNow is what events change that tell of a moment of a call by hand: they do so at
// once. Of a call that was taken up after a gap nobody knows but that it had begun.
func helpsNow(c LiveCall, now AgentCalled) func(Tx, *Rulebook) (news, error) {
	at := time.Now()
	if c.Partial {
		at = c.Since
	}
	return func(tx Tx, book *Rulebook) (news, error) {
		return helpedByHand(tx, book, c, func(of AgentCalled) (moment time.Time) {
			if of == now {
				moment = at
			}
			return moment
		})
	}
}

// helpedByHand ends the open callbacks of a customer whom an agent has called, in the
// accounts that take for help what moment knows the time of. What was lost later isn't
// helped.
func helpedByHand(tx Tx, book *Rulebook, c LiveCall, moment func(AgentCalled) time.Time) (n news, err error) {
	for _, account := range book.dialling(c) {
		number, err := ParseNumber(c.Number, account.Country)
		at := moment(account.helpedWhen())
		if err != nil || at.IsZero() {
			continue
		}
		g := given{customer{account.Name, number}, CancelAgentCalled, at, at, 0}
		n.helps = append(n.helps, g)
		if err := help(tx, g, func(newest MissedCall) bool { return !newest.Lost.After(at) }); err != nil {
			return n, err
		}
	}
	return n, nil
}

func (a *Account) helpedWhen() AgentCalled {
	if a.AgentCalled == "" {
		return WhenDialled
	}
	return a.AgentCalled
}

// dialling lists the accounts for which an agent called a customer: those of the
// trunk that list the agent's phone; where none does, all of the trunk.
func (b *Rulebook) dialling(c LiveCall) []*Account {
	sharing := slices.DeleteFunc(b.Accounts(), func(a *Account) bool {
		_, ok := a.regionOf(c.PBX, c.Trunk)
		return !ok
	})
	var employing []*Account
	for _, a := range sharing {
		if c.Agent != "" && len(a.agentsAt([]string{c.Agent})) > 0 {
			employing = append(employing, a)
		}
	}
	if len(employing) > 0 {
		return employing
	}
	return sharing
}

// calledBack ends the other open callbacks of a customer whom an attempt has connected.
func calledBack(tx Tx, a Attempt) error {
	g := given{customer{a.Account, a.Number}, CancelCalledBack, a.Bridged, a.Bridged, 0}
	return help(tx, g, func(newest MissedCall) bool { return !newest.Lost.After(g.at) })
}

// help cancels the customer's open tasks that are to be kept as soon as possible: what
// was missed, if the call helps after the newest loss, and what was asked for before the
// conversation began. What was asked for during it is for after it; and whoever asked for
// a time has talked about something else.
func help(tx Tx, g given, helps func(newest MissedCall) bool) error {
	open, err := tx.CustomerTasks(g.account, g.number)
	if err != nil {
		return err
	}
	for _, task := range open {
		if task.ID == g.spares {
			continue
		}
		needless := task.atOnce() && !task.Asked.After(g.began)
		if task.Kind == KindMissed {
			if needless, err = needlessAfter(tx, task, helps); err != nil {
				return err
			}
		}
		if !needless {
			continue
		}
		if _, err := cancel(tx, task, g.reason); err != nil {
			return err
		}
	}
	return nil
}

// needlessAfter reports whether a call has helped a customer whose call was missed.
func needlessAfter(tx ReadTx, missed Task, helps func(newest MissedCall) bool) (bool, error) {
	newest, err := tx.NewestMissedCall(missed.ID)
	if errors.Is(err, ErrNotFound) {
		return true, nil
	}
	return err == nil && helps(newest), err
}
