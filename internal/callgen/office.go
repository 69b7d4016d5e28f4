package callgen

import (
	"slices"
	"strings"
)

// The office is who works behind the PBX, and what the account's file says of them. A test
// writes the account from it.

// Groups are the groups of the account's file. Everybody is in one at most; carol and erin
// are in none.
var Groups = map[string][]string{
	"sales":   {"alice", "bob"},
	"evening": {"dave", "frank"},
	"desk":    {"grace", "heidi", "ivan"},
	"back":    {"judy", "kim"}, // to whom others transfer calls
}

// Agents are all agents of the account's file by name, with their endpoints.
var Agents = map[string]string{
	"alice": "PJSIP/alice", "bob": "PJSIP/bob", "carol": "PJSIP/carol", "dave": "PJSIP/dave",
	"erin": "PJSIP/erin", "frank": "PJSIP/frank", "grace": "PJSIP/grace", "heidi": "PJSIP/heidi",
	"ivan": "PJSIP/ivan", "judy": "PJSIP/judy", "kim": "PJSIP/kim", "mobile": "PJSIP/" + mobile,
}

// Queues are the queues of the account's file.
var Queues = []string{"support", "orders", "vip", "night"}

// Scenarios are those of the account's file, with their contexts.
var Scenarios = map[string][]string{
	"entrance":  {"from-pstn"},
	"menu":      {"main-menu"},
	"orders":    {"ivr-*"},
	"hours":     {"closed"},
	"aftercare": {"goodbye", "handler"},
}

// Trunks are where customers' calls arrive.
var Trunks = []string{"PJSIP/pstn", "PJSIP/pstn2"}

// mobile is the phone of an agent who is out, beyond a trunk.
const mobile = "+46709999999@pstn"

// scenarios says to which scenario of the file a context belongs.
var scenarios = map[string]string{
	"from-pstn": "entrance", "main-menu": "menu", "ivr-orders": "orders", "ivr-hours": "orders",
	"closed": "hours", "goodbye": "aftercare", "handler": "aftercare",
}

// extensions are the agents' own numbers.
var extensions = map[string]string{
	"alice": "1001", "bob": "1002", "carol": "1003", "dave": "1004", "erin": "1005",
	"frank": "1006", "grace": "1007", "heidi": "1008", "ivan": "1009", "mobile": "1010",
	"judy": "1011", "kim": "1012",
}

// parties are whom a dialplan can mean, with those whose phones it rings.
var parties = map[string][]string{
	"group:sales": Groups["sales"], "group:evening": Groups["evening"], "group:desk": Groups["desk"],
	"agent:carol": {"carol"}, "agent:erin": {"erin"}, "agent:mobile": {"mobile"},
}

// partyNames are the names of parties, in an order that is always the same.
var partyNames = []string{"group:sales", "group:evening", "group:desk", "agent:carol", "agent:erin", "agent:mobile"}

// OwnLeg reports whether a channel is one of callbackd's own.
func OwnLeg(id string) bool { return strings.HasPrefix(id, "callbackd-") }

// partyOf is whom the file means by an agent alone.
func partyOf(agent string) string {
	if slices.Contains(Groups["back"], agent) {
		return "group:back"
	}
	for _, name := range partyNames {
		for _, member := range parties[name] {
			if member == agent {
				return name
			}
		}
	}
	return "agent:" + agent
}
