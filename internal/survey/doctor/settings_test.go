package doctor

import (
	"net"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/config"
)

func TestSettings(t *testing.T) {
	const good = "ok what ./etc says about these logs is right"
	for name, c := range map[string]struct {
		spoil func(*premises)
		want  []string
		hint  string
	}{
		"good": {func(*premises) {}, []string{good}, ""},
		"unanswered isn't written": {
			func(p *premises) { p.write("etc/cdr.conf", "[general]\n[csv]\nloguniqueid = yes\n") },
			[]string{"warning ./etc/cdr.conf doesn't say unanswered = yes: a call that rang nobody leaves no row, and is lost if callbackd is away"},
			"write `unanswered = yes` into [general] of cdr.conf, and `asterisk -rx \"module reload cdr\"`",
		},
		"unanswered is no": {
			func(p *premises) { p.write("etc/cdr.conf", "[general]\nunanswered = no\n[csv]\nloguniqueid = yes\n") },
			[]string{"warning ./etc/cdr.conf:2 says unanswered = no: a call that rang nobody leaves no row, and is lost if callbackd is away"}, "",
		},
		"loguniqueid in an include": {
			func(p *premises) {
				p.write("etc/cdr.conf", "[general]\nunanswered = yes\n#include more.conf\n")
				p.write("etc/more.conf", "[csv]\nloguniqueid = yes\n")
			}, []string{good}, "",
		},
		"loguniqueid where nobody looks": {
			func(p *premises) { p.write("etc/cdr.conf", "[general]\nunanswered = yes\nloguniqueid = yes\n") },
			[]string{"error ./etc/cdr.conf doesn't say loguniqueid = yes: the CDR can't be used: no row says which call it is of"},
			"into [csv] of cdr.conf",
		},
		"no CDR, in batches": {
			func(p *premises) {
				p.write("etc/cdr.conf", "[general]\nenable = no\nunanswered = yes\nbatch = yes\n[csv]\nloguniqueid = yes\n")
			},
			[]string{
				"error ./etc/cdr.conf:2 says enable = no: no CDR is written",
				"warning ./etc/cdr.conf:4 says batch = yes: calls come into the log late, and not at all if Asterisk crashes",
			}, "`batch = no`",
		},
		"no queue_log": {
			func(p *premises) { p.write("etc/logger.conf", "[general]\nqueue_log = no\n") },
			[]string{"error ./etc/logger.conf:2 says queue_log = no: nothing is written to queue_log"}, "logger reload",
		},
		"no queue_log, and none is wanted": {
			func(p *premises) {
				p.write("etc/logger.conf", "[general]\nqueue_log = no\n")
				p.pbx.CatchUp.QueueLog = ""
			}, []string{good}, "",
		},
		"dials aren't told": {
			func(p *premises) {
				p.write("etc/cdr.conf", "[general]\nunanswered = yes\nignoredialchanges = yes\n[csv]\nloguniqueid = yes\n")
			},
			[]string{"warning ./etc/cdr.conf:3 says ignoredialchanges = yes: a row doesn't say whose phone rang, and so not whose the call was"}, "`ignoredialchanges = no`",
		},
		"what isn't read": {
			func(p *premises) { p.write("etc/logger.conf", "#exec /usr/bin/settings\n") },
			[]string{"note not all of ./etc/logger.conf was read: #exec /usr/bin/settings"}, "",
		},
		"no such folder": {
			func(p *premises) { p.remove("etc") },
			[]string{"note ./etc can't be read (no such file or directory): Asterisk's cdr.conf and logger.conf weren't looked at"}, "cdr show status",
		},
		"no cdr.conf": {
			func(p *premises) { p.remove("etc/cdr.conf") },
			[]string{
				"warning ./etc/cdr.conf isn't there, which should say unanswered = yes: a call that rang nobody leaves no row, and is lost if callbackd is away",
				"error ./etc/cdr.conf isn't there, which should say loguniqueid = yes: the CDR can't be used: no row says which call it is of",
			}, "into [csv] of cdr.conf",
		},
		"much isn't read": {
			func(p *premises) { p.write("etc/logger.conf", "#exec 1\n#exec 2\n#exec 3\n#exec 4\n#exec 5\n") },
			[]string{"note not all of ./etc/logger.conf was read: #exec 1, #exec 2, #exec 3, and 2 more"}, "",
		},
		"from a template": {
			func(p *premises) {
				p.write("etc/cdr.conf", "[t](!)\nunanswered = yes\nloguniqueid = yes\n[general](t)\n[csv](t)\n")
			}, []string{good}, "",
		},
		"another machine's Asterisk": {
			func(p *premises) { p.settings, p.pbx.URL = "", "https://pbx.example.com:8089" },
			[]string{"note Asterisk pbx1 is on another machine: its cdr.conf and logger.conf weren't looked at"}, "cdr show status",
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPremises(t)
			c.spoil(p)
			p.examineSettings(p.pbx, false)
			list, hints := p.lines()
			require.Equal(t, c.want, list)
			assert.Contains(t, hints, c.hint)
		})
	}
}

// Each line that should be written, the other way.
func TestEachSetting(t *testing.T) {
	for line, want := range map[string]string{
		"cdr.conf general enable = no":                 "error: no CDR is written",
		"cdr.conf general enable = enabled":            "error: no CDR is written", // only words for yes are one
		"cdr.conf general channeldefaultenabled = no":  "error: no CDR is written of calls for which the dialplan doesn't ask",
		"cdr.conf general unanswered = no":             "warning: a call that rang nobody leaves no row, and is lost if callbackd is away",
		"cdr.conf general unanswered = all":            "warning: a call that rang nobody leaves no row, and is lost if callbackd is away",
		"cdr.conf general batch = yes":                 "warning: calls come into the log late, and not at all if Asterisk crashes",
		"cdr.conf general ignoredialchanges = yes":     "warning: a row doesn't say whose phone rang, and so not whose the call was",
		"cdr.conf csv loguniqueid = no":                "error: the CDR can't be used: no row says which call it is of",
		"logger.conf general queue_log = no":           "error: nothing is written to queue_log",
		"cdr.conf general batch = whatever":            "",
		"cdr.conf general channeldefaultenabled = yes": "",
	} {
		t.Run(line, func(t *testing.T) {
			p := newPremises(t)
			words := strings.SplitN(line, " ", 3)
			file, section, says := words[0], words[1], words[2]
			text, err := os.ReadFile(p.path("etc/" + file))
			require.NoError(t, err)
			p.write("etc/"+file, string(text)+"["+section+"](+)\n"+says+"\n")
			p.examineSettings(p.pbx, false)
			list, _ := p.lines()
			require.Len(t, list, 1)
			level, lost, wrong := strings.Cut(want, ": ")
			if !wrong {
				require.Equal(t, "ok what ./etc says about these logs is right", list[0])
				return
			}
			require.Regexp(t, "^"+level+` \./etc/\S+ says `+says+": "+lost+"$", list[0])
		})
	}
}

// A file that says otherwise than the rows isn't the one that Asterisk read.
func TestRowsThatHaveUniqueIDs(t *testing.T) {
	p := newPremises(t)
	p.write("etc/cdr.conf", "[general]\nunanswered = yes\n")
	p.examineSettings(p.pbx, p.examineLogs(t.Context(), p.pbx))
	list, hints := p.lines()
	require.Equal(t, []string{
		goodCDR, goodQueueLog,
		"warning ./etc/cdr.conf doesn't say loguniqueid = yes: the CDR can't be used: no row says which call it is of; the rows of the CDR say otherwise, until Asterisk reads it anew",
	}, list)
	assert.Contains(t, hints, "if it is the file that Asterisk reads, write `loguniqueid = yes`")
}

func TestWhereAsteriskIs(t *testing.T) {
	for url, here := range map[string]bool{
		"http://localhost:8088": true, "http://[::1]:8088": true, "http://127.0.0.2:8088": true,
		"https://192.0.2.1:8089": false, "https://pbx.example.com": false,
	} {
		assert.Equal(t, here, onThisMachine(config.PBX{URL: url}), url)
	}
	addresses, err := net.InterfaceAddrs()
	require.NoError(t, err)
	for _, address := range addresses {
		ip := address.(*net.IPNet).IP.String()
		assert.True(t, onThisMachine(config.PBX{URL: "http://" + net.JoinHostPort(ip, "8088")}), ip)
	}
	name, err := os.Hostname()
	require.NoError(t, err)
	assert.True(t, onThisMachine(config.PBX{URL: "http://" + strings.ToUpper(name)}), name)
}

// A folder that somebody names is looked at, wherever the Asterisk is.
func TestAFolderThatIsNamed(t *testing.T) {
	p := newPremises(t)
	p.pbx.URL = "https://pbx.example.com:8089"
	p.examineSettings(p.pbx, false)
	list, _ := p.lines()
	require.Equal(t, []string{"ok what ./etc says about these logs is right"}, list)

	p.settings = ""
	assert.Empty(t, p.settingsOf(p.pbx))
	p.pbx.URL = "http://localhost:8088"
	assert.Equal(t, "/etc/asterisk", p.settingsOf(p.pbx))
}

// A dialplan that looks at the presentation needs no advice to do so.
func TestWithheldNumbersInTheDialplan(t *testing.T) {
	p := newPremises(t)
	logged := func() bool { return p.dialplanOf(p.pbx).withheldLogged("from-pstn") }
	require.True(t, logged(), "there is no extensions.conf")
	p.write("etc/extensions.conf", "[from-pstn]\n#include pstn.conf\nexten => _X!,1,Hangup(1)\n")
	p.write("etc/pstn.conf", ";same => n,ExecIf($[\"${CALLERID(num-pres):0:6}\" = \"prohib\"]?Set(CALLERID(num)=anonymous))\n")
	require.True(t, logged())
	for _, function := range []string{"num-pres", "pres"} {
		p.write("etc/pstn.conf", "same => n,ExecIf($[\"${CALLERID("+function+"):0:6}\" = \"prohib\"]?Set(CALLERID(num)=anonymous))\n")
		require.False(t, logged(), function)
	}
}

// Where nobody can tell, nobody is advised.
func TestADialplanThatCannotBeLookedAt(t *testing.T) {
	p := newPremises(t)
	p.write("etc/extensions.conf/is/a/folder", "")
	d := p.dialplanOf(p.pbx)
	p.sayUnread("pbx1", d)
	require.Empty(t, p.found, "nobody wanted to know")
	require.False(t, d.withheldLogged("from-pstn"))
	p.sayUnread("pbx1", d)
	list, _ := p.lines()
	require.Equal(t, []string{"note ./etc/extensions.conf can't be read (not a regular file): whether callbackd.conf is as it was shipped, and whether withheld numbers come into the logs, can't be told"}, list)

	p.settings, p.pbx.URL = "", "https://pbx.example.com"
	require.False(t, p.dialplanOf(p.pbx).withheldLogged("from-pstn"))
}
