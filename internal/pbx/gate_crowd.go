package pbx

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"callbackd/callback"
)

// crowd is what was read of a queue's live callers a moment ago.
type crowd struct {
	queue   string
	ours    []string // legs of ours there
	live    int
	members []string // empty while nobody waits
	until   time.Time
}

// crowded gives the phones that live callers wait for, in queues that are listed or that
// they were heard to join, but for those of one queue: each with the queue that it serves.
func (g *gate) crowded(ctx context.Context, but string) (map[string]string, error) {
	phones := map[string]string{}
	var read []*crowd
	g.mu.Lock()
	changes, joined := g.changes, g.joined
	for _, queue := range g.crowdable() {
		switch known := g.crowds[strings.ToLower(queue)]; {
		case strings.EqualFold(queue, but):
		case time.Now().Before(known.until):
			for _, phone := range known.members {
				phones[phone] = queue
			}
		default:
			read = append(read, &crowd{queue: queue})
		}
	}
	g.mu.Unlock()
	if err := g.readCrowds(ctx, read); err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, c := range read {
		for _, phone := range c.members {
			phones[phone] = c.queue
		}
		key := strings.ToLower(c.queue)
		if c.live <= 0 && time.Since(g.heard[key].at) > settle {
			delete(g.heard, key)
		}
		if c.until = time.Now().Add(answerAge); g.changes == changes && g.joined == joined {
			g.crowds[key] = *c
		}
	}
	return phones, nil
}

// crowdable lists the queues where live callers may wait: for those who join any other our
// legs have given way too. g.mu is held.
func (g *gate) crowdable() []string {
	queues := listedQueues(g.exchange.o.Rules.Book(), g.exchange.o.Name)
	for _, j := range g.heard {
		if !slices.ContainsFunc(queues, func(queue string) bool { return strings.EqualFold(queue, j.queue) }) {
			queues = append(queues, j.queue)
		}
	}
	slices.Sort(queues)
	return queues
}

// readCrowds does for many queues what live does for one, with a single pause.
func (g *gate) readCrowds(ctx context.Context, crowds []*crowd) error {
	pause := time.Duration(0)
	for _, c := range crowds {
		if err := g.readCrowd(ctx, c); err != nil {
			return err
		}
		if len(c.ours) > 0 && c.live <= 0 {
			pause = eventDelay
		}
	}
	select {
	case <-time.After(pause):
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	for _, c := range crowds {
		if len(c.ours) > 0 && c.live <= 0 {
			if err := g.readCrowd(ctx, c); err != nil {
				return err
			}
		}
		if g.callersWait(c.live, c.queue); c.live > 0 {
			members, err := g.members(ctx, c.queue)
			if err != nil {
				return err
			}
			c.members = g.phones(members)
		}
	}
	return nil
}

func (g *gate) readCrowd(ctx context.Context, c *crowd) error {
	// A file may list queues of another PBX; Asterisk logs a warning for each question
	// about one that it doesn't have.
	exists, err := g.probe.number(ctx, "QUEUE_EXISTS(%s)", c.queue)
	if err != nil || exists == 0 {
		return err
	}
	if !g.legs.arrive(ctx, c.queue, entering) {
		return errMoving
	}
	c.ours = g.channels(c.queue)
	count, err := g.waiting(ctx, c.queue)
	c.live = count - len(c.ours)
	return err
}

// listedQueues lists the queues of every account on a PBX.
func listedQueues(book *callback.Rulebook, pbx string) []string {
	names := map[string]string{}
	for _, a := range accountsOn(book, pbx) {
		for name := range a.Queues {
			names[strings.ToLower(name)] = name
		}
	}
	return slices.Sorted(maps.Values(names))
}

// accountsOn lists the accounts with a region on a PBX.
func accountsOn(book *callback.Rulebook, pbx string) (list []*callback.Account) {
	for _, a := range book.Accounts() {
		if slices.ContainsFunc(slices.Collect(maps.Values(a.Regions)), func(r callback.Region) bool { return r.PBX == pbx }) {
			list = append(list, a)
		}
	}
	return list
}

// wait is a time in which live callers wait in a queue.
type wait struct {
	live       int
	since, saw time.Time
}

// waitForgotten is how long a wait goes on that nobody looks at.
const waitForgotten = 5 * time.Second

// callersWait says how many wait in a queue, and since when somebody does.
func (g *gate) callersWait(live int, queue string) string {
	now, key := time.Now(), strings.ToLower(queue)
	g.mu.Lock()
	defer g.mu.Unlock()
	if live <= 0 {
		delete(g.waits, key)
		return ""
	}
	w := g.waits[key]
	if now.Sub(w.saw) > waitForgotten {
		w.since = now
	}
	w.live, w.saw = live, now
	g.waits[key] = w
	return w.in(queue, now)
}

func (w wait) in(queue string, now time.Time) string {
	who := "a live caller waits"
	if w.live > 1 {
		who = fmt.Sprintf("%d live callers wait", w.live)
	}
	return fmt.Sprintf("%s in %s since %s", who, queue, moment(w.since, now))
}

// servedElsewhere says that live callers of a queue wait for somebody whom a leg needs.
func (g *gate) servedElsewhere(queue, by string) string {
	g.mu.Lock()
	w := g.waits[strings.ToLower(queue)]
	g.mu.Unlock()
	return fmt.Sprintf("%s: %s serves it", w.in(queue, time.Now()), by)
}

// moment tells a time of today by the hour: the zone of whoever reads it isn't known here.
func moment(t, now time.Time) string {
	if t, now = t.UTC(), now.UTC(); t.YearDay() != now.YearDay() || t.Year() != now.Year() {
		return t.Format("2006-01-02 15:04 UTC")
	}
	return t.Format("15:04 UTC")
}
