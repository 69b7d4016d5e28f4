// Package lockfile keeps two processes from doing the same thing at the same time:
// from installing into one folder, and from running an Asterisk in it. The kernel
// holds the lock, so that whoever dies leaves none behind.
package lockfile

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// interval is how often a waiting process looks whether the other one has
// finished.
const interval = 200 * time.Millisecond

// ErrHeld says that another process, or another part of this one, has it.
var ErrHeld = errors.New("somebody else has it")

// Try takes the lock file, or returns ErrHeld. Closing the file releases
// it, and so does the kernel when the process dies: no lock is left behind.
// The file itself stays: removing it would let a third process lock another
// file of the same name.
func Try(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("make a lock file: %w", err)
	}
	for {
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = ErrHeld
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), file.Close())
	}
	return file, nil
}

// Take takes the lock file and waits for it if it must; waiting is called
// once, if so.
func Take(ctx context.Context, path string, waiting func()) (*os.File, error) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for waited := false; ; waited = true {
		file, err := Try(path)
		if !errors.Is(err, ErrHeld) {
			return file, err
		}
		if !waited {
			waiting()
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil, fmt.Errorf("%w: gave up waiting: %w", err, context.Cause(ctx))
		}
	}
}
