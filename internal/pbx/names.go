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
		form:   regexp.MustCompile(`^` + regexp.QuoteMeta(application) + `-(agent|customer|bridge|probe)-[a-z2-7]{26}(;2)?$`),
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
func playback(kind, bridge string) string {
	return strings.Replace(bridge, "-bridge-", "-"+kind+"-", 1)
}
