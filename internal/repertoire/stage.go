package repertoire

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"callbackd/callback"
	"callbackd/sounds"
)

// Stage is what is heard on a PBX; it implements pbx.Sounds.
type Stage struct {
	PBX
	repertoire *Repertoire
	log        zerolog.Logger
	wake       chan struct{} // there may be something to fetch

	mu       sync.Mutex
	lifetime context.Context      // of the connection of which the following tell; nil before the first
	fetched  map[string]time.Time // media, and when their addresses change
	failed   map[string]bool      // media that couldn't be fetched when it was tried last
}

// errUnspoken is a text that wasn't spoken, or not yet. Which, it doesn't say: there may be a
// customer's number in it.
var errUnspoken = errors.New("a text isn't spoken yet")

// errUnfetched is a sound that Asterisk, on another host, couldn't fetch ahead. It isn't tried
// in a call: if callbackd's host doesn't answer, that freezes the channel.
var errUnfetched = errors.New("Asterisk couldn't fetch it ahead (alarm sound_not_fetched)")

// Media implements pbx.Sounds: it starts no program and sends nothing.
func (s *Stage) Media(account, language string, sound callback.Sound) (string, error) {
	media, err := s.media(piece{account, language, sound}, time.Now())
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil && s.failed[media] && s.lifetime.Err() == nil {
		return "", errUnfetched
	}
	return media, err
}

// media is what Asterisk is told to play, at a time.
func (s *Stage) media(p piece, at time.Time) (string, error) {
	path, err := s.path(p)
	if err != nil {
		return "", err
	}
	if s.Elsewhere == nil {
		return "sound:" + path, nil
	}
	address, err := s.Elsewhere.Address(path+".wav", at)
	if err != nil {
		return "", err
	}
	return "sound:" + address, nil
}

// path is where the sound lies on this machine, without the extension.
func (s *Stage) path(p piece) (string, error) {
	library := s.repertoire.o.Library
	if p.sound.Say != nil {
		path, ok := library.Ready(sounds.Speech(*p.sound.Say))
		if !ok {
			return "", errUnspoken
		}
		return path, nil
	}
	sound, err := library.Find(sounds.Key{Account: p.account, Language: p.language, Name: p.sound.Play})
	return sound.Path, err
}

// Speak implements pbx.Sounds: afterwards Media has the text, and Asterisk too. It takes
// seconds; ctx bounds them.
func (s *Stage) Speak(ctx context.Context, text callback.Speech) error {
	if _, err := s.repertoire.o.Library.Say(ctx, sounds.Speech(text)); err != nil {
		return err
	}
	if s.Elsewhere == nil {
		return nil
	}
	media, err := s.media(piece{sound: callback.Sound{Say: &text}}, time.Now())
	if err != nil {
		return err
	}
	if _, err := s.Elsewhere.Fetch(ctx, []string{media}); err != nil {
		return s.unfetched(err)
	}
	return nil
}

// unfetched says what to look at where Asterisk gets no sounds.
func (s *Stage) unfetched(err error) error {
	return fmt.Errorf("Asterisk %s fetches sounds from %s: %w: does it reach that address (key sounds_url), and has it res_http_media_cache.so, "+
		"an astcachedir that it can write, and timeout_secs = 2 in res_http_media_cache.conf?", s.Name, strings.TrimRight(s.Elsewhere.Base, "/"), err)
}
