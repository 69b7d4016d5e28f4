package page

import (
	"html/template"
	"time"
)

// moment is a time as people see it: in the zone of the account that it belongs to. The
// zero moment is one that isn't known.
type moment struct {
	time.Time
	now time.Time
	// strange: its zone isn't the one that the page names, so it is named beside it.
	strange bool
}

// Clock is the time of the day to the second, and the day where it isn't today's.
func (m moment) Clock() string { return m.write("15:04:05") }

// Short is Clock to the minute.
func (m moment) Short() string { return m.write("15:04") }

func (m moment) write(clock string) string {
	if m.IsZero() {
		return ""
	}
	now := m.now.In(m.Location())
	switch {
	case m.Year() != now.Year():
		clock = "2 Jan 2006 " + clock
	case m.YearDay() != now.YearDay():
		clock = "2 Jan " + clock
	}
	if m.strange {
		clock += " MST"
	}
	return m.Format(clock)
}

// HTML is the moment to the minute, as an element that programs can read as well.
func (m moment) HTML() template.HTML { return m.element(m.Short()) }

// Exact is HTML to the second.
func (m moment) Exact() template.HTML { return m.element(m.Clock()) }

func (m moment) element(text string) template.HTML {
	if m.IsZero() {
		return ""
	}
	// Nothing in it comes from outside: text is of digits, months and the zone's own name.
	return template.HTML(`<time datetime="` + m.Format(time.RFC3339) + `" title="` + m.Format("Monday 2 January 2006, 15:04:05 MST") + `">` + //nolint:gosec // see above
		template.HTMLEscapeString(text) + `</time>`)
}
