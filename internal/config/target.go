package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"callbackd/callback"
)

// endpointForm is a phone: technology, slash, and whatever the technology
// takes, without the characters that the dialplan gives a meaning.
var endpointForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*/[A-Za-z0-9_.+*#@:/-]+$`)

// targets reads a mapping whose keys name what an agent leg leads to: they are extensions
// of callbackd.conf.
func (f *accountFile) targets(n *node, what string) []entry {
	return slices.DeleteFunc(f.entries(n, what), func(e entry) bool {
		if e.key.text != hangupExtension {
			return false
		}
		f.errorf(e.key, "%s can't name %s", e.key.text, what).Hint = "Asterisk runs the extension h when a call has ended: choose another name"
		return true
	})
}

// hangupExtension is what Asterisk runs when a call has ended.
const hangupExtension = "h"

// agents reads phones; two names for one phone would leave open who answered.
func (f *accountFile) agents(n *node) map[string]callback.Agent {
	agents := map[string]callback.Agent{}
	owners := map[string]string{}
	for _, e := range f.targets(n, "an agent") {
		o := f.object(e.value)
		endpoint := o.require("endpoint", fmt.Sprintf("write %s: {endpoint: PJSIP/%[1]s}", e.key.text))
		agent := callback.Agent{Name: e.key.text, Endpoint: f.text(endpoint)}
		if agent.Endpoint != "" {
			owner, taken := owners[agent.Endpoint]
			switch {
			case !endpointForm.MatchString(agent.Endpoint):
				f.errorf(endpoint, "%q isn't a phone", agent.Endpoint).Hint = "write technology and endpoint: PJSIP/alice"
			case strings.HasPrefix(agent.Endpoint, "PJSIP/") && strings.Contains(agent.Endpoint, "@"):
				number, _, _ := strings.Cut(strings.TrimPrefix(agent.Endpoint, "PJSIP/"), "@")
				f.errorf(endpoint, "%s isn't a phone whose state Asterisk knows", agent.Endpoint).Hint = fmt.Sprintf("write Local/%s@CONTEXT/n, with the context of the dialplan that calls out", number)
			case taken:
				f.errorf(endpoint, "%s is the phone of agent %s already", agent.Endpoint, owner)
			default:
				owners[agent.Endpoint] = agent.Name
			}
		}
		o.close()
		agents[agent.Name] = agent
	}
	return agents
}

func (f *accountFile) groups(n *node) map[string]callback.Group {
	groups := map[string]callback.Group{}
	same := map[string]string{} // the group with these members
	for _, e := range f.targets(n, "a group") {
		o := f.object(e.value)
		group := callback.Group{Name: e.key.text}
		const hint = "write members: [alice, bob]"
		for _, item := range f.list(o.require("members", hint), hint) {
			member := reference(f.decoder, item, "agent", f.account.Agents)
			switch {
			case member == "":
			case slices.Contains(group.Members, member):
				f.errorf(item, "%s is a member already", member)
			default:
				group.Members = append(group.Members, member)
			}
		}
		o.close()
		groups[group.Name] = group
		everybody := strings.Join(slices.Sorted(slices.Values(group.Members)), " ")
		if other, taken := same[everybody]; taken && everybody != "" {
			f.warnf(e.key, "the members of %s are those of %s", group.Name, other).Hint = "a call that rang all of them can't be told to be the one's or the other's"
		}
		same[everybody] = group.Name
	}
	return groups
}

// maxTasks is the most that a limit of open tasks can be.
const maxTasks = 1_000_000

func (f *accountFile) areas(n *node) map[string]callback.Area {
	areas := map[string]callback.Area{}
	for _, e := range f.entries(n, "an area") {
		o := f.object(e.value)
		areas[e.key.text] = callback.Area{
			Name:     e.key.text,
			MaxTasks: f.integer(o.get("max_tasks"), 1, maxTasks, 0, "leave the key out for no limit"),
		}
		o.close()
	}
	return areas
}

func (f *accountFile) queues(n *node) map[string]callback.Queue {
	queues := map[string]callback.Queue{}
	sameCase := map[string]string{}
	for _, e := range f.targets(n, "a queue") {
		o := f.object(e.value)
		q := callback.Queue{Name: e.key.text}
		q.Area = reference(f.decoder, o.get("area"), "area", f.account.Areas)
		q.MaxTasks = f.integer(o.get("max_tasks"), 1, maxTasks, 0, "leave the key out for no limit")
		q.Ringing = oneOf(f.decoder, o.get("ringing"), callback.RingingOne, callback.RingingOne, callback.RingingEach)
		o.close()
		if other, taken := sameCase[strings.ToLower(q.Name)]; taken {
			f.errorf(e.key, "queue %s is listed already as %s", q.Name, other).Hint =
				"Asterisk takes names of queues without regard to case: remove one"
			continue
		}
		sameCase[strings.ToLower(q.Name)] = q.Name
		queues[q.Name] = q
	}
	return queues
}

// contextForm is a context of the dialplan, or the beginning of several.
var contextForm = regexp.MustCompile(`^[A-Za-z0-9_.-]+\*?$`)

// scenarios reads which contexts of the dialplan are what rules call by name.
func (f *accountFile) scenarios(n *node) map[string]callback.Scenario {
	scenarios := map[string]callback.Scenario{}
	owners := map[string]string{}
	for _, e := range f.entries(n, "a scenario") {
		o := f.object(e.value)
		s := callback.Scenario{Name: e.key.text}
		const hint = `write contexts: [main-menu, "ivr-*"]`
		for _, item := range f.list(o.require("contexts", hint), hint) {
			text := f.text(item)
			owner, taken := owners[text]
			switch {
			case text == "":
			case !contextForm.MatchString(text):
				f.errorf(item, "%q isn't a context of the dialplan", text).Hint = "* is allowed at the end only"
			case taken:
				f.errorf(item, "context %s belongs to scenario %s already", text, owner)
			default:
				owners[text] = s.Name
				s.Contexts = append(s.Contexts, text)
			}
		}
		o.close()
		scenarios[s.Name] = s
	}
	return scenarios
}

// target reads somebody of the file who can call a customer.
func (f *accountFile) target(n *node) callback.Target {
	text := f.text(n)
	if text == "" {
		return callback.Target{}
	}
	target, err := callback.ParseTarget(text)
	if err != nil || target.Kind == callback.TargetScenario {
		f.errorf(n, "%q isn't a queue, an agent or a group", text).Hint = "write queue:NAME, agent:NAME or group:NAME"
		return callback.Target{}
	}
	if !f.lists(n, target) {
		return callback.Target{}
	}
	return target
}
