package app

import (
	"context"
	"fmt"
	"time"

	"callbackd/callback"
	"callbackd/internal/config"
	"callbackd/internal/pbx"
)

// firstLook is how long the check of username and password may take; an
// Asterisk that doesn't answer by then is waited for later.
const firstLook = 2 * time.Second

// checkCredentials asks each Asterisk whether it takes username and password,
// before anything is written.
func checkCredentials(ctx context.Context, cfg *config.Config) error {
	for _, p := range cfg.Asterisk {
		x, err := pbx.New(connection(p))
		if err != nil {
			return fmt.Errorf("%s: %w", cfg.File, err)
		}
		look, cancel := context.WithTimeout(ctx, firstLook)
		err = x.Check(look)
		cancel()
		if err != nil {
			return fmt.Errorf("%s: %w", cfg.File, err)
		}
	}
	return nil
}

// connection says how to reach a PBX; by itself it has no rules.
func connection(p config.PBX) pbx.Options {
	return pbx.Options{
		Name: p.Name, URL: p.URL, Username: p.Username, Password: p.Password, Application: p.Application,
		Rules: callback.NewRules(callback.NewRulebook()),
	}
}
