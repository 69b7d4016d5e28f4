package storage

import (
	"database/sql/driver"
	"fmt"
	"time"

	"callbackd/callback"
)

var tokensTable = newTable("tokens",
	"id", "name", "role", "account", "hash", "created", "by_whom", "last_used", "revoked", "revoked_by")

func tokenFields(t *callback.Token) []any {
	return []any{
		&t.ID, &t.Name, &t.Role, &t.Account, hashColumn{(*[32]byte)(&t.Hash)}, timeColumn{&t.Created}, &t.By,
		timeColumn{&t.LastUsed}, timeColumn{&t.Revoked}, &t.RevokedBy,
	}
}

var (
	tokenQuery         = tokensTable.selection + `WHERE id = ?`
	tokenOfQuery       = tokensTable.selection + `WHERE hash = ?`
	tokensQuery        = tokensTable.selection + `ORDER BY id`
	revokeTokenCommand = `UPDATE tokens SET revoked = ?, revoked_by = ? WHERE id = ? AND revoked IS NULL`
	useTokenCommand    = `UPDATE tokens SET last_used = ? WHERE id = ? AND revoked IS NULL`
)

// hashColumn stores and reads the hash of a secret: a token's, a session's.
type hashColumn struct{ h *[32]byte }

func (c hashColumn) Value() (driver.Value, error) { return c.h[:], nil }

func (c hashColumn) Scan(src any) error {
	bytes, ok := src.([]byte)
	if !ok || len(bytes) != len(c.h) {
		return fmt.Errorf("a hash is stored as %T", src)
	}
	*c.h = [32]byte(bytes)
	return nil
}

func nameToken(id int64) string { return fmt.Sprintf("token %d", id) }

// Token implements callback.ReadTx.
func (tx *readTx) Token(id int64) (callback.Token, error) {
	return find(tx, nameToken(id), tokenFields, tokenQuery, id)
}

// TokenOf implements callback.ReadTx.
func (tx *readTx) TokenOf(hash callback.TokenHash) (callback.Token, error) {
	return find(tx, "a token by its hash", tokenFields, tokenOfQuery, hashColumn{(*[32]byte)(&hash)})
}

// Tokens implements callback.ReadTx.
func (tx *readTx) Tokens() ([]callback.Token, error) {
	return list(tx, "tokens", tokenFields, tokensQuery)
}

// InsertToken implements callback.Tx.
func (tx *writeTx) InsertToken(t *callback.Token) error {
	what := "insert token " + t.Name
	_, err := find(&tx.readTx, what, userFields, userNamedQuery, t.Name)
	if err := free(what, "a user", err); err != nil {
		return err
	}
	t.Created = tx.now
	id, err := tx.insert(what, tokensTable.insert, tokenFields(t)[1:]...)
	if err != nil {
		return err
	}
	t.ID = id
	return nil
}

// RevokeToken implements callback.Tx.
func (tx *writeTx) RevokeToken(id int64, by string) error {
	_, err := tx.exec("revoke "+nameToken(id), revokeTokenCommand, timeColumn{&tx.now}, by, id)
	return err
}

// UseToken implements callback.Tx.
func (tx *writeTx) UseToken(id int64, at time.Time) error {
	_, err := tx.exec("note the use of "+nameToken(id), useTokenCommand, timeColumn{&at}, id)
	return err
}
