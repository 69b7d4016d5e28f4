// Package asteriskconf reads what people write in /etc/asterisk, as far as one must to
// look a setting up:
//
//	f, err := asteriskconf.Read("/etc/asterisk", "cdr.conf")
//	unanswered, written := f.Last("general", "unanswered")
//	if !written || !unanswered.On() { … }
//
// A file is a list of sections with settings, `key = value` or `key => value`. Comments
// begin with a semicolon that no backslash precedes, or stand between ;-- and --;. Names of
// sections and keys are without regard to case. A section [name](base) begins with what base
// holds until then, [name](!) is a template that only others begin with, and [name](+) goes
// on with an earlier section.
//
// An #include is followed from the folder, wherever the line stands, with patterns, as
// Asterisk does. Only regular files are read, each only once on the way from the file to
// what it includes, and no more than bounds allow: whoever writes /etc/asterisk isn't always
// who runs the doctor. What can't be followed is in File.Unread, so that whoever finds
// nothing knows how much that means.
package asteriskconf
