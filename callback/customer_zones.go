package callback

import "callbackd/callback/hours"

// ZoneSource says what told a customer's zones.
type ZoneSource string

// The sources of zones, best first.
const (
	ZonesFromNumber  ZoneSource = "number"
	ZonesFromRule    ZoneSource = "rule"    // the rule's timezone
	ZonesFromAccount ZoneSource = "account" // the account's timezone
	ZonesUnknown     ZoneSource = ""
)

// CustomerZones says by whose clocks a customer is called under a rule, and what
// told them: the number, or else what the rules file says. Zones in which the
// rule's schedule is never open at once (+1800… may be rung from Guam to
// Newfoundland) tell nothing about a customer. No zones: nothing may be dialled.
func (r Rule) CustomerZones(a *Account, number string) (zones hours.Zones, told ZoneSource) {
	if zones := hours.ZonesOf(number); r.Schedule.EverOpens(zones) {
		return zones, ZonesFromNumber
	}
	switch {
	case r.Location != nil:
		return hours.Zones{r.Location}, ZonesFromRule
	case a.Location != nil:
		return hours.Zones{a.Location}, ZonesFromAccount
	}
	return nil, ZonesUnknown
}
