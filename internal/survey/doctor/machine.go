package doctor

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

const (
	littleRoom = 1_000_000_000 // bytes: a warning
	noRoom     = 100_000_000   // bytes: an error
)

// examineMachine looks at what callbackd itself needs. Time zones are in the program.
func (e *examination) examineMachine() {
	e.examineRoom(existing(filepath.Dir(e.config.Database)), free)
	e.examineYear(e.now)
}

// existing is the folder, or what is above it until callbackd makes it.
func existing(folder string) string {
	if path, err := filepath.Abs(folder); err == nil {
		folder = path
	}
	for {
		if _, err := os.Stat(folder); err == nil || folder == filepath.Dir(folder) {
			return folder
		}
		folder = filepath.Dir(folder)
	}
}

// free is how many bytes a folder's disk has left for anybody.
func free(folder string) (uint64, error) {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(folder, &disk); err != nil {
		return 0, os.NewSyscallError("statfs", err)
	}
	return disk.Bavail * uint64(disk.Bsize), nil
}

func (e *examination) examineRoom(folder string, free func(string) (uint64, error)) {
	judgeRoom(func(level Level, hint, message string, args ...any) { e.say(Machine, level, hint, message, args...) },
		folder, "where the database is", "a database without room takes no missed call and no attempt: nobody is called back", free)
}

// judgeRoom says how much room a folder has, what it is, and what becomes of it without.
func judgeRoom(say func(level Level, hint, message string, args ...any), folder, purpose, lost string, free func(string) (uint64, error)) {
	left, err := free(folder)
	switch {
	case err != nil:
		say(Note, "`df` shows it", "how much room %s has can't be found out: %s", folder, err)
	case left < noRoom:
		say(Error, lost, "%s has only %s left, %s", folder, amount(left), purpose)
	case left < littleRoom:
		say(Warning, lost, "%s has only %s left, %s", folder, amount(left), purpose)
	default:
		say(OK, "", "%s has %s left, %s", folder, amount(left), purpose)
	}
}

// amount writes bytes for people: "840 MB", "12.3 GB".
func amount(bytes uint64) string {
	if bytes < 1_000_000_000 {
		return fmt.Sprintf("%d MB", bytes/1_000_000)
	}
	return fmt.Sprintf("%.1f GB", float64(bytes)/1e9)
}

// examineYear notices a machine whose clock was never set.
func (e *examination) examineYear(now time.Time) {
	if year := now.Year(); year < 2025 || year > 2100 {
		e.say(Machine, Error, "set it (timedatectl): whether customers may be called now is told by it",
			"this machine's clock says that it is %s", now.Format(time.DateOnly))
	}
}
