package lab

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"callbackd/internal/child"
)

const (
	readyLimit = 30 * time.Second      // for callbackd to become ready, where ctx sets no nearer limit
	lookEvery  = 50 * time.Millisecond // between two looks at what callbackd says
)

// StartCallbackd starts callbackd and returns when it is ready: it sees every
// call and can dial. On an error nothing runs.
func (l *Lab) StartCallbackd(ctx context.Context) error {
	if err := l.LaunchCallbackd(); err != nil {
		return err
	}
	if err := l.WaitReady(ctx); err != nil {
		l.KillCallbackd()
		return err
	}
	return nil
}

// LaunchCallbackd starts callbackd and doesn't wait until it is ready, which
// it doesn't become while Asterisk is away.
func (l *Lab) LaunchCallbackd() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
		return errors.New("start callbackd: the lab is closed")
	case l.config.Callbackd == nil:
		return errors.New("start callbackd: the lab wasn't told how")
	case l.daemon.Running():
		return errors.New("start callbackd: it runs already")
	}
	log, err := os.OpenFile(l.LogFile, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("start callbackd: %w", err)
	}
	var out io.Writer = log
	if l.config.Log != nil {
		out = io.MultiWriter(log, l.config.Log)
	}
	cmd := l.config.Callbackd(l.ConfigFile)
	cmd.Env = append(cmd.Environ(), passwordVariable+"="+l.Asterisk.Password, "NO_COLOR=1")
	cmd.Stdout, cmd.Stderr = out, out
	d, err := child.Start(cmd)
	if err != nil {
		return fmt.Errorf("start callbackd: %w", errors.Join(err, log.Close()))
	}
	l.daemon = d
	go func() {
		<-d.Done()
		_ = log.Close() // what callbackd printed is in it already
	}()
	return nil
}

// WaitReady waits until callbackd is ready, after its start or after it lost
// its Asterisk.
func (l *Lab) WaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyLimit)
	defer cancel()
	l.mu.Lock()
	d := l.daemon
	l.mu.Unlock()
	if d == nil {
		return errors.New("wait for callbackd to be ready: it wasn't started")
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	var missing error
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		err := l.askReady(ctx, client)
		if err == nil {
			return nil
		}
		if missing == nil || ctx.Err() == nil {
			missing = err // and not just that ctx is over
		}
		select {
		case <-ticker.C:
		case <-d.Done():
			return l.Explain(fmt.Errorf("wait for callbackd to be ready: %w", d.EarlyEnd()))
		case <-ctx.Done():
			return l.Explain(fmt.Errorf("wait for callbackd to be ready: %w: %w", ctx.Err(), missing))
		}
	}
}

// askReady asks callbackd whether it is ready; the error says why not.
func (l *Lab) askReady(ctx context.Context, client *http.Client) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+l.listen+"/readyz", nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("GET /readyz: %s: %s", response.Status, bytes.TrimSpace(body))
	}
	return nil
}

// KillCallbackd ends callbackd as a power cut would, and returns when it is
// gone.
func (l *Lab) KillCallbackd() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.daemon != nil {
		l.daemon.Kill()
		l.daemon = nil
	}
}

// StopCallbackd tells callbackd to end and returns when it is gone. It is
// killed, which is an error, when ctx ends before; so is an exit status other
// than 0, whenever it ended. A callbackd that doesn't run needs no stopping.
func (l *Lab) StopCallbackd(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	d := l.daemon
	if d == nil {
		return nil
	}
	l.daemon = nil
	if err := d.Stop(ctx); err != nil {
		return l.Explain(fmt.Errorf("stop callbackd: %w", err))
	}
	if err := d.Wait(); err != nil {
		return l.Explain(fmt.Errorf("stop callbackd: it ended with %w", err))
	}
	return nil
}

// askCallbackdToStop sends the signal and doesn't wait.
func (l *Lab) askCallbackdToStop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.daemon != nil {
		l.daemon.Terminate()
	}
}
