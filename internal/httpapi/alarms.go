package httpapi

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
)

// alarmBook has the operation on alarms.
type alarmBook struct {
	list func() AlarmList // of all accounts
}

func (s *alarmBook) register(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "list-alarms", Method: http.MethodGet, Path: "/api/v1/alarms",
		Summary: "List alarms",
		Description: "What the log has said in the last 24 hours that wants a person, and before if callbackd would say that it is over, with what to do: those that stand first, then the newest first. " +
			"It is kept in memory, so it begins with callbackd's start; the log has all.",
		Tags: []string{"state"}, Security: secured,
		Errors: []int{http.StatusUnauthorized, http.StatusUnprocessableEntity},
	}, s.show)
}

type listAlarmsRequest struct {
	Account accountParam `query:"account" doc:"Only alarms about this account." example:"acme"`
}

type listAlarmsAnswer struct{ Body AlarmList }

func (s *alarmBook) show(_ context.Context, in *listAlarmsRequest) (*listAlarmsAnswer, error) {
	all := s.list()
	if in.Account != "" {
		all.Alarms = slices.DeleteFunc(all.Alarms, func(a Alarm) bool { return a.Account != string(in.Account) })
	}
	return &listAlarmsAnswer{Body: all}, nil
}
