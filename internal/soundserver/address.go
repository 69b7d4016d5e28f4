package soundserver

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Folder is what the paths of all addresses begin with.
const Folder = "/sounds/"

// Period is how long a sound keeps its address; it is good for as long again.
const Period = 7 * 24 * time.Hour

// periodOf numbers the periods from 1970 on.
func periodOf(at time.Time) int64 { return at.Unix() / int64(Period/time.Second) }

// NextPeriod is when addresses change after the given time.
func NextPeriod(after time.Time) time.Time {
	return time.Unix((periodOf(after)+1)*int64(Period/time.Second), 0)
}

// form is what the path of an address looks like: the period, the SHA-256 of the content, and
// the signature.
var form = regexp.MustCompile(`^` + Folder + `([0-9]{1,10})/([0-9a-f]{64})/([0-9a-f]{64})\.wav$`)

// key is what an address says.
type key struct {
	period  int64
	content [sha256.Size]byte
}

// path is that of the key's address.
func (s *Server) path(k key) string {
	return fmt.Sprintf("%s%d/%x/%x.wav", Folder, k.period, k.content, s.sign(k))
}

func (s *Server) sign(k key) []byte {
	mac := hmac.New(sha256.New, s.secret)
	fmt.Fprintf(mac, "callbackd sound %d %x", k.period, k.content)
	return mac.Sum(nil)
}

// parse reads the path of an address that was made here; ok is false for any other.
func (s *Server) parse(path string) (k key, ok bool) {
	parts := form.FindStringSubmatch(path)
	if parts == nil {
		return key{}, false
	}
	period, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil || strconv.FormatInt(period, 10) != parts[1] {
		return key{}, false
	}
	k.period = period
	// Both are hexadecimal and of the right length, by the form.
	copy(k.content[:], unhex(parts[2]))
	return k, hmac.Equal(unhex(parts[3]), s.sign(k))
}

func unhex(text string) []byte {
	b, _ := hex.DecodeString(text)
	return b
}

// Address gives the URL by which Asterisk fetches a sound in the period of the time at, and
// serves it from then on. base is how Asterisk reaches this server: http://HOST:PORT, and
// a path before Folder if a proxy needs one. file is the sound's, a WAV file.
func (s *Server) Address(base, file string, at time.Time) (string, error) {
	content, err := s.hash(file)
	if err != nil {
		return "", fmt.Errorf("offer a sound to Asterisk: %w", err)
	}
	k := key{period: periodOf(at), content: content}
	s.offer(k, file)
	return strings.TrimRight(base, "/") + s.path(k), nil
}

// hashed is the SHA-256 of a file as it was.
type hashed struct {
	info fs.FileInfo
	sum  [sha256.Size]byte
}

// hash is the SHA-256 of a file, which is read once: each sound of each call asks for it.
func (s *Server) hash(file string) (sum [sha256.Size]byte, err error) {
	now, err := os.Stat(file)
	if err != nil {
		return sum, err
	}
	s.mu.Lock()
	was, known := s.hashed[file]
	s.mu.Unlock()
	if known && os.SameFile(was.info, now) && was.info.ModTime().Equal(now.ModTime()) && was.info.Size() == now.Size() {
		return was.sum, nil
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return sum, err
	}
	sum = sha256.Sum256(content)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hashed[file] = hashed{now, sum}
	return sum, nil
}
