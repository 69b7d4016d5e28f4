// Package config reads the two kinds of files that people write: callbackd.yaml,
// the operator's, and rules/ACCOUNT.yaml, one for each account.
//
// Both are read in the same three steps. A source takes the file's text and has
// it parsed; a builder makes nodes of the parser's tree, which keep every scalar
// as it is written and know their line and column; a decoder takes values out
// of the nodes. Nothing stops at the first fault: a method that finds one notes
// a Problem, answers a zero value and goes on, so that one run of `callbackd
// check` finds all of them, each with its place, the offending line and a hint.
// What could take long is bounded before it begins (maxFileSize, maxTokens,
// maxDepth, maxRepeated, maxEntries, maxProblems), so that no file of whatever
// origin keeps a daemon busy.
//
// Keys are known by being asked for: what a mapping holds and nobody asked for
// is an unknown key, and an error. So nothing is accepted that isn't built. The
// JSON Schema that editors use (Schema) is written by hand; a test compares its
// keys with those that are asked for.
//
// What texts, languages and the speech command may be, the sound library decides,
// which isn't imported: tests compare both. Whether it has a sound is asked through
// an option (CheckSound).
//
// Load answers a Config. ReadRules answers a RulesFile for each file of the
// rules: the domain's callback.Account with every default resolved, or nil with
// what is wrong. The rest of the program never sees YAML. Each file is right or
// wrong by itself, save for what two can't both claim (conflict.go), where
// InForce says who was there first. Accounts are whole or not there at all: a
// faulty file changes nothing that is in force.
package config
