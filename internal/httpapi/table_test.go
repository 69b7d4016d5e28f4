package httpapi_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// operation is one of the OpenAPI document.
type operation struct {
	OperationID string
	method      string
	path        string
	Parameters  []parameter
	RequestBody struct {
		Content map[string]struct{ Schema schema }
	}
	Security  []map[string][]string
	Responses map[string]any
}

// parameter is one of an operation.
type parameter struct {
	Name, In string
	Schema   schema
}

// has reports whether the operation has a parameter.
func (o operation) has(name, in string) bool {
	return slices.ContainsFunc(o.Parameters, func(p parameter) bool { return p.Name == name && p.In == in })
}

// content lists the types of body that the operation takes.
func (o operation) content() []string { return slices.Sorted(maps.Keys(o.RequestBody.Content)) }

// takes reports whether the operation takes a body of a type.
func (o operation) takes(contentType string) bool { return slices.Contains(o.content(), contentType) }

// properties are the fields of the operation's JSON body.
func (o operation) properties(t *testing.T) map[string]schema {
	t.Helper()
	body := o.RequestBody.Content["application/json"].Schema
	if name, referred := strings.CutPrefix(body.Ref, "#/components/schemas/"); referred {
		return components(t)[name].Properties
	}
	return body.Properties
}

// operations lists those of the served document that want a token, by path and method.
func operations(t *testing.T) []operation {
	t.Helper()
	var document struct {
		Paths map[string]map[string]operation
	}
	w := newService(t).send(http.MethodGet, "/openapi.json", "")
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &document))
	var all []operation
	for _, path := range slices.Sorted(maps.Keys(document.Paths)) {
		if !strings.HasPrefix(path, "/api/") {
			continue
		}
		for _, method := range slices.Sorted(maps.Keys(document.Paths[path])) {
			o := document.Paths[path][method]
			o.method, o.path = strings.ToUpper(method), path
			all = append(all, o)
		}
	}
	require.NotEmpty(t, all)
	return all
}

func TestEveryOperationHasARow(t *testing.T) {
	table := httpapi.RoleTable()
	rows := slices.Collect(maps.Keys(table))
	for _, o := range operations(t) {
		row, ok := table[o.OperationID]
		if !assert.True(t, ok, "%s has no row in roles.go, so nobody may do it: decide who", o.OperationID) {
			continue
		}
		rows = slices.DeleteFunc(rows, func(name string) bool { return name == o.OperationID })
		var roles []string
		for _, role := range callback.Roles {
			if row.Cells[role] != httpapi.CellNo {
				roles = append(roles, string(role))
			}
		}
		assert.Equal(t, []map[string][]string{{"token": roles}}, o.Security, "%s says in the document for whom it is", o.OperationID)
		for _, status := range []string{"401", "403", "429"} {
			assert.Contains(t, o.Responses, status, o.OperationID)
		}
	}
	assert.Equal(t, []string{httpapi.MetricsPage}, rows, "a row without an operation")
}

const (
	manual     = "../../docs/operations.md"
	rolesBegin = "<!-- roles: printed from internal/httpapi, see `make golden` -->\n"
	rolesEnd   = "<!-- end of roles -->\n"
)

func TestTheTableOfRolesInTheDocumentation(t *testing.T) {
	var text strings.Builder
	text.WriteString("| operation | admin | supervisor | agent | intake | of a token of one account |\n|---|---|---|---|---|---|\n")
	table := httpapi.RoleTable()
	write := func(name, request string) {
		row := table[name]
		fmt.Fprintf(&text, "| `%s` |", request)
		for _, role := range callback.Roles {
			text.WriteString(" " + row.Cells[role] + " |")
		}
		text.WriteString(" " + row.Reach + " |\n")
	}
	for _, o := range operations(t) {
		write(o.OperationID, o.method+" "+o.path)
	}
	write(httpapi.MetricsPage, "GET /metrics")

	content, err := os.ReadFile(manual)
	require.NoError(t, err)
	before, rest, found := strings.Cut(string(content), rolesBegin)
	require.True(t, found, "the table's place is marked")
	written, after, found := strings.Cut(rest, rolesEnd)
	require.True(t, found, "the table's end is marked")
	if *update {
		require.NoError(t, os.WriteFile(manual, []byte(before+rolesBegin+text.String()+rolesEnd+after), 0o644))
		return
	}
	require.Equal(t, text.String(), written, "print it anew with -update")
}
