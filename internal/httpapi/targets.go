package httpapi

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/rs/zerolog"

	"callbackd/callback"
)

// targets has the operation that says who can call an account's customers back.
type targets struct {
	directory
	log zerolog.Logger
}

func (s *targets) register(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "list-targets", Method: http.MethodGet, Path: "/api/v1/accounts/{account}/targets",
		Summary: "List who can call customers back",
		Description: "The queues, agents and groups of the account's rules file, each by name: what a request may have as its target, and who may be an owner. " +
			"Who is a member of a queue is Asterisk's business, and isn't here.",
		Tags: []string{"accounts"}, Security: secured,
		Errors: []int{http.StatusUnauthorized, http.StatusNotFound, http.StatusUnprocessableEntity},
	}, s.list)
}

// TargetList is who can call customers back.
type TargetList struct {
	Queues        []string        `json:"queues" nullable:"false" example:"[\"support\"]"`
	Agents        []TargetAgent   `json:"agents" nullable:"false"`
	Groups        []TargetGroup   `json:"groups" nullable:"false"`
	Requests      callback.Target `json:"requests,omitzero" example:"queue:support" doc:"Who calls back what is asked for without a target. Absent: each request has to name one."`
	TakesRequests bool            `json:"takes_requests" doc:"The file has a section requests: callbacks can be asked for."`
}

// TargetAgent is an agent with a phone.
type TargetAgent struct {
	Name  string `json:"name" example:"alice"`
	Phone string `json:"phone" example:"PJSIP/alice" doc:"As Asterisk calls it, and as attempts name who answered."`
}

// TargetGroup is a ring group.
type TargetGroup struct {
	Name    string   `json:"name" example:"sales"`
	Members []string `json:"members" nullable:"false" example:"[\"alice\"]" doc:"Agents, by name."`
}

type listTargetsAnswer struct{ Body TargetList }

func (s *targets) list(ctx context.Context, in *accountBooks) (*listTargetsAnswer, error) {
	r, err := s.roster(ctx)
	if err != nil {
		return nil, inside(ctx, s.log, err)
	}
	account, ok := r.book.Account(in.Account)
	if !ok {
		return nil, r.noAccount(in.Account, "nobody calls its customers back")
	}
	list := TargetList{Queues: []string{}, Agents: []TargetAgent{}, Groups: []TargetGroup{}}
	list.Queues = slices.AppendSeq(list.Queues, maps.Keys(account.Queues))
	slices.Sort(list.Queues)
	for _, a := range account.Agents {
		list.Agents = append(list.Agents, TargetAgent{Name: a.Name, Phone: a.Endpoint})
	}
	slices.SortFunc(list.Agents, func(a, b TargetAgent) int { return cmp.Compare(a.Name, b.Name) })
	for _, g := range account.Groups {
		list.Groups = append(list.Groups, TargetGroup{Name: g.Name, Members: slices.Clone(g.Members)})
	}
	slices.SortFunc(list.Groups, func(a, b TargetGroup) int { return cmp.Compare(a.Name, b.Name) })
	if account.Requests != nil {
		list.TakesRequests, list.Requests = true, account.Requests.Forward
	}
	return &listTargetsAnswer{Body: list}, nil
}
