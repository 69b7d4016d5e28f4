package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/rs/zerolog"

	"callbackd/callback"
)

// State says whether callbackd dials, and if not why.
type State struct {
	Stopped  *Switch         `json:"stopped,omitempty" doc:"Since when and by whom nothing is dialled anywhere; absent: callbackd isn't stopped."`
	Frozen   []FrozenAccount `json:"frozen" nullable:"false" doc:"Accounts in which nothing is dialled."`
	PBXs     []PBX           `json:"pbxs" nullable:"false"`
	Attempts int             `json:"attempts" minimum:"0" example:"3" doc:"How many attempts are under way, of the accounts that there are for the token."`
}

// FrozenAccount is an account that is frozen.
type FrozenAccount struct {
	Account string `json:"account" example:"acme"`
	Switch
}

// PBX says whether calls of one PBX are seen and can be made.
type PBX struct {
	Name   string `json:"name" example:"pbx1"`
	Ready  bool   `json:"ready" doc:"Connected, reconciled, and its heartbeat is fresh."`
	Reason string `json:"reason,omitempty" example:"connection refused" doc:"Why it isn't ready."`
}

// state has the operations on callbackd as a whole.
type state struct {
	store   callback.Store
	control Control
	pbxs    func() []PBX
	log     zerolog.Logger
}

func (s *state) register(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "show-state", Method: http.MethodGet, Path: "/api/v1/state",
		Summary:     "Does callbackd dial?",
		Description: "Whether callbackd is stopped, which accounts are frozen, whether each PBX is ready or why not, and how many attempts are under way.",
		Tags:        []string{"state"}, Security: secured,
		Errors: []int{http.StatusUnauthorized, http.StatusUnprocessableEntity},
	}, s.show)
	s.registerSwitch(api, "stop", "Dial nothing anywhere",
		"Nothing new is dialled, in any account, until resume; also after a restart. Nothing is cancelled. An attempt whose customer isn't called yet gives way "+
			"and doesn't count; phones that ring and conversations go on. Stopping when stopped changes nothing and succeeds.", s.stop)
	s.registerSwitch(api, "resume", "End a stop",
		"What is due is dialled again, where nothing else is in its way. Frozen accounts stay frozen. Resuming when not stopped changes nothing and succeeds.", s.resume)
}

func (s *state) registerSwitch(api huma.API, verb, summary, description string, do func(context.Context, *struct{}) (*stateChangeAnswer, error)) {
	huma.Register(api, huma.Operation{
		OperationID: verb, Method: http.MethodPost, Path: "/api/v1/" + verb,
		Summary: summary, Description: description,
		Tags: []string{"state"}, Security: secured,
		Errors: []int{http.StatusUnauthorized, http.StatusUnprocessableEntity},
	}, do)
}

type stateAnswer struct{ Body State }

func (s *state) show(ctx context.Context, _ *struct{}) (*stateAnswer, error) {
	now, err := s.read(ctx)
	if err != nil {
		return nil, inside(ctx, s.log, err)
	}
	return &stateAnswer{Body: now}, nil
}

func (s *state) read(ctx context.Context) (State, error) {
	now, a := State{Frozen: []FrozenAccount{}, PBXs: s.pbxs()}, askerOf(ctx)
	err := s.store.View(ctx, func(tx callback.ReadTx) error {
		switches, err := tx.Switches()
		if err != nil {
			return err
		}
		if switches.Stopped != nil {
			now.Stopped = switchOf(*switches.Stopped)
		}
		for _, name := range keys(switches.Frozen) {
			if !a.knows(name) {
				continue
			}
			now.Frozen = append(now.Frozen, FrozenAccount{Account: name, Switch: *switchOf(switches.Frozen[name])})
		}
		live, err := tx.LiveAttempts("")
		now.Attempts = len(slices.DeleteFunc(live, func(x callback.Attempt) bool { return !a.knows(x.Account) }))
		return err
	})
	if err != nil {
		return State{}, fmt.Errorf("read whether callbackd dials: %w", err)
	}
	return now, nil
}

// StateChange is what came of stopping or resuming.
type StateChange struct {
	State   State `json:"state" doc:"As it is afterwards."`
	Changed bool  `json:"changed" doc:"false: it was so already."`
}

type stateChangeAnswer struct{ Body StateChange }

func (s *state) stop(ctx context.Context, _ *struct{}) (*stateChangeAnswer, error) {
	return s.turn(ctx, s.control.Stop)
}

func (s *state) resume(ctx context.Context, _ *struct{}) (*stateChangeAnswer, error) {
	return s.turn(ctx, s.control.Resume)
}

func (s *state) turn(ctx context.Context, do func(ctx context.Context, by string) error) (*stateChangeAnswer, error) {
	before, err := s.read(ctx)
	if err != nil {
		return nil, inside(ctx, s.log, err)
	}
	if err := do(ctx, askerOf(ctx).name); err != nil {
		return nil, inside(ctx, s.log, err)
	}
	after, err := s.read(ctx)
	if err != nil {
		return nil, inside(ctx, s.log, err)
	}
	return &stateChangeAnswer{Body: StateChange{State: after, Changed: (before.Stopped == nil) != (after.Stopped == nil)}}, nil
}
