package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"callbackd/callback"
	"callbackd/internal/config"
	"callbackd/internal/repertoire"
	"callbackd/internal/soundserver"
	"callbackd/internal/survey"
	"callbackd/sounds"
)

// shippedSounds is the folder where what is shipped, and what is spoken, is written out for
// Asterisk.
func shippedSounds(cfg *config.Config) string {
	return filepath.Join(filepath.Dir(cfg.Database), "shipped-sounds")
}

// soundsKey is the file with the secret that signs the addresses of sounds.
func soundsKey(cfg *config.Config) string {
	return filepath.Join(filepath.Dir(cfg.Database), "sounds.key")
}

// checkSound says what keeps a sound that a rules file names from being played.
func checkSound(cfg *config.Config) func(account, language, name string) error {
	return func(account, language, name string) error {
		return sounds.Check(cfg.Sounds, sounds.Key{Account: account, Language: language, Name: name})
	}
}

// openSounds opens the sound library, and the server from which Asterisks on other hosts
// get it.
func (d *daemon) openSounds() (err error) {
	var options []sounds.Option
	if d.cfg.Speech != nil {
		options = append(options, sounds.SpeakWith(d.cfg.Speech))
	}
	if d.sounds, err = sounds.Open(d.cfg.Sounds, shippedSounds(d.cfg), options...); err != nil {
		return fmt.Errorf("%s: %w", d.cfg.File, err)
	}
	secret, err := soundsSecret(soundsKey(d.cfg))
	if err != nil {
		return err
	}
	d.soundServer = soundserver.New(secret)
	return nil
}

// soundsSecret reads the secret, or makes one at the first start. It is a file of its own
// rather than made of the admin's token: Asterisk's logs are full of addresses that it has
// signed, against which a token that a person chose could be guessed; and a new token would
// have every sound fetched anew.
func soundsSecret(path string) ([]byte, error) {
	return secretFile{path: path, what: "the key of the sounds' addresses"}.key()
}

// newRepertoire makes what keeps the sounds of the rules ready on every PBX.
func (d *daemon) newRepertoire() *repertoire.Repertoire {
	rules := d.reloader.Rules()
	o := repertoire.Options{Rules: rules, Library: d.sounds, Log: d.log}
	o.Planned = func(ctx context.Context) ([]callback.Sound, error) { return planned(ctx, d.store, rules.Book()) }
	for name, p := range d.cfg.Asterisk {
		x := repertoire.PBX{Name: name}
		if p.SoundsURL != "" {
			x.Elsewhere = d.elsewhere(p)
		}
		o.PBXs = append(o.PBXs, x)
	}
	return repertoire.New(o)
}

// elsewhere is how an Asterisk on another host gets sounds.
func (d *daemon) elsewhere(p config.PBX) *repertoire.Elsewhere {
	target := survey.PBX{Name: p.Name, URL: p.URL, Username: p.Username, Password: p.Password, Application: p.Application}
	return &repertoire.Elsewhere{
		Ready:   func() (context.Context, error) { return d.pbxs[p.Name].Ready() },
		Base:    p.SoundsURL,
		Address: func(file string, at time.Time) (string, error) { return d.soundServer.Address(p.SoundsURL, file, at) },
		Changes: soundserver.NextPeriod,
		Fetch:   func(ctx context.Context, media []string) ([]string, error) { return survey.Fetch(ctx, target, media) },
	}
}

// planned lists what the open tasks' next attempts may play.
func planned(ctx context.Context, store callback.Store, book *callback.Rulebook) (list []callback.Sound, err error) {
	err = store.View(ctx, func(tx callback.ReadTx) error {
		for _, account := range book.Accounts() {
			tasks, err := tx.OpenTasks(account.Name)
			if err != nil {
				return err
			}
			for _, t := range tasks {
				attempt, err := tx.CurrentAttempt(t.ID)
				if errors.Is(err, callback.ErrNotFound) {
					continue
				}
				if err != nil {
					return err
				}
				for _, played := range attempt.Settings.Plays() {
					list = append(list, played.Sound)
				}
			}
		}
		return nil
	})
	return list, err
}

// editedSounds is the library as the API has it: what it changes is fetched anew by
// Asterisks on other hosts.
type editedSounds struct {
	*sounds.Library
	repertoire *repertoire.Repertoire
}

// Put implements httpapi.Sounds.
func (e editedSounds) Put(ctx context.Context, k sounds.Key, from io.Reader) (sounds.Sound, error) {
	defer e.repertoire.Changed()
	return e.Library.Put(ctx, k, from)
}

// Delete implements httpapi.Sounds.
func (e editedSounds) Delete(k sounds.Key) error {
	defer e.repertoire.Changed()
	return e.Library.Delete(k)
}
