package witness

import (
	"bytes"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"time"
)

// identity is what a file is known by: its beginning, once that is a whole line.
type identity struct {
	info    os.FileInfo // as it was when it was opened
	prefix  int
	hash    string
	written time.Time // when it was written last, as far as it has been read
}

// enoughPrefix is how much of a log's beginning is looked at, at most. The first line of
// either log has a time or a unique id in it; half of it would be in many a log.
const enoughPrefix = 512

func identify(file *os.File) (*identity, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	id := &identity{info: info, written: info.ModTime()}
	return id, id.grow(file)
}

// grow takes in what has been written of the prefix since.
func (id *identity) grow(file *os.File) error {
	if id.prefix == enoughPrefix {
		return nil
	}
	n, hash, err := hashPrefix(file, enoughPrefix)
	if err != nil {
		return err
	}
	id.prefix, id.hash = n, hash
	return nil
}

// still reports whether file begins as it did: a log that was truncated and has grown
// again doesn't.
func (id *identity) still(file *os.File) (bool, error) {
	n, hash, err := hashPrefix(file, id.prefix)
	return n == id.prefix && hash == id.hash, err
}

// names reports whether a mark is in the file, as far as that can be known.
func (m Mark) names(file *os.File) (bool, error) {
	n, hash, err := hashPrefix(file, m.Prefix)
	return n > 0 && n == m.Prefix && hash == m.Hash, err
}

// hashPrefix looks at the first bytes of a file; n is 0 if no line ends in them.
func hashPrefix(file *os.File, most int) (n int, hash string, err error) {
	buffer := make([]byte, min(max(most, 0), enoughPrefix))
	n, err = file.ReadAt(buffer, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, "", err
	}
	if n < enoughPrefix && bytes.IndexByte(buffer[:n], '\n') < 0 {
		return 0, "", nil
	}
	h := fnv.New64a()
	_, _ = h.Write(buffer[:n]) // never fails, see hash.Hash
	return n, fmt.Sprintf("%016x", h.Sum64()), nil
}
