package browser

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
)

// faults are what a person who opens the developer tools would find in the console:
// what scripts complain of, and what the browser does, resources that don't come
// included.
type faults struct {
	mu    sync.Mutex
	heard []string
	more  chan struct{} // closed when another is heard; nil while nobody waits
}

// hear is called for every event of the page, one after the other.
func (f *faults) hear(event any) {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
		f.add(text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeAssert {
			var words []string
			for _, arg := range e.Args {
				words = append(words, arg.Description+string(arg.Value))
			}
			f.add("console.error: " + strings.Join(words, " "))
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			f.add(fmt.Sprintf("%s: %s (%s)", e.Entry.Source, e.Entry.Text, e.Entry.URL))
		}
	}
}

func (f *faults) add(text string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.heard = append(f.heard, text)
	if f.more != nil {
		close(f.more)
		f.more = nil
	}
}

// drop forgets those that match and says how many they were. If there are none, more
// is closed when another fault is heard.
func (f *faults) drop(expected *regexp.Regexp) (dropped int, more <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := len(f.heard)
	f.heard = slices.DeleteFunc(f.heard, expected.MatchString)
	if dropped = all - len(f.heard); dropped > 0 {
		return dropped, nil
	}
	if f.more == nil {
		f.more = make(chan struct{})
	}
	return 0, f.more
}

// Forgive forgets the errors of the console that match, and fails the test if there
// are none: what is forgiven has happened, and only that. The console may be a moment
// behind the page.
func (p *Page) Forgive(pattern string) {
	p.t.Helper()
	expected := regexp.MustCompile(pattern)
	behind := time.After(5 * time.Second)
	for {
		dropped, more := p.faults.drop(expected)
		if dropped > 0 {
			return
		}
		select {
		case <-more:
		case <-behind:
			p.t.Errorf("nothing to forgive: no error of the console matches %q", pattern)
			return
		}
	}
}

// checkFaults ends a page's test. What is said again and again it tells once.
func (p *Page) checkFaults() {
	p.faults.mu.Lock()
	defer p.faults.mu.Unlock()
	times := map[string]int{}
	for _, fault := range p.faults.heard {
		times[fault]++
	}
	for fault, n := range times {
		p.t.Errorf("the console has an error, %d times: %s", n, fault)
	}
}
