package app

import (
	"net/http"

	"callbackd/internal/config"
	"callbackd/internal/httpapi"
	"callbackd/internal/page"
)

// CheckLanguages tells what is wrong with the languages that the operator has added for
// the customers' form.
func CheckLanguages(cfg *config.Config) error {
	_, err := page.ReadLanguages(cfg.Languages)
	return err
}

// web serves the API to programs, and to browsers the pages that stand on it.
func (d *daemon) web(api http.Handler) http.Handler {
	for _, missing := range d.languages.Missing {
		d.log.Info().Str("text", missing).Msg("a language of the customers' form lacks a text, which is shown in English")
	}
	pages := page.New(page.Options{API: api, Users: d.users, Languages: d.languages, Log: d.log})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if httpapi.Serves(r.URL.Path) {
			api.ServeHTTP(w, r)
			return
		}
		pages.ServeHTTP(w, r)
	})
}
