package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	_ "github.com/mattn/go-sqlite3" // the driver "sqlite3"
)

const (
	readerConnections = 4
	// statementCache is how many prepared statements a connection keeps: all
	// of the fixed ones and some lists.
	statementCache = 64
	busyTimeout    = 5 * time.Second
)

// Option changes how Open opens.
type Option func(*options)

type options struct{ busyTimeout time.Duration }

// BusyTimeout says how long a transaction waits for another program that has
// locked the database; 5 s unless told.
func BusyTimeout(d time.Duration) Option { return func(o *options) { o.busyTimeout = d } }

// Open opens the database at path for this process alone, makes it if there is
// none (mode 0600), and brings its schema up to date. Its errors are one line
// for the operator, which says what to do; then nothing has been changed. ctx
// ends the opening, not the database.
func Open(ctx context.Context, path string, opts ...Option) (*DB, error) {
	o := options{busyTimeout: busyTimeout}
	for _, opt := range opts {
		opt(&o)
	}
	db, err := open(ctx, path, o)
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	return db, nil
}

func open(ctx context.Context, path string, o options) (_ *DB, err error) {
	migrations, err := loadMigrations(migrationFiles)
	if err != nil {
		return nil, err
	}
	path, err = resolve(path)
	if err != nil {
		return nil, err
	}
	// Before the lock, so that nothing is left beside a file that isn't ours;
	// and under it, when nobody else can make one.
	if _, err := inspect(path, len(migrations)); err != nil {
		return nil, err
	}
	lock, err := takeLock(path)
	if err != nil {
		return nil, err
	}
	db := &DB{path: path, lock: lock, turn: make(chan struct{}, 1), closed: make(chan struct{})}
	defer func() {
		if err != nil {
			_ = db.abandon() // the first error says more
		}
	}()
	exists, err := inspect(path, len(migrations))
	if err != nil {
		return nil, err
	}
	if exists {
		err = migrate(ctx, path, migrations, o)
	} else {
		err = create(ctx, path, migrations, o)
	}
	if err != nil {
		return nil, err
	}
	if err := db.connect(ctx, o); err != nil {
		return nil, err
	}
	db.observers = newObservers()
	return db, nil
}

// connect makes the connections of normal work.
func (db *DB) connect(ctx context.Context, o options) (err error) {
	if db.writer, err = pool(db.path, 1, o, "mode=rw&_journal_mode=WAL&_synchronous=FULL&_foreign_keys=1&_txlock=immediate"); err != nil {
		return err
	}
	if db.readers, err = pool(db.path, readerConnections, o, "mode=ro&_query_only=1&_txlock=deferred"); err != nil {
		return err
	}
	// Asking for WAL can fail without an error, on a network drive.
	var mode string
	if err := db.writer.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil {
		return explain("connect", err)
	}
	if mode != "wal" {
		return errors.New("its file system can't share memory between connections: put the database on a local disk")
	}
	return explain("connect", db.readers.PingContext(ctx))
}

// abandon gives up what a failed open has got hold of.
func (db *DB) abandon() error {
	var err error
	for _, p := range []*sql.DB{db.readers, db.writer} {
		if p != nil {
			err = errors.Join(err, p.Close())
		}
	}
	return errors.Join(err, db.lock.Close())
}

// create makes a new database beside path and renames it into place when it is
// whole. What an earlier, interrupted create left there is thrown away.
func create(ctx context.Context, path string, migrations []migration, o options) error {
	if _, err := os.Stat(path + "-wal"); err == nil {
		return fmt.Errorf("the database is gone, but its write-ahead log %s-wal is there: "+
			"bring back the database that belongs to it, or move that file away", path)
	}
	draft := path + ".new"
	for _, leftover := range []string{draft, draft + "-journal"} {
		if err := os.Remove(leftover); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove what is left of an interrupted start: %w", err)
		}
	}
	file, err := os.OpenFile(draft, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return folderError(path, err)
	}
	if err := file.Close(); err != nil {
		return fmt.Errorf("make %s: %w", draft, err)
	}
	if err := migrate(ctx, draft, migrations, o); err != nil {
		return err
	}
	if err := os.Rename(draft, path); err != nil {
		return fmt.Errorf("put the new database in its place: %w", err)
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes a rename in folder durable.
func syncFolder(folder string) error {
	f, err := os.Open(folder)
	if err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("sync folder %s: %w", folder, err)
	}
	return nil
}

// pool makes size connections that are kept until the pool is closed. All
// settings are in the data source name, so that every connection has them.
func pool(path string, size int, o options, settings string) (*sql.DB, error) {
	db, err := sql.Open("sqlite3", dsn(path, settings, o))
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	return db, nil
}

// dsn is a URI, in which the path is escaped: it may hold a question mark, a
// percent sign or spaces (https://sqlite.org/uri.html).
func dsn(path, settings string, o options) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + settings +
		"&_busy_timeout=" + strconv.FormatInt(o.busyTimeout.Milliseconds(), 10) +
		"&_stmt_cache_size=" + strconv.Itoa(statementCache)
}

// resolve makes path absolute and follows symbolic links, so that one database
// has one name and one lock.
func resolve(path string) (string, error) {
	if path == "" {
		return "", errors.New(`no path: give one as "database" in callbackd.yaml`)
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("find the working folder: %w", err)
	}
	if target, err := filepath.EvalSymlinks(path); err == nil {
		return target, nil
	}
	if link, err := os.Readlink(path); err == nil {
		return "", fmt.Errorf("it is a symbolic link to %s, which isn't there", link)
	}
	folder, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err != nil {
		return "", folderError(path, err)
	}
	return filepath.Join(folder, filepath.Base(path)), nil
}

// folderError says what is wrong with the folder of path.
func folderError(path string, err error) error {
	folder := filepath.Dir(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no folder %s: make it, or change \"database\" in callbackd.yaml (%w)", folder, err)
	case errors.Is(err, fs.ErrPermission), isReadOnly(err):
		return fmt.Errorf("user %d may not write to folder %s: change its owner or mode, or \"database\" in callbackd.yaml (%w)",
			os.Getuid(), folder, err)
	}
	return fmt.Errorf("folder %s: %w", folder, err)
}
