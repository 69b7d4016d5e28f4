package page

import (
	"errors"
	"net/http"

	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
)

// newRequest is the act of asking for a callback of a customer who is on the phone, or
// has written.
const newRequest = "new"

// newRequest is its form, with what was refused of it.
func (v *visit) newRequest(account string, refused refusedAct) (*act, error) {
	a := &act{
		ID: newRequest, Label: "New callback", Title: "New callback", Does: "Ask for it",
		Words:      "For a customer who is on the phone with you, or has written. A time must lie within the hours in which the customer may be called.",
		AsksNumber: true, AsksWhen: true, AsksNote: true, Zone: v.zone(account).String(),
		Action: v.here(workPath, nil), Back: v.here(workPath, nil),
	}
	var err error
	if a.Targets, err = v.targetChoices(account, refused.Target); err != nil {
		return nil, err
	}
	if refused.Verb == newRequest {
		a.Open, a.Refused = true, refused.Why
		a.Number, a.Time, a.Note = refused.Number, refused.Time, refused.Note
	}
	return a, nil
}

// askAtWork asks for a callback.
func askAtWork(v *visit) error {
	v.reads = v.here(workPath, nil)
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, longestForm)
	if err := v.r.ParseForm(); err != nil {
		return v.workAgain(http.StatusBadRequest, 0, refusedAct{Verb: newRequest, Why: "That was too much, or no form: try again."})
	}
	account, _, err := v.workAccount()
	if err != nil {
		return err
	}
	form := v.r.PostForm
	sent := refusedAct{Verb: newRequest, Time: form.Get("time"), Note: oneLine(form.Get("note")), Target: form.Get("target"), Number: oneLine(form.Get("number"))}
	isNew, err := v.askFor(httpapi.CallbackRequest{Account: account, Number: sent.Number, Note: sent.Note}, sent.Target, sent.Time)
	var refused *apiclient.RefusedError
	var bad badField
	switch {
	case err == nil && isNew:
		return v.sees(workPath, "asked")
	case err == nil:
		return v.sees(workPath, "merged")
	case errors.As(err, &bad):
		sent.Why = err.Error()
		return v.workAgain(http.StatusUnprocessableEntity, 0, sent)
	case errors.As(err, &refused) && mendable(refused.Problem.Status):
		sent.Why = v.local(account, refused.Problem.Detail)
		return v.workAgain(refused.Problem.Status, 0, sent)
	}
	return err
}
