package page

import (
	"context"
	"errors"
	"net/http"

	"callbackd/internal/apiclient"
)

// trouble is why somebody gets another page than the one they wanted.
type trouble struct {
	Status int
	Title  string
	Words  string
}

var (
	errNotForRole  = errors.New("this page isn't for the person's role")
	errNothingHere = errors.New("there is no such page")
	errNoAccount   = errors.New("there is no such account")
)

var troubleInside = trouble{
	Status: http.StatusInternalServerError, Title: "callbackd failed to answer",
	Words: "Its log says why. Try again, and look there if it goes on.",
}

// fail answers with what stands in the way of the page.
func (v *visit) fail(err error) {
	if v.r.Context().Err() != nil {
		return // the browser has gone
	}
	t := troubleOf(err)
	if t.Status == http.StatusInternalServerError {
		v.log.Error().Err(err).Str("path", v.r.URL.Path).Msg("a page could not be shown")
	}
	frame, err := v.readFrame(t.Title)
	frame.Events = "" // there is nothing to follow
	if err != nil || v.send(t.Status, "trouble", sheet{Frame: frame, Content: t}) != nil {
		sendBare(v.w, t) // what the layout wants to know fails as well
	}
}

func troubleOf(err error) trouble {
	var refused *apiclient.RefusedError
	switch {
	case errors.Is(err, errNotForRole):
		return trouble{Status: http.StatusForbidden, Title: "Not for your role", Words: "This page isn't for people with your role. Ask whoever runs callbackd if you need it."}
	case errors.Is(err, errNothingHere):
		return trouble{Status: http.StatusNotFound, Title: "There is nothing here", Words: "The address leads nowhere: perhaps it is mistyped, or from an older version of callbackd."}
	case errors.Is(err, errNoAccount):
		return trouble{Status: http.StatusNotFound, Title: "There is no such account", Words: "Its rules file is gone, or it was never there, or it isn't yours to see. Choose one above."}
	case errors.Is(err, context.Canceled):
		return troubleInside
	case !errors.As(err, &refused):
		return troubleInside
	}
	t := trouble{Status: refused.Problem.Status, Words: refused.Problem.Detail}
	switch t.Status {
	case http.StatusNotFound, http.StatusGone:
		t.Title = "It isn't there"
	case http.StatusForbidden:
		t.Title = "Not for your role"
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		t.Title = "That can't be shown"
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable:
		t.Title = "Not now"
	default:
		if t.Status < 400 || t.Status >= 500 {
			return troubleInside
		}
		t.Title = "That isn't possible"
	}
	return t
}

// sendBare answers with a page that needs nothing but itself.
func sendBare(w http.ResponseWriter, t trouble) {
	v := &visit{w: w}
	_ = v.send(t.Status, "trouble", sheet{Frame: frame{Title: t.Title, Bare: true}, Content: t})
}
