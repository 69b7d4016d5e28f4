package callback_test

import (
	"fmt"
	"strings"
	"testing"

	"callbackd/callback"
)

func TestWhatCameOfACallerIsDocumented(t *testing.T) {
	var table strings.Builder
	table.WriteString("| outcome | the caller |\n|---|---|\n")
	for _, o := range callback.AllOffered {
		fmt.Fprintf(&table, "| `%s` | %s |\n", o, o.Meaning())
	}
	documentedIn(t, "../docs/ivr.md", "what came of a caller", table.String())
}
