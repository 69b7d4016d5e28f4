package page_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// changing is the form for another password.
func changing(present, wanted, again string) url.Values {
	return url.Values{"password": {present}, "new-password": {wanted}, "new-password-again": {again}}
}

func TestTwoBrowsersAndAPasswordThatIsChanged(t *testing.T) {
	atDoor(t, func(d *doorway) {
		d.add("alice")
		here, there := d.browser("192.0.2.1"), d.browser("192.0.2.2")
		require.Equal(d, http.StatusSeeOther, here.signIn("alice", phrase))
		require.Equal(d, http.StatusSeeOther, there.signIn("alice", phrase))
		for says, form := range map[string]url.Values{
			"The present password is wrong":    changing("wrong horse battery", "another horse battery", "another horse battery"),
			"isn&#39;t the same both times":    changing(phrase, "another horse battery", "another horse batterx"),
			"it is shorter than 12 characters": changing(phrase, "short", "short"),
		} {
			w := here.post("/me", form)
			assert.Equal(d, http.StatusUnprocessableEntity, w.Code)
			assert.Contains(d, w.Body.String(), says)
		}
		require.True(d, here.in() && there.in())

		before := here.cookies["callbackd_session"]
		w := here.post("/me", changing(phrase, "another horse battery", "another horse battery"))
		require.Equal(d, http.StatusSeeOther, w.Code, w.Body)
		assert.Contains(d, here.get(w.Header().Get("Location")).Body.String(), "Your password is changed")
		assert.NotEqual(d, before, here.cookies["callbackd_session"])
		assert.True(d, here.in())
		assert.False(d, there.in())
		assert.Equal(d, http.StatusUnprocessableEntity, there.signIn("alice", phrase))
		assert.Equal(d, http.StatusSeeOther, there.signIn("alice", "another horse battery"))
		assert.NotContains(d, d.log.String(), "horse")
	})
}

// Who finds a browser open guesses the password no faster than anybody else.
func TestThePresentPasswordIsNotGuessedHere(t *testing.T) {
	atDoor(t, func(d *doorway) {
		d.add("alice")
		b := d.browser("192.0.2.1")
		require.Equal(d, http.StatusSeeOther, b.signIn("alice", phrase))
		var last int
		for range 6 {
			last = b.post("/me", changing("wrong horse battery", "another horse battery", "another horse battery")).Code
		}
		assert.Equal(d, http.StatusTooManyRequests, last)
	})
}
