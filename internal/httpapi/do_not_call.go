package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/rs/zerolog"

	"callbackd/callback"
)

// doNotCall has the operations on accounts' do-not-call lists.
type doNotCall struct {
	directory
	control Control
	log     zerolog.Logger
}

func (s *doNotCall) register(api huma.API) {
	const list = "/api/v1/accounts/{account}/do-not-call"
	huma.Register(api, huma.Operation{
		OperationID: "list-do-not-call", Method: http.MethodGet, Path: list,
		Summary:     "List the customers that an account doesn't call",
		Description: "By number. Also of an account that is no more.",
		Tags:        []string{"customers"}, Security: secured,
		Errors: []int{http.StatusUnauthorized, http.StatusNotFound, http.StatusUnprocessableEntity},
	}, s.list)
	huma.Register(api, huma.Operation{
		OperationID: "block-customer", Method: http.MethodPut, Path: list + "/{number}",
		Summary: "Never call a customer from an account",
		Description: "The customer's missed calls are refused (do_not_call), and all open tasks in this account are cancelled, requests and appointments too: " +
			"a phone that isn't ringing yet doesn't ring, who talks goes on. " +
			"Blocking who is blocked already keeps since when, by whom and why, and succeeds. Other accounts have lists of their own.",
		Tags: []string{"customers"}, Security: secured,
		MaxBodyBytes: 16 << 10,
		Errors:       []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusNotFound, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity},
	}, s.block)
	huma.Register(api, huma.Operation{
		OperationID: "unblock-customer", Method: http.MethodDelete, Path: list + "/{number}",
		Summary: "Call a customer again",
		Description: "Tasks that were cancelled stay cancelled; the customer's next missed call makes a new one. " +
			"Unblocking who isn't blocked changes nothing and succeeds.",
		Tags: []string{"customers"}, Security: secured,
		Errors: []int{http.StatusUnauthorized, http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity},
	}, s.unblock)
}

// Blocked is a customer whom an account doesn't call.
type Blocked struct {
	Number string    `json:"number" mask:"number" example:"+46701234567"`
	Since  time.Time `json:"since" example:"2026-11-20T13:20:01Z"`
	By     string    `json:"by" example:"customer" doc:"admin, the name of a token, or customer: the stop key was pressed in a callback."`
	Reason string    `json:"reason,omitempty" mask:"words" example:"pressed 9 in a callback" doc:"Why, in words; absent where nobody said."`
}

func blockedOf(d callback.DoNotCall) Blocked {
	return Blocked{Number: d.Number, Since: d.Since.UTC(), By: d.By, Reason: d.Reason}
}

type listDoNotCallRequest struct {
	Account string `path:"account" maxLength:"200" example:"acme"`
	Begins  string `query:"begins" maxLength:"16" pattern:"^[ +]?[0-9]*$" patternDescription:"the beginning of a number, with its country" doc:"Only numbers that begin so; + is written %2B in an address." example:"+46701"`
	After   string `query:"after" maxLength:"16" doc:"Only numbers behind this one: the next_after of the page before; + is written %2B in an address." example:"+46701234567"`
	Limit   int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"How many at most."`
}

// DoNotCallList is one page of an account's do-not-call list, by number.
type DoNotCallList struct {
	Customers []Blocked `json:"customers" nullable:"false"`
	NextAfter string    `json:"next_after,omitempty" mask:"number" example:"+46701234567" doc:"The after of the next page; absent on the last."`
}

type listDoNotCallAnswer struct{ Body DoNotCallList }

func (s *doNotCall) list(ctx context.Context, in *listDoNotCallRequest) (*listDoNotCallAnswer, error) {
	list, after, begins := DoNotCallList{Customers: []Blocked{}}, plus(in.After), plus(in.Begins)
	if len(begins) > 1 {
		after = max(after, justBefore(begins))
	}
	var unknown error
	err := s.read(ctx, func(tx callback.ReadTx, r roster) error {
		found, err := tx.DoNotCallList(in.Account, after, in.Limit+1)
		if err != nil {
			return err
		}
		if len(found) == 0 && !slices.Contains(r.names(), in.Account) {
			unknown = r.unknown(in.Account)
		}
		if end := slices.IndexFunc(found, func(d callback.DoNotCall) bool { return !strings.HasPrefix(d.Number, begins) }); end >= 0 {
			found = found[:end]
		}
		if len(found) > in.Limit {
			found = found[:in.Limit]
			list.NextAfter = found[in.Limit-1].Number
		}
		for _, d := range found {
			list.Customers = append(list.Customers, blockedOf(d))
		}
		return nil
	})
	if err != nil {
		return nil, inside(ctx, s.log, fmt.Errorf("list the do-not-call list of %s: %w", in.Account, err))
	}
	if unknown != nil {
		return nil, unknown
	}
	return &listDoNotCallAnswer{Body: list}, nil
}

// plus writes a number, or its beginning, with its plus: in a query + means a space, and
// people write it all the same.
func plus(text string) string {
	if text == "" {
		return ""
	}
	return "+" + strings.TrimLeft(text, " +")
}

// justBefore is behind all numbers that sort before those with this beginning, and before
// these.
func justBefore(begins string) string {
	last := len(begins) - 1
	return begins[:last] + string(begins[last]-1) + "~"
}

// CustomerPath is the address of a customer of an account.
type CustomerPath struct {
	Account string `path:"account" maxLength:"200" example:"acme"`
	Number  string `path:"number" maxLength:"80" doc:"E.164, or as it is dialled in the account's country." example:"+46701234567"`
}

type blockRequest struct {
	CustomerPath
	Body *Remark
}

// Blocking is what came of blocking or unblocking a customer.
type Blocking struct {
	Number    string   `json:"number" mask:"number" example:"+46701234567" doc:"The number as it was read."`
	Blocked   *Blocked `json:"blocked,omitempty" doc:"The entry as it stands afterwards; absent: there is none."`
	Changed   bool     `json:"changed" doc:"false: it stood so already."`
	Cancelled int      `json:"cancelled_tasks" minimum:"0" example:"1" doc:"How many open tasks were cancelled by this; those being dialled are over when their attempt has ended."`
}

type blockingAnswer struct{ Body Blocking }

func (s *doNotCall) block(ctx context.Context, in *blockRequest) (*blockingAnswer, error) {
	_, open, err := s.account(ctx, in.Account)
	if err != nil {
		return nil, inside(ctx, s.log, err)
	}
	entry, isNew, err := s.control.Block(ctx, in.Account, in.Number, askerOf(ctx).name, in.Body.words())
	if err != nil {
		return nil, s.refusal(ctx, in.CustomerPath, err)
	}
	answer := Blocking{Number: entry.Number, Blocked: new(Blocked), Changed: isNew}
	*answer.Blocked = blockedOf(entry)
	open = slices.DeleteFunc(open, func(t callback.Task) bool { return t.Number != entry.Number })
	if answer.Cancelled, err = cancelled(ctx, s.store, open, callback.CancelDoNotCall); err != nil {
		return nil, inside(ctx, s.log, err)
	}
	return &blockingAnswer{Body: answer}, nil
}

func (s *doNotCall) unblock(ctx context.Context, in *CustomerPath) (*blockingAnswer, error) {
	number, was, err := s.control.Unblock(ctx, in.Account, in.Number, askerOf(ctx).name)
	if err != nil {
		return nil, s.refusal(ctx, *in, err)
	}
	return &blockingAnswer{Body: Blocking{Number: number, Changed: was}}, nil
}

// refusal answers that a customer can't be blocked or unblocked.
func (s *doNotCall) refusal(ctx context.Context, in CustomerPath, err error) error {
	switch {
	case errors.Is(err, callback.ErrAnonymous), errors.Is(err, callback.ErrNumberInvalid):
		return huma.Error422UnprocessableEntity(fmt.Sprintf("%q isn't a telephone number in account %s: write the whole number with its country, like +46701234567, or as it is dialled in the account's country.", in.Number, in.Account))
	case !errors.Is(err, callback.ErrNotFound):
		return inside(ctx, s.log, err)
	}
	r, failure := s.roster(ctx)
	if failure != nil {
		return inside(ctx, s.log, failure)
	}
	return r.noAccount(in.Account, nothingToRead)
}
