package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// timeline tells what happens, one line each with the time since the start. It
// may be used by several goroutines at once.
type timeline struct {
	began time.Time

	mu sync.Mutex // keeps lines whole
	w  io.Writer
}

func newTimeline(w io.Writer) *timeline { return &timeline{began: time.Now(), w: w} }

// at tells what happened at a moment.
func (t *timeline) at(moment time.Time, format string, args ...any) {
	t.print(fmt.Sprintf("%6.1f s  %s\n", moment.Sub(t.began).Seconds(), fmt.Sprintf(format, args...)))
}

// now tells what has just happened.
func (t *timeline) now(format string, args ...any) { t.at(time.Now(), format, args...) }

// title begins a part.
func (t *timeline) title(format string, args ...any) {
	t.print("\n" + fmt.Sprintf(format, args...) + "\n\n")
}

// text shows what isn't a happening, indented.
func (t *timeline) text(text string) {
	var b strings.Builder
	for line := range strings.Lines(strings.TrimRight(text, "\n") + "\n") {
		b.WriteString(strings.TrimRight("  "+line, " \n") + "\n")
	}
	t.print(b.String())
}

func (t *timeline) print(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	fmt.Fprint(t.w, text)
}
