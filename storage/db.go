package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync"

	"callbackd/callback"
)

// DB is one open database. Its methods may be called from any goroutine.
type DB struct {
	path      string
	lock      *os.File
	writer    *sql.DB       // one connection
	readers   *sql.DB       // a few that can't write
	turn      chan struct{} // holds a token while somebody writes
	closing   sync.Once     // closes closed
	closed    chan struct{} // closed when Close begins
	observers *observers
}

// Path is where the database lies: absolute, symbolic links resolved.
func (db *DB) Path() string { return db.path }

// Update implements callback.Store. It is durable when it returns nil. ctx ends
// the wait for other writers; once fn has begun, it no longer matters. An error
// of fn comes back as it is. A panic in fn rolls back and goes on.
//
// fn must not call Update: it would wait for itself until ctx ends.
func (db *DB) Update(ctx context.Context, fn func(callback.Tx) error) error {
	if err := db.takeTurn(ctx); err != nil {
		return err
	}
	defer db.giveTurn()
	ctx = context.WithoutCancel(ctx)
	transaction, err := db.writer.BeginTx(ctx, nil)
	if err != nil {
		return explain("begin to write to "+db.path, err)
	}
	defer func() { _ = transaction.Rollback() }() // after a commit it does nothing
	tx := &writeTx{readTx: readTx{ctx: ctx, sql: transaction}, now: now(), touched: make(map[int64]struct{})}
	if err := fn(tx); err != nil {
		return err
	}
	if tx.failed != nil {
		return tx.failed
	}
	if err := tx.consistent(); err != nil {
		return err
	}
	if err := transaction.Commit(); err != nil {
		return explain("commit to "+db.path, err)
	}
	db.observers.publish(tx.changes)
	return nil
}

// View implements callback.Store. ctx ends the wait for a free connection. It
// sees every Update that had returned before, and none in progress.
func (db *DB) View(ctx context.Context, fn func(callback.ReadTx) error) error {
	if db.isClosed() {
		return fmt.Errorf("read from %s: %w", db.path, ErrClosed)
	}
	conn, err := db.readers.Conn(ctx)
	if err != nil {
		if db.isClosed() {
			err = ErrClosed // meanwhile
		}
		return explain("wait to read from "+db.path, err)
	}
	defer func() { _ = conn.Close() }() // gives it back
	ctx = context.WithoutCancel(ctx)
	transaction, err := conn.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return explain("begin to read from "+db.path, err)
	}
	defer func() { _ = transaction.Rollback() }() // it has written nothing
	return fn(&readTx{ctx: ctx, sql: transaction})
}

// Observe has fn called with the changes of every later commit: after it, in
// the order of the commits, one call at a time, on a goroutine of the
// database. Update doesn't wait for fn; fn may call View and Update, and must
// neither change the slice nor call Close. Transactions that change no state
// (a refused missed call, a reason for waiting, a switch) make no call.
func (db *DB) Observe(fn func([]callback.Change)) { db.observers.add(fn) }

// Close waits for an Update in progress, hands what was committed to the
// observers, and gives the file up. Whatever is called from its beginning on
// answers ErrClosed, also to an observer that is at work, for which Close
// waits. A second Close waits for the first and does nothing.
func (db *DB) Close() error {
	first := false
	db.closing.Do(func() { first = true; close(db.closed) })
	db.turn <- struct{}{}
	defer db.giveTurn()
	if !first {
		return nil
	}
	db.observers.stop()
	// The writer goes last: it moves the write-ahead log into the database and
	// removes it.
	err := errors.Join(db.readers.Close(), db.writer.Close(), db.lock.Close())
	if err != nil {
		return fmt.Errorf("close database %s: %w", db.path, err)
	}
	return nil
}

func (db *DB) takeTurn(ctx context.Context) error {
	if ctx.Err() == nil {
		select {
		case db.turn <- struct{}{}:
			if !db.isClosed() {
				return nil
			}
			db.giveTurn()
			return fmt.Errorf("write to %s: %w", db.path, ErrClosed)
		case <-db.closed: // Close may hold the turn while it waits for whoever calls this
			return fmt.Errorf("write to %s: %w", db.path, ErrClosed)
		case <-ctx.Done():
		}
	}
	return fmt.Errorf("wait to write to %s: %w", db.path, context.Cause(ctx))
}

func (db *DB) giveTurn() { <-db.turn }

func (db *DB) isClosed() bool {
	select {
	case <-db.closed:
		return true
	default:
		return false
	}
}
