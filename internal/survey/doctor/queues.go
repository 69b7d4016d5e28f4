package doctor

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"callbackd/internal/survey"
	"callbackd/internal/survey/asteriskconf"
)

const queuesFile = "queues.conf"

// queues is a PBX's queues.conf.
type queues struct {
	folder string // "" where it can't be looked at
	read   bool
	file   *asteriskconf.File // nil if it can't be read
	err    error              // why
}

// settings are what is written of a queue. Nothing is known of one that isn't there: it
// may be in a database.
func (q *queues) settings(name string) (survey.QueueSettings, bool) {
	if !q.read && q.folder != "" {
		q.file, q.err = asteriskconf.Read(q.folder, queuesFile)
	}
	q.read = true
	if q.file == nil || len(q.file.Section(name)) == 0 {
		return survey.QueueSettings{}, false
	}
	s := survey.QueueSettings{Strategy: "ringall"} // unless it is written, and autofill is off
	if strategy, written := q.file.Last(name, "strategy"); written {
		s.Strategy = strings.ToLower(strategy.Value)
	}
	autofill, written := q.file.Last(name, "autofill")
	if !written {
		autofill, written = q.file.Last("general", "autofill")
	}
	s.Autofill = written && autofill.On()
	return s, true
}

// sayQueuesUnread notes that it can't be told whether the queues suit the rules.
func (e *examination) sayQueuesUnread(pbx string, q *queues) {
	if q.err != nil && !errors.Is(q.err, fs.ErrNotExist) {
		e.sayAbout(pbx, Note, "run the doctor as root, or as Asterisk's user",
			"%s can't be read (%s): whether the queues suit `ringing` can't be told", filepath.Join(q.folder, queuesFile), reason(q.err))
	}
}
