package pbx

import (
	"regexp"
	"strings"
)

// names tells what is ours on the PBX by its name.
type names struct {
	prefix string
	form   *regexp.Regexp
}

func newNames(application string) names {
	return names{
		prefix: application,
		form:   regexp.MustCompile(`^` + regexp.QuoteMeta(application) + `-(agent|customer|bridge|probe|in|out)-[a-z2-7]{26}(;2)?$`),
	}
}

// Own tells what is callbackd's on a PBX where its application has that name.
func Own(application string) func(id string) bool { return newNames(application).own }

// own reports whether a channel or bridge is callbackd's.
func (n names) own(id string) bool { return n.form.MatchString(id) }

// probe reports whether id is the first half of a probe.
func (n names) probe(id string) bool {
	return n.own(id) && !strings.HasSuffix(id, otherHalf) && strings.HasPrefix(id, n.prefix+"-probe-")
}

// leg reports whether id is the first half of a leg of an attempt.
func (n names) leg(id string) bool {
	return n.own(id) && !strings.HasSuffix(id, otherHalf) && !strings.HasPrefix(id, n.prefix+"-probe-")
}

// otherHalf ends the id of a Local channel's second half.
const otherHalf = ";2"

// playback makes the id of a sound played to an attempt's agent.
func playback(kind, bridge string) string { return beside(kind, bridge) }

// beside makes the id of something else of an attempt, of its bridge's: the same but for
// the kind, which stands before the key. What else looks like one is the application's.
func beside(kind, bridge string) string {
	const ofBridge = "-bridge-"
	at := strings.LastIndex(bridge, ofBridge)
	return bridge[:at] + "-" + kind + "-" + bridge[at+len(ofBridge):]
}
