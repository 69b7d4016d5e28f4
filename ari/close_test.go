package ari_test

import (
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/assert"

	"callbackd/ari"
	"callbackd/ari/aritest"
)

// Every close frame that a peer may send ends the connection in order, is told with code
// and reason, and is followed by the next connection.
func TestCloseFrames(t *testing.T) {
	codes := []int{1000, 1001, 1002, 1003, 1005, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999}
	for _, code := range codes {
		t.Run(strconv.Itoa(code), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := aritest.New(t)
				s := run(t, srv, nil)
				expect[*ari.Connected](s)
				<-time.After(time.Minute)
				reason := "going for lunch"
				if code == 1005 {
					reason = ""
				}
				ended := time.Now()
				srv.CloseWith("app", code, reason)
				d := expect[*ari.Disconnected](s)
				assert.Zero(t, time.Since(ended))
				assert.EqualValues(t, code, websocket.CloseStatus(d.Err))
				assert.ErrorContains(t, d.Err, reason)
				assert.ErrorContains(t, d.Err, "the event stream was closed")
				expect[*ari.Connected](s)
				s.finish()
			})
		})
	}
}

// Frames against RFC 6455 end the connection, not the client.
func TestFramesAgainstTheProtocol(t *testing.T) {
	cases := map[string][]byte{
		"close code 1004":            {0x88, 2, 0x03, 0xec},
		"close code 1006":            {0x88, 2, 0x03, 0xee},
		"close code 999":             {0x88, 2, 0x03, 0xe7},
		"close with one byte":        {0x88, 1, 0x03},
		"control frame too long":     {0x89, 126, 0x00, 0x80},
		"fragmented ping":            {0x09, 0},
		"unknown opcode":             {0x83, 0},
		"reserved bits":              {0xf1, 0},
		"continuation of nothing":    {0x80, 0},
		"text inside of text":        {0x01, 1, '{', 0x81, 0},
		"negative length":            {0x81, 127, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
		"HTTP instead of frames":     []byte("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"),
		"half a frame, then nothing": {0x81},
	}
	for name, raw := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := aritest.New(t)
				s := run(t, srv, nil)
				expect[*ari.Connected](s)
				<-time.After(time.Minute)
				srv.Inject("app", raw)
				seek[*ari.Disconnected](s)
				seek[*ari.Connected](s)
				s.finish()
			})
		})
	}
}
