package callback

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"time"
)

// Session is what a browser is let in by after its user has signed in. The browser has
// the secret, the store its hash, as with tokens. It is a row until it is ended: at
// signing out, when the user's password, role or account changes, when the user is
// revoked, and some time after it has run out.
type Session struct {
	ID      int64
	UserID  int64
	Hash    SessionHash
	Created time.Time // set by the store
	Used    time.Time // to the minute
}

// SessionHash is the SHA-256 of a session's secret.
type SessionHash [sha256.Size]byte

const (
	// SessionIdle is how long a session lasts that nobody uses.
	SessionIdle = 12 * time.Hour
	// SessionLife is how long one lasts at most.
	SessionLife = 7 * 24 * time.Hour
	// sessionUsedEvery is how exactly it is kept when a session was used last.
	sessionUsedEvery = time.Minute
)

// holds reports whether a session has neither idled nor lived too long.
func (s Session) holds(now time.Time) bool {
	return now.Sub(s.Used) < SessionIdle && now.Sub(s.Created) < SessionLife
}

const sessionBytes = 32

var sessionForm = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// newSession makes a session and its secret.
func newSession(userID int64, now time.Time) (s Session, secret string) {
	var random [sessionBytes]byte
	rand.Read(random[:]) // never fails, see crypto/rand
	secret = base64.RawURLEncoding.EncodeToString(random[:])
	return Session{UserID: userID, Hash: sha256.Sum256([]byte(secret)), Used: now}, secret
}

// hashSession is the hash of a session's secret; ok is false for what can't be one.
func hashSession(secret string) (hash SessionHash, ok bool) {
	if !sessionForm.MatchString(secret) {
		return SessionHash{}, false
	}
	return sha256.Sum256([]byte(secret)), true
}
