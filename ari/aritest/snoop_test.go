package aritest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/ari"
)

// probe makes a channel that is never dialled.
func (p *pbx) probe() {
	p.t.Helper()
	_, err := p.c.CreateChannel(p.ctx, ari.OriginateRequest{ID: "probe", Endpoint: "Local/s@probe/n"})
	require.NoError(p.t, err)
	p.until("StasisStart probe ")
}

// What a channel that is never dialled can't do, one that snoops on it can: play. From
// behind a sound's end that says at once whether it could be played.
func TestPlayingToASnoop(t *testing.T) {
	virtual(t, func(p *pbx) {
		p.srv.SetSound("sound:/there", 20*time.Second)
		p.srv.SetSound("sound:/missing", 0)
		p.probe()
		_, err := p.c.Play(p.ctx, "probe", "p0", "sound:/there")
		require.ErrorIs(t, err, ari.ErrConflict)

		_, err = p.c.Snoop(p.ctx, "probe", "snoop", ari.SnoopIn)
		require.NoError(t, err)
		p.until("StasisStart snoop ")
		began := time.Now()
		for id, sound := range map[string]string{"p1 done": "sound:/there", "p2 failed": "sound:/missing"} {
			_, err = p.c.PlayFrom(p.ctx, "snoop", id[:2], time.Minute, sound)
			require.NoError(t, err)
			p.until("PlaybackFinished " + id)
		}
		assert.Less(t, time.Since(began), 100*time.Millisecond)

		require.NoError(t, p.c.Hangup(p.ctx, "probe", ""))
		p.until("ChannelDestroyed snoop 0/0")
		channels, err := p.c.Channels(p.ctx)
		require.NoError(t, err)
		assert.Empty(t, channels, "it ends with the channel")
	})
}

func TestSnoopWhereItCannot(t *testing.T) {
	virtual(t, func(p *pbx) {
		_, err := p.c.Snoop(p.ctx, "none", "snoop", ari.SnoopIn)
		require.ErrorIs(t, err, ari.ErrNotFound)
		p.probe()
		_, err = p.c.Snoop(p.ctx, "probe", "snoop", ari.SnoopBoth)
		require.NoError(t, err)
		_, err = p.c.Snoop(p.ctx, "probe", "snoop", ari.SnoopOut)
		require.ErrorIs(t, err, ari.ErrUnavailable)
	})
}

func TestToneZones(t *testing.T) {
	virtual(t, func(p *pbx) {
		p.probe()
		_, err := p.c.ChannelVariable(p.ctx, "probe", "CHANNEL(tonezone)")
		require.ErrorIs(t, err, ari.ErrFunction)
		for _, step := range []struct{ set, then string }{{"se", "se"}, {"xx", "se"}, {"us", "us"}} {
			require.NoError(t, p.c.SetChannelVariable(p.ctx, "probe", "CHANNEL(tonezone)", step.set))
			zone, err := p.c.ChannelVariable(p.ctx, "probe", "CHANNEL(tonezone)")
			require.NoError(t, err)
			assert.Equal(t, step.then, zone, "Asterisk answers 204 for any zone, and keeps the one it had")
		}
	})
}

func TestModules(t *testing.T) {
	virtual(t, func(p *pbx) {
		running := func() (names []string) {
			modules, err := p.c.Modules(p.ctx)
			require.NoError(t, err)
			for _, m := range modules {
				assert.Equal(t, "Running", m.Status)
				names = append(names, m.Name)
			}
			return names
		}
		assert.Contains(t, running(), "app_queue.so")
		p.srv.UnloadModule("app_queue.so")
		assert.NotContains(t, running(), "app_queue.so")
	})
}
