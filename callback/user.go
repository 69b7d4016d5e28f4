package callback

import (
	"errors"
	"time"
)

// User is a person who signs in to callbackd's page, with a name and a password.
type User struct {
	ID       int64
	Name     string // in every By; no other user or token that holds has it, however it is written
	Role     Role   // one of UserRoles
	Account  string // the only account that there is for them; "": all
	Agent    string // the agent of that account whose phone is theirs; "": none
	Password PasswordHash

	Created     time.Time // set by the store
	By          string    // who made the user
	PasswordSet time.Time
	SignedIn    time.Time // the last time; zero: never
	Revoked     time.Time // from then on they aren't let in; zero: they are
	RevokedBy   string
}

// Holds reports whether the user is let in.
func (u User) Holds() bool { return u.Revoked.IsZero() }

// UserRoles lists the roles that people have, the mightiest first. Intake is for programs.
var UserRoles = []Role{RoleAdmin, RoleSupervisor, RoleAgent}

// What is answered to those who make, change and are users.
var (
	// ErrUserName is a name that a user can't have.
	ErrUserName = errors.New("a user can't have that name")
	// ErrPassword is a password that can't be chosen; what is wrong with it follows.
	ErrPassword = errors.New("that password can't be used")
	// ErrRevoked is a change of a user who has been revoked.
	ErrRevoked = errors.New("revoked already")
	// ErrSignIn is a wrong name or a wrong password; nobody is told which.
	ErrSignIn = errors.New("the name or the password is wrong")
	// ErrBusy is too many passwords to check at once; later it may succeed.
	ErrBusy = errors.New("too many passwords are being checked at once")
)

// NewUser says which user is wanted.
type NewUser struct {
	Name     string
	Role     Role
	Account  string // "": all
	Agent    string
	Password string
}

// UserEdit changes a user; what is nil stays. With another account the agent goes, unless
// a new one is named.
type UserEdit struct {
	Role     *Role
	Account  *string
	Agent    *string
	Password *string
}
