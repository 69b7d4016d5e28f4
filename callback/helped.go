package callback

import (
	"errors"
	"slices"
	"time"
)

// reached reports whether the call tried to reach somebody whose loss it can be. Of
// a call that a person had answered, what it tried before that is forgotten.
func (l Loss) reached() bool { return l.Queue != "" || len(l.Endpoints) > 0 }

// helped ends the open callback of a customer who has called and talked to a
// person; number is "" where nobody knows who it was. A call that is over before
// the customer's newest loss came, and of which callbackd hears late, helps nobody,
// unless it is that very loss: a log may know better than events of which a part
// lay in a gap.
func (in *Intake) helped(tx Tx, n news, account *Account, number string, v Verdict) (news, error) {
	if number == "" {
		return n, nil
	}
	g := given{customer{account.Name, number}, CancelCustomerCalled, v.Ended}
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
		g := given{customer{account.Name, number}, CancelAgentCalled, at}
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

// help cancels the customer's open task of kind missed, if the call helps after its
// newest loss.
func help(tx Tx, g given, helps func(newest MissedCall) bool) error {
	task, err := tx.OpenMissedTask(g.account, g.number)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	newest, err := tx.NewestMissedCall(task.ID)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	if err == nil && !helps(newest) {
		return nil
	}
	_, err = cancel(tx, task, g.reason)
	return err
}
