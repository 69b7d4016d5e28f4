package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// screen is where somebody sits who types.
type screen struct {
	t        *testing.T
	keyboard *os.File
	terminal *os.File
	prompts  chan string // what the command says

	mu   sync.Mutex
	text strings.Builder // what the terminal shows of what is typed
}

// newTerminal opens a pseudo-terminal (pts(4)).
func newTerminal(t *testing.T) (*screen, *os.File) {
	t.Helper()
	keyboard, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	require.NoError(t, err)
	require.NoError(t, unix.IoctlSetPointerInt(int(keyboard.Fd()), unix.TIOCSPTLCK, 0))
	n, err := unix.IoctlGetInt(int(keyboard.Fd()), unix.TIOCGPTN)
	require.NoError(t, err)
	terminal, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	require.NoError(t, err)
	s := &screen{t: t, keyboard: keyboard, terminal: terminal, prompts: make(chan string, 100)}
	shown := make(chan struct{})
	go func() {
		defer close(shown)
		_, _ = io.Copy(s, keyboard) // until the terminal is closed
	}()
	t.Cleanup(func() {
		assert.NoError(t, terminal.Close())
		<-shown
		assert.NoError(t, keyboard.Close())
	})
	return s, terminal
}

// Write implements io.Writer for what the terminal shows.
func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

// answer types a line once the command has asked for it, and hides what is typed.
func (s *screen) answer(prompt, line string) {
	s.t.Helper()
	for deadline := time.After(10 * time.Second); ; {
		select {
		case said := <-s.prompts:
			if !strings.Contains(said, prompt) {
				continue
			}
		case <-deadline:
			require.Fail(s.t, "the command didn't ask for it", prompt)
		}
		break
	}
	require.Eventually(s.t, func() bool {
		state, err := unix.IoctlGetTermios(int(s.terminal.Fd()), getTermios)
		return err == nil && state.Lflag&unix.ECHO == 0
	}, 10*time.Second, time.Millisecond)
	_, err := s.keyboard.WriteString(line + "\n")
	require.NoError(s.t, err)
}

// shown is all that was shown of what was typed, after the command; by now the terminal
// shows again what is typed.
func (s *screen) shown() string {
	s.t.Helper()
	_, err := s.keyboard.WriteString("visible\n")
	require.NoError(s.t, err)
	require.Eventually(s.t, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return strings.Contains(s.text.String(), "visible")
	}, 10*time.Second, time.Millisecond, "what is typed isn't shown any more")
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// tee passes on what is written.
type tee struct {
	to   io.Writer
	also chan<- string
}

func teeTo(to io.Writer, also chan<- string) io.Writer { return tee{to, also} }

// Write implements io.Writer.
func (t tee) Write(p []byte) (int, error) {
	t.also <- string(p)
	return t.to.Write(p)
}
