package page

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
)

// through has the API answer the browser itself, as the person: what is streamed can't be
// read whole first. A refusal becomes an error page.
func (v *visit) through(address string) error {
	at, err := url.Parse(address)
	if err != nil {
		return errNothingHere
	}
	r := v.r.Clone(v.ctx())
	r.URL, r.RequestURI = at, ""
	w := &throughWriter{ResponseWriter: v.w, header: http.Header{}}
	v.api.ServeHTTP(w, r)
	if w.status < http.StatusBadRequest {
		return nil
	}
	if !strings.HasPrefix(w.header.Get("Content-Type"), "application/problem+json") {
		// A refusal by net/http, of a range that a player asks for behind the end.
		maps.Copy(v.w.Header(), w.header)
		v.w.WriteHeader(w.status)
		_, _ = v.w.Write(w.refusal.Bytes()) // a browser that has gone can't be told about it
		return nil
	}
	problem := httpapi.Problem{Status: w.status}
	if err := json.Unmarshal(w.refusal.Bytes(), &problem); err != nil {
		return err
	}
	return &apiclient.RefusedError{Problem: problem}
}

// throughWriter passes an answer on to the browser, and keeps a refusal to itself.
type throughWriter struct {
	http.ResponseWriter
	header  http.Header
	status  int
	refusal bytes.Buffer
}

// Header is the answer's alone, for a refusal has others than the page that tells of it.
func (w *throughWriter) Header() http.Header { return w.header }

func (w *throughWriter) WriteHeader(status int) {
	if w.status != 0 {
		return
	}
	w.status = status
	if status >= http.StatusBadRequest {
		return
	}
	for name, values := range w.header {
		if name != "Content-Security-Policy" { // the page's own holds
			w.ResponseWriter.Header()[name] = values
		}
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *throughWriter) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if w.status >= http.StatusBadRequest {
		return w.refusal.Write(p)
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap is how http.ResponseController reaches the connection.
func (w *throughWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
