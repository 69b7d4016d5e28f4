package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/rs/zerolog"

	"callbackd/callback"
)

// Self is whoever asks, and the accounts that there are for them.
type Self struct {
	Name     string        `json:"name" example:"desk" doc:"As it stands in every by: admin, or the name of a token or a person."`
	Role     callback.Role `json:"role" example:"agent"`
	Account  string        `json:"account,omitempty" example:"acme" doc:"The only account that there is for whoever asks; absent: all."`
	Accounts []SelfAccount `json:"accounts" nullable:"false" doc:"None for tokens for intake of all accounts."`
}

// SelfAccount is an account as whoever has to do with its tasks needs to know it.
type SelfAccount struct {
	Name     string        `json:"name" example:"acme"`
	Mode     callback.Mode `json:"mode,omitempty" example:"live" doc:"shadow: everything is decided and recorded, nothing is dialled. Absent where no rules are in force."`
	Timezone string        `json:"timezone,omitempty" example:"Europe/Stockholm"`
}

// self has the operation that says who asks.
type self struct {
	directory
	log zerolog.Logger
}

func (s *self) register(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "show-self", Method: http.MethodGet, Path: "/api/v1/self",
		Summary:     "Who am I?",
		Description: "The name, role and account of the token that is sent, and the accounts that there are for it.",
		Tags:        []string{"tokens"}, Security: secured,
		Errors: []int{http.StatusUnauthorized},
	}, s.show)
}

type selfAnswer struct{ Body Self }

func (s *self) show(ctx context.Context, _ *struct{}) (*selfAnswer, error) {
	a := askerOf(ctx)
	r, err := s.roster(ctx)
	if err != nil {
		return nil, inside(ctx, s.log, err)
	}
	document := Self{Name: a.name, Role: a.role, Account: a.account, Accounts: []SelfAccount{}}
	if a.account == "" && sightOf("list-tasks", a.role) == no {
		return &selfAnswer{Body: document}, nil // as for refusals: it can't list what it may not see
	}
	for _, name := range r.names() {
		known := SelfAccount{Name: name}
		if account, ok := r.book.Account(name); ok {
			known.Mode = account.Mode
			if account.Location != nil {
				known.Timezone = account.Location.String()
			}
		}
		document.Accounts = append(document.Accounts, known)
	}
	return &selfAnswer{Body: document}, nil
}
