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

// dialplan is a PBX's extensions.conf with what it includes.
type dialplan struct {
	folder   string // "" where it can't be looked at
	withheld bool   // somebody wanted to know of withheld numbers

	// Since it was read for the first time:
	read bool
	file *asteriskconf.File // nil if it can't be read
	err  error              // why
}

// dialplanOf is that of a PBX.
func (e *examination) dialplanOf(pbx config.PBX) *dialplan {
	return &dialplan{folder: e.settingsOf(pbx)}
}

// text is what is written there; nil if that can't be told.
func (d *dialplan) text() *asteriskconf.File {
	if !d.read && d.folder != "" {
		d.file, d.err = asteriskconf.Read(d.folder, extensions)
	}
	d.read = true
	return d.file
}

const extensions = "extensions.conf"

// withheldLogged reports whether numbers that were withheld come into the logs, as far as
// extensions.conf tells: any line that looks at the presentation is taken for the one that
// keeps them out. Where that can't be told nobody is advised.
func (d *dialplan) withheldLogged(string) bool {
	d.withheld = true
	f := d.text()
	return errors.Is(d.err, fs.ErrNotExist) || f != nil && !slices.ContainsFunc(f.Settings, looksAtPresentation)
}

func looksAtPresentation(s asteriskconf.Setting) bool {
	value := strings.ToLower(s.Value)
	return strings.Contains(value, "callerid(num-pres)") || strings.Contains(value, "callerid(pres)")
}

// sayUnread notes that somebody wanted to know and nobody could tell.
func (e *examination) sayUnread(pbx string, d *dialplan) {
	if d.err == nil || errors.Is(d.err, fs.ErrNotExist) {
		return
	}
	untold := "whether callbackd.conf is as it was shipped"
	if d.withheld {
		untold += ", and whether withheld numbers come into the logs,"
	}
	e.sayAbout(pbx, Note, "run the doctor as root, or as Asterisk's user",
		"%s can't be read (%s): %s can't be told", filepath.Join(d.folder, extensions), reason(d.err), untold)
}
