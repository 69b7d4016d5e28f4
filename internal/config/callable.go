package config

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nyaruka/phonenumbers"

	"callbackd/callback"
)

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
	c.MinWait = optional(o.get("min_wait"), f.minWait).value
	c.Burst = optional(o.get("burst"), f.burst).or(setting[callback.Burst]{value: ownBurst}).value
	o.close()
	return c
}

// minWait reads how short a call may be that is called back.
func (f *accountFile) minWait(n *node) time.Duration {
	return f.duration(n, time.Second, time.Minute, 0)
}

// ownBurst holds where the file says nothing.
var ownBurst = callback.Burst{Calls: 10, Within: 10 * time.Minute}

// burst reads how many calls of one ring from neighbouring numbers are taken for
// fraud.
func (f *accountFile) burst(n *node) callback.Burst {
	if n.kind == scalar && !n.faulty {
		f.errorf(n, "no word on how many calls make a burst").Hint = "write {calls: 10, within: 10m}, or none"
		return ownBurst
	}
	o := f.object(n)
	b := callback.Burst{
		Calls:  f.integer(o.get("calls"), 2, 1000, ownBurst.Calls, "none switches the shield off"),
		Within: f.duration(o.get("within"), time.Minute, 24*time.Hour, ownBurst.Within),
	}
	o.close()
	return b
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
