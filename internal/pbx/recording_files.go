package pbx

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"callbackd/ari"
	"callbackd/callback"
)

// FindRecording looks at the files of a recording. Where people talked, what lacks
// is an alarm. The error says that Asterisk couldn't be asked, so that nothing is
// known.
func (x *Exchange) FindRecording(ctx context.Context, files []string, talked bool) (found callback.RecordingFound, err error) {
	var absent, empty []string
	for _, name := range files {
		bytes, err := x.measure(ctx, name)
		switch {
		case errors.Is(err, ari.ErrNotFound):
			absent = append(absent, name+".wav")
		case err != nil:
			return callback.RecordingFound{}, err
		case bytes <= callback.RecordingHeader:
			empty = append(empty, name+".wav")
		}
		found.Bytes += bytes
		found.Duration = max(found.Duration, callback.RecordingDuration(bytes))
	}
	switch {
	case found.Duration > 0:
		found.State = callback.RecordingKept
	case len(empty) > 0:
		found.State = callback.RecordingEmpty
	default:
		found.State = callback.RecordingMissing
	}
	if talked && len(absent) > 0 {
		x.alarm("recording_missing", errors.New(strings.Join(absent, ", ")+" isn't there, though people talked: is the disk of Asterisk's recordings full, or was it removed by hand?"))
	}
	if talked && len(empty) > 0 {
		x.alarm("recording_empty", errors.New(strings.Join(empty, ", ")+" holds no audio: is the disk full?"))
	}
	return found, nil
}

// VerifyRecording looks at the files of a recording whose conversation ended while
// nobody looked. A file that Asterisk still writes is closed first.
func (x *Exchange) VerifyRecording(ctx context.Context, files []string, talked bool) (callback.RecordingFound, error) {
	written := false
	for _, name := range files {
		switch err := x.client.StopRecording(ctx, name); {
		case err == nil:
			written = true
		case gone(err) != nil:
			return callback.RecordingFound{}, err
		}
	}
	if written {
		select {
		case <-ctx.Done():
			return callback.RecordingFound{}, context.Cause(ctx)
		case <-time.After(recordingMoment):
		}
	}
	return x.FindRecording(ctx, files, talked)
}

// measure gives the length of a recording's file.
func (x *Exchange) measure(ctx context.Context, name string) (int64, error) {
	file, err := x.client.StoredRecordingFile(ctx, name)
	if err != nil {
		return 0, err
	}
	defer func() { _ = file.Close() }() // it was only read
	if file.Size >= 0 {
		return file.Size, nil
	}
	return io.Copy(io.Discard, file)
}

// OpenRecording opens one file of a recording and gives its length in bytes. One
// that isn't there is callback.ErrNotFound.
func (x *Exchange) OpenRecording(ctx context.Context, name string) (io.ReadCloser, int64, error) {
	file, err := x.client.StoredRecordingFile(ctx, name)
	switch {
	case errors.Is(err, ari.ErrNotFound):
		return nil, 0, fmt.Errorf("recording %s.wav: %w", name, callback.ErrNotFound)
	case err != nil:
		return nil, 0, err
	case file.Size < 0:
		return nil, 0, errors.Join(fmt.Errorf("recording %s.wav: Asterisk doesn't say how long it is", name), file.Close())
	}
	return file, file.Size, nil
}

// DeleteRecording removes the files of a recording, as far as they are there.
func (x *Exchange) DeleteRecording(ctx context.Context, files []string) error {
	for _, name := range files {
		if err := gone(x.client.DeleteStoredRecording(ctx, name)); err != nil {
			return err
		}
	}
	return nil
}
