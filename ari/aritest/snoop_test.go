package aritest_test

import (
	"encoding/binary"
	"io"
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

// What a snoop hears is recorded from its first moment to its end, which is that of the
// channel that it hears.
func TestRecordingASnoop(t *testing.T) {
	virtual(t, func(p *pbx) {
		p.up("customer")
		_, err := p.c.Snoop(p.ctx, "customer", "snoop", ari.SnoopIn)
		require.NoError(t, err)
		p.until("StasisStart snoop ")
		recording, err := p.c.RecordChannel(p.ctx, "snoop", ari.RecordRequest{Name: "acme/1-in", Format: "wav"})
		require.NoError(t, err)
		assert.Equal(t, "channel:snoop", recording.TargetURI)
		_, err = p.c.RecordChannel(p.ctx, "snoop", ari.RecordRequest{Name: "acme/1-in", Format: "wav"})
		require.ErrorIs(t, err, ari.ErrConflict)
		p.pass(10 * time.Second)
		require.NoError(t, p.c.Hangup(p.ctx, "customer", ""))
		p.until("RecordingFinished acme/1-in done 10")
		file, err := p.c.StoredRecordingFile(p.ctx, "acme/1-in")
		require.NoError(t, err)
		assert.EqualValues(t, 44+160_000, file.Size)
		require.NoError(t, file.Close())
	})
}

// A leg that is recorded itself can't be brought together with another one.
func TestAChannelThatIsRecordedEntersNoBridge(t *testing.T) {
	virtual(t, func(p *pbx) {
		p.up("customer")
		_, err := p.c.CreateBridge(p.ctx, "b1", "")
		require.NoError(t, err)
		_, err = p.c.RecordChannel(p.ctx, "customer", ari.RecordRequest{Name: "r1", Format: "wav"})
		require.NoError(t, err)
		require.ErrorIs(t, p.c.AddChannels(p.ctx, "b1", "customer"), ari.ErrConflict)
		require.NoError(t, p.c.StopRecording(p.ctx, "r1"))
		require.NoError(t, p.c.AddChannels(p.ctx, "b1", "customer"))
	})
}

// An Asterisk that is killed leaves what was said, under a header that knows nothing of it.
func TestARecordingThatIsBrokenOff(t *testing.T) {
	virtual(t, func(p *pbx) {
		p.up("customer")
		_, err := p.c.RecordChannel(p.ctx, "customer", ari.RecordRequest{Name: "r1", Format: "wav"})
		require.NoError(t, err)
		p.pass(10 * time.Second)
		p.srv.Restart()
		p.pass(10 * time.Second)
		file, err := p.c.StoredRecordingFile(p.ctx, "r1")
		require.NoError(t, err)
		content, err := io.ReadAll(file)
		require.NoError(t, err)
		require.NoError(t, file.Close())
		assert.Len(t, content, 44+160_000)
		assert.Zero(t, binary.LittleEndian.Uint32(content[40:]))
	})
}

func TestARecordingThatFails(t *testing.T) {
	virtual(t, func(p *pbx) {
		p.up("customer")
		_, err := p.c.RecordChannel(p.ctx, "customer", ari.RecordRequest{Name: "r1", Format: "wav"})
		require.NoError(t, err)
		p.srv.FailRecording("r1", "no such folder")
		p.until("RecordingFailed r1 customer")
		_, err = p.c.StoredRecording(p.ctx, "r1")
		require.ErrorIs(t, err, ari.ErrNotFound)
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
