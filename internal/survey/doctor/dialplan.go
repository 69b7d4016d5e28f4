package doctor

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"callbackd/internal/config"
	"callbackd/internal/survey/asteriskconf"
)

// dialplan is what extensions.conf tells of withheld numbers.
type dialplan struct {
	folder string // "" where it can't be looked at

	// Since somebody wanted to know:
	asked  bool
	logged bool
	err    error // why it can't be read
}

// dialplanOf is that of a PBX.
func (e *examination) dialplanOf(pbx config.PBX) *dialplan {
	return &dialplan{folder: e.settingsOf(pbx)}
}

// withheldLogged reports whether numbers that were withheld come into the logs, as far as
// extensions.conf tells: any line that looks at the presentation is taken for the one that
// keeps them out. Where that can't be told nobody is advised.
func (d *dialplan) withheldLogged(string) bool {
	if d.asked || d.folder == "" {
		return d.logged
	}
	d.asked = true
	var f *asteriskconf.File
	f, d.err = asteriskconf.Read(d.folder, "extensions.conf")
	d.logged = errors.Is(d.err, fs.ErrNotExist) || d.err == nil && !slices.ContainsFunc(f.Settings, looksAtPresentation)
	return d.logged
}

func looksAtPresentation(s asteriskconf.Setting) bool {
	value := strings.ToLower(s.Value)
	return strings.Contains(value, "callerid(num-pres)") || strings.Contains(value, "callerid(pres)")
}

// sayUnread notes that somebody wanted to know and nobody could tell.
func (e *examination) sayUnread(pbx string, d *dialplan) {
	if d.asked && d.err != nil && !errors.Is(d.err, fs.ErrNotExist) {
		e.sayOf(pbx, "catch_up", Note, "run the doctor as root, or as Asterisk's user",
			"%s can't be read (%s): whether withheld numbers come into the logs can't be told",
			filepath.Join(d.folder, "extensions.conf"), reason(d.err))
	}
}
