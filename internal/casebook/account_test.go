package casebook

import (
	"time"

	"callbackd/callback"
	"callbackd/callback/hours"
)

// pbxName is the PBX in these tests' rules.
const pbxName = "pbx1"

// minTalk is how long a conversation makes an answered call in these accounts:
// less than the shortest one that a case has, and more than a bridge that
// somebody is leaving already.
const minTalk = 150 * time.Millisecond

// account is what the admin of an office writes into its rules file. A rule
// names each agent, so that a call to one isn't put down to the group.
func account(o Office) *callback.Account {
	a := &callback.Account{
		Name: "acme" + o.suffix, Mode: callback.ModeShadow, Country: "SE", Location: time.UTC, Lines: 1,
		MinTalk: minTalk,
		Numbers: []string{"+468555*"},
		Regions: map[string]callback.Region{"sweden": {
			Name: "sweden", PBX: pbxName, Trunks: []string{o.Local("PJSIP/pstn"), o.Local("PJSIP/pstn2")},
			Dial: o.Local("PJSIP/{number}@pstn"), NumberFormat: callback.FormatPlusE164, Formats: "ulaw", ToneZone: "se",
		}},
		Agents:    map[string]callback.Agent{},
		Queues:    map[string]callback.Queue{},
		Scenarios: map[string]callback.Scenario{},
	}
	byName := callback.Rule{
		Name: "agents by name", MissedIn: callback.MissedInContactCenter, Enabled: true,
		DialingIntervals: []time.Duration{time.Hour}, Schedule: hours.Always(),
	}
	for _, agent := range append([]string{absent}, agents...) {
		a.Agents[o.Local(agent)] = callback.Agent{Name: o.Local(agent), Endpoint: o.Local("PJSIP/" + agent)}
		byName.From = append(byName.From, callback.Target{Kind: callback.TargetAgent, Name: o.Local(agent)})
	}
	for _, queue := range queueNames {
		a.Queues[o.Local(queue)] = callback.Queue{Name: o.Local(queue)}
	}
	a.Groups = map[string]callback.Group{
		o.Local("sales"):   {Name: o.Local("sales"), Members: o.all([]string{"alice", "bob"})},
		o.Local("support"): {Name: o.Local("support"), Members: o.all([]string{"alice", "bob", absent})},
	}
	everything := byName
	everything.Name, everything.From = "everything", nil
	menus := everything
	menus.Name, menus.MissedIn = "menus", callback.MissedInScenario
	menus.Forward = callback.Target{Kind: callback.TargetQueue, Name: o.Local("support")}
	a.Rules = []callback.Rule{byName, everything, menus}
	return a
}
