package soundserver_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/soundserver"
)

const base = "http://callbackd.example:8080"

var secret = []byte("a secret of callbackd's alone")

// hello is a file with a sound, as far as the server cares.
func hello(t *testing.T) (file string, content []byte) {
	t.Helper()
	return sound(t, "hello.wav", "RIFF....WAVE hello, this is a sound")
}

func sound(t *testing.T, name, text string) (file string, content []byte) {
	t.Helper()
	file = filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return file, []byte(text)
}

// address is the path of a sound's address in the present period.
func address(t *testing.T, s *soundserver.Server, file string) string {
	t.Helper()
	whole, err := s.Address(base, file, time.Now())
	require.NoError(t, err)
	path, ours := strings.CutPrefix(whole, base)
	require.True(t, ours, whole)
	return path
}

func ask(s http.Handler, method, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, base, nil)
	r.URL = &url.URL{Path: path} // as it comes: no client has made it clean
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func TestASoundIsServedAsAsteriskNeedsIt(t *testing.T) {
	s := soundserver.New(secret)
	file, content := hello(t)
	path := address(t, s, file)
	assert.Greater(t, len("http://a"+path), 100, "longer than the path of Asterisk's cache file")
	assert.True(t, strings.HasSuffix(path, ".wav"), path)

	w := ask(s, http.MethodGet, path)
	require.Equal(t, http.StatusOK, w.Code)
	assert.Equal(t, content, w.Body.Bytes())
	assert.Equal(t, "audio/wav", w.Header().Get("Content-Type"))
	var age int
	_, err := fmt.Sscanf(w.Header().Get("Cache-Control"), "max-age=%d", &age)
	require.NoError(t, err)
	lasts := time.Duration(age) * time.Second
	assert.Greater(t, lasts, soundserver.Period-time.Minute, "not asked for again while it has this address")
	assert.LessOrEqual(t, lasts, 2*soundserver.Period)

	w = ask(s, http.MethodHead, path)
	assert.Equal(t, http.StatusOK, w.Code)
	assert.Empty(t, w.Body.Bytes())
	assert.Equal(t, fmt.Sprint(len(content)), w.Header().Get("Content-Length"))

	w = ask(s, http.MethodGet, path, "Range", "bytes=4-7")
	assert.Equal(t, http.StatusPartialContent, w.Code)
	assert.Equal(t, content[4:8], w.Body.Bytes())
	w = ask(s, http.MethodGet, path, "Range", "bytes=1000000-")
	assert.Equal(t, http.StatusRequestedRangeNotSatisfiable, w.Code)
}

// Asterisk has it in its cache by its address: it is the same as long as the period, and
// after a restart.
func TestAnAddressStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		file, _ := hello(t)
		time.Sleep(time.Until(soundserver.NextPeriod(time.Now())))
		first := address(t, soundserver.New(secret), file)
		time.Sleep(soundserver.Period - time.Second)
		s := soundserver.New(secret)
		assert.Equal(t, first, address(t, s, file))
		ahead, err := s.Address(base, file, time.Now().Add(time.Hour))
		require.NoError(t, err)
		time.Sleep(time.Second)
		next := address(t, s, file)
		assert.NotEqual(t, first, next)
		assert.Equal(t, base+next, ahead, "it can be fetched before it is used")

		other, _ := sound(t, "hello.wav", "another content")
		assert.NotEqual(t, next, address(t, s, other))
		assert.NotEqual(t, next, address(t, soundserver.New([]byte("another secret")), file))
	})
}

func TestAnAddressExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := soundserver.New(secret)
		file, _ := hello(t)
		time.Sleep(time.Until(soundserver.NextPeriod(time.Now())) - time.Second)
		path := address(t, s, file) // handed out in the last second of its period
		time.Sleep(soundserver.Period)
		assert.Equal(t, http.StatusOK, ask(s, http.MethodGet, path).Code)
		time.Sleep(time.Second)
		assert.Equal(t, http.StatusNotFound, ask(s, http.MethodGet, path).Code)
	})
}

func TestWhoKnowsNoAddressGetsNothing(t *testing.T) {
	s := soundserver.New(secret)
	file, content := hello(t)
	private, _ := sound(t, "private.wav", "nobody was given an address of this")
	path := address(t, s, file)
	second, _ := sound(t, "second.wav", "this is offered, too")
	other := strings.Split(address(t, s, second), "/")
	parts := strings.Split(path, "/") // "", sounds, PERIOD, CONTENT, SIGNATURE.wav
	stranger := soundserver.New([]byte("a stranger's secret"))
	forged := address(t, stranger, file)
	unoffered := address(t, soundserver.New(secret), private) // signed as it should be
	flip := func(part int) string {
		changed := append([]string(nil), parts...)
		last := map[bool]string{true: "1", false: "0"}[changed[part][0] == '0']
		changed[part] = last + changed[part][1:]
		return strings.Join(changed, "/")
	}
	for name, wrong := range map[string]string{
		"nothing":                        "/sounds/",
		"the folder":                     "/sounds",
		"a forged signature":             forged,
		"another signature":              flip(4),
		"another content":                flip(3),
		"the signature of another sound": strings.Join(append(parts[:4:4], other[4]), "/"),
		"another period":                 flip(2),
		"a period with a zero before it": strings.Replace(path, "/sounds/", "/sounds/0", 1),
		"a period that is none":          strings.Replace(path, "/"+parts[2]+"/", "/9999999999/", 1),
		"in capitals":                    strings.ToUpper(path),
		"another extension":              strings.TrimSuffix(path, ".wav") + ".wav16",
		"more behind it":                 path + "/",
		"a line behind it":               path + "\n",
		"more before it":                 "/x" + path,
		"a way out":                      "/sounds/../../etc/passwd",
		"a way out behind it":            path + "/../../../etc/passwd",
		"the file's own path":            "/sounds/" + file,
		"an absolute path":               "/sounds//etc/passwd",
		"a zero byte":                    "/sounds/\x00",
		"control characters":             "/sounds/" + strings.Repeat("\x1b[2J", 20),
		"64 kB of anything":              "/sounds/" + strings.Repeat("A", 64<<10),
		"what wasn't offered":            unoffered,
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			w := ask(s, method, wrong)
			assert.Equal(t, http.StatusNotFound, w.Code, "%s %s", method, name)
			assert.NotContains(t, w.Body.String(), string(content), name)
			assert.Less(t, w.Body.Len(), 100, "%s: nothing of the request comes back", name)
		}
	}
	r := httptest.NewRequest(http.MethodGet, path+"?x=1", nil)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	assert.Equal(t, http.StatusNotFound, w.Code, "no address of ours has a query")
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions, http.MethodPatch, "PROPFIND"} {
		w := ask(s, method, path)
		assert.Equal(t, http.StatusMethodNotAllowed, w.Code, method)
		assert.Equal(t, "GET, HEAD", w.Header().Get("Allow"))
	}
	assert.Equal(t, http.StatusOK, ask(s, http.MethodGet, path).Code, "the right one all the same")
}

// Asterisk would keep the new sound under the old one's address.
func TestWhatWasReplacedIsNotServedUnderTheOldAddress(t *testing.T) {
	s := soundserver.New(secret)
	file, _ := hello(t)
	old := address(t, s, file)
	require.NoError(t, os.WriteFile(file, []byte("something else"), 0o600))
	assert.Equal(t, http.StatusNotFound, ask(s, http.MethodGet, old).Code)
	assert.Equal(t, "something else", ask(s, http.MethodGet, address(t, s, file)).Body.String())
	require.NoError(t, os.Remove(file))
	assert.Equal(t, http.StatusNotFound, ask(s, http.MethodGet, old).Code)
	_, err := s.Address(base, file, time.Now())
	require.ErrorIs(t, err, os.ErrNotExist)
}

// Every sound of every call asks for its address: it is read once. A file that is put back
// as it was, but for its content, shows that.
func TestASoundIsReadOnce(t *testing.T) {
	s := soundserver.New(secret)
	file, content := hello(t)
	first := address(t, s, file)
	info, err := os.Stat(file)
	require.NoError(t, err)
	unseen := bytes.ToUpper(content)
	require.NoError(t, os.WriteFile(file, unseen, 0o600))
	require.NoError(t, os.Chtimes(file, time.Time{}, info.ModTime()))
	assert.Equal(t, first, address(t, s, file))
	require.NoError(t, os.Chtimes(file, time.Time{}, info.ModTime().Add(time.Millisecond)))
	assert.NotEqual(t, first, address(t, s, file))

	// Whoever puts another in its place by renaming is seen, whatever its time.
	other, _ := sound(t, "hello.wav", strings.ToLower(string(content)))
	require.NoError(t, os.Chtimes(other, time.Time{}, info.ModTime().Add(time.Millisecond)))
	second := address(t, s, file)
	require.NoError(t, os.Rename(other, file))
	assert.NotEqual(t, second, address(t, s, file))
}

// Announcements are new ones for each call, and callbackd runs for years.
func TestOldAddressesAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := soundserver.New(secret)
		file, _ := hello(t)
		for i := range 100 {
			require.NoError(t, os.WriteFile(file, bytes.Repeat([]byte("x"), i), 0o600))
			address(t, s, file)
		}
		assert.Equal(t, 100, s.Offered())
		time.Sleep(2 * soundserver.Period)
		address(t, s, file)
		assert.Equal(t, 1, s.Offered())
	})
}

// Each call asks for addresses, however many were given out this week.
func BenchmarkAddressAmongMany(b *testing.B) {
	s := soundserver.New(secret)
	file := filepath.Join(b.TempDir(), "announcement.wav")
	for i := range 2_000 {
		require.NoError(b, os.WriteFile(file, fmt.Append(nil, i), 0o600))
		_, err := s.Address(base, file, time.Now())
		require.NoError(b, err)
	}
	for b.Loop() {
		_, _ = s.Address(base, file, time.Now())
	}
}

func TestABaseWithAPath(t *testing.T) {
	s := soundserver.New(secret)
	file, _ := hello(t)
	got, err := s.Address("https://proxy.example/callbackd/", file, time.Now())
	require.NoError(t, err)
	assert.Equal(t, "https://proxy.example/callbackd"+address(t, s, file), got)
}
