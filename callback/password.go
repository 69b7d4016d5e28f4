package callback

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

const (
	// PasswordShortest is in characters.
	PasswordShortest = 12
	// PasswordLongest is in bytes: enough for any phrase, and little enough to be read from
	// anybody.
	PasswordLongest = 1000
)

// CheckPassword says what is wrong with a password that the user name chooses: an
// ErrPassword, or nil. Length is what makes it hard to guess; which characters it has is
// left to those who must remember it (NIST SP 800-63B, 3.1.1).
func CheckPassword(name, password string) error {
	switch {
	case !utf8.ValidString(password) || strings.ContainsFunc(password, unicode.IsControl):
		return fmt.Errorf("%w: it has characters that can't be typed", ErrPassword)
	case len(password) > PasswordLongest:
		return fmt.Errorf("%w: it is longer than %d bytes", ErrPassword, PasswordLongest)
	case utf8.RuneCountInString(password) < PasswordShortest:
		return fmt.Errorf("%w: it is shorter than %d characters; a few words in a row are easy to remember", ErrPassword, PasswordShortest)
	case strings.EqualFold(password, name):
		return fmt.Errorf("%w: it is the user's name", ErrPassword)
	}
	return nil
}

// GeneratePassword makes a password that nobody can guess (80 random bits), of characters
// that can't be taken for one another.
func GeneratePassword() string {
	const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
	const groups, groupSize = 4, 4
	var random [groups * groupSize]byte
	rand.Read(random[:]) // never fails, see crypto/rand
	var b strings.Builder
	for i, r := range random {
		if i > 0 && i%groupSize == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(alphabet[int(r)%len(alphabet)])
	}
	return b.String()
}

// PasswordHash is a password as it is kept: argon2id in the PHC string format,
// $argon2id$v=19$m=19456,t=2,p=1$SALT$KEY, so that what it cost stands beside it.
type PasswordHash string

// cost is what it takes to hash a password, and so to try one.
type cost struct {
	memory  uint32 // KiB
	passes  uint32
	threads uint8
}

// today's cost is the first that OWASP's Password Storage Cheat Sheet recommends for
// argon2id. Who raises it changes nothing else: each password is hashed anew when its user
// signs in.
var today = cost{memory: 19 * 1024, passes: 2, threads: 1}

const (
	saltBytes = 16
	keyBytes  = 32
	// mostMemory in KiB keeps a row that somebody has tampered with from taking all there is.
	mostMemory, mostPasses, mostThreads = 256 * 1024, 16, 16
)

// parse takes a hash apart; ok is false for what isn't one.
func (h PasswordHash) parse() (c cost, salt, key []byte, ok bool) {
	parts := strings.Split(string(h), "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return cost{}, nil, nil, false
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.memory, &c.passes, &c.threads); err != nil {
		return cost{}, nil, nil, false
	}
	if c.memory > mostMemory || c.passes < 1 || c.passes > mostPasses || c.threads < 1 || c.threads > mostThreads {
		return cost{}, nil, nil, false
	}
	salt, saltErr := base64.RawStdEncoding.DecodeString(parts[4])
	key, keyErr := base64.RawStdEncoding.DecodeString(parts[5])
	return c, salt, key, saltErr == nil && keyErr == nil && len(key) >= saltBytes
}

func phc(c cost, salt, key []byte) PasswordHash {
	encode := base64.RawStdEncoding.EncodeToString
	return PasswordHash(fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memory, c.passes, c.threads, encode(salt), encode(key)))
}

const (
	// hashedAtOnce bounds the memory and the processors that hashing takes, whoever asks
	// for it: calls go on beside it.
	hashedAtOnce = 2
	// hashPatience is how long one who signs in waits for their turn.
	hashPatience = 3 * time.Second
)

// passwords hashes passwords, a few at a time.
type passwords struct {
	turns  chan struct{} // one for each in work
	derive func(password, salt []byte, passes, memory uint32, threads uint8, keyLength uint32) []byte
	decoy  PasswordHash // of no password: whoever isn't there is checked against it
}

func newPasswords() *passwords {
	var random [saltBytes + keyBytes]byte
	rand.Read(random[:]) // never fails, see crypto/rand
	return &passwords{
		turns: make(chan struct{}, hashedAtOnce), derive: argon2.IDKey,
		decoy: phc(today, random[:saltBytes], random[saltBytes:]),
	}
}

// hash hashes a new password. The errors are ErrBusy and the context's.
func (p *passwords) hash(ctx context.Context, password string) (PasswordHash, error) {
	var salt [saltBytes]byte
	rand.Read(salt[:]) // never fails, see crypto/rand
	key, err := p.work(ctx, password, salt[:], today, keyBytes)
	if err != nil {
		return "", err
	}
	return phc(today, salt[:], key), nil
}

// verify reports whether a password is the one of a hash, in one hashing whatever comes out.
func (p *passwords) verify(ctx context.Context, password string, h PasswordHash) (bool, error) {
	c, salt, key, ok := h.parse()
	if !ok {
		return false, fmt.Errorf("%w: the kept password is no argon2id hash; set it anew", ErrSignIn)
	}
	got, err := p.work(ctx, password, salt, c, len(key))
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, key) == 1, nil
}

// outdated reports whether a hash costs something else than today's.
func (p *passwords) outdated(h PasswordHash) bool {
	c, _, _, ok := h.parse()
	return !ok || c != today
}

// work derives the key of a password, when it is its turn. One typed on another keyboard
// is composed of other code points and is the same (RFC 8265, 4.2).
func (p *passwords) work(ctx context.Context, password string, salt []byte, c cost, keyLength int) ([]byte, error) {
	patience := time.NewTimer(hashPatience)
	defer patience.Stop()
	select {
	case p.turns <- struct{}{}:
	case <-patience.C:
		return nil, ErrBusy
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	defer func() { <-p.turns }()
	return p.derive([]byte(norm.NFC.String(password)), salt, c.passes, c.memory, c.threads, uint32(keyLength)), nil
}
