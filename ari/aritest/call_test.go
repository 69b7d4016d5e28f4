package aritest_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/ari/aritest"
)

const customer = "PJSIP/+46701234567@pstn"

func TestOriginateAnsweredAndHungUp(t *testing.T) {
	virtual(t, func(p *pbx) {
		p.srv.Phone("PJSIP/*@pstn", aritest.Answers(2*time.Second, 30*time.Second))
		began := time.Now()
		p.originate("c1", customer, 0)
		assert.Zero(t, time.Since(began), "the answer comes before it is dialled")
		assert.Equal(t, []string{
			"ChannelCreated c1", "ChannelDialplan c1 AppDial2((Outgoing Line))", "Dial ->c1 ",
			"ChannelStateChange c1 Ringing", "Dial ->c1 RINGING",
			"ChannelStateChange c1 Up", "Dial ->c1 ANSWER", "StasisStart c1 agent,c1",
		}, p.until("StasisStart c1 agent,c1"))
		assert.Equal(t, 2*time.Second, time.Since(began))
		ch, err := p.c.Channel(p.ctx, "c1")
		require.NoError(t, err)
		assert.Equal(t, "PJSIP/pstn-00000001", ch.Name)
		assert.Equal(t, ari.StateUp, ch.State)
		assert.Equal(t, ari.DialplanCEP{Exten: "s", Priority: 1, AppName: "Stasis", AppData: "app,agent,c1"}, ch.Dialplan)
		assert.Equal(t, []string{"ChannelHangupRequest c1 - soft=false", "StasisEnd c1", "ChannelDestroyed c1 0/0"},
			p.until("ChannelDestroyed c1 0/0"))
		assert.Equal(t, 32*time.Second, time.Since(began))
		_, err = p.c.Channel(p.ctx, "c1")
		assert.ErrorIs(t, err, ari.ErrNotFound)
	})
}

func TestOriginateRefused(t *testing.T) {
	for status, destroyed := range map[int]string{
		486: "ChannelDestroyed c1 17/486", 603: "ChannelDestroyed c1 21/603", 403: "ChannelDestroyed c1 21/403",
		404: "ChannelDestroyed c1 1/404", 480: "ChannelDestroyed c1 19/480", 503: "ChannelDestroyed c1 34/503",
		484: "ChannelDestroyed c1 28/484", 488: "ChannelDestroyed c1 58/488", 408: "ChannelDestroyed c1 18/408",
		410: "ChannelDestroyed c1 22/410", 487: "ChannelDestroyed c1 127/487",
	} {
		virtual(t, func(p *pbx) {
			p.srv.Phone("PJSIP/*", aritest.Rejects(time.Second, status))
			p.originate("c1", customer, 0)
			assert.NotContains(t, p.until(destroyed), "StasisStart c1 agent,c1")
			assert.Empty(t, p.rest())
		})
	}
	virtual(t, func(p *pbx) {
		p.srv.Phone("PJSIP/alice", func(c *aritest.Call) { c.Busy() })
		p.originate("c1", "PJSIP/alice", 0)
		p.until("ChannelDestroyed c1 17/486")
	})
}

func TestOriginateTimeout(t *testing.T) {
	for timeout, wanted := range map[time.Duration]time.Duration{0: 30 * time.Second, 3 * time.Second: 3 * time.Second} {
		virtual(t, func(p *pbx) {
			p.srv.Phone("*", aritest.NeverAnswers)
			began := time.Now()
			p.originate("c1", customer, timeout)
			seen := p.until("ChannelDestroyed c1 19/480")
			assert.Equal(t, "Dial ->c1 RINGING", seen[len(seen)-2], "nothing but the end is told")
			assert.Equal(t, wanted, time.Since(began))
		})
	}
	virtual(t, func(p *pbx) {
		p.srv.Phone("*", aritest.NeverAnswers)
		p.originate("c1", customer, -1)
		p.pass(time.Hour)
		_, err := p.c.Channel(p.ctx, "c1")
		assert.NoError(t, err)
	})
}

func TestOriginateErrors(t *testing.T) {
	virtual(t, func(p *pbx) {
		p.srv.Phone("*", aritest.NeverAnswers)
		p.originate("Attempt-1", customer, 0)
		for _, c := range []struct {
			o  ari.OriginateRequest
			is error
		}{
			{ari.OriginateRequest{ID: "Attempt-1", Endpoint: customer}, ari.ErrConflict},
			{ari.OriginateRequest{ID: "attempt-1", Endpoint: customer}, ari.ErrConflict},
			{ari.OriginateRequest{ID: "Attempt", Endpoint: customer}, ari.ErrConflict},
			{ari.OriginateRequest{ID: "x", OtherID: "Attempt-1", Endpoint: "Local/s@x/n"}, ari.ErrConflict},
			{ari.OriginateRequest{ID: "x", Endpoint: ""}, ari.ErrInvalid},
			{ari.OriginateRequest{ID: "x", Endpoint: "alice"}, ari.ErrInvalid},
			{ari.OriginateRequest{ID: "x", Endpoint: customer, Originator: "gone"}, ari.ErrInvalid},
			{ari.OriginateRequest{ID: "x", Endpoint: customer, Originator: "Attempt-1", Formats: []string{"ulaw"}}, ari.ErrInvalid},
			{ari.OriginateRequest{ID: string(make([]byte, 150)), Endpoint: customer}, ari.ErrInvalid},
		} {
			_, err := p.c.Originate(p.ctx, c.o)
			assert.ErrorIs(t, err, c.is, "%+v", c.o)
		}
		require.NoError(t, p.c.Hangup(p.ctx, "Attempt-1", ""))
		p.originate("Attempt-1", customer, 0) // an id is protected only while its channel lives
	})
}

func TestUnknownEndpoints(t *testing.T) {
	virtual(t, func(p *pbx) {
		_, err := p.c.Originate(p.ctx, ari.OriginateRequest{ID: "c1", Endpoint: "PJSIP/ghost"})
		assert.ErrorIs(t, err, ari.ErrAllocation)
		p.originate("c2", "Local/none@callbackd-agent/n", 0)
		assert.Equal(t, []string{
			"ChannelCreated c2", "ChannelCreated c2;2", "ChannelDialplan c2 AppDial2((Outgoing Line))",
			"ChannelDestroyed c2;2 0/0", "ChannelDestroyed c2 0/0",
		}, p.until("ChannelDestroyed c2 0/0"))
	})
}

func TestHangupByARI(t *testing.T) {
	virtual(t, func(p *pbx) {
		p.srv.Phone("*", aritest.NeverAnswers)
		p.originate("c1", customer, 0)
		p.until("Dial ->c1 RINGING")
		require.NoError(t, p.c.Hangup(p.ctx, "c1", ari.HangupAnsweredElsewhere))
		assert.Equal(t, []string{"ChannelHangupRequest c1 32 soft=true", "Dial ->c1 NOANSWER", "ChannelDestroyed c1 26/0"}, p.rest())
		assert.ErrorIs(t, p.c.Hangup(p.ctx, "c1", ""), ari.ErrNotFound)
		p.originate("c2", customer, 0)
		assert.ErrorIs(t, p.c.Hangup(p.ctx, "c2", "bored"), ari.ErrInvalid)
	})
}

// The agent leg: a Local through a queue, whose members refuse, answer, and hang up.
func TestLocalThroughAQueue(t *testing.T) {
	virtual(t, func(p *pbx) {
		p.srv.Phone("Local/support@callbackd-agent/n", func(c *aritest.Call) {
			c.Execute("Queue", "support,rC")
			alice, bob, carol := c.Dial("PJSIP/alice"), c.Dial("PJSIP/bob"), c.Dial("PJSIP/carol")
			alice.Ring()
			bob.Ring()
			if !c.Wait(time.Second) {
				return
			}
			alice.Reject(486)
			if c.Wait(time.Second) {
				bob.Answer()
			}
			if c.Wait(10 * time.Second) {
				bob.Hangup()
			}
			<-carol.Done()
		})
		began := time.Now()
		p.originate("a1", "Local/support@callbackd-agent/n", time.Minute)
		now := began.Unix()
		alice, bob, carol := id(now, 3), id(now, 4), id(now, 5)
		seen := p.until("StasisStart a1 agent,a1")
		assert.Equal(t, 2*time.Second, time.Since(began))
		assert.Equal(t, []string{
			"ChannelCreated a1", "ChannelCreated a1;2", "ChannelDialplan a1 AppDial2((Outgoing Line))", "Dial ->a1 ",
			"ChannelDialplan a1;2 Queue(support,rC)",
			"ChannelCreated " + alice, "Dial a1;2>" + alice + " ", "ChannelCreated " + bob, "Dial a1;2>" + bob + " ",
			"ChannelCreated " + carol, "Dial a1;2>" + carol + " ",
			"ChannelStateChange " + alice + " Ringing", "ChannelStateChange a1 Ringing", "Dial ->a1 RINGING", "Dial a1;2>" + alice + " RINGING",
			"ChannelStateChange " + bob + " Ringing", "Dial a1;2>" + bob + " RINGING",
			"ChannelHangupRequest " + alice + " 17 soft=false", "Dial a1;2>" + alice + " NOANSWER", "ChannelDestroyed " + alice + " 17/486",
			"ChannelStateChange " + bob + " Up", "Dial a1;2>" + bob + " ANSWER", "ChannelStateChange a1;2 Up",
			"Dial a1;2>" + carol + " CANCEL", "Dial a1;2>" + carol + " CANCEL", "ChannelDestroyed " + carol + " 26/0",
		}, seen[:26])
		assert.Equal(t, []string{"ChannelStateChange a1 Up", "Dial ->a1 ANSWER", "StasisStart a1 agent,a1"}, seen[len(seen)-3:])
		channels, err := p.c.Channels(p.ctx)
		require.NoError(t, err)
		require.Len(t, channels, 3)
		assert.Equal(t, "Local/support@callbackd-agent-00000002;1", channels[0].Name)
		assert.Equal(t, "a1;2", channels[1].ID)
		assert.Equal(t, "PJSIP/bob-00000004", channels[2].Name)
		bridges, err := p.c.Bridges(p.ctx)
		require.NoError(t, err)
		require.Len(t, bridges, 1)
		assert.Equal(t, []string{bob, "a1;2"}, bridges[0].Channels)

		seen = p.until("ChannelDestroyed a1 16/0")
		assert.Equal(t, 12*time.Second, time.Since(began))
		assert.Contains(t, seen, "StasisEnd a1")
		assert.Contains(t, seen, "ChannelDestroyed a1;2 16/0")
		assert.Contains(t, seen, "ChannelDestroyed "+bob+" 16/0")
		bridges, err = p.c.Bridges(p.ctx)
		require.NoError(t, err)
		assert.Empty(t, bridges)
	})
}

func id(epoch int64, counter int) string { return fmt.Sprintf("%d.%d", epoch, counter) }

func TestLocalGivenUpWhileAPhoneRings(t *testing.T) {
	virtual(t, func(p *pbx) {
		p.srv.Phone("Local/*", func(c *aritest.Call) { c.Dial("PJSIP/alice").Ring() })
		p.originate("a1", "Local/support@callbackd-agent/n", time.Minute)
		p.until("Dial ->a1 RINGING")
		require.NoError(t, p.c.Hangup(p.ctx, "a1", ""))
		assert.Contains(t, p.until("ChannelDestroyed a1 16/0"), "ChannelDestroyed a1;2 16/0")
		channels, err := p.c.Channels(p.ctx)
		require.NoError(t, err)
		assert.Empty(t, channels)
	})
}

func TestLocalHalvesDieDifferently(t *testing.T) {
	for status, second := range map[int]string{486: "ChannelDestroyed a1;2 17/0", 503: "ChannelDestroyed a1;2 34/0"} {
		virtual(t, func(p *pbx) {
			p.srv.Phone("Local/*", func(c *aritest.Call) { c.Reject(status) })
			p.originate("a1", "Local/alice@callbackd-agent/n", 0)
			assert.Contains(t, p.until("ChannelDestroyed a1 0/0"), second)
		})
	}
}

func TestAbsoluteTimeout(t *testing.T) {
	fuse := map[string]string{"TIMEOUT(absolute)": "60"}
	virtual(t, func(p *pbx) { // ringing
		p.srv.Phone("*", aritest.NeverAnswers)
		began := time.Now()
		_, err := p.c.Originate(p.ctx, ari.OriginateRequest{ID: "c1", Endpoint: customer, Timeout: -1, Variables: fuse})
		require.NoError(t, err)
		p.until("ChannelDestroyed c1 19/480")
		assert.Equal(t, time.Minute, time.Since(began))
	})
	virtual(t, func(p *pbx) { // in a bridge, as the agent's half of a Local
		p.srv.Phone("*", aritest.Answers(time.Second, -1))
		_, err := p.c.Originate(p.ctx, ari.OriginateRequest{ID: "a1", Endpoint: "Local/s@x/n", Variables: fuse})
		require.NoError(t, err)
		p.until("StasisStart a1 ")
		_, err = p.c.CreateBridge(p.ctx, "b1", "")
		require.NoError(t, err)
		require.NoError(t, p.c.AddChannels(p.ctx, "b1", "a1"))
		p.until("ChannelDestroyed a1 16/0")
	})
	virtual(t, func(p *pbx) { // up and idle
		p.srv.Phone("*", aritest.Answers(time.Second, -1))
		_, err := p.c.Originate(p.ctx, ari.OriginateRequest{ID: "c1", Endpoint: customer, Variables: fuse})
		require.NoError(t, err)
		p.until("StasisStart c1 ")
		p.pass(9 * time.Second)
		p.rest()
		left, err := p.c.ChannelVariable(p.ctx, "c1", "TIMEOUT(absolute)")
		require.NoError(t, err)
		assert.Equal(t, "50.000", left)
		require.NoError(t, p.c.SetChannelVariable(p.ctx, "c1", "TIMEOUT(absolute)", "600"))
		began := time.Now()
		assert.Equal(t, []string{"StasisEnd c1", "ChannelDestroyed c1 0/0"}, p.until("ChannelDestroyed c1 0/0"))
		assert.Equal(t, 10*time.Minute, time.Since(began))
	})
}

// The call outlives the websocket; nothing is replayed.
func TestChannelsOutliveTheWebsocket(t *testing.T) {
	virtual(t, func(p *pbx) {
		p.srv.Phone("*", aritest.Answers(time.Second, -1))
		p.originate("c1", customer, 0)
		p.until("StasisStart c1 agent,c1")
		_, err := p.c.CreateBridge(p.ctx, "b1", "")
		require.NoError(t, err)
		p.srv.Cut("app")
		p.until("Connected")
		p.pass(time.Minute)
		assert.Empty(t, p.rest())
		_, err = p.c.Channel(p.ctx, "c1")
		require.NoError(t, err)
		require.NoError(t, p.c.AddChannels(p.ctx, "b1", "c1"))
		p.until("ChannelEnteredBridge b1 c1")
	})
}

func TestApplicationThatIsNotConnectedLosesTheCallOnAnswer(t *testing.T) {
	virtual(t, func(p *pbx) {
		p.srv.Phone("*", aritest.Answers(5*time.Second, -1))
		_, err := p.c.Originate(p.ctx, ari.OriginateRequest{ID: "c1", Endpoint: customer, App: "nobody"})
		require.NoError(t, err)
		seen := p.until("ChannelDestroyed c1 0/0")
		assert.Contains(t, seen, "Dial ->c1 RINGING", "a person was rung")
		assert.Contains(t, seen, "ChannelStateChange c1 Up")
	})
}

func TestProbe(t *testing.T) {
	virtual(t, func(p *pbx) {
		_, err := p.c.CreateChannel(p.ctx, ari.OriginateRequest{ID: "probe", Endpoint: "Local/s@probe/n", Formats: []string{"ulaw"}})
		require.NoError(t, err)
		assert.Equal(t, []string{
			"ChannelCreated probe", "ChannelCreated probe;2", "ChannelDialplan probe Stasis(app)", "StasisStart probe ",
		}, p.until("StasisStart probe "))
		p.pass(time.Hour)
		p.srv.SetFunction("QUEUE_MEMBER(support,ready)", "2")
		p.srv.SetFunctionFunc("PJSIP_DIAL_CONTACTS(ghost)", func(string) (string, bool) { return "", false })
		for name, wanted := range map[string]string{
			"QUEUE_MEMBER(support,ready)": "2", "QUEUE_EXISTS(none)": "0", "QUEUE_WAITING_COUNT(none)": "0",
			"DIALPLAN_EXISTS(none,s,1)": "0", "DEVICE_STATE(PJSIP/none)": "INVALID", "CHANNEL(linkedid)": "probe",
		} {
			value, err := p.c.ChannelVariable(p.ctx, "probe", name)
			require.NoError(t, err)
			assert.Equal(t, wanted, value, name)
		}
		_, err = p.c.ChannelVariable(p.ctx, "probe", "PJSIP_DIAL_CONTACTS(ghost)")
		assert.ErrorIs(t, err, ari.ErrFunction)
		_, err = p.c.ChannelVariable(p.ctx, "probe", "UNSET")
		assert.ErrorIs(t, err, ari.ErrNotFound)
		require.NoError(t, p.c.SetChannelVariable(p.ctx, "probe", "UNSET", "no longer"))
		value, err := p.c.ChannelVariable(p.ctx, "probe", "UNSET")
		require.NoError(t, err)
		assert.Equal(t, "no longer", value)
		require.NoError(t, p.c.Hangup(p.ctx, "probe", ""))
		assert.Equal(t, []string{
			"ChannelHangupRequest probe 32 soft=true", "StasisEnd probe", "ChannelDestroyed probe;2 0/0", "ChannelDestroyed probe 16/0",
		}, p.rest()[1:]) // without the ChannelVarset
		channels, err := p.c.Channels(p.ctx)
		require.NoError(t, err)
		assert.Empty(t, channels, "both halves are gone")
	})
}

func TestCallSeesWhatWasAskedFor(t *testing.T) {
	virtual(t, func(p *pbx) {
		called := make(chan *aritest.Call, 1)
		p.srv.Phone("PJSIP/*", aritest.NeverAnswers)
		p.srv.Phone("PJSIP/alice", func(c *aritest.Call) { called <- c }) // the newest one counts
		_, err := p.c.Originate(p.ctx, ari.OriginateRequest{
			ID: "c1", Endpoint: "PJSIP/alice", CallerID: `"Callback +46701234567" <+46701234567>`, Variables: map[string]string{"X": "y"},
		})
		require.NoError(t, err)
		c := <-called
		name, number := c.CallerID()
		assert.Equal(t, "Callback +46701234567", name)
		assert.Equal(t, "+46701234567", number)
		assert.Equal(t, "y", c.Variable("X"))
		assert.Equal(t, "c1", c.ChannelID())
		assert.Equal(t, "PJSIP/alice", c.Endpoint())
		c.Hangup()
		<-c.Done()
		c.Answer() // too late: nothing
		c.Ring()
		assert.False(t, c.Wait(time.Second))
		assert.NotContains(t, p.rest(), "StasisStart c1 ")
	})
}
