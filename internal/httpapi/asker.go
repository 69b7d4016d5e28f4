package httpapi

import (
	"context"
	"fmt"

	"github.com/danielgtaylor/huma/v2"

	"callbackd/callback"
)

// asker is whoever sends a request, as the token says. The zero asker may nothing.
type asker struct {
	name    string // what stands in every By: admin, or the token's name
	role    callback.Role
	account string // the only account that there is for it; "": all
	agent   string // of a person, the agent whose phone is theirs; "": none
}

// everybodysAdmin is who has the admin's token.
var everybodysAdmin = asker{name: callback.ByAdmin, role: callback.RoleAdmin}

type askerKey struct{}

// Person is somebody whom callbackd itself has let in, by name and password.
type Person struct {
	Name    string // in every By
	Role    callback.Role
	Account string // the only account that there is for them; "": all
	Agent   string // the agent of that account whose phone is theirs; "": none
}

// As gives requests made within callbackd, with the context that it answers, to a person:
// they need no token, and may what the person's role may. Nothing that comes over the
// network can have such a context.
func As(ctx context.Context, p Person) context.Context {
	return context.WithValue(ctx, askerKey{}, asker{name: p.Name, role: p.Role, account: p.Account, agent: p.Agent})
}

// askerOf is who asks.
func askerOf(ctx context.Context) asker {
	a, _ := ctx.Value(askerKey{}).(asker)
	return a
}

// knows reports whether there is an account of that name for a: any may be, for one of
// all accounts.
func (a asker) knows(account string) bool { return a.account == "" || a.account == account }

// noAccount answers that there is no account of that name for a, whether or not there is
// one for others.
func (a asker) noAccount(name string) huma.StatusError {
	return huma.Error404NotFound(fmt.Sprintf("There is no account %q. %s", name, among("accounts", name, []string{a.account})))
}

// accountParam is the account that a list is of. For one who knows a single account it
// is that one; another one the guard has refused before.
type accountParam string

var _ huma.ResolverWithPath = (*accountParam)(nil)

// Resolve implements huma.ResolverWithPath.
func (p *accountParam) Resolve(ctx huma.Context, _ *huma.PathBuffer) []error {
	if own := askerOf(ctx.Context()).account; own != "" {
		*p = accountParam(own)
	}
	return nil
}
