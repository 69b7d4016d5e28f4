package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/rs/zerolog"

	"callbackd/callback"
)

// Desk is where callbacks are asked for and changed: callback.Desk.
type Desk interface {
	Ask(ctx context.Context, r callback.Request) (callback.Asked, error)
	Edit(ctx context.Context, id int64, e callback.Edit, by string) (callback.Task, error)
	Reschedule(ctx context.Context, id int64, at time.Time, by string) (callback.Task, error)
	CallNow(ctx context.Context, id int64, by string) (callback.Task, error)
	Close(ctx context.Context, id int64, words, by string) (callback.Task, error)
	Take(ctx context.Context, id int64, agent, by string) (callback.Task, error)

	Slots(ctx context.Context, account, book string, from, to time.Time, limit int) ([]callback.Slot, error)
	Calendar(ctx context.Context, account, book string, from, to time.Time, limit int) ([]callback.Slot, error)
	Book(ctx context.Context, b callback.Booking) (callback.Asked, error)
	Booked(ctx context.Context, account, book string, from, to time.Time, limit int) ([]callback.Task, error)
}

// requests has the operation by which callbacks are asked for.
type requests struct {
	directory
	desk    Desk
	holders Holders
	log     zerolog.Logger
}

// askErrors are the statuses of refusals of what is written in a body.
var askErrors = []int{
	http.StatusBadRequest, http.StatusUnauthorized, http.StatusConflict, http.StatusRequestEntityTooLarge,
	http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity, http.StatusTooManyRequests,
}

func (s *requests) register(api huma.API) {
	op := huma.Operation{
		OperationID: "ask-callback", Method: http.MethodPost, Path: "/api/v1/tasks", DefaultStatus: http.StatusCreated,
		Summary: "Ask for a callback",
		Description: "At once, or for a time. 201 with the task; 200 if the request was merged into the customer's open one, or was asked before under the same Idempotency-Key. " +
			"422 says what to change, with the next opening where the time lies outside the hours (`opens`). 409: the customer has such a request open and the account doesn't merge (`task`). " +
			"429: the customer was called too often, or the queue or the area has as many open tasks as it takes; Retry-After says in how many seconds to come again.",
		Tags: []string{"tasks"}, Security: secured, MaxBodyBytes: 16 << 10, Errors: askErrors,
	}
	huma.Register(api, op, s.ask)
	described := api.OpenAPI().Paths[op.Path].Post
	describeRefusals(api, described)
	exampleBody(described, CallbackRequest{
		Account: "acme", Number: "+46701234567", Target: callback.Target{Kind: callback.TargetQueue, Name: "support"},
		Note: "wants to know about the offer", Language: "sv", Source: callback.ViaWeb,
	})
	merged := *described.Responses["201"]
	merged.Description = "The task that the request was merged into, or that it led to before."
	described.Responses["200"] = &merged
}

// exampleBody says in the document what is mostly sent, where not all fields go together.
func exampleBody(op *huma.Operation, body any) {
	op.RequestBody.Content["application/json"].Example = body
}

// CallbackRequest is a callback that somebody asks for.
type CallbackRequest struct {
	_ struct{} `additionalProperties:"false"`

	Account  string          `json:"account,omitempty" maxLength:"200" example:"acme" doc:"Left out: that of the token, if it is of one."`
	Number   string          `json:"number,omitempty" maxLength:"40" example:"+46701234567" doc:"The customer's, as people of the account's country write it. Left out with previous: that one's."`
	Target   callback.Target `json:"target,omitzero" maxLength:"200" example:"queue:support" doc:"Who calls back: a queue, an agent or a group of the account's file. Left out: that of previous, else requests.queue of the file."`
	Owner    *TaskOwner      `json:"owner,omitempty" doc:"Whose it is at first. Left out: that of previous, or requests.owner of the file, if neither this nor target is named; else nobody's."`
	At       time.Time       `json:"at,omitzero" pattern:"^[2-9]" patternDescription:"a date-time in the future" example:"2026-11-27T10:00:00+01:00" doc:"When to call, with the offset from UTC; in the future, and within the hours. Left out: as soon as possible."`
	Note     string          `json:"note,omitempty" maxLength:"1000" pattern:"^([^\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]|[\u200c\u200d])*$" patternDescription:"one line of text" example:"wants to know about the offer"`
	Language string          `json:"language,omitempty" pattern:"^([a-z]{2}(_[A-Z]{2})?)?$" patternDescription:"a language like sv or en_GB" example:"sv" doc:"Of what the customer hears. Left out: the file's."`
	Source   callback.Via    `json:"source,omitempty" example:"web" doc:"Where the customer asked. A token for agents asks as agent, one for intake as api or web. Left out: agent of a token for agents, else api."`
	Previous int64           `json:"previous,omitempty" minimum:"1" example:"7" doc:"A task of the customer that is over, and that this one follows. Not for tokens for intake."`
}

type askRequest struct {
	Key  string `header:"Idempotency-Key" maxLength:"200" pattern:"^[!-~]+$" patternDescription:"visible ASCII characters" example:"8f14e45f-ceea-467f" doc:"Told again with the same request within 24 hours, it is answered with the same task; with another request it is refused."`
	Body CallbackRequest
}

type askAnswer struct {
	Status   int
	Location string `header:"Location" doc:"Where the task is."`
	Body     Promised
}

// Promised is a task that somebody asked for.
type Promised struct {
	Task
	Secret string `json:"secret,omitempty" example:"AAAAAAAAAAxYp3v0m2cQ1sZk8uT4dJ5rW6hN7bE9aLfGgKzLxAyEsQ" doc:"Whoever has it may look at the promise, move it and cancel it: see promises. Made into a link, it is the customer's. Absent for tokens for intake where the request was merged into one that was open: that one's customer need not be who asks now."`
}

func (s *requests) ask(ctx context.Context, in *askRequest) (*askAnswer, error) {
	r := callback.Request{
		Account: in.Body.Account, Number: in.Body.Number, Target: in.Body.Target, At: in.Body.At, Note: in.Body.Note,
		Language: in.Body.Language, Via: in.Body.Source, Previous: in.Body.Previous, Key: in.Key, Owner: in.Body.Owner.owner(),
	}
	a := askerOf(ctx)
	r.By, r.Via = a.name, a.source(r.Via)
	if r.Account == "" {
		r.Account = a.account
	}
	asked, err := s.promised(ctx, r)
	if err != nil {
		return nil, s.refusal(ctx, r.Account, err)
	}
	answer := s.answer(ctx, asked)
	if asked.Merged && seesMasked(ctx) {
		answer.Body.Task = mergedSeen(asked.Task, r.At)
	}
	return answer, nil
}

// answer tells what was promised. Who hands in requests for people who only say who they
// are is given no link to what another person may have asked for.
func (s *requests) answer(ctx context.Context, asked callback.Asked) *askAnswer {
	a := &askAnswer{
		Status: http.StatusOK, Location: "/api/v1/tasks/" + strconv.FormatInt(asked.Task.ID, 10), Body: Promised{Task: promiseSeen(ctx, asked.Task)},
	}
	if asked.Outcome == callback.OutcomeCreated {
		a.Status = http.StatusCreated
	}
	if !asked.Merged || !seesMasked(ctx) {
		a.Body.Secret = s.holders.Secret(asked.Task)
	}
	return a
}

// promised asks at the desk, after what the asker's token forbids.
func (s *requests) promised(ctx context.Context, r callback.Request) (callback.Asked, error) {
	a := askerOf(ctx)
	if !a.knows(r.Account) {
		return callback.Asked{}, &callback.AskRefusal{Reason: callback.RefusedNoAccount, Field: callback.FieldAccount}
	}
	if refused := a.mayAskAs(r.Via); refused != nil {
		return callback.Asked{}, refused
	}
	if r.Previous != 0 && seesMasked(ctx) {
		return callback.Asked{}, &callback.AskRefusal{
			Reason: callback.RefusedPrevious, Field: callback.FieldPrevious,
			Why: "which tasks there were isn't for tokens of this role: leave previous out, and write the number",
		}
	}
	return s.desk.Ask(ctx, r)
}

// source is as what a callback is asked for where the request may say it.
func (a asker) source(said callback.Via) callback.Via {
	if said == "" {
		return sourcesOf(a.role)[0]
	}
	return said
}

// mayAskAs refuses to let an asker pass for another; nil: it doesn't.
func (a asker) mayAskAs(via callback.Via) *callback.AskRefusal {
	sources := sourcesOf(a.role)
	if slices.Contains(sources, via) {
		return nil
	}
	return &callback.AskRefusal{
		Reason: callback.RefusedSourceUnknown, Field: callback.FieldSource,
		Why: fmt.Sprintf("a token for the role %s doesn't ask as %s: leave source out, or write one of %v", a.role, via, sources),
	}
}

// refusal answers why a callback isn't promised. Which accounts there are it says only to
// those who may know.
func (s *requests) refusal(ctx context.Context, account string, err error) error {
	var refused *callback.AskRefusal
	if !errors.As(err, &refused) {
		return inside(ctx, s.log, err)
	}
	if refused.Reason != callback.RefusedNoAccount {
		return problemOf(refusalSeen(ctx, refused))
	}
	r, err := s.roster(ctx)
	if err != nil {
		return inside(ctx, s.log, err)
	}
	known := *refused
	known.Why = "there is no account " + strconv.Quote(account) + " with rules in force. " + r.among(account)
	return problemOf(&known)
}
