package pbx

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"callbackd/ari"
)

// Close implements callback.Call. A leg that appears from here on belongs to
// nobody and is refused; what can't be removed now is swept.
func (c *call) Close(ctx context.Context) (recorded bool, err error) {
	x := c.exchange
	x.release(c, c.names.Recording)
	defer x.release(c)
	var legs sync.WaitGroup
	for _, id := range []string{c.names.CustomerChannel, c.names.AgentChannel} {
		legs.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, releaseTry)
			defer cancel()
			if gone(x.client.Hangup(ctx, id, ari.HangupNormal)) != nil {
				x.sweeper.channel(c.lifetime, id)
			}
		})
	}
	legs.Wait()
	c.mu.Lock()
	recording := c.facts.recording
	c.mu.Unlock()
	if recording {
		recorded, err = c.verifyRecording(ctx)
	}
	if gone(x.client.DestroyBridge(ctx, c.names.Bridge)) != nil {
		x.sweeper.bridge(c.lifetime, c.names.Bridge)
	}
	return recorded, err
}

// releaseTry is how long an attempt's end waits for a leg's.
const releaseTry = 2 * time.Second

// recordingEnd is how long Asterisk may take to close a recording's file.
const recordingEnd = 3 * time.Second

// recordingMoment is ten times what it takes to close one when all is well.
const recordingMoment = 200 * time.Millisecond

// verifyRecording looks at the file, not at the event: Asterisk says done on a
// full disk too. A recording of nothing, because nobody talked, is removed.
func (c *call) verifyRecording(ctx context.Context) (bool, error) {
	client, name := c.exchange.client, c.names.Recording
	c.mu.Lock()
	talked := len(c.facts.inBridge) > 0
	c.mu.Unlock()
	if err := gone(client.StopRecording(ctx, name)); err != nil {
		return false, err
	}
	if err := c.awaitRecording(ctx); err != nil {
		return false, err
	}
	audio, err := c.holdsAudio(ctx)
	if err != nil {
		if talked {
			c.exchange.alarm("recording_missing", err)
		}
		return false, gone(err)
	}
	if audio {
		return true, nil
	}
	if talked {
		c.exchange.alarm("recording_empty", errors.New(name+".wav holds no audio: is the disk full?"))
		return false, nil // a file of a conversation stays, whatever is in it
	}
	return false, gone(client.DeleteStoredRecording(ctx, name))
}

// awaitRecording waits until Asterisk says that the file is closed. After a gap
// it can't be heard to, and reconciliation waits for the attempt: then the file
// gets a moment.
func (c *call) awaitRecording(ctx context.Context) error {
	done := func(f *facts) (bool, error) { return f.recordDone, nil }
	insight, stop := context.WithCancel(ctx)
	defer stop()
	defer context.AfterFunc(c.lifetime, stop)()
	err := c.await(insight, recordingEnd, done)
	if insight.Err() != nil && ctx.Err() == nil {
		err = c.await(ctx, recordingMoment, done)
	}
	if errors.Is(err, errTooLong) {
		return nil
	}
	return err
}

// wavHeader is the length of a WAV file without a sample, as Asterisk writes it.
const wavHeader = 44

func (c *call) holdsAudio(ctx context.Context) (bool, error) {
	file, err := c.exchange.client.StoredRecordingFile(ctx, c.names.Recording)
	if err != nil {
		return false, err
	}
	defer file.Close()
	n, err := io.CopyN(io.Discard, file, wavHeader+1)
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	return n > wavHeader, nil
}
