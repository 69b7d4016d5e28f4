package page

import (
	"regexp"
	"time"
)

var (
	// utcTime is how callbackd writes a time in a sentence that may be read anywhere.
	utcTime = regexp.MustCompile(`\b20[0-9]{2}-[0-9]{2}-[0-9]{2}(?: [0-9]{2}:[0-9]{2} UTC|T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)`)
	// byVerb is the advice which verb of the command line to use: here there are buttons.
	byVerb = regexp.MustCompile(`,? ?(?:or all of them )?\(callbackd tasks [^)]*\)`)
)

// local is a sentence of callbackd with its times in the zone of an account.
func (v *visit) local(account, sentence string) string {
	sentence = byVerb.ReplaceAllString(sentence, "")
	return utcTime.ReplaceAllStringFunc(sentence, func(written string) string {
		for _, layout := range []string{"2006-01-02 15:04 MST", time.RFC3339} {
			if t, err := time.Parse(layout, written); err == nil {
				return v.at(account, t).Short()
			}
		}
		return written
	})
}
