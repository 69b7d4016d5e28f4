package callback

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The database, the API's schema and the docs are made from the list: a reason that
// isn't in it is refused by the database.
func TestEveryReasonIsListedWithItsMeaning(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "reason.go", nil, 0)
	require.NoError(t, err)
	var declared []Reason
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if ok && len(spec.Names) == 1 && strings.HasPrefix(spec.Names[0].Name, "Reason") && len(spec.Values) == 1 {
			if word, ok := spec.Values[0].(*ast.BasicLit); ok {
				text, err := strconv.Unquote(word.Value)
				require.NoError(t, err)
				declared = append(declared, Reason(text))
			}
		}
		return true
	})
	require.NotEmpty(t, declared)
	require.ElementsMatch(t, declared, Reasons)
	told := map[string]Reason{}
	for _, r := range Reasons {
		meaning := r.Meaning()
		require.NotEmpty(t, meaning, r)
		require.NotContains(t, meaning, "\n")
		require.Empty(t, told[meaning], "%s means the same", r)
		told[meaning] = r
	}
	require.Empty(t, Reason("rumour").Meaning())
}
