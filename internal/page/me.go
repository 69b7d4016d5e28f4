package page

import (
	"errors"
	"net/http"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// me is what the page about oneself shows.
type me struct {
	Person httpapi.Person
	Words  string // what went wrong; "": nothing
}

func showMe(v *visit) error { return v.render(http.StatusOK, "me", "You", me{Person: v.person}) }

// changeOwnPassword gives the person another password. It was they who sat here if they
// know the present one: who finds a browser open can't take it over.
func changeOwnPassword(v *visit) error {
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, longestForm)
	if err := v.r.ParseForm(); err != nil {
		return v.render(http.StatusBadRequest, "me", "You", me{v.person, "That was too much, or no form: try again."})
	}
	wanted := v.r.PostFormValue("new-password")
	refuse := func(status int, words string) error { return v.render(status, "me", "You", me{v.person, words}) }
	if wanted != v.r.PostFormValue("new-password-again") {
		return refuse(http.StatusUnprocessableEntity, "The new password isn't the same both times: type it again.")
	}
	if err := callback.CheckPassword(v.person.Name, wanted); err != nil {
		return refuse(http.StatusUnprocessableEntity, sentence(err))
	}
	var fresh string
	refused := v.tryPassword(v.r, v.person.Name, func() (err error) {
		fresh, err = v.users.ChangePassword(v.r.Context(), sessionOf(v.r), v.r.PostFormValue("password"), wanted)
		return err
	})
	if refused != nil {
		refused.sendTo(v.w)
		words := refused.words
		if refused.status == http.StatusUnprocessableEntity {
			words = "The present password is wrong."
		}
		return refuse(refused.status, words)
	}
	v.log.Info().Str("user", v.person.Name).Msg("a user changed their password")
	setSession(v.w, v.r, fresh)
	return v.sees("/me", "password-changed")
}

// sentence is what is wrong with a password, for the person who chose it.
func sentence(err error) string {
	if !errors.Is(err, callback.ErrPassword) {
		return troubleInside.Words
	}
	return asSentence(err.Error())
}
