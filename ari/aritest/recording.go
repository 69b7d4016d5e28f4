package aritest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"
)

// unheard is how long a recording goes on without audio; then Asterisk ends it, as done
// (__ast_play_and_record in main/app.c waits twice 2 s for a frame). Channels here always
// send audio, so it happens only while none has come yet; in Asterisk also later, when one
// channel is left alone in the bridge and sends nothing.
const unheard = 4 * time.Second

// recording is a live recording of a bridge. Time counts only while a channel is in it.
type recording struct {
	name, format string
	bridge       *bridge
	state        string
	since        time.Time // when the first channel came, zero before
	limit        *time.Timer
	patience     *time.Timer // ends it if it hears nothing
}

// storedFile is a recording as a file: content, or so much silence.
type storedFile struct {
	format  string
	content []byte
	length  time.Duration
	stalls  bool // after content nothing more comes, and no end either
}

// hear notes that the first channel is there, and with it audio.
func (s *Server) hear(r *recording) {
	s.cancel(r.patience)
	r.since = time.Now()
}

func (r *recording) snapshot() object {
	return object{
		"name": r.name, "format": r.format, "target_uri": "bridge:" + r.bridge.id, "state": r.state,
	}
}

func (s *Server) emitRecording(kind string, r *recording, fields object) {
	for name, value := range r.snapshot() {
		fields[name] = value
	}
	s.emit(event{kind: kind, fields: object{"recording": fields}, bridges: []string{r.bridge.id}})
}

func (s *Server) recordBridge(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, refused := s.findBridge(c.path[0])
	if b == nil {
		return refused
	}
	name, format := c.get("name"), c.get("format")
	if name == "" || format == "" {
		return fail(400, "Missing parameter name or format")
	}
	if !slices.Contains([]string{"wav", "ulaw", "alaw", "gsm", "sln"}, format) {
		return fail(422, "specified format is unknown on this system")
	}
	stored := s.stored[name] != nil && c.get("ifExists") != "overwrite"
	if s.live[name] != nil || stored {
		return fail(409, fmt.Sprintf("Recording '%s' already exists and can not be overwritten", name))
	}
	r := &recording{name: name, format: format, bridge: b, state: "queued"}
	s.live[name], b.recording = r, r
	answer := created(r.snapshot())
	r.state = "recording"
	if len(b.channels) > 0 {
		s.hear(r)
	} else {
		r.patience = s.after(unheard, func() { s.finishRecording(r) })
	}
	if seconds, _ := strconv.Atoi(c.get("maxDurationSeconds")); seconds > 0 {
		r.limit = s.after(time.Duration(seconds)*time.Second, func() { s.finishRecording(r) })
	}
	s.emitRecording("RecordingStarted", r, object{})
	return answer
}

// finishRecording ends a recording and stores its file.
func (s *Server) finishRecording(r *recording) {
	s.cancel(r.limit)
	s.cancel(r.patience)
	var length time.Duration
	if !r.since.IsZero() {
		length = time.Since(r.since)
	}
	r.state = "done"
	delete(s.live, r.name)
	if r.bridge.recording == r {
		r.bridge.recording = nil
	}
	s.stored[r.name] = &storedFile{format: r.format, length: length}
	s.emitRecording("RecordingFinished", r, object{"duration": int(length / time.Second)})
}

func (s *Server) stopRecording(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.live[c.path[0]]
	if r == nil {
		return fail(404, "Recording not found")
	}
	s.finishRecording(r)
	return done()
}

// SetStored puts a file among the stored recordings, or changes what is in one: nothing,
// for a disk that was full.
func (s *Server) SetStored(name, format string, content []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stored[name] = &storedFile{format: format, content: append([]byte{}, content...)}
}

// StallFile makes the download of a stored recording stop for good after n bytes of what
// SetStored put there.
func (s *Server) StallFile(name string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f := s.stored[name]; f != nil && n <= len(f.content) {
		s.stored[name] = &storedFile{format: f.format, content: f.content[:n], stalls: true}
	}
}

func (s *Server) getStored(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.stored[c.path[0]]
	if f == nil {
		return fail(404, "Recording not found")
	}
	return ok(object{"name": c.path[0], "format": f.format})
}

func (s *Server) deleteStored(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stored[c.path[0]] == nil {
		return fail(404, "Recording not found")
	}
	delete(s.stored, c.path[0])
	return done()
}

func (s *Server) getStoredFile(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.stored[c.path[0]]
	if f == nil {
		return fail(404, "Recording not found")
	}
	file := f.open()
	if f.stalls {
		file = io.MultiReader(file, stall{c.http.Context().Done(), s.stopped})
	}
	return reply{status: 200, file: file}
}

// stall is a file that gives nothing more until the client or the server is gone.
type stall struct{ client, server <-chan struct{} }

func (s stall) Read([]byte) (int, error) {
	select {
	case <-s.client:
	case <-s.server:
	}
	return 0, io.ErrUnexpectedEOF
}

// open gives the file: what was set, or a WAV of silence (8 kHz, 16 bit, mono).
func (f *storedFile) open() io.Reader {
	if f.content != nil {
		return bytes.NewReader(f.content)
	}
	const rate, width = 8000, 2
	length := uint32(f.length.Milliseconds()) * rate / 1000 * width
	header := binary.LittleEndian.AppendUint32([]byte("RIFF"), 36+length)
	header = append(header, "WAVEfmt "...)
	for _, field := range []uint32{16, 1 | 1<<16, rate, rate * width, width | 16<<16} {
		header = binary.LittleEndian.AppendUint32(header, field)
	}
	header = append(header, "data"...)
	header = binary.LittleEndian.AppendUint32(header, length)
	return io.MultiReader(bytes.NewReader(header), io.LimitReader(silence{}, int64(length)))
}

// silence is zeros without end.
type silence struct{}

func (silence) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
