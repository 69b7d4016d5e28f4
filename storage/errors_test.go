package storage

import (
	"database/sql"
	"fmt"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/mattn/go-sqlite3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

func TestMeaningOfCodes(t *testing.T) {
	for _, c := range []struct {
		err  error
		want error
	}{
		{sqlite3.Error{Code: sqlite3.ErrConstraint, ExtendedCode: sqlite3.ErrConstraintUnique}, callback.ErrExists},
		{sqlite3.Error{Code: sqlite3.ErrConstraint, ExtendedCode: sqlite3.ErrConstraintPrimaryKey}, callback.ErrExists},
		{sqlite3.Error{Code: sqlite3.ErrConstraint, ExtendedCode: sqlite3.ErrConstraintCheck}, callback.ErrRefused},
		{sqlite3.Error{Code: sqlite3.ErrConstraint, ExtendedCode: sqlite3.ErrConstraintTrigger}, callback.ErrRefused},
		{sqlite3.Error{Code: sqlite3.ErrConstraint, ExtendedCode: sqlite3.ErrConstraintForeignKey}, callback.ErrRefused},
		{sqlite3.Error{Code: sqlite3.ErrConstraint, ExtendedCode: sqlite3.ErrConstraintNotNull}, callback.ErrRefused},
		{sqlite3.Error{Code: sqlite3.ErrFull}, ErrFull},
		{sqlite3.Error{Code: sqlite3.ErrIoErr, SystemErrno: syscall.ENOSPC}, ErrFull},
		{sqlite3.Error{Code: sqlite3.ErrIoErr, SystemErrno: syscall.EDQUOT}, ErrFull},
		{sqlite3.Error{Code: sqlite3.ErrIoErr, SystemErrno: syscall.EIO}, ErrIO},
		{sqlite3.Error{Code: sqlite3.ErrCantOpen}, ErrIO},
		{sqlite3.Error{Code: sqlite3.ErrReadonly}, ErrIO},
		{sqlite3.Error{Code: sqlite3.ErrBusy, ExtendedCode: sqlite3.ErrBusySnapshot}, ErrBusy},
		{sqlite3.Error{Code: sqlite3.ErrCorrupt}, ErrCorrupt},
		{sqlite3.Error{Code: sqlite3.ErrNotADB}, ErrCorrupt},
		{sqlite3.Error{Code: sqlite3.ErrError}, nil},
		{sql.ErrConnDone, nil},
	} {
		err := fmt.Errorf("wrapped: %w", c.err)
		if c.want == nil {
			assert.NoError(t, meaningOf(err), "%v", c.err)
			continue
		}
		assert.ErrorIs(t, explain("insert task 12", err), c.want)
		assert.ErrorIs(t, explain("insert task 12", err), c.err, "the cause stays in the chain")
	}
}

func TestErrorsNameTheObject(t *testing.T) {
	db := openTest(t)
	require.NoError(t, addTask(t, db, "+46701234567"))
	err := addTask(t, db, "+46701234567")
	require.ErrorIs(t, err, callback.ErrExists)
	assert.ErrorContains(t, err, "insert missed task of +46*******67 in acme: exists already (")
	err = db.Update(t.Context(), func(tx callback.Tx) error {
		task, err := tx.Task(1)
		if err != nil {
			return err
		}
		task.State = callback.TaskCompleted
		return tx.UpdateTask(&task, callback.Change{From: "scheduled", To: "completed"})
	})
	require.ErrorIs(t, err, callback.ErrRefused)
	assert.EqualError(t, err, "update task 1: refused by the database's rules (a task can not take this step)")
}

func TestFullDisk(t *testing.T) {
	db := openTest(t)
	var pages int
	require.NoError(t, db.writer.QueryRow("PRAGMA page_count").Scan(&pages))
	limit := func(n int) {
		_, err := db.writer.Exec(fmt.Sprintf("PRAGMA max_page_count = %d", n))
		require.NoError(t, err)
	}
	limit(pages)
	var full error
	committed := 0
	for ; full == nil; committed++ {
		full = addTask(t, db, fmt.Sprintf("+467012%05d", committed))
	}
	require.ErrorIs(t, full, ErrFull)
	assert.ErrorContains(t, full, "the disk is full: make room")
	limit(pages + 1000)
	require.NoError(t, addTask(t, db, "+46701234567"), "it goes on by itself when there is room")
	require.NoError(t, db.View(t.Context(), func(tx callback.ReadTx) error {
		tasks, err := tx.Tasks(callback.TaskFilter{Limit: 10_000})
		assert.Len(t, tasks, committed)
		return err
	}))
}

func TestLockedByAnotherProgram(t *testing.T) {
	db := openTest(t, BusyTimeout(time.Millisecond))
	shell, err := sql.Open("sqlite3", "file:"+db.Path()+"?_txlock=immediate")
	require.NoError(t, err)
	defer func() { assert.NoError(t, shell.Close()) }()
	held, err := shell.Begin()
	require.NoError(t, err)
	err = addTask(t, db, "+46701234567")
	require.ErrorIs(t, err, ErrBusy)
	assert.ErrorContains(t, err, "begin to write to "+db.Path())
	require.NoError(t, held.Rollback())
	require.NoError(t, addTask(t, db, "+46701234567"))
}

func TestDamagedDatabase(t *testing.T) {
	db := openTest(t)
	require.NoError(t, addTask(t, db, "+46701234567"))
	require.NoError(t, db.Close())
	content, err := os.ReadFile(db.Path())
	require.NoError(t, err)
	for i := headerSize; i < len(content); i++ {
		content[i] = 0x5a
	}
	require.NoError(t, os.WriteFile(db.Path(), content, 0o600))
	_, err = Open(t.Context(), db.Path())
	require.ErrorIs(t, err, ErrCorrupt)
	after, err := os.ReadFile(db.Path())
	require.NoError(t, err)
	assert.Equal(t, content, after, "nothing is made worse")
}
