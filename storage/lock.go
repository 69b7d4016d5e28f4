package storage

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// takeLock keeps every other process, and this one, from opening the database
// at path until the file it returns is closed. The kernel lets go of the lock
// when the process dies, however it dies; the file stays, because removing it
// would let two processes hold two locks of one name.
func takeLock(path string) (*os.File, error) {
	// A link would have signLock empty a file of somebody else's choice.
	file, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR|unix.O_NOFOLLOW, 0o600)
	if errors.Is(err, unix.ELOOP) {
		return nil, fmt.Errorf("%s.lock is a symbolic link: remove it", path)
	}
	if err != nil {
		return nil, folderError(path, err)
	}
	if err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		defer func() { _ = file.Close() }() // only read
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, fmt.Errorf("another callbackd already uses it%s: stop that one, or give this one another database", holder(file))
		}
		return nil, fmt.Errorf("lock %s: %w", file.Name(), err)
	}
	if err := signLock(file); err != nil {
		return nil, errors.Join(fmt.Errorf("write %s: %w", file.Name(), err), file.Close())
	}
	return file, nil
}

// signLock leaves this process's number for whoever finds the lock taken.
func signLock(file *os.File) error {
	if err := file.Truncate(0); err != nil {
		return err
	}
	_, err := fmt.Fprintf(file, "%d\n", os.Getpid())
	return err
}

// holder names the process that signed the lock, " (process 4711)", or nobody.
func holder(file *os.File) string {
	text, err := io.ReadAll(io.LimitReader(file, 20))
	if err != nil || len(text) == 0 {
		return ""
	}
	return " (process " + strings.TrimSpace(string(text)) + ")"
}

func isReadOnly(err error) bool { return errors.Is(err, unix.EROFS) }
