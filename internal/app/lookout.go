package app

import (
	"context"
	"time"

	"callbackd/internal/httpapi"
	"callbackd/internal/reload"
)

// lookout announces which PBXs came and went, and whose rules stand otherwise. It looks
// every second, at what is in memory: whether a PBX is ready is also a matter of time, a
// heartbeat that doesn't come, and nobody tells of that.
type lookout struct {
	pbxs     func() []httpapi.PBX
	rules    func() []reload.Status
	announce func(httpapi.Event)
}

const lookoutEvery = time.Second

// keep looks until ctx ends.
func (l lookout) keep(ctx context.Context) {
	ready, files := l.ready(), l.files()
	ticker := time.NewTicker(lookoutEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			wasReady, wasFiles := ready, files
			ready, files = l.ready(), l.files()
			for name, is := range ready {
				if is != wasReady[name] {
					l.announce(httpapi.Event{Kind: httpapi.EventPBX, At: now.UTC(), Name: name, State: map[bool]string{true: "ready", false: "away"}[is]})
				}
			}
			for _, account := range differing(wasFiles, files) {
				l.announce(httpapi.Event{Kind: httpapi.EventRules, At: now.UTC(), Account: account, State: files[account].state})
			}
		}
	}
}

func (l lookout) ready() map[string]bool {
	ready := map[string]bool{}
	for _, p := range l.pbxs() {
		ready[p.Name] = p.Ready
	}
	return ready
}

// rulesStanding is how the rules of an account stand, as far as it can change: its state, and
// the rest of all its files.
type rulesStanding struct{ state, rest string }

func (l lookout) files() map[string]rulesStanding {
	files := map[string]rulesStanding{}
	for _, s := range l.rules() {
		before := files[s.Account]
		rest := before.rest + s.File + s.Version + s.Absence.Now + string(s.Absence.Why)
		for _, p := range s.Problems {
			rest += p.String()
		}
		files[s.Account] = rulesStanding{string(s.State), rest}
	}
	return files
}

// differing are the accounts whose rules stand otherwise than before.
func differing(before, now map[string]rulesStanding) (accounts []string) {
	for account, is := range now {
		if is != before[account] {
			accounts = append(accounts, account)
		}
	}
	for account := range before {
		if _, still := now[account]; !still {
			accounts = append(accounts, account)
		}
	}
	return accounts
}
