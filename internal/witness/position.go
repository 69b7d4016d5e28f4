package witness

import "time"

// Position is how far the logs of one PBX have been judged: a plain value, to be stored in
// the transaction that stores what was found. The zero Position is of logs that were never
// read; the first reading begins at their end, since what is there was before our time.
type Position struct {
	CDR      Place     `json:"cdr"`
	QueueLog Place     `json:"queue_log"`
	Latest   time.Time `json:"latest"` // when the call ended that ended last, of those judged
}

// Place is a position in one log. What lies before Next has been judged and is never
// judged again; what lies from Keep on is read once more after a restart, because calls
// that were alive may still need it (the row of a Local channel, a queue that was left).
type Place struct {
	Next Mark `json:"next"`
	Keep Mark `json:"keep"`
}

// Mark is a byte of a file that may have been renamed since. A file is known by how it
// begins, which survives a renaming, a copy and a restored disk, but which no other log
// has. One without a whole line isn't known by anything: what was written after Written,
// into whatever file, wasn't read yet.
type Mark struct {
	Begun   bool      `json:"begun"` // false only in the zero Mark
	Prefix  int       `json:"prefix,omitempty"`
	Hash    string    `json:"hash,omitempty"` // of the first Prefix bytes
	Offset  int64     `json:"offset"`
	Written time.Time `json:"written,omitzero"` // of a file without a line; zero: there never was a file
}

func (at place) mark() Mark {
	m := Mark{Begun: true, Offset: at.offset}
	switch {
	case at.file == nil:
	case at.file.prefix == 0:
		m.Written = at.file.written
	default:
		m.Prefix, m.Hash = at.file.prefix, at.file.hash
	}
	return m
}
