package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"callbackd/internal/config"
	"callbackd/internal/survey/asteriskconf"
)

// host is an Asterisk's own machine, where it is ours.
type host struct {
	*examination
	pbx    config.PBX
	file   *asteriskconf.File // asterisk.conf
	user   reader             // as whom Asterisk runs
	unsure bool               // nobody knows as whom, or can't ask on that user's behalf
}

// examineHost looks at the folders in which Asterisk itself reads and writes what
// callbackd plays and records.
func (e *examination) examineHost(ctx context.Context, pbx config.PBX) {
	folder := e.settingsOf(pbx)
	if folder == "" {
		e.sayAbout(pbx.Name, Note, "`asterisk -rx \"queue show\"` tells the queues' strategies; a copy of its folder can be named with --asterisk-config",
			"Asterisk %s is on another machine: its extensions.conf, queues.conf and folders weren't looked at", pbx.Name)
	}
	if folder == "" || !onThisMachine(pbx) {
		return
	}
	h := &host{examination: e, pbx: pbx}
	var err error
	h.file, err = asteriskconf.Read(folder, "asterisk.conf")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		h.file = &asteriskconf.File{} // it has its defaults, as it has where nothing is written
	case err != nil:
		e.sayAbout(pbx.Name, Note, "run the doctor as root, or as Asterisk's user",
			"%s can't be read (%s): Asterisk's folders weren't looked at", filepath.Join(folder, "asterisk.conf"), reason(err))
		return
	}
	h.whoRuns()
	if e.records(pbx.Name) {
		h.examineRecordings(ctx)
	}
	if pbx.SoundsURL != "" {
		h.examineMediaCache(ctx, folder)
	}
}

// directory is one of Asterisk's folders.
func (h *host) directory(key, otherwise string) string {
	if s, written := h.file.Last("directories", key); written {
		return s.Value
	}
	return otherwise
}

// whoRuns finds out as whom Asterisk runs.
func (h *host) whoRuns() {
	uid, gid, ok := runsAs("/proc", h.directory("astrundir", "/var/run/asterisk"))
	h.unsure = true
	if !ok {
		return
	}
	self := uint32(os.Geteuid())
	h.unsure = self != uid && self != 0
	h.user = reader{name: userName(uid)}
	if self == 0 && uid != 0 {
		h.user = onBehalfOf(uid, gid)
	}
}

// runsAs gives the user and group of the Asterisk that runs with the folder run: those of
// its process. The socket of its console, which astctlowner in asterisk.conf may give to
// somebody else, is asked where that can't be seen.
func runsAs(proc, run string) (uid, gid uint32, ok bool) {
	if uid, gid, ok = processOwner(proc, filepath.Join(run, "asterisk.pid")); ok {
		return uid, gid, true
	}
	info, err := os.Stat(filepath.Join(run, "asterisk.ctl"))
	if err != nil {
		return 0, 0, false
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, 0, false
	}
	return owner.Uid, owner.Gid, true
}

// processOwner gives as whom the process in a pid file runs, as its status says: the folder
// below /proc belongs to root for a process that has changed its user. A pid file that was
// left behind may name anybody's.
func processOwner(proc, pidFile string) (uid, gid uint32, ok bool) {
	pid, err := os.ReadFile(pidFile)
	if err != nil {
		return 0, 0, false
	}
	folder := filepath.Join(proc, filepath.Base(strings.TrimSpace(string(pid))))
	status, err := os.ReadFile(filepath.Join(folder, "status"))
	if err != nil {
		return 0, 0, false
	}
	var name string
	var users, groups int
	for line := range strings.Lines(string(status)) {
		var realID uint32
		switch key, value, _ := strings.Cut(line, ":"); key {
		case "Name":
			name = strings.TrimSpace(value)
		case "Uid": // real, effective, saved, for files
			users, _ = fmt.Sscan(value, &realID, &uid)
		case "Gid":
			groups, _ = fmt.Sscan(value, &realID, &gid)
		}
	}
	return uid, gid, name == "asterisk" && users == 2 && groups == 2
}

// writes reports whether Asterisk may write a folder, as far as that can be asked.
func (h *host) writes(ctx context.Context, folder string) bool {
	switch {
	case h.unsure:
		return true
	case h.user.other != nil:
		return h.user.barrier(ctx, folder) == "" && h.user.test(ctx, "-w", folder)
	}
	const write = 0x2
	return syscall.Access(folder, write) == nil
}

// examineFolder looks at a folder that Asterisk writes, and at the room there; lost says
// what becomes of it otherwise.
func (h *host) examineFolder(ctx context.Context, folder, purpose, lost string) {
	say := func(level Level, hint, message string, args ...any) {
		h.sayAbout(h.pbx.Name, level, hint, message, args...)
	}
	who := h.user.name
	if who == "" {
		who = "asterisk"
	}
	info, err := os.Stat(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		say(Error, fmt.Sprintf("make it: `install -d -o %s %s`", who, folder), "%s, %s, isn't there: %s", folder, purpose, lost)
		return
	case err != nil:
		say(Note, "run the doctor as root, or as Asterisk's user", "%s, %s, can't be looked at: %s", folder, purpose, reason(err))
		return
	case !info.IsDir():
		say(Error, "move it away, and make the folder", "%s, %s, isn't a folder: %s", folder, purpose, lost)
		return
	}
	writes := h.writes(ctx, folder)
	h.unsure = h.unsure || h.user.failed != nil
	if !writes {
		say(Error, fmt.Sprintf("`chown %s %s`; it is %s", who, folder, ownership(folder)), "Asterisk's user %s may not write %s, %s: %s", who, folder, purpose, lost)
		return
	}
	if h.unsure {
		say(Note, "run the doctor as root, or as Asterisk's user", "whether Asterisk may write %s, %s, can't be told", folder, purpose)
	}
	judgeRoom(say, folder, purpose, lost, free)
}
