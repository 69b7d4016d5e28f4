package httpapi

import (
	"fmt"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"callbackd/callback"
)

// UserRole is a role that people have.
type UserRole callback.Role

// Schema implements huma.SchemaProvider.
func (UserRole) Schema(huma.Registry) *huma.Schema { return oneOf(callback.UserRoles) }

// Password is one that a user will have. It is in requests alone: neither an answer nor
// the log has it.
type Password string

// Schema implements huma.SchemaProvider. How long it must be the domain says, in words.
func (Password) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeString, Format: "password", WriteOnly: true, Examples: []any{"correct horse battery staple"},
		Description: fmt.Sprintf("At least %d characters and at most %d bytes, any that can be typed, and not the user's name.", callback.PasswordShortest, callback.PasswordLongest),
	}
}

const passwordField = "password"

// wrongPassword answers what is wrong with a password, without saying which it was.
func wrongPassword(err error) error {
	_, why, _ := strings.Cut(err.Error(), callback.ErrPassword.Error()+": ")
	return huma.Error422UnprocessableEntity("Change the request: body."+passwordField+": "+why+".",
		&huma.ErrorDetail{Location: "body." + passwordField, Message: why})
}

// withoutPassword is what a problem may repeat of the value at a location of a request.
func withoutPassword(location string, value any) any {
	if location == "body."+passwordField {
		return nil
	}
	return value
}
