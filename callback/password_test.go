package callback_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// Nobody can tell by the time that an answer takes whether somebody is a user.
func TestAWrongNameTakesAsLongAsAWrongPassword(t *testing.T) {
	withPeople(t, func(p *people) {
		p.add("alice")
		gone := p.add("gone")
		_, err := p.users.Revoke(p.Context(), gone.ID, callback.ByAdmin)
		require.NoError(p, err)
		require.Equal(p, 2, p.hashings.Count(), "to make them")
		for _, c := range []struct{ name, password string }{
			{"alice", "wrong horse battery"}, {"alice", ""}, {"alice", strings.Repeat("x", 1<<20)}, {"alice", phrase + "\x00"},
			{"bob", phrase}, {"", phrase}, {"gone", phrase}, {"alice' OR '1'='1", phrase}, {"\xff", phrase},
		} {
			_, secret, err := p.users.SignIn(p.Context(), c.name, c.password)
			require.ErrorIs(p, err, callback.ErrSignIn, "%.40q", c.name)
			assert.EqualError(p, err, "sign in: the name or the password is wrong", "%.40q", c.name)
			assert.Empty(p, secret)
		}
		assert.True(p, p.hashings.Same())
		assert.Equal(p, 9, p.hashings.Count(), "one for each")
	})
}

func TestPasswordsThatCannotBeChosen(t *testing.T) {
	withPeople(t, func(p *people) {
		long := p.add(strings.Repeat("long", 5))
		for password, says := range map[string]string{
			"":                          "shorter than 12 characters",
			"elevenchars":               "shorter than 12 characters",
			"åäöåäöåäöåä":               "shorter than 12 characters",
			strings.Repeat("x", 1001):   "longer than 1000 bytes",
			"twelve\tchars":             "can't be typed",
			"\xff\xfe\xfd twelve chars": "can't be typed",
			"LongLongLongLongLong":      "it is the user's name",
		} {
			_, err := p.users.Edit(p.Context(), long.ID, callback.UserEdit{Password: &password})
			require.ErrorIs(p, err, callback.ErrPassword, "%q", password)
			require.ErrorContains(p, err, says)
			if len(password) > 5 {
				assert.NotContains(p, strings.ToLower(strings.ReplaceAll(err.Error(), long.Name, "")), strings.ToLower(password))
			}
			_, err = p.users.Add(p.Context(), callback.NewUser{Name: strings.Repeat("LONG", 5), Role: callback.RoleAgent, Password: password}, callback.ByAdmin)
			require.ErrorIs(p, err, callback.ErrPassword, "%q", password)
		}
		for _, password := range []string{"twelve chars", "åäöåäöåäöåäö", strings.Repeat("x", 1000), "            ", "111111111111", phrase} {
			_, err := p.users.Edit(p.Context(), long.ID, callback.UserEdit{Password: &password})
			require.NoError(p, err, "%q", password)
			p.signIn(long.Name, password)
		}
		for range 100 {
			generated := callback.GeneratePassword()
			require.Regexp(p, `^([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$`, generated)
			require.NoError(p, callback.CheckPassword("alice", generated))
			require.NotEqual(p, generated, callback.GeneratePassword())
		}
	})
}

// Keyboards write å as one character, or as an a and a ring.
func TestAPasswordIsTheSameOnAnyKeyboard(t *testing.T) {
	withPeople(t, func(p *people) {
		alice, composed := p.add("alice"), "sm\u00f6rg\u00e5sbord ikv\u00e4ll"
		_, err := p.users.Edit(p.Context(), alice.ID, callback.UserEdit{Password: &composed})
		require.NoError(p, err)
		p.signIn("alice", "smo\u0308rga\u030asbord ikva\u0308ll")
	})
}

// A password that was hashed when it cost less is hashed anew when its user comes in, and
// their other sessions go on.
func TestAnOldHashIsMadeAnew(t *testing.T) {
	withPeople(t, func(p *people) {
		alice := p.add("alice")
		require.NoError(p, p.db.Update(p.Context(), func(tx callback.Tx) error {
			alice.Password = p.users.CheapHash(phrase)
			return tx.UpdateUser(alice)
		}))
		_, _, err := p.users.SignIn(p.Context(), "alice", "wrong horse battery")
		require.ErrorIs(p, err, callback.ErrSignIn)
		first := p.signIn("alice", phrase)
		u, err := p.users.SignedIn(p.Context(), first, false)
		require.NoError(p, err)
		assert.Contains(p, string(u.Password), "$m=19456,t=2,p=1$")
		p.hashings.Count()
		p.signIn("alice", phrase)
		assert.Equal(p, 1, p.hashings.Count(), "from then on nothing is done twice")
		assert.True(p, p.in(first))
	})
}

// Hashing takes memory: a few at a time are hashed, and whoever waits too long is told.
func TestFewPasswordsAreHashedAtOnce(t *testing.T) {
	withPeople(t, func(p *people) {
		p.add("alice")
		inWork := make(chan struct{}, 100)
		leave := make(chan struct{})
		p.users.CountHashings(func() { inWork <- struct{}{}; <-leave })
		answers := make(chan error, 20)
		for range cap(answers) {
			go func() {
				_, _, err := p.users.SignIn(context.WithoutCancel(p.Context()), "alice", phrase)
				answers <- err
			}()
		}
		synctest.Wait()
		assert.Len(p, inWork, 2)
		begun := time.Now()
		for range cap(answers) - 2 {
			require.ErrorIs(p, <-answers, callback.ErrBusy)
		}
		assert.LessOrEqual(p, time.Since(begun), 5*time.Second)
		close(leave)
		for range 2 {
			require.NoError(p, <-answers)
		}
		p.signIn("alice", phrase)
	})
}
