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

// accounts has the operations on accounts.
type accounts struct {
	directory
	control Control
	log     zerolog.Logger
}

func (s *accounts) register(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "list-accounts", Method: http.MethodGet, Path: "/api/v1/accounts",
		Summary:     "List accounts",
		Description: "Every account, by name: whether it is frozen, how its rules file stands, and how many tasks are open.",
		Tags:        []string{"accounts"}, Security: secured,
		Errors: []int{http.StatusUnauthorized, http.StatusUnprocessableEntity},
	}, s.list)
	s.registerSwitch(api, "freeze", "Dial nothing in an account",
		"Nothing is dialled in the account until a person unfreezes it. Its open tasks from missed calls are cancelled (account_frozen), "+
			"what customers asked for waits, every rule is off, legs not yet bridged are hung up; conversations go on. "+
			"Freezing a frozen account changes nothing and succeeds.", s.freeze)
	s.registerSwitch(api, "unfreeze", "End a freeze",
		"The account may dial again, but every rule stays off until it is activated: see activate-rule. "+
			"Unfreezing an account that isn't frozen changes nothing and succeeds.", s.unfreeze)
	s.registerSwitch(api, "forget", "Forget an account that is no more",
		"For an account whose rules file was removed for good: its last good rules, which stay in force without the file, are dropped, "+
			"and all its open tasks are cancelled (account_removed). A conflict while a file has the account. Missed calls and finished tasks stay in the lists.", s.forget)
}

func (s *accounts) registerSwitch(api huma.API, verb, summary, description string, do func(context.Context, *accountRequest) (*accountChangeAnswer, error)) {
	huma.Register(api, huma.Operation{
		OperationID: verb + "-account", Method: http.MethodPost, Path: "/api/v1/accounts/{account}/" + verb,
		Summary: summary, Description: description,
		Tags: []string{"accounts"}, Security: secured,
		Errors: []int{http.StatusUnauthorized, http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity},
	}, do)
}

// AccountList is all accounts, by name.
type AccountList struct {
	Accounts []Account `json:"accounts" nullable:"false"`
}

type listAccountsAnswer struct{ Body AccountList }

func (s *accounts) list(ctx context.Context, _ *struct{}) (*listAccountsAnswer, error) {
	list := AccountList{Accounts: []Account{}}
	err := s.read(ctx, func(tx callback.ReadTx, r roster) error {
		for _, name := range r.names() {
			open, err := tx.OpenTasks(name)
			if err != nil {
				return err
			}
			list.Accounts = append(list.Accounts, r.account(name, open))
		}
		return nil
	})
	if err != nil {
		return nil, inside(ctx, s.log, fmt.Errorf("list accounts: %w", err))
	}
	return &listAccountsAnswer{Body: list}, nil
}

type accountRequest struct {
	Account string `path:"account" maxLength:"200" example:"acme"`
}

// AccountChange is what came of switching an account.
type AccountChange struct {
	Account   Account `json:"account" doc:"As it stands afterwards."`
	Changed   bool    `json:"changed" doc:"false: it stood so already."`
	Cancelled int     `json:"cancelled_tasks" minimum:"0" example:"12" doc:"How many open tasks were cancelled by this; those being dialled are over when their attempt has ended."`
}

type accountChangeAnswer struct{ Body AccountChange }

func (s *accounts) freeze(ctx context.Context, in *accountRequest) (*accountChangeAnswer, error) {
	return s.turn(ctx, in.Account, callback.CancelAccountFrozen, s.control.Freeze)
}

func (s *accounts) unfreeze(ctx context.Context, in *accountRequest) (*accountChangeAnswer, error) {
	return s.turn(ctx, in.Account, "", s.control.Unfreeze)
}

func (s *accounts) forget(ctx context.Context, in *accountRequest) (*accountChangeAnswer, error) {
	return s.turn(ctx, in.Account, callback.CancelAccountRemoved, func(ctx context.Context, account, by string) error {
		if err := s.files.Forget(ctx, account); err != nil {
			return err
		}
		return s.control.Forget(ctx, account, by)
	})
}

// turn switches an account, and tells what came of it. reason is what its tasks
// are cancelled for; "" if they aren't.
func (s *accounts) turn(ctx context.Context, name, reason string, do func(ctx context.Context, account, by string) error) (*accountChangeAnswer, error) {
	before, open, err := s.account(ctx, name)
	if err != nil {
		return nil, inside(ctx, s.log, err)
	}
	if err := do(ctx, name, askerOf(ctx).name); err != nil {
		return nil, s.refusal(ctx, name, err)
	}
	after, _, err := s.account(ctx, name)
	if err != nil {
		return nil, inside(ctx, s.log, err)
	}
	change := AccountChange{Account: after, Changed: (before.Frozen == nil) != (after.Frozen == nil)}
	if reason != "" {
		if change.Cancelled, err = cancelled(ctx, s.store, open, reason); err != nil {
			return nil, inside(ctx, s.log, err)
		}
	}
	if reason == callback.CancelAccountRemoved {
		change.Changed = true // what isn't known can't be forgotten
	}
	return &accountChangeAnswer{Body: change}, nil
}

// refusal answers an operation that wasn't done.
func (s *accounts) refusal(ctx context.Context, name string, err error) error {
	missing, inForce := errors.Is(err, callback.ErrNotFound), errors.Is(err, callback.ErrInForce)
	if errors.Is(err, ErrUnlisted) {
		return huma.Error409Conflict(fmt.Sprintf("Account %s isn't forgotten: the folder of the rules can't be read, or holds no file, so whether %[1]s has one can't be told. "+
			"Mount it or mend its permissions; if it is meant to be empty, put an empty file NAME.yaml into it.", name))
	}
	if !missing && !inForce {
		return inside(ctx, s.log, err)
	}
	r, failure := s.roster(ctx)
	if failure != nil {
		return inside(ctx, s.log, failure)
	}
	switch file, known := r.file(name); {
	case inForce && known:
		return huma.Error409Conflict(fmt.Sprintf("Account %s has a rules file: remove %s first, then it can be forgotten.", name, file.File))
	case inForce:
		return huma.Error409Conflict(fmt.Sprintf("Account %s has a rules file: remove it first, then it can be forgotten.", name))
	}
	return r.noAccount(name, nothingToSwitch)
}

// What can't be done with an account that isn't in force.
const (
	nothingToSwitch = "there is nothing to switch"
	nothingToDecide = "none of its calls is called back"
	nothingToRead   = "nobody knows in which country its numbers are dialled"
)

// noAccount answers that an account isn't there, or isn't in force; so is what
// comes of that.
func (r roster) noAccount(name, so string) error {
	if file, known := r.file(name); known {
		return huma.Error409Conflict(fmt.Sprintf("Account %s has no rules in force, so %s: mend %s first.", name, so, file.File))
	}
	if r.frozen(name) != nil {
		return huma.Error409Conflict(fmt.Sprintf("Account %s has no rules in force, so %s; it was frozen, and is so still should it come back.", name, so))
	}
	return r.unknown(name)
}

func (r roster) unknown(name string) error {
	return huma.Error404NotFound(fmt.Sprintf("There is no account %q. %s", name, r.among(name)))
}

// among says which account was probably meant, or else which there are, to those who may
// know.
func (r roster) among(name string) string {
	if r.unlisted {
		return "Ask whoever runs callbackd what it is called."
	}
	return among("accounts", name, r.names())
}

// spoken writes since when and by whom something is switched off.
func (s Switch) spoken() string {
	return "since " + s.Since.UTC().Format(time.RFC3339) + " by " + s.By
}
