package lab

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
)

// passwordVariable is the environment variable from which callbackd takes the
// password of ARI.
const passwordVariable = "CALLBACKD_ARI_PASSWORD"

// configuration is callbackd.yaml as an operator would write it; the addresses
// are filled in.
const configuration = `# The operator's file: where everything is. The password comes from the environment.
database: callbackd.db
rules: rules
sounds: sounds
listen: %s
asterisk:
  pbx1:
    url: %s
    username: %s
    password: ${` + passwordVariable + `}
    catch_up:
      queue_log: %s
      cdr: %s
log: {level: info, format: console}
`

func (l *Lab) makeFolder() error {
	var err error
	if l.config.Dir == "" {
		l.Dir, err = os.MkdirTemp("", "callbackd-lab-")
		l.ownDir = err == nil
	} else if l.Dir, err = filepath.Abs(l.config.Dir); err == nil {
		err = os.MkdirAll(l.Dir, 0o755)
	}
	if err != nil {
		return fmt.Errorf("make its folder: %w", err)
	}
	l.ConfigFile = filepath.Join(l.Dir, "callbackd.yaml")
	l.LogFile = filepath.Join(l.Dir, "callbackd.log")
	return nil
}

// writeConfiguration writes the files that callbackd reads.
func (l *Lab) writeConfiguration(ctx context.Context) error {
	var err error
	if l.listen, l.held, err = reserve(ctx); err != nil {
		return err
	}
	a := l.Asterisk
	files := map[string][]byte{
		"callbackd.yaml":  fmt.Appendf(nil, configuration, l.listen, a.URL, a.Username, a.QueueLog, a.CDR),
		"rules/acme.yaml": []byte(l.config.Rules),
	}
	for name, wav := range l.config.Sounds {
		files["sounds/"+name+".wav"] = wav
	}
	for _, folder := range []string{"rules", "sounds"} {
		if err := os.MkdirAll(filepath.Join(l.Dir, folder), 0o755); err != nil {
			return fmt.Errorf("make callbackd's folders: %w", err)
		}
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(l.Dir, name), content, 0o644); err != nil {
			return fmt.Errorf("configure callbackd: %w", err)
		}
	}
	return nil
}

// Ports of callbackd are taken from below the range that Linux gives to
// outgoing connections: callbackd listens again on the same one after each
// start, and nobody must have got it meanwhile.
const (
	lowestPort  = 12000
	highestPort = 31999
	portTries   = 100
)

// reserve finds an address on which nobody listens at this moment. Until the returned
// socket is closed, which holds the port of the same number for UDP, no other lab takes
// it, in whatever process.
func reserve(ctx context.Context) (address string, held net.PacketConn, err error) {
	var config net.ListenConfig
	for range portTries {
		address = fmt.Sprintf("127.0.0.1:%d", lowestPort+rand.IntN(highestPort-lowestPort+1))
		if held, err = config.ListenPacket(ctx, "udp4", address); err != nil {
			continue
		}
		var listener net.Listener
		if listener, err = config.Listen(ctx, "tcp4", address); err == nil {
			err = listener.Close()
		}
		if err == nil {
			return address, held, nil
		}
		err = errors.Join(err, held.Close())
	}
	return "", nil, fmt.Errorf("find a free port for callbackd: %w", err)
}
