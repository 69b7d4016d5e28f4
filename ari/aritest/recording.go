package aritest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"time"
)

// unheard is how long a recording goes on without audio; then Asterisk ends it, as done
// (__ast_play_and_record in main/app.c waits twice 2 s for a frame). Channels here always
// send audio, so it happens only while none has come yet; in Asterisk also later, when one
// channel is left alone in the bridge and sends nothing.
const unheard = 4 * time.Second

// recording is a live recording of a bridge, whose time counts only while a channel is in
// it, or of a channel.
type recording struct {
	name, format string
	bridge       *bridge
	channel      *channel
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
	broken  bool // its header says that nothing is in it
	stalls  bool // after content nothing more comes, and no end either
}

// hear notes that the first channel is there, and with it audio.
func (s *Server) hear(r *recording) {
	s.cancel(r.patience)
	r.since = time.Now()
}

func (r *recording) snapshot() object {
	return object{
		"name": r.name, "format": r.format, "target_uri": r.target(), "state": r.state,
	}
}

func (r *recording) target() string {
	if r.channel != nil {
		return "channel:" + r.channel.id
	}
	return "bridge:" + r.bridge.id
}

func (s *Server) emitRecording(kind string, r *recording, fields object) {
	for name, value := range r.snapshot() {
		fields[name] = value
	}
	e := event{kind: kind, fields: object{"recording": fields}}
	if r.channel != nil {
		e.channels = []string{r.channel.id}
	} else {
		e.bridges = []string{r.bridge.id}
	}
	s.emit(e)
}

func (s *Server) recordBridge(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, refused := s.findBridge(c.path[0])
	if b == nil {
		return refused
	}
	r, answer := s.newRecording(c, recording{bridge: b})
	if r == nil {
		return answer
	}
	b.recording = r
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

// recordChannel records what a channel says, until it ends: silence too, from the first
// moment on. One that is recorded can't enter a bridge.
func (s *Server) recordChannel(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, refused := s.inStasis(c.path[0], 404, 409)
	if ch == nil {
		return refused
	}
	if ch.bridge != nil {
		return fail(409, "Cannot record channel while in bridge")
	}
	r, answer := s.newRecording(c, recording{channel: ch, since: time.Now()})
	if r == nil {
		return answer
	}
	ch.recordings = append(ch.recordings, r)
	r.state = "recording"
	s.emitRecording("RecordingStarted", r, object{})
	return answer
}

// newRecording makes r what is asked for, or gives the refusal.
func (s *Server) newRecording(c *call, r recording) (*recording, reply) {
	r.name, r.format, r.state = c.get("name"), c.get("format"), "queued"
	if r.name == "" || r.format == "" {
		return nil, fail(400, "Missing parameter name or format")
	}
	if !slices.Contains([]string{"wav", "ulaw", "alaw", "gsm", "sln"}, r.format) {
		return nil, fail(422, "specified format is unknown on this system")
	}
	stored := s.stored[r.name] != nil && c.get("ifExists") != "overwrite"
	if s.live[r.name] != nil || stored {
		return nil, fail(409, fmt.Sprintf("Recording '%s' already exists and can not be overwritten", r.name))
	}
	s.live[r.name] = &r
	return &r, created(r.snapshot())
}

// FailRecording makes a live recording fail, as where its file can't be written.
func (s *Server) FailRecording(name, cause string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.live[name]
	if r == nil {
		return
	}
	s.forgetRecording(r)
	r.state = "failed"
	s.emitRecording("RecordingFailed", r, object{"cause": cause})
}

// forgetRecording ends what belongs to a live recording, but for its file.
func (s *Server) forgetRecording(r *recording) {
	s.cancel(r.limit)
	s.cancel(r.patience)
	delete(s.live, r.name)
	if r.channel != nil {
		r.channel.recordings = slices.DeleteFunc(r.channel.recordings, func(other *recording) bool { return other == r })
	} else if r.bridge.recording == r {
		r.bridge.recording = nil
	}
}

// finishRecording ends a recording and stores its file.
func (s *Server) finishRecording(r *recording) {
	s.forgetRecording(r)
	r.state = "done"
	s.stored[r.name] = r.file()
	s.emitRecording("RecordingFinished", r, object{"duration": int(r.length() / time.Second)})
}

// breakOff leaves of a recording what Asterisk leaves when it is killed: the samples, and
// a header that says that there are none.
func (s *Server) breakOff(r *recording) {
	left := r.file()
	left.broken = true
	s.stored[r.name] = left
}

func (r *recording) file() *storedFile { return &storedFile{format: r.format, length: r.length()} }

func (r *recording) length() time.Duration {
	if r.since.IsZero() {
		return 0
	}
	return time.Since(r.since)
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

// StoredFiles names the stored recordings, sorted.
func (s *Server) StoredFiles() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.stored))
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
	return reply{status: 200, file: file, size: f.size()}
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
	length := uint32(f.length.Milliseconds() * rate / 1000 * width)
	said := length
	if f.broken {
		said = 0
	}
	header := binary.LittleEndian.AppendUint32([]byte("RIFF"), 36+said)
	header = append(header, "WAVEfmt "...)
	for _, field := range []uint32{16, 1 | 1<<16, rate, rate * width, width | 16<<16} {
		header = binary.LittleEndian.AppendUint32(header, field)
	}
	header = append(header, "data"...)
	header = binary.LittleEndian.AppendUint32(header, said)
	return io.MultiReader(bytes.NewReader(header), io.LimitReader(silence{}, int64(length)))
}

// size is the length of the file, 0 if it can't be said.
func (f *storedFile) size() int64 {
	switch {
	case f.stalls:
		return 0
	case f.content != nil:
		return int64(len(f.content))
	}
	return 44 + f.length.Milliseconds()*16
}

// silence is zeros without end.
type silence struct{}

func (silence) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
