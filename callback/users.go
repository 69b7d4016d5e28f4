package callback

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rs/zerolog"
)

// Users makes and changes users, and lets them in. There is one for a store: it bounds
// how many passwords are hashed at once.
//
// What becomes of a user and of their sessions is decided in one transaction: nobody goes
// on with what they were, and nobody comes in with a password that was changed meanwhile.
type Users struct {
	store     Store
	passwords *passwords
	log       zerolog.Logger
}

// NewUsers makes the Users of a store.
func NewUsers(store Store, log zerolog.Logger) *Users {
	return &Users{store: store, passwords: newPasswords(), log: log}
}

// Add makes a user. The errors are ErrUserName, ErrPassword, ErrExists where a user or
// token that holds has the name, ErrBusy, and those of the store.
func (s *Users) Add(ctx context.Context, want NewUser, by string) (User, error) {
	if !mayAct(want.Name) {
		return User{}, fmt.Errorf("add user %q: %w", want.Name, ErrUserName)
	}
	password, err := s.choose(ctx, want.Name, want.Password)
	if err != nil {
		return User{}, fmt.Errorf("add user %s: %w", want.Name, err)
	}
	u := User{
		Name: want.Name, Role: want.Role, Account: want.Account, Agent: want.Agent, Password: password, By: by, PasswordSet: time.Now(),
	}
	err = s.store.Update(ctx, func(tx Tx) error {
		if err := tx.InsertUser(&u); err != nil {
			return err
		}
		u, err = tx.User(u.ID)
		return err
	})
	if err != nil {
		return User{}, fmt.Errorf("add user %s: %w", want.Name, err)
	}
	return u, nil
}

// choose hashes a password that may be chosen.
func (s *Users) choose(ctx context.Context, name, password string) (PasswordHash, error) {
	if err := CheckPassword(name, password); err != nil {
		return "", err
	}
	return s.passwords.hash(ctx, password)
}

// UserChange is what came of changing a user.
type UserChange struct {
	User    User // as they are afterwards
	Changed bool
	Ended   int // sessions that the change has ended
}

// Edit changes a user. Another role, account or password ends all of their sessions. The
// errors are ErrNotFound, ErrRevoked, ErrPassword, ErrBusy, and those of the store.
func (s *Users) Edit(ctx context.Context, id int64, edit UserEdit) (UserChange, error) {
	var password PasswordHash
	if edit.Password != nil {
		u, err := s.user(ctx, id)
		if err != nil {
			return UserChange{}, err
		}
		if password, err = s.choose(ctx, u.Name, *edit.Password); err != nil {
			return UserChange{}, fmt.Errorf("change user %s: %w", u.Name, err)
		}
	}
	return s.change(ctx, id, func(u *User) (ends bool) {
		before := *u
		if edit.Role != nil {
			u.Role = *edit.Role
		}
		if edit.Account != nil && *edit.Account != u.Account {
			u.Account, u.Agent = *edit.Account, ""
		}
		if edit.Agent != nil {
			u.Agent = *edit.Agent
		}
		if password != "" {
			u.Password, u.PasswordSet = password, time.Now()
		}
		return u.Role != before.Role || u.Account != before.Account || u.Password != before.Password
	})
}

// Revoke has a user let in no more, and ends their sessions. One who is revoked already
// stays as they were. ErrNotFound where there is none.
func (s *Users) Revoke(ctx context.Context, id int64, by string) (UserChange, error) {
	c, err := s.change(ctx, id, func(u *User) (ends bool) {
		u.Revoked, u.RevokedBy = time.Now(), by
		return true
	})
	if errors.Is(err, ErrRevoked) {
		u, err := s.user(ctx, id)
		return UserChange{User: u}, err
	}
	return c, err
}

// EndSessions has a user sign in anew in every browser, and tells how many sessions it
// has ended. ErrNotFound where there is no such user.
func (s *Users) EndSessions(ctx context.Context, id int64) (UserChange, error) {
	var c UserChange
	err := s.store.Update(ctx, func(tx Tx) (err error) {
		if c.User, err = tx.User(id); err != nil {
			return err
		}
		c.Ended, err = tx.EndSessions(id)
		return err
	})
	if err != nil {
		return UserChange{}, fmt.Errorf("end the sessions of user %d: %w", id, err)
	}
	c.Changed = c.Ended > 0
	return c, nil
}

// change makes one change of a user who holds; edit says whether it ends their sessions.
func (s *Users) change(ctx context.Context, id int64, edit func(*User) (ends bool)) (c UserChange, err error) {
	err = s.store.Update(ctx, func(tx Tx) error {
		before, err := tx.User(id)
		if err != nil {
			return err
		}
		if !before.Holds() {
			return ErrRevoked
		}
		after := before
		ends := edit(&after)
		if after == before {
			c = UserChange{User: before}
			return nil
		}
		c, err = updateUser(tx, after, ends)
		return err
	})
	if err != nil {
		return UserChange{}, fmt.Errorf("change user %d: %w", id, err)
	}
	return c, nil
}

// updateUser writes a user who has changed.
func updateUser(tx Tx, u User, ends bool) (c UserChange, err error) {
	if err := tx.UpdateUser(u); err != nil {
		return c, err
	}
	if ends {
		if c.Ended, err = tx.EndSessions(u.ID); err != nil {
			return c, err
		}
	}
	c.Changed = true
	c.User, err = tx.User(u.ID)
	return c, err
}

func (s *Users) user(ctx context.Context, id int64) (u User, err error) {
	err = s.store.View(ctx, func(tx ReadTx) error {
		u, err = tx.User(id)
		return err
	})
	return u, err
}

// None reports whether nobody may sign in.
func (s *Users) None(ctx context.Context) (none bool, err error) {
	err = s.store.View(ctx, func(tx ReadTx) error {
		users, err := tx.Users()
		none = !slices.ContainsFunc(users, User.Holds)
		return err
	})
	return none, err
}

// revokeUsers revokes the users of an account that is no more, as revokeTokens does its
// tokens.
func revokeUsers(tx Tx, account, by string) error {
	users, err := tx.Users()
	if err != nil {
		return err
	}
	for _, u := range users {
		if u.Account != account || !u.Holds() {
			continue
		}
		u.Revoked, u.RevokedBy = time.Now(), by
		if _, err := updateUser(tx, u, true); err != nil {
			return err
		}
	}
	return nil
}
