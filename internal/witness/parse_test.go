package witness

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestParseQueueEvent(t *testing.T) {
	at := time.Unix(1795159681, 0).UTC()
	for line, want := range map[string]queueEvent{
		"1795159681|1795159681.5|support|NONE|ENTERQUEUE||+46701234567|1":                  {at: at, callID: "1795159681.5", queue: "support", kind: queueEntered, talked: -1},
		"1795159681|1795159681.5|support|NONE|ENTERQUEUE||+467|01|234|1":                   {at: at, callID: "1795159681.5", queue: "support", kind: queueEntered, talked: -1},
		"1795159681|pbx1-1795159681.5|support|PJSIP/alice|CONNECT|1|1795159681.6|0":        {at: at, callID: "pbx1-1795159681.5", queue: "support", kind: queueConnected, talked: -1, data: "1"},
		"1795159681|1795159681.5|support|Anna|Support|CONNECT|1|1795159681.6|0":            {at: at, callID: "1795159681.5", queue: "support", kind: queueConnected, talked: -1, data: "1"},
		"1795159681|1795159681.5|support|\xe5sa|COMPLETECALLER|1|3|1\r":                    {at: at, callID: "1795159681.5", queue: "support", kind: queueConversation, talked: 3, data: "1"},
		"1795159681|1795159681.5|support|PJSIP/alice|BLINDTRANSFER|1003|from-agents|1|7|1": {at: at, callID: "1795159681.5", queue: "support", kind: queueConversation, talked: 7, data: "1003"},
		"1795159681|1795159681.5|support|PJSIP/alice|ATTENDEDTRANSFER|BRIDGE|b-1|1|9|1":    {at: at, callID: "1795159681.5", queue: "support", kind: queueConversation, talked: 9, data: "BRIDGE"},
		"1795159681|1795159681.5|support|PJSIP/alice|COMPLETEAGENT|":                       {at: at, callID: "1795159681.5", queue: "support", kind: queueConversation, talked: -1},
		"1795159681|1795159681.5|NONE|NONE|DID|+4685550000":                                {at: at, callID: "1795159681.5", queue: "NONE", kind: queueDialled, talked: -1, data: "+4685550000"},
		"99999999999999999999|1795159681.5|support|NONE|ABANDON|1|1|3":                     {callID: "1795159681.5", queue: "support", kind: queueLeft, talked: -1, data: "1"},
		"-5|1795159681.5|support|NONE|ABANDON|1|1|3":                                       {callID: "1795159681.5", queue: "support", kind: queueLeft, talked: -1, data: "1"},
	} {
		got, ok := parseQueueEvent([]byte(line))
		require.True(t, ok, line)
		require.Equal(t, want, got, line)
	}
	for _, line := range []string{
		"", "|", "||||", "1795159681|NONE|NONE|NONE|QUEUESTART|", "1795159681|NONE|NONE|NONE|CONFIGRELOAD|",
		"1795159681|1795159681.5|support|PJSIP/alice|RINGNOANSWER|2000", "1795159681||support|NONE|ABANDON|1|1|3",
		"1795159681|REALTIME|support|NONE", "\x00\xff\xfe",
	} {
		_, ok := parseQueueEvent([]byte(line))
		require.False(t, ok, "%q", line)
	}
}

func TestUniqueIDsTellTheTime(t *testing.T) {
	for id, want := range map[string]int64{
		"1795159865.114":        1795159865,
		"pbx1-1795159865.114":   1795159865,
		"a-b.c-1795159865.0":    1795159865,
		"1795159865":            0,
		"1795159865.":           0,
		".1":                    0,
		"99999999999.1":         0,
		"12.1":                  0,
		"callbackd-customer-7":  0,
		"-1795159865.-1":        0,
		"":                      0,
		"0001795159865.1":       1795159865,
		"callbackd-agent-7;2":   0,
		"1795159865.114;2":      0,
		"١٧٩٥١٥٩٨٦٥.1":          0,
		"pbx1-99999999999999.1": 0,
	} {
		at, ok := created(id)
		require.Equal(t, want != 0, ok, id)
		if ok {
			require.Equal(t, want, at.Unix(), id)
		}
	}
}

const timeRow = `"2026-11-20 07:31:05","2026-11-20 07:31:05","2026-11-20 07:31:07",2,2,"ANSWERED","DOCUMENTATION"`

func TestReadRow(t *testing.T) {
	begin := `"","+46701234567","+4685550000","from-pstn",`
	end := `"PJSIP/pstn-00000001","PJSIP/alice-00000002","Dial","PJSIP/alice&Local/x,8",` + timeRow
	for name, c := range map[string]struct{ text, id string }{
		"no column that can be left out": {begin + `"",` + end, ""},
		"a unique id":                    {begin + `"",` + end + `,"1795159865.114"`, "1795159865.114"},
		"a unique id and a user field":   {begin + `"",` + end + `,"1795159865.114","x"`, "1795159865.114"},
		"new columns alone":              {begin + `"",` + end + `,"","1795159865.114",141`, ""},
		"everything":                     {begin + `"",` + end + `,"1795159865.114","","","1795159865.114",141`, "1795159865.114"},
		"quotes, commas and newlines":    {begin + "\"\"\"A, \\\"\"B\n\"\" <1>\"," + end + `,"1795159865.114","two` + "\r\n" + `lines"`, "1795159865.114"},
		"nothing in quotes":              {`,+46701234567,+4685550000,from-pstn,,` + end + `,1795159865.114,`, "1795159865.114"},
	} {
		for _, newline := range []string{"\n", "\r\n"} {
			text := c.text + newline
			var s splitter
			for cut := range text {
				_, result := s.split([]byte(text[:cut]))
				require.NotEqual(t, framed, result, "%s cut at %d", name, cut)
			}
			n, result := s.split([]byte(text + "\"next"))
			require.Equal(t, framed, result, name)
			require.Len(t, text, n, name)
			r, ok := readRow(s.fields)
			require.True(t, ok, name)
			require.Equal(t, c.id, r.callID, name)
			require.Equal(t, "+46701234567", r.caller, name)
			require.Equal(t, "PJSIP/pstn-00000001", r.channel, name)
			require.Equal(t, "PJSIP/alice&Local/x,8", r.data, name)
			require.Equal(t, 2, r.talked, name)
			require.True(t, r.answered, name)
		}
	}
}
