// Callbackd calls back the customers whose calls reached nobody. The program is
// one: `callbackd serve` is the daemon, the other verbs ask it over its HTTP API
// or check what people wrote for it.
//
// There is one file for each verb, which only wires: it reads the command line,
// calls the package that does the work, and hands the result to the files that
// print (table.go, printer.go, clock.go, words.go, story.go, explanation.go). Whatever they print of a customer's or a
// trunk's making is stripped of control characters first.
//
// The exit status is 0, or 1 for an error, which is one line on standard error
// that begins with "callbackd:", or 2 for a command line that isn't understood.
package main
