// Package wording says what the API's documents mean in the words that people read: how
// far an attempt has come and how it ended, what was decided about a missed call, what
// people hear, how long something took. The command line and the pages both take their
// words from here, so that a story reads the same on either.
//
// Its functions are pure, and write English for one line. Times of the day aren't here: in
// which zone and how long they are written is for whoever shows them.
package wording
