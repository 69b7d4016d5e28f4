package doctor

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/survey"
)

func TestSettingsOfAQueue(t *testing.T) {
	for text, want := range map[string]survey.QueueSettings{
		"[support]\nmember => PJSIP/alice\n":                                      {Strategy: "ringall"},
		"[general]\nautofill = yes\n[support]\nstrategy = rrmemory\n":             {Strategy: "rrmemory", Autofill: true},
		"[general]\nautofill = yes\n[support]\nautofill=no\nstrategy = RRMemory":  {Strategy: "rrmemory"},
		"[t](!)\nautofill = yes\nstrategy = random\n[Support](t)\nmember = a/b\n": {Strategy: "random", Autofill: true},
	} {
		p := newPremises(t)
		p.write("etc/queues.conf", text)
		got, known := (&queues{folder: p.settings}).settings("support")
		assert.True(t, known, text)
		assert.Equal(t, want, got, text)
	}

	p := newPremises(t)
	p.write("etc/queues.conf", "[general]\nautofill = yes\n[sales]\nmember => PJSIP/bob\n")
	for _, q := range []*queues{{folder: p.settings}, {folder: p.path("none")}, {}} {
		_, known := q.settings("support")
		assert.False(t, known)
		p.sayQueuesUnread("pbx1", q)
	}
	require.Empty(t, p.found, "a queue of a database, a file that isn't there, an Asterisk elsewhere")

	p.remove("etc/queues.conf")
	p.write("etc/queues.conf/is/a/folder", "")
	q := &queues{folder: p.settings}
	_, known := q.settings("support")
	assert.False(t, known)
	p.sayQueuesUnread("pbx1", q)
	list, _ := p.lines()
	require.Equal(t, []string{"note ./etc/queues.conf can't be read (not a regular file): whether the queues suit `ringing` can't be told"}, list)
}
