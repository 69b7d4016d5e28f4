package httpapi

import (
	"embed"
	"net/http"
	"path"
)

//go:embed manual
var manualFiles embed.FS

// manualPolicy lets the page use what callbackd itself serves: the script and the style
// of this folder, and the API. So the token that somebody types there can't leave for
// elsewhere, whatever stands on the page.
const manualPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"

// serveManual serves /docs, a page on which people read and try the API. It is made in
// the browser from /openapi.json, so it says what the document says, and like that needs
// no token.
func serveManual(mux *http.ServeMux) {
	entries, err := manualFiles.ReadDir("manual")
	if err != nil {
		panic(err) // the folder is in the binary
	}
	mux.Handle("GET /docs/{$}", http.RedirectHandler("/docs", http.StatusPermanentRedirect))
	for _, entry := range entries {
		address := "/docs/" + entry.Name()
		if entry.Name() == "index.html" {
			address = "/docs"
		}
		content, err := manualFiles.ReadFile("manual/" + entry.Name())
		if err != nil {
			panic(err) // likewise
		}
		mux.HandleFunc("GET "+address, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Security-Policy", manualPolicy)
			w.Header().Set("Content-Type", manualTypes[path.Ext(entry.Name())])
			_, _ = w.Write(content) // a client that has gone can't be told about it
		})
	}
}

// manualTypes are what the files are, whatever the machine's own table says.
var manualTypes = map[string]string{
	".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
}
