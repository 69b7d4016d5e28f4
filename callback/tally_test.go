package callback

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A number has five within a day; all together, which may be one that makes up numbers,
// twenty within an hour; other accounts are none of it.
func TestWhatCallersDoTooOften(t *testing.T) {
	var one, all tally
	for range mostOfOne {
		require.False(t, one.full("acme", "+46701234567", noon))
		one.count("acme", "+46701234567", noon)
	}
	require.True(t, one.full("acme", "+46701234567", noon.Add(23*time.Hour)))
	require.False(t, one.full("acme", "+46701234567", noon.Add(24*time.Hour)))
	one.count("acme", "+46701234567", noon.Add(24*time.Hour))
	require.False(t, one.full("acme", "+46702222222", noon))
	for i := range mostOfAll {
		require.False(t, all.full("acme", callerUnknown, noon), "the number is withheld")
		all.count("acme", []string{callerUnknown, fmt.Sprintf("+4670222222%d", i)}[i%2], noon)
	}
	require.True(t, all.full("acme", "+46701234567", noon.Add(59*time.Minute)))
	require.True(t, all.full("acme", callerUnknown, noon.Add(59*time.Minute)))
	require.False(t, all.full("globex", callerUnknown, noon))
	all.forgive("acme", callerUnknown)
	require.False(t, all.full("acme", callerUnknown, noon))
	require.False(t, all.full("acme", "+46701234567", noon.Add(time.Hour)))
}
