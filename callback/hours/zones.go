package hours

import (
	"slices"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // a customer's zone is known on a host that has none of its own

	"github.com/nyaruka/phonenumbers"
)

// ZonesOf gives the zones that a number (E.164) may lie in, by libphonenumber's
// metadata with the corrections of zones_corrected.go. None where they can't be
// told: not a number, or one of no country (+800, +883).
func ZonesOf(number string) Zones {
	n, err := phonenumbers.Parse(number, "")
	if err != nil {
		return nil
	}
	names := zonesOfCountry[nationwide(n)]
	if names == nil {
		if names, err = phonenumbers.GetTimezonesForPrefix(number); err != nil {
			return nil
		}
		names = corrected(number, names)
	}
	zones := make(Zones, 0, len(names))
	for _, name := range names {
		zone, err := loadZone(name)
		if err != nil {
			// Etc/Unknown, or a zone that is too new for us: the others alone
			// would allow hours that this one forbids.
			return nil
		}
		zones = append(zones, zone)
	}
	slices.SortFunc(zones, func(a, b *time.Location) int { return strings.Compare(a.String(), b.String()) })
	return slices.Compact(zones)
}

// nationwide gives the country of a number that is used all over a country with
// several zones; "" for every other number.
func nationwide(n *phonenumbers.PhoneNumber) string {
	code := int(n.GetCountryCode())
	// Most numbers needn't be looked at more closely, which is what takes time.
	if zonesOfCountry[phonenumbers.GetRegionCodeForCountryCode(code)] == nil {
		return ""
	}
	country := phonenumbers.GetRegionCodeForNumber(n)
	switch phonenumbers.GetNumberType(n) {
	case phonenumbers.FIXED_LINE, phonenumbers.FIXED_LINE_OR_MOBILE:
		return ""
	case phonenumbers.MOBILE:
		if mobileAreaCodes[country] {
			return ""
		}
	}
	return country
}

// zoneCache has every zone that was needed so far, by name: reading one takes
// long, and there are a few hundred.
var zoneCache sync.Map

func loadZone(name string) (*time.Location, error) {
	if now, ok := renamed[name]; ok {
		name = now
	}
	if zone, ok := zoneCache.Load(name); ok {
		return zone.(*time.Location), nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, err
	}
	cached, _ := zoneCache.LoadOrStore(name, zone)
	return cached.(*time.Location), nil
}
