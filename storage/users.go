package storage

import (
	"errors"
	"fmt"

	"callbackd/callback"
)

var usersTable = newTable("users",
	"id", "name", "role", "account", "agent", "password", "created", "by_whom", "password_set", "signed_in", "revoked", "revoked_by")

func userFields(u *callback.User) []any {
	return []any{
		&u.ID, &u.Name, &u.Role, &u.Account, &u.Agent, &u.Password, timeColumn{&u.Created}, &u.By,
		timeColumn{&u.PasswordSet}, timeColumn{&u.SignedIn}, timeColumn{&u.Revoked}, &u.RevokedBy,
	}
}

var (
	userQuery         = usersTable.selection + `WHERE id = ?`
	userNamedQuery    = usersTable.selection + `WHERE name = ? COLLATE NOCASE AND revoked IS NULL`
	usersQuery        = usersTable.selection + `ORDER BY id`
	updateUserCommand = `UPDATE users SET role = ?, account = ?, agent = ?, password = ?, password_set = ?, signed_in = ?, revoked = ?, revoked_by = ?
		WHERE id = ? AND revoked IS NULL`
	tokenNamedQuery = tokensTable.selection + `WHERE name = ? COLLATE NOCASE AND revoked IS NULL`
)

func nameUser(id int64) string { return fmt.Sprintf("user %d", id) }

// User implements callback.ReadTx.
func (tx *readTx) User(id int64) (callback.User, error) {
	return find(tx, nameUser(id), userFields, userQuery, id)
}

// UserNamed implements callback.ReadTx.
func (tx *readTx) UserNamed(name string) (callback.User, error) {
	return find(tx, "a user by the name", userFields, userNamedQuery, name)
}

// Users implements callback.ReadTx.
func (tx *readTx) Users() ([]callback.User, error) {
	return list(tx, "users", userFields, usersQuery)
}

// InsertUser implements callback.Tx.
func (tx *writeTx) InsertUser(u *callback.User) error {
	what := "insert user " + u.Name
	_, err := find(&tx.readTx, what, tokenFields, tokenNamedQuery, u.Name)
	if err := free(what, "a token", err); err != nil {
		return err
	}
	u.Created = tx.now
	id, err := tx.insert(what, usersTable.insert, userFields(u)[1:]...)
	if err != nil {
		return err
	}
	u.ID = id
	return nil
}

// free refuses a name that whoever was looked for has: err is what the search answered.
func free(what, who string, err error) error {
	switch {
	case errors.Is(err, callback.ErrNotFound):
		return nil
	case err != nil:
		return err
	}
	return fmt.Errorf("%s: %w: %s has that name", what, callback.ErrExists, who)
}

// UpdateUser implements callback.Tx.
func (tx *writeTx) UpdateUser(u callback.User) error {
	_, err := tx.exec("update "+nameUser(u.ID), updateUserCommand, u.Role, u.Account, u.Agent, u.Password,
		timeColumn{&u.PasswordSet}, timeColumn{&u.SignedIn}, timeColumn{&u.Revoked}, u.RevokedBy, u.ID)
	return err
}
