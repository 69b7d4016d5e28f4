package app

import (
	"path/filepath"

	"callbackd/callback"
	"callbackd/internal/config"
)

// linksOf reads the key of the links by which customers change what they were promised, or
// makes one at the first start. Whoever deletes the file ends all links that were sent.
func linksOf(cfg *config.Config) (callback.Links, error) {
	path := filepath.Join(filepath.Dir(cfg.Database), "links.key")
	key, err := secretFile{path: path, what: "the key of the customers' links"}.key()
	return callback.NewLinks(key), err
}
