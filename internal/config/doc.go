// Package config reads the two kinds of files that people write: callbackd.yaml,
// the operator's, and rules/ACCOUNT.yaml, one for each account.
//
// Both are read in the same three steps. A source reads the file and has it
// parsed; a builder makes nodes of the parser's tree, which keep every scalar
// as it is written and know their line and column; a decoder takes values out
// of the nodes. Nothing stops at the first fault: a method that finds one notes
// a Problem, answers a zero value and goes on, so that one run of `callbackd
// check` finds all of them, each with its place, the offending line and a hint.
//
// Keys are known by being asked for: what a mapping holds and nobody asked for
// is an unknown key, and an error. So nothing is accepted that isn't built.
//
// Load answers a Config, LoadRules the domain's callback.Rulebook with every
// default resolved; the rest of the program never sees YAML. Both either answer
// something whole or an error: a faulty file changes nothing that is in force.
package config
