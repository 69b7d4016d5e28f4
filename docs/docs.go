// Package docs has what the program itself quotes from the documentation, so that it says
// the same in both places.
package docs

import _ "embed" // what is quoted

// Operations is operations.md.
//
//go:embed operations.md
var Operations string
