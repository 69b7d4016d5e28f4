package recordings

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"
	"time"

	"callbackd/callback"
)

// sound is a recording as one WAV file, to be read from any place.
type sound struct {
	close  func()
	sides  []*side
	header []byte
	frames int64 // samples of each side
	offset int64 // of the next Read

	// The piece of sound that was made last, and where it begins: a frame is made
	// whole, whatever is asked for.
	piece   []byte
	pieceAt int64
}

const (
	// openAtOnce leaves Asterisk's connections, of which a sound may hold two for as
	// long as somebody listens, to the calls.
	openAtOnce = 4
	// openPatience is how long one waits for another to be closed.
	openPatience = 5 * time.Second
)

// Open gives the recording of that id as one WAV file. ctx is for as long as it is
// read. Close it.
func (k *Keeper) Open(ctx context.Context, id int64) (io.ReadSeekCloser, callback.Recording, error) {
	r, pbx, err := k.find(ctx, id)
	if err != nil {
		return nil, r, err
	}
	select {
	case k.open <- struct{}{}:
	case <-ctx.Done():
		return nil, r, context.Cause(ctx)
	case <-time.After(openPatience):
		return nil, r, fmt.Errorf("recording %d: %w", id, callback.ErrRecordingBusy)
	}
	s := &sound{close: sync.OnceFunc(func() { <-k.open })}
	if err := s.begin(ctx, pbx, r.Files()); err != nil {
		return nil, r, errors.Join(fmt.Errorf("recording %d on %s: %w", id, r.PBX, err), s.Close())
	}
	return s, r, nil
}

// begin opens what there is of the files.
func (s *sound) begin(ctx context.Context, pbx PBX, files []string) error {
	there := 0
	for _, file := range files {
		one := &side{ctx: ctx, pbx: pbx, file: file}
		s.sides = append(s.sides, one)
		switch err := one.open(); {
		case err == nil:
			there++
		case !errors.Is(err, callback.ErrNotFound):
			return fmt.Errorf("%w: %w", callback.ErrRecordingRefused, err)
		}
		s.frames = max(s.frames, one.samples)
	}
	if there == 0 {
		return callback.ErrRecordingMissing
	}
	s.header = header(len(s.sides), s.frames)
	return nil
}

const (
	sampleBytes = 2
	pieceFrames = 4096
)

// header is that of a WAV file, as Asterisk would write it.
func header(channels int, frames int64) []byte {
	block := uint32(channels * sampleBytes)
	length := uint32(frames) * block
	h := binary.LittleEndian.AppendUint32([]byte("RIFF"), callback.RecordingHeader-8+length)
	h = append(h, "WAVEfmt "...)
	h = binary.LittleEndian.AppendUint32(h, 16)
	h = binary.LittleEndian.AppendUint16(h, 1) // PCM
	h = binary.LittleEndian.AppendUint16(h, uint16(channels))
	h = binary.LittleEndian.AppendUint32(h, callback.RecordingRate)
	h = binary.LittleEndian.AppendUint32(h, callback.RecordingRate*block)
	h = binary.LittleEndian.AppendUint16(h, uint16(block))
	h = binary.LittleEndian.AppendUint16(h, 8*sampleBytes)
	h = append(h, "data"...)
	return binary.LittleEndian.AppendUint32(h, length)
}

// size is the length of the sound in bytes, its header included.
func (s *sound) size() int64 { return int64(len(s.header)) + s.frames*s.frameBytes() }

func (s *sound) frameBytes() int64 { return int64(len(s.sides)) * sampleBytes }

// Read implements io.Reader.
func (s *sound) Read(p []byte) (int, error) {
	if s.offset >= s.size() {
		return 0, io.EOF
	}
	if s.offset < int64(len(s.header)) {
		n := copy(p, s.header[s.offset:])
		s.offset += int64(n)
		return n, nil
	}
	if s.offset < s.pieceAt || s.offset >= s.pieceAt+int64(len(s.piece)) {
		if err := s.fill((s.offset - int64(len(s.header))) / s.frameBytes()); err != nil {
			return 0, err
		}
	}
	n := copy(p, s.piece[s.offset-s.pieceAt:])
	s.offset += int64(n)
	return n, nil
}

// fill makes the piece from a frame on: the sides' samples side by side.
func (s *sound) fill(frame int64) error {
	n := min(pieceFrames, s.frames-frame)
	width := s.frameBytes()
	piece := make([]byte, n*width)
	samples := make([]byte, n*sampleBytes)
	for i, side := range s.sides {
		if err := side.read(samples, frame); err != nil {
			return err
		}
		for f := range n {
			copy(piece[f*width+int64(i)*sampleBytes:], samples[f*sampleBytes:(f+1)*sampleBytes])
		}
	}
	s.piece, s.pieceAt = piece, int64(len(s.header))+frame*width
	return nil
}

// Seek implements io.Seeker.
func (s *sound) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += s.offset
	case io.SeekEnd:
		offset += s.size()
	}
	if offset < 0 {
		return 0, fs.ErrInvalid
	}
	s.offset = offset
	return offset, nil
}

// Close implements io.Closer.
func (s *sound) Close() error {
	defer s.close()
	var err error
	for _, side := range s.sides {
		err = errors.Join(err, side.close())
	}
	return err
}

// side is one file, read forwards; whoever goes back has it opened anew.
type side struct {
	ctx     context.Context
	pbx     PBX
	file    string
	samples int64
	body    io.ReadCloser // nil where the file isn't there
	next    int64         // the sample that body gives next
}

// open opens the file at its first sample. Its length is counted by its bytes: the
// header of one that Asterisk couldn't close says 0.
func (s *side) open() error {
	body, size, err := s.pbx.OpenRecording(s.ctx, s.file)
	if err != nil {
		return err
	}
	s.body, s.next, s.samples = body, 0, max(0, size-callback.RecordingHeader)/sampleBytes
	if size < callback.RecordingHeader {
		return nil
	}
	_, err = io.CopyN(io.Discard, body, callback.RecordingHeader)
	return err
}

// read fills p with the samples from the given one on, and silence behind the last.
func (s *side) read(p []byte, sample int64) error {
	clear(p)
	wanted := min(int64(len(p))/sampleBytes, s.samples-sample)
	if wanted <= 0 {
		return nil
	}
	if sample < s.next {
		if err := errors.Join(s.close(), s.open()); err != nil {
			return err
		}
	}
	if _, err := io.CopyN(io.Discard, s.body, (sample-s.next)*sampleBytes); err != nil {
		return err
	}
	n, err := io.ReadFull(s.body, p[:wanted*sampleBytes])
	s.next = sample + int64(n)/sampleBytes
	return err
}

func (s *side) close() error {
	if s.body == nil {
		return nil
	}
	return s.body.Close()
}
