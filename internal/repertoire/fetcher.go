package repertoire

import (
	"context"
	"time"
)

// ahead is how long before their addresses change sounds are fetched by the next ones.
const ahead = time.Hour

// Ready says that a PBX is connected. What it had fetched it may have forgotten. It doesn't
// block.
func (r *Repertoire) Ready(pbx string) {
	if s := r.stages[pbx]; s != nil {
		wake(s.wake)
	}
}

// keepFetched has Asterisk fetch what it hasn't, until ctx ends.
func (s *Stage) keepFetched(ctx context.Context) {
	said := complaints{
		alarm: "sound_not_fetched", log: s.log, message: "a sound isn't where it is to be played",
		hint: "nobody hears it until it is fetched, which is tried every few minutes",
	}
	for ctx.Err() == nil {
		lifetime, err := s.Elsewhere.Ready()
		if err != nil { // Ready wakes; this is for one that didn't answer for a moment only
			rest(ctx, again, s.wake)
			continue
		}
		wrong := map[string]error{}
		if err := s.fetch(ctx, lifetime); err != nil {
			wrong["sounds of "+s.Name] = s.unfetched(err)
		}
		if ctx.Err() != nil || lifetime.Err() != nil {
			continue // whoever was asked is away, and somebody says that
		}
		said.settle(wrong)
		now := time.Now()
		wait := s.Elsewhere.Changes(now).Add(-ahead).Sub(now)
		if wait <= 0 { // this is the last hour
			wait = s.Elsewhere.Changes(now).Sub(now)
		}
		if len(wrong) > 0 {
			wait = min(wait, again)
		}
		rest(ctx, wait, s.wake)
	}
}

// fetch has Asterisk fetch what it is told to play now and within the next hour, but for
// what it has fetched in this lifetime.
func (s *Stage) fetch(ctx, lifetime context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(lifetime, cancel)()
	now := time.Now()
	missing := s.missing(lifetime, now)
	var fetched []string
	var err error
	if len(missing) > 0 {
		fetched, err = s.Elsewhere.Fetch(ctx, missing)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failed = map[string]bool{}
	for _, media := range missing {
		s.failed[media] = true
	}
	for _, media := range fetched {
		s.fetched[media] = s.Elsewhere.Changes(now.Add(ahead))
		delete(s.failed, media)
	}
	return err
}

// missing lists what Asterisk may be told to play and hasn't fetched in this lifetime.
func (s *Stage) missing(lifetime context.Context, now time.Time) (list []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lifetime != lifetime {
		s.lifetime, s.fetched, s.failed = lifetime, map[string]time.Time{}, nil
	}
	for media, until := range s.fetched {
		if !until.After(now) {
			delete(s.fetched, media)
		}
	}
	listed := map[string]bool{}
	for _, p := range s.repertoire.pieces(s.Name) {
		for _, at := range []time.Time{now, now.Add(ahead)} {
			// One that isn't there, or isn't spoken yet, is said elsewhere.
			media, err := s.media(p, at)
			if _, has := s.fetched[media]; err == nil && !has && !listed[media] {
				listed[media] = true
				list = append(list, media)
			}
		}
	}
	return list
}
