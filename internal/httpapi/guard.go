package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/rs/zerolog"

	"callbackd/callback"
)

// guard stands before every operation: it lets those through whose role may do it, and
// keeps them within their account. What is another account's is answered like what isn't
// there at all.
type guard struct {
	store    callback.Store
	refusals *refusals
	log      zerolog.Logger
}

type sightKey struct{}

// seesMasked reports whether the asker sees the answer of the operation at hand masked.
func seesMasked(ctx context.Context) bool { return ctx.Value(sightKey{}) == masked }

// middleware is the guard for the operations of api.
func (g *guard) middleware(api huma.API) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		op := ctx.Operation()
		if !wantsToken(op.Path) {
			next(ctx)
			return
		}
		a := askerOf(ctx.Context())
		refused := g.may(a, op.OperationID)
		if refused == nil {
			refused = g.within(ctx, a, permissions[op.OperationID].reach)
		}
		if refused == nil {
			next(huma.WithValue(ctx, sightKey{}, sightOf(op.OperationID, a.role)))
			return
		}
		status := refused.GetStatus()
		if status == http.StatusForbidden {
			ctx.SetHeader("WWW-Authenticate", insufficient)
		}
		_ = huma.WriteErr(api, ctx, status, refused.Error()) // a client that has gone can't be told about it
	}
}

// insufficient says that another token is needed (RFC 6750, 3.1).
const insufficient = `Bearer realm="callbackd", error="insufficient_scope"`

// may refuses what isn't for the role, and what is about all accounts for one who knows
// only one.
func (g *guard) may(a asker, operation string) huma.StatusError {
	if sightOf(operation, a.role) == no {
		g.refusals.count(RefusedRole)
		return huma.Error403Forbidden(fmt.Sprintf("This is for tokens of another role: it wants %s, and this one is for the role %s. "+
			"Ask whoever runs callbackd for one that may.", strings.Join(rolesOf(operation), " or "), a.role))
	}
	if a.account != "" && permissions[operation].reach.way == reachEverywhere {
		g.refusals.count(RefusedAccount)
		return huma.Error403Forbidden(fmt.Sprintf("This is about all accounts, and the token is for account %s alone. "+
			"Ask whoever runs callbackd for one that may.", a.account))
	}
	return nil
}

// within refuses what is another account's, as if it weren't there.
func (g *guard) within(ctx huma.Context, a asker, r reach) huma.StatusError {
	if a.account == "" {
		return nil
	}
	switch r.way {
	case reachPath:
		return g.named(a, ctx.Param("account"))
	case reachQuery:
		if name := ctx.Query("account"); name != "" {
			return g.named(a, name)
		}
	case reachID:
		// Of what is no id the operation says so.
		if id, err := strconv.ParseInt(ctx.Param("id"), 10, 64); err == nil {
			return g.owned(ctx.Context(), a, r, id)
		}
	case reachEverywhere, reachAnswer:
	}
	return nil
}

// named refuses an account unless it is the asker's.
func (g *guard) named(a asker, account string) huma.StatusError {
	if a.knows(account) {
		return nil
	}
	g.refusals.count(RefusedAccount)
	return a.noAccount(account)
}

// owned refuses what an id names unless it is of the asker's account.
func (g *guard) owned(ctx context.Context, a asker, r reach, id int64) huma.StatusError {
	var owner string
	err := g.store.View(ctx, func(tx callback.ReadTx) (err error) {
		owner, err = r.owner(tx, id)
		return err
	})
	switch {
	case errors.Is(err, callback.ErrNotFound):
		return r.missing(id)
	case err != nil:
		return inside(ctx, g.log, err)
	case !a.knows(owner):
		g.refusals.count(RefusedAccount)
		return r.missing(id)
	}
	return nil
}

// page is the guard for a page that is no operation.
func (g *guard) page(operation string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if refused := g.may(askerOf(r.Context()), operation); refused != nil {
			w.Header().Set("WWW-Authenticate", insufficient)
			writeProblem(w, refused.GetStatus(), refused.Error())
			return
		}
		next.ServeHTTP(w, r)
	})
}
