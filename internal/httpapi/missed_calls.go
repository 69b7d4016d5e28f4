package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/rs/zerolog"

	"callbackd/callback"
)

// missedCalls has the operations on missed calls.
type missedCalls struct {
	store callback.Store
	log   zerolog.Logger
}

func (s *missedCalls) register(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "list-missed-calls", Method: http.MethodGet, Path: "/api/v1/missed-calls",
		Summary:     "List missed calls",
		Description: "Every missed call with the decision taken and its reason, newest first.",
		Tags:        []string{"missed calls"}, Security: secured,
		Errors: []int{http.StatusUnauthorized, http.StatusUnprocessableEntity},
	}, s.list)
}

type listMissedCallsRequest struct {
	Account  accountParam      `query:"account" doc:"Only calls to this account." example:"acme"`
	Number   numberParam       `query:"number" doc:"Only calls of this customer; + is written %2B in an address." example:"+46701234567"`
	Task     int64             `query:"task" minimum:"1" doc:"Only calls that led to this task or were merged into it."`
	Decision callback.Decision `query:"decision" doc:"Only calls of which this was decided." example:"refused"`
	Reason   callback.Reason   `query:"reason" doc:"Only calls that were refused for this reason." example:"anonymous"`
	LostBy   targetParam       `query:"lost_by" maxLength:"200" doc:"Only calls that this queue, agent, group or scenario lost." example:"queue:support"`
	From     time.Time         `query:"from" doc:"Only calls that were lost then or later." example:"2026-11-20T00:00:00Z"`
	To       time.Time         `query:"to" doc:"Only calls that were lost before." example:"2026-11-21T00:00:00Z"`
	Before   int64             `query:"before" minimum:"1" doc:"Only calls with a lower id: the next_before of the page before."`
	Limit    int               `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"How many calls at most."`
}

// MissedCallList is one page of missed calls, newest first.
type MissedCallList struct {
	MissedCalls []MissedCall `json:"missed_calls" nullable:"false"`
	NextBefore  int64        `json:"next_before,omitempty" example:"40" doc:"The before of the next page; absent on the last."`
}

type listMissedCallsAnswer struct{ Body MissedCallList }

func (s *missedCalls) list(ctx context.Context, in *listMissedCallsRequest) (*listMissedCallsAnswer, error) {
	var found []callback.MissedCall
	err := s.store.View(ctx, func(tx callback.ReadTx) (err error) {
		found, err = tx.MissedCalls(callback.MissedCallFilter{
			Account: string(in.Account), Number: string(in.Number), TaskID: in.Task,
			Decision: in.Decision, Reason: in.Reason, LostBy: in.LostBy.target(), Since: in.From, Until: in.To,
			Before: in.Before, Limit: in.Limit + 1,
		})
		return err
	})
	if err != nil {
		return nil, inside(ctx, s.log, fmt.Errorf("list missed calls: %w", err))
	}
	found, next := page(found, in.Limit, func(m callback.MissedCall) int64 { return m.ID })
	list := MissedCallList{MissedCalls: make([]MissedCall, len(found)), NextBefore: next}
	for i, m := range found {
		list.MissedCalls[i] = missedCallOf(m)
	}
	return &listMissedCallsAnswer{Body: list}, nil
}
