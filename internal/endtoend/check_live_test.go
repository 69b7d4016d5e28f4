package endtoend

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/config"
	"callbackd/internal/httpapi"
	"callbackd/internal/survey/doctor"
)

// checkLive asks Asterisk about the rules as `callbackd check --live` does, and gives what
// is missing: "error 18:3 queues.gone: Asterisk pbx1 has no queue gone".
func (w *world) checkLive() (list []string) {
	w.t.Helper()
	began := time.Now()
	problems, err := doctor.Survey(w.t.Context(), w.configuration())
	w.must(err)
	require.Less(w.t, time.Since(began), 5*time.Second)
	for _, p := range problems {
		list = append(list, fmt.Sprintf("%s %s:%d:%d %s: %s", p.Severity, filepath.Base(p.File), p.Line, p.Column, p.Path, p.Message))
	}
	return list
}

func (w *world) configuration() *config.Config {
	w.t.Helper()
	// The password comes from the environment, which all tests share.
	text, err := os.ReadFile(w.ConfigFile)
	w.must(err)
	text = bytes.ReplaceAll(text, []byte("${CALLBACKD_ARI_PASSWORD}"), []byte(w.Asterisk.Password))
	w.must(os.WriteFile(w.ConfigFile, text, 0o600))
	cfg, err := config.Load(w.ConfigFile)
	w.must(err)
	return cfg
}

// rules replaces the rules file.
func (w *world) rules(text string) {
	w.t.Helper()
	w.must(os.WriteFile(filepath.Join(w.Dir, "rules/acme.yaml"), []byte(text), 0o600))
}

// untouched checks that Asterisk holds nothing, not even an application, once it has let go.
func (w *world) untouched() {
	w.t.Helper()
	require.EventuallyWithT(w.t, func(c *assert.CollectT) {
		channels, err := w.ARI.Channels(w.t.Context())
		require.NoError(c, err)
		assert.Empty(c, channels)
		bridges, err := w.ARI.Bridges(w.t.Context())
		require.NoError(c, err)
		assert.Empty(c, bridges)
		apps, err := w.Asterisk.CLI(w.t.Context(), "ari show apps")
		require.NoError(c, err)
		assert.NotContains(c, apps, "callbackd-check")
	}, 5*time.Second, 50*time.Millisecond)
}

func TestCheckLiveOfALabThatHasEverything(t *testing.T) {
	w := newWorld(t)
	require.Empty(t, w.checkLive())
	w.untouched()
}

func TestCheckLiveBesideADaemon(t *testing.T) {
	w := newWorld(t, "immediately, 5m, 30m", "1m").start()
	require.Empty(t, w.checkLive())
	// The daemon still sees every call.
	w.loses(customer)
	_, err := w.AwaitMissedCalls(t.Context(), "the call", func(m []httpapi.MissedCall) bool { return len(m) == 1 })
	w.must(err)
	require.Empty(t, w.CallsTo(customer))
}

// incomplete refers to something of each kind that the lab's Asterisk doesn't have.
const incomplete = `account: acme
country: "SE"
timezone: Europe/Stockholm
numbers: ["+4685550000"]
regions:
  sweden:
    pbx: pbx1
    trunks: [PJSIP/pstn, PJSIP/other]
    dial: PJSIP/{number}@gone
    formats: g722
    tone_zone: xx
  norway:
    pbx: pbx1
    trunks: [PJSIP/bob]
    dial: Local/{number}@from-internal/n
  denmark:
    pbx: pbx1
    trunks: [IAX2/provider]
    dial: Local/{number}@from-agents/n
    number_format: national
agents:
  alice: {endpoint: PJSIP/alice}
  bob: {endpoint: PJSIP/bob}
  carol: {endpoint: PJSIP/carol}
  dave: {endpoint: Local/100@phones/n}
queues:
  support: {}
  gone: {}
scenarios:
  main-menu: {contexts: [main-menu, from-pstn, "ivr-*"]}
defaults:
  schedule: always
  agent_prompt: broken
rules:
  - name: lost in the contact center
    missed_in: contact_center
    dialing_intervals: [immediately]
  - name: lost in the menu
    missed_in: scenario
    scenarios: [main-menu]
    dialing_intervals: [immediately]
    queue: support
`

func TestCheckLiveOfALabThatLacksSomethingOfEachKind(t *testing.T) {
	w := newWorld(t)
	w.rules(incomplete)
	w.must(os.WriteFile(filepath.Join(w.Dir, "sounds/broken.wav"), []byte("not audio"), 0o600))
	// bob has an account and no phone.
	pjsip := filepath.Join(w.Asterisk.Dir, "etc/pjsip.conf")
	text, err := os.ReadFile(pjsip)
	w.must(err)
	w.must(os.WriteFile(pjsip, fmt.Appendf(text, "\n[bob]\ntype = endpoint\ncontext = from-agents\naors = bob\nallow = ulaw\n[bob]\ntype = aor\nmax_contacts = 1\n"), 0o600))
	_, err = w.Asterisk.CLI(t.Context(), "module reload res_pjsip.so")
	w.must(err)

	broken := filepath.Join(w.Dir, "sounds/broken.wav")
	want := []string{
		"error acme.yaml:8:26 regions.sweden.trunks[1]: Asterisk pbx1 has no endpoint PJSIP/other",
		"error acme.yaml:9:11 regions.sweden.dial: Asterisk pbx1 has no endpoint PJSIP/gone",
		"error acme.yaml:10:14 regions.sweden.formats: Asterisk pbx1 runs no module codec_g722, which converts to g722",
		"warning acme.yaml:11:16 regions.sweden.tone_zone: Asterisk pbx1 has no tone zone xx",
		"error acme.yaml:15:11 regions.norway.dial: Asterisk pbx1 has no dialplan context from-internal",
		"error acme.yaml:18:14 regions.denmark.trunks[0]: Asterisk pbx1 doesn't run chan_iax2.so, which IAX2/provider needs",
		"warning acme.yaml:19:11 regions.denmark.dial: Asterisk pbx1 has no extension for 0701234567 in context from-agents, " +
			"which is how +46701234567, an example of a customer's number, would be dialled",
		"warning acme.yaml:22:21 agents.alice.endpoint: Asterisk pbx1 allows PJSIP/alice ulaw, and not g722, which legs to agents carry in region sweden",
		"warning acme.yaml:23:19 agents.bob.endpoint: Asterisk pbx1 allows PJSIP/bob ulaw, and not g722, which legs to agents carry in region sweden",
		"warning acme.yaml:23:19 agents.bob.endpoint: Asterisk pbx1 says that PJSIP/bob isn't registered, or doesn't answer",
		"error acme.yaml:24:21 agents.carol.endpoint: Asterisk pbx1 has no endpoint PJSIP/carol",
		"error acme.yaml:25:20 agents.dave.endpoint: Asterisk pbx1 has no extension 100 in context phones",
		"warning acme.yaml:27:3 queues.support: Asterisk pbx1 allows PJSIP/alice ulaw, and not g722, which legs to agents carry in region sweden",
		"error acme.yaml:28:3 queues.gone: Asterisk pbx1 has no queue gone",
		"error acme.yaml:30:26 scenarios.main-menu.contexts[0]: Asterisk pbx1 has no dialplan context main-menu",
		"note acme.yaml:30:48 scenarios.main-menu.contexts[2]: Asterisk pbx1 can't be asked for contexts by their beginning, ivr-*",
		"error acme.yaml:33:17 defaults.agent_prompt: Asterisk pbx1 can't play " + broken,
	}
	assert.Equal(t, strings.Join(want, "\n"), strings.Join(w.checkLive(), "\n"))
	w.untouched()
}

func TestCheckLiveOfAnAsteriskThatLacksParts(t *testing.T) {
	w := newWorld(t)
	for _, command := range []string{
		"dialplan remove context callbackd-agent", "module unload chan_bridge_media.so", "module unload func_timeout.so",
	} {
		_, err := w.Asterisk.CLI(t.Context(), command)
		w.must(err)
	}
	require.Equal(t, []string{
		"error callbackd.yaml:7:3 asterisk.pbx1: Asterisk pbx1 doesn't run module func_timeout.so: a call goes on for ever if callbackd dies",
		"error callbackd.yaml:7:3 asterisk.pbx1: Asterisk pbx1 doesn't run module chan_bridge_media.so: nothing can be recorded",
		"error callbackd.yaml:7:3 asterisk.pbx1: Asterisk pbx1 has no dialplan context callbackd-agent, through which agents are rung",
	}, w.checkLive())
	w.untouched()

	w.Asterisk.Kill()
	away := w.checkLive()
	require.Len(t, away, 1)
	require.Contains(t, away[0], "connection refused")
	w.must(w.Asterisk.Restart(t.Context())) // for the phones to say goodbye
}

func TestCheckLiveInterrupted(t *testing.T) {
	w := newWorld(t)
	cfg := w.configuration()
	for after := time.Duration(0); after < 40*time.Millisecond; after += 4 * time.Millisecond {
		ctx, cancel := context.WithTimeout(t.Context(), after)
		_, err := doctor.Survey(ctx, cfg)
		cancel()
		w.must(err)
	}
	w.untouched()
}
