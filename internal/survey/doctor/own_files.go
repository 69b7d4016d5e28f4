package doctor

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"callbackd/internal/config"
)

// examineOwnFiles asks on behalf of callbackd's user what root, who examines, may read
// anyway: callbackd's own files, and where it writes.
func (e *examination) examineOwnFiles(ctx context.Context) {
	if e.reader.other == nil {
		return // whoever examines for itself has read them
	}
	before := len(e.found)
	for _, path := range e.ownFiles() {
		e.asked(ctx, path, reading)
	}
	// SQLite makes files beside the database.
	if folder := filepath.Dir(e.config.Database); e.asked(ctx, folder, writing) {
		e.asked(ctx, e.config.Database, writing)
	}
	if len(e.found) == before && e.reader.failed == nil {
		e.say(Files, OK, "", "user %s may read these files, and write %s", e.reader.name, e.config.Database)
	}
}

// ownFiles are the files, and the folder, without which callbackd doesn't start or knows
// less than we do. Those that aren't there are said by whoever reads them.
func (e *examination) ownFiles() (list []string) {
	list = append(list, e.config.File)
	for _, name := range slices.Sorted(maps.Keys(e.config.Asterisk)) {
		if file := e.config.Asterisk[name].PasswordFile; file != "" {
			list = append(list, file)
		}
	}
	list = append(list, e.config.Rules)
	if files, err := config.RulesFiles(e.config); err == nil && !slices.Contains(files, e.config.Rules) {
		list = append(list, files...)
	}
	return list
}

// access is what callbackd does with a file or folder.
type access struct {
	flag, verb string
	how        string // to let the user (1) with its group (2) do so with a path (3)
}

var (
	reading = access{"-r", "read", "`chgrp %[2]s %[3]s` and `chmod g+r %[3]s`"}
	writing = access{"-w", "write", "`chown %[1]s %[3]s`"}
)

// asked asks for the reader whether it may do something with what exists, and says if not.
func (e *examination) asked(ctx context.Context, path string, a access) bool {
	if whole, err := filepath.Abs(path); err == nil {
		path = whole
	}
	if _, err := os.Stat(path); err != nil {
		return true
	}
	who, group := e.reader.name, groupName(e.reader.other.Gid)
	if barrier := e.reader.barrier(ctx, path); barrier != "" {
		e.say(Files, Error, fmt.Sprintf("`chgrp %s %s` and `chmod g+x %[2]s`", group, barrier), "user %s may not enter %s, and so can't %s %s", who, barrier, a.verb, path)
		return false
	}
	if !e.reader.test(ctx, a.flag, path) {
		e.say(Files, Error, fmt.Sprintf(a.how+"; it is %[4]s", who, group, path, ownership(path)), "user %s may not %s %s", who, a.verb, path)
		return false
	}
	return true
}
