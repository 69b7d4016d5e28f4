package pbx

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// askQueue reads what is in the way of a leg into a queue.
func (g *gate) askQueue(ctx context.Context, queue string) (string, error) {
	exists, err := g.probe.number(ctx, "QUEUE_EXISTS(%s)", queue)
	if err != nil {
		return "", err
	}
	if g.alarmIf(exists == 0, "target_missing", queue) {
		return fmt.Sprintf("Asterisk %s has no queue %s: add it to queues.conf, or take it out of the rules file", g.exchange.o.Name, queue), nil
	}
	live, err := g.live(ctx, queue)
	if err != nil {
		return "", err
	}
	if live > 0 {
		return g.callersWait(live, queue), nil
	}
	ready, err := g.probe.number(ctx, "QUEUE_MEMBER(%s,ready)", queue)
	if err != nil {
		return "", err
	}
	if ready < 1 {
		return "no agent of " + queue + " is free", g.learnMembers(ctx, queue)
	}
	return g.askRivals(ctx, queue, ready)
}

func countedOn(queue string) string {
	return "other callbacks count on the agents of " + queue + " who are free"
}

// askRivals reads whether an agent is left for a leg into a queue where others may need
// the queue's agents: legs of ours in other queues, to agents and to groups, and live
// callers in other queues. Where there are none, the queue's own count of who is ready is
// enough.
func (g *gate) askRivals(ctx context.Context, queue string, ready int) (string, error) {
	ours := g.legs.engaged(g.phone)
	legs := ours.looking[strings.ToLower(queue)]
	if legs >= ready {
		return countedOn(queue), nil
	}
	needed, err := g.crowded(ctx, queue)
	if err != nil {
		return "", err
	}
	delete(ours.looking, strings.ToLower(queue))
	if len(ours.taken)+len(ours.looking)+len(needed) == 0 {
		return "", nil
	}
	demands, err := g.demands(ctx, queue, ours.looking)
	if err != nil {
		return "", err
	}
	demands[0].legs = legs
	mine, taken := demands[0], ours.taken
	// The queue picks whom it likes: also a phone that is about to ring by its name.
	if slices.ContainsFunc(mine.free, func(phone string) bool { return ours.direct[phone] }) {
		return countedOn(queue), nil
	}
	more := slices.Clone(demands)
	more[0].legs++
	if served(more, taken) <= served(demands, taken) {
		return countedOn(queue), nil
	}
	crowd := ""
	for phone, queue := range needed {
		taken[phone] = true
		if slices.Contains(mine.free, phone) {
			crowd = max(crowd, queue) // the same one each time
		}
	}
	if served(more, taken) <= served(demands, taken) {
		return g.servedElsewhere(crowd, "an agent of "+queue), nil
	}
	return "", nil
}

// demands reads who could answer the legs of ours that look for members of queues; that
// of first, if it isn't "", is the first. Each device is read once.
func (g *gate) demands(ctx context.Context, first string, looking map[string]int) (list []demand, err error) {
	queues := slices.Sorted(maps.Keys(looking))
	if first != "" {
		queues = slices.Insert(queues, 0, first)
	}
	devices := map[string]string{}
	for _, queue := range queues {
		d, err := g.demand(ctx, queue, devices)
		if err != nil {
			return nil, err
		}
		d.legs = looking[queue]
		list = append(list, d)
	}
	return list, nil
}

// demand reads who could answer legs of ours in a queue. devices are the states that were
// read already.
func (g *gate) demand(ctx context.Context, queue string, devices map[string]string) (d demand, err error) {
	if d.ready, err = g.probe.number(ctx, "QUEUE_MEMBER(%s,ready)", queue); err != nil {
		return d, err
	}
	members, err := g.members(ctx, queue)
	if err != nil {
		return d, err
	}
	var free []string
	for _, member := range members {
		phone := g.phone(member)
		if _, read := devices[phone]; !read {
			if devices[phone], err = g.probe.text(ctx, "DEVICE_STATE(%s)", phone); err != nil {
				return d, err
			}
		}
		if devices[phone] == "NOT_INUSE" {
			free = append(free, member)
		}
	}
	mayBePaused := len(free) > d.ready
	for _, member := range free {
		if mayBePaused {
			paused, err := g.probe.text(ctx, "QUEUE_MEMBER(%s,paused,%s)", queue, member)
			if err != nil {
				return d, err
			}
			if paused == "1" {
				continue
			}
		}
		d.free = append(d.free, g.phone(member))
	}
	return d, nil
}

// members reads whom a queue rings: their interfaces. Their devices wake us from now on.
func (g *gate) members(ctx context.Context, queue string) ([]string, error) {
	list, err := g.probe.text(ctx, "QUEUE_MEMBER_LIST(%s)", queue)
	if err != nil || list == "" {
		return nil, err
	}
	members := strings.Split(list, ",")
	g.watch(ctx, members)
	return members, nil
}

// memberAge is how old the list may be of whose freedom wakes us.
const memberAge = 10 * time.Second

// learnMembers learns who the members of a queue are for whom somebody waits.
func (g *gate) learnMembers(ctx context.Context, queue string) error {
	g.mu.Lock()
	late := time.Since(g.learned[queue]) >= memberAge
	if late {
		g.learned[queue] = time.Now()
	}
	g.mu.Unlock()
	if !late {
		return nil
	}
	_, err := g.members(ctx, queue)
	return err
}

// watch has the devices of phones wake us, as far as Asterisk answers soon: they are asked
// about again and again in any case.
func (g *gate) watch(ctx context.Context, phones []string) {
	ctx, cancel := context.WithTimeoutCause(ctx, readingLimit, errSilent)
	defer cancel()
	g.wakeups.watch(ctx, phones...)
}
