package callback_test

import (
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/storage"
)

const phrase = "correct horse battery"

// people is a store of users in a bubble.
type people struct {
	*testing.T
	db       *storage.DB
	users    *callback.Users
	hashings *callback.Hashings
	log      *strings.Builder
}

func withPeople(t *testing.T, test func(p *people)) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "callbackd.db")
	synctest.Test(t, func(t *testing.T) {
		db, err := storage.Open(t.Context(), file)
		require.NoError(t, err)
		defer func() { require.NoError(t, db.Close()) }()
		p := &people{T: t, db: db, log: new(strings.Builder)}
		p.users = callback.NewUsers(db, zerolog.New(p.log))
		p.hashings = p.users.CountHashings(nil)
		test(p)
	})
}

func (p *people) add(name string) callback.User {
	p.Helper()
	u, err := p.users.Add(p.Context(), callback.NewUser{Name: name, Role: callback.RoleAgent, Account: "acme", Agent: "alice", Password: phrase}, callback.ByAdmin)
	require.NoError(p, err)
	return u
}

func (p *people) signIn(name, password string) (secret string) {
	p.Helper()
	_, secret, err := p.users.SignIn(p.Context(), name, password)
	require.NoError(p, err)
	return secret
}

// after lets time pass, which is the bubble's.
func (p *people) after(d time.Duration) { time.Sleep(d) }

// in reports whether a session is let in, without being used.
func (p *people) in(secret string) bool {
	p.Helper()
	_, err := p.users.SignedIn(p.Context(), secret, false)
	if err != nil {
		require.ErrorIs(p, err, callback.ErrNotFound)
	}
	return err == nil
}

func TestAUserSignsInAndOut(t *testing.T) {
	withPeople(t, func(p *people) {
		alice := p.add("alice")
		assert.True(p, alice.SignedIn.IsZero())
		u, secret, err := p.users.SignIn(p.Context(), "Alice", phrase)
		require.NoError(p, err, "a telephone writes a name with a capital")
		assert.Equal(p, "alice", u.Name)
		assert.WithinDuration(p, time.Now(), u.SignedIn, 0)
		second := p.signIn("alice", phrase)
		assert.NotEqual(p, secret, second)

		u, err = p.users.SignedIn(p.Context(), secret, true)
		require.NoError(p, err)
		assert.Equal(p, alice.ID, u.ID)
		for _, wrong := range []string{"", "x", secret[1:], secret + "A", second[:42] + "_", strings.ToUpper(secret)} {
			assert.False(p, p.in(wrong), "%q", wrong)
		}
		require.NoError(p, p.users.SignOut(p.Context(), secret))
		require.NoError(p, p.users.SignOut(p.Context(), secret), "again")
		require.NoError(p, p.users.SignOut(p.Context(), ""))
		assert.False(p, p.in(secret))
		assert.True(p, p.in(second), "the other browser")
	})
}

// What is kept opens nothing, and what is logged neither.
func TestNeitherPasswordsNorSessionsAreKeptInPlain(t *testing.T) {
	withPeople(t, func(p *people) {
		alice := p.add("alice")
		secret := p.signIn("alice", phrase)
		require.NoError(p, p.db.View(p.Context(), func(tx callback.ReadTx) error {
			u, err := tx.User(alice.ID)
			require.NoError(p, err)
			assert.Regexp(p, `^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$`, string(u.Password))
			sessions, err := tx.Sessions(alice.ID)
			require.NoError(p, err)
			require.Len(p, sessions, 1)
			assert.NotContains(p, string(sessions[0].Hash[:]), secret)
			return nil
		}))
		for _, text := range []string{phrase, secret} {
			assert.NotContains(p, p.log.String(), text)
		}
		bob := p.add("bob")
		assert.NotEqual(p, alice.Password, bob.Password, "of the same password")
	})
}

func TestNamesThatCannotBeUsers(t *testing.T) {
	withPeople(t, func(p *people) {
		_, _, err := callback.AddToken(p.Context(), p.db, "web-form", callback.RoleIntake, "acme", callback.ByAdmin)
		require.NoError(p, err)
		p.add("alice")
		for name, want := range map[string]error{
			"": callback.ErrUserName, "a b": callback.ErrUserName, "admin": callback.ErrUserName, "ADMIN": callback.ErrUserName,
			"one_ring": callback.ErrUserName, "customer": callback.ErrUserName, "\u0430lice": callback.ErrUserName, strings.Repeat("x", 65): callback.ErrUserName,
			"alice": callback.ErrExists, "Alice": callback.ErrExists, "Web-Form": callback.ErrExists,
		} {
			_, err := p.users.Add(p.Context(), callback.NewUser{Name: name, Role: callback.RoleAgent, Password: phrase}, callback.ByAdmin)
			assert.ErrorIs(p, err, want, "%q", name)
		}
		_, _, err = callback.AddToken(p.Context(), p.db, "ALICE", callback.RoleIntake, "acme", callback.ByAdmin)
		assert.ErrorIs(p, err, callback.ErrExists)
	})
}

// Whatever makes a user another one ends their sessions; what doesn't, doesn't.
func TestWhatEndsSessions(t *testing.T) {
	text := func(s string) *string { return &s }
	supervisor, agent := callback.RoleSupervisor, callback.RoleAgent
	for name, c := range map[string]struct {
		do   func(p *people, id int64) (callback.UserChange, error)
		ends bool
	}{
		"another password": {func(p *people, id int64) (callback.UserChange, error) {
			return p.users.Edit(p.Context(), id, callback.UserEdit{Password: text("another horse battery")})
		}, true},
		"the same password anew": {func(p *people, id int64) (callback.UserChange, error) {
			return p.users.Edit(p.Context(), id, callback.UserEdit{Password: text(phrase)})
		}, true},
		"another role": {func(p *people, id int64) (callback.UserChange, error) {
			return p.users.Edit(p.Context(), id, callback.UserEdit{Role: &supervisor})
		}, true},
		"the same role": {func(p *people, id int64) (callback.UserChange, error) {
			return p.users.Edit(p.Context(), id, callback.UserEdit{Role: &agent})
		}, false},
		"another account": {func(p *people, id int64) (callback.UserChange, error) {
			return p.users.Edit(p.Context(), id, callback.UserEdit{Account: text("globex")})
		}, true},
		"all accounts": {func(p *people, id int64) (callback.UserChange, error) {
			return p.users.Edit(p.Context(), id, callback.UserEdit{Account: text("")})
		}, true},
		"another phone": {func(p *people, id int64) (callback.UserChange, error) {
			return p.users.Edit(p.Context(), id, callback.UserEdit{Agent: text("bob")})
		}, false},
		"revoked": {func(p *people, id int64) (callback.UserChange, error) {
			return p.users.Revoke(p.Context(), id, callback.ByAdmin)
		}, true},
		"signed out everywhere": {func(p *people, id int64) (callback.UserChange, error) {
			return p.users.EndSessions(p.Context(), id)
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			withPeople(t, func(p *people) {
				alice := p.add("alice")
				p.add("bob")
				one, two, other := p.signIn("alice", phrase), p.signIn("alice", phrase), p.signIn("bob", phrase)
				change, err := c.do(p, alice.ID)
				require.NoError(p, err)
				assert.Equal(p, !c.ends, p.in(one))
				assert.Equal(p, !c.ends, p.in(two))
				assert.True(p, p.in(other), "somebody else's")
				if c.ends {
					assert.Equal(p, 2, change.Ended)
				} else {
					assert.Zero(p, change.Ended)
				}
			})
		})
	}
}

func TestASessionRunsOut(t *testing.T) {
	withPeople(t, func(p *people) {
		p.add("alice")
		idle := p.signIn("alice", phrase)
		p.after(callback.SessionIdle - time.Second)
		assert.True(p, p.in(idle))
		p.after(time.Second)
		assert.False(p, p.in(idle), "looking whether it holds is no use of it")

		busy, start := p.signIn("alice", phrase), time.Now()
		for time.Since(start) < callback.SessionLife-time.Hour {
			p.after(time.Hour)
			_, err := p.users.SignedIn(p.Context(), busy, true)
			require.NoError(p, err, "after %s", time.Since(start))
		}
		p.after(time.Hour)
		_, err := p.users.SignedIn(p.Context(), busy, true)
		require.ErrorIs(p, err, callback.ErrNotFound, "it has lived long enough")

		p.after(time.Second)
		p.signIn("alice", phrase)
		require.NoError(p, p.db.View(p.Context(), func(tx callback.ReadTx) error {
			sessions, err := tx.Sessions(1)
			require.NoError(p, err)
			assert.Len(p, sessions, 1, "the others are swept out")
			return nil
		}))
	})
}

// A page that is looked at every second doesn't write to the disk every second.
func TestTheUseOfASessionIsNotedByTheMinute(t *testing.T) {
	withPeople(t, func(p *people) {
		p.add("alice")
		secret, used := p.signIn("alice", phrase), map[time.Time]bool{}
		for range 300 {
			p.after(time.Second)
			_, err := p.users.SignedIn(p.Context(), secret, true)
			require.NoError(p, err)
			require.NoError(p, p.db.View(p.Context(), func(tx callback.ReadTx) error {
				sessions, err := tx.Sessions(1)
				require.NoError(p, err)
				used[sessions[0].Used] = true
				return nil
			}))
		}
		assert.Len(p, used, 6)
	})
}

func TestAUserChangesTheirPassword(t *testing.T) {
	withPeople(t, func(p *people) {
		alice := p.add("alice")
		here, there := p.signIn("alice", phrase), p.signIn("alice", phrase)
		_, err := p.users.ChangePassword(p.Context(), here, "wrong horse battery", "another horse battery")
		require.ErrorIs(p, err, callback.ErrSignIn)
		_, err = p.users.ChangePassword(p.Context(), here, phrase, "short")
		require.ErrorIs(p, err, callback.ErrPassword)
		require.True(p, p.in(here) && p.in(there), "nothing has happened")
		fresh, err := p.users.ChangePassword(p.Context(), here, phrase, "another horse battery")
		require.NoError(p, err)
		assert.True(p, p.in(fresh))
		assert.False(p, p.in(here), "a secret that somebody may have seen is worth nothing now")
		assert.False(p, p.in(there))
		_, _, err = p.users.SignIn(p.Context(), "alice", phrase)
		require.ErrorIs(p, err, callback.ErrSignIn)
		p.signIn("alice", "another horse battery")
		_, err = p.users.ChangePassword(p.Context(), here, "another horse battery", phrase)
		require.ErrorIs(p, err, callback.ErrNotFound, "a session that is over changes nothing")
		u, err := p.users.SignedIn(p.Context(), fresh, false)
		require.NoError(p, err)
		assert.Equal(p, alice.ID, u.ID)
	})
}

// Whatever an admin does while a password is being checked holds.
func TestAUserIsChangedWhileTheySignIn(t *testing.T) {
	password := "another horse battery"
	for name, meanwhile := range map[string]func(p *people, id int64) error{
		"revoked": func(p *people, id int64) error {
			_, err := p.users.Revoke(p.Context(), id, callback.ByAdmin)
			return err
		},
		"another password": func(p *people, id int64) error {
			_, err := p.users.Edit(p.Context(), id, callback.UserEdit{Password: &password})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			withPeople(t, func(p *people) {
				alice := p.add("alice")
				session := p.signIn("alice", phrase)
				var changed atomic.Bool
				p.hashings = p.users.CountHashings(func() {
					if changed.CompareAndSwap(false, true) {
						require.NoError(p, meanwhile(p, alice.ID))
					}
				})
				_, _, err := p.users.SignIn(p.Context(), "alice", phrase)
				require.ErrorIs(p, err, callback.ErrSignIn)
				_, err = p.users.ChangePassword(p.Context(), session, phrase, "a third horse battery")
				require.ErrorIs(p, err, callback.ErrNotFound)
			})
		})
	}
}

func TestARevokedUserStaysSo(t *testing.T) {
	withPeople(t, func(p *people) {
		alice := p.add("alice")
		first, err := p.users.Revoke(p.Context(), alice.ID, "bob")
		require.NoError(p, err)
		assert.True(p, first.Changed)
		again, err := p.users.Revoke(p.Context(), alice.ID, "carol")
		require.NoError(p, err)
		assert.Equal(p, callback.UserChange{User: first.User}, again)
		assert.Equal(p, "bob", again.User.RevokedBy)
		role := callback.RoleAdmin
		_, err = p.users.Edit(p.Context(), alice.ID, callback.UserEdit{Role: &role})
		require.ErrorIs(p, err, callback.ErrRevoked)
		for _, err := range []error{
			second(p.users.Revoke(p.Context(), 99, "bob")), second(p.users.EndSessions(p.Context(), 99)), second(p.users.Edit(p.Context(), 99, callback.UserEdit{})),
		} {
			assert.ErrorIs(p, err, callback.ErrNotFound)
		}
		assert.NotEqual(p, alice.ID, p.add("alice").ID, "the name is free")
	})
}

func second[T any](_ T, err error) error { return err }
