package httpapi

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"
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

// secured marks an operation in the OpenAPI document as one that wants the
// token. What enforces it is withToken.
var secured = []map[string][]string{{tokenScheme: {}}}

// withToken lets nobody under /api, or at /metrics, who doesn't bring the token (RFC 6750). It
// stands before the routing, so that an operation can't be left open by mistake.
func withToken(token string, log zerolog.Logger, next http.Handler) http.Handler {
	want := sha256.Sum256([]byte(token))
	refused := refusals{log: log}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api" && !strings.HasPrefix(r.URL.Path, "/api/") && r.URL.Path != "/metrics" {
			next.ServeHTTP(w, r)
			return
		}
		given := bearer(r)
		if given == "" {
			w.Header().Set("WWW-Authenticate", `Bearer realm="callbackd"`)
			writeProblem(w, http.StatusUnauthorized,
				"The request brings no token: send the header Authorization: Bearer TOKEN, with the token from the file "+tokenFileName+" beside callbackd's database.")
			return
		}
		// Hashed, so that the comparison takes as long whatever the length.
		got := sha256.Sum256([]byte(given))
		if token == "" || subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
			refused.say(r)
			w.Header().Set("WWW-Authenticate", `Bearer realm="callbackd", error="invalid_token"`)
			writeProblem(w, http.StatusUnauthorized,
				"The token is wrong: read it again from the file "+tokenFileName+" beside callbackd's database.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// refusals tells the log of requests with a wrong token. Whoever reaches the
// port can send any number of them, of any length, so only so much is said.
type refusals struct {
	log zerolog.Logger

	mu     sync.Mutex
	said   time.Time
	unsaid int // since then
}

const (
	refusalsEvery = time.Second
	pathShown     = 200 // bytes
)

func (l *refusals) say(r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if now.Sub(l.said) < refusalsEvery {
		l.unsaid++
		return
	}
	line := l.log.Warn().Str("from", r.RemoteAddr).Str("path", r.URL.Path[:min(len(r.URL.Path), pathShown)])
	if l.unsaid > 0 {
		line = line.Int("others", l.unsaid)
	}
	line.Msg("a request with a wrong token was refused")
	l.said, l.unsaid = now, 0
}

// bearer is the token that r brings, "" if none.
func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}
