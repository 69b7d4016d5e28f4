package app

import (
	"path/filepath"

	"callbackd/internal/config"
)

// shippedSounds is the folder where shipped sounds are written out for Asterisk.
func shippedSounds(cfg *config.Config) string {
	return filepath.Join(filepath.Dir(cfg.Database), "shipped-sounds")
}
