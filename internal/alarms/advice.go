package alarms

import (
	"regexp"
	"strings"
	"sync"

	"callbackd/docs"
)

// Advice is what the documentation says about an alarm, without marks.
type Advice struct {
	Means string
	Act   string
}

// AdviceOn is what the documentation says about the alarm of a name; nothing if it doesn't
// know it, which a test of package architecture forbids.
func AdviceOn(name string) Advice { return advice()[name] }

var (
	row  = regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\| (.+?) \\| (.+?) \\|$")
	link = regexp.MustCompile(`\[([^]]+)\]\([^)]+\)`)
)

// advice reads the table of alarms in the documentation.
var advice = sync.OnceValue(func() map[string]Advice {
	_, section, _ := strings.Cut(docs.Operations, "\n## Alarms\n")
	section, _, _ = strings.Cut(section, "\n## ")
	all := map[string]Advice{}
	for _, cells := range row.FindAllStringSubmatch(section, -1) {
		all[cells[1]] = Advice{Means: plain(cells[2]), Act: plain(cells[3])}
	}
	return all
})

// plain is text without the marks for code and links.
func plain(text string) string {
	return strings.ReplaceAll(link.ReplaceAllString(text, "$1"), "`", "")
}
