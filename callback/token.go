package callback

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Token is what a program or a person shows to be let in: who that is, what for and
// in which account. The secret itself is told once, when the token is made, and kept
// nowhere.
type Token struct {
	ID      int64
	Name    string // in every By; one of those that hold, never one of reservedNames
	Role    Role
	Account string // the only account that there is for it; "": all
	Hash    TokenHash
	Created time.Time // set by the store
	By      string    // who made it

	LastUsed  time.Time // to the minute; zero: never
	Revoked   time.Time // from then on it is refused; zero: it holds
	RevokedBy string
}

// Holds reports whether the token lets anybody in.
func (t Token) Holds() bool { return t.Revoked.IsZero() }

// TokenHash is the SHA-256 of a secret. A slow hash (bcrypt, argon2) is for passwords,
// which people choose and others can guess; a secret of 256 random bits can't be
// guessed however fast the hash is, and the hash has to be made for every request.
// Whoever reads the database can't come in with what stands there.
type TokenHash [sha256.Size]byte

const (
	// secretPrefix lets people, and programs that look for secrets in code, see what it is.
	secretPrefix = "cbd_"
	secretBytes  = 32
)

var secretForm = regexp.MustCompile(`^` + secretPrefix + `[A-Za-z0-9_-]{43}$`)

// HashToken is the hash of a token's secret; ok is false for what can't be one.
func HashToken(secret string) (hash TokenHash, ok bool) {
	if !secretForm.MatchString(secret) {
		return TokenHash{}, false
	}
	return sha256.Sum256([]byte(secret)), true
}

// TokenNameForm is what the name of a token, or of a user, looks like.
const TokenNameForm = `^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$`

var tokenName = regexp.MustCompile(TokenNameForm)

// ByAdmin is who acts with the admin's token, which isn't in the store.
const ByAdmin = "admin"

// reservedNames are who else acts: a token or user of that name would pass for them,
// however it is written.
var reservedNames = []string{ByAdmin, ByCustomer, ByCaller, ByForm, ByOneRing, ByFreezing}

// mayAct reports whether a token or user can have a name.
func mayAct(name string) bool {
	return tokenName.MatchString(name) && !slices.ContainsFunc(reservedNames, func(n string) bool { return strings.EqualFold(n, name) })
}

// ErrTokenName is a name that a token can't have.
var ErrTokenName = errors.New("a token can't have that name")

// AddToken makes and stores a token, and tells its secret. The errors are ErrTokenName,
// ErrExists where a token or user that holds has that name, and those of the store.
func AddToken(ctx context.Context, store Store, name string, role Role, account, by string) (t Token, secret string, err error) {
	if !mayAct(name) {
		return Token{}, "", fmt.Errorf("add token %q: %w", name, ErrTokenName)
	}
	var random [secretBytes]byte
	rand.Read(random[:]) // never fails, see crypto/rand
	secret = secretPrefix + base64.RawURLEncoding.EncodeToString(random[:])
	t = Token{Name: name, Role: role, Account: account, Hash: sha256.Sum256([]byte(secret)), By: by}
	if err := store.Update(ctx, func(tx Tx) error { return tx.InsertToken(&t) }); err != nil {
		return Token{}, "", fmt.Errorf("add token %q: %w", name, err)
	}
	return t, secret, nil
}

// RevokeToken has a token refused from now on, and answers it as it is afterwards. One
// that is revoked already stays as it was; changed is false then. ErrNotFound where there
// is none.
func RevokeToken(ctx context.Context, store Store, id int64, by string) (t Token, changed bool, err error) {
	err = store.Update(ctx, func(tx Tx) error {
		before, err := tx.Token(id)
		if err != nil {
			return err
		}
		if changed = before.Holds(); changed {
			if err := tx.RevokeToken(id, by); err != nil {
				return err
			}
		}
		t, err = tx.Token(id)
		return err
	})
	if err != nil {
		return Token{}, false, fmt.Errorf("revoke token %d: %w", id, err)
	}
	return t, changed, nil
}

// revokeTokens revokes the tokens of an account that is no more, so that they open
// nothing should another come under its name.
func revokeTokens(tx Tx, account, by string) error {
	tokens, err := tx.Tokens()
	if err != nil {
		return err
	}
	for _, t := range tokens {
		if t.Account != account || !t.Holds() {
			continue
		}
		if err := tx.RevokeToken(t.ID, by); err != nil {
			return err
		}
	}
	return nil
}
