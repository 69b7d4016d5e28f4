package witness

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// follower reads a log on and on, from the file that is its path now into whatever is
// there after a rotation. It answers "nothing more now" at the end, never an error, and
// may be asked again at any time.
//
// What can become of a log: it is renamed and made anew (the old file stays open here and
// is read to its end), copied and truncated (the copy is found by how it begins), simply
// truncated or replaced (what was in it is lost; said once by lost), removed, or it isn't
// there yet.
type follower struct {
	key  string // of callbackd.yaml, for errors
	path string

	file   *os.File
	id     *identity
	offset int64 // of window()[0] in the file
	read   int64 // bytes before it, over all files
	buffer []byte
	from   int  // what lies before is consumed
	stale  bool // time has passed since the file was looked at
	within bool // in a line that is too long

	lost    bool // what was in a file that is gone; reported by whoever reads
	guessed bool // which file comes next; likewise
	broken  int  // lines that were dropped; likewise
}

// window is what has been read and not consumed. It is good until the next more.
func (f *follower) window() []byte { return f.buffer[f.from:] }

func (f *follower) consume(n int) {
	f.from += n
	f.offset += int64(n)
	f.read += int64(n)
}

func (f *follower) place() place { return place{f.id, f.offset, f.read} }

const (
	chunk     = 64 << 10
	maxRecord = 16 << 10 // cdr_csv writes at most 1 kB, app_queue at most 8 kB
)

// more makes the window longer, or begins the next file. false: that is all for now.
func (f *follower) more() (bool, error) {
	more, err := f.step()
	if err != nil {
		return false, fmt.Errorf("read %s %s: %w", f.key, f.path, err)
	}
	return more, nil
}

func (f *follower) step() (bool, error) {
	if f.file == nil {
		return f.open(f.path, 0)
	}
	if f.stale {
		f.stale = false
		if moved, err := f.look(); moved || err != nil {
			return moved, err
		}
	}
	if n, err := f.fill(); n > 0 || err != nil {
		return n > 0, err
	}
	info, err := f.file.Stat()
	if err != nil {
		return false, err
	}
	f.id.written = info.ModTime()
	if info.Size() < f.offset+int64(len(f.window())) {
		return f.truncated()
	}
	if current, err := os.Stat(f.path); err == nil && os.SameFile(current, f.id.info) {
		return false, nil
	}
	return f.rotated()
}

// fill appends what the file has.
func (f *follower) fill() (int, error) {
	if f.from > 0 {
		f.buffer = f.buffer[:copy(f.buffer, f.buffer[f.from:])]
		f.from = 0
	}
	if cap(f.buffer) < chunk+maxRecord {
		f.buffer = append(make([]byte, 0, chunk+maxRecord), f.buffer...)
	}
	have := len(f.buffer)
	room := min(cap(f.buffer)-have, chunk)
	n, err := f.file.ReadAt(f.buffer[have:have+room], f.offset+int64(have))
	f.buffer = f.buffer[:have+n]
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	if n > 0 {
		return n, f.id.grow(f.file)
	}
	return 0, nil
}

// rotated goes on to the next file, once the writer has: Asterisk writes into the renamed
// file until it is told to open its logs anew, while logrotate may have made a new one.
func (f *follower) rotated() (bool, error) {
	list, err := siblings(f.path)
	if err != nil {
		return false, err
	}
	next, ok := following(list, f.path, f.id.info, f.id.written)
	if !ok || next.path == f.path && next.info.Size() == 0 {
		return false, nil
	}
	if n, err := f.fill(); n > 0 || err != nil { // written since the end was seen
		return n > 0, err
	}
	if len(f.window()) > 0 {
		f.broken++ // a last line whose end nobody will write
	}
	return f.open(next.path, 0)
}

// look makes sure that the file is still the one that was read: it may have been
// truncated, and have grown again.
func (f *follower) look() (moved bool, err error) {
	if f.id.prefix > 0 {
		same, err := f.id.still(f.file)
		if err != nil || same {
			return false, err
		}
		return f.truncated()
	}
	// It was empty. What has been written since may have been copied away, and this one
	// emptied, any number of times: the oldest of all that is new comes next.
	list, err := siblings(f.path)
	if err != nil {
		return false, err
	}
	next, ok := following(list, f.path, nil, f.id.info.ModTime())
	if !ok || os.SameFile(next.info, f.id.info) || next.info.Size() == 0 {
		return false, nil
	}
	f.guessed = next.path != f.path || f.guessed
	return f.open(next.path, 0)
}

// truncated goes on in the copy that a copytruncate has made, or loses what was there.
func (f *follower) truncated() (bool, error) {
	list, err := siblings(f.path)
	if err != nil {
		return false, err
	}
	mark := f.place().mark()
	for _, s := range list {
		if s.info.Size() < f.offset || os.SameFile(s.info, f.id.info) || mark.Prefix == 0 {
			continue
		}
		if named, err := isNamed(mark, s.path); err != nil || !named {
			continue // another log's, or gone
		}
		return f.open(s.path, f.offset)
	}
	f.lost = f.offset > 0 || f.lost
	return f.open(f.path, 0)
}

func isNamed(m Mark, path string) (bool, error) {
	file, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer file.Close()
	return m.names(file)
}

var (
	errFolder  = errors.New("it is a folder; name the file in it")
	errNotFile = errors.New("it isn't a regular file")
)

// open goes on at an offset of another file; false if it doesn't exist.
func (f *follower) open(path string, offset int64) (bool, error) {
	info, err := os.Stat(path) // first: opening a pipe would wait for its writer
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	case info.IsDir():
		return false, errFolder
	case !info.Mode().IsRegular():
		return false, errNotFile
	}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if errors.Is(err, fs.ErrPermission) {
		return false, fmt.Errorf("%w; let callbackd's user read it, through the group of Asterisk's", err)
	}
	if err != nil {
		return false, err
	}
	id, err := identify(file)
	if err != nil {
		return false, errors.Join(err, file.Close())
	}
	if f.file != nil {
		f.file.Close()
	}
	f.file, f.id, f.offset = file, id, offset
	f.buffer, f.from, f.within = f.buffer[:0], 0, false
	return true, nil
}

func (f *follower) close() error {
	if f.file == nil {
		return nil
	}
	err := f.file.Close()
	f.file = nil
	return err
}

// drop gives up the line at the beginning of the window, whose newline may not be there
// yet; false if it must wait for it.
func (f *follower) drop() bool {
	w := f.window()
	end := bytes.IndexByte(w, '\n')
	if end < 0 && len(w) < maxRecord {
		return false
	}
	f.broken++
	if end < 0 {
		f.consume(len(w))
		f.within = true
		return true
	}
	f.consume(end + 1)
	return true
}

// pass leaves the rest of a line that is too long behind; false if it isn't all there.
func (f *follower) pass() bool {
	if !f.within {
		return true
	}
	w := f.window()
	end := bytes.IndexByte(w, '\n')
	if end < 0 {
		f.consume(len(w))
		return false
	}
	f.consume(end + 1)
	f.within = false
	return true
}
