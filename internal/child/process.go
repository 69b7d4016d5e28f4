package child

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
)

// Process is a child that was started. Its methods may be used by several
// goroutines.
type Process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended and was waited for
	err  error         // how it ended; to be read after done

	asked sync.Once // to end
}

// Start runs the command. Its SysProcAttr is overwritten.
//
// The kernel kills a child with the thread that started it, not with the
// program, and Go ends threads when it likes. So the goroutine that starts the
// child keeps its thread to itself until the child has ended.
func Start(cmd *exec.Cmd) (*Process, error) {
	p := &Process{cmd: cmd, done: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		cmd.SysProcAttr = dieWithParent()
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		p.err = cmd.Wait()
		close(p.done)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// PID is the process id. After the end it may be a stranger's.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Done is closed when the child has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Running reports whether the child lives; nil, one that was never started,
// doesn't.
func (p *Process) Running() bool {
	if p == nil {
		return false
	}
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// Wait waits for the end and says how it was: nil for exit status 0, else as
// exec.Cmd does.
func (p *Process) Wait() error {
	<-p.done
	return p.err
}

// EarlyEnd is the error of a child that has ended while it was still needed,
// also if it is none to Go.
func (p *Process) EarlyEnd() error {
	err := p.Wait()
	if err == nil {
		err = errors.New("exit status 0")
	}
	return fmt.Errorf("it ended by itself: %w", err)
}

// Terminate asks the child to end (SIGTERM) and doesn't wait. It asks once: to
// many programs a second SIGTERM means at once.
func (p *Process) Terminate() { p.asked.Do(func() { p.signal(syscall.SIGTERM) }) }

// Stop asks the child to end, and kills it when ctx ends before it does, which
// is an error. When Stop returns the child is gone; Wait says how it ended.
func (p *Process) Stop(ctx context.Context) error {
	p.Terminate()
	select {
	case <-p.done:
		return nil
	case <-ctx.Done():
		p.Kill()
		return fmt.Errorf("killed, because it didn't end by itself: %w", ctx.Err())
	}
}

// Kill ends the child as a power cut would (SIGKILL). When it returns the child
// is gone.
func (p *Process) Kill() {
	p.signal(syscall.SIGKILL)
	<-p.done
}

// signal does nothing once the child was waited for, so that no stranger with
// the same process id is hit.
func (p *Process) signal(s syscall.Signal) {
	_ = p.cmd.Process.Signal(s) // os.ErrProcessDone: it is gone, as wished
}
