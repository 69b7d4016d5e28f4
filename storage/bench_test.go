package storage

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

var start = time.Date(2026, 11, 20, 8, 10, 8, 0, time.UTC)

// BenchmarkUpdate is one durable commit of one changed task.
func BenchmarkUpdate(b *testing.B) {
	db := openTest(b)
	task := newTask("+46701234567", start)
	require.NoError(b, db.Update(b.Context(), func(tx callback.Tx) error { return insertTask(tx, &task) }))
	for b.Loop() {
		err := db.Update(b.Context(), func(tx callback.Tx) error { return touch(tx, &task) })
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkWrite is what Update costs without the disk: changes of a task
// within one transaction.
func BenchmarkWrite(b *testing.B) {
	db := openTest(b)
	err := db.Update(b.Context(), func(tx callback.Tx) error {
		task := newTask("+46701234567", start)
		if err := insertTask(tx, &task); err != nil {
			return err
		}
		for b.Loop() {
			if err := touch(tx, &task); err != nil {
				return err
			}
		}
		return nil
	})
	require.NoError(b, err)
}

// BenchmarkScheduler asks what the scheduler asks, with 10,000 open tasks and
// 100,000 rows of history: all due, as in the morning, or all in the future.
func BenchmarkScheduler(b *testing.B) {
	const tasks, changes = 10_000, 10
	db := openTest(b)
	require.NoError(b, db.Update(b.Context(), func(tx callback.Tx) error {
		for i := range tasks {
			task := newTask(fmt.Sprintf("+467012%05d", i), start.Add(time.Duration(i*7919%tasks)*time.Millisecond))
			task.Arrived = start.Add(-time.Duration(i*104729%tasks) * time.Millisecond)
			if err := insertTask(tx, &task); err != nil {
				return err
			}
			for range changes - 2 {
				if err := touch(tx, &task); err != nil {
					return err
				}
			}
		}
		return nil
	}))
	measure(b, db, map[string]func(callback.ReadTx) error{
		"DueTasks of 10000 due": func(tx callback.ReadTx) error {
			due, err := tx.DueTasks(start.Add(time.Hour), 15)
			require.Len(b, due, 15)
			return err
		},
		"DueTasks of 10 due": func(tx callback.ReadTx) error {
			due, err := tx.DueTasks(start.Add(9*time.Millisecond), 15)
			require.Len(b, due, 10)
			return err
		},
		"NextDue": func(tx callback.ReadTx) error {
			_, ok, err := tx.NextDue(start)
			require.True(b, ok)
			return err
		},
	})
}

func touch(tx callback.Tx, task *callback.Task) error {
	return tx.UpdateTask(task, callback.Change{Input: string(callback.TaskMissedAgain), From: string(task.State), To: string(task.State)})
}
