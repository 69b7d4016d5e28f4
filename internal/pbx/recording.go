package pbx

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"callbackd/ari"
	"callbackd/callback"
)

// part is one file of a recording: of the bridge, or of what a snoop hears.
type part struct {
	file  string
	snoop string // id of the channel that hears it; "" for the bridge
	hears ari.SnoopDirection
}

// parts are the files that an attempt's conversation becomes: one, or the
// customer's and the agent's.
func parts(a callback.Attempt) (list []part) {
	if a.Names.Recording == "" || a.Settings.Recording == nil {
		return nil
	}
	files := callback.RecordingFiles(a.Names.Recording, a.Settings.Recording.Channels)
	if len(files) == 1 {
		return []part{{file: files[0]}}
	}
	for i, hears := range []ari.SnoopDirection{ari.SnoopIn, ari.SnoopOut} {
		list = append(list, part{file: files[i], hears: hears, snoop: snoop(hears, a.Names.Bridge)})
	}
	return list
}

// files are the names of a recording's files, snoops the ids of the channels
// that it is made with.
func (c *call) files() (names []string) {
	for _, p := range c.recording {
		names = append(names, p.file)
	}
	return names
}

func (c *call) snoops() (ids []string) { return snoopsOf(c.recording) }

func snoopsOf(recording []part) (ids []string) {
	for _, p := range recording {
		if p.snoop != "" {
			ids = append(ids, p.snoop)
		}
	}
	return ids
}

// recordingFacts are what is known of a recording.
type recordingFacts struct {
	begun bool            // it was started, or may have been
	older bool            // it may have been begun before a gap, when nobody was in the bridge
	up    map[string]bool // snoops that are in the application
	over  map[string]bool // snoops that are gone, and files that are closed
}

func newRecordingFacts(s callback.Standing) recordingFacts {
	return recordingFacts{begun: s.Bridged, older: s.Customer && !s.Bridged, up: map[string]bool{}, over: map[string]bool{}}
}

// recordingLimit is how long two people may wait for each other because their
// recording is being started.
const recordingLimit = 2 * time.Second

// record starts the recording, right before the legs come into the bridge; where the
// notice couldn't be played, it only ends what was begun before a gap. One that can't be
// started is an alarm; the call goes on.
func (c *call) record(ctx context.Context) {
	if len(c.recording) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, recordingLimit)
	defer cancel()
	var err error
	if c.is(func(f *facts) bool { return f.recording.older }) {
		err = c.dropRecording(ctx)
	}
	if err == nil && !c.is(func(f *facts) bool { return f.unrecorded }) {
		err = c.startRecording(ctx)
	}
	if errors.Is(err, ari.ErrNotFound) {
		err = c.endedMeanwhile(ctx, err)
	}
	if ended := new(callback.LegEnded); err == nil || c.lifetime.Err() != nil || errors.As(err, &ended) {
		return
	}
	c.exchange.alarm("recording_failed", err)
	if answered(err) {
		_ = c.dropRecording(ctx) // what is left of it ends with the call
	}
}

// startRecording records the bridge while it is empty: started later it could
// silence the call, and Asterisk gives up a recording that hears nothing for its
// first four seconds. Snoops may be recorded at any time. Where a reply is lost the
// file will tell.
func (c *call) startRecording(ctx context.Context) error {
	if err := c.listen(ctx); err != nil {
		return err
	}
	var lost error
	for _, p := range c.recording {
		c.set(func(f *facts) { f.recording.begun = true })
		request := ari.RecordRequest{Name: p.file, Format: "wav"}
		var err error
		if p.snoop == "" {
			_, err = c.exchange.client.RecordBridge(ctx, c.names.Bridge, request)
		} else {
			_, err = c.exchange.client.RecordChannel(ctx, p.snoop, request)
		}
		if answered(err) || ari.NotSent(err) {
			return err
		}
		lost = errors.Join(lost, err)
	}
	return lost
}

// dropRecording ends what there may be of the recording, and returns when its names
// can be used again: one on the empty bridge has given up since, and Asterisk suffers
// from a snoop whose id is in use.
func (c *call) dropRecording(ctx context.Context) error {
	client := c.exchange.client
	c.set(func(f *facts) { clear(f.recording.up); clear(f.recording.over) })
	var ending []string
	for _, p := range c.recording {
		switch err := client.StopRecording(ctx, p.file); {
		case err == nil:
			ending = append(ending, p.file)
		case gone(err) != nil:
			return err
		}
		if p.snoop == "" {
			continue
		}
		switch err := client.Hangup(ctx, p.snoop, ari.HangupNormal); {
		case err == nil:
			ending = append(ending, p.snoop)
		case gone(err) != nil:
			return err
		}
	}
	if err := c.await(ctx, recordingMoment, func(f *facts) (bool, error) { return f.recording.ended(ending), nil }); err != nil {
		return fmt.Errorf("%s: %w", strings.Join(ending, ", "), err)
	}
	for _, p := range c.recording {
		if err := gone(client.DeleteStoredRecording(ctx, p.file)); err != nil {
			return err
		}
	}
	c.set(func(f *facts) { f.recording = newRecordingFacts(callback.Standing{}) })
	return nil
}

// left reports whether there may be files.
func (f recordingFacts) left() bool { return f.begun || f.older }

func (f recordingFacts) ended(what []string) bool {
	for _, name := range what {
		if !f.over[name] {
			return false
		}
	}
	return true
}

// recordingOver hears that a file is closed.
func (c *call) recordingOver(file string) {
	c.set(func(f *facts) { f.recording.over[file] = true })
}

// recordingFailed hears that a file can't be written any more, or not at all.
func (c *call) recordingFailed(r ari.LiveRecording) {
	c.exchange.alarm("recording_failed", errors.New(r.Name+".wav: Asterisk gave the recording up: "+r.Cause))
	c.recordingOver(r.Name)
}

const (
	// recordingEnd is how long Asterisk may take to close a recording's file.
	recordingEnd = 3 * time.Second
	// recordingMoment is ten times what it takes to close one when all is well.
	recordingMoment = 200 * time.Millisecond
)

// verifyRecording looks at the files, not at the event: Asterisk says done on a
// full disk too. A recording of nothing, because nobody talked, is removed.
func (c *call) verifyRecording(ctx context.Context) (callback.RecordingFound, error) {
	c.mu.Lock()
	left, written, talked := c.facts.recording.left(), c.facts.recording.begun, len(c.facts.inBridge) > 0
	c.mu.Unlock()
	if !left || len(c.recording) == 0 {
		return callback.RecordingFound{}, nil
	}
	unknown := callback.RecordingFound{State: callback.RecordingUnverified}
	for _, file := range c.files() {
		err := c.exchange.client.StopRecording(ctx, file)
		if gone(err) != nil {
			return unknown, err
		}
		written = written || err == nil
	}
	if written {
		if err := c.awaitRecording(ctx); err != nil {
			return unknown, err
		}
	}
	found, err := c.exchange.FindRecording(ctx, c.files(), talked)
	if err != nil {
		return unknown, err
	}
	if talked || found.State == callback.RecordingKept {
		return found, nil // a file of a conversation stays, whatever is in it
	}
	if err := c.exchange.DeleteRecording(ctx, c.files()); err != nil {
		return unknown, err
	}
	return callback.RecordingFound{}, nil
}

// awaitRecording waits until Asterisk says that the files are closed. After a gap
// it can't be heard to, and reconciliation waits for the attempt: then they get a
// moment.
func (c *call) awaitRecording(ctx context.Context) error {
	done := func(f *facts) (bool, error) { return f.recording.ended(c.files()), nil }
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
