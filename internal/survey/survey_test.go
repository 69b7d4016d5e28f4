package survey

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
)

func TestSomethingIsMissing(t *testing.T) {
	type change = func(*aritest.Server, *callback.Account)
	region := func(edit func(*callback.Region)) change {
		return func(_ *aritest.Server, a *callback.Account) {
			r := a.Regions["sweden"]
			edit(&r)
			a.Regions["sweden"] = r
		}
	}
	for name, row := range map[string]struct {
		change change
		want   []string
	}{
		"queue": {
			func(s *aritest.Server, _ *callback.Account) { s.SetFunction("QUEUE_EXISTS(support)", "0") },
			[]string{"error acme: queues.support: Asterisk pbx1 has no queue support"},
		},
		"queue that no rule needs": {
			func(_ *aritest.Server, a *callback.Account) {
				a.Queues["sales"] = callback.Queue{Name: "sales"}
				a.Rules[1].From = []callback.Target{{Kind: callback.TargetQueue, Name: "support"}}
			},
			[]string{"warning acme: queues.sales: Asterisk pbx1 has no queue sales"},
		},
		"queue of a rule that is off": {
			func(s *aritest.Server, a *callback.Account) {
				s.SetFunction("QUEUE_EXISTS(support)", "0")
				a.Rules[0].Enabled, a.Rules[1].Enabled = false, false
			},
			[]string{"warning acme: queues.support: Asterisk pbx1 has no queue support"},
		},
		"queue with a name that can't be asked": {
			func(_ *aritest.Server, a *callback.Account) { a.Queues["a,b"] = callback.Queue{Name: "a,b"} },
			[]string{`note acme: queues.a,b: Asterisk pbx1 can't be asked for "a,b": its functions read such characters as their own`},
		},
		"agent context": {
			func(s *aritest.Server, _ *callback.Account) {
				s.SetFunction("DIALPLAN_EXISTS(callbackd-agent)", "0")
				s.SetFunction("DIALPLAN_EXISTS(callbackd-agent,support,1)", "0")
			},
			[]string{"error asterisk.pbx1: Asterisk pbx1 has no dialplan context callbackd-agent, through which agents are rung"},
		},
		"agent context that someone has changed": {
			func(s *aritest.Server, _ *callback.Account) {
				s.SetFunction("DIALPLAN_EXISTS(callbackd-agent,support,1)", "0")
			},
			[]string{"error acme: queues.support: Asterisk pbx1 has no extension support in context callbackd-agent, through which agents are rung"},
		},
		"phone": {
			func(s *aritest.Server, _ *callback.Account) { s.RemoveEndpoint("PJSIP/alice") },
			[]string{"error acme: agents.alice.endpoint: Asterisk pbx1 has no endpoint PJSIP/alice"},
		},
		"phone that isn't registered": {
			func(s *aritest.Server, _ *callback.Account) { s.SetEndpoint("PJSIP/alice", false) },
			[]string{"warning acme: agents.alice.endpoint: Asterisk pbx1 says that PJSIP/alice isn't registered, or doesn't answer"},
		},
		"phone of a technology that isn't loaded": {
			func(_ *aritest.Server, a *callback.Account) {
				a.Agents["alice"] = callback.Agent{Name: "alice", Endpoint: "SIP/alice"}
			},
			[]string{"error acme: agents.alice.endpoint: Asterisk pbx1 doesn't run chan_sip.so, which SIP/alice needs"},
		},
		"phone behind the dialplan": {
			func(_ *aritest.Server, a *callback.Account) {
				a.Agents["alice"] = callback.Agent{Name: "alice", Endpoint: "Local/100@from-internal/n"}
			},
			[]string{"error acme: agents.alice.endpoint: Asterisk pbx1 has no extension 100 in context from-internal"},
		},
		"trunk": {
			func(s *aritest.Server, _ *callback.Account) { s.RemoveEndpoint("PJSIP/pstn") },
			[]string{
				"error acme: regions.sweden.dial: Asterisk pbx1 has no endpoint PJSIP/pstn",
				"error acme: regions.sweden.trunks[0]: Asterisk pbx1 has no endpoint PJSIP/pstn",
			},
		},
		"trunk that nobody answers at": {
			func(s *aritest.Server, _ *callback.Account) { s.SetEndpoint("PJSIP/pstn", false) },
			[]string{"warning acme: regions.sweden.dial: Asterisk pbx1 has nobody to reach at PJSIP/pstn"},
		},
		"context of the way out": {
			region(func(r *callback.Region) { r.Dial = "Local/{number}@from-internal/n" }),
			[]string{"error acme: regions.sweden.dial: Asterisk pbx1 has no dialplan context from-internal"},
		},
		"extension of the way out": {
			func(s *aritest.Server, a *callback.Account) {
				s.SetFunction("DIALPLAN_EXISTS(from-internal)", "1")
				region(func(r *callback.Region) {
					r.Dial, r.NumberFormat = "Local/{number}@from-internal/n", callback.FormatNational
				})(s, a)
			},
			[]string{"warning acme: regions.sweden.dial: Asterisk pbx1 has no extension for 0701234567 in context from-internal, " +
				"which is how +46701234567, an example of a customer's number, would be dialled"},
		},
		"tone zone": {
			region(func(r *callback.Region) { r.ToneZone = "xx" }),
			[]string{"warning acme: regions.sweden.tone_zone: Asterisk pbx1 has no tone zone xx"},
		},
		"codec": {
			region(func(r *callback.Region) { r.Formats = "g729" }),
			[]string{
				"warning acme: agents.alice.endpoint: Asterisk pbx1 allows PJSIP/alice ulaw, alaw, and not g729, which legs to agents carry in region sweden",
				"warning acme: regions.sweden.formats: Asterisk pbx1 allows PJSIP/pstn ulaw, alaw, and not g729",
				"error acme: regions.sweden.formats: Asterisk pbx1 runs no module codec_g729, which converts to g729",
			},
		},
		"codec of agents": {
			func(s *aritest.Server, a *callback.Account) {
				s.SetFunction("QUEUE_MEMBER_LIST(support)", "PJSIP/alice,Local/bob@phones/n,PJSIP/carol")
				s.SetFunction("PJSIP_ENDPOINT(alice,allow)", "(ulaw|alaw)")
				s.SetFunction("PJSIP_ENDPOINT(carol,allow)", "(alaw|g722)")
				s.SetFunction("PJSIP_ENDPOINT(dave,allow)", "(alaw)")
				s.SetEndpoint("PJSIP/dave", true)
				a.Agents["dave"] = callback.Agent{Name: "dave", Endpoint: "PJSIP/dave"}
				a.Rules = append(a.Rules, callback.Rule{
					Name: "dave's", MissedIn: callback.MissedInContactCenter, Enabled: true,
					From: []callback.Target{{Kind: callback.TargetAgent, Name: "dave"}},
				})
			},
			[]string{
				"warning acme: agents.dave.endpoint: Asterisk pbx1 allows PJSIP/dave alaw, and not ulaw, which legs to agents carry in region sweden",
				"warning acme: queues.support: Asterisk pbx1 allows PJSIP/carol alaw, g722, and not ulaw, which legs to agents carry in region sweden",
			},
		},
		"context of a scenario": {
			func(s *aritest.Server, _ *callback.Account) { s.SetFunction("DIALPLAN_EXISTS(main-menu)", "0") },
			[]string{"error acme: scenarios.main-menu.contexts[0]: Asterisk pbx1 has no dialplan context main-menu"},
		},
		"contexts by their beginning": {
			func(_ *aritest.Server, a *callback.Account) {
				a.Scenarios["main-menu"] = callback.Scenario{Name: "main-menu", Contexts: []string{"main-menu", "ivr-*"}}
			},
			[]string{"note acme: scenarios.main-menu.contexts[1]: Asterisk pbx1 can't be asked for contexts by their beginning, ivr-*"},
		},
		"sound": {
			func(s *aritest.Server, _ *callback.Account) { s.SetSound("sound:/sounds/callback", 0) },
			[]string{"error acme: rules[1].agent_prompt: Asterisk pbx1 can't play /sounds/callback.wav"},
		},
		"version without the reasons of ends": {
			func(s *aritest.Server, _ *callback.Account) { s.SetVersion("20.11.1") },
			[]string{"error asterisk.pbx1: Asterisk pbx1 is version 20.11.1, which doesn't tell why a call ended: results would be wrong"},
		},
		"version with holes": {
			func(s *aritest.Server, _ *callback.Account) { s.SetVersion("22.9.0~dfsg-1") },
			[]string{"warning asterisk.pbx1: Asterisk pbx1 is version 22.9.0~dfsg-1, which has holes that reach whoever talks to ARI (GHSA-wcvv-g26m-wx5c, GHSA-vrfp-mg3q-3959)"},
		},
		"version that is a build": {
			func(s *aritest.Server, _ *callback.Account) { s.SetVersion("GIT-22-1a2b3c") },
			[]string{"note asterisk.pbx1: Asterisk pbx1 is version GIT-22-1a2b3c, which can't be compared with a release"},
		},
		"module": {
			func(s *aritest.Server, _ *callback.Account) { s.UnloadModule("chan_bridge_media.so") },
			[]string{"error asterisk.pbx1: Asterisk pbx1 doesn't run module chan_bridge_media.so: nothing can be recorded"},
		},
		"module that no rule needs": {
			func(s *aritest.Server, a *callback.Account) {
				s.UnloadModule("chan_bridge_media.so")
				a.Rules[1].Recording = nil
			},
			nil,
		},
		"module without which nothing can be asked": {
			func(s *aritest.Server, _ *callback.Account) {
				s.UnloadModule("res_ari_channels.so")
				s.UnloadModule("res_stasis_playback.so")
			},
			[]string{
				"error asterisk.pbx1: Asterisk pbx1 doesn't run module res_ari_channels.so: nobody can be called",
				"error asterisk.pbx1: Asterisk pbx1 doesn't run module res_stasis_playback.so: ARI has neither channels nor bridges",
				"note asterisk.pbx1: Asterisk pbx1 can't be asked for anything else before these modules run",
			},
		},
		"clock": {
			func(s *aritest.Server, _ *callback.Account) { s.UnloadModule("res_timing_timerfd.so") },
			[]string{"error asterisk.pbx1: Asterisk pbx1 doesn't run module res_timing_timerfd.so or res_timing_kqueue.so or " +
				"res_timing_pthread.so or res_timing_dahdi.so: a recorded callback is cut off when it is joined"},
		},
		"queues altogether": {
			func(s *aritest.Server, _ *callback.Account) {
				s.UnloadModule("app_queue.so")
				s.SetFunctionFunc("QUEUE_EXISTS(support)", func(string) (string, bool) { return "", false })
			},
			[]string{"error asterisk.pbx1: Asterisk pbx1 doesn't run module app_queue.so: there are no queues"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, row.want, lines(survey(t, row.change)))
		})
	}
}

func TestASoundThatIsNotThereYet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		complete(srv)
		findings := Run(t.Context(), Options{
			PBXs: []PBX{pbxOf("pbx1", srv)}, Accounts: []*callback.Account{acme()},
			SoundPath: func(_, _, _ string) (string, error) { return "", nil },
		})
		require.Equal(t, []string{
			"note acme: rules[1].agent_prompt: Asterisk pbx1 can't be asked for sound callback, which is written out at callbackd's first start",
		}, lines(findings))
		nothingLeft(t, srv)
	})
}

// One Asterisk that can't be asked is one error, and the others are asked.
func TestAnAsteriskThatIsAway(t *testing.T) {
	for name, row := range map[string]struct {
		change func(*PBX)
		want   string
	}{
		"nobody listens": {func(p *PBX) { p.DialContext = nobody },
			"Asterisk pbx2 at http://asterisk.test:8088 doesn't answer: dial tcp: connection refused"},
		"it says nothing": {func(p *PBX) { p.DialContext = silence },
			"Asterisk pbx2 at http://asterisk.test:8088 doesn't answer within 3s"},
		"another password": {func(p *PBX) { p.Password = "other" },
			"Asterisk pbx2 at http://asterisk.test:8088 doesn't take user ari with this password"},
		"no ARI there": {func(p *PBX) { p.URL += "/pbx" }, "Asterisk pbx2 at http://asterisk.test:8088/pbx has no ARI"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv, other := aritest.New(t), aritest.New(t)
				complete(srv)
				srv.SetFunction("QUEUE_EXISTS(support)", "0")
				away := pbxOf("pbx2", other)
				row.change(&away)
				began := time.Now()
				findings := Run(t.Context(), Options{
					PBXs: []PBX{pbxOf("pbx1", srv), away}, Accounts: []*callback.Account{acme()}, SoundPath: soundPath,
				})
				assert.LessOrEqual(t, time.Since(began), answerLimit)
				assert.Equal(t, []string{
					"error acme: queues.support: Asterisk pbx1 has no queue support", "error asterisk.pbx2: " + row.want,
				}, lines(findings))
			})
		})
	}
}

func TestAUserWhoMayOnlyLook(t *testing.T) {
	findings := survey(t, func(s *aritest.Server, _ *callback.Account) {
		s.Fault(aritest.Fault{On: "PUT /applications/*/eventFilter", Status: 403, Message: "Write access denied"})
	})
	require.Equal(t, []string{
		"error asterisk.pbx1: Asterisk pbx1 at http://asterisk.test:8088 lets user ari look and change nothing",
	}, lines(findings))
}

// Asterisk stops answering in the middle: the probe is hung up all the same.
func TestAnAsteriskThatStops(t *testing.T) {
	findings := survey(t, func(s *aritest.Server, _ *callback.Account) {
		s.Fault(aritest.Fault{On: "GET /channels/*/variable", Hang: true})
	})
	require.Equal(t, []string{
		"error asterisk.pbx1: Asterisk pbx1 at http://asterisk.test:8088 doesn't answer within 3s",
	}, lines(findings))
}

// A sound whose end is never told.
func TestAnAsteriskThatIsTooSlow(t *testing.T) {
	findings := survey(t, func(s *aritest.Server, _ *callback.Account) {
		s.SetSound("sound:/sounds/callback", aritest.Forever)
	})
	require.Equal(t, []string{
		"error asterisk.pbx1: Asterisk pbx1 at http://asterisk.test:8088: not all was answered within 10s",
	}, lines(findings))
}

func TestInterrupted(t *testing.T) {
	for name, on := range map[string]string{
		"before anything is made": "GET /asterisk/info", "while the probe is made": "POST /channels/create",
		"in a question": "GET /channels/*/variable", "while a sound plays": "POST /channels/*/play/*",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := aritest.New(t)
				complete(srv)
				ctx, interrupt := context.WithCancel(t.Context())
				srv.Fault(aritest.Fault{On: on, Before: func(aritest.Request) { interrupt() }, Delay: time.Second})
				began := time.Now()
				findings := Run(ctx, Options{PBXs: []PBX{pbxOf("pbx1", srv)}, Accounts: []*callback.Account{acme()}, SoundPath: soundPath})
				assert.LessOrEqual(t, time.Since(began), 2*time.Second)
				assert.Equal(t, []string{
					"error asterisk.pbx1: Asterisk pbx1 at http://asterisk.test:8088 wasn't asked to the end: interrupted",
				}, lines(findings))
				nothingLeft(t, srv)
			})
		})
	}
}

// Killed, it can't hang up: Asterisk does.
func TestTheProbeEndsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		c, err := reach(t.Context(), pbxOf("pbx1", srv))
		require.NoError(t, err)
		require.NoError(t, c.open(t.Context()))
		c.stop()
		<-c.ended
		channels, err := c.client.Channels(t.Context())
		require.NoError(t, err)
		require.Len(t, channels, 2, "both halves")
		<-time.After(fuse + time.Second)
		channels, err = c.client.Channels(t.Context())
		require.NoError(t, err)
		require.Empty(t, channels)
	})
}
