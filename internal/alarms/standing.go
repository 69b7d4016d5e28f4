package alarms

import (
	"sync"
	"time"

	"github.com/rs/zerolog"
)

// The fields of a line that [Book] reads.
const (
	nameField      = "alarm"
	aboutField     = "about"
	untilOverField = "until_over"
)

// again is how often an alarm that goes on is said.
const again = 24 * time.Hour

// Standing writes the lines of alarms whose end the program sees: that one is raised, once
// and then once a day for as long as somebody meets it, and that it is over. Both lines
// have the same name and the same about, so whoever reads the log can tell what ended. The
// zero Standing is ready for use, from any goroutine.
type Standing struct {
	mu   sync.Mutex
	said map[standingKey]standingLine
}

type standingKey struct{ name, about string }

type standingLine struct {
	at   time.Time
	what string
}

// Raise begins the line of an alarm about something ("": the name says all). The event is
// nil, which writes nothing, if the same was said within the last day. What is wrong may
// change while the alarm stands; another what is said at once.
func (s *Standing) Raise(log zerolog.Logger, name, about, what string) *zerolog.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	k := standingKey{name, about}
	if before, ok := s.said[k]; ok && before.what == what && now.Sub(before.at) < again {
		return nil
	}
	if s.said == nil {
		s.said = map[standingKey]standingLine{}
	}
	s.said[k] = standingLine{now, what}
	return subject(log.Error(), name, about).Bool(untilOverField, true)
}

// Over writes that an alarm is over, if it stands.
func (s *Standing) Over(log zerolog.Logger, name, about string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := standingKey{name, about}
	if _, stands := s.said[k]; stands {
		delete(s.said, k)
		subject(log.Info(), name, about).Msg(isOver)
	}
}

// Stands reports whether an alarm was raised and isn't over.
func (s *Standing) Stands(name, about string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, stands := s.said[standingKey{name, about}]
	return stands
}

func subject(line *zerolog.Event, name, about string) *zerolog.Event {
	line = line.Str(nameField, name)
	if about != "" {
		line = line.Str(aboutField, about)
	}
	return line
}
