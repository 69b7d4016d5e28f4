// Package hours says when a customer may be called: a Schedule, which an admin
// writes as one would on a shop's door, read by the clocks of the Zones in which
// the customer may live, which the number tells.
//
// It depends on nothing of callbackd's, reads no clock, and is quick: a question
// costs a microsecond for a customer with one zone. schedule.go has the promises
// in an admin's words, wall_clock.go what happens on the days on which clocks are
// changed, zones_corrected.go where libphonenumber's zones are wrong.
package hours
