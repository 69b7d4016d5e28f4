package doctor

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/config"
)

// People read from the files to the daemon, and of each what was found first.
func TestTheOrderOfTheFindings(t *testing.T) {
	p := newPremises(t)
	p.config.Asterisk = map[string]config.PBX{"beta": {Name: "beta"}, "alpha": {Name: "alpha"}, "machine": {Name: "machine"}}
	p.say(Daemon, OK, "", "daemon")
	p.sayOf("machine", "url", OK, "", "a PBX of that name")
	p.sayOf("beta", "url", OK, "", "beta 1")
	p.say(Machine, OK, "", "machine 1")
	p.sayOf("alpha", "url", OK, "", "alpha")
	p.say(Files, OK, "", "files")
	p.sayOf("beta", "url", OK, "", "beta 2")
	p.say(Machine, OK, "", "machine 2")
	var list []string
	for _, f := range p.sorted() {
		list = append(list, f.Message)
	}
	require.Equal(t, []string{"files", "alpha", "beta 1", "beta 2", "a PBX of that name", "machine 1", "machine 2", "daemon"}, list)
}

// Nobody waits for the rest who has interrupted it.
func TestAnExaminationThatIsInterrupted(t *testing.T) {
	p := newPremises(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	findings := Examine(ctx, Options{Config: p.config, AsteriskConfig: p.settings})
	for _, f := range findings {
		assert.NotContains(t, []string{Machine, Daemon}, f.About, f.Message)
		assert.NotContains(t, f.Path, "catch_up", f.Message)
	}
}
