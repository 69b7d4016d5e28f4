package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"callbackd/internal/config"
)

// reader is the user as whom callbackd reads logs.
type reader struct {
	name   string
	groups []uint32
	other  *syscall.Credential // of somebody else, as whom root asks; nil: of this process
	// unknown says that root asks for itself, as nobody knows yet who callbackd will run as.
	unknown bool
	// failed is why the other couldn't be asked for. Then it isn't tried again, as each may
	// take its time, and root's own view holds.
	failed error
}

// whoReads tells it by who owns the database, if this process can ask as somebody else.
func whoReads(cfg *config.Config) reader {
	self := reader{name: userName(uint32(os.Geteuid())), groups: ownGroups()}
	if os.Geteuid() != 0 {
		return self
	}
	self.unknown = true
	info, err := os.Stat(cfg.Database)
	if err != nil {
		return self
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok || owner.Uid == 0 {
		return self
	}
	return onBehalfOf(owner.Uid, owner.Gid)
}

// onBehalfOf is a user for whom root asks the kernel.
func onBehalfOf(uid, gid uint32) reader {
	groups := groupsOf(uid)
	return reader{
		name: userName(uid), groups: append(slices.Clone(groups), gid),
		other: &syscall.Credential{Uid: uid, Gid: gid, Groups: groups},
	}
}

// may reports whether the reader may read a file, or list a folder, that exists.
func (r *reader) may(ctx context.Context, path string) bool {
	if r.other != nil {
		return r.test(ctx, "-r", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return !errors.Is(err, fs.ErrPermission)
	}
	return file.Close() == nil
}

// barrier is the first folder above an absolute path that the reader may not enter; "" if
// there is none.
func (r *reader) barrier(ctx context.Context, path string) string {
	above := filepath.Dir(path)
	if above == path {
		return ""
	}
	if b := r.barrier(ctx, above); b != "" {
		return b
	}
	if r.other == nil {
		if _, err := os.Lstat(path); errors.Is(err, fs.ErrPermission) {
			return above
		}
		return ""
	}
	if _, err := os.Stat(above); err == nil && !r.test(ctx, "-x", above) {
		return above
	}
	return ""
}

// testLimit bounds test(1): a network drive may hang.
const testLimit = 3 * time.Second

// test asks the kernel as the other user. Only the exit status 1 of test(1) is a no: anything
// else says nothing about the path.
func (r *reader) test(ctx context.Context, flag, path string) bool {
	if r.failed != nil {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, testLimit)
	defer cancel()
	test := exec.CommandContext(ctx, "test", flag, path)
	test.Dir = "/" // ours may be closed to the user
	test.Env = []string{}
	test.SysProcAttr = &syscall.SysProcAttr{Credential: r.other}
	err := test.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return true
	case ctx.Err() != nil:
		r.failed = fmt.Errorf("test %s %s: %w", flag, path, context.Cause(ctx))
		return true
	case errors.As(err, &exit) && exit.ExitCode() == 1:
		return false
	}
	r.failed = fmt.Errorf("test %s %s: %w", flag, path, err)
	return true
}

// sayWhoWasAsked notes that what is said of files may not hold for callbackd.
func (e *examination) sayWhoWasAsked() {
	switch r := e.reader; {
	case r.failed != nil:
		e.say(Machine, Note, fmt.Sprintf("run the doctor as that user: `sudo -u %s callbackd doctor`", r.name),
			"user %s couldn't be asked for, so whether files can be read is root's own view: %s", r.name, r.failed)
	case r.unknown:
		e.say(Machine, Note, "start callbackd once, whose database then tells, or run the doctor as the user that callbackd is to run as",
			"asked as root, who may read everything: nobody knows yet as whom callbackd runs")
	}
}

// ownership is whose a file is, and what others may: "root:adm -rw-r-----".
func ownership(path string) string {
	info, err := os.Stat(path)
	if err != nil {
		return reason(err)
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return info.Mode().String()
	}
	return fmt.Sprintf("%s:%s %s", userName(owner.Uid), groupName(owner.Gid), info.Mode())
}

// permission says how the reader gets to read a log or its folder, or to enter one above:
// its group may by the bit of the mode.
func (r *reader) permission(path string, bit fs.FileMode) string {
	const look = "run the doctor as root for more, or look at it with `namei -l %s`"
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Sprintf(look, path)
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return "let its group read it, and callbackd's user be of that group"
	}
	group := groupName(owner.Gid)
	now := "it is " + ownership(path)
	closed := info.Mode()&bit == 0
	change := map[fs.FileMode]string{0o040: "g+r", 0o010: "g+x"}[bit]
	switch member := slices.Contains(r.groups, owner.Gid); {
	case member && !closed:
		return fmt.Sprintf("%s, and %s is in that group: a list of access, or where it lies, is in the way: `namei -l %s`, `getfacl %s`", now, r.name, path, path)
	case member:
		return fmt.Sprintf("%s: `chmod %s %s`, also where logrotate makes it anew", now, change, path)
	case owner.Gid == 0:
		return fmt.Sprintf("%s: give it a group that callbackd's user is in, and that may read it (`chgrp`, `chmod %s`), also where logrotate makes it anew", now, change)
	}
	join := fmt.Sprintf("let %s join the group that it belongs to, and start callbackd anew: `usermod -aG %s %s`", r.name, group, r.name)
	if closed {
		return fmt.Sprintf("%s: `chmod %s %s`, also where logrotate makes it anew; then %s", now, change, path, join)
	}
	return now + ": " + join
}

func userName(id uint32) string {
	if u, err := user.LookupId(strconv.FormatUint(uint64(id), 10)); err == nil {
		return u.Username
	}
	return fmt.Sprintf("%d", id)
}

func groupName(id uint32) string {
	if g, err := user.LookupGroupId(strconv.FormatUint(uint64(id), 10)); err == nil {
		return g.Name
	}
	return fmt.Sprintf("%d", id)
}

func ownGroups() []uint32 {
	list := []uint32{uint32(os.Getegid())}
	ids, err := os.Getgroups()
	if err != nil {
		return list
	}
	for _, id := range ids {
		list = append(list, uint32(id))
	}
	return list
}

func groupsOf(id uint32) []uint32 {
	list := []uint32{} // and not root's own
	u, err := user.LookupId(strconv.FormatUint(uint64(id), 10))
	if err != nil {
		return list
	}
	ids, err := u.GroupIds()
	if err != nil {
		return list
	}
	for _, text := range ids {
		if n, err := strconv.ParseUint(text, 10, 32); err == nil {
			list = append(list, uint32(n))
		}
	}
	return list
}
