package sounds

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"
)

// ErrNotInstalled is a program that is needed and isn't on this host; the error names the
// package that has it.
var ErrNotInstalled = errors.New("not installed")

// programLimit is how long the programs may take for one sound.
const programLimit = time.Minute

// mostComplaint is how much is kept of what a program complains about, in bytes.
const mostComplaint = 500

// limited is ctx with the time that the programs may take from now on.
func (l *Library) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, l.limit, fmt.Errorf("it took more than %s", l.limit))
}

// run runs a program without a shell and answers with its output, of at most most bytes.
// The program is killed when ctx ends; what it started itself may live on, but isn't waited
// for.
func run(ctx context.Context, stdin io.Reader, most int, program string, args ...string) ([]byte, error) {
	if _, err := exec.LookPath(program); err != nil {
		return nil, notInstalled(program, err)
	}
	out, complaint := &bounded{most: most, errFull: fmt.Errorf("it wrote more than %d bytes", most)}, &bounded{most: mostComplaint}
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, out, complaint
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	switch {
	case err == nil:
		return out.kept.Bytes(), nil
	case ctx.Err() != nil:
		err = context.Cause(ctx)
	case out.full:
		err = out.errFull // and it died of that
	}
	text := strings.Join(strings.Fields(strings.ToValidUTF8(complaint.kept.String(), "?")), " ")
	return nil, &programError{program: program, err: err, complaint: text}
}

// programError is a program that failed, and what it complained about.
type programError struct {
	program   string
	err       error
	complaint string // "" if it said nothing
}

func (e *programError) Error() string {
	if e.complaint == "" {
		return fmt.Sprintf("%s: %s", e.program, e.err)
	}
	return fmt.Sprintf("%s: %s: %s", e.program, e.err, e.complaint)
}

func (e *programError) Unwrap() error { return e.err }

// notInstalled says what to do about a program that can't be found.
func notInstalled(program string, err error) error {
	if !errors.Is(err, exec.ErrNotFound) {
		return fmt.Errorf("%s can't be run: %w", program, err)
	}
	hint := "install it, or name another command"
	switch program {
	case sox:
		hint = "it converts sounds to what Asterisk plays: install the packages sox and libsox-fmt-mp3 (WAV files of 8 kHz, mono, 16 bit are taken without)"
	case espeak:
		hint = "it speaks texts: install the package espeak-ng, or name another command"
	}
	return fmt.Errorf("%s is %w; %s", program, ErrNotInstalled, hint)
}

// bounded keeps the first bytes that are written to it. With errFull it refuses more, else
// it forgets them.
type bounded struct {
	kept    bytes.Buffer // not embedded: its ReadFrom would go round Write
	most    int
	errFull error
	full    bool
}

func (b *bounded) Write(p []byte) (int, error) {
	fits := p[:min(len(p), b.most-b.kept.Len())]
	b.kept.Write(fits)
	b.full = b.full || len(fits) < len(p)
	if b.full && b.errFull != nil {
		return len(fits), b.errFull
	}
	return len(p), nil
}
