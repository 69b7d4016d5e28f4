package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode"
)

// table is aligned columns for people.
type table struct {
	indent string
	rows   []string
}

func newTable(heads ...string) *table {
	t := &table{}
	t.row(heads...)
	return t
}

func (t *table) row(cells ...string) {
	for i, cell := range cells {
		cells[i] = plain(cell)
	}
	t.rows = append(t.rows, strings.Join(cells, "\t"))
}

// print writes the table, without blanks at the ends of lines.
func (t *table) print(w io.Writer) error {
	var aligned strings.Builder
	tw := tabwriter.NewWriter(&aligned, 0, 0, 2, ' ', 0)
	for _, row := range t.rows {
		if _, err := fmt.Fprintln(tw, row); err != nil {
			return err
		}
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	for line := range strings.Lines(aligned.String()) {
		if _, err := fmt.Fprintln(w, t.indent+strings.TrimRight(line, " \n")); err != nil {
			return err
		}
	}
	return nil
}

// plainLines is plain for text of several lines, which may be indented by tabs.
func plainLines(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsGraphic(r) || r == '\n' || r == '\t' {
			return r
		}
		return '?'
	}, text)
}

// plain makes text from elsewhere fit for a terminal and for one cell of a
// table: a caller may send control characters as a number or a name.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsGraphic(r) {
			return r
		}
		return '?'
	}, text)
}
