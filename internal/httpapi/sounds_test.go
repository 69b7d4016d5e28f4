package httpapi_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/httpapi"
	"callbackd/sounds"
)

// wav is a WAV file of 16-bit PCM, mono, as programs write it.
func wav(rate, samples int) []byte {
	var b bytes.Buffer
	for _, part := range []any{
		[]byte("RIFF"), uint32(36 + 2*samples), []byte("WAVE"),
		[]byte("fmt "), uint32(16), uint16(1), uint16(1), uint32(rate), uint32(2 * rate), uint16(2), uint16(16),
		[]byte("data"), uint32(2 * samples), bytes.Repeat([]byte{0x12, 0x34}, samples),
	} {
		_ = binary.Write(&b, binary.LittleEndian, part) // a buffer takes everything
	}
	return b.Bytes()
}

// upload sends a sound as the admin does.
func (s *service) upload(path string, content []byte) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(s.t.Context(), http.MethodPut, path, bytes.NewReader(content))
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "audio/wav")
	return s.serve(r)
}

// soundsNamed are those of an account that have the name.
func (s *service) soundsNamed(account, name string) (list []httpapi.Sound) {
	for _, sound := range get[httpapi.SoundList](s, "/api/v1/accounts/"+account+"/sounds").Sounds {
		if sound.Name == name {
			list = append(list, sound)
		}
	}
	return list
}

func TestASoundIsUploadedHeardAndDeleted(t *testing.T) {
	s := newService(t)
	const path = "/api/v1/accounts/acme/sounds/call-recorded"
	shipped := s.send(http.MethodGet, path, "")
	require.Equal(t, http.StatusOK, shipped.Code, shipped.Body)
	assert.Equal(t, "audio/wav", shipped.Header().Get("Content-Type"))
	require.Len(t, s.soundsNamed("acme", "call-recorded"), 1)
	assert.Equal(t, sounds.FromBinary, s.soundsNamed("acme", "call-recorded")[0].Source)
	assert.Empty(t, s.soundsNamed("acme", "call-recorded")[0].UsedBy)
	assert.Equal(t, []string{"lost in the contact center: agent_prompt", "menu 1/2: agent_prompt", "requests: agent_prompt", "appointments:advice: agent_prompt"}, s.soundsNamed("acme", "callback")[0].UsedBy)
	assert.Equal(t, []string{"menus"}, s.soundsNamed("acme", "offer")[0].UsedBy)

	own := wav(8000, 4000)
	w := s.upload(path, own)
	require.Equal(t, http.StatusOK, w.Code, w.Body)
	var kept httpapi.Sound
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &kept))
	assert.Equal(t, "call-recorded", kept.Name)
	assert.Equal(t, sounds.FromAccount, kept.Source)
	assert.InDelta(t, 0.5, kept.Duration, 0.001)
	assert.Equal(t, []int{8000}, kept.Rates)
	swedish := wav(8000, 8000)
	require.Equal(t, http.StatusOK, s.upload(path+"?language=SV-se", swedish).Code)

	heard := func(account, query string) []byte {
		w := s.send(http.MethodGet, "/api/v1/accounts/"+account+"/sounds/call-recorded"+query, "")
		require.Equal(t, http.StatusOK, w.Code, w.Body)
		return w.Body.Bytes()
	}
	assert.Equal(t, own, heard("acme", ""))
	assert.Equal(t, own, heard("acme", "?language=de"))
	assert.Equal(t, swedish, heard("acme", "?language=sv_SE"))
	assert.Equal(t, shipped.Body.Bytes(), heard("globex", ""), "another account has its own")
	list := s.soundsNamed("acme", "call-recorded")
	require.Len(t, list, 3)
	assert.Equal(t, "", list[0].Language)
	assert.Equal(t, sounds.FromBinary, list[1].Source)
	assert.Equal(t, "sv_SE", list[2].Language)

	w = s.send(http.MethodDelete, path, "")
	assert.Equal(t, http.StatusNoContent, w.Code, w.Body)
	assert.Empty(t, w.Body.Bytes())
	for _, line := range []string{
		`"account":"acme","sound":"call-recorded","language":"sv_SE","by":"admin","message":"a sound was put"`,
		`"account":"acme","sound":"call-recorded","language":"","by":"admin","message":"a sound was deleted"`,
	} {
		assert.Contains(t, s.log.String(), line)
	}
	assert.Equal(t, shipped.Body.Bytes(), heard("acme", ""), "what lies behind it")
	assert.Equal(t, swedish, heard("acme", "?language=sv_SE"))
	problem(t, s.send(http.MethodDelete, path, ""), http.StatusNotFound)
}

// What is put into the folder by hand is listed with what is wrong with it.
func TestASoundThatCannotBePlayedIsListed(t *testing.T) {
	s := newService(t)
	require.Equal(t, http.StatusOK, s.upload("/api/v1/accounts/acme/sounds/hello", wav(8000, 100)).Code)
	path := s.soundsNamed("acme", "hello")[0].Path
	require.NoError(t, os.WriteFile(path+".wav", wav(44100, 100), 0o600))
	list := s.soundsNamed("acme", "hello")
	require.Len(t, list, 1)
	assert.Contains(t, list[0].Problem, "44100")
}

func TestSoundsThatThereAreNot(t *testing.T) {
	s := newService(t)
	p := problem(t, s.send(http.MethodGet, "/api/v1/accounts/acme/sounds/calback", ""), http.StatusNotFound)
	assert.Contains(t, p.Detail, "shipped: callback")
	p = problem(t, s.send(http.MethodDelete, "/api/v1/accounts/acme/sounds/callback", ""), http.StatusNotFound)
	assert.Contains(t, p.Detail, "can't be deleted")
	for method, body := range map[string]string{http.MethodGet: "", http.MethodDelete: "", http.MethodPut: "x"} {
		p = problem(t, s.send(method, "/api/v1/accounts/acne/sounds/callback", body), http.StatusNotFound)
		assert.Contains(t, p.Detail, `Did you mean "acme"?`)
	}
	problem(t, s.send(http.MethodGet, "/api/v1/accounts/acne/sounds", ""), http.StatusNotFound)
	assert.NoDirExists(t, filepath.Join(filepath.Dir(s.soundsNamed("acme", "callback")[0].Path), "acne"))
}

func TestNamesAndLanguagesThatCannotBe(t *testing.T) {
	s := newService(t)
	const folder = "/api/v1/accounts/acme/sounds/"
	for path, field := range map[string]string{
		folder + "Hello":                                         "path.name",
		folder + "hello.wav":                                     "path.name",
		folder + "a%2Fb":                                         "path.name",
		folder + "%2E%2E":                                        "path.name",
		folder + "%2E%2E%2Fglobex%2Fhello":                       "path.name",
		folder + "hello%0A":                                      "path.name",
		folder + "%1B%5B2J":                                      "path.name",
		folder + "a%00b":                                         "path.name",
		folder + strings.Repeat("a", 65):                         "path.name",
		folder + strings.Repeat("a", 64<<10):                     "path.name",
		folder + "%C3%A5":                                        "path.name",
		folder + "hello?language=swedish":                        "query.language",
		folder + "hello?language=..":                             "query.language",
		folder + "hello?language=sv/../..":                       "query.language",
		folder + "hello?language=s%0Av":                          "query.language",
		folder + "hello?language=" + strings.Repeat("s", 64<<10): "query.language",
	} {
		for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodDelete} {
			w := s.upload(path, wav(8000, 100))
			if method != http.MethodPut {
				w = s.send(method, path, "")
			}
			p := problem(t, w, http.StatusUnprocessableEntity)
			require.Len(t, p.Errors, 1, "%s %.80s", method, path)
			assert.Equal(t, field, p.Errors[0].Location, "%s %.80s", method, path)
		}
	}
}

func TestUploadsThatAreNoSounds(t *testing.T) {
	s := newService(t)
	const path = "/api/v1/accounts/acme/sounds/hello"
	for name, content := range map[string][]byte{
		"words":             []byte("hello"),
		"a page":            []byte("<html>"),
		"64 kB of zeros":    make([]byte, 64<<10),
		"64 kB of anything": bytes.Repeat([]byte("\xff\xfb\x90\x64 anything"), 5000),
		"a header alone":    wav(8000, 0),
		"a false header":    append([]byte("RIFF\xff\xff\xff\xffWAVEfmt \xff\xff\xff\xff"), make([]byte, 100)...),
		"an Ogg file":       []byte("OggS and so on"),
		"too long":          wav(8000, 8000*601),
	} {
		p := problem(t, s.upload(path, content), http.StatusUnprocessableEntity)
		require.Len(t, p.Errors, 1, name)
		assert.Equal(t, "body", p.Errors[0].Location, name)
		assert.Contains(t, p.Detail, "not accepted", name)
	}
	problem(t, s.upload(path, nil), http.StatusBadRequest)
	p := problem(t, s.upload(path, make([]byte, sounds.MaxBytes+1)), http.StatusRequestEntityTooLarge)
	assert.Contains(t, p.Detail, "too large")
	assert.Empty(t, s.soundsNamed("acme", "hello"), "nothing of them is kept")
	for _, method := range []string{http.MethodGet, http.MethodDelete} { // which want no body
		problem(t, s.send(method, path, strings.Repeat("anything", 8<<10)), http.StatusUnprocessableEntity)
	}
}

// The programs that convert may be missing: then it is said which, and what needs none works.
func TestAnUploadThatNeedsAProgramWhichIsMissing(t *testing.T) {
	s := newService(t)
	t.Setenv("PATH", t.TempDir())
	p := problem(t, s.upload("/api/v1/accounts/acme/sounds/hello", wav(44100, 44100)), http.StatusServiceUnavailable)
	assert.Contains(t, p.Detail, "install the packages sox and libsox-fmt-mp3")
	assert.Equal(t, http.StatusOK, s.upload("/api/v1/accounts/acme/sounds/hello", wav(8000, 8000)).Code)
}

// Asterisk can't send the token; all else under the library's address wants it.
func TestSoundFilesNeedNoToken(t *testing.T) {
	handler := httpapi.New(httpapi.Options{
		SoundFiles: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "max-age=60")
			_, _ = w.Write([]byte(r.URL.Path))
		}),
		Ready: func() []string { return nil },
	})
	ask := func(method, path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, path, nil))
		return w
	}
	w := ask(http.MethodGet, "/sounds/1/2/3.wav")
	assert.Equal(t, "/sounds/1/2/3.wav", w.Body.String())
	assert.Equal(t, "max-age=60", w.Header().Get("Cache-Control"), "or Asterisk asks during calls")
	assert.Equal(t, http.StatusOK, ask(http.MethodHead, "/sounds/1/2/3.wav").Code)
	problem(t, ask(http.MethodPost, "/sounds/1/2/3.wav"), http.StatusMethodNotAllowed)
	problem(t, ask(http.MethodGet, "/api/v1/accounts/acme/sounds"), http.StatusUnauthorized)
	problem(t, ask(http.MethodPut, "/api/v1/accounts/acme/sounds/hello"), http.StatusUnauthorized)
}
