package private

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"callbackd/internal/child"
	"callbackd/internal/lockfile"
)

// ARIUser is the name under which callbackd logs in to ARI.
const ARIUser = "callbackd"

// stopGrace is how long Stop waits for an orderly end where its context sets
// no nearer limit.
const stopGrace = 10 * time.Second

// startTries is how often Start tries other ports when somebody else took one
// in the moment between finding and using it.
const startTries = 3

// Asterisk is a running Asterisk of the project's own. Addresses, password and
// folders stay the same across Restart, so whoever holds them needs no news.
type Asterisk struct {
	Config  Config // as it was started, with defaults filled in
	Version string // as 22.10.1
	Dir     string // the folder in which everything of it lies

	SIP      string // where phones register and call: 127.0.0.1:PORT, UDP
	URL      string // of its HTTP server: http://127.0.0.1:PORT; ARI is below /ari
	Username string // of ARI
	Password string // of ARI; random, another one for every Start

	Log        string // what Asterisk logs
	QueueLog   string // what app_queue logs
	CDR        string // Master.csv; made by the first call
	Recordings string // the folder of ARI's recordings

	installation Installation
	settings     settings
	ownDir       bool     // Dir is temporary
	lock         *os.File // keeps others out of Dir

	mu      sync.Mutex // guards process, and lets one of Stop, Kill, Restart run
	process *child.Process
}

// Start runs an Asterisk as configured and returns when it can be used: ARI
// answers and every phone may register. Where no Asterisk is installed it is
// installed first (see Install).
//
// The Asterisk lives until Stop, and at most as long as this program: the
// kernel kills it with us, however we end (on Linux). ctx bounds only the start.
func Start(ctx context.Context, c Config) (*Asterisk, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	c = c.withDefaults()
	installation, err := Install(ctx, c.Progress)
	if err != nil {
		return nil, err
	}
	for try := 1; ; try++ {
		a, err := start(ctx, installation, c)
		if errors.Is(err, errPortTaken) && try < startTries {
			continue
		}
		return a, err
	}
}

func start(ctx context.Context, i Installation, c Config) (*Asterisk, error) {
	a := &Asterisk{Config: c, Version: i.Version, Username: ARIUser, Password: rand.Text(), installation: i}
	if err := a.layOut(ctx); err != nil {
		return nil, errors.Join(err, a.cleanUp())
	}
	if err := a.boot(ctx); err != nil {
		return nil, errors.Join(err, a.cleanUp())
	}
	return a, nil
}

// layOut decides on folders and ports and writes the configuration.
func (a *Asterisk) layOut(ctx context.Context) error {
	dir, err := makeDir(a.Config.Dir)
	if err != nil {
		return fmt.Errorf("make a folder for the private Asterisk: %w", err)
	}
	a.Dir, a.ownDir = dir, a.Config.Dir == ""
	if strings.ContainsAny(dir, ";\n") {
		return fmt.Errorf("make a folder for the private Asterisk: %q: a semicolon starts a comment in its configuration; choose another folder", dir)
	}
	if a.lock, err = lockfile.Try(filepath.Join(dir, "lock")); err != nil {
		return fmt.Errorf("use %s for the private Asterisk: %w: give each Asterisk a folder of its own", dir, err)
	}
	run, err := runDir(dir)
	if err != nil {
		return err
	}
	p, err := freePorts(ctx)
	if err != nil {
		return err
	}
	a.settings = settings{
		Config: a.Config, RunDir: run,
		ModuleDir: a.installation.moduleDir, DataDir: a.installation.dataDir,
		SIPPort: p.sip, HTTPPort: p.http, RTPFirst: p.rtpFirst, RTPLast: p.rtpLast,
		ARIUser: a.Username, ARIPassword: a.Password,
	}
	a.settings.Dir = dir
	a.SIP = fmt.Sprintf("127.0.0.1:%d", p.sip)
	a.URL = fmt.Sprintf("http://127.0.0.1:%d", p.http)
	a.Log = filepath.Join(dir, "log/full")
	a.QueueLog = filepath.Join(dir, "log/queue_log")
	a.CDR = filepath.Join(dir, "log/cdr-csv/Master.csv")
	a.Recordings = filepath.Join(dir, "spool/recording")
	return a.settings.writeTo()
}

// makeDir makes the folder where it is missing; without a name, a temporary one.
func makeDir(name string) (string, error) {
	if name == "" {
		return os.MkdirTemp("", "callbackd-asterisk-")
	}
	dir, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	return dir, os.MkdirAll(dir, 0o755)
}

// longestSocket is what fits into a socket's address, with the zero at its end.
const longestSocket = 107

// runDir is the folder for Asterisk's control socket: below dir, or where that
// is too deep for a socket, a temporary one.
func runDir(dir string) (string, error) {
	run := filepath.Join(dir, "run")
	if len(filepath.Join(run, "asterisk.ctl")) <= longestSocket {
		if err := os.MkdirAll(run, 0o755); err != nil {
			return "", fmt.Errorf("make a folder for the private Asterisk: %w", err)
		}
		return run, nil
	}
	run, err := os.MkdirTemp("", "callbackd-run-")
	if err != nil {
		return "", fmt.Errorf("make a folder for the private Asterisk's socket: %w", err)
	}
	return run, nil
}

// boot starts the process and waits until it is ready. On an error nothing runs.
func (a *Asterisk) boot(ctx context.Context) error {
	console, err := os.OpenFile(a.consoleLog(), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644)
	if err != nil {
		return fmt.Errorf("start the private Asterisk: %w", err)
	}
	defer console.Close() // the child has its own
	logged := fileSize(a.Log)

	// Not bound to ctx, which is that of the start; -f: stay in the foreground.
	cmd := a.installation.cmd(context.WithoutCancel(ctx), "-C", a.configFile(), "-f")
	cmd.Dir = a.Dir
	cmd.Stdout, cmd.Stderr = console, console
	p, err := child.Start(cmd)
	if err != nil {
		return fmt.Errorf("start the private Asterisk: %w", err)
	}
	a.process = p

	deadline, cancel := context.WithTimeoutCause(ctx, a.Config.BootTimeout,
		fmt.Errorf("not ready within %s", a.Config.BootTimeout))
	defer cancel()
	if err := a.waitReady(deadline, p); err != nil {
		p.Kill()
		return a.explain(err, logged)
	}
	return nil
}

func (a *Asterisk) configFile() string { return filepath.Join(a.Dir, "etc/asterisk.conf") }
func (a *Asterisk) consoleLog() string { return filepath.Join(a.Dir, "log/console") }

// PID is the process id of the running Asterisk, 0 if it isn't running.
func (a *Asterisk) PID() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.process.Running() {
		return 0
	}
	return a.process.PID()
}

// Stop ends Asterisk for good: in order, which hangs up all calls, and by
// force when ctx or ten seconds are over. Then it removes the folder if that
// was temporary. A second Stop does nothing.
func (a *Asterisk) Stop(ctx context.Context) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return errors.Join(a.end(ctx), a.cleanUp())
}

// Kill ends Asterisk as a power cut would: no BYE to any phone, no last line
// in any log. Its folder stays, and Restart brings it back.
func (a *Asterisk) Kill() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.process.Kill()
}

// Restart ends Asterisk if it runs and starts it again, with the same
// addresses, password, logs, recordings and registered phones. On an error
// nothing runs, and Restart may be tried again.
func (a *Asterisk) Restart(ctx context.Context) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.lock == nil {
		return fmt.Errorf("restart the private Asterisk in %s: it was stopped for good; start a new one", a.Dir)
	}
	if err := a.end(ctx); err != nil {
		return err
	}
	return a.boot(ctx)
}

// end asks first and kills then. When it returns, the process is gone.
func (a *Asterisk) end(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, stopGrace)
	defer cancel()
	if err := a.process.Stop(ctx); err != nil {
		return fmt.Errorf("stop the private Asterisk: %w", err)
	}
	return nil
}

// cleanUp removes what was made for this run alone.
func (a *Asterisk) cleanUp() error {
	var faults []error
	if a.ownDir && a.Dir != "" {
		faults = append(faults, os.RemoveAll(a.Dir))
	}
	if run := a.settings.RunDir; run != "" && run != filepath.Join(a.Dir, "run") {
		faults = append(faults, os.RemoveAll(run))
	}
	if a.lock != nil {
		faults = append(faults, a.lock.Close())
		a.lock = nil
	}
	if err := errors.Join(faults...); err != nil {
		return fmt.Errorf("clean up after the private Asterisk: %w", err)
	}
	return nil
}
