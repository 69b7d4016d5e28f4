package doctor

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	goodCDR      = "ok ./log/cdr-csv/Master.csv can be read and used"
	goodQueueLog = "ok ./log/queue_log can be read and used"
)

func TestGoodLogs(t *testing.T) {
	p := newPremises(t)
	copies := t.TempDir()
	t.Setenv("TMPDIR", copies)
	p.examineLogs(t.Context(), p.pbx)
	list, _ := p.lines()
	require.Equal(t, []string{goodCDR, goodQueueLog}, list)
	left, err := os.ReadDir(copies)
	require.NoError(t, err)
	require.Empty(t, left, "customers' numbers are left")
}

func TestLogsThatWillNotDo(t *testing.T) {
	day := 24 * time.Hour
	for name, c := range map[string]struct {
		spoil func(*premises)
		want  string // in place of what is said of a good log
		hint  string
	}{
		"the CDR isn't there": {
			func(p *premises) { p.remove("log/cdr-csv/Master.csv") },
			"warning ./log/cdr-csv/Master.csv isn't there (yet)", "core show settings",
		},
		"nor is its folder": {
			func(p *premises) { p.remove("log/cdr-csv") },
			"error ./log/cdr-csv/Master.csv: there is no folder ./log/cdr-csv", "doesn't make folders",
		},
		"the CDR is a folder": {
			func(p *premises) { p.pbx.CatchUp.CDR = p.path("log/cdr-csv") },
			"error ./log/cdr-csv is a folder", "name the file in it",
		},
		"the CDR is a device": {
			func(p *premises) { p.pbx.CatchUp.CDR = os.DevNull },
			"error /dev/null isn't a regular file", "",
		},
		"the CDR is another log": {
			func(p *premises) {
				p.write("log/cdr-csv/Master.csv", strings.Repeat("[2026-11-20 07:31:05] NOTICE[1]: pbx.c: hello\n", 30))
			},
			"error ./log/cdr-csv/Master.csv isn't a CDR: none of its last lines is a row of Asterisk's", "name the Master.csv",
		},
		"the CDR is one long line": {
			func(p *premises) { p.write("log/cdr-csv/Master.csv", strings.Repeat("x", 2*tailLength)) },
			"error ./log/cdr-csv/Master.csv isn't a CDR: none of its last lines is a row of Asterisk's", "name the Master.csv",
		},
		"the CDR is a word": {
			func(p *premises) { p.write("log/cdr-csv/Master.csv", "hello\n") },
			"error ./log/cdr-csv/Master.csv isn't a CDR: none of its last lines is a row of Asterisk's", "name the Master.csv",
		},
		"the CDR's first line is being written": {
			func(p *premises) { p.write("log/cdr-csv/Master.csv", "hello") },
			"note ./log/cdr-csv/Master.csv has no whole line yet", "look again",
		},
		"the CDR is empty lines": {
			func(p *premises) { p.write("log/cdr-csv/Master.csv", "\n\n") },
			"error ./log/cdr-csv/Master.csv isn't a CDR", "name the Master.csv",
		},
		"rows without unique ids": {
			func(p *premises) { p.write("log/cdr-csv/Master.csv", strings.Repeat(row("PJSIP/pstn", ""), 3)) },
			"error ./log/cdr-csv/Master.csv has no unique ids: it can't be used, and calls missed while callbackd is away are lost", "`loguniqueid = yes`",
		},
		"rubbish between the rows": {
			func(p *premises) {
				p.write("log/cdr-csv/Master.csv", p.rows("PJSIP/pstn", -time.Hour, 9)+"rubbish\n"+p.rows("PJSIP/pstn", -time.Minute, 9))
			},
			"warning ./log/cdr-csv/Master.csv has lines that Asterisk doesn't write: they are passed over", "",
		},
		"another Asterisk's calls": {
			func(p *premises) { p.write("log/cdr-csv/Master.csv", p.rows("PJSIP/elsewhere", -time.Minute, 30)) },
			"warning none of the last 30 rows of ./log/cdr-csv/Master.csv is of a call on PJSIP/pstn", "of PJSIP/elsewhere",
		},
		"another Asterisk's calls, just enough of them": {
			func(p *premises) { p.write("log/cdr-csv/Master.csv", p.rows("PJSIP/elsewhere", -time.Minute, telling)) },
			"warning none of the last 20 rows of ./log/cdr-csv/Master.csv is of a call on PJSIP/pstn", "of PJSIP/elsewhere",
		},
		"a call of the minute after the next": {
			func(p *premises) { p.write("log/cdr-csv/Master.csv", p.rows("PJSIP/pstn", ahead+time.Second, 3)) },
			"warning ./log/cdr-csv/Master.csv tells of a call that began 1m1s from now", "timedatectl",
		},
		"nobody has written for a week": {
			func(p *premises) { p.silent(7*day + time.Second) },
			"warning nothing has been written to ./log/cdr-csv/Master.csv for 7 days", "cdr show status",
		},
		"a call of tomorrow": {
			func(p *premises) { p.write("log/cdr-csv/Master.csv", p.rows("PJSIP/pstn", day, 3)) },
			"warning ./log/cdr-csv/Master.csv tells of a call that began 24h0m0s from now", "timedatectl",
		},
		"calls of long before it was written": {
			func(p *premises) { p.write("log/cdr-csv/Master.csv", p.rows("PJSIP/pstn", -9*day, 3)) },
			"warning ./log/cdr-csv/Master.csv was written last ", "a copy of another machine's",
		},
		"nobody writes any more": {
			func(p *premises) { p.silent(9 * day) },
			"warning nothing has been written to ./log/cdr-csv/Master.csv for 9 days", "cdr show status",
		},
		"compressed at once": {
			func(p *premises) {
				p.write("log/cdr-csv/Master.csv.1.gz", "")
				p.write("log/cdr-csv/Master.csv.2.gz", "")
			},
			"warning ./log/cdr-csv/Master.csv is compressed as soon as it is rotated, as Master.csv.2.gz shows: what was written before and not read yet is lost", "`delaycompress`",
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPremises(t)
			c.spoil(p)
			p.examineLogs(t.Context(), p.pbx)
			list, hints := p.lines()
			require.Subset(t, list, []string{goodQueueLog})
			require.Condition(t, func() bool { return strings.HasPrefix(list[0], c.want) }, "%s", list)
			assert.Contains(t, hints, c.hint)
		})
	}
}

func TestLogsThatWillDo(t *testing.T) {
	for name, spoil := range map[string]func(*premises){
		"few calls, none of the trunk": func(p *premises) { p.write("log/cdr-csv/Master.csv", p.rows("PJSIP/alice", -time.Minute, 3)) },
		"almost enough calls, none of the trunk": func(p *premises) {
			p.write("log/cdr-csv/Master.csv", p.rows("PJSIP/alice", -time.Minute, telling-1))
		},
		"a clock that is a little ahead": func(p *premises) { p.write("log/cdr-csv/Master.csv", p.rows("PJSIP/pstn", ahead, 3)) },
		"silent for a week":              func(p *premises) { p.silent(7 * 24 * time.Hour) },
		"callbackd called last": func(p *premises) {
			p.write("log/cdr-csv/Master.csv", p.rows("PJSIP/pstn", -72*time.Hour, 30)+row("PJSIP/pstn", `"callbackd-1-customer"`))
		},
		"compressed a rotation later": func(p *premises) {
			p.write("log/cdr-csv/Master.csv.1", "")
			p.write("log/cdr-csv/Master.csv.2.gz", "")
			p.write("log/cdr-csv/Master-notes.gz", "")
		},
		"by date, compressed a rotation later": func(p *premises) {
			p.write("log/cdr-csv/Master-20261119.csv", "")
			p.write("log/cdr-csv/Master-20261118.csv.gz", "")
		},
		"more than is looked at": func(p *premises) {
			p.write("log/cdr-csv/Master.csv", "rubbish\n"+p.rows("PJSIP/pstn", -time.Minute, 8000))
		},
		"being written": func(p *premises) {
			p.write("log/cdr-csv/Master.csv", p.rows("PJSIP/pstn", -time.Minute, 30)+`"","+46701`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPremises(t)
			spoil(p)
			p.examineLogs(t.Context(), p.pbx)
			list, _ := p.lines()
			require.Equal(t, []string{goodCDR, goodQueueLog}, list)
		})
	}
}

func TestQueueLogs(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"another log":   {strings.Repeat("[2026-11-20 07:31:05] NOTICE[1]: pbx.c: hello\n", 3), "error ./log/queue_log isn't a queue_log: none of its last lines is an event of a queue"},
		"a CDR":         {row("PJSIP/pstn", `"1795160000.1"`), "error ./log/queue_log isn't a queue_log: none of its last lines is an event of a queue"},
		"one long line": {strings.Repeat("x", 2*tailLength), "error ./log/queue_log isn't a queue_log: none of its last lines is an event of a queue"},
		"empty lines":   {"\n\n", "error ./log/queue_log isn't a queue_log: none of its last lines is an event of a queue"},
		"begun":         {"17951600", "note ./log/queue_log has no whole line yet"},
		"being written": {"1795160000|1795160000.1|support|NONE|ABANDON|1|1|1\n17951600", goodQueueLog},
		"empty":         {"", "ok ./log/queue_log is there, readable and empty"},
		"rubbish in it": {"1795160000|1795160000.1|support|NONE|ABANDON|1|1|1\nrubbish\n", "warning ./log/queue_log has lines that Asterisk doesn't write: they are passed over"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPremises(t)
			p.write("log/queue_log", c.text)
			p.examineLogs(t.Context(), p.pbx)
			list, _ := p.lines()
			require.Equal(t, []string{goodCDR, c.want}, list)
		})
	}
}

// A copy of the end can't be made: that isn't the log's fault.
func TestNowhereToCopyTo(t *testing.T) {
	p := newPremises(t)
	t.Setenv("TMPDIR", p.path("none"))
	p.examineLogs(t.Context(), p.pbx)
	list, hints := p.lines()
	require.Len(t, list, 2)
	assert.Regexp(t, `^note \./log/cdr-csv/Master\.csv wasn't looked into, as a copy of its end can't be read: .*\./none\S*: no such file or directory$`, list[0])
	assert.Contains(t, hints, "TMPDIR")
}
