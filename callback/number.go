package callback

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"
)

// Why a caller's number can't be used.
var (
	ErrAnonymous     = errors.New("the caller's number is withheld")
	ErrNumberInvalid = errors.New("not a telephone number")
)

// dialable is the only form of a number that ever reaches a dial string.
var dialable = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

// Dialable reports whether number has the one form that may be dialled: E.164
// with its plus. It is checked again where a dial string is made.
func Dialable(number string) bool { return dialable.MatchString(number) }

// ParseNumber reads a number as a trunk delivers it (+46701234567,
// 0046701234567, 070-123 45 67, 46701234567) in the account's country and
// gives its E.164 form. Its errors are ErrAnonymous and ErrNumberInvalid.
func ParseNumber(raw, country string) (string, error) {
	raw = strings.TrimSpace(raw)
	switch strings.ToLower(raw) {
	case "", "anonymous", "unknown", "restricted", "unavailable", "private", "withheld":
		return "", ErrAnonymous
	}
	if !looksLikeNumber(raw) {
		return "", fmt.Errorf("%w: %q", ErrNumberInvalid, raw)
	}
	// 00 is how trunks write the plus in most of the world, whatever the
	// country's own international prefix; and some leave both out.
	candidates := []string{raw}
	if rest, ok := strings.CutPrefix(raw, "00"); ok {
		candidates = []string{"+" + rest, raw}
	} else if !strings.HasPrefix(raw, "+") && !strings.HasPrefix(raw, "0") {
		candidates = append(candidates, "+"+raw)
	}
	for _, candidate := range candidates {
		n, err := phonenumbers.Parse(candidate, country)
		if err != nil || !phonenumbers.IsValidNumber(n) {
			continue
		}
		if e164 := phonenumbers.Format(n, phonenumbers.E164); Dialable(e164) {
			return e164, nil
		}
	}
	return "", fmt.Errorf("%w: %q read in %s", ErrNumberInvalid, raw, country)
}

// asDelivered is what is kept of a number as a trunk delivers it, for people to
// read: whatever a caller's device sends as one, it is a short line of text, and
// steers no terminal.
func asDelivered(raw string) string {
	const longest = 80 // bytes: E.164 has 15 digits, an extension of Asterisk's 79
	clean := strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return utf8.RuneError
		}
		return r
	}, strings.TrimSpace(raw))
	if len(clean) > longest {
		clean = strings.ToValidUTF8(clean[:longest], "") + "…"
	}
	return clean
}

// looksLikeNumber keeps letters out: libphonenumber would read +1800FLOWERS as
// digits and drop an extension, and a caller's words are nobody's number.
func looksLikeNumber(s string) bool {
	digits := 0
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == '+' && i == 0:
		case strings.ContainsRune(" -./()", r):
		default:
			return false
		}
	}
	return digits > 0
}

// callable says whether a customer's number (E.164) may be called at all, and
// if not, why: one-ring fraud waits for whoever calls everything back. Numbers
// of emergency and other short services aren't valid in any country.
func callable(a *Account, number string) Reason {
	n, err := phonenumbers.Parse(number, "")
	if err != nil || !phonenumbers.IsValidNumber(n) {
		return ReasonNumberInvalid
	}
	country := phonenumbers.GetRegionCodeForNumber(n)
	switch {
	case a.Owns(number):
		return ReasonOwnNumber
	case country == ofNoCountry:
		return ReasonPrefixRefused
	case !a.callsTo(country):
		return ReasonCountryNotCallable
	case refusedKinds[phonenumbers.GetNumberType(n)], a.Callable.refuses(number):
		return ReasonPrefixRefused
	}
	return ""
}

// ofNoCountry is what libphonenumber calls the region of satellite phones and
// other networks above the countries: +870, +881, +882, +883, +888, +979 and so
// on. They cost what they like.
const ofNoCountry = "001"

// refusedKinds are numbers that nobody calls from, but that cost whoever calls.
var refusedKinds = map[phonenumbers.PhoneNumberType]bool{
	phonenumbers.PREMIUM_RATE: true, phonenumbers.SHARED_COST: true, phonenumbers.PERSONAL_NUMBER: true,
	phonenumbers.UAN: true, phonenumbers.VOICEMAIL: true, phonenumbers.PAGER: true,
}

// callsTo reports whether customers in country may be called. Territories are
// countries of their own: +1 876 is Jamaica.
func (a *Account) callsTo(country string) bool {
	if len(a.Callable.Countries) == 0 {
		return country == a.Country
	}
	return slices.Contains(a.Callable.Countries, country)
}

func (c Callable) refuses(number string) bool {
	return slices.ContainsFunc(c.Refuse, func(prefix string) bool { return strings.HasPrefix(number, prefix) })
}

// NumberFormat is how a trunk wants numbers written.
type NumberFormat string

// The number formats of a region.
const (
	FormatPlusE164 NumberFormat = "+e164"    // +46701234567
	FormatE164     NumberFormat = "e164"     // 46701234567
	FormatNational NumberFormat = "national" // 0701234567; numbers abroad as with 00
	Format00       NumberFormat = "00"       // 0046701234567
)

// DialString makes the dial string of a customer leg. It refuses any number
// that isn't Dialable, so that nothing a caller sends can reach the dialplan.
func (r Region) DialString(number, country string) (string, error) {
	if !Dialable(number) {
		return "", fmt.Errorf("dial string for region %s: %w: %q", r.Name, ErrNumberInvalid, number)
	}
	return strings.ReplaceAll(r.Dial, "{number}", r.NumberFormat.write(number, country)), nil
}

func (f NumberFormat) write(number, country string) string {
	switch f {
	case FormatE164:
		return number[1:]
	case Format00:
		return "00" + number[1:]
	case FormatNational:
		n, err := phonenumbers.Parse(number, country)
		if err == nil && int(n.GetCountryCode()) == phonenumbers.GetCountryCodeForRegion(country) {
			return digitsOnly(phonenumbers.Format(n, phonenumbers.NATIONAL))
		}
		return "00" + number[1:]
	default:
		return number
	}
}

func digitsOnly(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// MaskNumber hides all but the country and the last two digits, for logs.
func MaskNumber(number string) string {
	if len(number) < 7 {
		return strings.Repeat("*", len(number))
	}
	return number[:3] + strings.Repeat("*", len(number)-5) + number[len(number)-2:]
}
