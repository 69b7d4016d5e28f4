package sounds

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

var (
	// ErrName is a sound's or an account's name that can't be one.
	ErrName = errors.New("names have small letters, digits, - and _")
	// ErrLanguage is a language that can't have sounds of its own.
	ErrLanguage = errors.New("write two letters (ISO 639-1), and the country if it matters: sv, en_GB")
)

// All three become parts of paths: none has a slash, a dot or a control character, and
// none can be taken for another (see accountFolder).
var (
	nameForm     = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,63}$`)
	accountForm  = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,99}$`)
	languageForm = regexp.MustCompile(`^([a-z]{2})(_[A-Z]{2})?$`)
)

// Key says which sound is meant, and for whom.
type Key struct {
	Account  string // "": shared by all accounts
	Language string // as ParseLanguage gives it; "": whatever the language
	Name     string // small letters, digits, - and _; at most 64
}

// String is the key as people write paths: acme/sv/greeting.
func (k Key) String() string {
	parts := []string{k.Account, k.Language, k.Name}
	return strings.Trim(strings.ReplaceAll(strings.Join(parts, "/"), "//", "/"), "/")
}

// check says why nothing can be kept under the key.
func (k Key) check() error {
	if !nameForm.MatchString(k.Name) {
		return fmt.Errorf("sound %q: %w", k.Name, ErrName)
	}
	if k.Language != "" && !languageForm.MatchString(k.Language) {
		return fmt.Errorf("language %q: %w", k.Language, ErrLanguage)
	}
	return checkAccount(k.Account)
}

// checkAsked says why nothing can be found under the key. A customer's language may be
// anything: one that can't have sounds has none.
func (k Key) checkAsked() error {
	if !nameForm.MatchString(k.Name) {
		return fmt.Errorf("sound %q: %w: %w", k.Name, ErrUnknown, ErrName)
	}
	return checkAccount(k.Account)
}

func checkAccount(account string) error {
	if account != "" && !accountForm.MatchString(account) {
		return fmt.Errorf("account %q: %w", account, ErrName)
	}
	return nil
}

// ParseLanguage reads a language with or without a country, however it is written ("sv",
// "en-GB", "EN_gb"), and gives Asterisk's way of writing it: sv, en_GB. Languages of three
// letters (ISO 639-2) aren't taken: they would look like accounts.
func ParseLanguage(text string) (string, error) {
	language, country, found := strings.Cut(strings.ReplaceAll(text, "-", "_"), "_")
	parsed := strings.ToLower(language)
	if found {
		parsed += "_" + strings.ToUpper(country)
	}
	if !languageForm.MatchString(parsed) {
		return "", fmt.Errorf("language %q: %w", text, ErrLanguage)
	}
	return parsed, nil
}

// languages lists where a sound in a language is looked for, the nearest first: en_GB, then
// en, as Asterisk does. Nothing is kept in a language that can't be read.
func languages(language string) []string {
	parsed, err := ParseLanguage(language)
	if err != nil {
		return nil
	}
	if alone := parsed[:2]; alone != parsed {
		return []string{parsed, alone}
	}
	return []string{parsed}
}

// accountFolder is where the account's sounds lie in the library. Two letters alone are a
// language's folder there, for Asterisk too, so an account of that name has another one.
func accountFolder(account string) string {
	if languageForm.MatchString(account) {
		return account + ".account"
	}
	return account
}
