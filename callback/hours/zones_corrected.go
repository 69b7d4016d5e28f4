package hours

import "strings"

// What follows corrects the time zones in libphonenumber's metadata (9.0.32),
// compared country by country with zone.tab and the rules of the IANA database
// (2025c, December 2025). Zones of a country that have shown the same time since
// 2025 are named once.

// zonesOfCountry has the countries in which it isn't the same time everywhere
// and some numbers are used all over the country: mobile, toll-free and internet
// telephony. The metadata gives most of them the zone of the capital. Not in it
// are countries all of whose numbers have area codes (the United States, Canada,
// Micronesia) or whose nationwide numbers the metadata has right (Congo,
// Kiribati).
var zonesOfCountry = map[string][]string{
	"AU": {"Australia/Adelaide", "Australia/Brisbane", "Australia/Darwin", "Australia/Eucla", "Australia/Lord_Howe", "Australia/Perth", "Australia/Sydney"},
	"BR": {"America/Manaus", "America/Noronha", "America/Rio_Branco", "America/Sao_Paulo"},
	"CL": {"America/Punta_Arenas", "America/Santiago", "Pacific/Easter"},
	"EC": {"America/Guayaquil", "Pacific/Galapagos"},
	"ES": {"Atlantic/Canary", "Europe/Madrid"},
	"GL": {"America/Danmarkshavn", "America/Nuuk", "America/Thule"},
	"ID": {"Asia/Jakarta", "Asia/Jayapura", "Asia/Makassar"},
	"MN": {"Asia/Hovd", "Asia/Ulaanbaatar"},
	"MX": {"America/Cancun", "America/Ciudad_Juarez", "America/Hermosillo", "America/Matamoros", "America/Mexico_City", "America/Tijuana"},
	"NZ": {"Pacific/Auckland", "Pacific/Chatham"},
	"PF": {"Pacific/Gambier", "Pacific/Marquesas", "Pacific/Tahiti"},
	"PG": {"Pacific/Bougainville", "Pacific/Port_Moresby"},
	"PT": {"Atlantic/Azores", "Europe/Lisbon"},
	"RU": {
		"Asia/Irkutsk", "Asia/Kamchatka", "Asia/Magadan", "Asia/Novosibirsk", "Asia/Omsk", "Asia/Vladivostok",
		"Asia/Yakutsk", "Asia/Yekaterinburg", "Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara",
	},
}

// mobileAreaCodes has those of them whose mobile numbers have the area code of
// the place where they were sold.
var mobileAreaCodes = map[string]bool{"BR": true, "MX": true}

// A correction replaces what the metadata says of the numbers that begin so, if
// it says just that: once it is mended, what it says counts.
type correction struct {
	prefix string // E.164
	told   string // the only zone that the metadata gives
	zones  []string
}

var corrections = []correction{
	// Countries that the metadata gives a neighbour's zone, with other summers.
	{"+211", "Africa/Nairobi", []string{"Africa/Juba"}},
	{"+212", "Atlantic/Canary", []string{"Africa/Casablanca"}},
	{"+213", "Europe/Paris", []string{"Africa/Algiers"}},
	{"+218", "Europe/Bucharest", []string{"Africa/Tripoli"}},
	{"+505", "America/Chicago", []string{"America/Managua"}},
	{"+970", "Europe/Bucharest", []string{"Asia/Gaza", "Asia/Hebron"}},
	// Mobile numbers that libphonenumber can't tell from others.
	{"+569", "America/Santiago", zonesOfCountry["CL"]},
	// Regions that have gone other ways than the rest.
	{"+5661", "America/Santiago", []string{"America/Punta_Arenas"}},
	{"+5667", "America/Santiago", []string{"America/Coyhaique"}},
	{"+617", "Australia/Sydney", []string{"Australia/Brisbane", "Australia/Sydney"}}, // Queensland, and a corner of New South Wales
	{"+675", "Pacific/Port_Moresby", zonesOfCountry["PG"]},
	{"+740", "Europe/Bucharest", []string{"Europe/Kaliningrad"}},
	{"+7845", "Europe/Moscow", []string{"Europe/Saratov"}},
	// Chihuahua, which has had Mexico City's time since October 2022.
	{"+52614", "America/Mazatlan", []string{"America/Chihuahua"}},
	{"+52621", "America/Mazatlan", []string{"America/Chihuahua"}},
	{"+52625", "America/Mazatlan", []string{"America/Chihuahua"}},
	{"+52627", "America/Mazatlan", []string{"America/Chihuahua"}},
	{"+52628", "America/Mazatlan", []string{"America/Chihuahua"}},
	{"+52629", "America/Mazatlan", []string{"America/Chihuahua"}},
	{"+52635", "America/Mazatlan", []string{"America/Chihuahua"}},
	{"+52636", "America/Mazatlan", []string{"America/Chihuahua", "America/Ciudad_Juarez"}},
	{"+52639", "America/Mazatlan", []string{"America/Chihuahua"}},
	{"+52648", "America/Mazatlan", []string{"America/Chihuahua"}},
	{"+52652", "America/Mazatlan", []string{"America/Chihuahua"}},
	{"+52657", "America/Mazatlan", []string{"America/Ciudad_Juarez"}},
	{"+52659", "America/Mazatlan", []string{"America/Chihuahua"}},
}

// corrected gives what the metadata should have told of a number.
func corrected(number string, told []string) []string {
	if len(told) != 1 {
		return told
	}
	for _, c := range corrections {
		if c.told == told[0] && strings.HasPrefix(number, c.prefix) {
			return c.zones
		}
	}
	return told
}

// renamed has the names that the IANA database has given up for others.
var renamed = map[string]string{
	"Africa/Asmera":        "Africa/Asmara",
	"America/Buenos_Aires": "America/Argentina/Buenos_Aires",
	"America/Godthab":      "America/Nuuk",
	"Asia/Calcutta":        "Asia/Kolkata",
	"Asia/Choibalsan":      "Asia/Ulaanbaatar",
	"Asia/Katmandu":        "Asia/Kathmandu",
	"Asia/Rangoon":         "Asia/Yangon",
	"Atlantic/Faeroe":      "Atlantic/Faroe",
	"Pacific/Enderbury":    "Pacific/Kanton",
	"Pacific/Ponape":       "Pacific/Pohnpei",
	"Pacific/Truk":         "Pacific/Chuuk",
}
