package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"callbackd/internal/config"
	"callbackd/internal/survey/asteriskconf"
)

// setting is what a line of Asterisk's configuration should say.
type setting struct {
	file, section, key string
	on                 bool // what it should be
	otherwise          bool // what Asterisk takes where it isn't written
	level              Level
	lost               string                // what is wrong if it is the other way
	reload             string                // the command after which the line holds
	needed             func(config.PBX) bool // nil: always
	shown              bool                  // the rows of the CDR show whether it is so
}

func hasQueueLog(pbx config.PBX) bool { return pbx.CatchUp.QueueLog != "" }

const (
	reloadCDR    = "module reload cdr"
	reloadCSV    = "module reload cdr_csv.so"
	reloadLogger = "logger reload"
)

// settings that the logs depend on. Nothing of queues.conf is among them: what each queue
// may say there, log-restricted-caller-id = no, keeps a withheld number out of queue_log
// and leaves it in the CDR, where it is taken from.
var settings = []setting{
	{"cdr.conf", "general", "enable", true, true, Error, "no CDR is written", reloadCDR, nil, false},
	{"cdr.conf", "general", "channeldefaultenabled", true, true, Error, "no CDR is written of calls for which the dialplan doesn't ask", reloadCDR, nil, false},
	{"cdr.conf", "general", "unanswered", true, false, Warning, "a call that rang nobody leaves no row, and is lost if callbackd is away", reloadCDR, nil, false},
	{"cdr.conf", "general", "batch", false, false, Warning, "calls come into the log late, and not at all if Asterisk crashes", reloadCDR, nil, false},
	{"cdr.conf", "general", "ignoredialchanges", false, false, Warning, "a row doesn't say whose phone rang, and so not whose the call was", reloadCDR, nil, false},
	{"cdr.conf", "csv", "loguniqueid", true, false, Error, "the CDR can't be used: no row says which call it is of", reloadCSV, nil, true},
	{"logger.conf", "general", "queue_log", true, true, Error, "nothing is written to queue_log", reloadLogger, hasQueueLog, false},
}

// whereAsteriskReads is where Asterisk looks for its configuration, unless it was built
// otherwise.
const whereAsteriskReads = "/etc/asterisk"

// settingsOf is the folder of a PBX's configuration; "" if nobody has named it and the
// Asterisk is on another machine.
func (e *examination) settingsOf(pbx config.PBX) string {
	if e.settings == "" && onThisMachine(pbx) {
		return whereAsteriskReads
	}
	return e.settings
}

// examineSettings looks into Asterisk's own configuration. identified says that the CDR's
// rows have unique ids, whatever is written there.
func (e *examination) examineSettings(pbx config.PBX, identified bool) {
	say := func(level Level, hint, message string, args ...any) {
		e.sayOf(pbx.Name, "catch_up", level, hint, message, args...)
	}
	const how = "`asterisk -rx \"cdr show status\"` tells whether unanswered calls are logged; in cdr.conf, [general] wants unanswered = yes and [csv] loguniqueid = yes"
	folder := e.settingsOf(pbx)
	if folder == "" {
		say(Note, how+"; or name a copy of its folder with --asterisk-config", "Asterisk %s is on another machine: its cdr.conf and logger.conf weren't looked at", pbx.Name)
		return
	}
	if _, err := os.ReadDir(folder); err != nil {
		say(Note, how+"; or name its folder with --asterisk-config", "%s can't be read (%s): Asterisk's cdr.conf and logger.conf weren't looked at", folder, reason(err))
		return
	}
	files, before := map[string]*settingsFile{}, len(e.found)
	for _, s := range settings {
		if s.needed != nil && !s.needed(pbx) {
			continue
		}
		f, read := files[s.file]
		if !read {
			f = readSettings(folder, s.file, say)
			files[s.file] = f
		}
		if f == nil {
			continue
		}
		message, wrong := s.wrong(f)
		if !wrong {
			continue
		}
		hint := fmt.Sprintf("write `%s` into [%s] of %s, and `asterisk -rx %q`", s.line(), s.section, s.file, s.reload)
		if s.shown && identified {
			say(Warning, "if it is the file that Asterisk reads, "+hint, "%s; the rows of the CDR say otherwise, until Asterisk reads it anew", message)
			continue
		}
		say(s.level, hint, "%s", message)
	}
	if len(e.found) == before {
		say(OK, "", "what %s says about these logs is right", folder)
	}
}

// settingsFile is one of Asterisk's files.
type settingsFile struct {
	*asteriskconf.File
	path    string
	missing bool // Asterisk takes its defaults
}

// readSettings reads one of Asterisk's files; nil if it can't, which is said.
func readSettings(folder, name string, say func(level Level, hint, message string, args ...any)) *settingsFile {
	read, err := asteriskconf.Read(folder, name)
	f := &settingsFile{File: read, path: filepath.Join(folder, name)}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.File, f.missing = &asteriskconf.File{}, true
	case err != nil:
		say(Note, "run the doctor as root, or as Asterisk's user", "%s can't be read: %s", f.path, reason(err))
		return nil
	case len(f.Unread) > 0:
		say(Note, "what is written there may hold instead", "not all of %s was read: %s", f.path, some(f.Unread))
	}
	return f
}

// some are the first of many lines.
func some(lines []string) string {
	const shown = 3
	if len(lines) > shown {
		return fmt.Sprintf("%s, and %d more", strings.Join(lines[:shown], ", "), len(lines)-shown)
	}
	return strings.Join(lines, ", ")
}

// line is what should be written.
func (s setting) line() string {
	return s.key + " = " + map[bool]string{true: "yes", false: "no"}[s.on]
}

// wrong says what the file says instead, and what is lost by it.
func (s setting) wrong(f *settingsFile) (message string, wrong bool) {
	written, there := f.Last(s.section, s.key)
	switch {
	case there:
		return fmt.Sprintf("%s:%d says %s = %s: %s", written.File, written.Line, s.key, written.Value, s.lost), written.On() != s.on
	case f.missing:
		return fmt.Sprintf("%s isn't there, which should say %s: %s", f.path, s.line(), s.lost), s.otherwise != s.on
	}
	return fmt.Sprintf("%s doesn't say %s: %s", f.path, s.line(), s.lost), s.otherwise != s.on
}

// onThisMachine reports whether a PBX's address is one of this machine's. Names that only a
// name server knows aren't asked for.
func onThisMachine(pbx config.PBX) bool {
	u, err := url.Parse(pbx.URL)
	if err != nil {
		return false
	}
	host := u.Hostname()
	ip := net.ParseIP(host)
	if ip == nil {
		own, err := os.Hostname()
		return host == "localhost" || err == nil && strings.EqualFold(host, own)
	}
	own, err := net.InterfaceAddrs()
	return ip.IsLoopback() || err == nil && slices.ContainsFunc(own, func(address net.Addr) bool {
		network, ok := address.(*net.IPNet)
		return ok && network.IP.Equal(ip)
	})
}
