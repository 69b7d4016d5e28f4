package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"callbackd/internal/config"
)

// log is one of the logs of an Asterisk.
type log struct {
	*examination
	pbx  string
	key  string // of callbackd.yaml
	path string
	info fs.FileInfo
}

func (l log) say(level Level, hint, message string, args ...any) {
	l.sayOf(l.pbx, "catch_up."+l.key, level, hint, message, args...)
}

// examineLogs looks at the logs of catch_up, from their places to what they hold.
// identified says that the CDR's rows have unique ids.
func (e *examination) examineLogs(ctx context.Context, pbx config.PBX) (identified bool) {
	cdr := log{examination: e, pbx: pbx.Name, key: "cdr", path: pbx.CatchUp.CDR}
	if cdr.there(ctx) {
		cdr.examineRotation()
		identified = cdr.examineRows(e.trunksOf(pbx.Name))
	}
	if pbx.CatchUp.QueueLog == "" {
		return identified // check warns of it
	}
	queueLog := log{examination: e, pbx: pbx.Name, key: "queue_log", path: pbx.CatchUp.QueueLog}
	if queueLog.there(ctx) {
		queueLog.examineRotation()
		queueLog.examineEvents()
	}
	return identified
}

// trunksOf are the trunks on which customers' calls come in at a PBX.
func (e *examination) trunksOf(pbx string) (list []string) {
	for _, a := range e.accounts() {
		for _, r := range a.Regions {
			if r.PBX == pbx {
				list = append(list, r.Trunks...)
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// there looks whether the log can be read by callbackd, and by us.
func (l *log) there(ctx context.Context) bool {
	const compare = "compare with where Asterisk writes: `asterisk -rx \"core show settings\"`, Log directory"
	if path, err := filepath.Abs(l.path); err == nil {
		l.path = path
	}
	if barrier := l.reader.barrier(ctx, l.path); barrier != "" {
		l.say(Error, l.reader.permission(barrier, 0o010), "user %s may not enter %s, and so can't read %s", l.reader.name, barrier, l.path)
		return false
	}
	var err error
	l.info, err = os.Stat(l.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Stat(filepath.Dir(l.path)); errors.Is(err, fs.ErrNotExist) {
			l.say(Error, compare+"; Asterisk doesn't make folders for its logs", "%s: there is no folder %s", l.path, filepath.Dir(l.path))
		} else {
			l.say(Warning, compare+"; it is made when Asterisk starts, or by the first call that ends", "%s isn't there (yet)", l.path)
		}
		return false
	case err != nil:
		l.say(Error, compare, "%s can't be looked at: %s", l.path, reason(err))
		return false
	case l.info.IsDir():
		l.say(Error, "name the file in it: queue_log, cdr-csv/Master.csv", "%s is a folder", l.path)
		return false
	case !l.info.Mode().IsRegular():
		l.say(Error, compare, "%s isn't a regular file", l.path)
		return false
	case !l.reader.may(ctx, l.path):
		l.say(Error, l.reader.permission(l.path, 0o040), "user %s may not read %s", l.reader.name, l.path)
		return false
	}
	if folder := filepath.Dir(l.path); !l.reader.may(ctx, folder) {
		l.say(Warning, l.reader.permission(folder, 0o040), "user %s may not list %s: after a rotation the end of the older %s isn't found",
			l.reader.name, folder, filepath.Base(l.path))
	}
	return true
}

// reason is an error without the path that the message has already.
func reason(err error) string {
	var about *fs.PathError
	if errors.As(err, &about) {
		err = about.Err
	}
	return err.Error()
}

// rotatedName is the end of a rotated log's name.
var rotatedName = regexp.MustCompile(`^[.-][0-9-]+(\.[a-z]+)?$`)

// examineRotation looks whether the log's older files are compressed before they are read
// to their ends.
func (l *log) examineRotation() {
	entries, err := os.ReadDir(filepath.Dir(l.path))
	if err != nil {
		return // which is said
	}
	extension := filepath.Ext(l.path)
	stem := strings.TrimSuffix(filepath.Base(l.path), extension)
	var plain, compressed string
	for _, entry := range entries {
		rest, ours := strings.CutPrefix(entry.Name(), stem)
		if !ours {
			continue
		}
		rest = strings.TrimPrefix(rest, extension) // Master.csv.1, as well as Master-20261120.csv
		name, packed := rest, false
		for _, suffix := range []string{".gz", ".xz", ".bz2", ".zst"} {
			if cut, found := strings.CutSuffix(rest, suffix); found {
				name, packed = cut, true
			}
		}
		switch {
		case !rotatedName.MatchString(name):
		case packed:
			compressed = max(compressed, entry.Name())
		default:
			plain = entry.Name()
		}
	}
	if compressed != "" && plain == "" {
		l.say(Warning, "write `delaycompress` into its part of /etc/logrotate.d: the newest of the older files then stays as it is until the next rotation",
			"%s is compressed as soon as it is rotated, as %s shows: what was written before and not read yet is lost", l.path, compressed)
	}
}

const (
	// stale is how long an Asterisk's log may be silent before that is strange.
	stale = 7 * 24 * time.Hour
	// ahead is how far in the future a call may have begun.
	ahead = time.Minute
	// apart is how long after the last call that it tells of a log may have been written.
	apart = 24 * time.Hour
	// telling is how many rows are enough to be surprised at what isn't in them.
	telling = 20
)

// end is the end of the log, in whole lines. There is none if more can't be said of the
// log than is said.
func (l *log) end() (text []byte, there bool) {
	text, size, err := tail(l.path)
	switch {
	case err != nil:
		l.say(Error, "is the disk in order?", "%s can't be read: %s", l.path, reason(err))
	case size == 0:
		l.say(OK, "", "%s is there, readable and empty", l.path)
	case len(text) == 0 && size <= tailLength:
		l.say(Note, "look again when it has grown", "%s has no whole line yet", l.path)
	default:
		return text, true
	}
	return nil, false
}

// examineRows looks at the end of the CDR.
func (l *log) examineRows(trunks []string) (identified bool) {
	text, there := l.end()
	if !there {
		return false
	}
	end, err := l.readRows(text)
	switch {
	case err != nil:
		l.say(Note, "is the disk full, or does TMPDIR name a folder that isn't there?",
			"%s wasn't looked into, as a copy of its end can't be read: %s", l.path, err)
		return false
	case end.rows == 0 && !end.withoutIDs:
		l.say(Error, "name the Master.csv of cdr_csv: catch_up.cdr", "%s isn't a CDR: none of its last lines is a row of Asterisk's", l.path)
		return false
	case end.withoutIDs:
		l.say(Error, "write `loguniqueid = yes` into [csv] of cdr.conf, and `asterisk -rx \"module reload cdr_csv.so\"`",
			"%s has no unique ids: it can't be used, and calls missed while callbackd is away are lost", l.path)
		return false
	}
	before := len(l.found)
	if end.broken {
		l.say(Warning, "is anything else writing to it, or has the disk been full?", "%s has lines that Asterisk doesn't write: they are passed over", l.path)
	}
	if end.newest.Sub(l.now) > ahead {
		l.say(Warning, "it is another machine's, or this machine's clock is behind: `timedatectl`",
			"%s tells of a call that began %s from now, at %s", l.path, end.newest.Sub(l.now).Round(time.Second), end.newest.Local().Format(time.DateTime))
	} else if late := l.info.ModTime().Sub(end.newest); end.lastIsTimed && late > apart {
		l.say(Warning, "it is a copy of another machine's, or Asterisk's clock is wrong: `timedatectl`",
			"%s was written last %s, and the last call in it began %s", l.path, l.info.ModTime().Format(time.DateTime), end.newest.Local().Format(time.DateTime))
	}
	l.examineAge()
	if seen := func(trunk string) bool { return slices.Contains(end.endpoints, trunk) }; end.rows >= telling && len(trunks) > 0 && !slices.ContainsFunc(trunks, seen) {
		l.say(Warning, fmt.Sprintf("is it this Asterisk's? Its last calls are of %s", strings.Join(end.endpoints[:min(len(end.endpoints), 5)], ", ")),
			"none of the last %d rows of %s is of a call on %s", end.rows, l.path, strings.Join(trunks, ", "))
	}
	if len(l.found) == before {
		l.say(OK, "", "%s can be read and used", l.path)
	}
	return true
}

// examineEvents looks at the end of queue_log.
func (l *log) examineEvents() {
	text, there := l.end()
	if !there {
		return
	}
	lines, events := countEvents(text)
	if events == 0 {
		l.say(Error, "name the queue_log of app_queue: catch_up.queue_log", "%s isn't a queue_log: none of its last lines is an event of a queue", l.path)
		return
	}
	before := len(l.found)
	if events < lines {
		l.say(Warning, "is anything else writing to it, or has the disk been full?", "%s has lines that Asterisk doesn't write: they are passed over", l.path)
	}
	l.examineAge()
	if len(l.found) == before {
		l.say(OK, "", "%s can be read and used", l.path)
	}
}

// examineAge looks whether anybody still writes to the log.
func (l *log) examineAge() {
	if silent := l.now.Sub(l.info.ModTime()); silent > stale {
		l.say(Warning, "is it still the one that Asterisk writes? `asterisk -rx \"core show settings\"` names its Log directory, `asterisk -rx \"cdr show status\"` whether csv writes CDRs",
			"nothing has been written to %s for %d days", l.path, int(silent/(24*time.Hour)))
	}
}
