// Command install makes sure that there is a browser for the tests, and fetches
// one where there is none. `make browser` runs it.
package main
