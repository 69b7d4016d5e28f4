package httpapi_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/httpapi"
	"callbackd/sounds"
)

// Whatever is sent to whatever operation: what is wrong is refused in words that say what
// to change, nothing breaks, and nothing is stored.
func TestNothingWrongIsTaken(t *testing.T) {
	w := newTenants(t)
	db := w.opened()
	before, stood := dump(t, db), version(t, db)
	sent := 0
	for _, o := range operations(t) {
		path, body := w.request(o, "acme")
		for _, wrong := range wrongs(t, o, path, body) {
			sent++
			answer := w.refusedWhatever(wrong)
			what := fmt.Sprintf("%s: %s", o.OperationID, wrong.what)
			if now := version(t, db); now != stood { // somebody has written
				after := dump(t, db)
				assert.Equal(t, before, after, "%s has changed something", what)
				before, stood = after, now
			}
			if wrong.harmless && answer.Code/100 == 2 {
				continue
			}
			if !assert.Equal(t, 4, answer.Code/100, "%s: %d %s", what, answer.Code, start(answer.Body.String())) {
				continue
			}
			p := problem(t, answer, answer.Code)
			assert.NotContains(t, p.Detail, "validation failed", what)
			assert.Less(t, answer.Body.Len(), 8<<10, "%s: what was sent is sent back", what)
			if wrong.names != "" {
				assert.Contains(t, answer.Body.String(), wrong.names, what)
			}
		}
	}
	assert.Greater(t, sent, 2000, "so few aren't all")
	assert.NotContains(t, w.log.String(), "panic")
	assert.NotContains(t, w.log.String(), "could not be answered")
	w.soundsAre("acme-own")
}

// refusedWhatever sends a wrong request as the admin does.
func (w *tenants) refusedWhatever(wrong wrong) *httptest.ResponseRecorder {
	w.t.Helper()
	r := httptest.NewRequestWithContext(w.t.Context(), wrong.method, "/", strings.NewReader(wrong.body))
	r.URL.Path, r.URL.RawPath, r.URL.RawQuery = wrong.path.Path, wrong.path.RawPath, wrong.path.RawQuery
	r.Header = http.Header{"Authorization": {"Bearer " + token}}
	if wrong.body != "" {
		r.Header.Set("Content-Type", wrong.contentType)
	}
	for name, values := range wrong.headers {
		r.Header[name] = values
	}
	return w.held(r)
}

// start is as much of a text as one can read.
func start(text string) string { return text[:min(len(text), 300)] }

// soundsAre checks which sounds account acme has.
func (w *tenants) soundsAre(names ...string) {
	w.t.Helper()
	var found []string
	for _, sound := range get[httpapi.SoundList](w.service, "/api/v1/accounts/acme/sounds").Sounds {
		if sound.Source == sounds.FromAccount {
			found = append(found, sound.Name)
		}
	}
	assert.Equal(w.t, names, found)
}

// opened is the service's database for reading beside it, on one connection.
func (s *service) opened() *sql.DB {
	s.t.Helper()
	db, err := sql.Open("sqlite3", "file:"+s.path+"?mode=ro")
	require.NoError(s.t, err)
	s.t.Cleanup(func() { assert.NoError(s.t, db.Close()) })
	db.SetMaxOpenConns(1)
	return db
}

// version differs from the last time if another connection has changed the database since.
func version(t *testing.T, db *sql.DB) string {
	t.Helper()
	return column(t, db, `PRAGMA data_version`)[0]
}

// dump is every row of every table.
func dump(t *testing.T, db *sql.DB) string {
	t.Helper()
	var text strings.Builder
	for _, table := range column(t, db, `SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`) {
		rows, err := db.QueryContext(t.Context(), `SELECT * FROM "`+table+`" ORDER BY rowid`)
		if err != nil { // a table WITHOUT ROWID is in the order of its key
			rows, err = db.QueryContext(t.Context(), `SELECT * FROM "`+table+`"`)
		}
		require.NoError(t, err)
		columns, err := rows.Columns()
		require.NoError(t, err)
		for rows.Next() {
			values := make([]any, len(columns))
			for i := range values {
				values[i] = new(any)
			}
			require.NoError(t, rows.Scan(values...))
			text.WriteString(table)
			for i, v := range values {
				fmt.Fprintf(&text, " %s=%v", columns[i], *v.(*any))
			}
			text.WriteString("\n")
		}
		require.NoError(t, rows.Err())
	}
	return text.String()
}

func column(t *testing.T, db *sql.DB, query string) (values []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	require.NoError(t, err)
	defer func() { assert.NoError(t, rows.Close()) }()
	for rows.Next() {
		var value string
		require.NoError(t, rows.Scan(&value))
		values = append(values, value)
	}
	require.NoError(t, rows.Err())
	return values
}

// components are the schemas of the document by name.
func components(t *testing.T) map[string]schema {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "openapi.json"))
	require.NoError(t, err)
	var document struct {
		Components struct{ Schemas map[string]schema }
	}
	require.NoError(t, json.Unmarshal(text, &document))
	return document.Components.Schemas
}
