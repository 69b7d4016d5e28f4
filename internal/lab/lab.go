package lab

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"callbackd/ari"
	"callbackd/asterisk-config/private"
	"callbackd/internal/child"
	"callbackd/internal/softphone"
)

// closeGrace is how long Close waits for callbackd's orderly end. All calls
// have ended by then, so it has nothing to wait for.
const closeGrace = 5 * time.Second

// Lab is the running world. Its fields don't change after Start.
type Lab struct {
	Dir        string // where everything lies
	ConfigFile string // callbackd.yaml
	LogFile    string // what callbackd has printed, over all its starts

	Asterisk *private.Asterisk
	ARI      *ari.Client                 // for looking at channels, bridges and recordings
	Network  *softphone.Phone            // the telephone network; its Incoming is taken by CustomersPhone
	Agents   map[string]*softphone.Phone // by name

	config    Config
	passwords map[string]string // of agents and guests
	listen    string            // callbackd's address, 127.0.0.1:PORT
	held      net.PacketConn    // keeps other labs from that port
	ownDir    bool              // Dir is temporary
	arrivals  arrivals
	exchange  sync.WaitGroup // the goroutine that sorts arrivals
	stop      context.CancelFunc

	mu     sync.Mutex
	daemon *child.Process // nil before the first start
	closed bool
}

// Start brings up everything but callbackd; ctx bounds the start alone. Where
// Asterisk isn't installed it is installed first.
func Start(ctx context.Context, c Config) (*Lab, error) {
	l := &Lab{config: c.withDefaults(), Agents: map[string]*softphone.Phone{}, passwords: map[string]string{}}
	if err := l.start(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("start the lab: %w", err), l.Close())
	}
	return l, nil
}

func (l *Lab) start(ctx context.Context) error {
	if err := l.makeFolder(); err != nil {
		return err
	}
	if err := l.startNetwork(ctx); err != nil {
		return err
	}
	if err := l.startAsterisk(ctx); err != nil {
		return err
	}
	if err := l.startAgents(ctx); err != nil {
		return err
	}
	return l.writeConfiguration(ctx)
}

func (l *Lab) startAsterisk(ctx context.Context) error {
	c := private.Config{
		Dir: filepath.Join(l.Dir, "asterisk"), Trunk: l.Network.Addr(),
		Queues: l.config.Queues, Numbers: l.config.Numbers, Dialplan: l.config.Dialplan,
		Further: l.config.Further, Progress: l.config.Progress,
	}
	for _, name := range slices.Concat(l.config.Agents, l.config.Guests) {
		l.passwords[name] = newPassword()
		c.Agents = append(c.Agents, private.Agent{Name: name, Password: l.passwords[name], Options: l.codecOptions(name)})
	}
	var err error
	if l.Asterisk, err = private.Start(ctx, c); err != nil {
		return err
	}
	l.ARI, err = ari.New(ari.Options{
		URL: l.Asterisk.URL, Username: l.Asterisk.Username, Password: l.Asterisk.Password,
		Application: "lab", // never connected: callbackd's events are callbackd's
	})
	return err
}

// URL is where callbackd's page and API are, once it runs: http://127.0.0.1:PORT.
func (l *Lab) URL() string { return "http://" + l.listen }

// Close ends every process and every phone, and removes the folder if it is
// temporary. An error says what didn't end in order: a callbackd that failed,
// for instance, with the end of its log. A second Close does nothing.
func (l *Lab) Close() error {
	l.mu.Lock()
	closed := l.closed
	l.closed = true
	l.mu.Unlock()
	if closed {
		return nil
	}
	// callbackd first, so that it doesn't call back whom the phones hang up
	// on; it waits for customers' phones that ring, which end with the phones.
	l.askCallbackdToStop()
	var faults []error
	for _, phone := range l.Agents {
		faults = append(faults, phone.Close())
	}
	if l.Network != nil {
		l.stop()
		l.exchange.Wait()
		faults = append(faults, l.Network.Close())
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeGrace)
	defer cancel()
	faults = append(faults, l.StopCallbackd(ctx))
	if l.Asterisk != nil {
		faults = append(faults, l.Asterisk.Stop(ctx))
	}
	if l.held != nil {
		faults = append(faults, l.held.Close())
	}
	if l.ownDir {
		faults = append(faults, os.RemoveAll(l.Dir))
	}
	if err := errors.Join(faults...); err != nil {
		return fmt.Errorf("close the lab: %w", err)
	}
	return nil
}
