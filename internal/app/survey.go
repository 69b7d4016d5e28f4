package app

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"callbackd/internal/config"
	"callbackd/internal/survey"
	"callbackd/sounds"
)

// Survey asks each configured Asterisk whether what the rules files refer to exists, and
// gives what is missing, in the order of the files. Files that can't be used are left out.
// It needs no daemon and changes nothing. The error is a folder of rules that can't be read.
func Survey(ctx context.Context, cfg *config.Config) (config.Problems, error) {
	// Sounds aren't checked: one that is missing would hide the rest of its file.
	files, err := config.ReadRules(cfg)
	if err != nil {
		return nil, err
	}
	o := survey.Options{SoundPath: func(name string) (string, error) { return soundPath(cfg, name) }}
	written := map[string]string{"": cfg.File}
	for _, f := range files {
		if f.Account != nil {
			o.Accounts = append(o.Accounts, f.Account)
			written[f.Account.Name] = f.Path
		}
	}
	for _, p := range cfg.Asterisk {
		o.PBXs = append(o.PBXs, survey.PBX{
			Name: p.Name, URL: p.URL, Username: p.Username, Password: p.Password, Application: p.Application,
		})
	}
	problems := config.Problems{}
	for _, f := range survey.Run(ctx, o) {
		p := config.Problem{
			Severity: config.Severity(f.Severity), File: written[f.Account], Path: f.Path, Message: f.Message, Hint: f.Hint,
		}
		problems = append(problems, p.Placed())
	}
	slices.SortStableFunc(problems, func(a, b config.Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return problems, nil
}

// soundPath is where the daemon tells Asterisk to find a sound; "" for a shipped one that
// it hasn't written out yet. Unlike sounds.Library it writes nothing.
func soundPath(cfg *config.Config, name string) (string, error) {
	for _, folder := range []string{cfg.Sounds, shippedSounds(cfg)} {
		path, err := filepath.Abs(filepath.Join(folder, name))
		if err != nil {
			return "", err
		}
		// A file that only Asterisk's user may see is there, too.
		if _, err := os.Stat(path + ".wav"); !errors.Is(err, fs.ErrNotExist) {
			return path, nil
		}
	}
	if slices.Contains(sounds.Shipped(), name) {
		return "", nil
	}
	return "", sounds.Check(cfg.Sounds, name)
}

// shippedSounds is the folder where shipped sounds are written out for Asterisk.
func shippedSounds(cfg *config.Config) string {
	return filepath.Join(filepath.Dir(cfg.Database), "shipped-sounds")
}
