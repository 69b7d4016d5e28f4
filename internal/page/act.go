package page

import (
	"errors"
	"net/http"

	"callbackd/internal/apiclient"
)

// act is something that a person can do: a form in a dialog.
type act struct {
	ID, Label, Title, Words, Does string
	Of                            string // whose number it is about, where the page may be about another meanwhile
	Main                          bool   // it is what one most likely wants
	Grave                         bool   // it ends something
	Open                          bool
	Refused                       string
	Multipart                     bool   // it sends a file
	Action, Back, Show            string // addresses: of the form, of the page without it, of the page with it
	// Fields: which of them the form has, and what is in them.
	AsksTime, AsksReason, AsksNote bool
	AsksNumber, AsksWhen           bool // when: a time, or as soon as possible
	Time, Reason, Note, Number     string
	Zone                           string
	Targets                        []choice // of who calls; none asks for nobody
	// Points say what it does, one by one.
	Points []string
	// Hidden are fields that nobody fills in: what it is done to.
	Hidden []hidden
}

// hidden is a field of a form that isn't seen.
type hidden struct{ Name, Value string }

// came answers a form that was sent to the API: the page at path tells with the key said
// that it is done, or what the API has refused is shown again, with why.
func (v *visit) came(err error, path, said string, again func(status int, why string) error) error {
	if err == nil {
		return v.sees(path, said)
	}
	var refused *apiclient.RefusedError
	if errors.As(err, &refused) && (mendable(refused.Problem.Status) || refused.Problem.Status == http.StatusNotFound) {
		return again(refused.Problem.Status, v.local("", refused.Problem.Detail))
	}
	return err
}

// mendable reports whether a person can do something about a refusal, so that their form
// is shown again.
func mendable(status int) bool {
	switch status {
	case http.StatusBadRequest, http.StatusConflict, http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusRequestEntityTooLarge:
		return true
	}
	return false
}
