package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"callbackd/callback"
)

// numberMark is where a dial string takes the customer's number.
const numberMark = "{number}"

// Forms of what Asterisk dials and answers from: technology, slash, and
// whatever the technology takes, without the characters that the dialplan
// gives a meaning ("&" would dial two phones, "," end an argument).
var (
	trunkForm    = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*/[A-Za-z0-9_.+-]+$`)
	endpointForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*/[A-Za-z0-9_.+*#@:/-]+$`)
	dialForm     = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*/[A-Za-z0-9_.+*#@:/;=-]+$`)
	toneZoneForm = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)
	placeholder  = regexp.MustCompile(`\{[^}]*\}?`)
)

// audioFormats are the names that Asterisk gives to audio (main/codec_builtin.c).
var audioFormats = []string{
	"adpcm", "alaw", "codec2", "g719", "g722", "g723", "g726", "g726aal2", "g729", "gsm", "ilbc", "lpc10", "opus",
	"silk8", "silk12", "silk16", "silk24", "siren14", "siren7", "slin", "slin12", "slin16", "slin24", "slin32", "slin44",
	"slin48", "slin96", "slin192", "speex", "speex16", "speex32", "ulaw",
}

func (f *accountFile) regions(n *node) map[string]callback.Region {
	regions := map[string]callback.Region{}
	owners := map[string]string{} // the region of a trunk, by PBX and trunk
	for _, e := range f.entries(n, "a region") {
		o := f.object(e.value)
		r := callback.Region{Name: e.key.text}
		r.PBX = f.reference(o.require("pbx", "the name of a PBX in callbackd.yaml"), "PBX", names(f.config.Asterisk))
		const trunksHint = "write trunks: [PJSIP/pstn]"
		for _, item := range f.list(o.require("trunks", trunksHint), trunksHint) {
			trunk := f.trunk(item)
			if trunk == "" {
				continue
			}
			key := r.PBX + " " + strings.ToLower(trunk)
			if owner, taken := owners[key]; taken {
				f.errorf(item, "trunk %s belongs to region %s already", trunk, owner).Hint = "a call's region is told from its trunk"
				continue
			}
			owners[key] = r.Name
			r.Trunks = append(r.Trunks, trunk)
		}
		r.Dial = f.dial(o.require("dial", "write dial: PJSIP/{number}@pstn"))
		r.NumberFormat = oneOf(f.decoder, o.get("number_format"), callback.FormatPlusE164,
			callback.FormatPlusE164, callback.FormatE164, callback.FormatNational, callback.Format00)
		r.Formats = f.formats(o.get("formats"))
		if zone := f.text(o.get("tone_zone")); zone != "" {
			if r.ToneZone = zone; !toneZoneForm.MatchString(zone) {
				f.errorf(o.get("tone_zone"), "%q can't be a tone zone", zone).Hint = "a section of indications.conf: se"
			}
		}
		o.close()
		regions[r.Name] = r
	}
	return regions
}

func (f *accountFile) trunk(n *node) string {
	text := f.text(n)
	if text != "" && !trunkForm.MatchString(text) {
		f.errorf(n, "%q isn't a trunk", text).Hint = "write technology and endpoint: PJSIP/pstn"
		return ""
	}
	return text
}

// dial reads a dial string, which must take the number somewhere.
func (f *accountFile) dial(n *node) string {
	text := f.text(n)
	if text == "" {
		return ""
	}
	for _, mark := range placeholder.FindAllString(text, -1) {
		if mark != numberMark {
			f.errorf(n, "%q has no meaning in a dial string", mark).Hint = "the customer's number is " + numberMark
			return ""
		}
	}
	if !strings.Contains(text, numberMark) {
		f.errorf(n, "the dial string doesn't contain %s", numberMark).Hint = "write PJSIP/{number}@pstn"
		return ""
	}
	if !dialForm.MatchString(strings.ReplaceAll(text, numberMark, "0")) {
		f.errorf(n, "%q isn't a dial string", text).Hint = "write PJSIP/{number}@pstn, or Local/{number}@from-internal/n, without spaces"
		return ""
	}
	return text
}

// formats reads the names of one or several audio formats, as ARI takes them.
func (f *accountFile) formats(n *node) string {
	text := f.text(n)
	if text == "" {
		return "ulaw"
	}
	for name := range strings.SplitSeq(text, ",") {
		if !slices.Contains(audioFormats, name) {
			p := f.errorf(n, "Asterisk has no audio format %q", name)
			if p.Hint = didYouMean(name, audioFormats); p.Hint == "" {
				p.Hint = "write the codec of agents and trunk: ulaw or alaw"
			}
			return ""
		}
	}
	return text
}

// agents reads phones; two names for one phone would leave open who answered.
func (f *accountFile) agents(n *node) map[string]callback.Agent {
	agents := map[string]callback.Agent{}
	owners := map[string]string{}
	for _, e := range f.entries(n, "an agent") {
		o := f.object(e.value)
		endpoint := o.require("endpoint", fmt.Sprintf("write %s: {endpoint: PJSIP/%[1]s}", e.key.text))
		agent := callback.Agent{Name: e.key.text, Endpoint: f.text(endpoint)}
		if agent.Endpoint != "" {
			owner, taken := owners[agent.Endpoint]
			switch {
			case !endpointForm.MatchString(agent.Endpoint):
				f.errorf(endpoint, "%q isn't a phone", agent.Endpoint).Hint = "write technology and endpoint: PJSIP/alice"
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
	for _, e := range f.entries(n, "a group") {
		o := f.object(e.value)
		group := callback.Group{Name: e.key.text}
		const hint = "write members: [alice, bob]"
		for _, item := range f.list(o.require("members", hint), hint) {
			member := f.reference(item, "agent", names(f.account.Agents))
			if slices.Contains(group.Members, member) && member != "" {
				f.errorf(item, "%s is a member already", member)
				continue
			}
			group.Members = append(group.Members, member)
		}
		o.close()
		groups[group.Name] = group
	}
	return groups
}

func (f *accountFile) queues(n *node) map[string]callback.Queue {
	queues := map[string]callback.Queue{}
	for _, e := range f.entries(n, "a queue") {
		f.object(e.value).close()
		same := slices.IndexFunc(names(queues), func(name string) bool { return strings.EqualFold(name, e.key.text) })
		if same >= 0 {
			f.errorf(e.key, "queue %s is listed already as %s", e.key.text, names(queues)[same]).Hint =
				"Asterisk takes names of queues without regard to case: remove one"
			continue
		}
		queues[e.key.text] = callback.Queue{Name: e.key.text}
	}
	return queues
}

// contextForm is a context of the dialplan, or the beginning of several.
var contextForm = regexp.MustCompile(`^[A-Za-z0-9_.-]+\*?$`)

// readScenarios checks scenarios and answers their names. What they contain is
// of use once calls lost in the dialplan are detected.
func (f *accountFile) readScenarios(n *node) []string {
	var list []string
	for _, e := range f.entries(n, "a scenario") {
		o := f.object(e.value)
		const hint = `write contexts: [main-menu, "ivr-*"]`
		for _, item := range f.list(o.require("contexts", hint), hint) {
			if text := f.text(item); text != "" && !contextForm.MatchString(text) {
				f.errorf(item, "%q isn't a context of the dialplan", text).Hint = "* is allowed at the end only"
			}
		}
		o.close()
		list = append(list, e.key.text)
	}
	return list
}
