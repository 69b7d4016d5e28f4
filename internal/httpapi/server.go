package httpapi

import (
	stdlog "log"
	"net/http"
	"strings"
	"time"

	"github.com/rs/zerolog"
)

// AnswerLimit is how long a request may take, from its headers to the end of its answer.
const AnswerLimit = time.Minute

// NewServer makes a server for handler whose limits keep slow and broken
// clients from holding on to it. An answer that goes on for longer than a
// minute lifts its own limit through http.ResponseController.
func NewServer(handler http.Handler, log zerolog.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      AnswerLimit,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          stdlog.New(complaints{log}, "", 0),
	}
}

// complaints logs what net/http has to say, which is about clients: broken
// requests, connections cut off.
type complaints struct{ log zerolog.Logger }

func (c complaints) Write(line []byte) (int, error) {
	c.log.Debug().Msg(strings.TrimSpace(string(line)))
	return len(line), nil
}
