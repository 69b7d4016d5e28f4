package callback

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Sounds of the library that callers hear who are offered a callback.
const (
	SoundOffer         = "offer"
	SoundOfferAccepted = "offer-accepted"
	SoundOfferRefused  = "offer-refused"
	SoundOfferKnown    = "offer-known"
)

// offer offers a callback from a queue, in the order in which it happens. What the caller
// confirms is stored before it is said to be.
func (c *conversation) offer(ctx context.Context) (Offered, error) {
	target, why := c.offeredOf()
	if why != "" {
		return c.misdirected(why)
	}
	if not, err := c.notWorth(ctx, target); not != "" || err != nil {
		return not, err
	}
	own, refusal, err := c.ownNumber(ctx, target)
	if err != nil {
		return "", err
	}
	if refusal != nil {
		return c.refused(ctx, refusal)
	}
	key, err := c.ask(ctx, "12", play(SoundOffer))
	switch {
	case err != nil:
		return "", err
	case key != "1":
		return leftBy(key), nil
	}
	number, not, err := c.number(ctx, own, func(typed string) (string, *AskRefusal, error) {
		return c.check(ctx, c.request(target, typed))
	})
	if err != nil || not != "" {
		return not, err
	}
	task, err := c.storing(ctx, func(ctx context.Context) (Task, error) {
		asked, err := c.o.Desk.Ask(ctx, c.request(target, number))
		return asked.Task, err
	})
	if errors.As(err, &refusal) {
		return c.refused(ctx, refusal)
	}
	if err != nil {
		return "", err
	}
	c.task = task.ID
	c.storedFor(number, own)
	c.farewell(play(SoundOfferAccepted))
	return OfferedAccepted, nil
}

// offeredOf finds whose customer calls and which queue is to call back, or what has to be
// written where.
func (c *conversation) offeredOf() (target Target, why string) {
	if why := c.findAccount(); why != "" {
		return Target{}, why
	}
	if c.account.Requests == nil {
		return Target{}, fmt.Sprintf("account %s takes no requests: write the section requests into its rules file", c.account.Name)
	}
	target = Target{TargetQueue, c.account.queueNamed(c.visit.Name)}
	if !c.account.Lists(target) {
		return Target{}, fmt.Sprintf("account %s lists no queue %q: write it into queues of its rules file, or one that is there into Stasis()",
			c.account.Name, asDelivered(c.visit.Name))
	}
	return target, ""
}

// findAccount finds whose customer calls, as the detector does.
func (c *conversation) findAccount() (why string) {
	call := c.visit.Call
	if !c.visit.Customer {
		return "it isn't a call that came in on a region's trunk: hand over the caller's own channel, not one behind a Local"
	}
	c.account = c.o.Rules.Book().AccountOf(call.PBX, call.Trunk, call.Dialled)
	if c.account == nil {
		return fmt.Sprintf("several accounts share trunk %s, and none of them owns %q: write it into numbers of its account's rules file",
			call.Trunk, asDelivered(call.Dialled))
	}
	return ""
}

// notWorth says why the caller isn't offered anything now, "" if it is time to. Nobody is
// promised a call that nobody would make.
func (c *conversation) notWorth(ctx context.Context, target Target) (Offered, error) {
	if not, err := c.switchedOff(ctx); not != "" || err != nil {
		return not, err
	}
	offer, queue := c.account.Requests.Offer, QueueNow{}
	if offer.asksQueue() {
		var err error
		if queue, err = c.caller.Queue(ctx, target.Name); err != nil {
			return "", err
		}
	}
	return offer.worth(queue, c.account.zone(), time.Now()), nil
}

// switchedOff says what of people's doing keeps the account from calling anybody.
func (c *conversation) switchedOff(ctx context.Context) (not Offered, err error) {
	if c.account.Mode == ModeShadow {
		return OfferedShadow, nil
	}
	err = c.o.Store.View(ctx, func(tx ReadTx) error {
		switches, err := tx.Switches()
		if _, frozen := switches.Frozen[c.account.Name]; frozen {
			not = OfferedFrozen
		}
		if switches.Stopped != nil {
			not = OfferedStopped
		}
		return err
	})
	return not, err
}

// ownNumber is the number from which the caller calls, "" if it can't be used and another
// has to be typed. A refusal is of any number.
func (c *conversation) ownNumber(ctx context.Context, target Target) (number string, refusal *AskRefusal, err error) {
	if !c.caller.Withheld(ctx) {
		c.from = c.visit.Call.Number
		number, refusal, err = c.check(ctx, c.request(target, c.visit.Call.Number))
		if err != nil || refusal == nil || !refusal.ofNumber() {
			return number, refusal, err
		}
	}
	err = c.o.Desk.Room(ctx, c.account.Name, target)
	if errors.As(err, &refusal) {
		return "", refusal, nil
	}
	return "", nil, err
}

// ofNumber reports whether another number may do.
func (e *AskRefusal) ofNumber() bool {
	return e.Field == FieldNumber && !e.Reason.Passes() && e.Reason != RefusedDuplicate
}

// check tells whether a request would be taken.
func (c *conversation) check(ctx context.Context, r Request) (number string, refusal *AskRefusal, err error) {
	number, err = c.o.Desk.Check(ctx, r)
	if errors.As(err, &refusal) {
		return "", refusal, nil
	}
	return number, nil, err
}

// request is what the caller asks for.
func (c *conversation) request(target Target, number string) Request {
	r := Request{Account: c.account.Name, Number: number, Target: target, Language: c.language()}
	if c.account.Requests.Offer.KeepPlace {
		r.Arrived = c.visit.Arrived
	}
	return CallKey{c.visit.PBX, c.visit.Call.ID}.inCall(r)
}

// language is the caller's, as far as it is one.
func (c *conversation) language() string {
	if languageForm.MatchString(c.visit.Language) {
		return c.visit.Language
	}
	return ""
}

// refused tells a caller that there is no callback now.
func (c *conversation) refused(ctx context.Context, refusal *AskRefusal) (Offered, error) {
	c.why = string(refusal.Reason)
	switch refusal.Reason {
	case RefusedAreaFull, RefusedQueueFull:
		return OfferedFull, c.sayRefused(ctx, SoundOfferRefused)
	case RefusedDuplicate:
		return OfferedRefused, c.sayRefused(ctx, SoundOfferKnown)
	}
	return OfferedRefused, c.sayRefused(ctx, SoundOfferRefused)
}

// sayRefused says why a caller goes back; who doesn't hear it goes back all the same.
func (c *conversation) sayRefused(ctx context.Context, sound string) error {
	c.caller.Forget()
	return c.say(ctx, play(sound))
}
