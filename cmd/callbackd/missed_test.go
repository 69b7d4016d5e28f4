package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// Who finds a reason in a list finds it in the documentation, in the same words.
func TestEveryReasonIsDocumented(t *testing.T) {
	const (
		document = "../../docs/missed-calls.md"
		begin    = "<!-- reasons: printed from callback, see `make golden` -->\n"
		end      = "<!-- end of reasons -->\n"
	)
	table := "| reason | what it means |\n|---|---|\n"
	for _, reason := range callback.Reasons {
		require.NotEmpty(t, reason.Meaning(), reason)
		table += fmt.Sprintf("| `%s` | %s |\n", reason, reason.Meaning())
	}
	content, err := os.ReadFile(document)
	require.NoError(t, err)
	before, rest, found := strings.Cut(string(content), begin)
	require.True(t, found, "the table's place is marked")
	written, after, found := strings.Cut(rest, end)
	require.True(t, found, "the table's end is marked")
	if *update {
		require.NoError(t, os.WriteFile(document, []byte(before+begin+table+end+after), 0o644))
		return
	}
	require.Equal(t, table, written, "print it anew with -update")
}
