package config

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"callbackd/callback/hours"
)

// always names the schedule that is built in: any hour.
const always = "always"

// readSchedules reads the hours that rules refer to by name.
func (f *accountFile) readSchedules(n *node) map[string]*hours.Schedule {
	schedules := map[string]*hours.Schedule{always: hours.Always()}
	for _, e := range f.entries(n, "a schedule") {
		if e.key.text == always {
			f.errorf(e.key, "always is built in and means any hour").Hint = "give this schedule another name"
			continue
		}
		f.refuseNone(e.key, "a schedule")
		schedules[e.key.text] = f.readSchedule(e.key, e.value)
	}
	return schedules
}

func (f *accountFile) readSchedule(name, n *node) *hours.Schedule {
	s := &hours.Schedule{Name: name.text}
	if n.kind != mapping && !n.isNull() && !n.faulty {
		f.errorf(n, "%s where days are expected", n.kind).Hint = fmt.Sprintf("write %s: {mon-fri: 09:00-18:00}", name.text)
		return s
	}
	errors := f.noted[SeverityError]
	o := f.object(n)
	exceptions := o.get("except")
	said := map[time.Weekday]*node{}
	for _, e := range o.node.entries {
		if e.key.text == "except" || e.key.faulty {
			continue
		}
		days := f.days(e.key)
		if days == nil {
			continue
		}
		windows := f.windows(e.value)
		for _, day := range days {
			if other := said[day]; other != nil {
				f.errorf(e.key, "%s is in %s already", weekdays[day], other.text).Hint = "split the range: each day is written once"
				continue
			}
			said[day] = e.key
			s.Weekly[day] = windows
		}
	}
	s.Except = f.exceptions(exceptions)
	if f.noted[SeverityError] == errors {
		f.warnOfClosed(name, exceptions, s)
	}
	return s
}

// warnOfClosed notes a schedule that never opens, or never again. The latter is
// no error: a file that was right yesterday isn't wrong today.
func (f *accountFile) warnOfClosed(name, exceptions *node, s *hours.Schedule) {
	anywhere := hours.Zones{time.UTC}
	yesterday := time.Now().AddDate(0, 0, -2) // somewhere on earth it still is
	if !s.EverOpens(anywhere) {
		f.errorf(name, "schedule %s never opens", name.text).Hint = "give a day its hours: mon-fri: 09:00-18:00"
	} else if _, _, again := s.Opening(yesterday, anywhere); !again {
		f.warnf(exceptions, "schedule %s never opens again: it has no weekly hours, and its exceptional dates are past", name.text).Hint =
			"add a date, or weekly hours"
	}
}

// days reads a day, or a range of days that may go over the week's end.
func (f *accountFile) days(n *node) []time.Weekday {
	first, last, isRange := strings.Cut(n.text, "-")
	from, to := slices.Index(weekdays[:], first), slices.Index(weekdays[:], last)
	if !isRange {
		to = from
	}
	if from < 0 || to < 0 {
		p := f.errorf(n, "unknown day %s", quoteOdd(n.text))
		short := strings.ToLower(n.text[:min(3, len(n.text))])
		if slices.Contains(weekdays[:], short) && !strings.ContainsAny(n.text, "-,") {
			p.Hint = "write " + short
		} else if p.Hint = f.didYouMean(n.text, append(weekdays[:], "mon-fri", "except")); p.Hint == "" {
			p.Hint = "write mon, tue, wed, thu, fri, sat or sun, a range such as mon-fri, or except"
		}
		return nil
	}
	days := []time.Weekday{time.Weekday(from)}
	for day := from; day != to; {
		day = (day + 1) % 7
		days = append(days, time.Weekday(day))
	}
	return days
}

// exceptions reads the dates that have hours of their own.
func (f *accountFile) exceptions(n *node) map[hours.Date][]hours.Window {
	if n == nil {
		return nil
	}
	dates := map[hours.Date][]hours.Window{}
	for _, e := range f.object(n).node.entries {
		windows := f.windows(e.value)
		if e.key.faulty {
			continue
		}
		date, err := time.Parse(time.DateOnly, e.key.text)
		if err != nil {
			p := f.errorf(e.key, "%q isn't a date", e.key.text)
			if p.Hint = "write year-month-day: 2026-12-24"; dateForm.MatchString(e.key.text) {
				p.Hint = "the month doesn't have that day"
			}
			continue
		}
		dates[hours.Date{Year: date.Year(), Month: date.Month(), Day: date.Day()}] = windows
	}
	return dates
}

var dateForm = regexp.MustCompile(`^[0-9]{4}-(0[1-9]|1[0-2])-[0-9]{2}$`)

// windows reads `closed`, a window or a list of windows.
func (f *accountFile) windows(n *node) []hours.Window {
	const hint = "write 09:00-18:00, [10:00-12:00, 13:00-15:00] or closed"
	switch {
	case n.faulty:
		return nil
	case n.kind == mapping, n.isNull():
		f.errorf(n, "no hours").Hint = hint
		return nil
	case n.kind == scalar && n.text == "closed":
		return nil
	case n.kind == scalar:
		if w, ok := f.window(n); ok {
			return []hours.Window{w}
		}
		return nil
	}
	var list []hours.Window
	for _, item := range f.list(n, hint) {
		w, ok := f.window(item)
		if !ok {
			continue
		}
		for _, other := range list {
			if w.From < other.To && other.From < w.To {
				f.warnf(item, "%s overlaps the window %s", item.text, formatWindow(other)).Hint = "is one of them a slip?"
				break
			}
		}
		list = append(list, w)
	}
	slices.SortFunc(list, func(a, b hours.Window) int { return cmp.Or(a.From-b.From, a.To-b.To) })
	return list
}

const (
	minutesOfDay = 24 * 60
	longNight    = 12 * 60 // a window over midnight that is longer may be meant the other way round
)

// windowForm is a window in a day, 24:00 being its end.
var windowForm = regexp.MustCompile(`^([01]?[0-9]|2[0-4]):([0-5][0-9]) ?- ?([01]?[0-9]|2[0-4]):([0-5][0-9])$`)

// window reads hours of a day. One that ends before it begins goes on over
// midnight.
func (f *accountFile) window(n *node) (hours.Window, bool) {
	text := f.word(n)
	if text == "" {
		return hours.Window{}, false
	}
	parts := windowForm.FindStringSubmatch(text)
	if parts == nil {
		p := f.errorf(n, "%q isn't a window of hours", text)
		if p.Hint = "write 09:00-18:00, with hours from 00:00 to 24:00"; n.kind == scalar && strings.EqualFold(text, "closed") {
			p.Hint = "write closed alone, in small letters"
		}
		return hours.Window{}, false
	}
	minutes := func(hour, minute string) int {
		h, _ := strconv.Atoi(hour)
		m, _ := strconv.Atoi(minute)
		return 60*h + m
	}
	w := hours.Window{From: minutes(parts[1], parts[2]), To: minutes(parts[3], parts[4])}
	switch {
	case w.From >= minutesOfDay || w.To > minutesOfDay:
		f.errorf(n, "%s: a day ends at 24:00, and a window can't begin there", text).Hint = "a window over midnight is written 22:00-02:00"
	case w.From == w.To:
		f.errorf(n, "the window %s is empty", text).Hint = "write 00:00-24:00 for the whole day, closed for none of it"
	case w.To == 0:
		w.To = minutesOfDay
		return w, true
	case w.From > w.To:
		w.To += minutesOfDay
		if w.To-w.From > longNight {
			f.warnf(n, "%s goes on over midnight and lasts %s", text, formatDuration(time.Duration(w.To-w.From)*time.Minute)).Hint =
				"if the day is meant, write the earlier hour first"
		}
		return w, true
	default:
		return w, true
	}
	return hours.Window{}, false
}

func formatWindow(w hours.Window) string {
	to := w.To
	if to > minutesOfDay {
		to -= minutesOfDay
	}
	return fmt.Sprintf("%02d:%02d-%02d:%02d", w.From/60, w.From%60, to/60, to%60)
}
