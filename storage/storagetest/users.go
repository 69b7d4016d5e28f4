package storagetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// newUser is a user that can be stored; of another name it is another.
func newUser(name string) callback.User {
	return callback.User{
		Name: name, Role: callback.RoleAgent, Account: acme, Agent: "alice", By: callback.ByAdmin,
		Password: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$a2V5", PasswordSet: morning,
	}
}

func testUser(t *testing.T, s callback.Store) {
	own, general := newUser("Alice"), newUser("bob@example.com")
	general.Account, general.Agent, general.Role = "", "", callback.RoleAdmin
	update(t, s, func(tx callback.Tx) {
		list, err := tx.Users()
		require.NoError(t, err)
		require.Empty(t, list)
		require.NoError(t, tx.InsertUser(&own))
		require.NoError(t, tx.InsertUser(&general))
	})
	assert.Positive(t, own.ID)
	assert.WithinDuration(t, time.Now(), own.Created, time.Minute)
	view(t, s, func(tx callback.ReadTx) {
		list, err := tx.Users()
		require.NoError(t, err)
		assert.Equal(t, []callback.User{own, general}, list)
		for name, want := range map[string]callback.User{"Alice": own, "aLICE": own, "BOB@example.com": general} {
			have, err := tx.UserNamed(name)
			require.NoError(t, err, name)
			assert.Equal(t, want, have)
			have, err = tx.User(want.ID)
			require.NoError(t, err)
			assert.Equal(t, want, have)
		}
		_, err = tx.User(general.ID + 1)
		require.ErrorIs(t, err, callback.ErrNotFound)
		_, err = tx.UserNamed("Alice ")
		require.ErrorIs(t, err, callback.ErrNotFound)
	})
	changed := own
	changed.Role, changed.Account, changed.Agent = callback.RoleSupervisor, "globex", "bob"
	changed.Password, changed.PasswordSet, changed.SignedIn = "$argon2id$another", morning.Add(time.Hour), morning.Add(2*time.Hour)
	update(t, s, func(tx callback.Tx) {
		nobody := changed
		nobody.ID = general.ID + 1
		require.NoError(t, tx.UpdateUser(nobody), "who isn't there isn't missed")
		require.NoError(t, tx.UpdateUser(changed))
		for _, want := range []callback.User{changed, general} {
			have, err := tx.User(want.ID)
			require.NoError(t, err)
			assert.Equal(t, want, have)
		}
	})
}

func testRevokedUser(t *testing.T, s callback.Store) {
	user := newUser("alice")
	update(t, s, func(tx callback.Tx) {
		require.NoError(t, tx.InsertUser(&user))
		user.Revoked, user.RevokedBy = morning, callback.ByAdmin
		require.NoError(t, tx.UpdateUser(user))
	})
	update(t, s, func(tx callback.Tx) {
		back := user
		back.Revoked, back.RevokedBy, back.Role = time.Time{}, "", callback.RoleAdmin
		require.NoError(t, tx.UpdateUser(back))
		have, err := tx.User(user.ID)
		require.NoError(t, err, "they are known still")
		assert.Equal(t, user, have)
		_, err = tx.UserNamed(user.Name)
		require.ErrorIs(t, err, callback.ErrNotFound)
		again := newUser(user.Name)
		require.NoError(t, tx.InsertUser(&again), "the name is free")
		have, err = tx.UserNamed(user.Name)
		require.NoError(t, err)
		assert.Equal(t, again, have)
	})
	assert.ErrorIs(t, attempt(t, s, func(tx callback.Tx) error {
		return tx.InsertSession(&callback.Session{UserID: user.ID, Used: morning})
	}), callback.ErrRefused, "a session of one who is revoked")
}

func testUserRules(t *testing.T, s callback.Store) {
	for name, spoil := range map[string]func(*callback.User){
		"without a name":             func(u *callback.User) { u.Name = "" },
		"by nobody":                  func(u *callback.User) { u.By = "" },
		"of a strange role":          func(u *callback.User) { u.Role = "king" },
		"of a role for programs":     func(u *callback.User) { u.Role = callback.RoleIntake },
		"with a plain password":      func(u *callback.User) { u.Password = "correct horse battery staple" },
		"without a password":         func(u *callback.User) { u.Password = "" },
		"whose password has no time": func(u *callback.User) { u.PasswordSet = time.Time{} },
		"with a phone in no account": func(u *callback.User) { u.Account = "" },
		"revoked by nobody":          func(u *callback.User) { u.Revoked = morning },
	} {
		user := newUser("alice")
		spoil(&user)
		assert.ErrorIs(t, attempt(t, s, func(tx callback.Tx) error { return tx.InsertUser(&user) }), callback.ErrRefused, "a user %s", name)
	}
	whole := newUser("alice")
	token := newToken(1)
	token.Name = "Web-Form"
	update(t, s, func(tx callback.Tx) {
		require.NoError(t, tx.InsertUser(&whole))
		require.NoError(t, tx.InsertToken(&token))
	})
	king := whole
	king.Role = callback.RoleIntake
	assert.ErrorIs(t, attempt(t, s, func(tx callback.Tx) error { return tx.UpdateUser(king) }), callback.ErrRefused)
}

// Who reads a name in a history knows who it was.
func testUsersAndTokensShareNoName(t *testing.T, s callback.Store) {
	user, token := newUser("alice"), newToken(1)
	token.Name = "Web-Form"
	update(t, s, func(tx callback.Tx) {
		require.NoError(t, tx.InsertUser(&user))
		require.NoError(t, tx.InsertToken(&token))
	})
	for _, name := range []string{"alice", "ALICE", "Web-Form", "web-form"} {
		another := newUser(name)
		assert.ErrorIs(t, attempt(t, s, func(tx callback.Tx) error { return tx.InsertUser(&another) }), callback.ErrExists, "user %s", name)
	}
	for _, name := range []string{"alice", "Alice", "Web-Form"} {
		another := newToken(2)
		another.Name = name
		assert.ErrorIs(t, attempt(t, s, func(tx callback.Tx) error { return tx.InsertToken(&another) }), callback.ErrExists, "token %s", name)
	}
	update(t, s, func(tx callback.Tx) {
		require.NoError(t, tx.RevokeToken(token.ID, callback.ByAdmin))
		user.Revoked, user.RevokedBy = morning, callback.ByAdmin
		require.NoError(t, tx.UpdateUser(user))
		another, form := newToken(2), newUser("web-form")
		another.Name = "alice"
		require.NoError(t, tx.InsertToken(&another), "the name is free")
		require.NoError(t, tx.InsertUser(&form), "the name is free")
	})
}

func testSessions(t *testing.T, s callback.Store) {
	alice, bob := newUser("alice"), newUser("bob")
	newSession := func(n byte, used time.Time) callback.Session {
		return callback.Session{Hash: callback.SessionHash{0: n, 31: 255}, Used: used}
	}
	one, two, other := newSession(1, morning), newSession(2, morning.Add(time.Hour)), newSession(3, morning)
	update(t, s, func(tx callback.Tx) {
		require.NoError(t, tx.InsertUser(&alice))
		require.NoError(t, tx.InsertUser(&bob))
		one.UserID, two.UserID, other.UserID = alice.ID, alice.ID, bob.ID
		for _, session := range []*callback.Session{&one, &two, &other} {
			require.NoError(t, tx.InsertSession(session))
		}
	})
	assert.Positive(t, one.ID)
	assert.WithinDuration(t, time.Now(), one.Created, time.Minute)
	have := func(tx callback.ReadTx, of callback.User) []callback.Session {
		list, err := tx.Sessions(of.ID)
		require.NoError(t, err)
		return list
	}
	view(t, s, func(tx callback.ReadTx) {
		assert.Equal(t, []callback.Session{one, two}, have(tx, alice))
		for _, want := range []callback.Session{one, two, other} {
			found, err := tx.SessionOf(want.Hash)
			require.NoError(t, err)
			assert.Equal(t, want, found)
		}
		_, err := tx.SessionOf(callback.SessionHash{0: 4})
		require.ErrorIs(t, err, callback.ErrNotFound)
	})
	twin := newSession(1, morning)
	twin.UserID = bob.ID
	require.ErrorIs(t, attempt(t, s, func(tx callback.Tx) error { return tx.InsertSession(&twin) }), callback.ErrExists, "a second of the same secret")
	twin.Hash, twin.UserID = callback.SessionHash{0: 9}, bob.ID+1
	require.ErrorIs(t, attempt(t, s, func(tx callback.Tx) error { return tx.InsertSession(&twin) }), callback.ErrRefused, "of nobody")

	update(t, s, func(tx callback.Tx) {
		one.Used = morning.Add(30 * time.Minute)
		require.NoError(t, tx.UseSession(one.ID, one.Used))
		require.NoError(t, tx.UseSession(other.ID+1, morning), "what isn't there isn't missed")
		require.NoError(t, tx.EndSession(other.ID+1))
		assert.Equal(t, []callback.Session{one, two}, have(tx, alice))
		require.NoError(t, tx.ForgetSessions(one.Used, one.Created.Add(-time.Hour)), "one was used just then")
		assert.Equal(t, []callback.Session{one, two}, have(tx, alice))
		assert.Empty(t, have(tx, bob), "it was used before")
	})
	update(t, s, func(tx callback.Tx) {
		require.NoError(t, tx.EndSession(one.ID))
		assert.Equal(t, []callback.Session{two}, have(tx, alice))
		again := one
		require.NoError(t, tx.InsertSession(&again))
		ended, err := tx.EndSessions(alice.ID)
		require.NoError(t, err)
		assert.Equal(t, 2, ended)
		ended, err = tx.EndSessions(alice.ID)
		require.NoError(t, err)
		assert.Zero(t, ended)
		require.NoError(t, tx.InsertSession(&again))
		require.NoError(t, tx.ForgetSessions(morning, again.Created.Add(time.Hour)))
		assert.Empty(t, have(tx, alice), "it was made too long ago")
	})
}
