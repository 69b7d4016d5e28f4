package config

import (
	_ "embed"
	"slices"
)

//go:embed rules.schema.json
var schema []byte

// Schema is the JSON Schema (2020-12) of rules files, for editors that complete
// keys and check values. What it can't say (what a name refers to, a window that
// never opens) ReadRules says.
func Schema() []byte { return slices.Clone(schema) }
