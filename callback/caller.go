package callback

import (
	"context"
	"errors"
	"strconv"
	"time"
)

// Caller is somebody whom the dialplan has handed over to callbackd's menu, as a script
// sees it. internal/pbx implements it over ARI. Each step returns when it is done, or with
//   - ErrCallerGone if the caller has hung up, or the dialplan has taken the call back (its
//     time was over),
//   - ErrUnspoken if something can't be played,
//   - ErrGap if the connection was lost: after it the PBX's callers are sent back,
//   - ctx's cause, or the PBX's refusal.
type Caller interface {
	// Withheld reports whether the caller's number mustn't be used: because it is
	// withheld, or because nobody can tell.
	Withheld(ctx context.Context) bool
	// Queue is what the PBX says of a queue now, with this caller's own time there.
	Queue(ctx context.Context, name string) (QueueNow, error)
	// Forget forgets the keys that were pressed so far, and those that are only heard twice.
	Forget()
	// Say tells the caller something, one thing after the other, each to its end or for
	// SoundLimit; a key cuts all of it short, also one that nobody has taken yet.
	Say(ctx context.Context, account string, words ...Words) error
	// Key waits for the next key, or takes one that was pressed before; "" is none within
	// that time.
	Key(ctx context.Context, within time.Duration) (key string, err error)
	// Return hands the caller back: the dialplan goes on at its next priority. What plays
	// is stopped. It answers nil, too, where the caller isn't there any more.
	Return(ctx context.Context) error
	// Hangup ends the call, likewise.
	Hangup(ctx context.Context) error
}

var (
	// ErrCallerGone is a caller who isn't in the menu any more.
	ErrCallerGone = errors.New("the caller has gone")
	// ErrUnspoken is something that a caller should hear, and can't.
	ErrUnspoken = errors.New("a caller can't be told")
)

// Visit is the call of somebody whom the dialplan has handed over.
type Visit struct {
	PBX  string
	Menu Menu
	Name string // of the queue, or of the appointments
	// Call is the customer's call; its ID is that of the channel which was handed over.
	// Where this isn't one that came in on a region's trunk, it has nothing else.
	Call     LiveCall
	Customer bool
	Arrived  time.Time // when the call came in, by our clock
	Language string    // of the channel
}

// Menu is what the dialplan hands a caller over for: the first argument after the
// application's name in Stasis().
type Menu string

// The menus.
const (
	MenuOffer       Menu = "offer"       // Stasis(callbackd,offer,QUEUE)
	MenuAppointment Menu = "appointment" // Stasis(callbackd,appointment,NAME)
)

// refusal is the sound that tells a caller of the menu that nothing comes of it.
func (m Menu) refusal() string {
	if m == MenuAppointment {
		return SoundAppointmentRefused
	}
	return SoundOfferRefused
}

// IsMenu reports whether the arguments of Stasis(), without the application's name, hand a
// caller over to a menu.
func IsMenu(args []string) bool {
	return len(args) > 0 && (args[0] == string(MenuOffer) || args[0] == string(MenuAppointment))
}

// QueueNow is what a PBX says of a queue at this moment.
type QueueNow struct {
	Callers     int           // live callers who wait there
	LongestWait time.Duration // of those, and of the caller who asks, as far as it was seen
	Free        int           // members whom it would ring
}

// Words is one thing that a caller is told.
type Words struct {
	Kind WordsKind
	Text string
}

// WordsKind says who speaks.
type WordsKind string

// The kinds.
const (
	WordsSound    WordsKind = "sound"    // a sound of the library, by its name
	WordsDigits   WordsKind = "digits"   // digits, one after the other, in Asterisk's own voice
	WordsNumber   WordsKind = "number"   // a number, likewise
	WordsAsterisk WordsKind = "asterisk" // one of Asterisk's own sounds: digits/day-1
)

func play(sound string) Words { return Words{WordsSound, sound} }

func digits(text string) Words { return Words{WordsDigits, text} }

func number(n int) Words { return Words{WordsNumber, strconv.Itoa(n)} }

func asterisks(sound string) Words { return Words{WordsAsterisk, sound} }
