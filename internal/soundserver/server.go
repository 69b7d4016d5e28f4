package soundserver

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"maps"
	"net/http"
	"os"
	"sync"
	"time"
)

// Server serves the sounds of which it was asked for addresses. It may be used by any number
// of goroutines.
type Server struct {
	secret []byte

	mu      sync.Mutex
	offered map[key]string    // files; of this period, the last and the next
	hashed  map[string]hashed // by file; of this period
	period  int64             // in which what is out of date was forgotten last
}

// New makes a server whose addresses are signed with secret. With the same secret they are
// the same after a restart.
func New(secret []byte) *Server {
	return &Server{secret: secret, offered: map[key]string{}, hashed: map[string]hashed{}, period: periodOf(time.Now())}
}

// offer has a file served. What is out of date is forgotten when a period begins, and no
// sooner can it be: announcements make a new one for each call.
func (s *Server) offer(k key, file string) {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if period := periodOf(now); period != s.period {
		s.period = period
		maps.DeleteFunc(s.offered, func(k key, _ string) bool { return expired(k, now) })
		clear(s.hashed)
	}
	s.offered[k] = file
}

func expired(k key, now time.Time) bool { return !now.Before(expiry(k)) }

// expiry is when an address isn't good any more: at the end of the period after its own.
func expiry(k key) time.Time {
	return time.Unix((k.period+2)*int64(Period/time.Second), 0)
}

// file is what the address stands for.
func (s *Server) file(k key) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	file, ok := s.offered[k]
	return file, ok
}

// ServeHTTP answers GET and HEAD with the sound, and says no more of any other request than
// that there is nothing: who knows an address has got it from callbackd.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "use GET or HEAD", http.StatusMethodNotAllowed)
		return
	}
	now := time.Now()
	k, ok := s.parse(r.URL.Path)
	if !ok || r.URL.RawQuery != "" || expired(k, now) {
		nothing(w)
		return
	}
	file, ok := s.file(k)
	if !ok {
		nothing(w)
		return
	}
	// All of it, to be sure that it still is what the address says: it takes a megabyte for
	// a minute.
	content, err := os.ReadFile(file)
	if err != nil || sha256.Sum256(content) != k.content {
		nothing(w)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "audio/wav")
	// As long as the address is good, so that Asterisk doesn't ask during a call.
	header.Set("Cache-Control", fmt.Sprintf("max-age=%d", int64(expiry(k).Sub(now)/time.Second)))
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}

func nothing(w http.ResponseWriter) { http.Error(w, "no such sound", http.StatusNotFound) }
