package storage

import (
	"fmt"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func shipped(t *testing.T) []migration {
	t.Helper()
	migrations, err := loadMigrations(migrationFiles)
	require.NoError(t, err)
	return migrations
}

func TestMigrationsAreNumbered(t *testing.T) {
	for _, names := range [][]string{{"0002_b.sql"}, {"0001_a.sql", "0003_c.sql"}, {"0001_a.sql", "0001_b.sql"}, {"first.sql"}} {
		files := fstest.MapFS{}
		for _, name := range names {
			files["migrations/"+name] = &fstest.MapFile{}
		}
		_, err := loadMigrations(files)
		assert.ErrorContains(t, err, "is expected here", "%v", names)
	}
	assert.NotEmpty(t, shipped(t))
}

func TestMigrationIsMarked(t *testing.T) {
	db := openTest(t)
	var version, id int
	require.NoError(t, db.writer.QueryRow("PRAGMA user_version").Scan(&version))
	require.NoError(t, db.writer.QueryRow("PRAGMA application_id").Scan(&id))
	assert.Len(t, shipped(t), version)
	assert.Equal(t, applicationID, id)
}

func TestFailedMigrationLeavesNothing(t *testing.T) {
	for name, c := range map[string]struct{ sql, says string }{
		"wrong in the middle": {
			"CREATE TABLE advice (id INTEGER) STRICT; UPDATE tasks SET note = 'changed'; INSERT INTO nowhere VALUES (1)",
			"migration next.sql: no such table: nowhere",
		},
		"a reference to nothing": {
			"CREATE TABLE advice (id INTEGER) STRICT; UPDATE tasks SET note = 'changed'; UPDATE attempts SET task_id = 4711",
			"a row of attempts refers to one that isn't there",
		},
	} {
		t.Run(name, func(t *testing.T) {
			db := openTest(t)
			require.NoError(t, addTask(t, db, "+46701234567"))
			require.NoError(t, db.Close())
			known := len(shipped(t))
			next := append(shipped(t), migration{version: known + 1, name: "next.sql", sql: c.sql})
			require.ErrorContains(t, migrate(t.Context(), db.Path(), next, options{busyTimeout: time.Second}), c.says)

			again := reopen(t, db.Path())
			var version, tables, triggerCount int
			var note string
			require.NoError(t, again.writer.QueryRow("PRAGMA user_version").Scan(&version))
			require.NoError(t, again.writer.QueryRow("SELECT count(*) FROM sqlite_schema WHERE name = 'advice'").Scan(&tables))
			require.NoError(t, again.writer.QueryRow("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'").Scan(&triggerCount))
			require.NoError(t, again.writer.QueryRow("SELECT note FROM tasks").Scan(&note))
			assert.Equal(t, known, version)
			assert.Zero(t, tables)
			assert.Empty(t, note)
			assert.Len(t, triggers(), triggerCount)
		})
	}
}

func TestMigrationMayRewriteWhatTriggersGuard(t *testing.T) {
	db := openTest(t)
	require.NoError(t, addTask(t, db, "+46701234567"))
	require.NoError(t, db.Close())
	known := len(shipped(t))
	next := append(shipped(t), migration{version: known + 1, name: "forget.sql", sql: "UPDATE history SET number = ''"})
	require.NoError(t, migrate(t.Context(), db.Path(), next, options{busyTimeout: time.Second}))
	_, err := Open(t.Context(), db.Path())
	require.ErrorContains(t, err, fmt.Sprintf("newer callbackd (schema %d, this one knows %d)", known+1, known))
}
