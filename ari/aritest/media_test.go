package aritest_test

import (
	"encoding/binary"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/ari/aritest"
)

// up brings channels into the application; they stay until they are hung up.
func (p *pbx) up(ids ...string) {
	p.t.Helper()
	p.srv.Phone("PJSIP/*", aritest.Answers(0, -1))
	for _, id := range ids {
		p.originate(id, "PJSIP/"+id, 0)
		p.until("StasisStart " + id + " agent," + id)
	}
}

func TestPlaybacks(t *testing.T) {
	virtual(t, func(p *pbx) {
		p.up("c1")
		p.srv.SetSound("sound:/prompt", 7*time.Second)
		p.srv.SetSound("sound:/missing", 0)
		began := time.Now()
		playback, err := p.c.Play(p.ctx, "c1", "p1", "sound:/prompt", "sound:beep")
		require.NoError(t, err)
		assert.Equal(t, ari.PlaybackQueued, playback.State)
		assert.Equal(t, "sound:beep", playback.NextMediaURI)
		assert.Equal(t, []string{"PlaybackStarted p1 sound:/prompt", "PlaybackContinuing p1 sound:beep", "PlaybackFinished p1 done"},
			p.until("PlaybackFinished p1 done"))
		assert.Equal(t, 8*time.Second, time.Since(began))
		assert.ErrorIs(t, p.c.StopPlayback(p.ctx, "p1"), ari.ErrNotFound)

		began = time.Now()
		_, err = p.c.Play(p.ctx, "c1", "p2", "sound:/missing")
		require.NoError(t, err)
		assert.Equal(t, []string{"PlaybackStarted p2 sound:/missing", "PlaybackFinished p2 failed"}, p.until("PlaybackFinished p2 failed"))
		assert.Zero(t, time.Since(began))

		_, err = p.c.Play(p.ctx, "c1", "p3", "tone:ring;tonezone=se")
		require.NoError(t, err)
		_, err = p.c.Play(p.ctx, "c1", "p4", "sound:beep") // waits behind the tone
		require.NoError(t, err)
		p.pass(time.Minute)
		assert.Equal(t, []string{"PlaybackStarted p3 tone:ring;tonezone=se"}, p.rest())
		require.NoError(t, p.c.StopPlayback(p.ctx, "p3"))
		assert.Equal(t, []string{"PlaybackFinished p3 done", "PlaybackStarted p4 sound:beep"}, p.rest())
		require.NoError(t, p.c.Hangup(p.ctx, "c1", ""))
		assert.Equal(t, []string{
			"ChannelHangupRequest c1 32 soft=true", "PlaybackFinished p4 failed", "StasisEnd c1", "ChannelDestroyed c1 16/0",
		}, p.rest())
	})
}

func TestPlayWhereItCannot(t *testing.T) {
	virtual(t, func(p *pbx) {
		p.srv.Phone("*", aritest.NeverAnswers)
		p.originate("c1", customer, 0)
		_, err := p.c.Play(p.ctx, "c1", "p1", "sound:beep")
		assert.ErrorIs(t, err, ari.ErrConflict)
		_, err = p.c.Play(p.ctx, "none", "p1", "sound:beep")
		assert.ErrorIs(t, err, ari.ErrNotFound)
	})
}

// A channel that was created and not dialled is in the application, but Down.
func TestWhatAChannelThatIsDownCannot(t *testing.T) {
	virtual(t, func(p *pbx) {
		_, err := p.c.CreateChannel(p.ctx, ari.OriginateRequest{ID: "down", Endpoint: "Local/s@probe/n"})
		require.NoError(t, err)
		_, err = p.c.Play(p.ctx, "down", "p", "sound:x")
		assert.ErrorIs(t, err, ari.ErrConflict)
		assert.ErrorContains(t, err, "412")
		assert.ErrorIs(t, p.c.Continue(p.ctx, "down", ari.Extension{Context: "menu"}), ari.ErrConflict)
		assert.NoError(t, p.c.SetChannelVariable(p.ctx, "down", "X", "1"))
	})
}

// Commands on a channel run one after another: addChannel waits for the playback.
func TestCommandsWaitForThePlayback(t *testing.T) {
	virtual(t, func(p *pbx) {
		p.up("c1", "c2")
		_, err := p.c.CreateBridge(p.ctx, "b1", "")
		require.NoError(t, err)
		p.srv.SetSound("sound:/prompt", 3*time.Second)
		_, err = p.c.Play(p.ctx, "c1", "p1", "sound:/prompt")
		require.NoError(t, err)
		began := time.Now()
		require.NoError(t, p.c.AddChannels(p.ctx, "b1", "c1", "c2"))
		assert.Equal(t, 3*time.Second, time.Since(began))
		_, err = p.c.Play(p.ctx, "c1", "p2", "tone:ring")
		require.NoError(t, err)
		assert.ErrorIs(t, p.c.SetChannelVariable(p.ctx, "c1", "X", "y"), ari.ErrUnavailable, "it waits longer than the request may take")
		require.NoError(t, p.c.StopPlayback(p.ctx, "p2"))
		require.NoError(t, p.c.SetChannelVariable(p.ctx, "c1", "X", "z"))
		p.until("ChannelVarset X=z")
	})
}

func TestBridgeAndRecording(t *testing.T) {
	virtual(t, func(p *pbx) {
		p.up("agent", "customer")
		bridge, err := p.c.CreateBridge(p.ctx, "b1", "attempt-1")
		require.NoError(t, err)
		assert.Equal(t, "Stasis", bridge.Creator)
		assert.Equal(t, "mixing", bridge.Type)
		_, err = p.c.CreateBridge(p.ctx, "b1", "")
		assert.ErrorIs(t, err, ari.ErrConflict)
		recording, err := p.c.RecordBridge(p.ctx, "b1", ari.RecordRequest{Name: "acme/1", Format: "wav"})
		require.NoError(t, err)
		assert.Equal(t, "bridge:b1", recording.TargetURI)
		_, err = p.c.RecordBridge(p.ctx, "b1", ari.RecordRequest{Name: "acme/1", Format: "wav"})
		assert.ErrorIs(t, err, ari.ErrConflict)
		_, err = p.c.RecordBridge(p.ctx, "b1", ari.RecordRequest{Name: "acme/2", Format: "mp3"})
		assert.ErrorIs(t, err, ari.ErrInvalid)
		_, err = p.c.StoredRecording(p.ctx, "acme/1")
		assert.ErrorIs(t, err, ari.ErrNotFound)

		p.pass(3 * time.Second) // nobody is there: nothing is recorded
		require.NoError(t, p.c.AddChannels(p.ctx, "b1", "agent", "customer"))
		assert.Equal(t, []string{
			"BridgeCreated b1", "RecordingStarted acme/1 b1", "ChannelEnteredBridge b1 agent", "ChannelEnteredBridge b1 customer",
		}, p.rest())
		p.pass(90 * time.Second)
		require.NoError(t, p.c.Hangup(p.ctx, "customer", ""))
		assert.Equal(t, []string{
			"ChannelHangupRequest customer 32 soft=true", "ChannelLeftBridge b1 customer", "StasisEnd customer", "ChannelDestroyed customer 16/0",
		}, p.rest())
		p.pass(10 * time.Second)
		require.NoError(t, p.c.RemoveChannel(p.ctx, "b1", "agent"))
		assert.Equal(t, []string{"ChannelLeftBridge b1 agent", "RecordingFinished acme/1 done 100"}, p.rest())
		assert.ErrorIs(t, p.c.RemoveChannel(p.ctx, "b1", "agent"), ari.ErrInvalid)
		assert.ErrorIs(t, p.c.StopRecording(p.ctx, "acme/1"), ari.ErrNotFound)

		stored, err := p.c.StoredRecording(p.ctx, "acme/1")
		require.NoError(t, err)
		assert.Equal(t, ari.StoredRecording{Name: "acme/1", Format: "wav"}, *stored)
		file, err := p.c.StoredRecordingFile(p.ctx, "acme/1")
		require.NoError(t, err)
		content, err := io.ReadAll(file)
		require.NoError(t, err)
		require.NoError(t, file.Close())
		assert.Len(t, content, 44+100*16_000)
		assert.Equal(t, "RIFF", string(content[:4]))
		assert.EqualValues(t, len(content)-8, binary.LittleEndian.Uint32(content[4:]))
		assert.Equal(t, "WAVEfmt ", string(content[8:16]))
		assert.EqualValues(t, 8000, binary.LittleEndian.Uint32(content[24:]))
		assert.EqualValues(t, 100*16_000, binary.LittleEndian.Uint32(content[40:]))

		require.NoError(t, p.c.DestroyBridge(p.ctx, "b1"))
		assert.Equal(t, []string{"BridgeDestroyed b1"}, p.rest())
		assert.ErrorIs(t, p.c.DestroyBridge(p.ctx, "b1"), ari.ErrNotFound)
		require.NoError(t, p.c.DeleteStoredRecording(p.ctx, "acme/1"))
		assert.ErrorIs(t, p.c.DeleteStoredRecording(p.ctx, "acme/1"), ari.ErrNotFound)
	})
}

// A recording that hears nothing for 4 s is over, and its file holds a header alone. Who
// comes later isn't recorded.
func TestRecordingThatHearsNobody(t *testing.T) {
	virtual(t, func(p *pbx) {
		p.up("c1")
		_, err := p.c.CreateBridge(p.ctx, "b1", "")
		require.NoError(t, err)
		_, err = p.c.RecordBridge(p.ctx, "b1", ari.RecordRequest{Name: "r1", Format: "wav"})
		require.NoError(t, err)
		began := time.Now()
		p.until("RecordingFinished r1 done 0")
		assert.Equal(t, 4*time.Second, time.Since(began))
		assert.ErrorIs(t, p.c.StopRecording(p.ctx, "r1"), ari.ErrNotFound)

		require.NoError(t, p.c.AddChannels(p.ctx, "b1", "c1"))
		p.pass(time.Minute)
		require.NoError(t, p.c.RemoveChannel(p.ctx, "b1", "c1"))
		assert.Equal(t, []string{"ChannelEnteredBridge b1 c1", "ChannelLeftBridge b1 c1"}, p.rest())
		file, err := p.c.StoredRecordingFile(p.ctx, "r1")
		require.NoError(t, err)
		content, err := io.ReadAll(file)
		require.NoError(t, err)
		require.NoError(t, file.Close())
		assert.Len(t, content, 44)
	})
}

func TestRecordingStoppedByRequestAndByItsLimit(t *testing.T) {
	virtual(t, func(p *pbx) {
		p.up("c1")
		_, err := p.c.CreateBridge(p.ctx, "b1", "")
		require.NoError(t, err)
		require.NoError(t, p.c.AddChannels(p.ctx, "b1", "c1"))
		_, err = p.c.RecordBridge(p.ctx, "b1", ari.RecordRequest{Name: "r1", Format: "wav"})
		require.NoError(t, err)
		p.pass(5 * time.Second)
		require.NoError(t, p.c.StopRecording(p.ctx, "r1"))
		p.until("RecordingFinished r1 done 5")
		_, err = p.c.RecordBridge(p.ctx, "b1", ari.RecordRequest{Name: "r1", Format: "wav"})
		assert.ErrorIs(t, err, ari.ErrConflict, "the file exists")
		_, err = p.c.RecordBridge(p.ctx, "b1", ari.RecordRequest{Name: "r2", Format: "wav", MaxDuration: 7 * time.Second})
		require.NoError(t, err)
		p.until("RecordingFinished r2 done 7")
		p.srv.SetStored("r2", "wav", nil) // a full disk says done too
		file, err := p.c.StoredRecordingFile(p.ctx, "r2")
		require.NoError(t, err)
		content, err := io.ReadAll(file)
		require.NoError(t, err)
		assert.Empty(t, content)
		require.NoError(t, file.Close())
		require.NoError(t, p.c.DestroyBridge(p.ctx, "b1"))
		p.until("BridgeDestroyed b1")
		_, err = p.c.Channel(p.ctx, "c1")
		assert.NoError(t, err, "its channel stays in the application")
	})
}

func TestAddChannelsWhereItCannot(t *testing.T) {
	virtual(t, func(p *pbx) {
		p.up("c1")
		p.srv.Phone("PJSIP/ringing", aritest.NeverAnswers)
		p.originate("ringing", "PJSIP/ringing", 0)
		_, err := p.c.CreateBridge(p.ctx, "b1", "")
		require.NoError(t, err)
		assert.ErrorIs(t, p.c.AddChannels(p.ctx, "none", "c1"), ari.ErrNotFound)
		assert.ErrorIs(t, p.c.AddChannels(p.ctx, "b1", "c1", "gone"), ari.ErrInvalid)
		assert.ErrorIs(t, p.c.AddChannels(p.ctx, "b1", "ringing"), ari.ErrInvalid)
		bridge, err := p.c.Bridge(p.ctx, "b1")
		require.NoError(t, err)
		assert.Empty(t, bridge.Channels)
	})
}

func TestContinueLeavesTheApplication(t *testing.T) {
	virtual(t, func(p *pbx) {
		p.up("c1")
		p.srv.SetFunction("DIALPLAN_EXISTS(menu,9,1)", "1")
		require.NoError(t, p.c.Continue(p.ctx, "c1", ari.Extension{Context: "menu", Exten: "9"}))
		assert.Equal(t, []string{"StasisEnd c1", "ChannelDialplan c1 NoOp()"}, p.rest())
		ch, err := p.c.Channel(p.ctx, "c1")
		require.NoError(t, err)
		assert.Equal(t, "menu", ch.Dialplan.Context)
		assert.Equal(t, "9", ch.Dialplan.Exten)
		assert.ErrorIs(t, p.c.Continue(p.ctx, "c1", ari.Extension{}), ari.ErrConflict)
		require.NoError(t, p.c.Hangup(p.ctx, "c1", ""))
		p.until("ChannelDestroyed c1 16/0")

		p.up("c2")
		require.NoError(t, p.c.Continue(p.ctx, "c2", ari.Extension{Context: "missing"}))
		p.until("ChannelDestroyed c2 0/0")
	})
}

func TestFarEndHangsUp(t *testing.T) {
	virtual(t, func(p *pbx) { // in a bridge
		p.srv.Phone("PJSIP/*", aritest.Answers(0, time.Minute))
		p.originate("c1", customer, 0)
		p.until("StasisStart c1 agent,c1")
		_, err := p.c.CreateBridge(p.ctx, "b1", "")
		require.NoError(t, err)
		require.NoError(t, p.c.AddChannels(p.ctx, "b1", "c1"))
		p.until("ChannelEnteredBridge b1 c1")
		assert.Equal(t, []string{
			"ChannelHangupRequest c1 - soft=false", "ChannelLeftBridge b1 c1", "StasisEnd c1", "ChannelDestroyed c1 16/0",
		}, p.until("ChannelDestroyed c1 16/0"))
	})
	virtual(t, func(p *pbx) { // while a tone plays
		p.srv.Phone("PJSIP/*", aritest.Answers(0, time.Minute))
		p.originate("c1", customer, 0)
		p.until("StasisStart c1 agent,c1")
		_, err := p.c.Play(p.ctx, "c1", "p1", "tone:ring")
		require.NoError(t, err)
		p.until("PlaybackStarted p1 tone:ring")
		assert.Equal(t, []string{
			"ChannelHangupRequest c1 - soft=false", "PlaybackFinished p1 failed", "StasisEnd c1", "ChannelDestroyed c1 0/0",
		}, p.until("ChannelDestroyed c1 0/0"))
	})
}
