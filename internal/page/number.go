package page

import (
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// number writes a telephone number in the groups in which people read it:
// +46 70 123 45 67. What is none, or is masked, stays as it is.
func number(e164 string) string {
	if !strings.HasPrefix(e164, "+") || strings.Contains(e164, "*") {
		return e164
	}
	n, err := phonenumbers.Parse(e164, "")
	if err != nil {
		return e164
	}
	// Between the groups are spaces at which no line breaks.
	return strings.ReplaceAll(strings.ReplaceAll(phonenumbers.Format(n, phonenumbers.INTERNATIONAL), " ", "\u00a0"), "-", "\u2011")
}

// count writes a number of things with its thousands apart: 12 345.
func count(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "\u202f" + text[i:]
	}
	return text
}
