package callback

import (
	"maps"
	"slices"
	"testing"

	"github.com/nyaruka/phonenumbers"
	"github.com/stretchr/testify/require"
)

func TestParseNumber(t *testing.T) {
	for _, row := range []struct{ raw, country, want string }{
		{"+46701234567", "SE", "+46701234567"},
		{"0046701234567", "SE", "+46701234567"},
		{"46701234567", "SE", "+46701234567"},
		{"0701234567", "SE", "+46701234567"},
		{"070-123 45 67", "SE", "+46701234567"},
		{" 070 1234567 ", "SE", "+46701234567"},
		{"085550000", "SE", "+4685550000"},
		{"+4745678901", "SE", "+4745678901"},
		{"(212) 555-2368", "US", "+12125552368"},
		{"12125552368", "US", "+12125552368"},
		{"0012125552368", "SE", "+12125552368"},
	} {
		got, err := ParseNumber(row.raw, row.country)
		require.NoError(t, err, row.raw)
		require.Equal(t, row.want, got, row.raw)
	}
}

func TestNumbersThatAreNone(t *testing.T) {
	for _, raw := range []string{"", "anonymous", "Anonymous", "restricted", "unavailable"} {
		_, err := ParseNumber(raw, "SE")
		require.ErrorIs(t, err, ErrAnonymous, raw)
	}
	for _, raw := range []string{
		"tel", "1001", "112", "+", "abc", "+46", "0701234567@pstn", "0701234567&PJSIP/alice", "+46701234567,30,g",
		"+1800FLOWERS", "+46 70 123 45 67 ext 3", "٠٧٠١٢٣٤٥٦٧", "+4670123456789012345", "${EXTEN}", "070\n1234567", `"x" <0701234567>`, "++46701234567",
	} {
		_, err := ParseNumber(raw, "SE")
		require.ErrorIs(t, err, ErrNumberInvalid, raw)
	}
}

// Nothing but E.164 reaches a dial string, whatever a caller sends.
func FuzzDialString(f *testing.F) {
	f.Add("+46701234567")
	f.Add("0701234567&Local/s@evil")
	f.Add("+46701234567@other,30")
	region := Region{Name: "sweden", Dial: "PJSIP/{number}@pstn", NumberFormat: FormatPlusE164}
	f.Fuzz(func(t *testing.T, raw string) {
		number, err := ParseNumber(raw, "SE")
		if err != nil {
			number = raw
		}
		dial, err := region.DialString(number, "SE")
		if err == nil {
			require.Regexp(t, `^PJSIP/\+[1-9][0-9]{6,14}@pstn$`, dial)
		}
	})
}

func TestDialString(t *testing.T) {
	for format, want := range map[NumberFormat]string{
		FormatPlusE164: "PJSIP/+46701234567@pstn",
		FormatE164:     "PJSIP/46701234567@pstn",
		FormatNational: "PJSIP/0701234567@pstn",
		Format00:       "PJSIP/0046701234567@pstn",
	} {
		got, err := Region{Dial: "PJSIP/{number}@pstn", NumberFormat: format}.DialString("+46701234567", "SE")
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	abroad, err := Region{Dial: "PJSIP/{number}@pstn", NumberFormat: FormatNational}.DialString("+4745678901", "SE")
	require.NoError(t, err)
	require.Equal(t, "PJSIP/004745678901@pstn", abroad)
}

func TestCallable(t *testing.T) {
	account := &Account{Country: "SE", Numbers: []string{"+4685550000", "+46855501*"}, Callable: Callable{Refuse: []string{"+46701111"}}}
	for number, want := range map[string]Reason{
		"+46701234567":  "",
		"+46701111234":  ReasonPrefixRefused,
		"+46701112234":  "",
		"+4685550000":   ReasonOwnNumber,
		"+4685550123":   ReasonOwnNumber,
		"+4745678901":   ReasonCountryNotCallable,
		"+18765551234":  ReasonCountryNotCallable,
		"+469001234567": ReasonPrefixRefused,
		"+99912345678":  ReasonNumberInvalid,
	} {
		require.Equal(t, want, callable(account, number), number)
	}
	account.Callable.Countries = []string{"SE", "NO"}
	require.Empty(t, callable(account, "+4745678901"), "a country that the file lists")
	account.Callable.Countries = []string{"NO"}
	require.Equal(t, ReasonCountryNotCallable, callable(account, "+46701234567"), "the account's own isn't meant where others are listed")
}

// Territories that share a country code are countries of their own: one-ring
// fraud calls from the cheap side of +1.
func TestCallableInsideACountryCode(t *testing.T) {
	for _, row := range []struct {
		number string
		want   map[string]bool // by the account's country
	}{
		{"+12125552368", map[string]bool{"US": true, "CA": false, "JM": false}},
		{"+14165550123", map[string]bool{"US": false, "CA": true}},
		{"+18765551234", map[string]bool{"US": false, "CA": false, "JM": true}},
		{"+18095551234", map[string]bool{"US": false, "DO": true}},
		{"+12684641234", map[string]bool{"US": false, "AG": true}},
		{"+12845421234", map[string]bool{"US": false, "VG": true}},
		{"+447781123456", map[string]bool{"GB": false, "GG": true}},
	} {
		for country, want := range row.want {
			got := callable(&Account{Country: country}, row.number)
			require.Equal(t, want, got == "", "%s from %s: %s", row.number, country, got)
		}
	}
}

// What costs whoever calls back is refused whatever the file says.
func TestNumbersThatAreAlwaysRefused(t *testing.T) {
	t.Parallel()
	everywhere := func(country string) *Account {
		return &Account{Country: country, Callable: Callable{Countries: slices.Sorted(maps.Keys(phonenumbers.GetSupportedRegions()))}}
	}
	for _, network := range []string{"+870773111632", "+881612345678", "+88213123456", "+883510012345", "+888123456789", "+979123456789", "+80012345678", "+80812345678", "+878101234567890"} {
		require.Contains(t, []Reason{ReasonPrefixRefused, ReasonNumberInvalid}, callable(everywhere("SE"), network), network)
	}
	refused := 0
	for country := range phonenumbers.GetSupportedRegions() {
		account := everywhere(country)
		for kind := range refusedKinds {
			example := phonenumbers.GetExampleNumberForType(country, kind)
			if example == nil || !phonenumbers.IsValidNumber(example) {
				continue
			}
			refused++
			number := phonenumbers.Format(example, phonenumbers.E164)
			require.NotEmpty(t, callable(account, number), "%s of %s", number, country)
		}
		for _, short := range []string{"112", "911", "999", "110", "118", "1177"} {
			if number, err := ParseNumber(short, country); err == nil {
				require.NotEmpty(t, callable(account, number), "%s dialled in %s is %s", short, country, number)
			}
		}
	}
	require.Greater(t, refused, 300)
	require.NotEmpty(t, callable(everywhere("SE"), "+112"))
}

// An ordinary number of any country can be called by whoever lists the country,
// and by nobody else.
func TestOrdinaryNumbersOfEveryCountry(t *testing.T) {
	for country := range phonenumbers.GetSupportedRegions() {
		example := phonenumbers.GetExampleNumberForType(country, phonenumbers.FIXED_LINE)
		if example == nil {
			continue
		}
		number := phonenumbers.Format(example, phonenumbers.E164)
		if !Dialable(number) || phonenumbers.GetRegionCodeForNumber(example) != country {
			continue
		}
		require.Empty(t, callable(&Account{Country: country}, number), "%s of %s", number, country)
		require.Equal(t, ReasonCountryNotCallable, callable(&Account{Country: "AQ", Callable: Callable{Countries: []string{"AQ"}}}, number), number)
	}
}

func TestMaskNumber(t *testing.T) {
	require.Equal(t, "+46*******67", MaskNumber("+46701234567"))
	require.Equal(t, "****", MaskNumber("1001"))
	require.Equal(t, "", MaskNumber(""))
}
