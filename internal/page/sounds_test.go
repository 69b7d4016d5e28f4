package page_test

import (
	"bytes"
	"encoding/binary"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/httpapi"
)

// wav is a second of sound as Asterisk plays it: 8 kHz, mono, 16 bit.
func wav() []byte {
	const samples = 8000
	var b bytes.Buffer
	for _, part := range []any{
		[]byte("RIFF"), uint32(36 + 2*samples), []byte("WAVE"),
		[]byte("fmt "), uint32(16), uint16(1), uint16(1), uint32(8000), uint32(16000), uint16(2), uint16(16),
		[]byte("data"), uint32(2 * samples), bytes.Repeat([]byte{0x12, 0x34}, samples),
	} {
		_ = binary.Write(&b, binary.LittleEndian, part) // a buffer takes everything
	}
	return b.Bytes()
}

// upload sends the form to upload a sound.
func (w *world) upload(p httpapi.Person, file string, content []byte, name, language string) *httptest.ResponseRecorder {
	w.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", file)
	require.NoError(w.t, err)
	_, err = part.Write(content)
	require.NoError(w.t, err)
	require.NoError(w.t, form.WriteField("name", name))
	require.NoError(w.t, form.WriteField("language", language))
	require.NoError(w.t, form.Close())
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodPost, "/sounds?account=acme", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return w.serve(p, r)
}

func TestTheSoundsOfAnAccount(t *testing.T) {
	w := newWorld(t)
	body := w.get(supervisor, "/sounds").Body.String()
	assert.Contains(t, plain(body), "callback en shipped")
	assert.Contains(t, plain(body), "lost in the contact center: agent_prompt", "where it is used")
	assert.NotContains(t, body, "Upload", "admins alone do")
	assert.Contains(t, plain(body), `notice: {say: {language: sv, voice: sv, text: "Samtalet spelas in."}}`, "how a text is spoken")
	assert.Equal(t, http.StatusForbidden, w.get(agent, "/sounds").Code)
	assert.Contains(t, w.reads(admin, "/sounds"), "Of which account?")

	answer := w.get(supervisor, "/sound/callback?language=en")
	assert.Equal(t, http.StatusOK, answer.Code)
	assert.Equal(t, "audio/wav", answer.Header().Get("Content-Type"))
	assert.True(t, bytes.HasPrefix(answer.Body.Bytes(), []byte("RIFF")))
	assert.Equal(t, http.StatusNotFound, w.get(supervisor, "/sound/nothing").Code)
	assert.NotEqual(t, http.StatusOK, w.get(supervisor, "/sound/..%2f..%2fetc").Code)
}

func TestASoundIsUploadedHeardAndDeleted(t *testing.T) {
	w := newWorld(t)
	answer := w.upload(admin, "anything.wav", wav(), "callback", "en")
	require.Equal(t, http.StatusSeeOther, answer.Code, plain(answer.Body.String()))
	body := w.get(admin, answer.Header().Get("Location")).Body.String()
	assert.Contains(t, plain(body), "The sound is there: calls hear it from now on.")
	assert.Contains(t, plain(body), "callback en own 1 s")
	assert.Contains(t, plain(body), "callback en shipped Another of this name is heard instead.")
	assert.Equal(t, wav(), w.get(supervisor, "/sound/callback?language=en").Body.Bytes())
	assert.NotContains(t, w.reads(elsewhere, "/sounds"), "en own", "each account has its own")

	body = w.get(admin, "/sounds?account=acme&do=delete&name=callback&language=en").Body.String()
	assert.Contains(t, body, "It is used by lost in the contact center: agent_prompt, requests: agent_prompt. The one that lies behind it, of the same name, is heard then.")
	assert.Equal(t, http.StatusForbidden, w.post(supervisor, "/sound/callback/delete?language=en", nil).Code)
	answer = w.post(admin, "/sound/callback/delete?account=acme&language=en", nil)
	require.Equal(t, http.StatusSeeOther, answer.Code)
	text := w.reads(admin, answer.Header().Get("Location"))
	assert.Contains(t, text, "The sound is deleted.")
	assert.NotContains(t, text, "callback en own")

	require.Equal(t, http.StatusSeeOther, w.upload(admin, "Vi spelar in.WAV", wav(), "", "").Code)
	body = w.get(admin, "/sounds?account=acme").Body.String()
	assert.Contains(t, plain(body), "vi-spelar-in any own", "a file's name is the sound's if nobody gives it one")
	body = w.get(admin, "/sounds?account=acme&do=delete&name=vi-spelar-in&language=").Body.String()
	assert.Contains(t, body, "No rule names it. Calls that name it go on without it.")
}

// What is refused says why, and keeps what was typed.
func TestASoundThatIsRefused(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		name, language string
		content        []byte
		words          string
	}{
		{"Hello World", "", wav(), "names have small letters, digits, - and _"},
		{"hello", "swedish", wav(), "write two letters"},
		{"hello", "sv", []byte("a text"), "isn&#39;t"},
		{"hello", "sv", nil, "Choose a file with sound in it."},
		{"../hello", "", wav(), "names have small letters"},
	} {
		answer := w.upload(admin, "file.wav", c.content, c.name, c.language)
		body := answer.Body.String()
		assert.Equal(t, http.StatusUnprocessableEntity, answer.Code, c.name)
		assert.Contains(t, body, c.words, c.name)
		assert.Contains(t, body, `value="`+c.name+`"`)
		assert.Contains(t, body, ` open>`)
	}
	assert.Equal(t, http.StatusBadRequest, w.upload(admin, "file.wav", make([]byte, 22<<20), "hello", "").Code)
	assert.Equal(t, http.StatusForbidden, w.upload(supervisor, "file.wav", wav(), "hello", "").Code)
	assert.NotContains(t, w.reads(admin, "/sounds?account=acme"), "hello")
}
