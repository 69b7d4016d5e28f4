// Command install makes sure that there is an Asterisk for the tests and the
// demonstration, and fetches one where there is none. `make asterisk` runs it.
package main
