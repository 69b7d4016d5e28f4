package repertoire

import (
	"maps"
	"slices"

	"github.com/rs/zerolog"
)

// complaints tells what is new from what the log has said already.
type complaints struct {
	log  zerolog.Logger
	open map[string]string // what was said last, by what about
}

// settle takes all that is wrong now, by what it is about, and gives what wasn't said yet.
// What isn't wrong any more is over.
func (c *complaints) settle(wrong map[string]error) (news []error) {
	for _, about := range slices.Sorted(maps.Keys(c.open)) {
		if wrong[about] == nil {
			c.log.Info().Str("about", about).Msg("alarm is over")
			delete(c.open, about)
		}
	}
	for _, about := range slices.Sorted(maps.Keys(wrong)) {
		if err := wrong[about]; c.open[about] != err.Error() {
			c.open[about] = err.Error()
			news = append(news, err)
		}
	}
	return news
}
