package callback

import (
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"

	"callbackd/callback/hours"
)

// openDaily is open on each day of the week from and to these hours.
func openDaily(from, to int) *hours.Schedule {
	s := &hours.Schedule{Name: "daily"}
	for day := range s.Weekly {
		s.Weekly[day] = []hours.Window{{From: from * 60, To: to * 60}}
	}
	return s
}

func TestCustomerZones(t *testing.T) {
	zone := func(name string) *time.Location {
		location, err := time.LoadLocation(name)
		require.NoError(t, err)
		return location
	}
	stockholm, london := zone("Europe/Stockholm"), zone("Europe/London")
	for _, row := range []struct {
		name          string
		schedule      *hours.Schedule
		rule, account *time.Location
		number        string
		want          hours.Zones
		told          ZoneSource
	}{
		{"the number tells", openDaily(9, 18), london, london, "+46701234567", hours.Zones{stockholm}, ZonesFromNumber},
		{"the number tells two", openDaily(9, 18), london, london, "+34612345678", hours.Zones{zone("Atlantic/Canary"), zone("Europe/Madrid")}, ZonesFromNumber},
		{"never open from Guam to Newfoundland", openDaily(9, 18), stockholm, london, "+18002345678", hours.Zones{stockholm}, ZonesFromRule},
		{"never open from Kaliningrad to Kamchatka", openDaily(9, 18), nil, london, "+79123456789", hours.Zones{london}, ZonesFromAccount},
		{"open long enough for all of Russia", openDaily(8, 20), nil, london, "+79123456789", hours.ZonesOf("+79123456789"), ZonesFromNumber},
		{"of no country", openDaily(9, 18), stockholm, london, "+80012345678", hours.Zones{stockholm}, ZonesFromRule},
		{"of no country, and nothing else", openDaily(9, 18), nil, nil, "+80012345678", nil, ZonesUnknown},
		{"always open", hours.Always(), nil, nil, "+18002345678", hours.ZonesOf("+18002345678"), ZonesFromNumber},
	} {
		t.Run(row.name, func(t *testing.T) {
			rule := Rule{Schedule: row.schedule, Location: row.rule}
			zones, told := rule.CustomerZones(&Account{Location: row.account}, row.number)
			require.Equal(t, row.told, told)
			names := func(zones hours.Zones) (list []string) {
				for _, z := range zones {
					list = append(list, z.String())
				}
				return list
			}
			require.Equal(t, names(row.want), names(zones))
		})
	}
}

func BenchmarkCustomerZones(b *testing.B) {
	rule := Rule{Schedule: openDaily(9, 18), Location: time.UTC}
	for name, number := range map[string]string{
		"one zone":  "+46701234567",
		"toll-free": "+18002345678",
		"Australia": "+61412345678",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				rule.CustomerZones(&Account{}, number)
			}
		})
	}
}
