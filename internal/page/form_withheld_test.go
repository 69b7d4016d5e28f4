package page_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// Neither words nor status nor headers tell strangers who wants no calls, and who was
// called lately.
func TestTheFormTellsStrangersNothing(t *testing.T) {
	s := newSite(t, func(a *callback.Account) { a.Callable.PerNumber = callback.Caps{Day: 1, Month: 30} })
	require.NoError(t, s.db.Update(t.Context(), func(tx callback.Tx) error {
		return tx.Block(callback.DoNotCall{Account: "acme", Number: "+46701111111", Since: time.Now(), By: callback.ByAdmin})
	}))
	f, _ := s.form()
	s.sends(f)
	s.dial(1, time.Now().Add(-60*time.Second))
	s.connect(1, time.Now().Add(-40*time.Second))
	s.hangUp(1, time.Now().Add(-30*time.Second))
	for _, number := range []string{"0701111111", "0701234567"} {
		f, _ := s.form()
		f.Set("number", number)
		answer := s.do(http.MethodPost, "/request/acme", f)
		assert.Equal(t, http.StatusUnprocessableEntity, answer.Code, number)
		assert.Empty(t, answer.Header().Get("Retry-After"), number)
		assert.Contains(t, plain(answer.Body.String()), "We can't promise a callback", number)
	}
}
