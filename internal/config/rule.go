package config

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"callbackd/callback"
)

// rules reads the rules in the order of the file, which decides.
func (f *accountFile) rules(n *node, defaults settings) []callback.Rule {
	switch {
	case n == nil:
		return nil
	case n.isNull():
		f.errorf(n, "no rules are written").Hint = "write rules: [] if nobody is to be called back"
		return nil
	case n.kind == sequence && len(n.items) == 0:
		f.warnf(n, "no rules: nobody is called back").Hint = "write what is to become of missed calls"
		return nil
	}
	var rules []callback.Rule
	var places []*node
	first, sameCase := map[string]*node{}, map[string]string{}
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
		if other, taken := sameCase[strings.ToLower(rule.Name)]; taken && rule.Name != "" {
			f.warnf(name, "rule %q differs from rule %q in case alone", rule.Name, other).Hint = "people will take one for the other"
		}
		sameCase[strings.ToLower(rule.Name)] = rule.Name
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
	const slash = "/" // as a segment of an address no router takes it
	if callback.NamesOtherThanARule(name) {
		section, _, _ := strings.Cut(name, ":")
		f.errorf(n, "%q is what the section %s is called where tasks name their rule", name, section).Hint = "leave out the colon"
		return ""
	}
	if name == slash || utf8.RuneCountInString(name) > maxRuleName || strings.TrimSpace(name) != name || strings.ContainsFunc(name, unprintable) {
		f.errorf(n, "%q can't name a rule", name).Hint = "one line, up to 100 characters, no space at its ends, and more than a slash"
		return ""
	}
	return name
}

// kindOfKey says which kind of rule a key belongs to, for those that don't
// belong to both.
var kindOfKey = []struct {
	key   string
	kind  callback.MissedIn
	other string // what says the same in the other kind of rule
}{
	{"scenarios", callback.MissedInScenario, "from"},
	{"queue", callback.MissedInScenario, "forward_to_queue"},
	{"from", callback.MissedInContactCenter, "scenarios"},
	{"forward_to_queue", callback.MissedInContactCenter, "queue"},
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
			f.errorf(e.key, "key %s belongs to rules with missed_in: %s", k.key, k.kind).Hint = fmt.Sprintf("did you mean %s?", k.other)
		}
	}
	switch rule.MissedIn {
	case callback.MissedInScenario:
		rule.Scenarios = f.scenarioNames(o.get("scenarios"))
		rule.Forward = f.queue(o.require("queue", "write queue: NAME, which gets the agent leg"))
	case callback.MissedInContactCenter:
		rule.From = f.from(o.get("from"))
		rule.Forward = f.queue(o.get("forward_to_queue"))
		if a := &f.account; len(a.Queues)+len(a.Agents)+len(a.Groups) == 0 {
			f.warnf(missedIn, "no queues, agents or groups are listed: the rule does nothing").Hint =
				"list your Asterisk queues: queues: {support: {}}"
		}
	}

	s := f.settings(o, defaults)
	f.whole = append(f.whole, s)
	s.afterTransfer = required(o.get("after_transfer"), f.afterTransfer).or(defaults.afterTransfer)
	if at := o.get("after_transfer"); rule.MissedIn == callback.MissedInScenario && at != nil && s.afterTransfer.value {
		f.warnf(at, "a call that was passed on is lost by whom it was passed to, not in a scenario: the rule gets it only if the dialplan says so").Hint =
			"write Set(CALLBACKD_MISSED=scenario:NAME) where such calls go on, or after_transfer into a rule with missed_in: contact_center"
	}
	if s.schedule.at == nil {
		f.errorf(o.node, "no schedule: neither the rule nor defaults say when customers may be called").Hint = "write schedule: always for any hour"
	}
	rule.AfterTransfer = s.afterTransfer.value
	s.set(&rule)
	return rule
}

// set gives a rule its settings.
func (s settings) set(rule *callback.Rule) {
	rule.Region = s.region.value
	rule.CallerID = s.callerID.value
	rule.WaitForCustomer = s.waitForCustomer.value
	rule.Language = s.language.value
	rule.AgentPrompt = s.agentPrompt.value
	rule.AgentAnnouncement = s.agentAnnouncement.value
	rule.AgentAccept = s.agentAccept.value
	rule.CustomerAccept = s.customerAccept.value
	rule.StopKey = s.stopKey.value
	rule.MaxCall = s.maxCall.value
	rule.Recording = s.recording.value
	rule.Location = s.location.value
	rule.Schedule = s.schedule.value
	rule.GiveUpAfter = s.giveUpAfter.value
	if rule.Voicemail = s.voicemail.value; rule.Voicemail.Action == "" {
		rule.Voicemail.Action = callback.VoicemailConnect
	}
	if rule.Treatments = s.treatments.value; rule.Treatments == nil {
		rule.Treatments = ownTreatments()
	}
}

func (f *accountFile) queue(n *node) callback.Target {
	name := reference(f.decoder, n, "queue", f.account.Queues)
	if name == "" {
		return callback.Target{}
	}
	return callback.Target{Kind: callback.TargetQueue, Name: name}
}

func (f *accountFile) scenarioNames(n *node) []string {
	var list []string
	seen := map[string]bool{}
	for _, item := range f.list(n, "leave the key out for every context of no other rule") {
		name := reference(f.decoder, item, "scenario", f.account.Scenarios)
		switch {
		case name == "":
		case seen[name]:
			f.errorf(item, "scenario %s is listed already", name).Hint = "remove it"
		default:
			seen[name] = true
			list = append(list, name)
		}
	}
	return list
}

// from reads who lost the call.
func (f *accountFile) from(n *node) []callback.Target {
	var list []callback.Target
	seen := map[callback.Target]bool{}
	for _, item := range f.list(n, "leave the key out for every queue, agent and group") {
		target := f.target(item)
		switch {
		case target.IsZero():
		case seen[target]:
			f.errorf(item, "%s is listed already", target).Hint = "remove it"
		default:
			seen[target] = true
			list = append(list, target)
		}
	}
	return list
}

// lists checks that the file has target.
func (f *accountFile) lists(n *node, target callback.Target) bool {
	switch target.Kind {
	case callback.TargetAgent:
		return listed(f.decoder, n, target.Name, "agent", f.account.Agents)
	case callback.TargetGroup:
		return listed(f.decoder, n, target.Name, "group", f.account.Groups)
	default:
		return listed(f.decoder, n, target.Name, "queue", f.account.Queues)
	}
}
