package storage

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migration brings the schema from version-1 to version.
type migration struct {
	version int
	name    string
	sql     string
}

// loadMigrations reads migrations/NNNN_name.sql, which are numbered from 1
// without a gap.
func loadMigrations(files fs.FS) ([]migration, error) {
	names, err := fs.Glob(files, "migrations/*.sql") // sorted
	if err != nil {
		return nil, fmt.Errorf("list migrations: %w", err)
	}
	migrations := make([]migration, 0, len(names))
	for i, name := range names {
		number, _, _ := strings.Cut(path.Base(name), "_")
		if version, err := strconv.Atoi(number); err != nil || version != i+1 {
			return nil, fmt.Errorf("migration %s: number %d is expected here", name, i+1)
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("migration %s: %w", name, err)
		}
		migrations = append(migrations, migration{version: i + 1, name: path.Base(name), sql: string(text)})
	}
	return migrations, nil
}

// migrate brings the database at path up to date: the migrations it lacks, each
// in a transaction with the version that says so, then the triggers. It works
// on a connection of its own, without foreign keys, as SQLite wants it for
// changing tables (https://sqlite.org/lang_altertable.html section 7); they are
// checked before each commit instead. If callbackd dies here, the next start
// goes on where it stood.
func migrate(ctx context.Context, path string, migrations []migration, o options) (err error) {
	db, err := pool(path, 1, o, "mode=rw&_synchronous=FULL&_foreign_keys=0&_txlock=immediate")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var version int
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return explain("read the schema's version", err)
	}
	// The header may have been older than what the write-ahead log holds.
	if err := notNewer(version, len(migrations)); err != nil {
		return err
	}
	for _, m := range migrations[version:] {
		if err := transact(ctx, db, m.apply); err != nil {
			return explain("migration "+m.name, err)
		}
	}
	return explain("make triggers", transact(ctx, db, makeTriggers))
}

func (m migration) apply(ctx context.Context, tx *sql.Tx) error {
	if err := dropTriggers(ctx, tx); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, m.sql); err != nil {
		return err
	}
	var table string
	err := tx.QueryRowContext(ctx, `SELECT "table" FROM pragma_foreign_key_check LIMIT 1`).Scan(&table)
	if err == nil {
		return fmt.Errorf("a row of %s refers to one that isn't there", table)
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	_, err = tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d; PRAGMA application_id = %d", m.version, applicationID))
	return err
}

// transact runs fn in a transaction, which is committed if fn returns nil.
func transact(ctx context.Context, db *sql.DB, fn func(context.Context, *sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	if err := fn(ctx, tx); err != nil {
		return err
	}
	return tx.Commit()
}
