package casebook

import (
	"regexp"
	"slices"
	"strings"

	"callbackd/asterisk-config/private"
)

// The people of an office, and its ways to the telephone network.
var (
	agents = []string{"alice", "bob", "carol", "dave"} // have phones
	absent = "ghost"                                   // has none that is registered
	trunks = []string{"pstn", "pstn2"}
)

// Trunk is the trunk on which customers call.
const Trunk = "pstn"

// Office is a company of its own on the PBX: trunks, agents, queues, dialplan.
// All offices are alike, so that cases can be played side by side; each has its
// suffix at every name. The first has none: its names are those of this
// package's texts.
type Office struct{ suffix string }

// offices are the suffixes, one for each office that there can be.
const offices = " bcdefghijklmnop"

func newOffice(i int) Office {
	if i == 0 {
		return Office{}
	}
	return Office{suffix: "_" + offices[i:i+1]}
}

// names are all names of an office, of whatever it is.
var names = slices.Concat(agents, []string{absent}, trunks, queueNames, contextNames, roomNames)

// name matches one of names, the longest that fits, where it stands as a word.
var name = func() *regexp.Regexp {
	byLength := slices.Clone(names)
	slices.SortFunc(byLength, func(a, b string) int { return len(b) - len(a) })
	return regexp.MustCompile(`\b(` + strings.Join(byLength, "|") + `)\b`)
}()

// Local rewrites a text of this package to the office's own names.
func (o Office) Local(text string) string {
	if o.suffix == "" {
		return text
	}
	return name.ReplaceAllString(text, "${1}"+o.suffix)
}

// Common rewrites a text of the office to the names of this package.
func (o Office) Common(text string) string {
	if o.suffix == "" {
		return text
	}
	return regexp.MustCompile(`\b([A-Za-z0-9-]+)`+regexp.QuoteMeta(o.suffix)+`\b`).ReplaceAllString(text, "$1")
}

// owns tells whether a channel, by its name, is in this office.
func (o Office) owns(channel string) bool {
	_, endpoint, _ := strings.Cut(channel, "/")
	if i := strings.LastIndexByte(endpoint, '-'); i > 0 {
		endpoint = endpoint[:i]
	}
	if _, context, isLocal := strings.Cut(endpoint, "@"); isLocal {
		endpoint = context
	}
	return slices.ContainsFunc(names, func(n string) bool { return endpoint == n+o.suffix })
}

// staff are the accounts of the agents' phones.
func (o Office) staff(password string) (list []private.Agent) {
	for _, agent := range append(slices.Clone(agents), absent) {
		list = append(list, private.Agent{
			Name: o.Local(agent), Password: password,
			Options: o.all([]string{"context = floor", "named_call_group = floor", "named_pickup_group = floor"}),
		})
	}
	return list
}

// queues are the office's queues.
func (o Office) queues() []private.Queue {
	list := slices.Clone(queues)
	for i, q := range list {
		list[i].Name = o.Local(q.Name)
		list[i].Members = o.all(q.Members)
		list[i].Options = o.all(q.Options)
	}
	return list
}

func (o Office) all(texts []string) []string {
	local := make([]string, len(texts))
	for i, t := range texts {
		local[i] = o.Local(t)
	}
	return local
}

// trunk is one of the office's trunks in pjsip.conf, its far end at address.
func (o Office) trunk(name, address string) string {
	ip, _, _ := strings.Cut(address, ":")
	return strings.NewReplacer(
		"TRUNK", o.Local(name), "from-pstn", o.Local("from-pstn"), "ADDRESS", address, "IP", ip,
	).Replace(trunkSections)
}

// dialplan is the office's part of extensions.conf.
func (o Office) dialplan() string {
	var text strings.Builder
	text.WriteString("[from-pstn]\n")
	for _, c := range All() {
		for i, step := range c.Dialplan {
			if i == 0 {
				text.WriteString("exten => " + Number(c.Name) + ",1," + step + "\n")
			} else {
				text.WriteString(" same => n," + step + "\n")
			}
		}
	}
	text.WriteString(contexts)
	return o.Local(text.String())
}
