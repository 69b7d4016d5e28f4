package callback

import (
	"strconv"
	"sync"

	"github.com/rs/zerolog"
)

// unknownWord is what a dialplan said (CALLBACKD_MISSED) that means nothing.
type unknownWord struct{ call, said string }

// strangeWords tells whoever wrote the dialplan of each such word, once.
type strangeWords struct {
	mu   sync.Mutex
	told map[string]bool
}

// mostWords bounds what is remembered of a dialplan that says something else each time.
const mostWords = 100

func (s *strangeWords) tell(log zerolog.Logger, w unknownWord) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.told[w.said] || len(s.told) == mostWords {
		return
	}
	if s.told == nil {
		s.told = map[string]bool{}
	}
	s.told[w.said] = true
	log.Warn().Str("call", w.call).Str("said", strconv.Quote(w.said[:min(len(w.said), 100)])).
		Msg("a dialplan sets CALLBACKD_MISSED to what means nothing, and the call is judged as if it hadn't:" +
			" write queue:NAME, agent:NAME, group:NAME, scenario:NAME, or ignore")
}
