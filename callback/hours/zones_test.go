package hours

import (
	_ "embed"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nyaruka/phonenumbers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func namesOf(zones Zones) []string {
	var names []string
	for _, zone := range zones {
		names = append(names, zone.String())
	}
	return names
}

// Real ranges of numbers, with libphonenumber's example subscribers or made-up
// ones. The zones are written by hand.
func TestZonesOfRealNumbers(t *testing.T) {
	const (
		australia = "Australia/Adelaide Australia/Brisbane Australia/Darwin Australia/Eucla Australia/Lord_Howe Australia/Perth Australia/Sydney"
		russia    = "Asia/Irkutsk Asia/Kamchatka Asia/Magadan Asia/Novosibirsk Asia/Omsk Asia/Vladivostok Asia/Yakutsk Asia/Yekaterinburg Europe/Kaliningrad Europe/Moscow Europe/Samara"
	)
	for _, row := range []struct{ what, number, zones string }{
		// One time in the whole country.
		{"Sweden, mobile", "+46701234567", "Europe/Stockholm"},
		{"Sweden, Stockholm", "+4685550000", "Europe/Stockholm"},
		{"Norway, mobile", "+4740612345", "Europe/Oslo"},
		{"Denmark", "+4532123456", "Europe/Copenhagen"},
		{"Iceland, mobile", "+3546111234", "Atlantic/Reykjavik"},
		{"Germany, mobile", "+4915123456789", "Europe/Berlin"},
		{"Austria, mobile", "+43664123456", "Europe/Vienna"},
		{"Switzerland, mobile", "+41781234567", "Europe/Zurich"},
		{"France, mobile", "+33612345678", "Europe/Paris"},
		{"Poland, mobile", "+48512345678", "Europe/Warsaw"},
		{"Ukraine, mobile", "+380501234567", "Europe/Kyiv"},
		{"Turkey, mobile", "+905012345678", "Europe/Istanbul"},
		{"Israel, mobile", "+972502345678", "Asia/Jerusalem"},
		{"Egypt, mobile", "+201001234567", "Africa/Cairo"},
		{"South Africa, mobile", "+27711234567", "Africa/Johannesburg"},
		{"Nigeria, mobile", "+2348021234567", "Africa/Lagos"},
		{"India, mobile", "+918123456789", "Asia/Kolkata"},
		{"Nepal, mobile", "+9779841234567", "Asia/Kathmandu"},
		{"China, mobile", "+8613123456789", "Asia/Shanghai"},
		{"Japan, mobile", "+819012345678", "Asia/Tokyo"},
		{"Singapore, mobile", "+6581234567", "Asia/Singapore"},
		{"Argentina, mobile", "+5491123456789", "America/Argentina/Buenos_Aires"},
		{"Colombia, mobile", "+573211234567", "America/Bogota"},
		{"Samoa, mobile", "+6857212345", "Pacific/Apia"},

		// The same time under several names.
		{"United Kingdom, mobile", "+447400123456", "Europe/Guernsey Europe/Isle_of_Man Europe/London"},
		{"Ireland, mobile", "+353850123456", "Europe/Guernsey Europe/Isle_of_Man Europe/London"},
		{"Finland, mobile", "+358412345678", "Europe/Helsinki Europe/Mariehamn"},
		{"Italy, mobile", "+393123456789", "Europe/Rome Europe/Vatican"},
		{"United Kingdom, Birmingham", "+441212345678", "Europe/London"},
		{"Kazakhstan, mobile", "+77710009998", "Asia/Almaty Asia/Aqtobe"},

		// Area codes tell the zone.
		{"United States, New Jersey", "+12015550123", "America/New_York"},
		{"United States, Chicago", "+13125550123", "America/Chicago"},
		{"United States, Phoenix", "+16025550123", "America/Phoenix"},
		{"United States, Hawaii", "+18085550123", "Pacific/Honolulu"},
		{"United States, Alaska", "+19075550123", "America/Adak America/Anchorage"},
		{"Canada, Saskatchewan", "+13062345678", "America/Regina"},
		{"Canada, Newfoundland and Labrador", "+17092345678", "America/Puerto_Rico America/St_Johns"},
		{"Puerto Rico", "+17872345678", "America/Puerto_Rico"},
		{"Spain, Madrid", "+34912345678", "Europe/Madrid"},
		{"Spain, Las Palmas", "+34928123456", "Atlantic/Canary"},
		{"Portugal, Lisbon", "+351212345678", "Europe/Lisbon"},
		{"Portugal, Ponta Delgada", "+351296123456", "Atlantic/Azores"},
		{"Australia, Sydney", "+61212345678", "Australia/Sydney"},
		{"Australia, Lord Howe", "+61265632000", "Australia/Lord_Howe"},
		{"Brazil, São Paulo, mobile", "+5511961234567", "America/Sao_Paulo"},
		{"Brazil, Manaus, mobile", "+5592961234567", "America/Manaus"},
		{"Mexico, Puebla", "+522221234567", "America/Mexico_City"},
		{"Mexico, Tijuana", "+526641234567", "America/Tijuana"},
		{"Russia, Moscow", "+74951234567", "Europe/Moscow"},
		{"Russia, Irkutsk", "+73952123456", "Asia/Irkutsk"},
		{"Indonesia, Jakarta", "+62218350123", "Asia/Jakarta"},
		{"New Zealand, Chatham Islands", "+6433051234", "Pacific/Chatham"},
		{"Micronesia, Chuuk", "+6913301234", "Pacific/Chuuk"},
		{"Micronesia, Pohnpei", "+6913201234", "Pacific/Pohnpei"},
		{"Mayotte, mobile", "+262639012345", "Indian/Mayotte"},
		{"Greenland, Qaanaaq", "+299971234", "America/Thule"},

		// Mobile and other numbers of a whole country with several zones.
		{"Spain, mobile", "+34612345678", "Atlantic/Canary Europe/Madrid"},
		{"Portugal, mobile", "+351912345678", "Atlantic/Azores Europe/Lisbon"},
		{"Australia, mobile", "+61412345678", australia},
		{"Australia, toll-free", "+611800123456", australia},
		{"Russia, mobile", "+79123456789", russia},
		{"Brazil, toll-free", "+55800123456", "America/Manaus America/Noronha America/Rio_Branco America/Sao_Paulo"},
		{"Mexico, toll-free", "+528001234567", "America/Cancun America/Ciudad_Juarez America/Hermosillo America/Matamoros America/Mexico_City America/Tijuana"},
		{"Chile, mobile", "+56961234567", "America/Punta_Arenas America/Santiago Pacific/Easter"},
		{"Ecuador, mobile", "+593991234567", "America/Guayaquil Pacific/Galapagos"},
		{"Indonesia, mobile", "+62812345678", "Asia/Jakarta Asia/Jayapura Asia/Makassar"},
		{"Mongolia, mobile", "+97688123456", "Asia/Hovd Asia/Ulaanbaatar"},
		{"New Zealand, mobile", "+64211234567", "Pacific/Auckland Pacific/Chatham"},
		{"Greenland, mobile", "+299221234", "America/Danmarkshavn America/Nuuk America/Thule"},
		{"Congo-Kinshasa, mobile", "+243991234567", "Africa/Kinshasa Africa/Lubumbashi"},
		{"Kiribati, mobile", "+68672001234", "Pacific/Kanton Pacific/Kiritimati Pacific/Tarawa"},
		{"French Polynesia, mobile", "+68987123456", "Pacific/Gambier Pacific/Marquesas Pacific/Tahiti"},
		{"Papua New Guinea, mobile", "+67570123456", "Pacific/Bougainville Pacific/Port_Moresby"},

		// What the metadata has wrong.
		{"South Sudan", "+211977123456", "Africa/Juba"},
		{"Morocco, mobile", "+212650123456", "Africa/Casablanca"},
		{"Algeria, mobile", "+213551234567", "Africa/Algiers"},
		{"Libya, mobile", "+218912345678", "Africa/Tripoli"},
		{"Nicaragua, mobile", "+50581234567", "America/Managua"},
		{"Palestine, mobile", "+970599123456", "Asia/Gaza Asia/Hebron"},
		{"Chile, Punta Arenas", "+56612345678", "America/Punta_Arenas"},
		{"Australia, Brisbane", "+61730012345", "Australia/Brisbane Australia/Sydney"},
		{"Papua New Guinea, Port Moresby or Bougainville", "+6753123456", "Pacific/Bougainville Pacific/Port_Moresby"},
		{"Russia, Kaliningrad", "+74012123456", "Europe/Kaliningrad"},
		{"Russia, Saratov", "+78452123456", "Europe/Saratov"},
		{"Mexico, Chihuahua", "+526141234567", "America/Chihuahua"},

		// Nobody can tell.
		{"international toll-free", "+80012345678", ""},
		{"satellite", "+881612345678", ""},
		{"no number", "anonymous", ""},
		{"nothing", "", ""},
	} {
		assert.Equal(t, row.zones, strings.Join(namesOf(ZonesOf(row.number)), " "), "%s, %s", row.what, row.number)
	}
}

func TestTollFreeNumbersOfNorthAmericaKeepAllTheirZones(t *testing.T) {
	zones := ZonesOf("+18002345678")
	require.Greater(t, len(zones), 30)
	require.Contains(t, namesOf(zones), "Pacific/Guam")
	require.True(t, slices.IsSorted(namesOf(zones)))
}

// A correction that nobody needs any more has to go.
func TestCorrectionsAreNeeded(t *testing.T) {
	for _, c := range corrections {
		told, err := phonenumbers.GetTimezonesForPrefix(c.prefix)
		require.NoError(t, err)
		assert.Equal(t, []string{c.told}, told, c.prefix)
	}
	used := map[string]bool{}
	for country := range zonesOfCountry {
		for _, kind := range []phonenumbers.PhoneNumberType{phonenumbers.MOBILE, phonenumbers.TOLL_FREE, phonenumbers.VOIP} {
			example := phonenumbers.GetExampleNumberForType(country, kind)
			if example != nil && nationwide(example) == country {
				used[country] = true
			}
		}
		assert.True(t, used[country], "%s has no number that is used all over it", country)
	}
	for country := range mobileAreaCodes {
		assert.Contains(t, zonesOfCountry, country)
	}
}

//go:embed testdata/zone_tab.txt
var zoneTab string

// Whoever lives in a country of zonesOfCountry finds his time in it, once.
func TestZonesOfCountryAreAllItsTimes(t *testing.T) {
	countries := map[string][]string{}
	for line := range strings.Lines(zoneTab) {
		if country, name, ok := strings.Cut(strings.TrimSpace(line), " "); ok && country != "#" {
			countries[country] = append(countries[country], name)
		}
	}
	for country, names := range countries {
		times := timesOf(t, names)
		switch {
		case zonesOfCountry[country] != nil:
			assert.ElementsMatch(t, times, timesOf(t, zonesOfCountry[country]), country)
			assert.Len(t, zonesOfCountry[country], len(times), country)
		case len(times) > 1:
			// Why these need no row: see zonesOfCountry. Antarctica and the
			// islands around the United States have no numbers of their own,
			// China goes by one time, and Crimea by Russia's numbers.
			assert.Contains(t, []string{"AQ", "CA", "CD", "CN", "FM", "KI", "UA", "UM", "US"}, country)
		}
	}
}

// timesOf gives the different times that zones have shown since June 2025.
func timesOf(t *testing.T, names []string) (times []string) {
	for _, name := range names {
		loc := zoneNamed(t, name)
		var shown []string
		for at := time.Date(2025, time.June, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2027; at = at.Add(12 * time.Hour) {
			shown = append(shown, at.In(loc).Format("-0700"))
		}
		if shows := strings.Join(shown, ""); !slices.Contains(times, shows) {
			times = append(times, shows)
		}
	}
	return times
}

// Whatever the metadata and the corrections name is in the database.
func TestEveryZoneLoads(t *testing.T) {
	t.Parallel()
	known := ianaNames()
	for _, names := range zonesOfCountry {
		for _, name := range names {
			assert.Contains(t, known, name)
		}
	}
	for _, c := range corrections {
		for _, name := range c.zones {
			assert.Contains(t, known, name)
		}
	}
	for old, name := range renamed {
		assert.Contains(t, known, name, old)
	}
	for _, name := range known {
		zoneNamed(t, name)
	}
	for region := range phonenumbers.GetSupportedRegions() {
		for kind := phonenumbers.FIXED_LINE; kind <= phonenumbers.VOICEMAIL; kind++ {
			if example := phonenumbers.GetExampleNumberForType(region, kind); example != nil {
				number := phonenumbers.Format(example, phonenumbers.E164)
				assert.NotEmpty(t, ZonesOf(number), "%s %s", region, number)
			}
		}
	}
}
