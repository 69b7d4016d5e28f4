package storage

import (
	"database/sql"
	"errors"
	"fmt"
	"syscall"

	"github.com/mattn/go-sqlite3"

	"callbackd/callback"
)

// How a store fails by itself. Nothing of the transaction has happened; the
// same Update may succeed later.
var (
	// ErrFull is a disk, or a quota, without room.
	ErrFull = errors.New("the disk is full: make room, nothing was lost")
	// ErrBusy is another program that kept the database locked for longer than
	// the busy timeout: a sqlite3 shell in a transaction, a backup.
	ErrBusy = errors.New("another program holds the database locked: end it")
	// ErrIO is a disk that can't be read or written.
	ErrIO = errors.New("the database can't be read or written: look at the disk and at the file's owner and mode")
	// ErrCorrupt is a damaged database.
	ErrCorrupt = errors.New("the database is damaged: stop callbackd and restore a backup")
	// ErrClosed is a store that was closed.
	ErrClosed = errors.New("the database is closed")
)

// explain wraps what SQLite or database/sql answered about what ("insert task
// 12") so that callers can tell the cases apart. It goes by SQLite's result
// codes (https://sqlite.org/rescode.html), never by its words.
func explain(what string, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("%s: %w", what, callback.ErrNotFound)
	}
	if meaning := meaningOf(err); meaning != nil {
		return fmt.Errorf("%s: %w (%w)", what, meaning, err)
	}
	return fmt.Errorf("%s: %w", what, err)
}

func meaningOf(err error) error {
	var failure sqlite3.Error
	if !errors.As(err, &failure) {
		return nil
	}
	switch failure.ExtendedCode {
	case sqlite3.ErrConstraintUnique, sqlite3.ErrConstraintPrimaryKey:
		return callback.ErrExists
	}
	if failure.SystemErrno == syscall.ENOSPC || failure.SystemErrno == syscall.EDQUOT {
		return ErrFull
	}
	switch failure.Code {
	case sqlite3.ErrConstraint:
		return callback.ErrRefused
	case sqlite3.ErrFull:
		return ErrFull
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return ErrBusy
	case sqlite3.ErrIoErr, sqlite3.ErrCantOpen, sqlite3.ErrReadonly, sqlite3.ErrPerm:
		return ErrIO
	case sqlite3.ErrCorrupt, sqlite3.ErrNotADB:
		return ErrCorrupt
	}
	return nil
}
