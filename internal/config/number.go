package config

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"

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

// callable reads who may be called at all.
func (f *accountFile) callable(n *node) callback.Callable {
	const countriesHint = `write countries: ["SE", "NO"]`
	o := f.object(n)
	var c callback.Callable
	for _, item := range f.list(o.get("countries"), countriesHint) {
		country := f.country(item)
		if slices.Contains(c.Countries, country) {
			f.warnf(item, "%s is listed twice", country).Hint = "was another country meant?"
			continue
		}
		c.Countries = append(c.Countries, country)
	}
	if len(c.Countries) == 0 {
		c.Countries = []string{f.account.Country}
	}
	for _, item := range f.list(o.get("refuse"), `write refuse: ["+46900"], or leave it out`) {
		if prefix := f.refusedPrefix(item, c.Countries); prefix != "" {
			c.Refuse = append(c.Refuse, prefix)
		}
	}
	caps := o.get("per_number")
	per := f.object(caps)
	c.PerNumber.Day = f.integer(per.get("day"), 1, 100, 6, "")
	c.PerNumber.Month = f.integer(per.get("month"), 1, 1000, 20, "")
	per.close()
	if caps != nil && c.PerNumber.Month < c.PerNumber.Day {
		f.warnf(caps, "%d attempts in a day are more than the %d in a month", c.PerNumber.Day, c.PerNumber.Month).Hint =
			"the smaller holds; month is 20 where it isn't written"
	}
	c.PerDay = f.integer(o.get("per_day"), 1, 100_000, 500, "")
	o.close()
	return c
}

// refusedForm is the beginning of the numbers that aren't called.
var refusedForm = regexp.MustCompile(`^\+[1-9][0-9]{0,13}$`)

func (f *accountFile) refusedPrefix(n *node, countries []string) string {
	text := f.text(n)
	if text == "" {
		return ""
	}
	prefix := strings.NewReplacer(" ", "", "-", "").Replace(text)
	if !refusedForm.MatchString(prefix) {
		p := f.errorf(n, "%q isn't the beginning of a number with its country", text)
		p.Hint = "write plus, country and what follows: +46900"
		if strings.HasSuffix(text, "*") {
			p.Hint = "leave the * out: whatever begins so is refused"
		}
		return ""
	}
	for _, country := range countries {
		if code := "+" + strconv.Itoa(phonenumbers.GetCountryCodeForRegion(country)); country != "" && strings.HasPrefix(code, prefix) {
			f.warnf(n, "%s refuses every number of %s", text, country).Hint = "nobody there is called back"
		}
	}
	return prefix
}
