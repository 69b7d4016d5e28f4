package httpapi

import (
	"net/http"
	"strings"

	"callbackd/callback"
)

// pathShown is how much of an address the log has.
const pathShown = 200

// loggedPath is a request's path for the log, in which customers' numbers are masked and
// the secrets of promises left out: some addresses have one in them. A segment that is mostly digits is taken for one,
// whatever the operation, so that none has to be listed here.
func loggedPath(r *http.Request) string {
	const secrets = "/api/v1/promises/"
	if rest, holds := strings.CutPrefix(r.URL.Path, secrets); holds {
		_, operation, _ := strings.Cut(rest, "/")
		return secrets + "…/" + operation[:min(len(operation), pathShown)]
	}
	segments := strings.Split(r.URL.Path[:min(len(r.URL.Path), pathShown)], "/")
	for i, s := range segments {
		digits := 0
		for _, c := range s {
			if c >= '0' && c <= '9' {
				digits++
			}
		}
		if digits >= 6 && 2*digits > len(s) {
			segments[i] = callback.MaskNumber(s)
		}
	}
	return strings.Join(segments, "/")
}
