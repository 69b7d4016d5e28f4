// Package pagetest holds the tests of the page in a browser: a real Chromium against
// callbackd as it runs, on a real Asterisk with real SIP phones. What people see is
// tested there, and what they do with mouse and keyboard: that a missed call appears
// without reloading and its story is right in the end, that everything works without
// a mouse, without scripts and on a phone, that a lost connection shows and comes
// back, and that nothing stands in the browser's console. axe-core finds nothing on
// any page, by day and by night, at the width of a phone and of a desk. It has no code
// of its own.
//
// callbackd runs as in package endtoend: this test binary, started again. Each test
// has a world of its own; the pages of one world are looked at in one browser.
//
// TestScreenshots takes the pictures of docs/, if it is told where (`make
// screenshots`).
package pagetest
