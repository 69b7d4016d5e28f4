package endtoend

import (
	"io"
	"net"
	"net/url"
	"os"
	"strings"
	"sync"
)

// cable is the connection between callbackd and Asterisk, which can be cut: then
// nobody answers at Asterisk's address, as when a switch is off.
type cable struct {
	listener net.Listener
	far      string // Asterisk
	passing  sync.WaitGroup

	mu   sync.Mutex
	cut  bool
	ends map[net.Conn]bool
}

// behindACable has callbackd, which isn't started yet, reach Asterisk over one.
func (w *world) behindACable() *cable {
	w.t.Helper()
	asterisk, err := url.Parse(w.Asterisk.URL)
	w.must(err)
	listener, err := new(net.ListenConfig).Listen(w.t.Context(), "tcp4", "127.0.0.1:0")
	w.must(err)
	c := &cable{listener: listener, far: asterisk.Host, ends: map[net.Conn]bool{}}
	c.passing.Go(c.accept)
	w.t.Cleanup(c.remove)
	text, err := os.ReadFile(w.ConfigFile)
	w.must(err)
	w.must(os.WriteFile(w.ConfigFile, []byte(strings.Replace(string(text), asterisk.Host, listener.Addr().String(), 1)), 0o600))
	return c
}

func (c *cable) accept() {
	for {
		near, err := c.listener.Accept()
		if err != nil {
			return // removed
		}
		far, err := net.Dial("tcp4", c.far)
		if err != nil {
			_ = near.Close()
			continue
		}
		if !c.lay(near, far) {
			continue
		}
		c.passing.Go(func() { c.pass(near, far) })
		c.passing.Go(func() { c.pass(far, near) })
	}
}

// lay notes a connection; through a cut cable there is none.
func (c *cable) lay(near, far net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cut {
		_ = near.Close()
		_ = far.Close()
		return false
	}
	c.ends[near], c.ends[far] = true, true
	return true
}

// pass passes on what comes from one end, until either is closed.
func (c *cable) pass(from, to net.Conn) {
	_, _ = io.Copy(to, from)
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = from.Close()
	_ = to.Close()
	delete(c.ends, from)
	delete(c.ends, to)
}

// Cut ends all connections, and lets none be made.
func (c *cable) Cut() { c.set(true) }

// Mend lets connections be made again.
func (c *cable) Mend() { c.set(false) }

func (c *cable) set(cut bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cut = cut
	for end := range c.ends {
		_ = end.Close()
	}
}

func (c *cable) remove() {
	_ = c.listener.Close()
	c.Cut()
	c.passing.Wait()
}
