package witness

import "bytes"

// nextLine consumes the next whole line of queue_log; false at the end, for now. The line
// is good until the next call.
func (f *follower) nextLine() (line []byte, at place, ok bool, err error) {
	for {
		if f.pass() {
			w := f.window()
			if end := bytes.IndexByte(w, '\n'); end >= 0 && end <= maxRecord {
				at = f.place()
				f.consume(end + 1)
				return w[:end], at, true, nil
			}
			if len(w) > maxRecord {
				f.drop()
				continue
			}
		}
		if more, err := f.more(); err != nil || !more {
			return nil, place{}, false, err
		}
	}
}

// nextRow consumes the next whole row of Master.csv; false at the end, for now. A line
// that begins no row is dropped alone, so that what follows it is found.
func (f *follower) nextRow(s *splitter) (fields [][]byte, at place, ok bool, err error) {
	for {
		if f.pass() {
			n, result := s.split(f.window())
			switch {
			case result == framed && n <= maxRecord:
				at = f.place()
				f.consume(n)
				return s.fields, at, true, nil
			case result != cutOff || len(f.window()) > maxRecord:
				if f.drop() {
					continue
				}
			}
		}
		more, err := f.more()
		if err != nil {
			return nil, place{}, false, err
		}
		if more {
			continue
		}
		// A quote that nobody closes must not hide the rows behind it.
		if !s.rowBehind(f.window()) || !f.drop() {
			return nil, place{}, false, nil
		}
	}
}

// splitter keeps the memory for splitting rows.
type splitter struct {
	fields  [][]byte
	scratch []byte
}

func (s *splitter) split(data []byte) (n int, result framing) {
	if s.scratch == nil {
		s.scratch = make([]byte, 0, maxRecord)
	}
	s.fields, n, result = splitRow(data, s.fields, s.scratch)
	if result == framed && len(s.fields) < leastColumns {
		return 0, malformed
	}
	return n, result
}

// rowBehind reports whether a line behind the first is a row by itself, while the first
// seems to go on.
func (s *splitter) rowBehind(data []byte) bool {
	for {
		_, rest, found := bytes.Cut(data, []byte{'\n'})
		if !found {
			return false
		}
		data = rest
		if end := bytes.IndexByte(data, '\n'); end >= 0 {
			if n, result := s.split(data[:end+1]); result == framed && n == end+1 {
				if _, ok := readRow(s.fields); ok {
					return true
				}
			}
		}
	}
}
