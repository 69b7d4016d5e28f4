package httpapi

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"callbackd/callback"
)

func (s *explain) registerRequest(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "explain-request", Method: http.MethodPost, Path: "/api/v1/explain/request",
		Summary: "What would become of a request?",
		Description: "What would happen, were this callback asked for now: whether it would be taken or why not, and when each attempt would be made, " +
			"who would ring and what the customer's phone would show. The code that decides answers; nothing is stored and nothing is dialled.",
		Tags: []string{"explain"}, Security: secured,
		MaxBodyBytes: 16 << 10,
		Errors: []int{
			http.StatusBadRequest, http.StatusUnauthorized, http.StatusNotFound, http.StatusConflict,
			http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity,
		},
	}, s.explainAsked)
}

// RequestQuestion is a callback of which somebody wants to know what would become of it.
type RequestQuestion struct {
	_       struct{}        `additionalProperties:"false"`
	Number  string          `json:"number" minLength:"1" maxLength:"40" example:"0701234567" doc:"The customer's, as people of the account's country write it."`
	Account string          `json:"account,omitempty" maxLength:"200" example:"acme" doc:"May be left out if there is only one."`
	Target  callback.Target `json:"target,omitzero" maxLength:"200" example:"queue:support" doc:"Left out: requests.queue of the file."`
	Owner   *TaskOwner      `json:"owner,omitempty" doc:"Left out: requests.owner of the file, if target is left out too; else nobody."`
	At      string          `json:"at,omitempty" maxLength:"40" example:"2026-12-23 17:30" doc:"When to call: RFC 3339, or 2026-12-23 17:30 in the account's time zone. Left out: as soon as possible."`
}

// ExplainedRequest is what would become of a request, and why.
type ExplainedRequest struct {
	Account string             `json:"account" example:"acme"`
	Asked   string             `json:"asked" mask:"number" example:"0701234567" doc:"The number, as it was asked."`
	Number  string             `json:"number,omitempty" mask:"number" example:"+46701234567" doc:"Absent where what was asked is no number."`
	Taken   bool               `json:"taken" doc:"Whether it would be promised."`
	Reason  callback.AskReason `json:"reason,omitempty" example:"closed" doc:"Why not."`
	Why     string             `json:"why,omitempty" mask:"text" example:"schedule office is closed on Thu 20:00 in Europe/Stockholm, and opens on Fri 09:00 in Europe/Stockholm" doc:"The same in words."`
	Opens   time.Time          `json:"opens,omitzero" example:"2026-12-23T08:00:00Z" doc:"The next opening after a time that lies outside the hours."`
	Again   time.Time          `json:"again,omitzero" example:"2026-12-23T08:00:00Z" doc:"When the same may be asked again, if what refuses it passes."`
	TaskID  int64              `json:"task_id,omitempty" example:"12" doc:"The customer's open task into which it would be merged, or for which it would be refused."`
	Target  callback.Target    `json:"target,omitzero" example:"agent:alice" doc:"Who would call first."`
	Owner   *OwnerSeen         `json:"owner,omitempty" doc:"Whose it would be at first."`

	Zones     []string            `json:"zones,omitempty" nullable:"false" example:"[\"Europe/Stockholm\"]" doc:"The time zones in which the customer may live: the schedule has to be open in all of them."`
	ZonesFrom callback.ZoneSource `json:"zones_from,omitempty" example:"number" doc:"What told the zones: the number, or the timezone of requests or of the account."`
	Schedule  string              `json:"schedule,omitempty" example:"office"`
	GiveUp    *Moment             `json:"give_up,omitempty" doc:"When the task would expire."`
	Attempts  []PlannedAttempt    `json:"attempts" nullable:"false" doc:"The attempts that would be made if the customer never answered."`
	Notes     []string            `json:"notes" mask:"text" nullable:"false" doc:"What holds everything up at present."`
}

type explainRequestRequest struct{ Body RequestQuestion }

type explainRequestAnswer struct{ Body ExplainedRequest }

func (s *explain) explainAsked(ctx context.Context, in *explainRequestRequest) (*explainRequestAnswer, error) {
	q, a := in.Body, askerOf(ctx)
	if q.Account == "" {
		q.Account = a.account
	}
	book := bookOf(s.rules.Book(), a)
	account, err := s.whose(ctx, book, Question{Account: q.Account})
	if err != nil {
		return nil, err
	}
	asked := callback.Request{
		Account: account.Name, Number: q.Number, Target: q.Target, Owner: q.Owner.owner(), Via: sourcesOf(a.role)[0], By: a.name,
	}
	if q.At != "" {
		if asked.At, err = when(q.At, account); err != nil {
			return nil, err
		}
	}
	var found callback.ExplainedRequest
	err = s.store.View(ctx, func(tx callback.ReadTx) (err error) {
		found, err = callback.ExplainRequest(tx, book, asked, time.Now())
		return err
	})
	switch {
	case errors.Is(err, callback.ErrNotFound):
		return nil, s.noAccount(ctx, account.Name)
	case err != nil:
		return nil, s.refusal(ctx, err)
	}
	document := explainedRequestOf(found)
	document.Notes = append(document.Notes, s.away(document.Attempts)...)
	return &explainRequestAnswer{Body: document}, nil
}

func explainedRequestOf(x callback.ExplainedRequest) ExplainedRequest {
	document := ExplainedRequest{
		Account: x.Account, Asked: x.Asked, Number: x.Number, Taken: x.Refusal == nil, TaskID: x.Task, Target: x.Target,
		Zones: x.Zones, ZonesFrom: x.ZonesFrom, Schedule: x.Schedule, GiveUp: momentOf(x.GiveUp),
		Attempts: plannedOf(x.Attempts), Notes: append([]string{}, x.Notes...),
	}
	if r := x.Refusal; r != nil {
		document.Reason, document.Why, document.Opens, document.Again = r.Reason, r.Why, r.Opens.UTC(), r.Again.UTC()
		document.TaskID = r.Task
	}
	if x.Until != nil {
		document.Owner = &OwnerSeen{Agent: x.Owner.Agent, Hours: int(x.Owner.For / time.Hour), Then: x.Owner.Then, Until: x.Until.At}
	}
	return document
}
