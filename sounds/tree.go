package sounds

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// The files of a sound, by their extensions.
const (
	narrowSuffix = ".wav"
	wideSuffix   = ".wav16"
)

const (
	// unfinished begins the names of files that are being written.
	unfinished = ".new-"
	// abandoned is the age from which their writer has died.
	abandoned = time.Hour
)

// tree is a folder with sounds, and with folders of them. Nothing in it leads out of it,
// symbolic links neither (os.Root).
type tree struct {
	folder  string
	durable bool        // what can be made again needn't wait for the disk
	mu      *sync.Mutex // held while the files of a sound change
}

// in does something in the tree.
func (t tree) in(do func(root *os.Root) error) error {
	root, err := os.OpenRoot(t.folder)
	if err != nil {
		return err
	}
	return errors.Join(do(root), root.Close())
}

// open gives a regular file. fs.ErrNotExist where the tree has none of that name.
func (t tree) open(name string) (file *os.File, err error) {
	err = t.in(func(root *os.Root) error {
		// Opening what isn't a file (a pipe) may wait for ever.
		info, err := root.Stat(name)
		if err == nil && !info.Mode().IsRegular() {
			err = errors.New("it isn't a file")
		}
		if err == nil {
			file, err = root.Open(name)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", filepath.Join(t.folder, name), cause(err))
		}
		return nil
	})
	return file, err
}

// cause is what went wrong, without the path in the words of os.Root, which leave the root
// out.
func cause(err error) error {
	if where := new(fs.PathError); errors.As(err, &where) {
		return where.Err
	}
	return err
}

// has tells whether a file has this content.
func (t tree) has(name string, content []byte) bool {
	file, err := t.open(name)
	if err != nil {
		return false
	}
	defer file.Close()
	found, err := io.ReadAll(file)
	return err == nil && bytes.Equal(found, content)
}

// list gives what lies in a folder of the tree; nothing if there is no such folder.
func (t tree) list(folder string) (entries []fs.DirEntry, err error) {
	err = t.in(func(root *os.Root) error {
		entries, err = fs.ReadDir(root.FS(), path.Clean(folder))
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return entries, err
}

// replace puts a sound in the place of the one of that name, if there is one: files has its
// content by extension. Each file is whole, and on the disk in a durable tree, before it has its name. Whoever
// looks in between, and whoever comes after a crash, finds the old sound or the new one, at
// worst without its wideband version, which comes last and goes first.
func (t tree) replace(name string, files map[string][]byte) error {
	if err := os.MkdirAll(t.folder, 0o755); err != nil {
		return err
	}
	return t.in(func(root *os.Root) error {
		folder := path.Dir(name)
		if err := root.MkdirAll(folder, 0o755); err != nil {
			return err
		}
		removeAbandoned(root, folder)
		written := map[string]string{}
		defer func() {
			for _, temporary := range written {
				_ = root.Remove(temporary) // it isn't there if all went well
			}
		}()
		for suffix, content := range files {
			temporary := path.Join(folder, unfinished+rand.Text())
			written[suffix] = temporary
			if err := t.writeWhole(root, temporary, content); err != nil {
				return err
			}
		}
		return t.rename(root, name, written)
	})
}

// rename gives the files that were written their names.
func (t tree) rename(root *os.Root, name string, written map[string]string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := removeWide(root, name); err != nil {
		return err
	}
	for _, suffix := range []string{narrowSuffix, wideSuffix} {
		if temporary, ok := written[suffix]; ok {
			if err := root.Rename(temporary, name+suffix); err != nil {
				return err
			}
		}
	}
	return t.syncFolder(root, path.Dir(name))
}

// remove takes a sound away; fs.ErrNotExist where there is none.
func (t tree) remove(name string) error {
	return t.in(func(root *os.Root) error {
		t.mu.Lock()
		defer t.mu.Unlock()
		if err := removeWide(root, name); err != nil {
			return err
		}
		if err := root.Remove(name + narrowSuffix); err != nil {
			return err
		}
		return t.syncFolder(root, path.Dir(name))
	})
}

func removeWide(root *os.Root, name string) error {
	if err := root.Remove(name + wideSuffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// touch notes that a sound is wanted now.
func (t tree) touch(name string) error {
	return t.in(func(root *os.Root) error {
		now := time.Now()
		return root.Chtimes(name+narrowSuffix, now, now)
	})
}

// writeWhole makes a new file that everybody may read: Asterisk runs under a user of its
// own.
func (t tree) writeWhole(root *os.Root, name string, content []byte) error {
	file, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err == nil {
		err = file.Chmod(0o644) // whatever the umask is
	}
	if err == nil && t.durable {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

func (t tree) syncFolder(root *os.Root, folder string) error {
	if !t.durable {
		return nil
	}
	file, err := root.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

// removeAbandoned removes what was left by somebody who died while writing. What can't be
// removed harms nobody.
func removeAbandoned(root *os.Root, folder string) {
	entries, err := fs.ReadDir(root.FS(), folder)
	if err != nil {
		return
	}
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil && strings.HasPrefix(entry.Name(), unfinished) && time.Since(info.ModTime()) > abandoned {
			_ = root.Remove(path.Join(folder, entry.Name()))
		}
	}
}
