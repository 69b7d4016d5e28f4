package httpapi

import (
	"net/http"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

// RefusedFor is why a request wasn't let in.
type RefusedFor string

// The reasons.
const (
	RefusedNoToken RefusedFor = "no_token"
	RefusedToken   RefusedFor = "wrong_token"    // or a revoked one
	RefusedTries   RefusedFor = "too_many_tries" // more wrong ones of an address than it may send
	RefusedRole    RefusedFor = "role"           // the token's role may not
	RefusedAccount RefusedFor = "account"        // the token is of another account
)

// RefusalReasons lists all reasons.
var RefusalReasons = []RefusedFor{RefusedNoToken, RefusedToken, RefusedTries, RefusedRole, RefusedAccount}

// refusals counts the requests that weren't let in, and tells the log of those with a
// wrong token. Whoever reaches the port can send any number of them, of any length, so
// only so much is said.
type refusals struct {
	log     zerolog.Logger
	counted func(RefusedFor)

	mu     sync.Mutex
	said   time.Time
	unsaid int // since then
}

const (
	refusalsEvery = time.Second
)

func (l *refusals) count(why RefusedFor) {
	if l.counted != nil {
		l.counted(why)
	}
}

func (l *refusals) say(r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if now.Sub(l.said) < refusalsEvery {
		l.unsaid++
		return
	}
	line := l.log.Warn().Str("from", r.RemoteAddr).Str("path", loggedPath(r))
	if l.unsaid > 0 {
		line = line.Int("others", l.unsaid)
	}
	line.Msg("a request with a wrong token was refused")
	l.said, l.unsaid = now, 0
}
