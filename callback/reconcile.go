package callback

import (
	"context"
	"errors"
	"fmt"
)

// Reconcile brings the attempts of one PBX in line with what the PBX holds,
// after start-up, a reconnect or an overflow: an attempt whose legs both live
// is adopted, any other is ended by the counting rule. So is one whose customer isn't
// talking yet though the account was frozen meanwhile, or the customer is on the
// do-not-call list; what was stopped or cancelled otherwise rings on, as it would
// have without the gap. It answers the
// attempts that were adopted; whatever else of callbackd's the PBX holds is left
// over.
//
// The lifetime of before has ended; the new one carries the adopted attempts.
// The caller delivers no event of theirs until Reconcile has returned.
func (d *Dialer) Reconcile(lifetime context.Context, pbx string, standing func(Names) Standing) (adopted []Attempt, err error) {
	claims := d.claims[pbx]
	claims.Lock()
	defer claims.Unlock()
	d.await(pbx)
	attempts, err := d.liveAttempts(lifetime, pbx)
	if err != nil {
		return nil, fmt.Errorf("reconcile %s: %w", pbx, err)
	}
	book := d.rules.Book()
	for _, a := range attempts {
		s := standing(a.Names)
		o, err := d.orderNow(lifetime, a.TaskID)
		if err != nil {
			return adopted, fmt.Errorf("reconcile attempt %d: %w", a.ID, err)
		}
		if adoptable(a.State, s) && o.spares(s) {
			account, _ := book.Account(a.Account)
			d.start(lifetime, account, a, s)
			adopted = append(adopted, a)
			continue
		}
		e := orphaned(a.State)
		if !o.spares(s) && e.result == ResultInterrupted {
			e.reason = fmt.Sprintf("%v: %s", ErrGaveWay, o.reason)
		}
		err = d.conclude(lifetime, book, a.ID, e)
		if errors.Is(err, ErrRefused) {
			// A fault of callbackd's own. The others' callbacks don't wait for it.
			d.log.Error().Err(err).Str("alarm", "attempt_stuck").Int64("attempt", a.ID).Msg("an attempt can't be ended; please report it")
			continue
		}
		if err != nil {
			return adopted, fmt.Errorf("reconcile attempt %d: %w", a.ID, err)
		}
	}
	return adopted, nil
}

// Abandon ends the attempts of PBXs that aren't in the configuration any more:
// nobody will ever reconcile them. It is called once, before anything runs.
func (d *Dialer) Abandon(ctx context.Context) error {
	attempts, err := d.liveAttempts(ctx, "")
	if err != nil {
		return fmt.Errorf("find attempts of unknown PBXs: %w", err)
	}
	for _, a := range attempts {
		if _, known := d.exchanges[a.Settings.PBX]; known {
			continue
		}
		d.log.Error().Str("alarm", "pbx_unknown").Str("pbx", a.Settings.PBX).Int64("attempt", a.ID).
			Msg("an attempt was under way on a PBX that isn't in the configuration; what is left of it there stays")
		if err := d.conclude(ctx, d.rules.Book(), a.ID, orphaned(a.State)); err != nil {
			return fmt.Errorf("end attempt %d of PBX %s: %w", a.ID, a.Settings.PBX, err)
		}
	}
	return nil
}

// adoptable reports whether an attempt goes on after a gap: agent and customer
// are both there, talking or about to.
func adoptable(state AttemptState, s Standing) bool {
	switch state {
	case AttemptCustomer:
		return s.Agent && s.Customer
	case AttemptBridged:
		return s.Bridged
	}
	return false
}

// orphaned is the ending of an attempt that a gap has cut short.
func orphaned(state AttemptState) ending {
	unseen := RecordingFound{State: RecordingUnverified}
	if state == AttemptBridged {
		return ending{result: ResultConnected, reason: "the conversation ended while callbackd was away", recording: unseen}
	}
	return ending{result: ResultInterrupted, reason: "callbackd was away", recording: unseen}
}

// await waits for the attempts of pbx that are still on their way out after a gap.
func (d *Dialer) await(pbx string) {
	d.mu.Lock()
	var leaving []*execution
	for _, x := range d.running {
		if x.pbx == pbx {
			leaving = append(leaving, x)
		}
	}
	d.mu.Unlock()
	for _, x := range leaving {
		<-x.done
	}
}
