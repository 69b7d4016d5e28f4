package survey

import (
	"context"
	"fmt"
)

// DialplanVersion is the version of callbackd.conf that this callbackd goes with: an
// extension of its context callbackd-version. A file that goes with several callbackds has
// an extension for each.
const DialplanVersion = "2"

// The contexts of callbackd.conf that calls pass.
const (
	agentContext   = "callbackd-agent"
	phonesContext  = "callbackd-phones"
	amdContext     = "callbackd-amd"
	messageContext = "callbackd-message"
	// VersionContext has an extension for each version that the file is.
	VersionContext = "callbackd-version"
)

// passage is a context of callbackd.conf that some rules need.
type passage struct {
	context string
	purpose string // "through which agents are rung"
	needed  func(needs) bool
}

var passages = []passage{
	{agentContext, "through which agents are rung", func(n needs) bool { return n.queueLegs }},
	{phonesContext, "through which phones of agents and groups are rung", func(n needs) bool { return n.phoneLegs }},
	{amdContext, "in which a call is listened to for a machine", func(n needs) bool { return n.listening }},
	{messageContext, "in which a call waits to leave a message", func(n needs) bool { return n.leaving }},
}

// askDialplan asks for what the rules need of callbackd.conf, and whether it is of this
// callbackd's time.
func (v *visit) askDialplan(ctx context.Context) error {
	if !v.modules["func_dialplan.so"] {
		return nil // which is said
	}
	var missing []passage
	asked := 0
	for _, p := range passages {
		if !p.needed(v.wanted.needs) {
			continue
		}
		asked++
		there, err := v.yes(ctx, "DIALPLAN_EXISTS(%s)", p.context)
		if err != nil {
			return err
		}
		if !there {
			missing = append(missing, p)
			v.noAgents = v.noAgents || p.context == agentContext
		}
	}
	switch {
	case asked == 0:
		return nil
	case len(missing) > 0:
		v.lacksPassages(missing, len(missing) < asked)
		return nil
	}
	current, err := v.yes(ctx, "DIALPLAN_EXISTS(%s,%s,1)", VersionContext, DialplanVersion)
	if err == nil && !current {
		v.found(Finding{
			Severity: Warning, Hint: copyDialplan,
			Message: fmt.Sprintf("Asterisk %s has a callbackd.conf that isn't of this callbackd's version", v.pbx.Name),
		})
	}
	return err
}

const copyDialplan = "copy callbackd.conf of this version over it, and `asterisk -rx \"dialplan reload\"`"

// lacksPassages says which contexts aren't there; some says that others of the file are.
func (v *visit) lacksPassages(missing []passage, some bool) {
	hint := "put `#include callbackd.conf` into extensions.conf, and `asterisk -rx \"dialplan reload\"`"
	if some {
		hint = copyDialplan
	}
	for _, p := range missing {
		v.found(Finding{
			Severity: Error, Hint: hint,
			Message: fmt.Sprintf("Asterisk %s has no dialplan context %s, %s", v.pbx.Name, p.context, p.purpose),
		})
	}
}

// Contexts are the contexts of callbackd.conf that calls pass.
func Contexts() (list []string) {
	for _, p := range passages {
		list = append(list, p.context)
	}
	return list
}
