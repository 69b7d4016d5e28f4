package private

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"callbackd/internal/child"
)

const (
	readyInterval = 20 * time.Millisecond // between two looks at a booting Asterisk
	afterBoot     = 5 * time.Second       // for what must be there when it has booted
	logLines      = 10                    // that an error shows, from the beginning and from the end
)

// errPortTaken says that somebody else listens where this Asterisk was to.
var errPortTaken = errors.New("a port is taken")

// waitReady returns when Asterisk says that it has booted, listens for SIP,
// answers on ARI and knows every endpoint.
func (a *Asterisk) waitReady(ctx context.Context, p *child.Process) error {
	if err := poll(ctx, p, func() error {
		_, err := a.CLI(ctx, "core waitfullybooted")
		return err
	}); err != nil {
		return err
	}
	// Now everything is there, or won't come.
	ctx, cancel := context.WithTimeoutCause(ctx, afterBoot,
		fmt.Errorf("booted, and not ready %s later", afterBoot))
	defer cancel()
	if err := poll(ctx, p, func() error { return a.listensForSIP(ctx) }); err != nil {
		return err
	}
	resources := []string{"asterisk/ping"}
	if a.Config.Trunk != "" {
		resources = append(resources, "endpoints/PJSIP/pstn")
	}
	for _, agent := range a.Config.Agents {
		resources = append(resources, "endpoints/PJSIP/"+agent.Name)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for _, resource := range resources {
		if err := poll(ctx, p, func() error { return a.ask(ctx, client, resource) }); err != nil {
			return err
		}
	}
	return nil
}

// poll tries until it works, ctx is over or the process has ended.
func poll(ctx context.Context, p *child.Process, try func() error) error {
	ticker := time.NewTicker(readyInterval)
	defer ticker.Stop()
	var missing error
	for {
		err := try()
		if err == nil {
			return nil
		}
		if missing == nil || ctx.Err() == nil {
			missing = err // and not just that ctx is over
		}
		select {
		case <-ticker.C:
		case <-p.Done():
			return p.EarlyEnd()
		case <-ctx.Done():
			return fmt.Errorf("%w; the last thing missing: %w", context.Cause(ctx), missing)
		}
	}
}

// listensForSIP asks for the transport: an Asterisk that couldn't bind its
// port boots all the same.
func (a *Asterisk) listensForSIP(ctx context.Context) error {
	out, err := a.CLI(ctx, "pjsip show transports")
	if err == nil && !strings.Contains(out, a.SIP) {
		err = fmt.Errorf("no SIP on %s", a.SIP)
	}
	return err
}

// ask gets one resource of ARI.
func (a *Asterisk) ask(ctx context.Context, client *http.Client, resource string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.URL+"/ari/"+resource, nil)
	if err != nil {
		return err
	}
	req.SetBasicAuth(a.Username, a.Password)
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s", req.URL, res.Status)
	}
	return nil
}

// explain adds what Asterisk logged from the offset on to the error of a
// failed start: the folder with the log may be gone by the time it is read.
func (a *Asterisk) explain(err error, from int64) error {
	console, _ := os.ReadFile(a.consoleLog()) // no file, no lines
	full, _ := os.ReadFile(a.Log)
	if int64(len(full)) >= from {
		full = full[from:]
	}
	if bytes.Contains(full, []byte("Address already in use")) || bytes.Contains(console, []byte("Address already in use")) {
		err = fmt.Errorf("%w: %w", errPortTaken, err)
	}
	var text []string
	for line := range strings.Lines(string(full)) {
		if strings.Contains(line, "ERROR[") || strings.Contains(line, "WARNING[") {
			text = append(text, strings.TrimRight(line, "\n"))
		}
	}
	for line := range strings.Lines(string(console)) {
		text = append(text, strings.TrimRight(line, "\n"))
	}
	switch n := len(text); {
	case n == 0:
		text = []string{"(no error was logged)"}
	case n > 2*logLines: // the first often is the cause, the last what came of it
		text = slices.Concat(text[:logLines], []string{fmt.Sprintf("… %d more …", n-2*logLines)}, text[n-logLines:])
	}
	return fmt.Errorf("start the private Asterisk %s in %s: %w\nits log:\n  %s",
		a.Version, a.Dir, err, strings.Join(text, "\n  "))
}

func fileSize(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0 // not there yet
	}
	return info.Size()
}
