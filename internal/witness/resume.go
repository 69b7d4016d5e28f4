package witness

import (
	"bytes"
	"fmt"
	"os"
	"time"
)

// resume opens the log where an earlier reading stopped: at what it wants to read again,
// else at what it hasn't judged, else, if that file is gone, at the beginning of the one
// that is there now, and says so by lost. next is what wasn't judged.
func (f *follower) resume(at Place, now time.Time) (next *boundary, err error) {
	f.lost, f.guessed = false, false // a try that failed has found out nothing
	next, err = f.find(at, now)
	if err != nil {
		return nil, fmt.Errorf("read %s %s: %w", f.key, f.path, err)
	}
	return next, nil
}

// boundary is the byte from which rows are to be judged.
type boundary struct {
	in     os.FileInfo
	offset int64
	file   *identity // that is being read
	within bool      // it is that one
	passed bool
}

func (f *follower) find(at Place, now time.Time) (*boundary, error) {
	if !at.Next.Begun {
		return &boundary{passed: true}, f.openAtEnd(now)
	}
	list, err := siblings(f.path)
	if err != nil {
		return nil, err
	}
	next, found := findMark(list, at.Next)
	if !found {
		return &boundary{passed: true}, f.openUnknown(list, at.Next)
	}
	b := &boundary{in: list[next].info, offset: min(at.Next.Offset, list[next].info.Size())}
	keep, kept := findMark(list, at.Keep)
	switch {
	case kept && keep < next:
		_, err = f.open(list[keep].path, min(at.Keep.Offset, list[keep].info.Size()))
	case kept && keep == next && at.Keep.Offset < b.offset:
		_, err = f.open(list[next].path, at.Keep.Offset)
	default:
		b.passed = true
		_, err = f.open(list[next].path, b.offset)
	}
	return b, err
}

// openUnknown begins where a mark's file isn't known: with what was written since it was
// empty, else with the log as it is now.
func (f *follower) openUnknown(list []sibling, m Mark) error {
	path := f.path
	if next, ok := following(list, f.path, nil, m.Written); ok && m.Prefix == 0 && !m.Written.IsZero() {
		path, f.guessed = next.path, true
	}
	f.lost = m.Prefix > 0
	f.id = &identity{written: m.Written}
	_, err := f.open(path, 0)
	return err
}

// findMark finds the file that a mark is in: the log itself rather than a copy of it.
func findMark(list []sibling, m Mark) (int, bool) {
	if m.Prefix == 0 {
		return 0, false
	}
	for i := len(list) - 1; i >= 0; i-- {
		if !list[i].info.Mode().IsRegular() {
			continue
		}
		if named, err := isNamed(m, list[i].path); err == nil && named {
			return i, true
		}
	}
	return 0, false
}

// openAtEnd begins behind the last whole line; a log that doesn't exist yet will be read
// from its beginning.
func (f *follower) openAtEnd(now time.Time) error {
	f.id = &identity{written: now}
	exists, err := f.open(f.path, 0)
	if err != nil || !exists {
		return err
	}
	info, err := f.file.Stat()
	if err != nil {
		return err
	}
	tail := make([]byte, min(info.Size(), chunk))
	n, err := f.file.ReadAt(tail, info.Size()-int64(len(tail)))
	if n < len(tail) {
		return err
	}
	f.offset = info.Size() - int64(len(tail)) + int64(bytes.LastIndexByte(tail, '\n')+1)
	return nil
}

// judges reports whether what is read at a place is to be judged. It must be asked of
// every record, in order.
func (b *boundary) judges(f *follower, at place) bool {
	if b.passed {
		return true
	}
	if at.file != b.file {
		b.enter(f, at.file)
	}
	b.passed = b.passed || b.within && at.offset >= b.offset
	return b.passed
}

// enter notes that another file is read from now on. Whatever follows the file of the mark
// is to be judged, and so is the log itself: nothing comes after it.
func (b *boundary) enter(f *follower, file *identity) {
	before := b.within
	b.file, b.within = file, os.SameFile(b.in, file.info)
	if b.within {
		return
	}
	current, err := os.Stat(f.path)
	b.passed = before || err == nil && os.SameFile(current, file.info)
}
