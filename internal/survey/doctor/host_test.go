package doctor

import (
	"fmt"
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// newHost are premises whose Asterisk runs here and records.
func newHost(t *testing.T) *premises {
	t.Helper()
	p := newPremises(t)
	account := p.files[0].Account
	account.Rules = []callback.Rule{{Name: "lost", Enabled: true, Recording: &callback.RecordingSettings{Channels: 1}}}
	p.write("etc/asterisk.conf", fmt.Sprintf("[directories]\nastspooldir => %[1]s/spool\nastrundir => %[1]s/run\nastcachedir => %[1]s/cache\n", p.folder))
	p.write("run/asterisk.ctl", "")
	p.write("spool/recording/acme/1.wav", "")
	p.write("cache/media_cache/1", "")
	return p
}

// butRoom leaves out how much room there is, which is the machine's.
func (p *premises) butRoom() (list []string, hints string) {
	all, hints := p.lines()
	for _, line := range all {
		if !room.MatchString(line) {
			list = append(list, line)
		}
	}
	return list, hints
}

func TestTheFolderOfRecordings(t *testing.T) {
	const where = "./spool/recording, where recordings are kept, "
	for name, row := range map[string]struct {
		spoil func(*premises)
		want  []string
	}{
		"there": {func(*premises) {}, nil},
		"not there": {func(p *premises) { p.remove("spool/recording") },
			[]string{"error " + where + "isn't there: no conversation is recorded"}},
		"a file": {func(p *premises) { p.remove("spool/recording"); p.write("spool/recording", "") },
			[]string{"error " + where + "isn't a folder: no conversation is recorded"}},
		"not there, and nobody records": {func(p *premises) {
			p.remove("spool/recording")
			p.files[0].Account.Rules[0].Enabled = false
		}, nil},
		"of an Asterisk elsewhere": {func(p *premises) {
			p.remove("spool/recording")
			p.pbx.URL = "https://pbx.example.com:8089"
		}, nil},
		"Asterisk doesn't run": {func(p *premises) { p.remove("run") },
			[]string{"note whether Asterisk may write ./spool/recording, where recordings are kept, can't be told"}},
		"asterisk.conf can't be read": {func(p *premises) { p.remove("etc/asterisk.conf"); p.write("etc/asterisk.conf/is/a/folder", "") },
			[]string{"note ./etc/asterisk.conf can't be read (not a regular file): Asterisk's folders weren't looked at"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := newHost(t)
			row.spoil(p)
			p.examineHost(t.Context(), p.pbx)
			list, _ := p.butRoom()
			assert.Equal(t, row.want, list)
		})
	}
}

// As root the kernel is asked on behalf of Asterisk's user; else by who we are.
func TestAFolderThatAsteriskMayNotWrite(t *testing.T) {
	p := newHost(t)
	if os.Geteuid() == 0 {
		p.open()
		require.NoError(t, os.Chown(p.path("run/asterisk.ctl"), nobody, nobody))
	} else {
		require.NoError(t, os.Chmod(p.path("spool/recording"), 0o500))
	}
	p.examineHost(t.Context(), p.pbx)
	list, hints := p.butRoom()
	require.Len(t, list, 1)
	assert.Regexp(t, `^error Asterisk's user \S+ may not write \./spool/recording, where recordings are kept: no conversation is recorded$`, list[0])
	assert.Regexp(t, "`chown \\S+ "+p.path("spool/recording")+"`; it is ", hints)

	if os.Geteuid() == 0 {
		require.NoError(t, os.Chown(p.path("spool/recording"), nobody, nobody))
	} else {
		require.NoError(t, os.Chmod(p.path("spool/recording"), 0o700))
	}
	p.found = nil
	p.examineHost(t.Context(), p.pbx)
	list, _ = p.butRoom()
	require.Empty(t, list)
}

// An Asterisk elsewhere isn't looked at, and that is said.
func TestAnAsteriskElsewhere(t *testing.T) {
	p := newHost(t)
	p.settings, p.pbx.URL = "", "https://pbx.example.com:8089"
	p.examineHost(t.Context(), p.pbx)
	list, _ := p.lines()
	require.Equal(t, []string{"note Asterisk pbx1 is on another machine: its extensions.conf, queues.conf and folders weren't looked at"}, list)
}

func TestWhatFetchesSounds(t *testing.T) {
	const freezes = ": a sound that isn't delivered freezes a call for as long, and as long again"
	for name, row := range map[string]struct {
		spoil func(*premises)
		want  []string
	}{
		"in order":       {func(p *premises) {}, nil},
		"no limit":       {func(p *premises) { p.write("etc/res_http_media_cache.conf", "[general]\n") }, []string{"warning ./etc/res_http_media_cache.conf doesn't say timeout_secs" + freezes}},
		"no file":        {func(p *premises) { p.remove("etc/res_http_media_cache.conf") }, []string{"warning ./etc/res_http_media_cache.conf doesn't say timeout_secs" + freezes}},
		"too long":       {func(p *premises) { p.write("etc/res_http_media_cache.conf", "[general]\ntimeout_secs = 30\n") }, []string{"warning ./etc/res_http_media_cache.conf:2 says timeout_secs = 30" + freezes}},
		"no number":      {func(p *premises) { p.write("etc/res_http_media_cache.conf", "[general]\ntimeout_secs = 2s\n") }, []string{"warning ./etc/res_http_media_cache.conf:2 says timeout_secs = 2s" + freezes}},
		"no cache":       {func(p *premises) { p.remove("cache") }, []string{"error ./cache, where fetched sounds are kept, isn't there: callbackd's sounds can't be played"}},
		"nobody fetches": {func(p *premises) { p.remove("cache"); p.pbx.SoundsURL = "" }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			p := newHost(t)
			p.pbx.SoundsURL = "http://127.0.0.1:8080"
			p.write("etc/res_http_media_cache.conf", "[general]\ntimeout_secs = 2\n")
			row.spoil(p)
			p.examineHost(t.Context(), p.pbx)
			list, _ := p.butRoom()
			assert.Equal(t, row.want, list)
		})
	}
}

var room = regexp.MustCompile(`^(ok|warning|error) \./\S+ has (only )?[0-9.]+ [MG]B left, where (recordings|fetched sounds) are kept$`)

// asterisk.conf may give the console's socket to somebody else, whose rights say nothing
// about Asterisk's.
func TestAsWhomAsteriskRuns(t *testing.T) {
	const status = "Name:\tasterisk\nUmask:\t0022\nState:\tS (sleeping)\nUid:\t0\t998\t998\t998\nGid:\t0\t997\t997\t997\n"
	self := uint32(os.Geteuid())
	for name, row := range map[string]struct {
		pid, status string
		uid         uint32
	}{
		"by its process":                  {"4711\n", status, 998},
		"nobody wrote its pid down":       {"", status, self},
		"a pid file that was left behind": {"4711\n", "Name:\tbash\nUid:\t1\t1\t1\t1\nGid:\t1\t1\t1\t1\n", self},
		"a process that isn't there":      {"4712\n", status, self},
		"a pid file that says nothing":    {"../../etc\n", status, self},
		"a status that says nothing":      {"4711\n", "Name:\tasterisk\n", self},
	} {
		t.Run(name, func(t *testing.T) {
			p := newHost(t)
			if row.pid != "" {
				p.write("run/asterisk.pid", row.pid)
			}
			p.write("proc/4711/status", row.status)
			uid, gid, ok := runsAs(p.path("proc"), p.path("run"))
			require.True(t, ok)
			require.Equal(t, row.uid, uid)
			if uid == 998 {
				require.EqualValues(t, 997, gid)
			}
		})
	}
	_, _, ok := runsAs(t.TempDir(), t.TempDir())
	require.False(t, ok)
}
