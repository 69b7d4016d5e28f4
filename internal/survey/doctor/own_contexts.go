package doctor

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	asteriskconfig "callbackd/asterisk-config"
	"callbackd/internal/survey"
	"callbackd/internal/survey/asteriskconf"
)

// examineOwnContexts compares callbackd's contexts, as they stand in extensions.conf, with
// the shipped ones. Asterisk itself says of which version the file is and what isn't there.
func (e *examination) examineOwnContexts(pbx string, d *dialplan) {
	file := d.text()
	if file == nil || !slices.ContainsFunc(file.Section(survey.VersionContext), isCurrent) {
		return
	}
	shipped := asteriskconf.Parse("callbackd.conf", asteriskconfig.Dialplan)
	asShipped := true
	for _, context := range survey.Contexts() {
		theirs := file.Section(context)
		if len(theirs) == 0 {
			continue
		}
		if at, words := difference(theirs, shipped.Section(context)); words != "" {
			asShipped = false
			e.sayAbout(pbx, Warning, "unless that is on purpose, copy callbackd.conf as it is shipped over it, and `asterisk -rx \"dialplan reload\"`",
				"%s:%d: context %s isn't as it is shipped: %s", at.File, at.Line, context, words)
		}
	}
	if asShipped {
		e.sayAbout(pbx, OK, "", "callbackd.conf in %s is as it is shipped", d.folder)
	}
}

// isCurrent reports whether a line makes the extension of this callbackd's version.
func isCurrent(s asteriskconf.Setting) bool {
	return strings.HasPrefix(s.Value, survey.DialplanVersion+",")
}

// difference is the first line of a context that isn't as it is shipped, and how it differs;
// "" if none does.
func difference(theirs, shipped []asteriskconf.Setting) (at asteriskconf.Setting, words string) {
	for i, ours := range shipped {
		switch {
		case i == len(theirs):
			return theirs[i-1], fmt.Sprintf("it ends before `%s`", written(ours))
		case !alike(theirs[i], ours):
			return theirs[i], fmt.Sprintf("it has `%s` where `%s` should be", written(theirs[i]), written(ours))
		}
	}
	if len(theirs) > len(shipped) {
		more := theirs[len(shipped)]
		return more, fmt.Sprintf("it has `%s` besides", written(more))
	}
	return asteriskconf.Setting{}, ""
}

// alike reports whether a line is the shipped one. The file itself tells people to lower the
// priority where their own is lower.
func alike(theirs, shipped asteriskconf.Setting) bool {
	if written(theirs) == written(shipped) {
		return true
	}
	before, number, lowered := priority(theirs.Value)
	as, limit, sets := priority(shipped.Value)
	return lowered && sets && before == as && number < limit && strings.EqualFold(theirs.Key, shipped.Key)
}

var setsPriority = regexp.MustCompile(`^(.*)Set\(QUEUE_PRIO=(-?[0-9]+)\)$`)

// priority takes a line apart that sets a caller's priority.
func priority(value string) (before string, number int, ok bool) {
	parts := setsPriority.FindStringSubmatch(value)
	if parts == nil {
		return "", 0, false
	}
	number, err := strconv.Atoi(parts[2])
	return parts[1], number, err == nil
}

func written(s asteriskconf.Setting) string {
	return strings.ToLower(s.Key) + " => " + s.Value
}
