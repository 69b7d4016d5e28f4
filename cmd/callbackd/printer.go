package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// printer collects lines for people. Nothing in a line can begin another, or
// speak to the terminal.
type printer struct {
	clock
	text strings.Builder
}

// line adds one line; nothing in it can begin another.
func (p *printer) line(format string, args ...any) {
	p.text.WriteString(strings.TrimRight(plain(fmt.Sprintf(format, args...)), " ") + "\n")
}

func (p *printer) title(title string) {
	p.line("")
	p.line("%s", title)
}

// step adds a line about one moment; moments that aren't known are left out.
func (p *printer) step(at time.Time, format string, args ...any) {
	if !at.IsZero() {
		p.line("  %s  %s", p.at(at), fmt.Sprintf(format, args...))
	}
}

func (p *printer) table(t *table) {
	t.indent = "  "
	_ = t.print(&p.text) // a strings.Builder takes everything
}

// paragraph adds text of several lines, each behind indent.
func (p *printer) paragraph(indent, text string) {
	for line := range strings.Lines(text) {
		p.text.WriteString(strings.TrimRight(indent+plainLines(line), " \n") + "\n")
	}
}

// print writes what was collected.
func (p *printer) print(w io.Writer) error {
	_, err := io.WriteString(w, p.text.String())
	return err
}
