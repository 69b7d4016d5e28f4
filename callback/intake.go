package callback

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

// Intake turns what the detector and the logs find into missed calls and tasks, and
// ends tasks that have become unnecessary. It is the half that notices: it never
// dials, and all it leaves is in the store.
type Intake struct {
	store   Store
	rules   *Rules
	decided func(MissedCall)
	options IntakeOptions
	helps   recentHelps
	strange strangeWords

	mu     sync.Mutex
	alarms map[blockKey]time.Time // since when not to raise the alarm about a block again
}

// IntakeOptions is what an intake can do without.
type IntakeOptions struct {
	Log zerolog.Logger // the zero Logger is silent
	// Logged lists the PBXs whose logs are read beside the events: of a call of which
	// the events showed only a part, the log may know better before it is called back.
	Logged []string
}

// NewIntake makes an intake that decides by rules. decided hears of each missed
// call after its commit.
func NewIntake(store Store, rules *Rules, decided func(MissedCall)) *Intake {
	return &Intake{store: store, rules: rules, decided: decided, alarms: map[blockKey]time.Time{}}
}

// With sets the options, before the first call is taken in.
func (in *Intake) With(o IntakeOptions) *Intake {
	in.options = o
	return in
}

// Take takes in what the detector found, in one transaction. The same call taken
// twice changes nothing.
func (in *Intake) Take(ctx context.Context, f Finding) error {
	call, change := in.change(f)
	if change == nil {
		return nil
	}
	book := in.rules.Book()
	var n news
	err := in.store.Update(ctx, func(tx Tx) (err error) {
		n, err = change(tx, book)
		return err
	})
	if err != nil {
		return fmt.Errorf("take in call %s: %w", call, err)
	}
	in.publish(n)
	return nil
}

// change is what a finding changes in the store, and the unique id that it goes by; nil
// where that is nothing: the beginning and the end of a customer's call, which its verdict
// tells all about, and the end of one that an agent made.
func (in *Intake) change(f Finding) (call string, change func(Tx, *Rulebook) (news, error)) {
	switch f := f.(type) {
	case Verdict:
		return f.CallID, func(tx Tx, book *Rulebook) (news, error) { return in.judged(tx, book, f) }
	case CallBegan:
		if f.Outbound {
			return f.ID, helpsNow(f.LiveCall, WhenDialled)
		}
	case CallAnswered:
		if f.Outbound {
			return f.ID, helpsNow(f.LiveCall, WhenAnswered)
		}
	case Dialled:
		return f.ID, func(tx Tx, book *Rulebook) (news, error) { return helpedByHand(tx, book, f.LiveCall, f.moment) }
	}
	return "", nil
}

// CatchUp takes in what the logs of a PBX tell of customers' calls (Verdict) and of those
// of agents (Dialled), in the order in which they ended, and stores how far the logs are
// read, all in one transaction: after a crash they are read on from the same place. A call
// that the database refuses is a fault of callbackd's own, which no other try mends: it is
// left out, with an alarm, and the rest is taken in.
func (in *Intake) CatchUp(ctx context.Context, pbx string, calls []Finding, position []byte) error {
	var all news
	var nowhere error // why the position can't be stored
	err := in.store.Update(ctx, func(tx Tx) error {
		all, nowhere = news{}, nil
		book := in.rules.Book()
		for _, f := range calls {
			_, change := in.change(f)
			if change == nil {
				continue
			}
			n, err := change(tx, book)
			if err != nil {
				return err
			}
			all.add(n)
		}
		nowhere = tx.SetLogPosition(pbx, position)
		return nowhere
	})
	switch {
	case err == nil:
		in.publish(all)
		return nil
	case errors.Is(err, ErrRefused) && nowhere == nil && len(calls) > 0:
		return in.catchUpOneByOne(ctx, pbx, calls, position)
	}
	return fmt.Errorf("take in %d calls from the logs of %s: %w", len(calls), pbx, err)
}

// catchUpOneByOne takes in what can't be taken in together, each call in a transaction of
// its own and the position last: the database may say only at a commit that it refuses
// something, and then not what. Dying in between, it takes some of them once more, which
// changes nothing.
func (in *Intake) catchUpOneByOne(ctx context.Context, pbx string, calls []Finding, position []byte) error {
	for _, f := range calls {
		err := in.Take(ctx, f)
		switch {
		case errors.Is(err, ErrRefused):
			in.options.Log.Error().Err(err).Str("alarm", "call_refused").Str("pbx", pbx).
				Msg("the database refuses a call from the logs; please report it")
		case err != nil:
			return fmt.Errorf("take in a call from the logs of %s: %w", pbx, err)
		}
	}
	return in.CatchUp(ctx, pbx, nil, position)
}

// news is what a transaction has changed, for those who hear of it after the commit.
type news struct {
	missed []MissedCall
	helps  []given
	bursts []burst
	said   []unknownWord
}

func (n *news) add(more news) {
	n.missed = append(n.missed, more.missed...)
	n.helps = append(n.helps, more.helps...)
	n.bursts = append(n.bursts, more.bursts...)
	n.said = append(n.said, more.said...)
}

func (in *Intake) publish(n news) {
	in.helps.add(n.helps)
	for _, w := range n.said {
		in.strange.tell(in.options.Log, w)
	}
	for _, m := range n.missed {
		in.decided(m)
	}
	for _, b := range n.bursts {
		in.raise(b)
	}
}

// judged takes in a customer's call that is over. A call that talked to a person
// makes the customer's open callback unnecessary; any other leaves a missed call
// and, if the rules say so, a task. One that a person passed on, and that was lost
// then, is both: missed, if a rule asks for that, and else no more than helped.
func (in *Intake) judged(tx Tx, book *Rulebook, v Verdict) (n news, err error) {
	if v, err = asStored(tx, v); err != nil {
		return n, err
	}
	account, m := lost(book, v)
	answered := v.Answered(account)
	asked, err := askedIn(tx, account, v)
	if err != nil {
		return n, err
	}
	if asked != 0 {
		m.Decision, m.Reason = DecisionRefused, ReasonCallbackAsked
	}
	if _, err := v.Loss.SaidBy(); err != nil {
		n.said = append(n.said, unknownWord{v.CallID, v.Loss.Said})
	}
	switch {
	case answered && account == nil: // nobody's customer
		return n, nil
	case answered && !account.reached(v.Loss):
		return in.helped(tx, n, account, m.Number, asked, v)
	}
	d, err := judge(tx, account, m, v)
	if err != nil {
		return n, err
	}
	if v.Partial && slices.Contains(in.options.Logged, v.PBX) {
		d.plan.notYet = m.Lost.Add(logsKnowWithin)
	}
	recorded, err := record(tx, d)
	if err != nil {
		return n, err
	}
	if answered && d.missed.Rule == "" {
		if n, err = in.helped(tx, n, account, m.Number, asked, v); err != nil {
			return n, err
		}
	}
	if recorded == nil {
		return n, nil
	}
	n.missed = append(n.missed, *recorded)
	if account == nil {
		return n, nil
	}
	if n.bursts, err = guard(tx, account, *recorded); err != nil {
		return n, err
	}
	if g, helped := in.helps.since(*recorded); helped {
		err = help(tx, g, func(newest MissedCall) bool { return !newest.Lost.After(g.at) })
	}
	return n, err
}

// asStored gives what a log tells of a call the numbers that the events had: in a log
// they are what the dialplan has made of them.
func asStored(tx ReadTx, v Verdict) (Verdict, error) {
	if v.Source != SourceLogs {
		return v, nil
	}
	first, err := tx.SeenCall(v.PBX, v.CallID)
	if err == nil && first.Source == SourceEvents {
		v.Trunk, v.Caller, v.Dialled = first.Trunk, first.Caller, first.Dialled
	}
	if errors.Is(err, ErrNotFound) {
		err = nil
	}
	return v, err
}

// logsKnowWithin is how soon after its end a call stands in Asterisk's logs, and has
// been read there.
const logsKnowWithin = 10 * time.Second

// judge decides about a missed call by what tx reads, so that nothing that
// somebody switches off at this moment is overlooked.
func judge(tx ReadTx, account *Account, m MissedCall, v Verdict) (decision, error) {
	if account == nil {
		return decision{missed: m}, nil
	}
	g, err := survey(tx, account, m.Number, "", time.Now())
	if err != nil {
		return decision{}, err
	}
	return account.decide(m, account.evidence(v), g), nil
}
