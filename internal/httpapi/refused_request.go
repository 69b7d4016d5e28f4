package httpapi

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"callbackd/callback"
)

// RequestProblem is why a callback isn't promised, or a promise not changed.
type RequestProblem struct {
	Problem `mask:"text"`

	Reason callback.AskReason `json:"reason,omitempty" example:"closed" doc:"Of a closed list, for programs. Absent where the request isn't well-formed, or the task's state is in the way."`
	Opens  time.Time          `json:"opens,omitzero" example:"2026-11-27T08:00:00Z" doc:"When the hours open next, where the time that was asked for lies outside."`
	Task   int64              `json:"task,omitempty" example:"12" doc:"The customer's open request, of which this one is a duplicate."`
}

// problemOf writes a refusal down: what passes is 429, a duplicate or what another was
// quicker to take 409, a schedule that the address names and that isn't there 404, all
// else 422 with the field.
func problemOf(r *callback.AskRefusal) error {
	status := http.StatusUnprocessableEntity
	switch {
	case r.Reason.Passes():
		status = http.StatusTooManyRequests
	case r.Reason == callback.RefusedDuplicate, r.Reason == callback.RefusedSlotFull, r.Reason == callback.RefusedTaken:
		status = http.StatusConflict
	case r.Reason == callback.RefusedAppointmentsOff, r.Reason == callback.RefusedBookUnknown:
		status = http.StatusNotFound
	}
	p := &RequestProblem{
		Problem: Problem{Status: status, Title: http.StatusText(status), Detail: asSentence(r.Why)},
		Reason:  r.Reason, Task: r.Task,
	}
	if !r.Opens.IsZero() {
		p.Opens = r.Opens.UTC()
	}
	if r.Field != "" {
		p.Errors = []*huma.ErrorDetail{{Location: locationOf(r.Field), Message: r.Why}}
	}
	if r.Again.IsZero() {
		return p
	}
	header := http.Header{}
	header.Set("Retry-After", strconv.Itoa(secondsUntil(r.Again)))
	return huma.ErrorWithHeaders(p, header)
}

// ofRequest are the reasons whose words tell nothing but what stands in the request, and
// in the account's file.
var ofRequest = []callback.AskReason{
	callback.RefusedRequestsOff, callback.RefusedTextInvalid, callback.RefusedSourceUnknown, callback.RefusedPrevious,
	callback.RefusedNumberInvalid, callback.RefusedTargetUnknown, callback.RefusedTimePast, callback.RefusedTimeTooFar, callback.RefusedClosed,
	callback.RefusedAppointmentsOff, callback.RefusedBookUnknown, callback.RefusedIdentification, callback.RefusedTooSoon, callback.RefusedNoSlot, callback.RefusedSlotFull,
}

// refusalSeen is a refusal as the asker sees it. Why a customer isn't called, how often
// that was tried and what people wrote about it isn't for those who see numbers masked:
// they are told what the reason means.
func refusalSeen(ctx context.Context, r *callback.AskRefusal) *callback.AskRefusal {
	if !seesMasked(ctx) || slices.Contains(ofRequest, r.Reason) {
		return r
	}
	seen := *r
	seen.Why = r.Reason.Meaning()
	return &seen
}

// promiseSeen is the task of a request as the asker sees it: those who see numbers masked
// are told what was promised, and nothing of what was done for the customer before.
func promiseSeen(ctx context.Context, t callback.Task) Task {
	whole := taskOf(t, time.Now())
	if !seesMasked(ctx) {
		return whole
	}
	return Task{TaskHead: TaskHead{
		ID: whole.ID, Account: whole.Account, Kind: whole.Kind, Number: whole.Number, State: whole.State,
		Target: whole.Target, Schedule: whole.Schedule, At: whole.At, Due: whole.Due,
	}}
}

// mergedSeen is what those who see numbers masked are told of a request that was merged
// into an open one, which may be another person's: what they sent, and that it is promised.
func mergedSeen(t callback.Task, at time.Time) Task {
	target := t.Target
	if !t.Owner.IsZero() {
		target = t.Owner.Then
	}
	return Task{TaskHead: TaskHead{
		ID: t.ID, Account: t.Account, Kind: t.Kind, Number: t.Number, State: callback.TaskScheduled, Target: target, At: at.UTC(),
	}}
}

// secondsUntil is how long to wait, at least a second.
func secondsUntil(at time.Time) int {
	return int(max(time.Until(at)+time.Second-1, time.Second) / time.Second)
}

func locationOf(field callback.AskField) string {
	switch field {
	case callback.FieldKey:
		return "header." + string(field)
	case callback.FieldBook:
		return "path." + string(field)
	}
	return "body." + string(field)
}

// ofMove is a refusal of a time as whoever moves an appointment reads it: there the time is
// called as it is for every task.
func ofMove(r *callback.AskRefusal) *callback.AskRefusal {
	if r.Field != callback.FieldStart {
		return r
	}
	moved := *r
	moved.Field = callback.FieldAt
	return &moved
}

// asSentence writes words of the domain as a sentence.
func asSentence(words string) string {
	first, size := utf8.DecodeRuneInString(words)
	words = string(unicode.ToUpper(first)) + words[size:]
	if !strings.HasSuffix(words, ".") && !strings.HasSuffix(words, "?") {
		words += "."
	}
	return words
}

// describeRefusals gives an operation on requests the problem documents that it answers.
func describeRefusals(api huma.API, op *huma.Operation) {
	schema := api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[RequestProblem](), true, "RequestProblem")
	for status, says := range map[int]string{
		http.StatusConflict:            "The customer has such a request open, the slot is full, or the task can't take that as it stands.",
		http.StatusUnprocessableEntity: "What to change.",
		http.StatusTooManyRequests:     "Come again later; Retry-After says in how many seconds.",
	} {
		answer := *op.Responses[strconv.Itoa(status)]
		answer.Description = says
		answer.Content = map[string]*huma.MediaType{"application/problem+json": {Schema: schema}}
		op.Responses[strconv.Itoa(status)] = &answer
	}
}
