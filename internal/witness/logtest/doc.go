// Package logtest writes Asterisk's logs as Asterisk does, for tests of what
// reads them. Time is time.Now: in a synctest bubble, the bubble's.
package logtest
