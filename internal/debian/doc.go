// Package debian gets programs for the tests and the demonstration from Debian's
// packages: fetched from the mirror that the machine already uses, signatures
// checked, and unpacked into a folder of the user's cache. Nothing is installed on
// the machine, nothing outside the cache folder is touched, and it needs no root.
//
//	var asterisk = debian.Program{
//		Name: "Asterisk", Folder: "asterisk", Suite: "forky",
//		Packages: []string{"asterisk", "asterisk-core-sounds-en-wav"},
//		…
//	}
//	root, err := asterisk.Install(ctx, os.Stderr)
//
// It has two users: the private Asterisk (asterisk-config/private) and the browser
// of the tests (internal/browser). Each knows how to run what was unpacked, which
// isn't where its packages think it is.
//
// Who waits, and what if it dies here: apt-get and dpkg-deb are children that the
// kernel kills with this program (package child). What was downloaded stays and is
// used by the next try; a folder that isn't whole is never taken for one that is.
package debian
