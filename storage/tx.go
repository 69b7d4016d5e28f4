package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"callbackd/callback"
)

// readTx is one snapshot of the database. Statements are prepared once per
// connection and kept there (see dsn).
type readTx struct {
	ctx context.Context // of the transaction, which ends with fn; it can't be cancelled
	sql *sql.Tx
}

// writeTx is the one transaction that writes.
type writeTx struct {
	readTx
	now     time.Time // of everything that this transaction writes
	changes []callback.Change
	touched map[int64]struct{} // tasks to check before the commit
	failed  error              // what made a commit impossible
}

var (
	_ callback.Store  = (*DB)(nil)
	_ callback.ReadTx = (*readTx)(nil)
	_ callback.Tx     = (*writeTx)(nil)
)

// find reads the one row of a query about what; fields says where its columns
// go.
func find[T any](tx *readTx, what string, fields func(*T) []any, query string, args ...any) (T, error) {
	var row T
	if err := tx.sql.QueryRowContext(tx.ctx, query, args...).Scan(fields(&row)...); err != nil {
		var none T
		return none, explain(what, err)
	}
	return row, nil
}

// list reads all rows of a query about what.
func list[T any](tx *readTx, what string, fields func(*T) []any, query string, args ...any) ([]T, error) {
	rows, err := tx.sql.QueryContext(tx.ctx, query, args...)
	if err != nil {
		return nil, explain(what, err)
	}
	defer func() { _ = rows.Close() }() // whatever it could say, rows.Err has said
	var all []T
	for rows.Next() {
		var row T
		if err := rows.Scan(fields(&row)...); err != nil {
			return nil, explain(what, err)
		}
		all = append(all, row)
	}
	return all, explain(what, rows.Err())
}

// exec writes. Whatever fails except a row that exists already spoils the
// transaction, even if fn overlooks the error: SQLite may have rolled back by
// itself (https://sqlite.org/lang_transaction.html, "Response To Errors Within
// A Transaction"), and the next statement would stand alone.
func (tx *writeTx) exec(what, query string, args ...any) (sql.Result, error) {
	if tx.failed != nil {
		return nil, tx.failed
	}
	result, err := tx.sql.ExecContext(tx.ctx, query, args...)
	if err != nil {
		err = explain(what, err)
		if !errors.Is(err, callback.ErrExists) {
			tx.failed = err
		}
		return nil, err
	}
	return result, nil
}

// insert writes a row and tells its id.
func (tx *writeTx) insert(what, query string, args ...any) (int64, error) {
	result, err := tx.exec(what, query, args...)
	if err != nil {
		return 0, err
	}
	return result.LastInsertId()
}

// updateFrom writes to the row id of a table with states if its state is still
// from, the state that the caller saw.
func (tx *writeTx) updateFrom(what, query, stateQuery string, id int64, from string, values []any) error {
	result, err := tx.exec(what, query, append(values, id, from)...)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 1 {
		return err
	}
	var state string
	if err := tx.sql.QueryRowContext(tx.ctx, stateQuery, id).Scan(&state); err != nil {
		return explain(what, err)
	}
	return fmt.Errorf("%s: %w: it is %s, the change comes from %q", what, callback.ErrRefused, state, from)
}

// record adds a change to the history. The row it is about was written just
// before, in the same transaction.
func (tx *writeTx) record(what string, c callback.Change) error {
	c.At = tx.now
	id, err := tx.insert(what+": history", historyTable.insert, changeFields(&c)[1:]...)
	if err != nil {
		return err
	}
	c.ID = id
	tx.changes = append(tx.changes, c)
	tx.touched[c.TaskID] = struct{}{}
	return nil
}

// fits refuses a change that doesn't lead to the state that the row has.
func fits(what string, state string, c callback.Change) error {
	if c.To == state {
		return nil
	}
	return fmt.Errorf("%s: %w: the row is %s, the change leads to %q", what, callback.ErrRefused, state, c.To)
}

// isBirth refuses a change that has a state before the row exists.
func isBirth(what string, c callback.Change) error {
	if c.From == "" {
		return nil
	}
	return fmt.Errorf("%s: %w: it is new, the change comes from %q", what, callback.ErrRefused, c.From)
}
