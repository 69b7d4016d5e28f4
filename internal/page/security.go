package page

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
)

// contentPolicy lets a page use what callbackd itself serves and nothing else: no script
// or style within the HTML, no address elsewhere, no frame around it.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; " +
	"form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// withSecurityHeaders keeps pages, in which there are customers' numbers, out of caches,
// frames and other sites.
func withSecurityHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r)
	})
}

// withRecovery turns a panic into an error page and a line in the log.
func (p *Page) withRecovery(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(cause) // an answer that is to be cut off
			}
			p.log.Error().Str("panic", fmt.Sprint(cause)).Str("method", r.Method).Bytes("stack", debug.Stack()).
				Msg("a page made callbackd panic; it goes on")
			sendBare(w, troubleInside)
		}()
		next.ServeHTTP(w, r)
	})
}

// refuseForeign answers a form that another site has sent in the name of whoever is
// signed in here, or of a customer.
func (p *Page) refuseForeign(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/request/") || strings.HasPrefix(r.URL.Path, "/promise/") {
		p.serveCustomer(w, r, func(c *customer) error { return c.tell(http.StatusForbidden, "foreign") })
		return
	}
	sendBare(w, trouble{
		Status: http.StatusForbidden, Title: "This came from another site",
		Words: "Another page tried to do something here in your name. Nothing was done. If it was you, open callbackd in a tab of its own and do it there.",
	})
}
