package httpapi_test

import (
	"bytes"
	"net/http"
	"testing"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/assert"

	"callbackd/internal/httpapi"
)

func TestTheServerHasLimitsAndLogsAsWeDo(t *testing.T) {
	var log bytes.Buffer
	server := httpapi.NewServer(http.NotFoundHandler(), zerolog.New(&log))
	assert.NotZero(t, server.ReadHeaderTimeout)
	assert.NotZero(t, server.ReadTimeout)
	assert.NotZero(t, server.WriteTimeout)
	assert.NotZero(t, server.IdleTimeout)
	server.ErrorLog.Print("a client sends nonsense")
	assert.JSONEq(t, `{"level":"debug","message":"a client sends nonsense"}`, log.String())
}
