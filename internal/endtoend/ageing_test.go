package endtoend

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"time"
)

// sleeps has callbackd be stopped for d, in no time: everything that its database tells
// of happened so much earlier. The triggers that refuse such an edit are made anew when
// callbackd is started.
func (w *world) sleeps(d time.Duration) {
	w.t.Helper()
	w.must(w.StopCallbackd(w.t.Context()))
	db, err := sql.Open("sqlite3", filepath.Join(w.Dir, "callbackd.db"))
	w.must(err)
	for _, trigger := range w.column(db, `SELECT name FROM sqlite_schema WHERE type = 'trigger'`) {
		w.do(db, fmt.Sprintf(`DROP TRIGGER "%s"`, trigger))
	}
	// In one statement per table: the database checks the order of an attempt's times.
	for _, table := range w.column(db, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`) {
		set := ""
		for _, column := range w.column(db, `SELECT name FROM pragma_table_info(?) WHERE type = 'TEXT'`, table) {
			set += fmt.Sprintf(`, "%[1]s" = CASE WHEN "%[1]s" GLOB '????-??-??T??:??:??.*Z' THEN strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ', "%[1]s", '-%[2]d seconds') ELSE "%[1]s" END`,
				column, int(d.Seconds()))
		}
		if set != "" {
			w.do(db, fmt.Sprintf(`UPDATE "%s" SET %s`, table, set[len(", "):]))
		}
	}
	w.must(db.Close())
	w.start()
}

func (w *world) do(db *sql.DB, statement string) {
	w.t.Helper()
	_, err := db.ExecContext(w.t.Context(), statement)
	w.must(err)
}

// column is what a query finds, of one column.
func (w *world) column(db *sql.DB, query string, args ...any) (list []string) {
	w.t.Helper()
	rows, err := db.QueryContext(w.t.Context(), query, args...)
	w.must(err)
	defer func() { w.must(rows.Close()) }()
	for rows.Next() {
		var one string
		w.must(rows.Scan(&one))
		list = append(list, one)
	}
	w.must(rows.Err())
	return list
}
