package alarms

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"
)

// Alarm is one thing that wants a person.
type Alarm struct {
	Name    string
	Account string // "" if it is about no single one
	About   string // the thing: "pbx pbx1, name queue:support"; "" if the name says all
	Message string // what the newest line says
	TaskID  int64  // of the newest line; 0 if it names none
	Count   int    // lines
	First   time.Time
	Last    time.Time
	Over    time.Time // when callbackd saw that it is over; zero for one that stands
	// UntilOver says that callbackd tells when it is over, so until then it stands.
	UntilOver bool
}

const (
	// Kept is how long an alarm is remembered after its last line, or its end.
	Kept = 24 * time.Hour
	// KeptStanding is how long one that callbackd would tell to be over is remembered after
	// its last line. Whoever raised it says it again each day it is met; it isn't while the
	// office is closed over a long weekend, nor ever again if nobody wants the thing any more.
	KeptStanding = 7 * 24 * time.Hour
	most         = 500
)

// forgotten reports whether an alarm has been of no news for long enough.
func (a *Alarm) forgotten(now time.Time) bool {
	switch {
	case !a.Over.IsZero():
		return now.Sub(a.Over) >= Kept
	case a.UntilOver:
		return now.Sub(a.Last) >= KeptStanding
	}
	return now.Sub(a.Last) >= Kept
}

// givesWayTo reports whether of two alarms this one is forgotten where there is room for
// one only: what stands stays, of the rest what was heard of last.
func (a *Alarm) givesWayTo(b *Alarm) bool {
	if stands := a.UntilOver && a.Over.IsZero(); stands != (b.UntilOver && b.Over.IsZero()) {
		return !stands
	}
	return a.Last.Before(b.Last)
}

// isOver is the message of a line that says that an alarm is over.
const isOver = "alarm is over"

// Book remembers alarms. It is an io.Writer of the log's lines in JSON, one for each
// call, and may be used from any goroutine.
type Book struct {
	began time.Time

	mu     sync.Mutex
	alarms map[key]*Alarm
	heard  func(Alarm)
}

// key is what makes two lines the same alarm.
type key struct{ name, account, about string }

// NewBook makes an empty book.
func NewBook() *Book { return &Book{began: time.Now(), alarms: map[key]*Alarm{}} }

// Notify has fn hear of each line, after it was taken up. It mustn't write to the log.
func (b *Book) Notify(fn func(Alarm)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.heard = fn
}

var mark = []byte(`"` + nameField + `":`)

// Write takes up a line of the log, if it is an alarm. It never fails: the log has the
// line, whatever becomes of it here.
func (b *Book) Write(line []byte) (int, error) {
	if bytes.Contains(line, mark) {
		if said, ok := read(line); ok {
			b.note(said)
		}
	}
	return len(line), nil
}

func (b *Book) note(said line) {
	b.mu.Lock()
	a := b.take(said)
	heard := b.heard
	b.mu.Unlock()
	if a != nil && heard != nil {
		heard(*a)
	}
}

// take keeps what a line said, and gives a copy of the alarm as it is then; nil if the
// line changed none. mu is held.
func (b *Book) take(said line) *Alarm {
	k := key{said.name, said.account, said.about}
	a := b.alarms[k]
	switch {
	case said.over && a == nil:
		return nil
	case said.over:
		a.Over = said.at
	default:
		if a == nil {
			b.makeRoom(said.at)
			a = &Alarm{Name: said.name, Account: said.account, About: said.about, First: said.at}
			b.alarms[k] = a
		}
		a.Message, a.TaskID, a.Last, a.Over = said.message, said.task, said.at, time.Time{}
		a.UntilOver = said.untilOver
		a.Count++
	}
	copied := *a
	return &copied
}

// makeRoom forgets what is old and, if it must, the one that gives way to all others.
// mu is held.
func (b *Book) makeRoom(now time.Time) {
	var silent key
	for k, a := range b.alarms {
		if a.forgotten(now) {
			delete(b.alarms, k)
			continue
		}
		if first, ok := b.alarms[silent]; !ok || a.givesWayTo(first) {
			silent = k
		}
	}
	if len(b.alarms) >= most {
		delete(b.alarms, silent)
	}
}

// List gives the alarms of the last day and those that stand for longer: first what stands,
// then the newest first; and since when the book has been kept.
func (b *Book) List() (since time.Time, alarms []Alarm) {
	now := time.Now()
	b.mu.Lock()
	for _, a := range b.alarms {
		if !a.forgotten(now) {
			alarms = append(alarms, *a)
		}
	}
	b.mu.Unlock()
	slices.SortFunc(alarms, func(x, y Alarm) int {
		if over := !x.Over.IsZero(); over != !y.Over.IsZero() {
			if over {
				return 1
			}
			return -1
		}
		if by := y.Last.Compare(x.Last); by != 0 {
			return by
		}
		return strings.Compare(x.Name+x.Account+x.About, y.Name+y.Account+y.About)
	})
	if since = now.Add(-Kept); since.Before(b.began) {
		since = b.began
	}
	return since, alarms
}

// line is what one line of the log says.
type line struct {
	name, account, about, message string
	task                          int64
	at                            time.Time
	over, untilOver               bool
}

// subjects are the fields that say which thing an alarm is about, in the order in which
// they are told. What else a line has may differ from line to line.
var subjects = []string{"pbx", "region", aboutField, "name", "target", "file", "path", "block", "book"}

func read(text []byte) (line, bool) {
	var fields map[string]any
	if json.Unmarshal(text, &fields) != nil {
		return line{}, false
	}
	word := func(name string) string {
		text, _ := fields[name].(string)
		return text
	}
	said := line{name: word(nameField), account: word("account"), message: word("message"), at: time.Now()}
	if id, ok := fields["task"].(float64); ok {
		said.task = int64(id)
	}
	said.over = said.message == isOver
	said.untilOver, _ = fields[untilOverField].(bool)
	for _, more := range []string{"error", "reason", "doubt", "hint"} {
		if text := word(more); text != "" {
			said.message += ": " + text
		}
	}
	var about []string
	for _, name := range subjects {
		switch text := word(name); {
		case text == "":
		case name == aboutField: // it says by itself what it is
			about = append(about, text)
		default:
			about = append(about, name+" "+text)
		}
	}
	said.about = strings.Join(about, ", ")
	return said, said.name != ""
}
