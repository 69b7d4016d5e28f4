package storage

import (
	"context"
	"database/sql"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

func TestEveryConnectionHasItsSettings(t *testing.T) {
	db := openTest(t)
	for _, pool := range []*sql.DB{db.writer, db.readers} {
		want := map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5000", "query_only": "0"}
		size := 1
		if pool == db.readers {
			want, size = map[string]string{"journal_mode": "wal", "busy_timeout": "5000", "query_only": "1"}, readerConnections
		}
		require.Equal(t, size, pool.Stats().MaxOpenConnections)
		for range size {
			conn, err := pool.Conn(t.Context())
			require.NoError(t, err)
			defer func() { assert.NoError(t, conn.Close()) }()
			for pragma, value := range want {
				var got string
				require.NoError(t, conn.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got))
				assert.Equal(t, value, got, pragma)
			}
		}
	}
}

func TestReadersCannotWrite(t *testing.T) {
	db := openTest(t)
	_, err := db.readers.Exec("UPDATE tasks SET note = ''")
	require.Error(t, err)
	assert.Equal(t, ErrIO, meaningOf(err))
}

func TestClosed(t *testing.T) {
	db := openTest(t)
	require.NoError(t, db.Close())
	require.NoError(t, db.Close(), "twice is as good as once")
	assert.ErrorIs(t, addTask(t, db, "+46701234567"), ErrClosed)
	assert.ErrorIs(t, db.View(t.Context(), func(callback.ReadTx) error { return nil }), ErrClosed)
}

func TestCloseWaitsForTheWriter(t *testing.T) {
	db := openTest(t)
	var heard []callback.Change
	db.Observe(func(changes []callback.Change) { heard = append(heard, changes...) })
	closed := make(chan error)
	require.NoError(t, db.Update(t.Context(), func(tx callback.Tx) error {
		go func() { closed <- db.Close() }()
		task := newTask("+46701234567", time.Now())
		return insertTask(tx, &task)
	}))
	require.NoError(t, <-closed)
	assert.Len(t, heard, 2, "observers have heard everything when Close returns")
}

func TestSlowObserverHoldsNobodyUp(t *testing.T) {
	db := openTest(t)
	release := make(chan struct{})
	var heard []int64
	db.Observe(func(changes []callback.Change) {
		<-release
		heard = append(heard, changes[0].TaskID)
	})
	for _, number := range []string{"+46701234567", "+46701234568", "+46701234569"} {
		require.NoError(t, addTask(t, db, number))
	}
	close(release)
	require.NoError(t, db.Close())
	assert.Equal(t, []int64{1, 2, 3}, heard)
}

func TestObserverMayWrite(t *testing.T) {
	db := openTest(t)
	done := make(chan error, 10)
	db.Observe(func(changes []callback.Change) {
		if changes[0].From == "" {
			done <- db.Update(context.Background(), func(tx callback.Tx) error {
				task, err := tx.Task(changes[0].TaskID)
				if err != nil {
					return err
				}
				task.State, task.HeldBy = callback.TaskHeld, "alice"
				return tx.UpdateTask(&task, callback.Change{Input: string(callback.TaskHold), From: "scheduled", To: "held"})
			})
		}
	})
	require.NoError(t, addTask(t, db, "+46701234567"))
	require.NoError(t, <-done)
}

// Close waits for an observer, which waits for nothing that Close holds.
func TestCloseWhileAnObserverWantsToWrite(t *testing.T) {
	db := openTest(t)
	observing, goOn, answer := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	db.Observe(func([]callback.Change) {
		close(observing)
		<-goOn
		answer <- db.Update(context.Background(), func(callback.Tx) error { return nil })
	})
	require.NoError(t, addTask(t, db, "+46701234567"))
	<-observing
	closed := make(chan error, 1)
	go func() { closed <- db.Close() }()
	<-db.closed
	close(goOn)
	select {
	case err := <-closed:
		require.NoError(t, err)
	case <-time.After(10 * time.Second):
		require.Fail(t, "Close and the observer wait for each other")
	}
	assert.ErrorIs(t, <-answer, ErrClosed)
}

// In a bubble time is virtual, and every goroutine must end with Close.
func TestBubble(t *testing.T) {
	path := t.TempDir() + "/callbackd.db"
	synctest.Test(t, func(t *testing.T) {
		db, err := Open(t.Context(), path)
		require.NoError(t, err)
		observed := 0
		db.Observe(func(changes []callback.Change) { observed += len(changes) })
		due := time.Now().Add(time.Hour)
		require.NoError(t, db.Update(t.Context(), func(tx callback.Tx) error {
			task := newTask("+46701234567", due)
			return insertTask(tx, &task)
		}))
		synctest.Wait()
		assert.Equal(t, 2, observed)
		var next time.Time
		read := func(tx callback.ReadTx) (err error) {
			next, _, err = tx.NextDue(time.Now())
			return err
		}
		require.NoError(t, db.View(t.Context(), read))
		time.Sleep(time.Until(next))
		require.NoError(t, db.View(t.Context(), func(tx callback.ReadTx) error {
			tasks, err := tx.DueTasks(time.Now(), 10)
			assert.Len(t, tasks, 1)
			return err
		}))
		// Somebody who waits for the writer waits in virtual time.
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		require.NoError(t, db.Update(t.Context(), func(callback.Tx) error {
			err := db.Update(ctx, func(callback.Tx) error { return nil })
			assert.ErrorIs(t, err, context.DeadlineExceeded, "an update inside an update waits for itself")
			return nil
		}))
		require.NoError(t, db.Close())
	})
}
