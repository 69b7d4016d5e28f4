package httpapi

import "strings"

// Serves reports whether a path is the API's, or one of those for whoever supervises the
// daemon and for Asterisk; whatever else a browser asks for is the page's.
func Serves(path string) bool {
	switch path {
	case "/api", "/openapi.json", "/docs", "/metrics", "/healthz", "/readyz":
		return true
	}
	for _, folder := range []string{"/api/", "/docs/", "/sounds/"} {
		if strings.HasPrefix(path, folder) {
			return true
		}
	}
	return false
}
