package callback

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// SignIn lets a user in: it answers who that is, and the secret of a new session. The
// errors are ErrSignIn, for a wrong name and a wrong password alike, ErrBusy, and those of
// the store. A name that nobody has takes as long to refuse as one that somebody has.
//
// Who tries too often is none of its business: see the package page.
func (s *Users) SignIn(ctx context.Context, name, password string) (u User, secret string, err error) {
	u, err = s.check(ctx, name, password)
	if err != nil {
		return User{}, "", fmt.Errorf("sign in: %w", err)
	}
	kept := u.Password
	if s.passwords.outdated(kept) {
		if u.Password, err = s.passwords.hash(ctx, password); err != nil {
			return User{}, "", fmt.Errorf("sign in: %w", err)
		}
	}
	now := time.Now()
	session, secret := newSession(u.ID, now)
	err = s.store.Update(ctx, func(tx Tx) error {
		present, err := tx.User(u.ID)
		switch {
		case err != nil:
			return err
		case !present.Holds() || present.Password != kept:
			return ErrSignIn // it was changed while it was being checked
		}
		present.Password, present.SignedIn = u.Password, now
		if err := tx.UpdateUser(present); err != nil {
			return err
		}
		if err := tx.ForgetSessions(now.Add(-SessionIdle), now.Add(-SessionLife)); err != nil {
			return err
		}
		u = present
		return tx.InsertSession(&session)
	})
	if err != nil {
		return User{}, "", fmt.Errorf("sign in: %w", err)
	}
	return u, secret, nil
}

// check finds the user who has a name and a password, in one hashing whether or not there
// is such a user.
func (s *Users) check(ctx context.Context, name, password string) (User, error) {
	var u User
	err := s.store.View(ctx, func(tx ReadTx) (err error) {
		u, err = tx.UserNamed(name)
		return err
	})
	known := err == nil
	switch {
	case errors.Is(err, ErrNotFound):
		u.Password = s.passwords.decoy
	case err != nil:
		return User{}, err
	}
	if len(password) > PasswordLongest {
		password = "" // nobody has it
	}
	right, err := s.passwords.verify(ctx, password, u.Password)
	switch {
	case err != nil:
		return User{}, err
	case !right || !known:
		return User{}, ErrSignIn
	}
	return u, nil
}

// SignedIn finds whose session a secret belongs to; ErrNotFound for one that is ended, has
// run out, or never was. used says that a person has done something just now: it is noted,
// to the minute, and the session lasts on.
func (s *Users) SignedIn(ctx context.Context, secret string, used bool) (User, error) {
	hash, ok := hashSession(secret)
	if !ok {
		return User{}, fmt.Errorf("a session: %w", ErrNotFound)
	}
	now := time.Now()
	var (
		u       User
		session Session
	)
	err := s.store.View(ctx, func(tx ReadTx) (err error) {
		u, session, err = readSession(tx, hash, now)
		return err
	})
	if err != nil {
		return User{}, err
	}
	if used && now.Sub(session.Used) >= sessionUsedEvery {
		s.note(ctx, session.ID, now)
	}
	return u, nil
}

// readSession reads a session that holds, and whose it is.
func readSession(tx ReadTx, hash SessionHash, now time.Time) (User, Session, error) {
	session, err := tx.SessionOf(hash)
	if err != nil {
		return User{}, Session{}, err
	}
	u, err := tx.User(session.UserID)
	switch {
	case err != nil:
		return User{}, Session{}, err
	case !u.Holds() || !session.holds(now):
		return User{}, Session{}, fmt.Errorf("session %d: %w", session.ID, ErrNotFound)
	}
	return u, session, nil
}

// notePatience is how long a request waits for the use of its session to be written.
const notePatience = time.Second

// note keeps when a session was used. Where it can't be written the request goes on.
func (s *Users) note(ctx context.Context, id int64, at time.Time) {
	ctx, cancel := context.WithTimeout(ctx, notePatience)
	defer cancel()
	if err := s.store.Update(ctx, func(tx Tx) error { return tx.UseSession(id, at) }); err != nil {
		s.log.Warn().Err(err).Msg("when a session was used could not be noted")
	}
}

// SignOut ends the session that a secret belongs to, also where there is none.
func (s *Users) SignOut(ctx context.Context, secret string) error {
	hash, ok := hashSession(secret)
	if !ok {
		return nil
	}
	err := s.store.Update(ctx, func(tx Tx) error {
		session, err := tx.SessionOf(hash)
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		return tx.EndSession(session.ID)
	})
	if err != nil {
		return fmt.Errorf("sign out: %w", err)
	}
	return nil
}

// ChangePassword gives the user of a session another password, if they know the present
// one. It ends all of their sessions, and answers the secret of a new one for the browser
// that they are at. The errors are ErrNotFound where the session is over, ErrSignIn for a
// wrong present password, ErrPassword, ErrBusy, and those of the store.
func (s *Users) ChangePassword(ctx context.Context, secret, present, wanted string) (fresh string, err error) {
	u, err := s.SignedIn(ctx, secret, true)
	if err != nil {
		return "", fmt.Errorf("change the password: %w", err)
	}
	if _, err := s.check(ctx, u.Name, present); err != nil {
		return "", fmt.Errorf("change the password of %s: %w", u.Name, err)
	}
	password, err := s.choose(ctx, u.Name, wanted)
	if err != nil {
		return "", fmt.Errorf("change the password of %s: %w", u.Name, err)
	}
	hash, _ := hashSession(secret) // it was found by it
	now := time.Now()
	session, fresh := newSession(u.ID, now)
	err = s.store.Update(ctx, func(tx Tx) error {
		found, _, err := readSession(tx, hash, now)
		switch {
		case err != nil:
			return err
		case found.Password != u.Password:
			return ErrSignIn // somebody else has changed it meanwhile
		}
		found.Password, found.PasswordSet = password, now
		if _, err := updateUser(tx, found, true); err != nil {
			return err
		}
		return tx.InsertSession(&session)
	})
	if err != nil {
		return "", fmt.Errorf("change the password of %s: %w", u.Name, err)
	}
	return fresh, nil
}
