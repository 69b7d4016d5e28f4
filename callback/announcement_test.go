package callback

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAnnouncement(t *testing.T) {
	for text, want := range map[string]string{
		"call {number}":                     "call 0 7 0 1 2 3 4 5 6 7",
		"{queue}: {minutes} min":            "support: 7 min",
		"{number} {number}, {other}":        "0 7 0 1 2 3 4 5 6 7 0 7 0 1 2 3 4 5 6 7, {other}",
		"a customer waits; nothing to fill": "a customer waits; nothing to fill",
	} {
		speech := Speech{Language: "sv", Voice: "sv+f3", Text: text}
		got := speech.fill("+46701234567", "SE", "support", 7*time.Minute+59*time.Second)
		require.Equal(t, Speech{Language: "sv", Voice: "sv+f3", Text: want}, got)
		require.Equal(t, text, speech.Text, "the rule's own stays as it is")
	}
	abroad := Speech{Text: "{number}"}.fill("+4712345678", "SE", "", 0)
	require.Equal(t, "0 0 4 7 1 2 3 4 5 6 7 8", abroad.Text)
}
