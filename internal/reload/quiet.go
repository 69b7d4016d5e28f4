package reload

import "time"

const (
	// quiet is how long a file must have been the same before it is believed:
	// who writes it may be in the middle.
	quiet = 500 * time.Millisecond
	// patience is how long a file that never becomes quiet is left alone.
	patience = 5 * time.Second
)

// settling tells which files have been written to their end. It knows files by
// their contents alone, so a file that was replaced, one behind a symbolic link
// and one on a file system that sends no events are all the same to it.
type settling map[string]sighting

// sighting is what looking at one file has told so far.
type sighting struct {
	last    content   // as it was at the last look
	since   time.Time // the first look at which it was like this
	taken   content   // as it was when it was last read and acted upon
	restive time.Time // since when it has been other than taken; zero: it isn't
}

// pace says what a file's text is worth.
type pace int

const (
	moving  pace = iota // somebody may be writing: wait
	overdue             // it moves for so long that it is tried, but its faults aren't held against it
	settled             // it is what somebody wrote
)

// look takes what a look at the files has found. It answers whether anything is
// to be read now, and when to look again if something isn't quiet yet: 0 is no
// hurry.
func (s settling) look(now time.Time, found map[string]content) (ready bool, again time.Duration) {
	for path := range s {
		if _, ok := found[path]; !ok {
			s.sight(path, content{}, now)
		}
	}
	for path, c := range found {
		s.sight(path, c, now)
	}
	for path, seen := range s {
		switch {
		case seen.restive.IsZero():
			if !seen.last.there {
				delete(s, path)
			}
		case s.pace(path, now) != moving:
			ready = true
		default:
			wait := min(seen.since.Add(quiet).Sub(now), seen.restive.Add(patience).Sub(now))
			if again == 0 || wait < again {
				again = wait
			}
		}
	}
	return ready, again
}

func (s settling) sight(path string, c content, now time.Time) {
	seen, known := s[path]
	if !known || seen.last != c {
		seen.last, seen.since = c, now
	}
	if seen.last == seen.taken {
		seen.restive = time.Time{}
	} else if seen.restive.IsZero() {
		seen.restive = now
	}
	s[path] = seen
}

// pace tells how far the file at path is, as it was at the last look. A file
// that was never seen moves.
func (s settling) pace(path string, now time.Time) pace {
	seen, known := s[path]
	switch {
	case !known:
		return moving
	case seen.restive.IsZero(), now.Sub(seen.since) >= quiet:
		return settled
	case now.Sub(seen.restive) >= patience:
		return overdue
	}
	return moving
}

// taken notes that the file at path was acted upon as it was at the last look.
func (s settling) taken(path string) {
	seen := s[path]
	seen.taken, seen.restive = seen.last, time.Time{}
	s[path] = seen
}

// tried notes that an overdue file was tried: its time begins anew.
func (s settling) tried(path string, now time.Time) {
	seen := s[path]
	seen.restive = now
	s[path] = seen
}

// believe notes what was found as settled, whatever was seen before: at the
// start, and when a person says that it is to be read now.
func (s settling) believe(now time.Time, found map[string]content) {
	s.look(now, found)
	for path, seen := range s {
		seen.since = now.Add(-quiet)
		s[path] = seen
	}
}
