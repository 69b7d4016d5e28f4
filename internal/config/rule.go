package config

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"callbackd/callback"
)

// rules reads the rules in the order of the file, which decides.
func (f *accountFile) rules(n *node, defaults settings) []callback.Rule {
	if n.nothing() {
		return nil
	}
	var rules []callback.Rule
	var places []*node
	first := map[string]*node{}
	for _, item := range f.list(n, "write each rule as - name: …") {
		o := f.object(item)
		if o.node.kind != mapping {
			continue
		}
		name := o.require("name", "write name: WHAT THE RULE IS ABOUT")
		rule := f.rule(o, defaults)
		rule.Name = f.ruleName(name)
		o.close()
		if other, twice := first[rule.Name]; twice && rule.Name != "" {
			f.errorf(name, "rule %q exists already", rule.Name).Hint = "see " + other.path + "; tasks and the API know a rule by its name"
			continue
		}
		first[rule.Name] = item
		rules, places = append(rules, rule), append(places, name)
	}
	if !f.faulty() { // else a rule may say less than its author meant
		f.warnOfOrder(rules, places)
	}
	return rules
}

// maxRuleName is in characters; a rule's name is shown in tables.
const maxRuleName = 100

func (f *accountFile) ruleName(n *node) string {
	name := f.text(n)
	if utf8.RuneCountInString(name) > maxRuleName || strings.TrimSpace(name) != name || strings.ContainsFunc(name, unicode.IsControl) {
		f.errorf(n, "%q can't name a rule", name).Hint = "one line, up to 100 characters, no space at its ends"
		return ""
	}
	return name
}

// kindOfKey says which kind of rule a key belongs to, for those that don't
// belong to both.
var kindOfKey = []struct {
	key  string
	kind callback.MissedIn
}{
	{"scenarios", callback.MissedInScenario},
	{"queue", callback.MissedInScenario},
	{"from", callback.MissedInContactCenter},
	{"forward_to_queue", callback.MissedInContactCenter},
}

// rule reads everything of a rule but its name.
func (f *accountFile) rule(o *object, defaults settings) callback.Rule {
	missedIn := o.require("missed_in", "write missed_in: contact_center or scenario")
	rule := callback.Rule{
		MissedIn: oneOf(f.decoder, missedIn, "", callback.MissedInContactCenter, callback.MissedInScenario),
		Enabled:  f.boolean(o.get("enabled"), true),
	}
	rule.DialingIntervals = f.intervals(o.require("dialing_intervals", "write dialing_intervals: [immediately, 5m, 30m]"))
	for _, k := range kindOfKey {
		if e := o.entry(k.key); e.key != nil && rule.MissedIn != "" && rule.MissedIn != k.kind {
			f.errorf(e.key, "key %s belongs to rules with missed_in: %s", k.key, k.kind)
		}
	}
	switch rule.MissedIn {
	case callback.MissedInScenario:
		rule.Scenarios = f.scenarioNames(o.get("scenarios"))
		rule.Forward = f.queue(o.require("queue", "write queue: NAME, which gets the agent leg"))
		f.warnf(missedIn, "calls lost in a scenario aren't detected yet: the rule does nothing")
	case callback.MissedInContactCenter:
		if len(f.account.Queues) == 0 {
			f.warnf(missedIn, "no queues are listed, and no other losses are detected yet: the rule does nothing").Hint =
				"list your Asterisk queues: queues: {support: {}}"
		}
		rule.From = f.from(o.get("from"))
		rule.Forward = f.queue(o.get("forward_to_queue"))
	}

	s := f.settings(o).or(defaults)
	if !s.schedule.written {
		f.errorf(o.node, "no schedule: neither the rule nor defaults say when customers may be called").Hint = "write schedule: always for any hour"
	}
	rule.Region = s.region.value
	rule.CallerID = s.callerID.value
	rule.WaitForCustomer = s.waitForCustomer.value
	rule.AgentPrompt = s.agentPrompt.value
	rule.Recording = s.recording.value
	return rule
}

func (f *accountFile) queue(n *node) callback.Target {
	name := f.reference(n, "queue", names(f.account.Queues))
	if name == "" {
		return callback.Target{}
	}
	return callback.Target{Kind: callback.TargetQueue, Name: name}
}

func (f *accountFile) scenarioNames(n *node) []string {
	var list []string
	for _, item := range f.list(n, "leave the key out for every context of no other rule") {
		list = append(list, f.reference(item, "scenario", f.scenarios))
	}
	return list
}

// targets are the names of all who can lose a call or get an agent leg.
func (f *accountFile) targets() map[callback.TargetKind][]string {
	return map[callback.TargetKind][]string{
		callback.TargetQueue: names(f.account.Queues),
		callback.TargetAgent: names(f.account.Agents),
		callback.TargetGroup: names(f.account.Groups),
	}
}

// from reads who lost the call.
func (f *accountFile) from(n *node) []callback.Target {
	var list []callback.Target
	for _, item := range f.list(n, "leave the key out for every queue, agent and group") {
		text := f.text(item)
		if text == "" {
			continue
		}
		target, err := callback.ParseTarget(text)
		candidates, listed := f.targets()[target.Kind]
		if err != nil || !listed {
			f.errorf(item, "%q isn't a queue, an agent or a group", text).Hint = "write queue:NAME, agent:NAME or group:NAME"
			continue
		}
		if !f.known(item, target.Name, string(target.Kind), candidates) {
			continue
		}
		if target.Kind != callback.TargetQueue {
			f.warnf(item, "calls lost by an agent or a group aren't detected yet: nothing comes from %s", target)
		}
		list = append(list, target)
	}
	return list
}
