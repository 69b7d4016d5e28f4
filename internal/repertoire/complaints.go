package repertoire

import (
	"maps"
	"slices"

	"github.com/rs/zerolog"

	"callbackd/internal/alarms"
)

// complaints are what is wrong with several things, each an alarm of the same name.
type complaints struct {
	alarm    string
	hint     string
	message  string
	log      zerolog.Logger
	open     map[string]bool // what about
	standing alarms.Standing
}

// settle takes all that is wrong now, by what it is about: what is new is said, and what
// isn't wrong any more is over.
func (c *complaints) settle(wrong map[string]error) {
	for _, about := range slices.Sorted(maps.Keys(c.open)) {
		if wrong[about] == nil {
			c.standing.Over(c.log, c.alarm, about)
		}
	}
	c.open = map[string]bool{}
	for _, about := range slices.Sorted(maps.Keys(wrong)) {
		err := wrong[about]
		c.open[about] = true
		c.standing.Raise(c.log, c.alarm, about, err.Error()).Err(err).Str("hint", c.hint).Msg(c.message)
	}
}
