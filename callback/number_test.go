package callback

import (
	"testing"

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
	account := &Account{Country: "SE", Numbers: []string{"+4685550000", "+46855501*"}}
	for number, want := range map[string]Reason{
		"+46701234567":  "",
		"+4685550000":   ReasonOwnNumber,
		"+4685550123":   ReasonOwnNumber,
		"+4745678901":   ReasonCountryNotCallable,
		"+18765551234":  ReasonCountryNotCallable,
		"+469001234567": ReasonPrefixRefused,
		"+99912345678":  ReasonNumberInvalid,
	} {
		require.Equal(t, want, callable(account, number), number)
	}
	caribbean := &Account{Country: "US"}
	require.Equal(t, ReasonCountryNotCallable, callable(caribbean, "+18765551234"), "Jamaica hides inside +1")
}

func TestMaskNumber(t *testing.T) {
	require.Equal(t, "+46*******67", MaskNumber("+46701234567"))
	require.Equal(t, "****", MaskNumber("1001"))
	require.Equal(t, "", MaskNumber(""))
}
