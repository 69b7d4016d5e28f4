package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/rs/zerolog"

	"callbackd/callback"
)

// users has the operations on users: who may sign in to the page.
type users struct {
	directory
	users *callback.Users
	log   zerolog.Logger
}

func (s *users) register(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "list-users", Method: http.MethodGet, Path: "/api/v1/users",
		Summary:     "List users",
		Description: "Those who may sign in, by id, and on demand those who are revoked.",
		Tags:        []string{"users"}, Security: secured,
		Errors: []int{http.StatusUnauthorized, http.StatusUnprocessableEntity},
	}, s.list)
	huma.Register(api, huma.Operation{
		OperationID: "add-user", Method: http.MethodPost, Path: "/api/v1/users",
		Summary: "Make a user",
		Description: "A person who signs in to the page with a name and a password. A user of one account sees and does nothing of others. " +
			"The name stands in what they do. callbackd keeps only a hash of the password (argon2id).",
		Tags: []string{"users"}, Security: secured,
		DefaultStatus: http.StatusCreated, MaxBodyBytes: 16 << 10,
		Errors: []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusServiceUnavailable},
	}, s.add)
	huma.Register(api, huma.Operation{
		OperationID: "edit-user", Method: http.MethodPatch, Path: "/api/v1/users/{id}",
		Summary: "Change a user",
		Description: "Role, account, agent, password; what isn't sent stays. Another role, account or password ends all sessions of the user: they sign in anew. " +
			"With another account the agent goes, unless a new one is named.",
		Tags: []string{"users"}, Security: secured, MaxBodyBytes: 16 << 10,
		Errors: []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusNotFound, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusServiceUnavailable},
	}, s.edit)
	huma.Register(api, huma.Operation{
		OperationID: "revoke-user", Method: http.MethodDelete, Path: "/api/v1/users/{id}",
		Summary:     "Revoke a user",
		Description: "They aren't let in from the next request on, for good, and are signed out everywhere. Revoking one who is revoked changes nothing and succeeds.",
		Tags:        []string{"users"}, Security: secured,
		Errors: []int{http.StatusUnauthorized, http.StatusNotFound},
	}, s.revoke)
	huma.Register(api, huma.Operation{
		OperationID: "end-sessions", Method: http.MethodDelete, Path: "/api/v1/users/{id}/sessions",
		Summary:     "Sign a user out everywhere",
		Description: "They may sign in again. For one who lost a telephone, or forgot to sign out somewhere.",
		Tags:        []string{"users"}, Security: secured,
		Errors: []int{http.StatusUnauthorized, http.StatusNotFound},
	}, s.endSessions)
}

// User is what is known of somebody who signs in.
type User struct {
	ID          int64         `json:"id" example:"3"`
	Name        string        `json:"name" example:"alice" doc:"Stands in what they do."`
	Role        callback.Role `json:"role" example:"supervisor" doc:"What they may do; see the operations' security."`
	Account     string        `json:"account,omitempty" example:"acme" doc:"The only account that there is for them; absent: all."`
	Agent       string        `json:"agent,omitempty" example:"alice" doc:"The agent in the account's rules file whose phone is theirs."`
	Created     time.Time     `json:"created" example:"2026-11-20T08:00:00Z"`
	By          string        `json:"by" example:"admin" doc:"Who made the user."`
	PasswordSet time.Time     `json:"password_set" example:"2026-11-20T08:00:00Z"`
	SignedIn    time.Time     `json:"signed_in,omitzero" example:"2026-11-20T13:20:01Z" doc:"The last time; absent: never."`
	Revoked     time.Time     `json:"revoked,omitzero" example:"2026-11-21T08:00:00Z" doc:"From then on they aren't let in; absent: they are."`
	RevokedBy   string        `json:"revoked_by,omitempty" example:"admin"`
}

func userOf(u callback.User) User {
	return User{
		ID: u.ID, Name: u.Name, Role: u.Role, Account: u.Account, Agent: u.Agent, Created: u.Created.UTC(), By: u.By,
		PasswordSet: u.PasswordSet.UTC(), SignedIn: u.SignedIn.UTC(), Revoked: u.Revoked.UTC(), RevokedBy: u.RevokedBy,
	}
}

type listUsersRequest struct {
	Revoked bool `query:"revoked" doc:"Also those who are revoked."`
}

// UserList is all users, by id.
type UserList struct {
	Users []User `json:"users" nullable:"false"`
}

type listUsersAnswer struct{ Body UserList }

func (s *users) list(ctx context.Context, in *listUsersRequest) (*listUsersAnswer, error) {
	var all []callback.User
	err := s.store.View(ctx, func(tx callback.ReadTx) (err error) {
		all, err = tx.Users()
		return err
	})
	if err != nil {
		return nil, inside(ctx, s.log, fmt.Errorf("list users: %w", err))
	}
	list, a := UserList{Users: []User{}}, askerOf(ctx)
	for _, u := range all {
		if a.knows(u.Account) && (u.Holds() || in.Revoked) {
			list.Users = append(list.Users, userOf(u))
		}
	}
	return &listUsersAnswer{Body: list}, nil
}

// UserRequest says which user is wanted.
type UserRequest struct {
	_ struct{} `additionalProperties:"false"`

	Name        string   `json:"name" minLength:"1" maxLength:"64" pattern:"^[A-Za-z0-9][A-Za-z0-9._@-]*$" patternDescription:"letters and digits, and among them . _ @ -" example:"alice" doc:"Who it is. No other user or token that holds may have the name, in whatever case it is written."`
	Role        UserRole `json:"role" example:"supervisor"`
	Account     string   `json:"account,omitempty" maxLength:"200" example:"acme" doc:"The only account that there is for them."`
	AllAccounts bool     `json:"all_accounts,omitempty" doc:"Instead of an account."`
	Agent       string   `json:"agent,omitempty" maxLength:"200" example:"alice" doc:"The agent in the account's rules file whose phone is theirs: it rings first for what they take themselves."`
	Password    Password `json:"password"`
}

type addUserRequest struct{ Body UserRequest }

type addUserAnswer struct{ Body User }

func (s *users) add(ctx context.Context, in *addUserRequest) (*addUserAnswer, error) {
	want, by := in.Body, askerOf(ctx).name
	if err := s.reaches(ctx, s.log, "user", want.Account, want.AllAccounts); err != nil {
		return nil, err
	}
	if err := s.hasAgent(want.Account, want.Agent); err != nil {
		return nil, err
	}
	u, err := s.users.Add(ctx, callback.NewUser{
		Name: want.Name, Role: callback.Role(want.Role), Account: want.Account, Agent: want.Agent, Password: string(want.Password),
	}, by)
	switch {
	case errors.Is(err, callback.ErrUserName):
		return nil, wrong("body.name", want.Name, "somebody else who acts has this name; choose another")
	case errors.Is(err, callback.ErrExists):
		return nil, huma.Error409Conflict(fmt.Sprintf("The name %q is taken, by a user or a token: choose another. A name is free again once they are revoked.", want.Name))
	case err != nil:
		return nil, s.refused(ctx, err)
	}
	s.log.Info().Int64("user_id", u.ID).Str("user", u.Name).Str("role", string(u.Role)).Str("account", u.Account).Str("by", by).Msg("a user was made")
	return &addUserAnswer{Body: userOf(u)}, nil
}

// hasAgent refuses an agent whom the rules of an account don't name.
func (s *users) hasAgent(account, agent string) error {
	if agent == "" {
		return nil
	}
	if account == "" {
		return wrong("body.agent", agent, "an agent is of one account, and the user of all; name the account, or no agent")
	}
	var names []string
	if rules, ok := s.rules.Book().Account(account); ok {
		for name := range rules.Agents {
			names = append(names, name)
		}
	}
	if slices.Contains(names, agent) {
		return nil
	}
	slices.Sort(names)
	return wrong("body.agent", agent, "the rules of account "+account+" have no such agent. "+among("agents", agent, names))
}

type editUserRequest struct {
	ID   int64 `path:"id" minimum:"1" example:"3"`
	Body UserEdit
}

// UserEdit says what is to change of a user; what is absent stays.
type UserEdit struct {
	_ struct{} `additionalProperties:"false"`

	Role        *UserRole `json:"role,omitempty" example:"supervisor"`
	Account     *string   `json:"account,omitempty" minLength:"1" maxLength:"200" example:"acme" doc:"The only account that there is for them from now on."`
	AllAccounts bool      `json:"all_accounts,omitempty" doc:"Instead of an account."`
	Agent       *string   `json:"agent,omitempty" maxLength:"200" example:"alice" doc:"The agent in the account's rules file whose phone is theirs; empty: none."`
	Password    *Password `json:"password,omitempty"`
}

// UserChange is what came of a change.
type UserChange struct {
	User    User `json:"user" doc:"As they are afterwards."`
	Changed bool `json:"changed" doc:"false: they were so already."`
	Ended   int  `json:"ended_sessions" example:"2" doc:"In how many browsers they were signed in, and aren't any more."`
}

func userChangeOf(c callback.UserChange) UserChange {
	return UserChange{User: userOf(c.User), Changed: c.Changed, Ended: c.Ended}
}

type userChangeAnswer struct{ Body UserChange }

func (s *users) edit(ctx context.Context, in *editUserRequest) (*userChangeAnswer, error) {
	edit, err := s.editOf(ctx, in)
	if err != nil {
		return nil, err
	}
	c, err := s.users.Edit(ctx, in.ID, edit)
	switch {
	case errors.Is(err, callback.ErrNotFound):
		return nil, noUser(in.ID)
	case errors.Is(err, callback.ErrRevoked):
		return nil, huma.Error409Conflict(fmt.Sprintf("User %d is revoked, and stays so: make another user, who may have the same name.", in.ID))
	case err != nil:
		return nil, s.refused(ctx, err)
	}
	if c.Changed {
		s.log.Info().Int64("user_id", c.User.ID).Str("user", c.User.Name).Str("role", string(c.User.Role)).Str("account", c.User.Account).
			Bool("password", edit.Password != nil).Str("by", askerOf(ctx).name).Msg("a user was changed")
	}
	return &userChangeAnswer{Body: userChangeOf(c)}, nil
}

// editOf checks a change, against the user as they are.
func (s *users) editOf(ctx context.Context, in *editUserRequest) (edit callback.UserEdit, err error) {
	want := in.Body
	var u callback.User
	err = s.store.View(ctx, func(tx callback.ReadTx) (err error) {
		u, err = tx.User(in.ID)
		return err
	})
	switch {
	case errors.Is(err, callback.ErrNotFound):
		return edit, noUser(in.ID)
	case err != nil:
		return edit, inside(ctx, s.log, err)
	}
	account := u.Account
	if want.Account != nil || want.AllAccounts {
		account = ""
		if want.Account != nil {
			account = *want.Account
		}
		if err := s.reaches(ctx, s.log, "user", account, want.AllAccounts); err != nil {
			return edit, err
		}
		edit.Account = &account
	}
	if want.Agent != nil {
		if err := s.hasAgent(account, *want.Agent); err != nil {
			return edit, err
		}
		edit.Agent = want.Agent
	}
	if want.Role != nil {
		role := callback.Role(*want.Role)
		edit.Role = &role
	}
	if want.Password != nil {
		password := string(*want.Password)
		edit.Password = &password
	}
	return edit, nil
}

// refused is the answer where a password is no good, or can't be hashed now.
func (s *users) refused(ctx context.Context, err error) error {
	switch {
	case errors.Is(err, callback.ErrPassword):
		return wrongPassword(err)
	case errors.Is(err, callback.ErrBusy):
		return huma.Error503ServiceUnavailable("Too many passwords are being hashed at once: try again in a few seconds.")
	}
	return inside(ctx, s.log, err)
}

type userRequest struct {
	ID int64 `path:"id" minimum:"1" example:"3"`
}

func (s *users) revoke(ctx context.Context, in *userRequest) (*userChangeAnswer, error) {
	by := askerOf(ctx).name
	return s.end(ctx, in.ID, "a user was revoked", func() (callback.UserChange, error) { return s.users.Revoke(ctx, in.ID, by) })
}

func (s *users) endSessions(ctx context.Context, in *userRequest) (*userChangeAnswer, error) {
	return s.end(ctx, in.ID, "a user was signed out everywhere", func() (callback.UserChange, error) { return s.users.EndSessions(ctx, in.ID) })
}

func (s *users) end(ctx context.Context, id int64, what string, do func() (callback.UserChange, error)) (*userChangeAnswer, error) {
	c, err := do()
	switch {
	case errors.Is(err, callback.ErrNotFound):
		return nil, noUser(id)
	case err != nil:
		return nil, inside(ctx, s.log, err)
	}
	if c.Changed {
		s.log.Info().Int64("user_id", c.User.ID).Str("user", c.User.Name).Str("by", askerOf(ctx).name).Msg(what)
	}
	return &userChangeAnswer{Body: userChangeOf(c)}, nil
}

func noUser(id int64) huma.StatusError {
	return huma.Error404NotFound(fmt.Sprintf("There is no user %d: GET /api/v1/users lists them.", id))
}
