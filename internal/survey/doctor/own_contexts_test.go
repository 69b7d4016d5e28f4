package doctor

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	asteriskconfig "callbackd/asterisk-config"
	"callbackd/internal/survey"
	"callbackd/internal/survey/asteriskconf"
)

// What Asterisk is asked for is what is shipped.
func TestTheShippedDialplan(t *testing.T) {
	shipped := asteriskconf.Parse("callbackd.conf", asteriskconfig.Dialplan)
	for _, context := range survey.Contexts() {
		assert.NotEmpty(t, shipped.Section(context), context)
	}
	versions := shipped.Section(survey.VersionContext)
	require.NotEmpty(t, versions)
	assert.True(t, strings.HasPrefix(versions[len(versions)-1].Value, survey.DialplanVersion+",1,"), versions)
}

func TestOwnContexts(t *testing.T) {
	const (
		asShipped = "ok callbackd.conf in ./etc is as it is shipped"
		queue     = " same => n,Queue(${EXTEN},rC)\n"
		ended     = "second priority follows.\n"
	)
	for name, row := range map[string]struct {
		edit []string
		want []string
	}{
		"as shipped":                        {nil, []string{asShipped}},
		"other blanks and comments":         {[]string{queue, "same=>n,Queue(${EXTEN},rC) ; ours\n"}, []string{asShipped}},
		"the priority lowered":              {[]string{"QUEUE_PRIO=-10", "QUEUE_PRIO=-20"}, []string{asShipped}},
		"the priority raised":               {[]string{"QUEUE_PRIO=-10", "QUEUE_PRIO=5"}, []string{"warning ./etc/callbackd.conf:LINE: context callbackd-agent isn't as it is shipped: it has `exten => _[a-zA-Z0-9]!,1,Set(QUEUE_PRIO=5)` where `exten => _[a-zA-Z0-9]!,1,Set(QUEUE_PRIO=-10)` should be"}},
		"music for nobody":                  {[]string{"Queue(${EXTEN},rC)", "Queue(${EXTEN},C)"}, []string{"warning ./etc/callbackd.conf:LINE: context callbackd-agent isn't as it is shipped: it has `same => n,Queue(${EXTEN},C)` where `same => n,Queue(${EXTEN},rC)` should be"}},
		"a line that is gone":               {[]string{ended + "exten => h,1,Hangup()\n", ended}, []string{"warning ./etc/callbackd.conf:LINE: context callbackd-agent isn't as it is shipped: it ends before `exten => h,1,Hangup()`"}},
		"a line more":                       {[]string{ended + "exten => h,1,Hangup()\n", ended + "exten => h,1,Hangup()\n same => n,Playback(bye)\n"}, []string{"warning ./etc/callbackd.conf:LINE: context callbackd-agent isn't as it is shipped: it has `same => n,Playback(bye)` besides"}},
		"a context that isn't there":        {[]string{"[callbackd-agent]", "[renamed]"}, []string{asShipped}}, // Asterisk is asked for it
		"another version, of anybody's own": {[]string{"exten => " + survey.DialplanVersion + ",1", "exten => 1,1", queue, ""}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPremises(t)
			p.write("etc/extensions.conf", "[from-pstn]\nexten => 100,1,Queue(support)\n#include callbackd.conf\n")
			text := strings.NewReplacer(row.edit...).Replace(asteriskconfig.Dialplan)
			require.Equal(t, row.edit == nil, text == asteriskconfig.Dialplan)
			p.write("etc/callbackd.conf", text)
			p.examineOwnContexts("pbx1", p.dialplanOf(p.pbx))
			list, _ := p.lines()
			for i := range list {
				list[i] = lineNumber.ReplaceAllString(list[i], "callbackd.conf:LINE:")
			}
			assert.Equal(t, row.want, list)
		})
	}

	p := newPremises(t) // no extensions.conf: another folder, or a dialplan that is written otherwise
	p.examineOwnContexts("pbx1", p.dialplanOf(p.pbx))
	require.Empty(t, p.found)
}

var lineNumber = regexp.MustCompile(`callbackd\.conf:[0-9]+:`)
