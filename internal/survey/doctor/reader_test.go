package doctor

import (
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// nobody is a user who may nothing.
const nobody = 65534

// The logs can be read by Asterisk alone. Root, who may read them, asks for the owner of
// the database.
func TestLogsThatMayNotBeRead(t *testing.T) {
	p := newPremises(t)
	who := "user " + p.reader.name
	if os.Geteuid() == 0 {
		p.open()
		p.started(nobody)
		who = "user " + userName(nobody)
	}
	require.NoError(t, os.Chmod(p.path("log/cdr-csv/Master.csv"), 0o600&^0o400))
	p.examineLogs(t.Context(), p.pbx)
	list, hints := p.lines()
	require.Equal(t, []string{"error " + who + " may not read ./log/cdr-csv/Master.csv", goodQueueLog}, list)
	assert.Contains(t, hints, "chmod g+r")

	if os.Geteuid() == 0 {
		p.found = nil
		const theirs = 4
		require.NoError(t, os.Chown(p.path("log/cdr-csv/Master.csv"), 0, theirs))
		require.NoError(t, os.Chmod(p.path("log/cdr-csv/Master.csv"), 0o640))
		p.examineLogs(t.Context(), p.pbx)
		_, hints = p.lines()
		assert.Contains(t, hints, "`usermod -aG "+groupName(theirs)+" "+userName(nobody)+"`")
	}

	p.found = nil
	require.NoError(t, os.Chmod(p.path("log/cdr-csv/Master.csv"), 0o644))
	require.NoError(t, os.Chmod(p.path("log"), 0o711))
	p.examineLogs(t.Context(), p.pbx)
	list, _ = p.lines()
	if os.Geteuid() == 0 {
		require.Equal(t, []string{goodCDR, "warning " + who + " may not list ./log: after a rotation the end of the older queue_log isn't found", goodQueueLog}, list)
	}

	p.found = nil
	require.NoError(t, os.Chmod(p.path("log"), 0o600))
	p.examineLogs(t.Context(), p.pbx)
	list, _ = p.lines()
	require.Equal(t, []string{
		"error " + who + " may not enter ./log, and so can't read ./log/cdr-csv/Master.csv",
		"error " + who + " may not enter ./log, and so can't read ./log/queue_log",
	}, list)
	require.NoError(t, os.Chmod(p.path("log"), 0o755))
}

// open opens the folder of a test, which is closed to all others.
func (p *premises) open() {
	p.t.Helper()
	for _, folder := range []string{p.path(".."), p.folder} {
		require.NoError(p.t, os.Chmod(folder, 0o755))
	}
}

// started leaves the database of a callbackd that ran as a user.
func (p *premises) started(user int) {
	p.t.Helper()
	p.write("callbackd.db", "")
	require.NoError(p.t, os.Chown(p.path("callbackd.db"), user, user))
	p.reader = whoReads(p.config)
}

// What fails isn't a refusal: somebody would be told to open what is open.
func TestAUserWhoCannotBeAskedFor(t *testing.T) {
	self := uint32(os.Geteuid()) // whom we may start programs as, whoever runs this
	for name, c := range map[string]struct{ program, why string }{
		"there is no test(1)":    {"", `not found`},
		"it fails":               {"#!/bin/sh\nexit 2\n", `exit status 2`},
		"it isn't a program":     {"\x00", `exec format error`},
		"it is killed meanwhile": {"#!/bin/sh\nkill -9 $$\n", `signal: killed`},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPremises(t)
			p.reader = reader{name: "callbackd", other: &syscall.Credential{Uid: self, Gid: uint32(os.Getegid()), NoSetGroups: true}}
			if c.program != "" {
				p.write("bin/test", c.program)
				require.NoError(t, os.Chmod(p.path("bin/test"), 0o755))
			}
			t.Setenv("PATH", p.path("bin"))
			p.examineOwnFiles(t.Context())
			p.examineLogs(t.Context(), p.pbx)
			p.sayWhoWasAsked()
			list, hints := p.lines()
			require.Len(t, list, 3)
			assert.Equal(t, []string{goodCDR, goodQueueLog}, list[:2])
			assert.Regexp(t, `^note user callbackd couldn't be asked for, .*: test -[rx] .*`+c.why, list[2])
			assert.Contains(t, hints, "sudo -u callbackd callbackd doctor")
		})
	}
}

func TestWhoReads(t *testing.T) {
	p := newPremises(t)
	if os.Geteuid() != 0 {
		assert.Nil(t, p.reader.other)
		p.sayWhoWasAsked()
		assert.Empty(t, p.found)
		return
	}
	for _, started := range []func(){func() {}, func() { p.started(0) }} { // not yet; as root, which may everything
		started()
		p.found = nil
		p.sayWhoWasAsked()
		list, hints := p.lines()
		require.Equal(t, []string{"note asked as root, who may read everything: nobody knows yet as whom callbackd runs"}, list)
		assert.Contains(t, hints, "start callbackd once")
	}
	p.started(nobody)
	p.found = nil
	p.sayWhoWasAsked()
	assert.Empty(t, p.found)
	require.NotNil(t, p.reader.other)
	assert.Equal(t, uint32(nobody), p.reader.other.Uid)
}

// The user's groups may read, though the database is of another one.
func TestAGroupThatMayRead(t *testing.T) {
	if os.Geteuid() != 0 {
		return // nobody else can be asked for
	}
	groups := groupsOf(nobody)
	require.NotEmpty(t, groups)
	p := newPremises(t)
	p.open()
	p.write("callbackd.db", "")
	const another = 4
	require.NoError(t, os.Chown(p.path("callbackd.db"), nobody, another))
	p.reader = whoReads(p.config)
	log := p.path("log/cdr-csv/Master.csv")
	require.NoError(t, os.Chown(log, 0, int(groups[0])))
	require.NoError(t, os.Chmod(log, 0o640))
	p.examineLogs(t.Context(), p.pbx)
	list, _ := p.lines()
	require.Equal(t, []string{goodCDR, goodQueueLog}, list)
}

func TestHowToGetToRead(t *testing.T) {
	p := newPremises(t)
	if os.Geteuid() != 0 {
		return // a file can't be given away
	}
	const theirs = 4
	file := p.path("etc/cdr.conf")
	for name, c := range map[string]struct {
		group   int
		mode    os.FileMode
		groups  []uint32
		want    []string
		without string
	}{
		"not in the group":             {theirs, 0o640, nil, []string{"`usermod -aG "}, "chmod"},
		"nor may the group":            {theirs, 0o600, nil, []string{"`usermod -aG ", "`chmod g+r "}, "namei"},
		"in the group, which may not":  {theirs, 0o600, []uint32{theirs}, []string{"`chmod g+r "}, "usermod"},
		"in the group, and that may":   {theirs, 0o640, []uint32{theirs}, []string{"`namei -l " + file + "`"}, "usermod"},
		"root's group, which may read": {0, 0o640, nil, []string{"`chgrp`"}, "usermod"},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, os.Chown(file, 0, c.group))
			require.NoError(t, os.Chmod(file, c.mode))
			hint := (&reader{name: "callbackd", groups: c.groups}).permission(file, 0o040)
			for _, want := range c.want {
				assert.Contains(t, hint, want)
			}
			assert.NotContains(t, hint, c.without)
		})
	}
}

// Root asks for callbackd's user about callbackd's own files, too.
func TestCallbackdsOwnFiles(t *testing.T) {
	if os.Geteuid() != 0 {
		return // who examines for itself has read them
	}
	begun := func(t *testing.T) *premises {
		p := newPremises(t)
		p.open()
		p.pbx.PasswordFile = p.path("ari.password")
		p.config.Asterisk["pbx1"], p.config.Rules = p.pbx, p.path("rules")
		for _, name := range []string{"callbackd.yaml", "ari.password", "rules/acme.yaml"} {
			p.write(name, "")
		}
		p.started(nobody)
		require.NoError(t, os.Chown(p.folder, nobody, nobody))
		return p
	}
	for name, c := range map[string]struct {
		spoil      func(*premises) error
		want, hint string
	}{
		"good": {func(*premises) error { return nil }, "ok user NOBODY may read these files, and write ./callbackd.db", ""},
		"the configuration": {
			func(p *premises) error { return os.Chmod(p.path("callbackd.yaml"), 0o600) }, "error user NOBODY may not read ./callbackd.yaml", "`chmod g+r ",
		},
		"a password": {
			func(p *premises) error { return os.Chmod(p.path("ari.password"), 0o600) }, "error user NOBODY may not read ./ari.password", "`chmod g+r ",
		},
		"a rules file": {
			func(p *premises) error { return os.Chmod(p.path("rules/acme.yaml"), 0o600) }, "error user NOBODY may not read ./rules/acme.yaml", "`chmod g+r ",
		},
		"the rules' folder, not to be listed": {
			func(p *premises) error { return os.Chmod(p.path("rules"), 0o711) }, "error user NOBODY may not read ./rules", "`chmod g+r ",
		},
		"the rules' folder, not to be entered": {
			func(p *premises) error { return os.Chmod(p.path("rules"), 0o744) }, "error user NOBODY may not enter ./rules, and so can't read ./rules/acme.yaml", "`chmod g+x ",
		},
		"the database's folder": {
			func(p *premises) error { return os.Chown(p.folder, 0, 0) }, "error user NOBODY may not write .", "`chown NOBODY ",
		},
		"the database": {
			func(p *premises) error { return os.Chmod(p.path("callbackd.db"), 0o400) }, "error user NOBODY may not write ./callbackd.db", "`chown NOBODY ",
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := begun(t)
			require.NoError(t, c.spoil(p))
			p.examineOwnFiles(t.Context())
			list, hints := p.lines()
			name := strings.NewReplacer("NOBODY", userName(nobody))
			require.Equal(t, []string{name.Replace(c.want)}, list)
			assert.Contains(t, hints, name.Replace(c.hint))
		})
	}
}
