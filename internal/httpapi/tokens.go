package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/rs/zerolog"

	"callbackd/callback"
)

// tokens has the operations on tokens.
type tokens struct {
	directory
	log zerolog.Logger
}

func (s *tokens) register(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "list-tokens", Method: http.MethodGet, Path: "/api/v1/tokens",
		Summary:     "List tokens",
		Description: "Those that hold, by id, and on demand those that are revoked; never their secrets. The admin's token isn't among them: it is in a file.",
		Tags:        []string{"tokens"}, Security: secured,
		Errors: []int{http.StatusUnauthorized, http.StatusUnprocessableEntity},
	}, s.list)
	huma.Register(api, huma.Operation{
		OperationID: "add-token", Method: http.MethodPost, Path: "/api/v1/tokens",
		Summary: "Make a token",
		Description: "The answer has the secret that its bearer sends, this once: callbackd keeps only its hash. " +
			"A token of one account sees and does nothing of others. Its name stands in what is done with it.",
		Tags: []string{"tokens"}, Security: secured,
		DefaultStatus: http.StatusCreated, MaxBodyBytes: 16 << 10,
		Errors: []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType},
	}, s.add)
	huma.Register(api, huma.Operation{
		OperationID: "revoke-token", Method: http.MethodDelete, Path: "/api/v1/tokens/{id}",
		Summary:     "Revoke a token",
		Description: "It is refused from the next request on, for good. Revoking one that is revoked changes nothing and succeeds.",
		Tags:        []string{"tokens"}, Security: secured,
		Errors: []int{http.StatusUnauthorized, http.StatusNotFound},
	}, s.revoke)
}

// Token is what is known of a token.
type Token struct {
	ID        int64         `json:"id" example:"3"`
	Name      string        `json:"name" example:"web-form" doc:"Stands in what is done with it."`
	Role      callback.Role `json:"role" example:"intake" doc:"What it may do; see the operations' security."`
	Account   string        `json:"account,omitempty" example:"acme" doc:"The only account that there is for it; absent: all."`
	Created   time.Time     `json:"created" example:"2026-11-20T08:00:00Z"`
	By        string        `json:"by" example:"admin" doc:"Who made it."`
	LastUsed  time.Time     `json:"last_used,omitzero" example:"2026-11-20T13:20:01Z" doc:"To the minute; absent: never."`
	Revoked   time.Time     `json:"revoked,omitzero" example:"2026-11-21T08:00:00Z" doc:"From then on it is refused; absent: it holds."`
	RevokedBy string        `json:"revoked_by,omitempty" example:"admin"`
}

func tokenOf(t callback.Token) Token {
	return Token{
		ID: t.ID, Name: t.Name, Role: t.Role, Account: t.Account, Created: t.Created.UTC(), By: t.By,
		LastUsed: t.LastUsed.UTC(), Revoked: t.Revoked.UTC(), RevokedBy: t.RevokedBy,
	}
}

type listTokensRequest struct {
	Revoked bool `query:"revoked" doc:"Also those that are revoked."`
}

// TokenList is all tokens, by id.
type TokenList struct {
	Tokens []Token `json:"tokens" nullable:"false"`
}

type listTokensAnswer struct{ Body TokenList }

func (s *tokens) list(ctx context.Context, in *listTokensRequest) (*listTokensAnswer, error) {
	var all []callback.Token
	err := s.store.View(ctx, func(tx callback.ReadTx) (err error) {
		all, err = tx.Tokens()
		return err
	})
	if err != nil {
		return nil, inside(ctx, s.log, fmt.Errorf("list tokens: %w", err))
	}
	list, a := TokenList{Tokens: []Token{}}, askerOf(ctx)
	for _, t := range all {
		if a.knows(t.Account) && (t.Holds() || in.Revoked) {
			list.Tokens = append(list.Tokens, tokenOf(t))
		}
	}
	return &listTokensAnswer{Body: list}, nil
}

// TokenRequest says which token is wanted.
type TokenRequest struct {
	_ struct{} `additionalProperties:"false"`

	Name        string        `json:"name" minLength:"1" maxLength:"64" pattern:"^[A-Za-z0-9][A-Za-z0-9._@-]*$" patternDescription:"letters and digits, and among them . _ @ -" example:"web-form" doc:"Who or what will have it. No other token that holds may have the name."`
	Role        callback.Role `json:"role" example:"intake"`
	Account     string        `json:"account,omitempty" maxLength:"200" example:"acme" doc:"The only account that there is for it."`
	AllAccounts bool          `json:"all_accounts,omitempty" doc:"Instead of an account."`
}

type addTokenRequest struct{ Body TokenRequest }

// NewToken is a token that was made just now.
type NewToken struct {
	Token
	Secret string `json:"token" example:"cbd_1pYkWq0aQ3o7cXl5dM8s2vN4tR6uB9eJfHgKzLxAyEs" doc:"What its bearer sends: Authorization: Bearer and this. It is told this once."`
}

type addTokenAnswer struct{ Body NewToken }

func (s *tokens) add(ctx context.Context, in *addTokenRequest) (*addTokenAnswer, error) {
	want, a := in.Body, askerOf(ctx)
	if err := s.reaches(ctx, s.log, "token", want.Account, want.AllAccounts); err != nil {
		return nil, err
	}
	made, secret, err := callback.AddToken(ctx, s.store, want.Name, want.Role, want.Account, a.name)
	switch {
	case errors.Is(err, callback.ErrTokenName):
		return nil, wrong("body.name", want.Name, "somebody else who acts has this name; choose another")
	case errors.Is(err, callback.ErrExists):
		return nil, huma.Error409Conflict(fmt.Sprintf("The name %q is taken, by a token or a user: choose another. A name is free again once they are revoked.", want.Name))
	case err != nil:
		return nil, inside(ctx, s.log, err)
	}
	s.log.Info().Int64("token_id", made.ID).Str("token", made.Name).Str("role", string(made.Role)).Str("account", made.Account).Str("by", a.name).Msg("a token was made")
	return &addTokenAnswer{Body: NewToken{Token: tokenOf(made), Secret: secret}}, nil
}

type tokenRequest struct {
	ID int64 `path:"id" minimum:"1" example:"3"`
}

// TokenChange is what came of revoking a token.
type TokenChange struct {
	Token   Token `json:"token" doc:"As it is afterwards."`
	Changed bool  `json:"changed" doc:"false: it was revoked already."`
}

type revokeTokenAnswer struct{ Body TokenChange }

func (s *tokens) revoke(ctx context.Context, in *tokenRequest) (*revokeTokenAnswer, error) {
	by := askerOf(ctx).name
	t, changed, err := callback.RevokeToken(ctx, s.store, in.ID, by)
	switch {
	case errors.Is(err, callback.ErrNotFound):
		return nil, noToken(in.ID)
	case err != nil:
		return nil, inside(ctx, s.log, err)
	}
	if changed {
		s.log.Info().Int64("token_id", t.ID).Str("token", t.Name).Str("by", by).Msg("a token was revoked")
	}
	return &revokeTokenAnswer{Body: TokenChange{Token: tokenOf(t), Changed: changed}}, nil
}

func noToken(id int64) huma.StatusError {
	return huma.Error404NotFound(fmt.Sprintf("There is no token %d: GET /api/v1/tokens lists them.", id))
}
