package reload

import (
	"context"
	"time"

	"callbackd/internal/config"
)

const (
	// lookEvery is how often the files are looked at where no event says that
	// they changed: file systems that send none, links whose aim is edited,
	// folders that are put in the place of another.
	lookEvery = 2 * time.Second
	// lookAfter is how long after an event, so that a burst of them is one.
	lookAfter = 50 * time.Millisecond
	// retryFaulty is how often faulty files are read again though they are the
	// same: what they refer to, a sound or another file, may have come.
	retryFaulty = 15 * time.Second
)

// Run watches the files until ctx ends, and calls changed, which mustn't block,
// after each time that rules came into force. It mustn't be called twice.
func (r *Reloader) Run(ctx context.Context, changed func()) error {
	if r.o.NoEvents {
		r.run(ctx, changed, nil, func() {})
		return nil
	}
	w := newWatcher(r.o.Config.Rules, r.o.Log)
	defer w.close()
	r.run(ctx, changed, w.happened, w.renew)
	return nil
}

// Now has the files read at once, whether anything has changed or not, and what
// is wrong with them said again: SIGHUP.
func (r *Reloader) Now() {
	select {
	case r.asked <- struct{}{}:
	default:
	}
}

// run looks at the files every so often, and soon after something happened.
// renew is called before each look.
func (r *Reloader) run(ctx context.Context, changed func(), happened <-chan struct{}, renew func()) {
	r.mu.Lock()
	r.changed = changed
	r.mu.Unlock()
	next := time.Now()
	for {
		timer := time.NewTimer(time.Until(next))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-happened:
			// Never later than planned: else whoever writes all the time is
			// never looked at.
			if soon := time.Now().Add(lookAfter); soon.Before(next) {
				next = soon
			}
		case <-r.asked:
			r.readNow(ctx)
		case <-timer.C:
			renew()
			next = time.Now().Add(r.look(ctx))
		}
		timer.Stop()
	}
}

// look looks at the files, reads them if there is reason to, and says when to
// look again.
func (r *Reloader) look(ctx context.Context) time.Duration {
	found := r.find()
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	ready, again := r.settling.look(now, found)
	r.lookAtConfig(now)
	if ready || len(r.unroused) > 0 || r.faulty() > 0 && now.Sub(r.lastRead) >= retryFaulty {
		result := r.read(ctx)
		r.say(result)
		r.publish()
		if result.failure == nil && again == 0 {
			again = quiet // a file may have been written to between the look and the reading
		}
	}
	if again == 0 {
		return lookEvery
	}
	return min(again, lookEvery)
}

// readNow reads because a person says so.
func (r *Reloader) readNow(ctx context.Context) {
	found := r.find()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.settling.believe(time.Now(), found)
	r.lookAtConfig(time.Now())
	r.said = map[string]string{}
	r.say(r.read(ctx))
	r.publish()
	r.o.Log.Info().Int("accounts", len(r.book().Accounts())).Int("faulty_files", r.faulty()).Msg("the rules were read, as asked")
}

// find looks at everything that is watched.
func (r *Reloader) find() map[string]content {
	found := map[string]content{r.o.Config.File: lookAt(r.o.Config.File)}
	paths, err := config.RulesFiles(r.o.Config)
	if err != nil {
		found[listingKey] = content{there: true, fault: err.Error()}
	}
	for _, path := range paths {
		found[path] = lookAt(path)
	}
	return found
}

// listingKey stands among the paths for the list of them: that nothing can be
// listed is something to read about.
const listingKey = "\x00listing"
