package callback

import (
	"strconv"
	"strings"
	"time"
)

// TaskFilter selects tasks; zero fields select all.
type TaskFilter struct {
	Account string
	States  []TaskState
	Number  string
	Kind    Kind
	Rule    string
	Target  Target
	Search  Search
	Created Span
	Due     Span      // of open tasks alone: those that are over have no due
	Sort    TaskSort  // "" is SortNewest
	Before  int64     // only ids below, for paging by age
	After   TaskPlace // for paging otherwise: only what comes behind it
	Limit   int       // 0 is 100
}

// OpenOnly reports whether the filter is about open tasks alone.
func (f TaskFilter) OpenOnly() bool {
	if f.Sort == SortDue || f.Sort == SortWaiting || f.Due != (Span{}) {
		return true
	}
	for _, s := range f.States {
		if !s.Open() {
			return false
		}
	}
	return len(f.States) > 0
}

// Span is a time from From on and before To; a zero time is no bound.
type Span struct{ From, To time.Time }

// TaskSort is an order of tasks.
type TaskSort string

// The orders.
const (
	SortNewest TaskSort = "newest" // by id, the newest first
	// Both are of open tasks alone.
	SortDue     TaskSort = "due"     // by Due, the next one first
	SortWaiting TaskSort = "waiting" // by Arrived, which is the order of service
)

// TaskSorts lists all orders.
var TaskSorts = []TaskSort{SortNewest, SortDue, SortWaiting}

// Place is where a task stands in an order other than SortNewest.
func (t Task) Place(sort TaskSort) TaskPlace {
	if sort == SortDue {
		return TaskPlace{Time: t.Due, ID: t.ID}
	}
	return TaskPlace{Time: t.Arrived, ID: t.ID}
}

// TaskPlace is a place in an order of tasks.
type TaskPlace struct {
	Time time.Time
	ID   int64
}

// Search is what somebody looks for: whatever one of its fields finds. The zero Search
// finds all.
type Search struct {
	Digits string // in a row, somewhere in the number
	Begins bool   // the number begins with them
	ID     int64
	Words  string // somewhere in the note, whatever the case of a to z
}

// ParseSearch reads what somebody typed: a number or a part of it, however it is written,
// an id, or words of a note.
func ParseSearch(text string) Search {
	text = strings.TrimSpace(text)
	s := Search{Words: text}
	var digits strings.Builder
	for _, r := range text {
		switch {
		case '0' <= r && r <= '9':
			digits.WriteRune(r)
		case strings.ContainsRune("+-()./ \u00a0", r):
		default:
			return s // in a number there is nothing else
		}
	}
	all := digits.String()
	s.Begins = strings.HasPrefix(text, "+") || strings.HasPrefix(all, "00")
	// A number within a country begins with a zero that the whole one doesn't have.
	s.Digits = strings.TrimLeft(all, "0")
	if s.Digits == "" {
		s.Begins = false
	}
	if id, err := strconv.ParseInt(text, 10, 64); err == nil && id > 0 && !strings.HasPrefix(text, "+") {
		s.ID = id
	}
	return s
}
