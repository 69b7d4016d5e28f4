package repertoire

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"callbackd/callback"
	"callbackd/sounds"
)

// Library finds and speaks sounds; *sounds.Library is one.
type Library interface {
	Find(sounds.Key) (sounds.Sound, error)
	Ready(sounds.Speech) (path string, ok bool)
	Say(context.Context, sounds.Speech) (path string, err error)
	Sweep(ctx context.Context, unused time.Duration) (removed int, err error)
}

// PBX is an Asterisk that plays sounds.
type PBX struct {
	Name string
	// Elsewhere is how one on another host gets them; nil: it reads the files of this one.
	Elsewhere *Elsewhere
}

// Elsewhere is an Asterisk on another host.
type Elsewhere struct {
	// Ready says in words why it can't be reached now. The context ends with the
	// connection: the next one may be to an Asterisk that was restarted, and has nothing.
	Ready func() (lifetime context.Context, err error)
	// Address gives the URL of a WAV file for the time when it is to be played.
	Address func(file string, at time.Time) (string, error)
	// Changes is when the addresses change that are given out at that time.
	Changes func(at time.Time) time.Time
	// Fetch has the Asterisk load media, and answers what it could. The error is the first
	// that went wrong.
	Fetch func(ctx context.Context, media []string) (fetched []string, err error)
	// Where it was told to reach callbackd, for whoever reads an alarm.
	Base string
}

// Options is what a repertoire stands on.
type Options struct {
	Rules   *callback.Rules
	Library Library
	PBXs    []PBX
	// Planned lists what attempts may play that were planned by earlier rules.
	Planned func(context.Context) ([]callback.Sound, error)
	Log     zerolog.Logger
}

// Repertoire keeps the sounds ready.
type Repertoire struct {
	o        Options
	speaking chan struct{} // the speaker has something to do
	stages   map[string]*Stage
}

// New makes a repertoire. Nothing is done before Run, but On can be asked.
func New(o Options) *Repertoire {
	r := &Repertoire{o: o, speaking: make(chan struct{}, 1), stages: map[string]*Stage{}}
	for _, p := range o.PBXs {
		r.stages[p.Name] = &Stage{PBX: p, repertoire: r, wake: make(chan struct{}, 1), log: o.Log.With().Str("pbx", p.Name).Logger()}
	}
	return r
}

// On is what is heard on a PBX; nil for one that isn't known.
func (r *Repertoire) On(pbx string) *Stage { return r.stages[pbx] }

// Run keeps everything ready until ctx ends.
func (r *Repertoire) Run(ctx context.Context) {
	var parts sync.WaitGroup
	parts.Go(func() { r.speak(ctx) })
	for _, s := range r.stages {
		if s.Elsewhere != nil {
			parts.Go(func() { s.keepFetched(ctx) })
		}
	}
	parts.Wait()
}

// Changed says that the rules, or the library, are others now. It doesn't block.
func (r *Repertoire) Changed() { wake(r.speaking) }

func wake(waiting chan struct{}) {
	select {
	case waiting <- struct{}{}:
	default: // it has heard already
	}
}

// piece is a sound that an account's calls on a PBX play.
type piece struct {
	account, language string
	sound             callback.Sound
}

// pieces lists what the rules in force play: on a PBX, or on any if it is "".
func (r *Repertoire) pieces(pbx string) (list []piece) {
	for _, account := range r.o.Rules.Book().Accounts() {
		for _, rule := range account.Calling() {
			if pbx != "" && !goesOut(account, rule, pbx) {
				continue
			}
			for _, played := range rule.Plays() {
				list = append(list, piece{account.Name, rule.Language, played.Sound})
			}
		}
		if pbx == "" || comesIn(account, pbx) {
			for _, sound := range account.MenuSounds() {
				list = append(list, piece{account.Name, menuLanguage(account), callback.Sound{Play: sound}})
			}
		}
	}
	return list
}

// comesIn reports whether the account's customers may call in on the PBX.
func comesIn(account *callback.Account, pbx string) bool {
	for _, region := range account.Regions {
		if region.PBX == pbx {
			return true
		}
	}
	return false
}

// menuLanguage is the language that callers in the menu most likely have: it is up to the
// dialplan, and what is heard in another is fetched when the first caller hears it.
func menuLanguage(account *callback.Account) string {
	if account.Requests == nil {
		return ""
	}
	return account.Requests.Language
}

// goesOut reports whether the rule's callbacks may go out through the PBX.
func goesOut(account *callback.Account, rule callback.Rule, pbx string) bool {
	if region, ok := account.Regions[rule.Region]; ok {
		return region.PBX == pbx
	}
	return comesIn(account, pbx) // by where the call came in
}

// texts are those of the pieces that are spoken, each once.
func texts(list []piece) (said []callback.Speech) {
	for _, p := range list {
		if p.sound.Say != nil && !slices.Contains(said, *p.sound.Say) {
			said = append(said, *p.sound.Say)
		}
	}
	return said
}
