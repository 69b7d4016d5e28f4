package casebook

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
)

// scripts is an AGI server of one script, exec: it runs the application that
// is its first argument with the second (FastAGI, res_agi of Asterisk).
type scripts struct {
	listener net.Listener
	serving  sync.WaitGroup
}

func startScripts(ctx context.Context) (*scripts, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for AGI: %w", err)
	}
	s := &scripts{listener: listener}
	s.serving.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return // closed
			}
			s.serving.Go(func() { serve(conn) })
		}
	})
	return s, nil
}

// uri begins the names of scripts in the dialplan.
func (s *scripts) uri() string { return "agi://" + s.listener.Addr().String() }

// serve runs one script. Asterisk ends the connection when the caller hangs
// up, and it does so whatever is answered: there is nobody to tell of an error.
func serve(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewScanner(conn)
	arguments := map[string]string{}
	for in.Scan() && in.Text() != "" {
		name, value, _ := strings.Cut(in.Text(), ": ")
		arguments[name] = value
	}
	if _, err := fmt.Fprintf(conn, "EXEC %s %q\n", arguments["agi_arg_1"], arguments["agi_arg_2"]); err != nil {
		return
	}
	in.Scan() // the reply comes when the application is over
}

// close waits for scripts that still run: end every call first.
func (s *scripts) close() error {
	err := s.listener.Close()
	s.serving.Wait()
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
