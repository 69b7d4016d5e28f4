package page_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/assert"

	"callbackd/internal/page"
)

// A player that asks for what is behind the end of a recording is told so.
func TestARangeBehindTheEnd(t *testing.T) {
	w := newWorld(t)
	w.miss("acme", "+46701234567")
	at := time.Now()
	w.dial(1, at)
	w.connect(1, at)
	w.hangUp(1, at.Add(time.Minute))
	log := new(bytes.Buffer)
	w.handler = page.New(page.Options{API: w.api, Users: w.users, Log: zerolog.New(log)})
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/recordings/1", nil)
	r.Header.Set("Range", "bytes=99999-")
	a := w.serve(supervisor, r)
	assert.Equal(t, http.StatusRequestedRangeNotSatisfiable, a.Code)
	assert.Empty(t, log.String())
}
