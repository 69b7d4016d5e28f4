package config

import (
	"regexp"
	"slices"
	"strings"

	"callbackd/callback"
)

// ownNumber is one of the account's numbers and where it is written.
type ownNumber struct {
	number string
	at     *node
}

func (f *accountFile) ownNumbers(n *node) []string {
	var list []string
	for _, item := range f.list(n, `write numbers: ["+4685550000", "+46855501*"]`) {
		number := f.ownNumber(item)
		if number == "" {
			continue
		}
		if slices.Contains(list, number) {
			f.warnf(item, "%s is listed twice", number).Hint = "was another number meant?"
			continue
		}
		list = append(list, number)
		f.numbers = append(f.numbers, ownNumber{number, item})
	}
	return list
}

// prefixForm is the beginning of an account's own numbers. One that is nearly
// a country's would make customers' numbers the account's own.
var prefixForm = regexp.MustCompile(`^\+[1-9][0-9]{4,13}$`)

// ownNumber reads a number, or a prefix that ends in "*".
func (f *accountFile) ownNumber(n *node) string {
	text := f.text(n)
	prefix, isPrefix := strings.CutSuffix(text, "*")
	if !isPrefix {
		return f.number(n)
	}
	prefix = strings.NewReplacer(" ", "", "-", "").Replace(prefix)
	if !prefixForm.MatchString(prefix) {
		f.errorf(n, "%q isn't the beginning of a number", text).Hint = "write plus and at least five digits: +46855501*"
		return ""
	}
	return prefix + "*"
}

// number reads a telephone number into E.164.
func (f *accountFile) number(n *node) string {
	text := f.text(n)
	if text == "" || f.account.Country == "" && !strings.HasPrefix(text, "+") {
		return "" // without a country, which is an error already, a national number means nothing
	}
	number, err := callback.ParseNumber(text, f.account.Country)
	if err != nil {
		f.errorf(n, "%q isn't a telephone number", text).Hint = "write it with plus and country: +4685550000"
		return ""
	}
	return number
}
