package casebook

import (
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// frameOf is a frame as a server sends it.
func frameOf(first byte, payload string) string {
	n := len(payload)
	switch {
	case n < 126:
		return string([]byte{first, byte(n)}) + payload
	case n < 1<<16:
		return string([]byte{first, 126, byte(n >> 8), byte(n)}) + payload
	}
	return string([]byte{first, 127, 0, 0, 0, 0, 0, byte(n >> 16), byte(n >> 8), byte(n)}) + payload
}

// However a stream is cut into pieces, the tap has its messages whole.
func TestTapKeepsMessagesWhole(t *testing.T) {
	long, longer := strings.Repeat("x", 300), strings.Repeat("y", 70_000)
	stream := "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n" +
		frameOf(0x81, `{"type":"one"}`) +
		frameOf(0x89, "ping") +
		frameOf(0x01, "in two ") + frameOf(0x8A, "pong") + frameOf(0x80, "pieces") +
		frameOf(0x81, long) + frameOf(0x82, longer) + frameOf(0x88, "\x03\xe8")
	want := []string{`{"type":"one"}`, "in two pieces", long, longer}
	for _, piece := range []int{1, 2, 7, 4096, len(stream)} {
		assert.Equal(t, want, tapOf(t, stream, piece), "in pieces of %d", piece)
	}
}

func TestTapLeavesOtherConnectionsAlone(t *testing.T) {
	reply := "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n" + frameOf(0x81, "no")
	for _, piece := range []int{1, len(reply)} {
		assert.Empty(t, tapOf(t, reply, piece))
	}
}

// tapOf reads a stream that arrives in pieces through a tap.
func tapOf(t *testing.T, stream string, piece int) (messages []string) {
	t.Helper()
	here, there := net.Pipe()
	tap := new(Tap)
	conn := &tapped{Conn: here, tap: tap}
	go func() {
		_, _ = there.Write([]byte(stream)) // read below, all of it
	}()
	var read strings.Builder
	buffer := make([]byte, piece)
	for read.Len() < len(stream) {
		n, err := conn.Read(buffer)
		require.NoError(t, err)
		read.Write(buffer[:n])
	}
	require.Equal(t, stream, read.String(), "the client reads what came")
	require.NoError(t, there.Close())
	require.NoError(t, here.Close())
	for _, event := range tap.Events() {
		messages = append(messages, string(event))
	}
	return messages
}
