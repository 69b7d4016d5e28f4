package httpapi

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"callbackd/callback"
)

const (
	tokenFileName = "admin.token"
	// tokenScheme names the bearer token in the OpenAPI document.
	tokenScheme = "token"
)

// TokenFile is where the admin's token lies: beside the database.
func TokenFile(database string) string {
	return filepath.Join(filepath.Dir(database), tokenFileName)
}

// secured marks an operation in the OpenAPI document as one that wants a token; the
// document says besides which roles. What enforces it is the door, and behind it the
// guard.
var secured = []map[string][]string{{tokenScheme: {}}}

// wantsToken reports whether nobody gets to a path without a token.
func wantsToken(path string) bool {
	return path == "/api" || strings.HasPrefix(path, "/api/") || path == "/metrics"
}

// door lets nobody in who doesn't bring a token that holds (RFC 6750), and notes who it is;
// people whom callbackd's own page has let in (As) have passed another.
// It stands before the routing, so that an operation can't be left open by mistake.
//
// Each request is looked up in the store: so a token that is revoked is refused at once,
// and nothing here can be out of date.
type door struct {
	admin    [sha256.Size]byte // of no token, if there is none
	store    callback.Store
	refusals *refusals
	tries    tries
	log      zerolog.Logger

	mu   sync.Mutex
	used map[int64]time.Time // when the use of a token was noted last
}

func newDoor(admin string, store callback.Store, refusals *refusals, log zerolog.Logger) *door {
	return &door{
		admin: sha256.Sum256([]byte(admin)), store: store, refusals: refusals, log: log, used: map[int64]time.Time{},
	}
}

// before is the door to next.
func (d *door) before(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, known := r.Context().Value(askerKey{}).(asker)
		if known || !wantsToken(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		given := bearer(r)
		if given == "" {
			d.refusals.count(RefusedNoToken)
			w.Header().Set("WWW-Authenticate", `Bearer realm="callbackd"`)
			writeProblem(w, http.StatusUnauthorized,
				"The request brings no token: send the header Authorization: Bearer TOKEN, with one that `callbackd tokens add` made, or the one from the file "+
					tokenFileName+" beside callbackd's database.")
			return
		}
		a, err := d.whose(r.Context(), given)
		switch {
		case errors.Is(err, callback.ErrNotFound):
			d.refuse(w, r)
		case err != nil:
			writeProblem(w, http.StatusInternalServerError, inside(r.Context(), d.log, err).Error())
		default:
			next.ServeHTTP(w, r.WithContext(context.WithValue(d.while(r.Context(), given), askerKey{}, a)))
		}
	})
}

// refuse answers a token that opens nothing. Too many from one address are told to wait;
// what is right is let in all the same, so nobody can lock others out.
func (d *door) refuse(w http.ResponseWriter, r *http.Request) {
	d.refusals.say(r)
	if wait := d.tries.wrong(AddressOf(r.RemoteAddr), time.Now()); wait > 0 {
		d.refusals.count(RefusedTries)
		seconds := int((wait + time.Second - 1) / time.Second)
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
		writeProblem(w, http.StatusTooManyRequests,
			fmt.Sprintf("Too many requests with wrong tokens came from this address: wait %d s, and send one that is right. That is let in at any time.", seconds))
		return
	}
	d.refusals.count(RefusedToken)
	w.Header().Set("WWW-Authenticate", `Bearer realm="callbackd", error="invalid_token"`)
	writeProblem(w, http.StatusUnauthorized,
		"The token is wrong, or revoked: read it again where it is kept (the admin's is in the file "+tokenFileName+" beside callbackd's database), or have a new one made with `callbackd tokens add`.")
}

// whose finds who has a token, which isn't empty; callback.ErrNotFound where it opens
// nothing.
func (d *door) whose(ctx context.Context, given string) (asker, error) {
	// An operator's own token may be one that can be guessed bit by bit. Hashed, so that
	// the comparison takes as long whatever the length.
	got := sha256.Sum256([]byte(given))
	if subtle.ConstantTimeCompare(got[:], d.admin[:]) == 1 {
		return everybodysAdmin, nil
	}
	// The others are found by an index of their hashes. How long that takes may tell of a
	// hash how it begins; nobody can choose a secret by its hash.
	hash, ok := callback.HashToken(given)
	if !ok {
		return asker{}, callback.ErrNotFound
	}
	var t callback.Token
	err := d.store.View(ctx, func(tx callback.ReadTx) (err error) {
		t, err = tx.TokenOf(hash)
		return err
	})
	switch {
	case err != nil:
		return asker{}, err
	case !t.Holds():
		return asker{}, callback.ErrNotFound
	}
	d.note(ctx, t)
	return asker{name: t.Name, role: t.Role, account: t.Account}, nil
}

// while has what goes on for longer end when the token opens nothing any more.
func (d *door) while(ctx context.Context, given string) context.Context {
	return While(ctx, func(ctx context.Context) bool {
		_, err := d.whose(ctx, given)
		return err == nil
	})
}

const (
	// usedEvery is how exactly it is kept when a token was used last.
	usedEvery = time.Minute
	// usedPatience is how long a request waits for that to be written.
	usedPatience = time.Second
)

// note keeps when a token was used last, at most once a minute: reading costs no writing.
// Where it can't be written the request goes on.
func (d *door) note(ctx context.Context, t callback.Token) {
	now := time.Now()
	if since := now.Sub(t.LastUsed); since >= 0 && since < usedEvery || !d.turn(t.ID, now) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, usedPatience)
	defer cancel()
	if err := d.store.Update(ctx, func(tx callback.Tx) error { return tx.UseToken(t.ID, now) }); err != nil {
		d.log.Warn().Err(err).Str("token", t.Name).Msg("when a token was used could not be noted")
	}
}

// turn reports whether it is time to note the use of a token, once for all who ask then.
func (d *door) turn(id int64, now time.Time) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if last, ok := d.used[id]; ok && now.Sub(last) < usedEvery {
		return false
	}
	d.used[id] = now
	return true
}

// bearer is the token that r brings, "" if none. Of several none is meant.
func bearer(r *http.Request) string {
	headers := r.Header.Values("Authorization")
	if len(headers) != 1 {
		return ""
	}
	scheme, token, _ := strings.Cut(headers[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}
