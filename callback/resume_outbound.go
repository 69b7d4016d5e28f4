package callback

import (
	"strings"
	"time"
)

// listedDial is one endpoint of a Dial() that a listed channel runs: it rings a leg, or
// talks through it.
type listedDial struct {
	by     CallChannel
	number string
}

// dialsAmong finds the Dials that listed channels run, by the endpoint through which each
// goes: PJSIP/+46701234567@pstn and PJSIP/pstn/sip:… go through PJSIP/pstn,
// Local/1001@agents/n through Local/1001@agents.
func dialsAmong(listed []CallChannel) map[string][]listedDial {
	dials := map[string][]listedDial{}
	for _, c := range listed {
		if !strings.EqualFold(c.App, "Dial") {
			continue
		}
		arg, _, _ := strings.Cut(c.AppData, ",")
		for _, dialled := range splitEndpoints(arg) {
			tech, rest, _ := strings.Cut(dialled, "/")
			resource, _, _ := strings.Cut(rest, "/")
			through := []string{resource}
			if _, trunk, ok := strings.Cut(resource, "@"); ok {
				through = append(through, trunk)
			}
			for _, name := range through {
				dials[tech+"/"+name] = append(dials[tech+"/"+name], listedDial{c, DialledNumber(rest, tech+"/"+name)})
			}
		}
	}
	return dials
}

// dialOf picks the Dial that made leg: the only one through its endpoint, or the only one
// of the number that the leg bears, which is what its dialler's extension was.
func dialOf(leg CallChannel, dials map[string][]listedDial) (found listedDial, ok bool) {
	through := dials[EndpointOf(leg.Name)]
	if len(through) == 1 {
		return through[0], true
	}
	matches := 0
	for _, dial := range through {
		if dial.number != "" && strings.HasSuffix(leg.Caller, dial.number) {
			found = dial
			matches++
		}
	}
	return found, matches == 1
}

// takeUpOutbound makes c a call by hand if a listed agent's phone dials it.
func (d *Detector) takeUpOutbound(c CallChannel, since time.Time, dials map[string][]listedDial) {
	leg := d.channels[c.ID] // nil if those behind it in the list have crowded it out
	if leg == nil || leg.customer || leg.local || d.own(c.ID) || !d.trunk(EndpointOf(c.Name)) {
		return
	}
	dial, known := dialOf(c, dials)
	agent := dial
	for range dials { // Locals that call each other must not go round for ever
		if !known || technology(agent.by.Name) != "Local" || d.own(agent.by.ID) {
			break
		}
		agent, known = dialOf(CallChannel{Name: otherHalf(agent.by.Name)}, dials)
	}
	if !known || dial.number == "" || technology(agent.by.Name) == "Local" || d.own(agent.by.ID) || d.trunk(EndpointOf(agent.by.Name)) {
		return
	}
	leg.out = &LiveCall{
		PBX: d.pbx, ID: c.ID, Trunk: EndpointOf(c.Name), Number: dial.number, Outbound: true,
		Agent: EndpointOf(agent.by.Name), Since: since, Partial: true,
	}
	d.find(CallBegan{*leg.out})
	if c.State == "Up" {
		d.answered(leg)
	}
}
