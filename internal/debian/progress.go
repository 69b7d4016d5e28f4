package debian

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// logInterval is how often a log is told how far a slow download has come.
const logInterval = 10 * time.Second

// progress tells a person or a log what an installation is doing: a terminal
// gets a line that rewrites itself, a log one per stage, and some in between
// where a stage takes long.
type progress struct {
	w        io.Writer
	terminal bool
	shown    string    // the line that rewrites itself, while it stands there
	logged   time.Time // of the last line that stays
}

func newProgress(w io.Writer) *progress {
	p := &progress{w: w, logged: time.Now()}
	if file, ok := w.(*os.File); ok {
		info, err := file.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

// line writes a line that stays. Nobody can be told that it failed.
func (p *progress) line(format string, args ...any) {
	p.clear()
	fmt.Fprintf(p.w, format+"\n", args...)
	p.logged = time.Now()
}

// update says how far it has come, in a line that the next one replaces.
func (p *progress) update(format string, args ...any) {
	if !p.terminal {
		if time.Since(p.logged) >= logInterval {
			p.line(format, args...)
		}
		return
	}
	text := fmt.Sprintf(format, args...)
	if text == p.shown {
		return
	}
	p.clear()
	fmt.Fprint(p.w, text)
	p.shown = text
}

func (p *progress) clear() {
	if p.shown != "" {
		fmt.Fprintf(p.w, "\r%s\r", strings.Repeat(" ", len(p.shown)))
		p.shown = ""
	}
}
