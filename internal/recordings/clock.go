package recordings

import (
	"context"
	"fmt"
	"time"

	"callbackd/callback"
)

// What is deleted by a clock that stands wrong can't be had back. So the machine's clock
// is believed where something else agrees with it: the time that has passed since
// callbackd looked last, and at its start what the database holds.
const (
	// tolerated is how far the clock may be set forward between two looks, and behind
	// is how far it may be behind what the history says.
	tolerated = time.Hour
	behind    = 5 * time.Minute
	// silence is how long nothing may have happened before the start. What was stored
	// since yesterday doesn't say: the clock may have been wrong since.
	silence  = 7 * 24 * time.Hour
	recently = 24 * time.Hour
	// probation is how long a clock that was in doubt has to have run.
	probation = 24 * time.Hour
)

// reading is the machine's clock, and how long the keeper has been there, which nobody
// can set.
type reading struct {
	wall time.Time
	ran  time.Duration
}

// past is what the history says of the time at which callbackd starts: when something
// happened last, and last before the day that ends now. Zero where nothing did.
type past struct{ latest, settled time.Time }

// clock judges the machine's clock. The zero one hasn't looked yet.
type clock struct {
	last  *reading
	doubt string // what is wrong with it; "" where it is believed
	until time.Duration
}

// look takes a reading, at the first one with what the history says, and answers why the
// clock isn't believed; "" if it is.
func (c *clock) look(now reading, p past) string {
	why := ""
	if c.last == nil {
		why = p.contradicts(now.wall)
	} else if ahead := now.wall.Sub(c.last.wall) - (now.ran - c.last.ran); ahead > tolerated {
		why = fmt.Sprintf("it was %s, and %s later it says %s", said(c.last.wall), (now.ran - c.last.ran).Round(time.Second), said(now.wall))
	}
	c.last = &now
	if why != "" {
		c.doubt, c.until = why, now.ran+probation
	}
	if now.ran >= c.until {
		c.doubt = ""
	}
	return c.doubt
}

// contradicts says what speaks against the clock; "" if nothing does.
func (p past) contradicts(now time.Time) string {
	switch {
	case p.latest.After(now.Add(behind)):
		return fmt.Sprintf("it says %s, and the last thing that callbackd stored happened at %s", said(now), said(p.latest))
	case !p.settled.IsZero() && p.settled.Before(now.Add(-silence)):
		return fmt.Sprintf("it says %s, and until yesterday nothing had happened since %s", said(now), said(p.settled))
	}
	return ""
}

func said(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// doubt answers why the machine's clock isn't believed now; "" if it is.
func (k *Keeper) doubt(ctx context.Context) (why string, err error) {
	now := time.Now()
	var p past
	if k.clock.last == nil {
		if p, err = k.past(ctx, now); err != nil {
			return "", err
		}
	}
	// Without Round, Sub would go by the time that has passed, whatever the clock says.
	return k.clock.look(reading{wall: now.Round(0), ran: now.Sub(k.begun)}, p), nil
}

func (k *Keeper) past(ctx context.Context, now time.Time) (p past, err error) {
	err = k.store.View(ctx, func(tx callback.ReadTx) (err error) {
		if p.latest, err = tx.LastChange(time.Time{}); err != nil {
			return err
		}
		p.settled, err = tx.LastChange(now.Add(-recently))
		return err
	})
	return p, err
}

// theClock is what its alarm is about; no PBX and no recording is called that.
const theClock = "the clock"

// sayDoubt raises the alarm, if recordings stay because of it.
func (k *Keeper) sayDoubt(ctx context.Context, now time.Time, doubt string) error {
	var waiting []callback.Recording
	err := k.store.View(ctx, func(tx callback.ReadTx) (err error) {
		waiting, err = tx.ExpiredRecordings(now, callback.Recording{}, 1)
		return err
	})
	if err == nil && len(waiting) > 0 && k.alarmOnce(theClock) {
		k.log.Error().Str("alarm", "clock_doubtful").Str("doubt", doubt).
			Msg("recordings whose time is over aren't deleted, because the clock of this machine may be wrong: set it right if it is; they are deleted when callbackd has run for a day with this clock")
	}
	return err
}
