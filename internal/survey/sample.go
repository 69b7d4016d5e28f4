package survey

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"callbackd/callback"
)

// exampleNumber is a mobile number of the country, or "" where there is none.
func exampleNumber(country string) string { return exampleOf(country, phonenumbers.MOBILE) }

func exampleOf(country string, kind phonenumbers.PhoneNumberType) string {
	n := phonenumbers.GetExampleNumberForType(country, kind)
	if n == nil {
		return ""
	}
	return phonenumbers.Format(n, phonenumbers.E164)
}

// mostDigits is how many digits may follow the beginning of a block of numbers.
const mostDigits = 6

// spelledOut are the numbers that an entry of an account's `numbers` may mean: itself, or
// for a block, "+46855501*", the first of each length.
func spelledOut(own string) (list []string) {
	prefix, block := strings.CutSuffix(own, "*")
	if !block {
		return []string{own}
	}
	for n := range mostDigits + 1 {
		if number := prefix + strings.Repeat("0", n); callback.Dialable(number) {
			list = append(list, number)
		}
	}
	return list
}

// madeUp is a number like the account's own that belongs to no account of the PBX.
func (v *visit) madeUp(a resident) string {
	like := exampleOf(a.Country, phonenumbers.FIXED_LINE)
	if len(a.Numbers) > 0 {
		prefix, block := strings.CutSuffix(a.Numbers[0], "*")
		if block { // as long as others of the country
			prefix += strings.Repeat("0", max(len(like)-len(prefix), 2))
		}
		like = prefix
	}
	for n := 9999; n >= 0 && len(like) > len("+1234"); n-- {
		number := like[:len(like)-4] + fmt.Sprintf("%04d", n)
		if !slices.ContainsFunc(v.wanted.accounts, func(other resident) bool { return other.Owns(number) }) {
			return number
		}
	}
	return like
}
